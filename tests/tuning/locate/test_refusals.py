"""Models whose values cannot be trained apart: refused, with the reason and what to do."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from tests.tuning.locate.tiny_models import GROUPED, MODELS, SIZES, built, transformers  # noqa: E402
from torch import nn  # noqa: E402

from tacit.errors import UsageError  # noqa: E402
from tacit.tuning.locate.api import locate_values  # noqa: E402
from tacit.tuning.locate.check import check_values  # noqa: E402

GEMMA4 = {
    **SIZES, **GROUPED, "hidden_size_per_layer_input": 0, "num_kv_shared_layers": 0, "global_head_dim": 8,
    "num_global_key_value_heads": 2, "attention_k_eq_v": False, "layer_types": ["full_attention"] * 2,
}  # fmt: skip
LINEAR = {f"linear_{what}": size for what, size in (("num_key_heads", 2), ("num_value_heads", 2), ("key_head_dim", 8))}


def needs(name: str) -> None:
    if not hasattr(transformers(), name):
        pytest.skip(f"this transformers has no {name}")


def test_keys_and_values_that_are_one_tensor() -> None:
    needs("DeepseekV4Model")
    model = built("DeepseekV4Model", "DeepseekV4Config", **SIZES)
    with pytest.raises(UsageError, match=r"no values that could be trained .*keys and values are one tensor, kv_proj"):
        locate_values(model)


def test_layers_without_values_of_their_own_are_left_out_and_named() -> None:
    needs("Gemma4TextModel")
    every = built("Gemma4TextModel", "Gemma4TextConfig", **{**GEMMA4, "attention_k_eq_v": True})
    with pytest.raises(UsageError, match=r"2 times: its values are its keys: there is no v_proj"):
        locate_values(every)
    shared = built("Gemma4TextModel", "Gemma4TextConfig", **{**GEMMA4, "num_kv_shared_layers": 1})
    values = locate_values(shared)
    assert [each.module for each in values.attentions] == ["layers.0.self_attn"]
    (left_out,) = values.skipped
    assert left_out.module == "layers.1.self_attn"
    assert "earlier layer" in left_out.reason
    assert check_values(shared, values).ok


def test_linear_attention_is_left_out() -> None:
    needs("Qwen3NextModel")
    model = built(
        "Qwen3NextModel", "Qwen3NextConfig", **SIZES, **GROUPED, **LINEAR, linear_value_head_dim=8, num_experts=2,
        num_experts_per_tok=1, moe_intermediate_size=16, shared_expert_intermediate_size=16,
        layer_types=["linear_attention", "full_attention"],
    )  # fmt: skip
    values = locate_values(model)
    assert [each.module for each in values.attentions] == ["layers.1.self_attn"]
    assert [(each.module, each.reason.partition(":")[0]) for each in values.skipped] == [
        ("layers.0.linear_attn", "linear attention")
    ]


class UnheardOfAttention(nn.Module):
    def __init__(self, **projections: nn.Module) -> None:
        super().__init__()
        for name, module in projections.items():
            self.add_module(name, module)


@pytest.mark.parametrize("name", ["qkv", "query_key_value", "c_attn", "qkv_proj", "Wqkv", "in_proj", "kv_b_proj"])
def test_fused_projections_of_an_unknown_family_are_not_guessed(name: str) -> None:
    model = nn.ModuleList([UnheardOfAttention(**{name: nn.Linear(8, 24)})])
    with pytest.raises(UsageError, match=f"0: how {name} of a UnheardOfAttention holds .* is not known"):
        locate_values(model)


def test_a_configuration_that_contradicts_the_weights() -> None:
    model = MODELS["deepseek-v3"]()
    model.layers[0].self_attn.v_head_dim = 5
    with pytest.raises(UsageError, match=r"kv_b_proj\.weight has 56 outputs, .* would have 52"):
        locate_values(model)


def test_values_tied_to_something_else() -> None:
    model = MODELS["llama"]()
    attention = model.model.layers[0].self_attn
    attention.v_proj.weight = attention.k_proj.weight
    with pytest.raises(
        UsageError, match=r"0\.self_attn\.v_proj\.weight is tied to model\.layers\.0\.self_attn\.k_proj"
    ):
        locate_values(model)
    attention.v_proj.weight = model.model.layers[1].self_attn.v_proj.weight
    assert len(locate_values(model).attentions) == 2


def test_quantised_weights() -> None:
    model: Any = MODELS["llama"]()
    model.config.quantization_config = {"quant_method": "bitsandbytes"}
    with pytest.raises(UsageError, match=r"is quantised.*Load the checkpoint it was made from"):
        locate_values(model)
    del model.config.quantization_config
    weight = torch.zeros(16, 32, dtype=torch.int8)
    model.model.layers[0].self_attn.v_proj.weight = nn.Parameter(weight, requires_grad=False)
    with pytest.raises(UsageError, match=r"holds torch\.int8, which is no dtype to train in"):
        locate_values(model)


def test_nothing_that_attends() -> None:
    with pytest.raises(UsageError, match="No attention was found in this Linear"):
        locate_values(nn.Linear(2, 2))
    wrong: Any = "sideways"
    with pytest.raises(UsageError, match="no attention 'sideways'"):
        locate_values(MODELS["llama"](), attention=wrong)


def test_an_adapter_has_to_be_merged_first() -> None:
    peft = pytest.importorskip("peft")
    model = peft.get_peft_model(MODELS["llama"](), peft.LoraConfig(r=2, target_modules=["v_proj"]))
    with pytest.raises(UsageError, match="has an adapter on it"):
        locate_values(model)
