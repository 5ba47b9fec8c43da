"""Low-rank changes of parts of matrices, by PEFT, exported as adapters that PEFT alone can load.

PEFT adds its change to whole layers; in a fused layer that would change queries and keys too. The change of a part is
still a change that PEFT can express: its second matrix B is zero in all other rows. So B is held like any other matrix
of which some rows train (`tacit.tuning.partial.modules`), and stays zero elsewhere to the last bit.

Hu et al. (2022), "LoRA", section 4.1: W + (alpha / r) B A, with B = 0 at the start; here alpha = 2 r.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor, nn

from tacit.errors import MissingExtraError, UsageError
from tacit.models.runtime import transformers_ready
from tacit.tuning.locate.values import Part
from tacit.tuning.partial.modules import divide, master, rejoin

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.tuning.partial.sets import Selection

ADAPTER: Final = "default"
_PREFIX: Final = "base_model.model."
"""What PEFT puts before the names of a model's modules in the files of an adapter."""


class LowRank:
    """A model with low-rank changes of some parts of its matrices.

    Args:
        model: Changed in place.
        selection: What the changes are added to.
        rank: Of the changes.
        seed: Of the first matrix A, which starts at random.

    Attributes:
        trained: What trains, by name.

    Raises:
        MissingExtraError: If PEFT is not installed.
        UsageError: If a part is not in a linear layer.
    """

    def __init__(self, model: nn.Module, selection: Selection, rank: int, seed: int) -> None:
        try:
            with transformers_ready():
                import peft
        except ImportError:
            raise MissingExtraError("LoRA", "tuning") from None
        owners = {part.tensor.removesuffix(".weight"): part for part in selection.parts}
        for name, part in owners.items():
            _check_linear(model, name, part)
        config = peft.LoraConfig(
            r=rank,
            lora_alpha=2 * rank,
            target_modules="|".join(map(re.escape, owners)),  # a pattern for the whole name; a list matches endings
            fan_in_fan_out=any(part.axis == 1 for part in owners.values()),
        )
        with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where both kinds of layers are, it says that it sets fan_in_fan_out right
            torch.manual_seed(seed)
            self.tuner: Any = peft.LoraModel(model, config, ADAPTER)
        self.model = model
        self.layers: dict[str, Any] = {name: model.get_submodule(name) for name in owners}
        self.trained: dict[str, nn.Parameter] = {}
        self._divided: list[nn.Module] = []
        for name, part in owners.items():
            self._hold(name, part)

    def _hold(self, name: str, part: Part) -> None:
        first, second = (getattr(self.layers[name], matrix)[ADAPTER] for matrix in ("lora_A", "lora_B"))
        for matrix in (first, second):
            matrix.float()
        self.trained[f"{name}.lora_A"] = first.weight
        if part.whole:
            self.trained[f"{name}.lora_B"] = second.weight
            return
        rows = Part(f"{name}.lora_B", 0, part.runs, tuple(second.weight.shape), "weight")
        self.trained[rows.tensor] = slices = master(second.weight, rows)
        divide(second, {"weight": rows}, {"weight": slices})
        self._divided.append(second)

    def merged(self) -> dict[str, Tensor]:
        """The state dict of the model with the changes in it, under the model's own names."""
        found = {}
        for name, tensor in self.model.state_dict().items():
            owner, _, last = name.rpartition(".base_layer.")
            if owner and last == "weight":
                change = self.layers[owner].get_delta_weight(ADAPTER).detach()
                found[f"{owner}.weight"] = (tensor + change).to(tensor.dtype)
            elif not re.search(r"\.lora_[AB]\.", name):
                found[name.replace(".base_layer.", ".")] = tensor
        return found

    def undo(self) -> None:
        """Take the adapter out of the model, and leave its changes in."""
        for second in self._divided:
            rejoin(second)
        self.tuner.merge_and_unload()

    def save(self, folder: Path, base: str | None) -> dict[str, Tensor]:
        """Write the adapter.

        Args:
            folder: Where to; it exists.
            base: Name or folder of the model it belongs to.

        Returns:
            What was written, by name.
        """
        from safetensors.torch import save

        config = self.tuner.peft_config[ADAPTER]
        config.base_model_name_or_path, config.inference_mode = base, True
        config.save_pretrained(str(folder))
        tensors = {}
        for name, layer in self.layers.items():
            for matrix in ("lora_A", "lora_B"):
                weight = getattr(layer, matrix)[ADAPTER].weight.detach()
                tensors[f"{_PREFIX}{name}.{matrix}.weight"] = weight.cpu().contiguous()
        (folder / "adapter_model.safetensors").write_bytes(save(tensors, metadata={"format": "pt"}))
        return tensors


def _check_linear(model: nn.Module, name: str, part: Part) -> None:
    try:
        module = model.get_submodule(name)
    except AttributeError:
        module = None
    conv1d = type(module).__name__ == "Conv1D"
    if not (isinstance(module, nn.Linear) or conv1d) or part.axis != int(conv1d):
        raise UsageError(
            f"{part.tensor} is not the weight of a linear layer, and LoRA is only made for these. Train its entries "
            "themselves: --update without lora-."
        )
