"""Random inputs for a model that is not known beforehand, and the calls that its attention modules get with them."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

READ: Final = "encoder_hidden_states"
BATCH: Final = 2
TOKENS: Final = 12
_SAMPLES: Final = 4000
_WORDS: Final = 200


@dataclass(frozen=True, slots=True)
class Call:
    """What an attention module was called with."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def calls_of(
    model: nn.Module, modules: Mapping[str, nn.Module], *, seed: int, inputs: Mapping[str, Any] | Sequence[Any] | None
) -> dict[str, Call]:
    """The first call of each attention module while the model reads random inputs.

    The model is asked first; where its towers need different inputs, then each tower by itself.

    Args:
        model: In evaluation mode.
        modules: The attention modules, by name.
        seed: Of the inputs.
        inputs: The model's arguments (by name, or in order), if the user gives them.

    Raises:
        UsageError: If some modules were not called with any inputs that could be made.
    """
    calls: dict[str, Call] = {}
    hooks = [
        module.register_forward_pre_hook(_recorder(calls, name), with_kwargs=True) for name, module in modules.items()
    ]
    said = "no inputs could be made for it"
    try:
        with torch.no_grad():
            for root, args, kwargs in _attempts(model, modules, seed, inputs):
                try:
                    root(*args, **kwargs)
                except Exception as error:  # models raise what they like at inputs they were not made for
                    said = f"{type(error).__name__}: {error}"[:_WORDS]
                    if inputs is not None:
                        break
                if len(calls) == len(modules):
                    break
    finally:
        for hook in hooks:
            hook.remove()
    missing = [name or "the model itself" for name in modules if name not in calls]
    if missing:
        raise UsageError(
            f"The check could not make this {type(model).__name__} use {missing[0]} ({len(missing)} of {len(modules)} "
            f"modules; {said}). Give it inputs of yours: check_values(model, values, inputs={{...}})."
        )
    return calls


