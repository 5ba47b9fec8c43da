"""Attention probabilities of any module, while it computes: what it puts through a softmax.

Models return their probabilities in many ways, or not at all. Torch lets calls of its functions be seen on the way, so
a softmax is recorded, and scaled dot-product attention and torch's own multi-head attention are computed in the way
that gives the probabilities. Gradients pass through what is recorded.
"""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SOFTMAX: Final = frozenset((functional.softmax, torch.softmax, Tensor.softmax))
_KNOWN: Final = (None, "eager", "sdpa")


class Watched(TorchFunctionMode):
    """While it is on, every attention that is computed leaves its probabilities in `probabilities`.

    Attributes:
        probabilities: In the order in which they were computed.
        late: The `id` of each tensor that met something the probabilities led to, as output projections do.

    Example:
        >>> with Watched() as watched:
        ...     _ = nn.MultiheadAttention(8, 2)(*[torch.ones(3, 8)] * 3, need_weights=False)
        >>> [tuple(each.shape) for each in watched.probabilities]
        [(2, 3, 3)]
    """

    def __init__(self) -> None:
        super().__init__()
        self.probabilities: list[Tensor] = []
        self.late: set[int] = set()
        self._mixed: dict[int, Tensor] = {}

    def __torch_function__(
        self, func: Callable[..., Any], types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:  # noqa: ANN401 - what the function returns
        kwargs = kwargs or {}
        if func is functional.multi_head_attention_forward:
            return self._multi_head(*args, **kwargs)
        if func is functional.scaled_dot_product_attention:
            found = self._dot_product(*args, **kwargs)
            self._mixed[id(found)] = found
            return found
        found = func(*args, **kwargs)
        if func in _SOFTMAX:
            self.probabilities.append(found)
            self._mixed[id(found)] = found
        else:
            self._follow(func, args, kwargs, found)
        return found

    def _follow(self, func: object, args: tuple[Any, ...], kwargs: dict[str, Any], found: object) -> None:
        """What is computed from probabilities is mixed, and so is what is computed from that."""
        tensors = [each for each in tree_leaves((args, kwargs)) if isinstance(each, Tensor)]
        if not any(id(each) in self._mixed for each in tensors):
            return
        self.late |= {id(each) for each in tensors if id(each) not in self._mixed}
        changed = tensors[0] if func is Tensor.__setitem__ else found
        self._mixed |= {id(each): each for each in tree_leaves(changed) if isinstance(each, Tensor)}

    def _multi_head(self, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor | None]:  # noqa: ANN401 - as torch has it
        """Torch's own, asked for its weights; what it does with them cannot be followed, but is known."""
        given = inspect.signature(functional.multi_head_attention_forward).bind(*args, **kwargs)
        given.apply_defaults()
        shown = given.arguments["need_weights"]
        given.arguments.update(need_weights=True, average_attn_weights=False)
        output, found = functional.multi_head_attention_forward(*given.args, **given.kwargs)
        assert found is not None  # noqa: S101 - it was asked for
        self.probabilities.append(found)
        self.late |= {id(given.arguments[name]) for name in ("out_proj_weight", "out_proj_bias")}
        return output, found if shown else None

    def _dot_product(
        self, query: Tensor, key: Tensor, value: Tensor, *masking: object, enable_gqa: bool = False, **named: object
    ) -> Tensor:
        """As torch documents it, without dropout: models are watched in evaluation mode."""
        given = {**dict(zip(("attn_mask", "dropout_p", "is_causal"), masking, strict=False)), **named}
        attn_mask, scale = given.get("attn_mask"), given.get("scale")
        if enable_gqa:
            key, value = (each.repeat_interleave(query.shape[-3] // each.shape[-3], -3) for each in (key, value))
        scores = query @ key.transpose(-2, -1) * (scale if isinstance(scale, float) else query.shape[-1] ** -0.5)
        if given.get("is_causal", False):
            attn_mask = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril()
        if isinstance(attn_mask, Tensor):
            allowed = attn_mask.dtype == torch.bool
            scores = scores.masked_fill(~attn_mask, float("-inf")) if allowed else scores + attn_mask
        found = scores.softmax(-1).nan_to_num()  # a row that sees nothing
        self.probabilities.append(found)
        return found @ value


@contextmanager
def watchable(model: nn.Module) -> Iterator[None]:
    """While a model computes so that it can be watched: in evaluation mode, in torch's own functions.

    Modes and the choice of kernels are put back, also when something is raised.
    """
    modes = {module: module.training for module in model.modules()}
    configs = {id(config): config for module in modes if (config := getattr(module, "config", None)) is not None}
    chosen = {key: getattr(config, "_attn_implementation", None) for key, config in configs.items()}
    fast = torch.backends.mha.get_fastpath_enabled()
    try:
        model.eval()
        torch.backends.mha.set_fastpath_enabled(False)
        for key, kernel in chosen.items():
            if kernel not in _KNOWN:
                configs[key]._attn_implementation = "eager"
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
        for key, kernel in chosen.items():
            if kernel not in _KNOWN:
                configs[key]._attn_implementation = kernel
        for module, training in modes.items():
            module.training = training
