"""The self-check: wrong claims fail it, whatever the precision, and the model is left as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from tests.tuning.locate.tiny_models import MODELS  # noqa: E402
from torch import Tensor, nn  # noqa: E402

from tacit.errors import CheckFailedError, UsageError  # noqa: E402
from tacit.tuning.locate import layouts  # noqa: E402
from tacit.tuning.locate.api import locate_values  # noqa: E402
from tacit.tuning.locate.check import check_values  # noqa: E402
from tacit.tuning.locate.values import Part, ValueMap  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from tacit.tuning.locate.layouts import Layout


def claimed(values: ValueMap, change: Callable[[Part], Part | None]) -> ValueMap:
    """The map with other parts; None takes a part out."""
    return replace(
        values,
        attentions=tuple(
            replace(each, parts=tuple(part for old in each.parts if (part := change(old)) is not None))
            for each in values.attentions
        ),
    )


def laid_out(layout: Layout) -> Callable[[Part], Part]:
    return lambda part: replace(part, runs=layout.runs)


def shifted(start: int, stop: int) -> Callable[[Part], Part]:
    return lambda part: replace(part, runs=tuple((run[0] + start, run[1] + stop) for run in part.runs))


def renamed(old: str, new: str) -> Callable[[Part], Part]:
    return lambda part: replace(part, tensor=part.tensor.replace(old, new))


def packed_output(part: Part) -> Part:
    shape = (32, *part.shape[1:])
    return replace(part, tensor=part.tensor.replace("in_proj_", "out_proj."), runs=((0, 32),), shape=shape)


def only_weights(part: Part) -> Part | None:
    return part if part.role == "weight" else None


def bias_elsewhere(part: Part) -> Part:
    return part if part.role == "weight" else replace(part, runs=((32, 64),))


def rows(part: Part) -> Part:
    return replace(part, axis=0, runs=((16, 32),)) if part.role == "weight" else part


WRONG: dict[str, tuple[str, Callable[[Part], Part | None]]] = {
    "contiguous instead of per head": ("gpt-neox", laid_out(layouts.thirds(32))),
    "per head instead of contiguous": ("mpt", laid_out(layouts.per_head(4, 8))),
    "per group instead of contiguous": ("phi3", laid_out(layouts.per_group(4, 2, 8))),
    "contiguous instead of per group": ("falcon-40b", laid_out(layouts.grouped(4, 2, 8))),
    "keys instead of values": ("llama", renamed("v_proj", "k_proj")),
    "queries instead of values": ("bert", renamed("value", "query")),
    "output projection instead of values": ("opt", renamed("v_proj", "out_proj")),
    "output projection of a packed projection": ("open-clip", packed_output),
    "keys' third of a packed projection": ("open-clip", laid_out(layouts.repeated("", 1, (32,) * 3, 1))),
    "third block of each shard": ("codegen", laid_out(layouts.repeated("", 4, (8,) * 3, 2))),
    "keys' half of cross-attention": ("gpt2-cross", shifted(-32, -32)),
    "sizes of a latent's keys and values swapped": ("deepseek-v3", laid_out(layouts.latent(4, 6, 8))),
    "keys of a latent": ("deepseek-v3", laid_out(layouts.repeated("", 4, (8, 6), 0))),
    "one row too early": ("gpt-neox", shifted(-1, -1)),
    "one row too few": ("gpt-neox", shifted(1, 0)),
    "one column too many": ("gpt2", shifted(-1, 0)),
    "one column too few": ("gpt2", shifted(0, -1)),
    "half of the heads": ("bloom", lambda part: replace(part, runs=part.runs[:2])),
    "rows of a Conv1D instead of columns": ("gpt2", rows),
    "without the bias": ("gpt2", only_weights),
    "bias of the keys": ("gpt2", bias_elsewhere),
}


@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_a_wrong_claim_fails(wrong: str) -> None:
    name, change = WRONG[wrong]
    if name == "open-clip":
        pytest.importorskip("open_clip")
    model = MODELS[name]()
    values = locate_values(model, scope="all", attention="cross" if "cross" in wrong else "self")
    check = check_values(model, claimed(values, change))
    assert not check.ok
    assert {finding.module for finding in check.wrong} == {each.module for each in values.attentions}
    with pytest.raises(CheckFailedError, match=values.attentions[0].module):
        check.raise_if_wrong()


@pytest.mark.parametrize("precision", ["bfloat16", "float16", "float64"])
def test_other_precisions(precision: str) -> None:
    model = MODELS["gpt-neox"]().to(getattr(torch, precision))
    values = locate_values(model)
    assert check_values(model, values).ok
    assert not check_values(model, claimed(values, laid_out(layouts.thirds(32)))).ok
    assert {parameter.dtype for parameter in model.parameters()} == {getattr(torch, precision)}


def test_the_same_seed_gives_the_same_bytes_and_the_json_says_everything() -> None:
    model = MODELS["gpt2"]()
    values = claimed(locate_values(model), shifted(-1, 0))
    first, second = (check_values(model, values, seed=3) for _ in range(2))
    assert first.to_json() == second.to_json()
    told = json.loads(first.to_json())
    assert told["ok"] is False
    assert len(told["findings"]) == len(first.findings) == 10
    assert "2 of 2 attention modules failed" in first.summary()


def test_the_model_is_left_as_it_was_also_when_the_check_cannot_be_made() -> None:
    model = MODELS["llama"]().train()
    model.model.layers[1].eval()
    modes = [module.training for module in model.modules()]
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    torch.manual_seed(5)
    state = torch.get_rng_state()
    with pytest.raises(UsageError, match=r"could not make this LlamaForCausalLM use model\.layers\.0\.self_attn"):
        check_values(model, locate_values(model), inputs={"input_ids": torch.full((1, 4), 10**6)})
    assert modes == [module.training for module in model.modules()]
    assert all(torch.equal(before[key], tensor) for key, tensor in model.state_dict().items())
    assert all(parameter.grad is None and parameter.requires_grad for parameter in model.parameters())
    assert torch.equal(state, torch.get_rng_state())
    assert not any(module._forward_pre_hooks for module in model.modules())


def test_a_module_that_needs_inputs_is_named() -> None:
    model = torch.nn.MultiheadAttention(8, 2)
    with pytest.raises(UsageError, match=r"this MultiheadAttention use the model itself \(1 of 1"):
        check_values(model, locate_values(model))


def test_eager_and_fused_kernels_agree() -> None:
    for kernel in ("eager", "sdpa", "flex_attention"):
        model = MODELS["llama"]()
        model.config._attn_implementation = kernel
        assert check_values(model, locate_values(model)).ok
        assert model.config._attn_implementation == kernel


class Handmade(nn.Module):
    """Attention whose probabilities are computed without a softmax, so that they cannot be seen."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            self.add_module(name, nn.Linear(8, 8))

    def forward(self, hidden: Tensor) -> Tensor:
        inner: dict[str, Any] = dict(self.named_children())
        weights = (inner["q_proj"](hidden) @ inner["k_proj"](hidden).mT).exp()
        return inner["o_proj"](weights / weights.sum(-1, keepdim=True) @ inner["v_proj"](hidden))  # type: ignore[no-any-return]


def test_where_probabilities_cannot_be_seen_the_output_without_values_decides() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model, inputs = Handmade(), [torch.randn(2, 5, 8)]
    values = locate_values(model)
    check = check_values(model, values, inputs=inputs)
    assert check.ok
    assert all("cannot be seen" in finding.what for finding in check.findings)
    assert "by their output alone" in check.summary()
    assert not check_values(model, claimed(values, renamed("v_proj", "k_proj")), inputs=inputs).ok


def test_what_cannot_be_checked() -> None:
    model = MODELS["llama"]()
    values = locate_values(model)
    with pytest.raises(UsageError, match="no parameter of"):
        check_values(model, claimed(values, renamed("layers.0", "layers.1")))
    with pytest.raises(UsageError, match="not loaded"):
        check_values(model.to("meta"), values)
    plain = nn.MultiheadAttention(8, 2)
    with pytest.raises(UsageError, match=r"Give it inputs of yours"):
        check_values(plain, locate_values(plain))
