"""`--keep none`: nothing holds the model to what it was but the choice of what trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from tacit.tuning.train.objectives.protocol import Setting, keeper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn


@keeper("none")
class Nothing:
    """No term."""

    needs_prompts = False
    needs_logits = False

    def prepare(self, setting: Setting) -> None:
        """Nothing."""

    def term(self, model: nn.Module, inputs: Mapping[str, Tensor], logits: Tensor | None, draw: int) -> Tensor:
        """Zero."""
        return torch.zeros(())
