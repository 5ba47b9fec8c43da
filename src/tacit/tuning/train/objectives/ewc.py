"""`--keep ewc`: the more an entry matters to few-shot answers, the nearer it stays to where it was.

Elastic weight consolidation (Kirkpatrick et al. 2017, arXiv 1612.00796, equation 3), with the diagonal of the Fisher
information at the answers of few-shot prompts from other tasks.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

import torch
from torch.nn import functional

from tacit.errors import UsageError
from tacit.tuning.train.objectives.protocol import Setting, keeper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn


PROMPTS: Final = 64
"""From how many the information is estimated, each on its own."""


@keeper("ewc")
class Elastic:
    """Half the squared distance, each entry weighed by its Fisher information."""

    needs_prompts = True
    needs_logits = False

    def prepare(self, setting: Setting) -> None:
        """Estimate the information, with answers drawn from what the base says (Kunstner et al. 2019)."""
        if setting.prompts is None:
            raise ValueError("ewc needs prompts")
        if setting.held.selection.rank is not None:
            raise UsageError(
                "--keep ewc weighs the entries of the model, and LoRA trains factors that do not act yet when it "
                "weighs them. Use --keep l2, --keep few-shot, or an --update without LoRA."
            )
        self._now = setting.held.parameters()
        self._then = [entries.detach().clone() for entries in self._now]
        self._weight = [torch.zeros_like(entries) for entries in self._now]
        training = setting.model.training
        setting.model.eval()
        generator = torch.Generator().manual_seed(0)
        # One prompt at a time: the square of a sum of gradients is not the sum of their squares.
        prompts = list(islice((one for batch in setting.prompts.batches for one in batch.singles()), PROMPTS))
        for one in prompts:
            said = one.logits(setting.model).float()
            drawn = torch.multinomial(said.detach().softmax(-1).cpu(), 1, generator=generator).squeeze(-1)
            loss = functional.cross_entropy(said, drawn.to(said.device), reduction="sum")
            for weight, gradient in zip(self._weight, torch.autograd.grad(loss, self._now), strict=True):
                weight.add_(gradient.pow(2), alpha=1 / len(prompts))
        setting.model.train(training)

    def term(self, model: nn.Module, inputs: Mapping[str, Tensor], logits: Tensor | None, draw: int) -> Tensor:
        """Half the weighed squared distance."""
        away = [
            (weight * (now - then).pow(2)).sum()
            for weight, now, then in zip(self._weight, self._now, self._then, strict=True)
        ]
        return 0.5 * torch.stack(away).sum()
