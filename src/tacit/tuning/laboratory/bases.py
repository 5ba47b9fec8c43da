"""The models that every tuning of the laboratory begins with: shipped, or trained on the spot."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

from tacit.errors import DataError, MissingExtraError
from tacit.tuning.laboratory.pretraining import pretrain
from tacit.tuning.laboratory.transformer import Shape, Transformer
from tacit.tuning.laboratory.worlds import WORLDS

if TYPE_CHECKING:
    from torch import Tensor

SHIPPED: Final = {"lines": ((1, 2, 3, 4), (0, 1, 2)), "symbols": ((2,), (0, 1, 2))}
"""Depths and seeds of the models that come with tacit, by world. Made by ``scripts/train_laboratory.py``."""
STEPS: Final = {"lines": 2500, "symbols": 1500}
"""How long models of each world are trained."""
FILE: Final = "models.safetensors"


def base_model(world: str, depth: int, seed: int) -> Transformer:
    """A model that has learned to learn from demonstrations.

    Args:
        world: ``lines`` or ``symbols``.
        depth: Layers.
        seed: Of its training.

    Returns:
        One that comes with tacit (stored in half precision), else one that is trained now, which takes minutes.

    Raises:
        MissingExtraError: If safetensors is not installed.
        DataError: If the file that comes with tacit is damaged.

    Example:
        >>> base_model("symbols", depth=2, seed=0).shape.outputs
        8
    """
    depths, seeds = SHIPPED.get(world, ((), ()))
    if depth not in depths or seed not in seeds:
        return pretrain(WORLDS[world](), depth, seed, steps=STEPS[world])
    model = Transformer(Shape(WORLDS[world].inputs, WORLDS[world].outputs, depth), seed)
    try:
        model.load_state_dict(_stored(f"{world}-{depth}-{seed}/"))
    except RuntimeError as error:
        raise DataError(f"{FILE} does not fit this version of tacit: {error}. Install tacit again.") from None
    return model.eval()


def _stored(prefix: str) -> dict[str, Tensor]:
    try:
        from safetensors import SafetensorError, safe_open
    except ImportError:
        raise MissingExtraError("The laboratory's trained models", "laboratory") from None
    with as_file(files("tacit.tuning.laboratory") / "weights" / FILE) as path:
        try:
            with safe_open(path, framework="pt") as stored:
                names = [name for name in stored.keys() if name.startswith(prefix)]  # noqa: SIM118 - not a dict
                return {name.removeprefix(prefix): stored.get_tensor(name).float() for name in names}
        except (OSError, SafetensorError) as error:
            raise DataError(f"{path} cannot be read: {error}. Install tacit again.") from None
