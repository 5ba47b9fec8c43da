"""`--keep l2`: trained entries stay near where they were (L2-SP, Li, Grandvalet and Davoine 2018, arXiv 1802.01483)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from tacit.tuning.train.objectives.protocol import Setting, keeper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn


@keeper("l2")
class NearStart:
    """Half the squared distance of the trained entries from the base's (equation 1); of LoRA's factors likewise."""

    needs_prompts = False
    needs_logits = False

    def prepare(self, setting: Setting) -> None:
        """Copy the trained entries."""
        self._now = setting.held.parameters()
        self._then = [entries.detach().clone() for entries in self._now]

    def term(self, model: nn.Module, inputs: Mapping[str, Tensor], logits: Tensor | None, draw: int) -> Tensor:
        """Half the squared distance."""
        away = [(now - then).pow(2).sum() for now, then in zip(self._now, self._then, strict=True)]
        return 0.5 * torch.stack(away).sum()