def _recorder(calls: dict[str, Call], name: str) -> Any:  # noqa: ANN401 - torch's hook
    def record(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if name not in calls:
            calls[name] = Call(tree_map(_kept, args), tree_map(_kept, kwargs))

    return record


def _kept(value: Any) -> Any:  # noqa: ANN401 - a leaf of arguments of any kind
    """A copy in float32, in which zero can be told from small; no cache, which would grow with every call."""
    if isinstance(value, Tensor):
        return value.detach().to(torch.float32, copy=True) if value.is_floating_point() else value.detach().clone()
    return None if hasattr(value, "get_seq_length") else value


def _attempts(
    model: nn.Module, modules: Mapping[str, nn.Module], seed: int, inputs: Mapping[str, Any] | Sequence[Any] | None
) -> Iterator[tuple[nn.Module, tuple[Any, ...], dict[str, Any]]]:
    if inputs is not None:
        yield (model, (), dict(inputs)) if hasattr(inputs, "keys") else (model, tuple(inputs), {})
        return
    around = {".".join(name.split(".")[:end]) for name in modules for end in range(1, name.count(".") + 1)}
    roots = [model] + [model.get_submodule(name) for name in sorted(around, key=lambda name: (name.count("."), name))]
    for root in roots:
        if root is not model and not hasattr(root, "main_input_name"):
            continue
        made = random_inputs(root, seed=seed)
        text = {name: value for name, value in made.items() if value.dtype == torch.long}
        own = {name: value for name, value in made.items() if name != READ}
        rest = {name: value for name, value in own.items() if name not in text}
        for kwargs in (text, own, rest, *({name: value} for name, value in rest.items()), made):
            if kwargs:
                cached = {"use_cache": False} if "use_cache" in inspect.signature(root.forward).parameters else {}
                yield root, (), {**kwargs, **cached}


def random_inputs(model: nn.Module, *, seed: int) -> dict[str, Tensor]:
    """Random inputs for the arguments that a model's forward takes: tokens, pictures, sound.

    Args:
        model: Whose configuration says how large they are.
        seed: Of the draws.

    Returns:
        By argument; tokens are ``[2, 12]``, and none of them is a special one.

    Example:
        >>> random_inputs(nn.Linear(2, 2), seed=0)
        {}
    """
    draw = torch.Generator().manual_seed(seed)
    config: Any = getattr(model, "config", None)
    taken = inspect.signature(model.forward).parameters
    made: dict[str, Tensor] = {}
    words = _vocabulary(model)
    for name in ("input_ids", "decoder_input_ids", "text"):
        if name in taken and words:
            length = getattr(model, "context_length", TOKENS) if name == "text" else TOKENS
            allowed = torch.tensor(sorted(set(range(words)) - _special(config)) or [0])
            made[name] = allowed[torch.randint(len(allowed), (BATCH, length), generator=draw)]
    if "global_attention_mask" in taken and "input_ids" in made:
        made["global_attention_mask"] = (torch.arange(TOKENS) == 0).long().repeat(BATCH, 1)
    for name in ("pixel_values", "image"):
        if name in taken and (shape := _picture(model, config)) is not None:
            made[name] = torch.randn((BATCH, *shape), generator=draw)
    for name in ("input_features", "input_values"):
        if name in taken:
            made[name] = torch.randn((BATCH, *_sound(config, name)), generator=draw)
    if READ in taken and (width := _width(config)):
        made[READ] = torch.randn((BATCH, TOKENS, width), generator=draw)
    if "grid_thw" in taken:
        made |= _patches(config, draw)
    first = next(model.parameters(), torch.empty(0))
    return {
        name: value.to(first.device, first.dtype if value.is_floating_point() else None) for name, value in made.items()
    }


def _vocabulary(model: nn.Module) -> int:
    ask = getattr(model, "get_input_embeddings", None)
    try:
        table = ask() if ask is not None else None
    except (NotImplementedError, AttributeError):
        table = None
    if isinstance(table, nn.Embedding):
        return table.num_embeddings
    holders = (model, getattr(model, "config", None))
    return next((size for each in holders if isinstance(size := getattr(each, "vocab_size", None), int)), 0)


def _special(config: Any) -> set[int]:  # noqa: ANN401 - a configuration of any library
    """Tokens with a meaning, such as the place of a picture."""
    told = config.to_dict() if hasattr(config, "to_dict") else {}
    found: set[int] = set()
    for holder in (told, *(value for value in told.values() if isinstance(value, dict))):
        for name, value in holder.items():
            if str(name).endswith(("token_id", "token_index")):
                found |= {each for each in (value if isinstance(value, list) else [value]) if isinstance(each, int)}
    return found


def _picture(model: nn.Module, config: Any) -> tuple[int, ...] | None:  # noqa: ANN401
    """Channels, height and width; for films, the number of frames before."""
    for holder in (config, getattr(config, "vision_config", None), getattr(model, "visual", None)):
        size = getattr(holder, "image_size", None)
        if size is not None:
            height, width = size if isinstance(size, list | tuple) else (size, size)
            frames = getattr(holder, "num_frames", None)
            return (*((frames,) if frames else ()), int(getattr(holder, "num_channels", 3)), int(height), int(width))
    return None


def _patches(config: Any, draw: torch.Generator) -> dict[str, Tensor]:  # noqa: ANN401
    """A picture as Qwen-VL's vision towers take it: flattened patches, and how many there are along each axis."""
    side = 2 * int(getattr(config, "spatial_merge_size", 1))
    channels = int(getattr(config, "in_channels", getattr(config, "in_chans", 3)))
    numbers = channels * int(getattr(config, "temporal_patch_size", 1)) * int(config.patch_size) ** 2
    grid = torch.tensor([[1, side, side]])
    return {"hidden_states": torch.randn((side * side, numbers), generator=draw), "grid_thw": grid}


def _width(config: Any) -> int:  # noqa: ANN401
    """Of what a decoder reads by cross-attention."""
    for name in ("cross_attention_hidden_size", "encoder_hidden_size", "hidden_size", "n_embd", "d_model"):
        if isinstance(found := getattr(config, name, None), int):
            return found
    return 0


def _sound(config: Any, name: str) -> tuple[int, ...]:  # noqa: ANN401
    bins = getattr(config, "num_mel_bins", None)
    if name == "input_values":
        return (_SAMPLES,) if bins is None else (int(config.max_length), int(bins))
    return int(bins or 80), 2 * int(getattr(config, "max_source_positions", _SAMPLES // 2))
