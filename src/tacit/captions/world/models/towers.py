"""What both kinds of model are made of: a tower that reads pictures and one that reads captions."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from tacit.captions.world.models.vocabulary import PAD
from tacit.captions.world.pictures import PLACE
from tacit.captions.world.scene import BOARD

PLACES: Final = BOARD * BOARD
_LEVELS: Final = PLACE * PLACE * 3
"""Levels in the patch of a picture that shows one place."""
WINDOW: Final = 3
"""Words that the text tower reads at a time: enough for "no red circle"."""


class PictureTower(nn.Module):
    """Reads the 16 places of a picture alike, then what is there at all, and what is where.

    Args:
        width: Of the hidden layers.

    Shapes: levels ``(batch, SIDE, SIDE, 3)``, 0-255 -> ``(batch, width)``.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        narrow = max(width // 8, 8)
        self.see = nn.Linear(_LEVELS, max(width // 2, 16))
        self.anywhere = nn.Linear(self.see.out_features, width)
        self.what = nn.Linear(self.see.out_features, narrow)
        self.where = nn.Linear(PLACES * narrow, width)
        self.think = nn.Linear(width, width)

    def forward(self, pictures: Tensor) -> Tensor:
        """One vector for each picture."""
        seen = F.gelu(self.see(_patches(pictures)))
        anywhere = F.gelu(self.anywhere(seen)).sum(1) / BOARD
        where = self.where(F.gelu(self.what(seen)).flatten(1))
        both: Tensor = anywhere + where
        return both + F.gelu(self.think(both))


def _patches(pictures: Tensor) -> Tensor:
    """The places of pictures, their levels about 0; shape ``(batch, PLACES, levels)``."""
    boards = pictures.view(-1, BOARD, PLACE, BOARD, PLACE, 3).permute(0, 1, 3, 2, 4, 5)
    # Moved as bytes, and turned into numbers in place: this is done for every batch.
    levels = boards.reshape(-1, PLACES, _LEVELS).to(torch.get_default_dtype())
    return levels.mul_(1 / 127.5).sub_(0.2)


class TextTower(nn.Module):
    """Reads a caption three words at a time and adds up.

    Args:
        width: Of the hidden layers.
        words: Size of the vocabulary.

    Shapes: word numbers ``(batch, LONGEST)`` -> ``(batch, width)``.
    """

    def __init__(self, width: int, words: int) -> None:
        super().__init__()
        narrow = max(width // 8, 8)
        self.word = embedding(words, narrow)
        self.read = nn.Linear(WINDOW * narrow, width)
        self.think = nn.Linear(width, width)

    def forward(self, texts: Tensor) -> Tensor:
        """One vector for each text."""
        texts = trim(texts)
        around = F.pad(self.word(texts), (0, 0, 1, 1))
        windows = torch.cat([around[:, at : at + texts.shape[1]] for at in range(WINDOW)], -1)
        read = F.gelu(self.read(windows)) * (texts != PAD)[..., None]
        summed = read.sum(1) / BOARD
        return summed + F.gelu(self.think(summed))


def embedding(words: int, width: int) -> nn.Embedding:
    """Vectors for words, none for the padding."""
    made = nn.Embedding(words, width, padding_idx=PAD)
    with torch.no_grad():
        made.weight.mul_(0.5)
    return made


def trim(texts: Tensor) -> Tensor:
    """Leave out the columns in which every text is padded."""
    return texts[:, : max(int((texts != PAD).sum(1).max()), 1)]
