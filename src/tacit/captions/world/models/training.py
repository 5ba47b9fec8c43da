"""Training a small model, and asking it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from tacit.captions.world.models.captioner import Captioner
from tacit.captions.world.models.dual_encoder import DualEncoder
from tacit.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Model = DualEncoder | Captioner
KINDS: Final[dict[str, type[Model]]] = {"dual-encoder": DualEncoder, "captioner": Captioner}
_WARM_UP: Final = 0.3
"""Share of the steps in which the learning rate rises. With .1 the same accuracy took half as many steps again."""
_CHUNK: Final = 256
"""Items asked at a time."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is made and trained.

    Attributes:
        kind: One of `KINDS`.
        width: Of the hidden layers.
        steps: Batches seen.
        batch: Pairs in a batch.
        rate: The highest learning rate.
        seed: Of the first weights and the order of the pairs.
        device: Where it is trained, as PyTorch calls it.
    """

    kind: str = "dual-encoder"
    width: int = 64
    steps: int = 600
    batch: int = 256
    rate: float = 6e-3
    seed: int = 0
    device: str = "cpu"


def train(recipe: Recipe, pictures: NDArray[np.uint8], texts: NDArray[np.int64], words: int) -> Model:
    """Train a model from scratch.

    AdamW (Loshchilov & Hutter 2019), the learning rate rising linearly and falling along a half cosine. Pairs are
    shuffled anew for each pass. The same recipe and pairs give the same weights on one machine's CPU; PyTorch's own
    random state and settings are left as they were.

    Args:
        recipe: How.
        pictures: Levels, shape ``(pairs, SIDE, SIDE, 3)``.
        texts: Word numbers, shape ``(pairs, LONGEST)``.
        words: Size of the vocabulary.

    Raises:
        UsageError: If the kind of model is unknown, or there are no pairs.
    """
    if recipe.kind not in KINDS:
        raise UsageError(f"There is no kind of model called {recipe.kind!r}. There are: {', '.join(KINDS)}.")
    if not len(pictures) or len(pictures) != len(texts):
        raise UsageError(f"A model is trained on pairs; there are {len(pictures)} pictures and {len(texts)} captions.")
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(recipe.seed)  # torch.manual_seed would seed those of GPUs as well
        model = KINDS[recipe.kind](recipe.width, words).to(recipe.device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=recipe.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    seen, said = torch.from_numpy(pictures).to(recipe.device), torch.from_numpy(texts).to(recipe.device)
    order = _batches(len(pictures), recipe)
    model.train()
    for step in range(recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * _schedule(step / recipe.steps)
        at = torch.from_numpy(order[step]).to(recipe.device)
        optimiser.zero_grad()
        model.loss(seen[at], said[at]).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return model.eval()


def ask(model: Model, pictures: NDArray[np.uint8], options: NDArray[np.int64]) -> NDArray[np.float64]:
    """The scores that a model gives to the options of items; see `DualEncoder.scores`."""
    device = next(model.parameters()).device
    with torch.inference_mode():
        parts = [
            model.scores(
                torch.from_numpy(pictures[at : at + _CHUNK]).to(device),
                torch.from_numpy(options[at : at + _CHUNK]).to(device),
            ).cpu()
            for at in range(0, len(pictures), _CHUNK)
        ]
    return torch.cat(parts).double().numpy() if parts else np.zeros(options.shape[:2])


def count_parameters(model: Model) -> int:
    """How many numbers are trained."""
    return sum(parameter.numel() for parameter in model.parameters())


def _schedule(done: float) -> float:
    """The learning rate as a share of the highest, when a share of the steps is done."""
    if done < _WARM_UP:
        return done / _WARM_UP + 0.01
    return 0.5 * (1 + math.cos(math.pi * (done - _WARM_UP) / (1 - _WARM_UP)))


def _batches(pairs: int, recipe: Recipe) -> NDArray[np.int64]:
    """The pairs of each step, shape ``(steps, batch)``: all pairs in random order, again and again."""
    rng = np.random.default_rng(recipe.seed)
    batch = min(recipe.batch, pairs)
    passes = math.ceil(recipe.steps * batch / pairs)
    order = np.concatenate([rng.permutation(pairs) for _ in range(max(passes, 1))])
    return np.resize(order, (recipe.steps, batch))
