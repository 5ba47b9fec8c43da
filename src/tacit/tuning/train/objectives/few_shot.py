"""`--keep few-shot`: the model goes on answering few-shot prompts from other tasks as the frozen base does.

Needs no labels: the base is the teacher (learning without forgetting, Li and Hoiem 2016, arXiv 1606.09282, on prompts
with demonstrations). The base's answers do not change, so they are computed once, before training, where they fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch

from tacit.tuning.train.objectives.divergence import divergence
from tacit.tuning.train.objectives.protocol import Setting, keeper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from tacit.tuning.train.shots import ShotBatch

CACHE_BYTES: Final = 1 << 30
"""The most that the base's answers may take in memory; beyond that they are computed anew at each step."""


@keeper("few-shot")
class FewShot:
    """KL(base || tuned) at the answers of few-shot prompts, those of the demonstrations included.

    The answer to the j-th demonstration is an answer with j - 1 shots, so one prompt holds every number of them.
    """

    needs_prompts = True
    needs_logits = False

    def prepare(self, setting: Setting) -> None:
        """Let the base answer all prompts."""
        if setting.prompts is None:
            raise ValueError("few-shot needs prompts")
        self._held, self._prompts = setting.held, setting.prompts
        self._answers: list[Tensor] | None = None
        vocabulary = setting.model.get_output_embeddings().weight.shape[0]  # type: ignore[operator]
        if 4 * vocabulary * self._prompts.answers <= CACHE_BYTES:
            self._answers = [self._ask(setting.model, batch).cpu() for batch in self._prompts.batches]

    def _ask(self, model: nn.Module, batch: ShotBatch) -> Tensor:
        """The base's logits at the answers, in float32."""
        training = model.training
        model.eval()
        with torch.no_grad(), self._held.base():
            found = batch.logits(model).float()
        model.train(training)
        return found

    def term(self, model: nn.Module, inputs: Mapping[str, Tensor], logits: Tensor | None, draw: int) -> Tensor:
        """The divergence on the next batch of prompts."""
        at, batch = self._prompts.draw(draw)
        taught = self._ask(model, batch) if self._answers is None else self._answers[at]
        said = batch.logits(model)
        return divergence(taught.to(said.device), said)
