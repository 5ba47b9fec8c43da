"""Taking back a part of the change: theta = base + alpha (tuned - base).

WiSE-FT (Wortsman et al. 2022, arXiv 2109.01903, equation 1). Trained entries only; all others are the base's anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.tuning.train.result import Try
from tacit.tuning.train.watch import mean_loss, undisturbed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from torch import Tensor, nn

    from tacit.tuning.partial.hold import Held
    from tacit.tuning.train.watch import Batch, Reading

ALPHAS: Final = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
"""Tried when alpha is to be chosen."""


def between(start: Mapping[str, Tensor], tuned: Mapping[str, Tensor], alpha: float) -> dict[str, Tensor]:
    """The entries at a point between base and tuned.

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
    return {name: (was + alpha * (tuned[name] - was)).to(was.dtype) for name, was in start.items()}
