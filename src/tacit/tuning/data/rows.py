"""What a model is trained on: rows of tokens, and what became of the examples."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

IGNORED: Final = -100
"""The label of a token that is not learned (PyTorch's ``ignore_index``)."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One sequence of tokens, of one example or of several.

    Attributes:
        id: The example's; those of several examples stand side by side, parted by ``"; "``.
        ids: Tokens, shape ``(tokens,)``.
        learned: Which of them are learned; of the same shape. Never the first of an example.
        starts: Where each example begins, ascending from 0.
    """

    id: str
    ids: NDArray[np.int32]
    learned: NDArray[np.bool_]
    starts: tuple[int, ...] = (0,)

    @property
    def labels(self) -> NDArray[np.int32]:
        """The tokens that are learned, and `IGNORED` for the others."""
        labels = np.full_like(self.ids, IGNORED)
        labels[self.learned] = self.ids[self.learned]
        return labels

    @property
    def positions(self) -> NDArray[np.int32]:
        """Place of each token within its example.

        Example:
            >>> Row("", np.zeros(5, np.int32), np.zeros(5, bool), (0, 3)).positions.tolist()
            [0, 1, 2, 0, 1]
        """
        lengths = np.diff([*self.starts, len(self.ids)])
        return np.asarray(np.arange(len(self.ids)) - np.repeat(self.starts, lengths), np.int32)

    def features(self, *, packed: bool = False) -> dict[str, NDArray[np.int32]]:
        """``input_ids`` and ``labels``, and ``position_ids`` when packed, as trainers name them."""
        found = {"input_ids": self.ids, "labels": self.labels}
        return {**found, "position_ids": self.positions} if packed else found


@dataclass(frozen=True, slots=True)
class DataSummary:
    """What became of examples.

    Attributes:
        rows: Examples that were given.
        used: Those that are trained on.
        dropped: Those that are not, by reason.
        duplicates: Those that stand there already, word for word; they are used.
        learned: Tokens that are learned.
        masked: Tokens that are only read.
        longest: Tokens of the longest example that is used.
        truncated: Examples whose prompt lost its beginning.
        spelled: Examples that spell a special token; see `tacit.tuning.data.encode.Encoder`.
        unended: Examples without a special token behind what is learned, so that a model does not learn to stop.
        unknown: Learned tokens that stand for text which the tokenizer does not know.
        sequences: Rows of tokens, after packing.
        fill: Share of the packed rows' room that tokens take up; ``None`` when nothing is packed.

    Example:
        >>> DataSummary(rows=2, used=1, dropped={"too long": 1}).to_json()["dropped"]
        {'too long': 1}
    """

    rows: int = 0
    used: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    duplicates: int = 0
    learned: int = 0
    masked: int = 0
    longest: int = 0
    truncated: int = 0
    spelled: int = 0
    unended: int = 0
    unknown: int = 0
    sequences: int = 0
    fill: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values, for reports."""
        return asdict(self)

    def remarks(self) -> list[str]:
        """What a user should know about the data, one sentence each; nothing when all is well."""
        told = [f"{count:,} of {self.rows:,} examples were left out: {why}." for why, count in self.dropped.items()]
        for count, what in (
            (self.truncated, "lost the beginning of their prompts, to fit"),
            (self.duplicates, "stand there more than once; all of them are used"),
            (self.spelled, "spell special tokens of the model, which were read as plain text"),
            (self.unended, "end without a special token, so that the model does not learn from them to stop"),
        ):
            if count:
                told.append(f"{count:,} of {self.used:,} examples {what}.")
        if self.unknown:
            told.append(
                f"{self.unknown:,} of {self.learned:,} learned tokens stand for text the tokenizer cannot write."
            )
        return told
