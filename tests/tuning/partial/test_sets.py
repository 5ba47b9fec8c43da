from __future__ import annotations

import pytest
import torch
from tests.tuning.partial.partial_models import tiny
from torch import nn

from tacit.errors import UsageError
from tacit.tuning.locate.values import Part
from tacit.tuning.partial.hold import hold
from tacit.tuning.partial.sets import UPDATES, select, union


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize("family", ["llama", "gpt2", "bloom"])
def test_as_much_trains_as_the_selection_says(family: str, update: str) -> None:
    model = tiny(family)
    selection = select(model, update, rank=3)
    held = hold(model, selection)
    assert held.trained == selection.trained == sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert 0 < selection.share <= 1
    assert f"{selection.trained:,} values" in selection.cost


def test_the_sets_of_a_small_llama() -> None:
    model = tiny("llama")  # 2 layers, width 32, 4 heads of 8, 2 of them for keys and values, MLP 48
    trained = {update: select(model, update, rank=2).trained for update in UPDATES}
    assert trained == {
        "value": 2 * 16 * 32,
        "output": 2 * 32 * 32,
        "value+output": 2 * (16 + 32) * 32,
        "attention": 2 * (16 + 16 + 32 + 32) * 32,
        "mlp": 2 * 3 * 48 * 32,
        "random": 2 * 16 * 32,
        "all": sum(p.numel() for p in model.parameters()),
        "lora-value": 2 * 2 * (16 + 32),
        "lora-output": 2 * 2 * (32 + 32),
        "lora-value+output": 2 * 2 * (16 + 32 + 32 + 32),
        "lora": 2 * 2 * (2 * (16 + 32) + 2 * (32 + 32)),
        "lora-mlp": 2 * 2 * 3 * (48 + 32),
    }
    assert select(model, "value").break_even == 16 * 32 / (16 + 32)


def test_random_rows_are_as_many_as_the_values_and_depend_on_the_seed() -> None:
    model = tiny("gpt2")
    value, first, second = select(model, "value"), select(model, "random", seed=1), select(model, "random", seed=2)
    assert first.trained == value.trained
    assert first == select(model, "random", seed=1)
    assert first.parts != second.parts
    assert not {part.tensor for part in first.parts} - {part.tensor for part in first.parts if part.role == "weight"}


def test_layers_can_be_chosen() -> None:
    model = tiny("gpt_neox")
    for layers, numbers in (
        ("last:1", {1}),
        ("0", {0}),
        ("0-1", {0, 1}),
        ("first:2", {0, 1}),
        ((1,), {1}),
        ("0, 1", {0, 1}),
    ):
        parts = select(model, "mlp", layers=layers).parts
        assert {int(part.tensor.split(".")[2]) for part in parts} == numbers
    assert {part.tensor.split(".")[1] for part in select(model, "all", layers="0").parts} == {"layers"}
    for wrong in ("2", "last:3", "first:0", "1-0", "x", ""):
        with pytest.raises(UsageError, match="Layers"):
            select(model, "value", layers=wrong)


def test_layers_of_nested_names_are_told_apart() -> None:
    class Inner(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attention = nn.ModuleList([nn.MultiheadAttention(4, 1)])
            self.mlp = nn.ModuleList([nn.Linear(4, 4)])

    model = nn.Module()
    model.stages = nn.ModuleList([nn.ModuleList([Inner(), Inner()]), nn.ModuleList([Inner()])])
    parts = select(model, "all", layers="1").parts
    assert {part.tensor[:11] for part in parts} == {"stages.0.1."}
    parts = select(model, "all", layers="2").parts
    assert {part.tensor[:9] for part in parts} == {"stages.1."}


def test_biases_can_be_left_out() -> None:
    model = tiny("gpt2")
    assert {part.role for part in select(model, "value").parts} == {"weight", "bias"}
    assert {part.role for part in select(model, "value", biases=False).parts} == {"weight"}
    assert {part.role for part in select(model, "lora-value").parts} == {"weight"}


def test_what_there_is_none_of_is_an_error() -> None:
    model = tiny("llama")
    with pytest.raises(UsageError, match=r"no set 'keys'.*There are: value, output"):
        select(model, "keys")
    with pytest.raises(UsageError, match="rank 0"):
        select(model, "lora", rank=0)


def test_slices_along_different_axes_cannot_be_joined() -> None:
    rows, columns = (Part("v", axis, ((0, 1),), (4, 4), "weight") for axis in range(2))
    with pytest.raises(UsageError, match="different axes"):
        union([rows, columns])
    later = Part("v", 0, ((3, 4),), (4, 4), "weight")
    assert union([later, rows]) == [Part("v", 0, ((0, 1), (3, 4)), (4, 4), "weight")]


def test_lone_scalars_stay_frozen() -> None:
    model = nn.Sequential(nn.Linear(2, 2))
    model.register_parameter("temperature", nn.Parameter(torch.ones(())))
    assert [part.tensor for part in select(model, "all").parts] == ["0.weight", "0.bias"]
