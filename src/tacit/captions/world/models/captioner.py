"""A captioner: writes a caption word by word, each from the picture and the words before it."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from tacit.captions.world.models.towers import PictureTower, embedding, trim
from tacit.captions.world.models.vocabulary import END, PAD, START

MEMORY: Final = 4
"""Words before the next one that are read in their order; of the others only that they were there."""


class Captioner(nn.Module):
    """A window language model (Bengio et al. 2003, JMLR 3:1137-1155) that sees the picture.

    Args:
        width: Of the hidden layers.
        words: Size of the vocabulary.
    """

    def __init__(self, width: int, words: int) -> None:
        super().__init__()
        narrow = max(width // 8, 8)
        self.pictures = PictureTower(width)
        self.word = embedding(words, narrow)
        self.before = nn.Linear((MEMORY + 1) * narrow, width)
        self.think = nn.Linear(width, width)
        self.next = nn.Linear(width, words)

    def loss(self, pictures: Tensor, texts: Tensor) -> Tensor:
        """The mean of -log p of the words and of the end, given the picture and the words before."""
        written = (texts != PAD).sum() + len(texts)
        return -self._log_probabilities(self.pictures(pictures), texts).sum() / written

    def scores(self, pictures: Tensor, options: Tensor) -> Tensor:
        """The log-probability of each option given its picture; arguments and shapes as in `DualEncoder.scores`."""
        seen = self.pictures(pictures).repeat_interleave(options.shape[1], 0)
        return self._log_probabilities(seen, options.flatten(0, 1)).sum(1).view(options.shape[:2])

    def _log_probabilities(self, seen: Tensor, texts: Tensor) -> Tensor:
        """The log-probability of each word and of the end, 0 for padding; shape ``(batch, words + 1)``."""
        texts = trim(texts)
        end = (texts != PAD).sum(1, keepdim=True)
        written = F.pad(texts, (0, 1), value=PAD).scatter(1, end, END)
        read = self.word(F.pad(texts, (1, 0), value=START))
        padded = F.pad(read, (0, 0, MEMORY - 1, 0))
        recent = [padded[:, at : at + read.shape[1]] for at in range(MEMORY)]
        history = torch.cat([*recent, read.cumsum(1)], -1)
        hidden = F.gelu(self.before(history) + seen[:, None])
        logits = self.next(hidden + F.gelu(self.think(hidden)))
        losses = F.cross_entropy(logits.flatten(0, 1), written.flatten(), ignore_index=PAD, reduction="none")
        return -losses.view(written.shape)
