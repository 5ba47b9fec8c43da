from __future__ import annotations

import json
import resource
from typing import TYPE_CHECKING, Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tests.tuning.partial.partial_models import Tower, ids, tiny, train

from tacit.errors import CheckFailedError, DataError, UsageError
from tacit.models.runtime import transformers_ready
from tacit.tuning.partial.export import export
from tacit.tuning.partial.hold import Held, hold
from tacit.tuning.partial.sets import select

if TYPE_CHECKING:
    from pathlib import Path

with transformers_ready():
    from transformers import AutoModelForCausalLM


def load(folder: Path, dtype: torch.dtype = torch.float32) -> Any:
    with transformers_ready():
        return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval()  # type: ignore[no-untyped-call]


def tuned(model: Any, update: str = "value", steps: int = 3) -> Held:
    held = hold(model, select(model, update))
    train(model, held.parameters(), steps=steps)
    return held


def tensors(folder: Path) -> dict[str, torch.Tensor]:
    return {name: tensor for path in sorted(folder.glob("*.safetensors")) for name, tensor in load_file(path).items()}


@pytest.mark.parametrize("update", ["value", "all"])
@pytest.mark.parametrize("family", ["llama", "gpt_neox", "gpt2", "mixtral"])
def test_transformers_loads_what_was_tuned(family: str, update: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    tiny(family).save_pretrained(source, max_shard_size="30KB")
    (source / "tokenizer.json").write_text("{}")
    (source / "consolidated.safetensors").write_bytes(b"of the maker's own program, and old now")
    (source / "pytorch_model.bin").write_bytes(b"a pickle")
    held = tuned(load(source), update)
    logits = held.model(ids()).logits
    out = export(held, source, tmp_path / "out")
    assert torch.equal(load(out)(ids()).logits, logits)
    left_out = {"consolidated.safetensors", "pytorch_model.bin"}
    assert {p.name for p in out.iterdir()} == {p.name for p in source.iterdir()} - left_out
    assert len(list(out.glob("*.safetensors"))) > 1
    for path in out.iterdir():
        assert path.stat().st_size == (source / path.name).stat().st_size
    (source / "consolidated.safetensors").unlink()
    before, after = tensors(source), tensors(out)
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    if update == "all":
        assert changed == set(before)
    else:
        for part in held.selection.parts:
            rest = set(range(part.shape[part.axis])).difference(*(range(*run) for run in part.runs))
            index = torch.tensor(sorted(rest), dtype=torch.long)
            first, second = (each[part.tensor].index_select(part.axis, index) for each in (before, after))
            assert torch.equal(first, second)
        assert changed == {part.tensor for part in held.selection.parts}


def test_types_stay_those_of_the_source(tmp_path: Path) -> None:
    tiny("gpt_neox", torch.float16).save_pretrained(tmp_path / "half")
    held = tuned(load(tmp_path / "half"))
    out = export(held, tmp_path / "half", tmp_path / "out")
    assert {str(tensor.dtype) for tensor in tensors(out).values()} == {"torch.float16"}
    merged, stored = held.merged(), tensors(out)
    assert all(torch.equal(merged[part.tensor].half(), stored[part.tensor]) for part in held.selection.parts)

    tiny("gpt_neox").save_pretrained(tmp_path / "full")
    held = tuned(load(tmp_path / "full", torch.bfloat16))
    stored = tensors(export(held, tmp_path / "full", tmp_path / "again"))
    before = tensors(tmp_path / "full")
    for part in held.selection.parts:  # the float32 copy that trained, not what bfloat16 shows of it
        kept, own = stored[part.tensor], held.named_parameters()[part.tensor]
        assert torch.equal(torch.cat([kept[slice(*run)] for run in part.runs]), own)
        assert torch.equal(kept[: part.runs[0][0]], before[part.tensor][: part.runs[0][0]])


def test_names_without_a_head_and_tied_tensors_are_found(tmp_path: Path) -> None:
    model = tiny("gpt2")
    model.save_pretrained(tmp_path / "headed")
    state = {name.removeprefix("transformer."): tensor for name, tensor in tensors(tmp_path / "headed").items()}
    (source := tmp_path / "bare").mkdir()
    (source / "config.json").write_text((tmp_path / "headed" / "config.json").read_text())
    save_file({**state, "lm_head.weight": state["wte.weight"].clone()}, source / "model.safetensors", {"format": "pt"})
    held = tuned(load(source), "all")
    logits = held.model(ids()).logits
    out = export(held, source, tmp_path / "out")
    assert torch.equal(load(out)(ids()).logits, logits)
    stored = tensors(out)
    assert set(stored) == {*state, "lm_head.weight"}
    assert torch.equal(stored["lm_head.weight"], stored["wte.weight"])
    assert not torch.equal(stored["lm_head.weight"], state["wte.weight"])


def test_a_model_made_in_memory_is_saved_by_its_own_library(tmp_path: Path) -> None:
    held = tuned(tiny("bloom"))
    logits = held.model(ids()).logits
    assert torch.equal(load(export(held, None, tmp_path / "out"))(ids()).logits, logits)
    tower = Tower()
    other = hold(tower, select(tower, "value"))
    other.parameters()[0].data += 1
    stored = tensors(export(other, None, tmp_path / "tower"))
    assert list(stored) == sorted(tower.state_dict())
    assert torch.equal(stored["attention.in_proj_weight"], other.release().state_dict()["attention.in_proj_weight"])


def test_a_full_disk_leaves_nothing_behind_and_the_base_as_it_was(tmp_path: Path) -> None:
    source = tmp_path / "source"
    tiny("llama").save_pretrained(source)
    before = {path.name: path.read_bytes() for path in source.iterdir()}
    held = tuned(load(source))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(DataError, match=r"Cannot write .*out.*Free some space"):
            export(held, source, tmp_path / "out")
        with pytest.raises(DataError, match=r"Cannot write .*out: .*[Ff]ile too large"):
            export(held, None, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.name for path in tmp_path.iterdir()] == ["source"]
    assert {path.name: path.read_bytes() for path in source.iterdir()} == before
    (tmp_path / ".out.tmp").mkdir()  # what a killed process leaves
    (tmp_path / ".out.tmp" / "junk").touch()
    (tmp_path / "out").mkdir()
    assert not (export(held, source, tmp_path / "out") / "junk").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "source"]
    with pytest.raises(UsageError, match="there already"):
        export(held, source, tmp_path / "out")
    with pytest.raises(UsageError, match="there already"):
        export(held, source, source)


