"""Addresses of models: found, refused with a reason, and plugged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tacit.errors import DataError, MissingExtraError, UsageError
from tacit.models import protocol
from tacit.models.checkpoint import find_folder
from tacit.models.protocol import Loading, Model, find_model, model_kind, model_kinds
from tacit.models.runtime import choose_device, import_open_clip

if TYPE_CHECKING:
    from pathlib import Path


class Silent:
    name, identity, attributes = "silent", "1", {"params": 1.0}

    def score(self, images: object, options: object) -> list[list[float]]:
        raise AssertionError("finding a model asks it nothing")


def test_a_plugged_in_kind_is_found_by_its_word_and_named_by_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "_REGISTRY", dict(protocol._REGISTRY))
    asked = []

    @model_kind("silent", "anything")
    def find(address: str, how: Loading) -> Model:
        asked.append((address, how.batch))
        return Model.of(Silent())

    assert model_kinds()["silent"] == "silent:anything"
    assert find_model("silent:a=b:c", Loading(batch=3)).name == "silent"
    named = find_model("mine=silent:x")
    assert (named.name, named.load().name) == ("mine", "silent")
    assert asked == [("a=b:c", 3), ("x", 16)]
    with pytest.raises(UsageError, match="Two kinds of models are called 'silent'"):
        model_kind("silent", "other")(lambda address, how: Model.of(Silent()))


@pytest.mark.parametrize("address", ["", "clip", "clip:x", "hf:", "=hf", "ViT-B-32=/a.safetensors"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(UsageError, match=r"names no kind of model\. Addresses are hf:"):
        find_model(address)


def test_settings_that_make_no_sense() -> None:
    wrong: dict[str, Any]
    for wrong in ({"batch": 0}, {"precision": "float8"}, {"scoring": "guess"}):
        with pytest.raises(UsageError):
            Loading(**wrong)


def test_what_cannot_be_a_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        find_folder(str(tmp_path / "nowhere"), Loading())
    with pytest.raises(DataError, match=r"no \.safetensors file"):
        find_folder(str(tmp_path), Loading())
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04N.")
    with pytest.raises(DataError, match=r"is a pickle, which can run any program.*convert it once"):
        find_folder(str(tmp_path), Loading())
    with pytest.raises(DataError, match="is a pickle"):
        find_model(f"open_clip:ViT-B-32:{tmp_path / 'pytorch_model.bin'}")
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert find_folder(str(tmp_path), Loading()) == (tmp_path.name, tmp_path)
    with pytest.raises(DataError, match=r"no config\.json"):
        find_model(f"hf:{tmp_path}")
    (tmp_path / "config.json").write_text("[1]")
    with pytest.raises(DataError, match="does not hold one JSON object"):
        find_model(f"hf:{tmp_path}")
    with pytest.raises(UsageError, match="is a file; name the folder"):
        find_model(f"hf:{tmp_path / 'model.safetensors'}")
    with pytest.raises(UsageError, match="is no file of safetensors"):
        find_model(f"open_clip:ViT-B-32:{tmp_path / 'absent.safetensors'}")


def test_nothing_is_downloaded_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("huggingface_hub")
    with pytest.raises(UsageError, match=r"nobody/nothing-of-the-kind is neither a folder nor .* add --allow-download"):
        find_model("hf:nobody/nothing-of-the-kind")
    (tmp_path / "model.safetensors").write_bytes(b"")
    (tmp_path / "open_clip_config.json").write_text('{"model_cfg": {"text_cfg": {"hf_model_name": "org/text"}}}')
    with pytest.raises(UsageError, match=r"builds on org/text from the Hugging Face hub"):
        find_model(f"open_clip:{tmp_path}")


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "open_clip", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'tacit\[checkpoints\]'"):
        import_open_clip()
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match="Loading a checkpoint"):
        choose_device("auto")


def test_an_open_clip_that_cannot_be_imported_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    (tmp_path / "open_clip.py").write_text("raise RuntimeError('operator torchvision::nms does not exist')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "open_clip", raising=False)
    with pytest.raises(UsageError, match=r"cannot be imported: RuntimeError: operator torchvision::nms .* one index"):
        import_open_clip()
