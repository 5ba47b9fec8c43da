"""Whether a turn opens a new topic: how much of it is new, and whether it leans on what was said."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

THRESHOLD: Final = 1.1
"""Best F1 on stitched conversations: three new terms and no old ones, or four new ones of five."""
_LEANING: Final = 0.7
"""Factor for turns that point back. They are half of the shifts too ("Is there a fee for parking in Auburn?"), so they
count for less rather than for nothing."""
_POINTING: Final = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|he|she|his|her|him|there|one|ones|such|same|else|other"
    r"|another|more|so|also|too|then|again|instead)\b"
    r"|\A\W*(?:and|but|or|what about|how about|why|yes|no|ok|okay)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shift:
    """How much a turn looks like the start of another topic.

    Attributes:
        score: 0 or more. ``new / all * ln(1 + new)`` over the distinct content terms of the turn, where new ones are
            those that nobody said before; times .7 if the turn points back.
        shifted: Whether the score is at the threshold or above it.
    """

    score: float
    shifted: bool


def topic_shift(said: Iterable[str], turn: str, threshold: float = THRESHOLD) -> Shift:
    """Whether a turn opens a new topic.

    Words alone cannot tell a new topic from an elliptical question about the old one, so short turns never count as
    new. On conversations stitched from two of MTRAG, precision is .71 and recall .65 at the default threshold, which
    was chosen on them; 6 in 100 turns that stay are taken for a shift (``benchmarks/resolve.py``).

    Args:
        said: The texts of all earlier turns.
        turn: What the user says now.
        threshold: Scores from here on are a new topic.

    Returns:
        Number and decision; 0 and no shift if nothing was said before.

    Raises:
        MissingExtraError: If the stemmer is not installed.

    Example:
        >>> said = ["Where do llamas live?", "Llamas live in the Andes."]
        >>> topic_shift(said, "How heavy do llamas get?").shifted
        False
        >>> topic_shift(said, "Which tax applies when selling company shares?").shifted
        True
    """
    return shift_from({term for text in said for term in content(text)}, set(content(turn)), turn, threshold)


def shift_from(known: Set[str], terms: Set[str], turn: str, threshold: float = THRESHOLD) -> Shift:
    """As `topic_shift`, for texts of which the content terms are known already.

    Args:
        known: Content terms of all earlier turns.
        terms: Those of the turn.
        turn: What the user says now.
        threshold: Scores from here on are a new topic.

    Example:
        >>> shift_from({"llama"}, {"tax", "share", "compani"}, "Tax on company shares?")
        Shift(score=1.3862943611198906, shifted=True)
    """
    if not known or not terms:
        return Shift(0.0, shifted=False)
    new = len(terms - known)
    score = new / len(terms) * math.log1p(new) * (_LEANING if _POINTING.search(turn) else 1.0)
    return Shift(score, shifted=score >= threshold)