def test_a_source_that_is_not_the_models_is_refused(tmp_path: Path) -> None:
    source, other, out = tmp_path / "source", tmp_path / "other", tmp_path / "out"
    tiny("llama").save_pretrained(source)
    tiny("llama", seed=1).save_pretrained(other)
    held = tuned(load(source))
    with pytest.raises(DataError, match="holds other values"):
        export(held, other, out)
    tiny("gpt2").save_pretrained(tmp_path / "gpt2")
    with pytest.raises(UsageError, match="under any name"):
        export(held, tmp_path / "gpt2", out)
    (empty := tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="lacks any file of safetensors"):
        export(held, empty, out)
    (empty / "model.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"a": "../source/model.safetensors"}})
    )
    with pytest.raises(DataError, match="lacks"):
        export(held, empty, out)
    for junk in (
        b"",
        b"\xff" * 64,
        (4).to_bytes(8, "little") + b"[1] ",
        (source / "model.safetensors").read_bytes()[:-9],
    ):
        (empty / "model.safetensors").write_bytes(junk)
        with pytest.raises(DataError, match="no file of safetensors, or truncated"):
            export(held, empty, out)
    quantised = tensors(source)
    name = held.selection.parts[0].tensor
    quantised[name] = quantised[name].to(torch.int8)
    save_file(quantised, empty / "model.safetensors")
    with pytest.raises(DataError, match="quantised"):
        export(held, empty, out)
    assert not out.exists()


def test_a_model_that_was_written_to_is_not_exported(tmp_path: Path) -> None:
    tiny("llama").save_pretrained(tmp_path / "source")
    model = load(tmp_path / "source")
    held = tuned(model)
    with torch.no_grad():
        model.lm_head.weight[0, 0] += 1
    with pytest.raises(CheckFailedError, match=r"lm_head\.weight"):
        export(held, tmp_path / "source", tmp_path / "out")
    assert not (tmp_path / "out").exists()
