"""What an option set gives away without any image and any model: positions, lengths, words, duplicates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.captions.probe.result import SetCheck, Shortcut
from tacit.captions.probe.scoring import clusters_of, right_share
from tacit.captions.probe.summary import beyond_chance
from tacit.evidence.comparing.paired import mean_score

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tacit.io.option_sets import OptionItem, OptionSet

DRAWS: Final = 9_999
"""Of the test of positions; the smallest p value is one over one more."""
FOLDS: Final = 5
"""The shortcuts that learn from items are tried on items that they have not seen."""
_WORD: Final = re.compile(r"\w+")


def check_set(options: OptionSet, seed: int) -> tuple[SetCheck, ...]:
    """Check every capability of an option set.

    Args:
        options: The items.
        seed: Of the draws, and of how items are divided into folds.

    Returns:
        One check per capability, by name.
    """
    clusters = clusters_of(options)
    found = []
    for capability in options.capabilities:
        at = [i for i, item in enumerate(options.items) if item.capability == capability]
        items, groups = [options.items[i] for i in at], [group for i in at if (group := clusters[i]) is not None]
        found.append(_check(capability, items, groups or None, seed))
    return tuple(found)


def _check(capability: str, items: Sequence[OptionItem], clusters: Sequence[str] | None, seed: int) -> SetCheck:
    chance = sum(item.chance for item in items) / len(items)
    folds = _folds(clusters or [item.id + "\0" + item.variant for item in items], seed)
    answers = {
        "longest": [_share(item, [len(text) for text in item.options]) for item in items],
        "shortest": [_share(item, [-len(text) for text in item.options]) for item in items],
        "position": _learned(items, folds, lambda item: [str(at) for at in range(len(item.options))]),
        "words": _learned(items, folds, lambda item: list(item.options)),
    }
    shortcuts = []
    for name, scores in answers.items():
        accuracy = mean_score(scores, clusters=clusters, seed=seed)
        shortcuts.append(Shortcut(name, accuracy, beyond_chance(accuracy, chance)))
    sizes = [len(item.options) for item in items]
    doubled = [item for item in items if len(set(item.options)) < len(item.options)]
    return SetCheck(
        capability=capability,
        items=len(items),
        images=len({item.image for item in items}),
        options=(min(sizes), max(sizes)),
        chance=chance,
        positions=tuple(np.bincount([item.answer for item in items], minlength=max(sizes)).tolist()),
        position_p=position_test([item.answer for item in items], sizes, seed),
        duplicates=len(doubled),
        ambiguous=sum(item.options.count(item.options[item.answer]) > 1 for item in doubled),
        repeated=len(items) - len({(item.image, tuple(sorted(item.options)), item.variant) for item in items}),
        shortcuts=tuple(shortcuts),
    )


def position_test(answers: Sequence[int], sizes: Sequence[int], seed: int = 0) -> float:
    """Are right options equally often at every position?

    Pearson's statistic of the counts per position, against draws in which each item's right option is at any of its
    own positions with equal chance. The p value ``(1 + extreme) / (1 + draws)`` is exact whatever the number of items
    and however their numbers of options differ (Phipson and Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9:39, eq. 2).

    Args:
        answers: Position of the right option of each item.
        sizes: Number of options of each item.
        seed: Of the draws.

    Returns:
        The p value.

    Example:
        >>> position_test([0, 1] * 50, [2] * 100) > 0.9, position_test([0] * 20, [4] * 20) < 0.001
        (True, True)
    """
    rng = np.random.default_rng(seed)
    most = max(sizes)
    expected, drawn = np.zeros(most), np.zeros((DRAWS, most))
    for size, items in zip(*np.unique(sizes, return_counts=True), strict=True):
        expected[:size] += items / size
        drawn[:, :size] += rng.multinomial(items, np.full(size, 1 / size), size=DRAWS)
    observed = np.bincount(answers, minlength=most)
    statistic = float(((observed - expected) ** 2 / expected).sum())
    extreme = ((drawn - expected) ** 2 / expected).sum(axis=1) >= statistic - 1e-9
    return float((1 + extreme.sum()) / (1 + DRAWS))


def _share(item: OptionItem, scores: Sequence[float]) -> float:
    return right_share(scores, item.answer)[0]


def _folds(groups: Sequence[str], seed: int) -> list[int]:
    """A fold for each item, the same for items that belong together."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    fold = {name: int(order[at]) % FOLDS for at, name in enumerate(names)}
    return [fold[group] for group in groups]


def _learned(
    items: Sequence[OptionItem], folds: Sequence[int], texts: Callable[[OptionItem], list[str]]
) -> list[float]:
    """How right it is to choose the option whose words were most often those of right options, in other folds.

    A word's weight is the logarithm of how often it stood in right options over how often chance would put it there,
    one added to both; an option's is the mean over its words. That is naive Bayes with the prior of guessing. In a set
    balanced exactly it does worse than chance, for what is rare among the others is what is left.
    """
    words = [[_words(text) for text in texts(item)] for item in items]
    scores = [0.0] * len(items)
    for fold in range(FOLDS):
        right: dict[str, float] = {}
        expected: dict[str, float] = {}
        for item, there, at in zip(items, words, folds, strict=True):
            if at == fold:
                continue
            for place, bag in enumerate(there):
                for word in bag:
                    expected[word] = expected.get(word, 0.0) + item.chance
                    right[word] = right.get(word, 0.0) + (place == item.answer)
        weight = {word: float(np.log((right[word] + 1) / (expected[word] + 1))) for word in expected}
        for at, (item, there) in enumerate(zip(items, words, strict=True)):
            if folds[at] == fold:
                told = [sum(weight.get(word, 0.0) for word in sorted(bag)) / max(len(bag), 1) for bag in there]
                scores[at] = _share(item, told)
    return scores


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold())) or frozenset({text})
