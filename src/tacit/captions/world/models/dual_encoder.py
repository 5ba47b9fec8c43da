"""A dual encoder after CLIP (Radford et al. 2021, arXiv 2103.00020): pictures and captions as vectors of one space."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from tacit.captions.world.models.towers import PictureTower, TextTower

SPACE: Final = 64
"""Dimensions of the space."""


class DualEncoder(nn.Module):
    """Two towers, compared by the cosine of their vectors.

    Args:
        width: Of both towers.
        words: Size of the vocabulary.
    """

    def __init__(self, width: int, words: int) -> None:
        super().__init__()
        self.pictures = nn.Sequential(PictureTower(width), nn.Linear(width, SPACE))
        self.texts = nn.Sequential(TextTower(width, words), nn.Linear(width, SPACE))
        self.log_scale = nn.Parameter(torch.tensor(2.3))

    def loss(self, pictures: Tensor, texts: Tensor) -> Tensor:
        """The symmetric cross entropy of telling which caption goes with which picture (CLIP, figure 3)."""
        similar = self._pictures(pictures) @ self._texts(texts).T * self.log_scale.exp()
        right = torch.arange(len(similar), device=similar.device)
        return (F.cross_entropy(similar, right) + F.cross_entropy(similar.T, right)) / 2

    def scores(self, pictures: Tensor, options: Tensor) -> Tensor:
        """The cosine of each picture with each of its options.

        Args:
            pictures: Levels, shape ``(items, SIDE, SIDE, 3)``.
            options: Word numbers, shape ``(items, options, LONGEST)``.

        Returns:
            Shape ``(items, options)``.
        """
        vectors = self._texts(options.flatten(0, 1)).view(*options.shape[:2], SPACE)
        return torch.einsum("nd,nod->no", self._pictures(pictures), vectors)

    def _pictures(self, pictures: Tensor) -> Tensor:
        return F.normalize(self.pictures(pictures), dim=-1)

    def _texts(self, texts: Tensor) -> Tensor:
        return F.normalize(self.texts(texts), dim=-1)
