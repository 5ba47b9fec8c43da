from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from tests.tuning.partial.partial_models import Tower, ids, tiny, train

from tacit.errors import UsageError
from tacit.models.runtime import transformers_ready
from tacit.tuning.partial.export import export
from tacit.tuning.partial.hold import hold
from tacit.tuning.partial.sets import select

if TYPE_CHECKING:
    from pathlib import Path

with transformers_ready():
    peft = pytest.importorskip("peft")


@pytest.mark.parametrize(
    ("family", "update"),
    [("llama", "lora-value"), ("gpt_neox", "lora-value"), ("gpt2", "lora"), ("falcon", "lora-value+output")],
)
def test_peft_alone_loads_the_adapter(family: str, update: str, tmp_path: Path) -> None:
    model = tiny(family)
    selection = select(model, update, rank=2)
    first = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    asked = model(ids()).logits.detach()
    held = hold(model, selection, seed=3)
    assert torch.equal(model(ids()).logits, asked)
    optimizer = train(model, held.parameters(), steps=10)
    moments = [t for state in optimizer.state.values() for t in state.values() if t.ndim]
    assert sum(t.numel() * t.element_size() for t in moments) == 8 * held.trained
    tuned = model(ids()).logits.detach()
    with held.base(), torch.no_grad():
        assert torch.equal(model(ids()).logits, asked)
    folder = export(held, "the/base", tmp_path / "out")
    loaded = peft.PeftModel.from_pretrained(tiny(family), folder).eval()
    assert torch.equal(loaded(ids()).logits, tuned)
    assert loaded.peft_config["default"].base_model_name_or_path == "the/base"

    merged = held.merged()
    assert list(merged) == list(first)
    parts = {part.tensor: part for part in selection.parts}
    for name, tensor in merged.items():
        if name in parts:
            for start, stop in parts[name].runs:
                first[name].narrow(parts[name].axis, start, stop - start).zero_()
                tensor.narrow(parts[name].axis, start, stop - start).zero_()
        assert torch.equal(tensor, first[name])
    released = held.release()
    torch.testing.assert_close(released(ids()).logits, tuned, rtol=0, atol=1e-5)
    assert list(released.state_dict()) == list(first)
    assert all(parameter.requires_grad for parameter in released.parameters())


def test_the_seed_decides_where_it_starts_and_nothing_global_changes() -> None:
    torch.manual_seed(0)
    before = torch.get_rng_state()
    states = [hold(tiny("llama"), select(tiny("llama"), "lora-value"), seed=seed).state() for seed in (1, 1, 2)]
    torch.manual_seed(0)
    assert torch.equal(torch.get_rng_state(), before)
    name = "model.layers.0.self_attn.v_proj.lora_A"
    assert torch.equal(states[0][name], states[1][name])
    assert not torch.equal(states[0][name], states[2][name])


def test_what_is_no_linear_layer_is_refused() -> None:
    model = Tower()
    with pytest.raises(UsageError, match=r"attention\.in_proj_weight is not the weight of a linear layer"):
        hold(model, select(model, "lora-value"))
    assert all(parameter.requires_grad for parameter in model.parameters())
