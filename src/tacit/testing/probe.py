"""Conformance of probes: that a model can only be right by looking at the picture."""

from __future__ import annotations

from collections import Counter
from functools import cache, partial
from itertools import combinations
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np

from tacit.captions.world.scoring import accuracy
from tacit.testing.running import run_checks
from tacit.testing.subject import fail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from tacit.captions.world.probes.protocol import Probe, ProbeItem
    from tacit.captions.world.statement import Statement
    from tacit.evidence.estimate import Estimate
    from tacit.testing.result import CheckOutcome

_ITEMS: Final = 4000
_SEED: Final = 20_000
_COLUMNS: Final = 1024
"""Features are hashed into so many columns."""
_RIDGE: Final = 1.0
_LEVEL: Final = 0.9973
"""Three standard errors: what chance passes once in 370 checks."""


def parts_of(statement: Statement) -> dict[str, str]:
    """All that a statement says, in parts that have a name each: what no wording of it can add to.

    Example:
        >>> from tacit.captions.world.scene import Sort
        >>> from tacit.captions.world.statement import Phrase, Statement
        >>> parts_of(Statement((Phrase(Sort("red", "circle")),), event="jump", phase="after"))
        {'colour 0': 'red', 'shape 0': 'circle', 'event': 'jump', 'phase': 'after'}
    """
    said: dict[str, object] = {}
    for number, phrase in enumerate(statement.phrases):
        said[f"colour {number}"] = phrase.sort.colour if phrase.colour else None
        said[f"shape {number}"] = phrase.sort.shape
        said[f"many {number}"] = phrase.many
        said[f"size {number}"] = phrase.size
        said[f"plural {number}"] = phrase.plural or None
    if statement.denied is not None:
        said |= {"denied colour": statement.denied.colour, "denied shape": statement.denied.shape}
        said["denied first"] = statement.denied_first
    said |= {"relation": statement.relation, "event": statement.event, "phase": statement.phase}
    return {name: str(value) for name, value in said.items() if value is not None}


def blind_accuracy(probe: Probe, items: int = _ITEMS, seed: int = _SEED) -> Estimate:
    """How often a learner is right that sees the options but no picture.

    It is a conditional logit over an item's options (McFadden 1974), with these features of each option: its place,
    all that it says, all pairs of that, and for each thing it says how many options of the item say the same and how
    many of them say it anywhere.

    Args:
        probe: What to draw items of.
        items: How many to learn from, and how many others to be tested on.
        seed: Of the items.

    Returns:
        Accuracy on the other items, with an interval of three standard errors.
    """
    from scipy.optimize import minimize

    rng = np.random.default_rng(seed)
    seen, unseen = probe.draw(items, rng), probe.draw(items, rng)
    features = _features(seen)
    true = np.arange(items) * probe.options + [item.answer for item in seen]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = (features @ weights).reshape(items, probe.options)
        scores -= scores.max(axis=1, keepdims=True)
        log_shares = (scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))).ravel()
        miss = np.exp(log_shares)
        miss[true] -= 1
        value = _RIDGE / 2 * weights @ weights - log_shares[true].sum()
        return float(value), features.T @ miss + _RIDGE * weights

    weights = minimize(loss, np.zeros(_COLUMNS), jac=True, method="L-BFGS-B", options={"maxiter": 30}).x
    return accuracy(unseen, (_features(unseen) @ weights).reshape(items, probe.options), _LEVEL)


def shuffled_accuracy(probe: Probe, items: int = _ITEMS, seed: int = _SEED) -> Estimate:
    """How often a model is right that knows all about a picture, which is another item's.

    It prefers what is true of that picture, and among that what agrees most with the answer that belongs to it.

    Args:
        probe: What to draw items of.
        items: How many.
        seed: Of the items, and of which picture goes to which.

    Returns:
        Accuracy, with an interval of three standard errors.
    """
    rng = np.random.default_rng(seed)
    drawn = probe.draw(items, rng)
    # One cycle through all items: nobody keeps its own.
    cycle = rng.permutation(items)
    other = np.empty(items, dtype=np.int64)
    other[cycle] = np.roll(cycle, 1)
    scores = np.zeros((items, probe.options))
    for number, item in enumerate(drawn):
        shown = drawn[other[number]]
        told = parts_of(shown.options[shown.answer]).items()
        for at, option in enumerate(item.options):
            scores[number, at] = 100 * option.is_true(shown.scene) + len(told & parts_of(option).items())
    return accuracy(drawn, scores, _LEVEL)


