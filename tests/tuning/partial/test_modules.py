from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from tacit.models.runtime import transformers_ready
from tacit.tuning.locate.values import Part
from tacit.tuning.partial.modules import PartLinear, divide, master, rejoin

with transformers_ready():
    from transformers.models.falcon.modeling_falcon import FalconLinear
    from transformers.pytorch_utils import Conv1D

KINDS: dict[str, Any] = {
    "Linear": nn.Linear,
    "FalconLinear": FalconLinear,
    "Conv1D": lambda inputs, outputs: Conv1D(outputs, inputs),  # type: ignore[no-untyped-call]
}


@st.composite
def runs(draw: st.DrawFn, size: int) -> tuple[tuple[int, int], ...]:
    ends = sorted(draw(st.sets(st.integers(0, size), min_size=2, max_size=6)))
    return tuple(zip(ends[::2], ends[1::2], strict=False))


def part(module: nn.Module, name: str, axis: int, which: tuple[tuple[int, int], ...]) -> Part:
    return Part(name, axis, which, tuple(getattr(module, name).shape), "weight" if name == "weight" else "bias")


def divided(module: nn.Module, *parts: Part) -> nn.Module:
    same = copy.deepcopy(module)
    slices = {each.tensor: master(getattr(same, each.tensor), each) for each in parts}
    for parameter in same.parameters():
        parameter.requires_grad_(False)
    divide(same, {each.tensor: each for each in parts}, slices)
    return same


@given(st.data(), st.sampled_from(sorted(KINDS)), st.sampled_from((0, 1)), st.booleans())
def test_a_divided_layer_computes_what_the_plain_one_does(
    data: st.DataObject, kind: str, axis: int, both: bool
) -> None:
    torch.manual_seed(0)
    plain = KINDS[kind](5, 12)
    nn.init.normal_(plain.bias)
    weight = part(plain, "weight", axis, data.draw(runs(plain.weight.shape[axis])))
    parts = [weight, part(plain, "bias", 0, data.draw(runs(12)))] if both else [weight]
    layer = divided(plain, *parts)
    assert isinstance(layer, PartLinear) == (axis == int(kind == "Conv1D"))
    x, y = (torch.randn(2, 3, 5).requires_grad_() for _ in range(2))
    y.data.copy_(x.data)
    expected, found = plain(x), layer(y)
    assert torch.equal(expected, found)
    upstream = torch.randn_like(expected)
    expected.backward(upstream)
    found.add_(1)  # as models do that add in place
    found.backward(upstream)
    assert torch.equal(x.grad, y.grad)  # type: ignore[arg-type]
    for each in parts:
        whole = getattr(plain, each.tensor).grad
        places = torch.cat([torch.arange(*run) for run in each.runs])
        own = layer._parameters[f"{each.tensor}_trained"]
        assert own is not None
        torch.testing.assert_close(own.grad, whole.index_select(each.axis, places), rtol=1e-5, atol=1e-6)
        assert layer._parameters[each.tensor].grad is None  # type: ignore[union-attr]


def test_a_model_may_read_the_weight_instead_of_calling_the_layer() -> None:
    plain = nn.Linear(3, 4)
    layer: Any = divided(plain, part(plain, "weight", 0, ((1, 2),)))
    assert layer.weight.dtype == torch.float32
    assert (layer.in_features, layer.out_features) == (3, 4)
    nn.functional.linear(torch.ones(3), layer.weight).sum().backward()  # type: ignore[no-untyped-call]
    assert torch.equal(layer.weight_trained.grad, torch.ones(1, 3))


def test_other_slices_between_forward_and_backward_do_not_change_the_gradient() -> None:
    plain = nn.Linear(3, 6)
    layer: Any = divided(plain, part(plain, "weight", 0, ((4, 6),)))
    x = torch.randn(2, 3, requires_grad=True)
    out = layer(x)
    now = layer.weight_trained.data
    layer.weight_trained.data = torch.zeros_like(now)
    with torch.no_grad():
        layer(x)
    layer.weight_trained.data = now
    out.sum().backward()
    assert torch.equal(x.grad, torch.ones(2, 6) @ plain.weight)  # type: ignore[arg-type]


def test_half_precision_trains_a_float32_copy() -> None:
    plain = nn.Linear(4, 6).bfloat16()
    layer: Any = divided(plain, part(plain, "weight", 0, ((0, 2), (3, 5))))
    optimizer = torch.optim.SGD([layer.weight_trained], 1e-4)
    x = torch.ones(1, 4, dtype=torch.bfloat16)
    before = plain.weight.detach()[[0, 1, 3, 4]].float()
    for _ in range(4):
        layer(x).float().sum().backward()
        optimizer.step()
        optimizer.zero_grad()
    torch.testing.assert_close(layer.weight_trained.detach(), before - 4e-4, rtol=1e-5, atol=1e-7)
    rejoin(layer)
    assert type(layer) is nn.Linear
    assert torch.equal(layer.weight[2], plain.weight[2])
    assert torch.equal(layer.weight[:2], (before - 4e-4)[:2].bfloat16())


def test_automatic_mixed_precision_gives_the_gradients_of_the_plain_layer() -> None:
    plain = nn.Linear(8, 9)
    layer: Any = divided(plain, part(plain, "weight", 0, ((6, 9),)))
    x, y = (torch.ones(2, 8).mul(0.3).requires_grad_() for _ in range(2))
    for module, each in ((plain, x), (layer, y)):
        with torch.autocast("cpu", torch.bfloat16):
            out = module(each)
        assert out.dtype == torch.bfloat16
        out.float().square().sum().backward()
    assert torch.equal(x.grad, y.grad)  # type: ignore[arg-type]
    assert torch.equal(layer.weight_trained.grad, plain.weight.grad[6:])  # type: ignore[index]


def test_the_state_dict_has_the_original_layout_and_can_be_loaded() -> None:
    plain: Any = nn.Sequential(nn.Linear(3, 6), nn.Linear(6, 2))
    layer = copy.deepcopy(plain)
    own = master(layer[0].weight, part(layer[0], "weight", 0, ((1, 3),)))
    divide(layer[0], {"weight": part(layer[0], "weight", 0, ((1, 3),))}, {"weight": own})
    own.data += 1
    state = layer.state_dict()
    assert list(state) == list(plain.state_dict())
    assert torch.equal(state["0.weight"][1:3], plain[0].weight[1:3] + 1)
    layer.load_state_dict(plain.state_dict())
    assert torch.equal(own, plain[0].weight[1:3])
    assert torch.equal(copy.deepcopy(layer)(torch.ones(3)), plain(torch.ones(3)))


@pytest.mark.parametrize("training", [True, False])
def test_attention_of_torch_reads_divided_tensors(training: bool) -> None:
    torch.manual_seed(0)
    plain = nn.MultiheadAttention(8, 2).train(training)
    nn.init.normal_(plain.in_proj_bias)
    both = part(plain, "in_proj_weight", 0, ((16, 24),)), part(plain, "in_proj_bias", 0, ((16, 24),))
    module: Any = divided(plain, *both)
    x = torch.randn(5, 2, 8)
    (out, _), (expected, _) = module(x, x, x), plain(x, x, x)
    assert torch.equal(out, expected)
    out.square().sum().backward()
    expected.square().sum().backward()
    assert torch.equal(module.in_proj_weight_trained.grad, plain.in_proj_weight.grad[16:])  # type: ignore[index]
    with torch.no_grad():
        assert torch.equal(module(x, x, x)[0], plain(x, x, x)[0])
