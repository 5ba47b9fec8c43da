"""Proof, on the model itself, that what is taken for the values is the values: by perturbing it.

An attention module's output is its probabilities times its values. So whatever happens to the values leaves the
probabilities as they are and changes the output; whatever happens to queries or keys changes the probabilities. Each
attention module is called by itself, in float32, with what it got while the model read random inputs, so that every
layer is checked and not the first alone, and nothing of the model is ever written to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor, nn
from torch.func import functional_call

from tacit.errors import UsageError
from tacit.tuning.locate.findings import Finding, SelfCheck
from tacit.tuning.locate.inputs import calls_of
from tacit.tuning.locate.watch import Watched, watchable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.tuning.locate.inputs import Call
    from tacit.tuning.locate.values import Attention, Part, ValueMap

_TOLERANCE: Final = 1e-6
_ROUNDING: Final = 1e-4
_SMALLEST: Final = 0.02


def check_values(
    model: nn.Module, values: ValueMap, *, seed: int = 0, inputs: Mapping[str, Any] | Sequence[Any] | None = None
) -> SelfCheck:
    """Check by perturbation that the values of a model are where a map says.

    For each attention module: noise in the claimed entries leaves its probabilities as they are (to 1e-6) and changes
    its output; noise in the rest of the same tensors, or in the other projections where the values have tensors of
    their own, changes the probabilities. The claimed tensors are applied before the probabilities are, as an output
    projection is not. Then slice by slice, by gradients: no claimed slice reaches a probability, and no other slice of
    the same projection reaches the output without reaching a probability, which finds claims that are off by one.

    Where a module computes its probabilities in a way that cannot be seen, its values are set to zero instead, and its
    output must then be the same at every position; the finding says so. This does not tell values from outputs.

    The model is left as it was, bit by bit, in its mode and its dtype, also when something is raised.

    Args:
        model: The model, with its weights.
        values: From `tacit.tuning.locate.api.locate_values`.
        seed: Of the inputs and the noise.
        inputs: Arguments for the model, by name or in order, where random tokens, pictures or sound do not do.

    Raises:
        UsageError: If the modules cannot be made to compute, or the weights are not loaded.

    Example:
        >>> from tacit.tuning.locate.api import locate_values
        >>> model = nn.MultiheadAttention(8, 2)
        >>> check_values(model, locate_values(model), inputs=[torch.randn(3, 8)] * 3).ok
        True
    """
    modules = {attention.module: model.get_submodule(attention.module) for attention in values.attentions}
    if any(parameter.is_meta for module in modules.values() for parameter in module.parameters()):
        raise UsageError(
            "The model's weights are not loaded (they are on the device meta). Load them before the check."
        )
    findings: list[Finding] = []
    with torch.random.fork_rng(devices=[]), watchable(model):
        calls = calls_of(model, modules, seed=seed, inputs=inputs)
        for attention in values.attentions:
            checked = _Checked(modules[attention.module], attention, calls[attention.module], seed)
            with torch.enable_grad():
                findings += checked.findings()
    return SelfCheck(values.model, tuple(findings))


class _Checked:
    """One attention module under the check.

    Args:
        module: It.
        attention: What is claimed of it.
        call: What it is called with.
        seed: Of the noise.
    """

    def __init__(self, module: nn.Module, attention: Attention, call: Call, seed: int) -> None:
        self.module, self.name, self.call = module, attention.module, call
        self.draw = torch.Generator().manual_seed(seed)
        self.tensors = {name: _float(tensor) for name, tensor in _all_tensors(module).items()}
        self.claimed = {self._inside(part): _mask(part) for part in attention.parts}
        self.axes = {self._inside(part): part.axis for part in attention.parts}
        owners = {_owner(name) for name in self.claimed}
        self.beside = {
            name: ~self.claimed[name] if name in self.claimed else torch.ones(tensor.shape, dtype=torch.bool)
            for name, tensor in module.named_parameters()
            if _owner(name) in owners and (_owner(name) or name in self.claimed)
        }
        fused = {name: mask for name, mask in self.beside.items() if mask.any()}
        self.rest = fused or {
            name: torch.ones(tensor.shape, dtype=torch.bool)
            for name, tensor in module.named_parameters()
            if name not in self.claimed and tensor.ndim > 1
        }

    def _inside(self, part: Part) -> str:
        name = part.tensor.removeprefix(f"{self.name}.") if self.name else part.tensor
        there = dict(self.module.named_parameters()).get(name)
        if there is None or tuple(there.shape) != part.shape:
            raise UsageError(f"{part.tensor} of shape {part.shape} is no parameter of {self.name}. Locate them anew.")
        return name

    def findings(self) -> list[Finding]:
        with torch.no_grad():
            watched, output = self._run({})
            before = watched.probabilities
            if not before:
                return self._without_probabilities(output)
            claimed, changed = self._run(self._noisy(self.claimed))
            rest, _ = self._run(self._noisy(self.rest))
        late = any(id(self.tensors[name]) in watched.late for name in self.claimed)
        first, then = "before the probabilities are", "after them"
        return [
            self._compared(
                "claimed entries perturbed: attention probabilities", before, claimed.probabilities, same=True
            ),
            self._compared("claimed entries perturbed: output of the module", [output], [changed], same=False),
            self._compared("the rest perturbed: attention probabilities", before, rest.probabilities, same=False),
            Finding(self.name, "when the claimed tensors are applied", first, then if late else first, not late),
            self._slices(),
        ]

    def _run(self, changed: Mapping[str, Tensor]) -> tuple[Watched, Tensor]:
        """What was seen, and the output, with some tensors in place of the module's own."""
        with Watched() as watched:
            returned = functional_call(self.module, {**self.tensors, **changed}, self.call.args, self.call.kwargs)
        return watched, _first_tensor(returned)

    def _noisy(self, masks: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The tensors with noise of their own spread where the masks say."""
        noisy = {}
        for name, mask in masks.items():
            tensor = self.tensors[name]
            spread = max(float(tensor.std(correction=0)), _SMALLEST)
            noise = torch.randn(tensor.shape, generator=self.draw).to(tensor.device)
            noisy[name] = tensor + noise * mask.to(tensor.device) * spread
        return noisy

    def _compared(self, what: str, before: list[Tensor], after: list[Tensor], *, same: bool) -> Finding:
        change = _change(before, after)
        found = "unchanged" if change <= _TOLERANCE else f"changed by {change:.1g}"
        return Finding(self.name, what, "unchanged" if same else "changed", found, (change <= _TOLERANCE) == same)

    def _slices(self) -> Finding:
        leaves = {name: self.tensors[name].clone().requires_grad_() for name in {**self.claimed, **self.beside}}
        watched, output = self._run(leaves)
        reached = [each for each in watched.probabilities if each.requires_grad]
        score = self._gradients(reached, leaves)
        out = self._gradients([output], leaves)
        wrong: list[str] = []
        for name, leaf in leaves.items():
            mask = self.claimed.get(name, torch.zeros(leaf.shape, dtype=torch.bool))
            # What never meets a softmax has a gradient of exactly zero. A key's bias cancels out, but for rounding.
            to_scores, to_output = score[name] != 0, out[name].abs() > _ROUNDING * out[name].abs().max()
            for told, entries in (
                ("claimed and no values", mask & to_scores),
                ("values and not claimed", ~mask & ~to_scores & to_output),
            ):
                if entries.any():
                    wrong.append(f"{name}: {_counted(entries, self.axes.get(name, 0))} {told}")
        expected = "the claimed ones reach no probability, the others do"
        return Finding(self.name, "slices one by one", expected, "; ".join(wrong) or expected, not wrong)

    def _gradients(self, of: list[Tensor], leaves: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The gradient of a random combination, with respect to each leaf; zero where nothing leads to it."""
        total = sum((each * torch.randn(each.shape, generator=self.draw).to(each.device)).sum() for each in of)
        if not isinstance(total, Tensor):
            return {name: torch.zeros(leaf.shape) for name, leaf in leaves.items()}
        grads = torch.autograd.grad(total, list(leaves.values()), allow_unused=True, retain_graph=True)
        return {
            name: torch.zeros(leaf.shape) if grad is None else grad.detach().cpu()
            for (name, leaf), grad in zip(leaves.items(), grads, strict=True)
        }

    def _without_probabilities(self, output: Tensor) -> list[Finding]:
        """With no values there is nothing to tell positions apart by; without queries and keys there still is."""
        unseen = "(its attention probabilities cannot be seen)"
        zeroed = {name: self.tensors[name] * ~mask.to(self.tensors[name].device) for name, mask in self.claimed.items()}
        with torch.no_grad():
            _, without = self._run(zeroed)
        rows = without.reshape(-1, without.shape[-1])
        apart = float((rows - rows[0]).abs().max()) / max(float(output.abs().max()), _TOLERANCE)
        found = "the same at every position" if apart <= _TOLERANCE else f"positions differ by {apart:.1g}"
        what = f"claimed entries set to zero: output of the module {unseen}"
        zero = Finding(self.name, what, "the same at every position", found, apart <= _TOLERANCE)
        return [self._compared(what, [output], [without], same=False), zero]


def _all_tensors(module: nn.Module) -> dict[str, Tensor]:
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}


