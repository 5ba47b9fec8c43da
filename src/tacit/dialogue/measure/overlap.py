"""Words that a reply shares with a reference reply or a passage. No model, so no substitute for one that reads."""

from __future__ import annotations

import re
import string
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD: Final = re.compile(r"[a-z0-9]+")
_NO_PUNCTUATION: Final = str.maketrans("", "", string.punctuation)
_ARTICLES: Final = frozenset({"a", "an", "the"})
_LONGEST: Final = 4_000
"""Words of a text that are looked at: the longest common subsequence takes the product of both lengths."""


def rouge_l(reply: str, reference: str) -> float:
    """ROUGE-L F1 without stemming, as the package ``rouge-score`` works it out.

    Twice the longest common subsequence of words over the sum of both lengths: Lin (2004), "ROUGE", section 3.1, with
    equal weight for precision and recall.

    Example:
        >>> round(rouge_l("The cat sat on a mat", "the cat lay on the mat"), 3)
        0.667
    """
    one, other = (_WORD.findall(text.lower())[:_LONGEST] for text in (reply, reference))
    if not one or not other:
        return 0.0
    return 2 * _common_subsequence(one, other) / (len(one) + len(other))


def _common_subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest one, by rows as bits of an integer: Hyyrö (2004), "Bit-parallel LCS-length computation"."""
    places: dict[str, int] = {}
    for at, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << at
    full = (1 << len(one)) - 1
    row = full
    for word in other:
        matches = row & places.get(word, 0)
        row = (row + matches | row - matches) & full
    return len(one) - row.bit_count()


@lru_cache(maxsize=4096)  # Systems that are compared have the same references and often the same passages.
def _tokens(text: str) -> Counter[str]:
    """Words as the benchmark's scorer makes them: lower case, no punctuation, no articles."""
    return Counter(word for word in text.lower().translate(_NO_PUNCTUATION).split() if word not in _ARTICLES)


def token_recall(reply: str, reference: str) -> float:
    """Share of the words of the reference that are in the reply, counted with repetition; MTRAG's ``Recall``.

    Example:
        >>> token_recall("It sat on the mat.", "The cat sat on a mat")
        0.75
    """
    return (_tokens(reply) & (wanted := _tokens(reference))).total() / max(wanted.total(), 1)


def token_precision(reply: str, passage: str) -> float:
    """Share of the words of the reply that are in a passage, counted with repetition; MTRAG's ``K-Prec``.

    Example:
        >>> token_precision("A cat sat.", "The cat sat on a mat")
        1.0
    """
    return ((said := _tokens(reply)) & _tokens(passage)).total() / max(said.total(), 1)


def rb_alg_proxy(reply: str, reference: str, passages: Sequence[str]) -> float | None:
    """A proxy of MTRAG's RB_alg, with words in place of BERTScore; not comparable with published values.

    RB_alg is the harmonic mean of BERTScore recall against the reference, ROUGE-L against it, and the best BERTScore
    precision against a passage (arXiv 2501.03468, section 5; ``RB_agg`` in its scorer). Here `token_recall` stands for
    the first, which is the scorer's own fallback, and `token_precision` for the last.

    Returns:
        A share, or ``None`` without passages.

    Example:
        >>> rb_alg_proxy("the cat sat", "the cat sat", ["the cat sat on the mat"])
        1.0
    """
    if not passages:
        return None
    best = max(token_precision(reply, passage) for passage in passages)
    return harmonic((token_recall(reply, reference), rouge_l(reply, reference), best))


def harmonic(values: Sequence[float]) -> float:
    """The harmonic mean of values of at least 0; 0 if one of them is.

    Example:
        >>> round(harmonic([0.5, 1.0]), 3), harmonic([0.0, 1.0])
        (0.667, 0.0)
    """
    return len(values) / sum(1 / value for value in values) if min(values) > 0 else 0.0
