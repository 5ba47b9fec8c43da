"""`--keep kl`: KL(base || tuned) on what the model learns from.

This divergence predicts how much is forgotten (RL's Razor, Shenfeld et al. 2025, arXiv 2509.04259); here it is held
down directly. It needs no other data, and knows nothing of demonstrations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from tacit.tuning.train.objectives.divergence import divergence
from tacit.tuning.train.objectives.protocol import Setting, keeper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn


@keeper("kl")
class OnTarget:
    """KL(base || tuned) at the tokens that the model learns."""

    needs_prompts = False
    needs_logits = True

    def prepare(self, setting: Setting) -> None:
        """Remember the base."""
        self._held = setting.held

    def term(self, model: nn.Module, inputs: Mapping[str, Tensor], logits: Tensor | None, draw: int) -> Tensor:
        """The divergence on this batch."""
        asked = {name: value for name, value in inputs.items() if name != "labels"}
        said = model(**asked).logits if logits is None else logits
        training = model.training
        model.eval()
        with torch.no_grad(), self._held.base():
            taught = model(**asked).logits
        model.train(training)
        learned = inputs["labels"][:, 1:] != -100
        return divergence(taught[:, :-1][learned], said[:, :-1][learned])
