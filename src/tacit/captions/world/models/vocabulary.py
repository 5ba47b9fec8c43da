"""Words as numbers. Captions of the world have no punctuation, so splitting at spaces is all there is to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

LONGEST: Final = 24
"""Words in the longest caption."""
PAD: Final = 0
UNKNOWN: Final = 1
START: Final = 2
END: Final = 3
_SPECIAL: Final = ("<pad>", "<unknown>", "<start>", "<end>")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words a model knows.

    Attributes:
        words: The number of each word is its place here; the first four stand for nothing that is written.

    Example:
        >>> known = Vocabulary.of(["a red circle", "two red circles"])
        >>> known.encode(["a blue circle"])[0, :4].tolist(), len(known.words)
        ([4, 1, 5, 0], 9)
    """

    words: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Vocabulary:
        """All words of some texts, sorted, so that the order of the texts does not matter."""
        return cls((*_SPECIAL, *sorted({word for text in texts for word in text.split(" ")})))

    def encode(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Texts as numbers, padded with `PAD`; shape ``(texts, LONGEST)``.

        Raises:
            DataError: If a text is longer than a model can read.
        """
        # What is written may be called "<pad>"; it stands for a word all the same.
        number = {word: at for at, word in enumerate(self.words) if at >= len(_SPECIAL)}
        encoded = np.full((len(texts), LONGEST), PAD, dtype=np.int64)
        for row, text in enumerate(texts):
            words = text.split(" ")
            if len(words) >= LONGEST:
                raise DataError(f"Caption {row + 1} has {len(words)} words; the models read {LONGEST - 1}: {text!r}")
            encoded[row, : len(words)] = [number.get(word, UNKNOWN) for word in words]
        return encoded
