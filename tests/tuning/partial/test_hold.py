from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.tuning.partial.partial_models import FAMILIES, Tower, ids, tiny, train
from torch import nn

from tacit.errors import CheckFailedError, DataError, UsageError
from tacit.tuning.locate.values import Part
from tacit.tuning.partial.hold import hold
from tacit.tuning.partial.sets import Selection, select


def outside(model: nn.Module, selection: Selection) -> dict[str, torch.Tensor]:
    """The state dict, with zeros where something trains."""
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    for part in selection.parts:
        for start, stop in part.runs:
            state[part.tensor].narrow(part.axis, start, stop - start).zero_()
    return state


def same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return list(first) == list(second) and all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("dtype", "steps"),
    [(torch.float32, 5), (torch.bfloat16, 5), pytest.param(torch.float32, 100, marks=pytest.mark.slow)],
)
def test_after_any_number_of_steps_nothing_else_has_moved(family: str, dtype: torch.dtype, steps: int) -> None:
    model = tiny(family, dtype)
    selection = select(model, "value")
    before, first, asked = outside(model, selection), dict(model.state_dict()), model(ids()).logits.detach()
    first = {name: tensor.clone() for name, tensor in first.items()}
    held = hold(model, selection)
    assert torch.equal(model(ids()).logits, asked)
    assert same(held.merged(), first)
    optimizer = train(model, held.parameters(), steps=steps)
    moments = [t for state in optimizer.state.values() for t in state.values() if t.ndim]
    assert sum(t.numel() * t.element_size() for t in moments) == 8 * held.trained == selection.state_bytes
    held.verify()
    tuned = model(ids()).logits.detach()
    with held.base(), torch.no_grad():
        assert torch.equal(model(ids()).logits, asked)
    assert torch.equal(model(ids()).logits, tuned)
    held.release()
    assert torch.equal(model(ids()).logits, tuned)
    assert same(outside(model, selection), before)
    for part in selection.parts:
        for start, stop in part.runs:
            run = (part.axis, start, stop - start)
            assert not torch.equal(model.state_dict()[part.tensor].narrow(*run), first[part.tensor].narrow(*run))


def test_attention_of_torch_trains_its_values_alone() -> None:
    torch.manual_seed(0)
    model = Tower()
    selection = select(model, "value")
    before = outside(model, selection)
    held = hold(model, selection)
    optimizer = torch.optim.AdamW(held.parameters(), 1e-2, weight_decay=0.1)
    for step in range(20):
        model(torch.randn(2, 5, 16)).square().mean().backward()
        optimizer.step()
        optimizer.zero_grad()
        if step == 10:  # a round trip through a checkpoint
            held.load(held.state())
    held.verify()
    assert same(outside(held.release(), selection), before)


@pytest.mark.parametrize("family", ["llama", "gpt_neox", "gpt2"])
def test_it_is_full_training_with_the_other_gradients_set_to_zero(family: str) -> None:
    full, model = tiny(family), tiny(family)
    selection = select(model, "value")
    held = hold(model, selection)
    keep = {name: torch.zeros_like(tensor) for name, tensor in full.named_parameters()}
    for part in selection.parts:
        for start, stop in part.runs:
            keep[part.tensor].narrow(part.axis, start, stop - start).fill_(1)
    ours = torch.optim.SGD(held.parameters(), 0.1, momentum=0.9)
    theirs = torch.optim.SGD(full.parameters(), 0.1, momentum=0.9)
    for step in range(10):
        x = ids(step)
        for each, optimizer in ((model, ours), (full, theirs)):
            optimizer.zero_grad()
            each(input_ids=x, labels=x).loss.backward()
        for name, parameter in full.named_parameters():
            parameter.grad *= keep[name]
        ours.step()
        theirs.step()
    merged = held.merged()
    for name, tensor in full.state_dict().items():
        torch.testing.assert_close(merged[name], tensor, rtol=0, atol=1e-6)


def test_nothing_is_computed_below_the_first_value() -> None:
    model = tiny("gpt_neox")
    hold(model, select(model, "value", layers="last:1"))
    inputs: list[torch.Tensor] = []
    for layer in model.gpt_neox.layers:
        layer.register_forward_hook(lambda _, args, out: inputs.append(args[0]))
    model(ids()).logits.sum().backward()
    assert [x.requires_grad for x in inputs] == [False, False]


