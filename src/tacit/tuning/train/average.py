"""Taking back a part of the change: theta = base + alpha (tuned - base).

WiSE-FT (Wortsman et al. 2022, arXiv 2109.01903, equation 1). Trained entries only; all others are the base's anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.tuning.train.result import Try

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

    from tacit.tuning.partial.hold import Held
    from tacit.tuning.train.watch import Measured

ALPHAS: Final = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
"""Tried when alpha is to be chosen."""


def between(start: Mapping[str, Tensor], tuned: Mapping[str, Tensor], alpha: float) -> dict[str, Tensor]:
    """The entries at a point between base and tuned.

    Of LoRA's change B A, in which B was 0 in the base, B alone is scaled.

    Args:
        start: Trained entries of the base.
        tuned: Those after training.
        alpha: 0 for the base, 1 for the tuned model.

    Example:
        >>> import torch
        >>> between({"v": torch.zeros(2)}, {"v": torch.ones(2)}, 0.25)["v"].tolist()
        [0.25, 0.25]
    """
    if alpha == 1.0:
        return dict(tuned)
    return {
        name: now if name.endswith(".lora_A") else start[name].to(now.device).lerp(now, alpha)
        for name, now in tuned.items()
    }


def averaged(
    held: Held, alpha: float | None, *, bound: float, measure: Callable[[], Measured]
) -> tuple[float, tuple[Try, ...]]:
    """Take back a part of the change of a model.

    Args:
        held: The model, with its tuned entries; changed in place.
        alpha: How much of the change is kept; ``None`` to choose among `ALPHAS`: of those inside the bound, the one
            with the lowest held-out loss, and where none is known the largest.
        bound: The share of the few-shot ability that must be left.
        measure: Held-out loss and retention of the model as it is.

    Returns:
        The factor, and what was tried. When none is inside the bound, the factor is 0: the base.
    """
    start, tuned = held.originals(), held.state()
    if alpha is not None:
        held.load(between(start, tuned, alpha))
        return alpha, ()
    tries = []
    for factor in ALPHAS:
        held.load(between(start, tuned, factor))
        tries.append(Try(factor, *measure()))
    inside = [one for one in tries if one.reading is not None and (one.reading.retention.value or 0.0) >= bound]
    best = min(inside, key=lambda one: (one.held_out is not None and one.held_out, -one.alpha), default=None)
    chosen = 0.0 if best is None else best.alpha
    held.load(between(start, tuned, chosen))
    return chosen, tuple(tries)