def _features(items: Sequence[ProbeItem]) -> csr_array:
    """Features of every option of every item; shape ``(items * options, _COLUMNS)``."""
    from scipy.sparse import csr_array

    ends, columns = [0], []
    for item in items:
        options = [parts_of(option) for option in item.options]
        alike = Counter(said for option in options for said in option.items())
        anywhere = Counter(value for option in options for value in set(option.values()))
        for place, option in enumerate(options):
            said = [f"{name}={value}" for name, value in option.items()]
            columns += [_column(f"place {place}"), *map(_column, said)]
            columns += [_column(f"{one}, {other}") for one, other in combinations(said, 2)]
            columns += [_column(f"{name} in {alike[name, value]}") for name, value in option.items()]
            columns += [_column(f"{name} anywhere in {anywhere[value]}") for name, value in option.items()]
            ends.append(len(columns))
    return csr_array((np.ones(len(columns)), columns, ends), shape=(len(ends) - 1, _COLUMNS))


@cache
def _column(feature: str) -> int:
    return crc32(feature.encode()) % _COLUMNS


def _balanced(probe: Probe) -> None:
    many = probe.options * len(probe.cases)
    places = Counter(item.answer for item in probe.draw(many, np.random.default_rng(_SEED)))
    if places != dict.fromkeys(range(probe.options), len(probe.cases)):
        fail(f"The answer's place is not balanced: {sorted(places.items())}.")


def _repeatable(probe: Probe) -> None:
    first, second = (probe.draw(50, np.random.default_rng(_SEED)) for _ in range(2))
    if first != second:
        fail("The same seed gives different items.")


def _blind(probe: Probe) -> None:
    _at_chance(probe, blind_accuracy(probe), "Options alone give the answer away: a learner without pictures")


def _shuffled(probe: Probe) -> None:
    _at_chance(probe, shuffled_accuracy(probe), "Pictures do not decide: a model shown another item's picture")


def _at_chance(probe: Probe, found: Estimate, what: str) -> None:
    if found.value is None or found.low is None or found.high is None:
        fail(f"Nothing was measured: {found.missing}.")
    if not found.low <= probe.chance <= found.high:
        fail(f"{what} is right {found.value:.1%} of the time; chance is {probe.chance:.1%}.")


_CHECKS: Final[dict[str, Callable[[Probe], None]]] = {
    "answers are at every place equally often": _balanced,
    "is repeatable": _repeatable,
    "options alone tell nothing": _blind,
    "another picture tells nothing": _shuffled,
}


def probe_checks(probe: Probe) -> list[tuple[str, Callable[[], None]]]:
    """The checks of a probe, for a test suite: one test per check, which raises `CheckFailedError`.

    That each item has just one true option is checked by `Probe.draw` itself.

    Args:
        probe: The probe.

    Example:
        >>> from tacit.captions.world.probes.protocol import get_probe
        >>> [name for name, _ in probe_checks(get_probe("spatial"))][2:]
        ['options alone tell nothing', 'another picture tells nothing']
    """
    return [(name, partial(check, probe)) for name, check in _CHECKS.items()]


def check_probe(probe: Probe) -> tuple[CheckOutcome, ...]:
    """Run every check on a probe.

    Args:
        probe: The probe; one that is broken gives failed checks, never a traceback.

    Example:
        >>> from tacit.captions.world.probes.protocol import get_probe
        >>> {outcome.status for outcome in check_probe(get_probe("temporal"))}
        {'passed'}
    """
    return run_checks(probe_checks(probe))
