"""Every architecture that values are found in trains them alone, and computes what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from tests.tuning.locate.tiny_models import MODELS

from tacit.tuning.locate.api import locate_values
from tacit.tuning.locate.inputs import Call, calls_of
from tacit.tuning.partial.hold import hold
from tacit.tuning.partial.sets import select

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.slow


def answers(model: Any, calls: dict[str, Call]) -> list[Any]:
    """What the attention modules return first: the others are caches and maps."""
    torch.manual_seed(0)
    found: Iterable[Any] = (model.get_submodule(name)(*call.args, **call.kwargs) for name, call in calls.items())
    found = (tuple(out.values()) if isinstance(out, dict) else out for out in found)
    return [out[0] if isinstance(out, tuple | list) else out for out in found]


def learn(outputs: list[Any]) -> None:
    sum(out.float().square().sum() for out in outputs).backward()


@pytest.mark.parametrize("name", sorted(MODELS))
def test_the_values_train_alone_and_as_in_full_training(name: str) -> None:
    if name == "open-clip":
        pytest.importorskip("open_clip")
    model = MODELS[name]().eval()
    values = locate_values(model, scope="all", attention="both")
    modules = {each.module: model.get_submodule(each.module) for each in values.attentions}
    calls = calls_of(model, modules, seed=0, inputs=None)
    before = answers(model, calls)
    learn(before)
    full = {key: tensor.grad for key, tensor in model.named_parameters() if tensor.grad is not None}
    model.zero_grad()
    state = {key: tensor.clone() for key, tensor in model.state_dict().items()}

    selection = select(model, "value", scope="all", attention="both")
    held = hold(model, selection)
    after = answers(model, calls)
    torch.testing.assert_close(after, before, rtol=0, atol=1e-5)  # torch may choose another kernel of attention
    learn(after)
    for part in selection.parts:
        index = torch.cat([torch.arange(*run) for run in part.runs])
        expected = full[part.tensor].index_select(part.axis, index)
        torch.testing.assert_close(held.named_parameters()[part.tensor].grad, expected, rtol=1e-3, atol=1e-4)

    torch.optim.AdamW(held.parameters(), 1e-2, weight_decay=0.1).step()
    held.verify()
    now = held.release().state_dict()
    parts = {part.tensor: part for part in selection.parts}
    for key, tensor in now.items():
        for start, stop in parts[key].runs if key in parts else ():
            for each in (tensor, state[key]):
                each.narrow(parts[key].axis, start, stop - start).zero_()
        assert torch.equal(tensor, state[key]), key
