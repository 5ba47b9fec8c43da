"""What all engines ask of what they are given, and what they index of a passage."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tacit.dialogue.text.terms import terms as terms_of
from tacit.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tacit.dialogue.records import Hit, Passage

_SPARE: Final = 8
"""Hits asked for beyond k, to see whether equal scores go on there."""
_LONGEST_NAME: Final = 4096
"""Bytes of an id or of the name of a document: as long as a path may be."""


def full_text(passage: Passage) -> str:
    r"""What a passage is found by, in words or as a vector: its title and its text.

    Example:
        >>> from tacit.dialogue.records import Passage
        >>> full_text(Passage("a", "They hum.", title="Llamas"))
        'Llamas\nThey hum.'
    """
    # Some data begins each text with the title; twice, it would weigh double.
    return passage.text if passage.text.startswith(passage.title) else f"{passage.title}\n{passage.text}"


def body(passage: Passage) -> list[str]:
    """The terms that are indexed of a passage.

    Example:
        >>> from tacit.dialogue.records import Passage
        >>> body(Passage("a", "They hum.", title="Llamas"))
        ['llama', 'they', 'hum']
    """
    return terms_of(full_text(passage))


def checked_passages(passages: Sequence[Passage], vectors: NDArray[np.float32] | None, keeps_vectors: bool) -> None:
    """Refuse what an engine cannot keep.

    Args:
        passages: What is to be written.
        vectors: Shape (passages, dimensions), or none.
        keeps_vectors: Whether the engine does.

    Raises:
        DataError: If an id is empty, or an id or document is too long or no Unicode text.
        UsageError: If the vectors are not one for each passage, or none are kept.
    """
    if vectors is not None and not keeps_vectors:
        raise UsageError("This engine keeps no vectors; make one that does, or write none.")
    if vectors is not None and len(vectors) != len(passages):
        raise UsageError(f"{len(passages):,} passages came with {len(vectors):,} vectors; give one for each.")
    for passage in passages:
        if not passage.id:
            raise DataError(f"A passage of {passage.document!r} has an empty id; give each passage one of its own.")
        for what, name in (("id", passage.id), ("document", passage.document)):
            try:
                length = len(name.encode())
            except UnicodeEncodeError as error:
                raise DataError(f"The {what} {name[:80]!a} of a passage is not valid Unicode; rename it.") from error
            if length > _LONGEST_NAME:
                raise DataError(
                    f"The {what} {name[:80]!a}… of a passage takes {length:,} bytes; use {_LONGEST_NAME:,} at most."
                )


def checked_terms(terms: Mapping[str, float], k: int) -> dict[str, float]:
    """The terms to look for, in order, without those that weigh nothing.

    Raises:
        UsageError: If a weight is negative or no number, or ``k`` is below 1.

    Example:
        >>> checked_terms({"pig": 1.0, "guinea": 0.5, "the": 0.0}, 10)
        {'guinea': 0.5, 'pig': 1.0}
    """
    if k < 1:
        raise UsageError(f"k is the number of passages to find, at least 1, not {k}.")
    for term, weight in terms.items():
        if not (math.isfinite(weight) and weight >= 0):
            raise UsageError(f"The weight of the term {term!r} is {weight}; it has to be a number of 0 or more.")
    return {term: weight for term, weight in sorted(terms.items()) if weight > 0}


def ranked(ask: Callable[[int], list[Hit]], k: int, most: int) -> list[Hit]:
    """The best hits, equal scores in order of id, of a library that orders equal scores as it likes.

    Args:
        ask: From how many hits are wanted to those hits, best first.
        k: How many are wanted, at least 1.
        most: How many there can be.
    """
    limit = min(k + _SPARE, most)
    while limit:
        hits = ask(limit)
        if len(hits) < limit or limit == most or hits[-1].score < hits[k - 1].score:
            return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))[:k]
        limit = min(4 * limit, most)
    return []