def _float(tensor: Tensor) -> Tensor:
    return tensor.detach().float() if tensor.is_floating_point() else tensor.detach()


def _owner(name: str) -> str:
    return name.rpartition(".")[0]


def _mask(part: Part) -> Tensor:
    mask = torch.zeros(part.shape, dtype=torch.bool)
    for start, stop in part.runs:
        mask.narrow(part.axis, start, stop - start).fill_(True)
    return mask


def _counted(entries: Tensor, axis: int) -> str:
    """How many slices hold any of the entries, and the first of them."""
    others = [each for each in range(entries.ndim) if each != axis]
    found = (entries.any(others) if others else entries).nonzero().flatten().tolist()
    return f"{len(found)} {'slice is' if len(found) == 1 else 'slices are'} (first: {found[0]})"


def _first_tensor(returned: Any) -> Tensor:  # noqa: ANN401 - what a module returned
    while not isinstance(returned, Tensor):
        returned = next(iter(returned.values() if hasattr(returned, "values") else returned))
    return returned


def _change(before: list[Tensor], after: list[Tensor]) -> float:
    """The largest change, relative to the largest number there was; infinite if the shapes are not the same."""
    if [each.shape for each in before] != [each.shape for each in after]:
        return float("inf")
    pairs = zip(before, after, strict=True)
    return max(float((new - old).abs().max() / old.abs().max().clamp_min(_TOLERANCE)) for old, new in pairs)