def test_layers_that_share_a_module_share_what_trains() -> None:
    shared = nn.Linear(4, 6)
    model = nn.Sequential(shared, nn.Linear(6, 4), shared)
    part = Part("2.weight", 0, ((4, 6),), (6, 4), "weight")
    held = hold(model, Selection("value", (part,), None, 80))
    model(torch.ones(4)).sum().backward()
    assert held.trained == 8
    assert held.parameters()[0].grad is not None
    assert list(held.merged()) == ["0.weight", "0.bias", "1.weight", "1.bias", "2.weight", "2.bias"]
    held.parameters()[0].data += 1
    assert torch.equal(held.merged()["0.weight"], held.merged()["2.weight"])


def test_tied_tensors_of_several_modules_share_what_trains() -> None:
    model: Any = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)]).bfloat16()
    model[1].weight = model[0].weight
    held = hold(model, Selection("all", (Part("0.weight", 0, ((0, 4),), (4, 4), "weight"),), None, 40))
    (model[0](torch.ones(4).bfloat16()) + model[1](torch.ones(4).bfloat16())).sum().backward()
    assert torch.equal(held.parameters()[0].grad, torch.full((4, 4), 2.0))  # type: ignore[arg-type]
    held.release()
    assert model[0].weight is model[1].weight
    assert all(parameter.requires_grad for parameter in model.parameters())


def test_what_writes_past_the_optimizer_is_found() -> None:
    model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6))
    held = hold(model, Selection("value", (Part("0.weight", 0, ((4, 6),), (6, 4), "weight"),), None, 80))
    model.eval()(torch.randn(3, 4))
    held.verify()
    model.train()(torch.randn(3, 4))
    with pytest.raises(CheckFailedError, match=r"1\.num_batches_tracked.*batch normalisation"):
        held.verify()
    model[1].reset_running_stats()  # type: ignore[operator]
    held.verify()
    model[0]._parameters["weight"].data[0, 0] += 1e-6  # type: ignore[union-attr]
    with pytest.raises(CheckFailedError, match=r"0\.weight"):
        held.verify()


def test_what_cannot_be_held_leaves_the_model_as_it_was() -> None:
    model = nn.Sequential(nn.Linear(4, 6), nn.Linear(6, 4))
    part = Part("0.weight", 0, ((4, 6),), (6, 4), "weight")
    for wrong, message in (
        (Part("0.wait", 0, ((4, 6),), (6, 4), "weight"), "no tensor 0.wait"),
        (Part("0.weight", 0, ((4, 6),), (7, 4), "weight"), "select from this very model"),
    ):
        with pytest.raises(UsageError, match=message):
            hold(model, Selection("value", (wrong,), None, 80))
    model[1].weight = nn.Parameter(torch.zeros(4, 6, dtype=torch.int8), requires_grad=False)
    quantised = Part("1.weight", 0, ((0, 2),), (4, 6), "weight")
    with pytest.raises(UsageError, match=r"torch\.int8, not numbers.*unquantised"):
        hold(model, Selection("value", (part, quantised), None, 80))
    assert type(model[0]) is nn.Linear
    assert [parameter.requires_grad for parameter in model.parameters()] == [True, True, False, True]
    held = hold(model, Selection("value", (part,), None, 80), keep_base=False)
    with pytest.raises(UsageError, match="train already"):
        hold(model, Selection("value", (part,), None, 80))
    with pytest.raises(UsageError, match="keep_base"), held.base():
        pass
    with pytest.raises(DataError, match="another model or another choice"):
        held.load({"other": torch.zeros(2, 4)})
    with pytest.raises(DataError, match="a shape differs"):
        held.load({"0.weight": torch.zeros(3, 4)})


def test_a_tensor_with_two_names_cannot_train_in_two_ways() -> None:
    model = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])
    model[1].weight = model[0].weight
    parts = tuple(Part(f"{at}.weight", 0, ((at, 3),), (4, 4), "weight") for at in range(2))
    with pytest.raises(UsageError, match="tied weights"):
        hold(model, Selection("value", parts, None, 40))
