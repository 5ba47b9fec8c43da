"""Values located in tiny models of many architectures, each answer proved on the model by perturbing it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from tests.tuning.locate.tiny_models import MODELS  # noqa: E402

from tacit.errors import UsageError  # noqa: E402
from tacit.tuning.locate.api import locate_values  # noqa: E402
from tacit.tuning.locate.check import check_values  # noqa: E402
from tacit.tuning.locate.projections import attention_parts, mlp_parts, output_parts  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.tuning.locate.values import Part

LAYOUTS = {
    "gpt2": "contiguous thirds", "gpt2-cross": "contiguous halves, keys and values", "gpt-neox": "per head",
    "bloom": "per head", "falcon-7b": "contiguous blocks", "falcon-40b": "per group", "falcon-rw": "per head",
    "gpt-bigcode-mqa": "contiguous blocks", "gpt-bigcode-mha": "per head", "codegen": "per shard, values second",
    "mpt": "contiguous thirds", "dbrx": "contiguous blocks", "phi3": "contiguous blocks", "persimmon": "per head",
    "jetmoe": "contiguous halves, keys and values", "deepseek-v3": "per head, keys and values", "deberta": "per head",
    "modernbert": "contiguous thirds", "open-clip": "contiguous thirds", "llama": "separate", "xlnet": "separate",
}  # fmt: skip
"""Of the architectures whose layout is worth a second look."""


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_values_are_found_and_the_check_confirms_them(name: str) -> None:
    if name == "open-clip":
        pytest.importorskip("open_clip")
    model = MODELS[name]()
    model.train()
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}

    values = locate_values(model, scope="all", attention="both")
    check = check_values(model, values)

    assert check.ok, check.summary()
    assert {finding.module for finding in check.findings} == {each.module for each in values.attentions}
    assert not any("cannot be seen" in finding.what for finding in check.findings)
    if name in LAYOUTS:
        assert LAYOUTS[name] in {attention.layout for attention in values.attentions}
    after = model.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)
    assert all(module.training for module in model.modules())
    assert all(part.shape == tuple(after[part.tensor].shape) for part in values.parts)


@pytest.mark.parametrize("name", ["bert", "gpt2", "jetmoe", "llama", "mixtral", "open-clip", "siglip", "t5", "xlnet"])
def test_the_other_sets_of_weights_lie_where_they_should(name: str) -> None:
    if name == "open-clip":
        pytest.importorskip("open_clip")
    model = MODELS[name]()
    values = locate_values(model, scope="all", attention="both")
    attention, output, mlp = (names(find(model, values)) for find in (attention_parts, output_parts, mlp_parts))

    assert names(values.parts) < attention
    assert output < attention
    assert not output & names(values.parts)
    assert mlp
    assert not mlp & attention
    layers = {name for name, tensor in model.state_dict().items() if tensor.ndim > 1 and re.search(r"\.\d+\.", name)}
    assert all("bias" in name or "embed" in name for name in layers - attention - mlp), "tables of positions"
    assert not any("norm" in each or "ln_" in each for each in attention | mlp)


def names(parts: tuple[Part, ...]) -> set[str]:
    return {part.tensor for part in parts}


def test_a_model_without_an_mlp_in_its_blocks_says_so() -> None:
    model = MODELS["xlm"]()
    with pytest.raises(UsageError, match="no MLP in them"):
        mlp_parts(model, locate_values(model))


def test_several_towers_have_to_be_chosen_from() -> None:
    model = MODELS["clip"]()
    with pytest.raises(UsageError, match="several towers: language, vision"):
        locate_values(model)
    with pytest.raises(UsageError, match=r"no tower 'audio'\. It has: language, vision; or all"):
        locate_values(model, scope="audio")
    vision = locate_values(model, scope="vision")
    assert [(each.tower, each.layer) for each in vision.attentions] == [("vision", 0), ("vision", 1)]
    assert {each.reason for each in vision.skipped} == {"outside the scope: it is in the tower language"}
    assert check_values(model, vision).ok


def test_encoder_decoder_and_cross_attention() -> None:
    model = MODELS["t5"]()
    with pytest.raises(UsageError, match="several towers: encoder, decoder"):
        locate_values(model)
    cross = locate_values(model, scope="decoder", attention="cross")
    assert [each.module for each in cross.attentions] == [
        f"decoder.block.{layer}.layer.1.EncDecAttention" for layer in (0, 1)
    ]
    assert len(locate_values(model, scope="all").attentions) == 4
    assert len(locate_values(model, scope="all", attention="both").attentions) == 6
    with pytest.raises(UsageError, match="self-attention"):
        locate_values(model, scope="encoder", attention="cross")


def test_a_single_tower_answers_to_what_it_is() -> None:
    assert len(locate_values(MODELS["llama"](), scope="language").attentions) == 2
    with pytest.raises(UsageError, match="no tower 'vision'"):
        locate_values(MODELS["llama"](), scope="vision")


def test_layers_that_share_one_module_are_counted_once() -> None:
    values = locate_values(MODELS["albert"]())
    assert len(values.attentions) == 1
    assert values.entries == 32 * 32 + 32
