"""How documents are cut for an index."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tacit.dialogue.documents.cut import CUTTING, OVERLAP, WORDS
from tacit.errors import UsageError


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What decides which passages are made of a document. Other settings make the whole index anew.

    Attributes:
        words: Words of a passage, about; 10 to 2,000.
        overlap: Words at most that a passage shares with the one before; at most half of `words`.

    Raises:
        UsageError: If they are not in these bounds.
    """

    words: int = WORDS
    overlap: int = OVERLAP

    def __post_init__(self) -> None:
        if not 10 <= self.words <= 2000:
            raise UsageError(f"--words {self.words}: passages have 10 to 2,000 words.")
        if not 0 <= self.overlap <= self.words // 2:
            raise UsageError(
                f"--overlap {self.overlap}: passages of {self.words} words share 0 to {self.words // 2} words."
            )

    def to_json(self) -> dict[str, Any]:
        """As they stand in the manifest, with the version of the rules."""
        return {**asdict(self), "cutting": CUTTING}
