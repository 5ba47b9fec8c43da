"""Real checkpoints, tiny and drawn at random: loaded from safetensors, asked, and refused when they are not whole."""

from __future__ import annotations

import importlib.util
import json
import random
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tacit.errors import DataError, UsageError
from tacit.models.protocol import TOO_LONG, TOO_MANY, Loading, Model, OptionScorer, find_model
from tacit.models.runtime import transformers_ready
from tacit.testing import check_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from tests.models import tiny_checkpoints as tiny  # noqa: E402

DRAW = random.Random(0)
OPTIONS = [["a red circle", "a blue square left of the dog"], ["one", "two", "three"], ["a red circle", "no dog"]]


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    tiny.mend_torchvision()
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("checkpoints")


def pictures(n: int) -> list[Any]:
    from PIL import Image

    return [Image.frombytes("RGB", (20, 24), DRAW.randbytes(20 * 24 * 3)) for _ in range(n)]


def load(save: Callable[[Path], Path], folder: Path, kind: str = "hf", **how: Any) -> OptionScorer:
    if not folder.exists():
        save(folder)
    return find_model(f"{kind}:{folder}", Loading(device="cpu", **how)).load()


def save_chat(folder: Path) -> Path:
    return tiny.save_llava(folder, chat=True)


CASES = {
    "clip": (tiny.save_clip, "hf"),
    "siglip": (tiny.save_siglip, "hf"),
    "llava": (tiny.save_llava, "hf"),
    "chat": (save_chat, "hf"),
    "open_clip": (tiny.save_open_clip, "open_clip"),
}


def need_open_clip() -> None:
    pytest.importorskip("open_clip")


@pytest.mark.parametrize(
    "name", [name if name in {"clip", "chat"} else pytest.param(name, marks=pytest.mark.slow) for name in CASES]
)
def test_every_kind_of_checkpoint_conforms(place: Path, name: str) -> None:
    save, kind = CASES[name]
    if kind == "open_clip":
        need_open_clip()
    scorer = load(save, place / name, kind, batch=2)
    assert [outcome for outcome in check_model(Model.of(scorer)) if outcome.status != "passed"] == []
    assert scorer.attributes["params"] == sum(p.numel() for p in scorer._model.parameters())  # type: ignore[attr-defined]
    # The order of the options makes no difference to what each of them scores.
    (image,) = pictures(1)
    (one,), (other,) = scorer.score([image], [OPTIONS[1]]), scorer.score([image], [OPTIONS[1][::-1]])
    assert list(other)[::-1] == pytest.approx(list(one), abs=1e-4)


def test_a_dual_encoder_gives_the_library_s_own_logits(place: Path) -> None:
    transformers = tiny.library("transformers")
    scorer = load(tiny.save_clip, place / "clip")
    model = transformers.CLIPModel.from_pretrained(place / "clip").eval()
    processor = transformers.CLIPProcessor(tiny._pictures("clip"), tiny.tokenizer())
    (image,) = pictures(1)
    inputs = processor(text=OPTIONS[0], images=image, padding=True, return_tensors="pt")
    with torch.no_grad():
        wanted = model(**inputs).logits_per_image[0].tolist()
    assert list(scorer.score([image], OPTIONS[:1])[0]) == pytest.approx(wanted, abs=1e-4)


def test_the_likelihood_of_an_option_is_that_of_its_tokens(place: Path) -> None:
    """Token by token by hand, one option at a time and without padding."""
    total = load(tiny.save_llava, place / "llava", scoring="total", prompt="what is this ?")
    (image,) = pictures(1)
    processor, model = total._processor, total._model  # type: ignore[attr-defined]
    asked = "<image>\nwhat is this ? "
    before = len(processor(images=[image], text=[asked], return_tensors="pt")["input_ids"][0]) - 1  # less </s>
    wanted = []
    for text in OPTIONS[0]:
        inputs = processor(images=[image], text=[asked + text], return_tensors="pt")
        with torch.no_grad():
            told = model(**inputs).logits[0].log_softmax(-1)
        tokens = inputs["input_ids"][0].tolist()
        wanted.append(sum(float(told[at - 1, tokens[at]]) for at in range(before, len(tokens))))
    found = list(total.score([image], OPTIONS[:1])[0])
    assert found == pytest.approx(wanted, abs=1e-4)
    each = load(tiny.save_llava, place / "llava", prompt="what is this ?").score([image], OPTIONS[:1])[0]
    assert list(each) == pytest.approx([w / len(t.encode()) for w, t in zip(wanted, OPTIONS[0], strict=True)], abs=1e-4)


def test_letters_are_asked_by_their_likelihood(place: Path) -> None:
    scorer = load(save_chat, place / "chat", scoring="letters")
    (image,) = pictures(1)
    (found,) = scorer.score([image], [["a dog", "a cat", "a star", "a circle"]])
    assert len(set(found)) == 4
    # What is scored are the letters, so the same options in another order get nearly the letters' own scores.
    (turned,) = scorer.score([image], [["a circle", "a star", "a cat", "a dog"]])
    assert list(turned) == pytest.approx(list(found), abs=0.5)
    assert scorer.score([image], [["a dog"] * 27]) == [TOO_MANY]


def test_an_option_that_would_be_cut_is_not_scored(place: Path) -> None:
    long = ["a " * 40, "a dog"]
    need_open_clip()
    for name in ("clip", "siglip", "open_clip"):
        save, kind = CASES[name]
        scorer = load(save, place / name, kind)
        found = scorer.score(pictures(2), [long, OPTIONS[1]])
        assert found[0] == TOO_LONG
        assert len(found[1]) == 3
    assert load(tiny.save_llava, place / "llava").score(pictures(1), [["a " * 600, "a dog"]]) == [TOO_LONG]


def test_open_clip_by_architecture_and_weights_as_by_folder(place: Path, tmp_path: Path) -> None:
    need_open_clip()
    by_folder = load(tiny.save_open_clip, place / "open_clip", "open_clip")
    weights = place / "open_clip" / "open_clip_model.safetensors"
    (tmp_path / "tiny.json").write_text(json.dumps(tiny.open_clip_config()))
    shown = pictures(2)
    by_config = find_model(f"open_clip:{tmp_path / 'tiny.json'}:{weights}", Loading(device="cpu")).load()
    assert by_config.score(shown, OPTIONS[:2]) == by_folder.score(shown, OPTIONS[:2])
    with pytest.raises(UsageError, match="knows no architecture 'ViT-B-33'"):
        find_model(f"open_clip:ViT-B-33:{weights}").load()


def test_open_clip_prepares_images_as_published_for_the_architecture() -> None:
    need_open_clip()
    from tacit.models.adapters.open_clip import _usual_preprocess

    library = tiny.library("open_clip")
    siglip, clip = (_usual_preprocess(library, name) for name in ("ViT-B-16-SigLIP", "ViT-B-32"))
    assert siglip is not None
    assert clip is not None
    assert (siglip["mean"], siglip["resize_mode"]) == ((0.5, 0.5, 0.5), "squash")
    assert clip["resize_mode"] == "shortest"


def test_weights_that_are_not_all_there_are_refused(place: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    load(tiny.save_clip, place / "clip")
    shutil.copytree(place / "clip", tmp_path / "half")
    weights = load_file(tmp_path / "half" / "model.safetensors")
    kept = {name: value for name, value in weights.items() if "vision" not in name}
    save_file(kept, tmp_path / "half" / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(DataError, match=r"lacks \d+ of the model's weights, e.g. .*vision"):
        find_model(f"hf:{tmp_path / 'half'}").load()
    (tmp_path / "half" / "model.safetensors").write_bytes(b"\x00" * 64)
    with pytest.raises(DataError, match=r"half cannot be loaded: "):
        find_model(f"hf:{tmp_path / 'half'}").load()


def test_code_that_comes_with_a_checkpoint_is_not_run(place: Path, tmp_path: Path) -> None:
    load(tiny.save_clip, place / "clip")
    shutil.copytree(place / "clip", tmp_path / "evil")
    config = json.loads((tmp_path / "evil" / "config.json").read_text())
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Own", "AutoModel": "own.Model"}}
    (tmp_path / "evil" / "config.json").write_text(json.dumps(config))
    mark = tmp_path / "ran"
    (tmp_path / "evil" / "own.py").write_text(f"open({str(mark)!r}, 'w')\nclass Own: pass\nclass Model: pass\n")
    with pytest.raises(DataError, match="evil cannot be loaded"):
        find_model(f"hf:{tmp_path / 'evil'}").load()
    assert not mark.exists()


def test_what_compares_no_images_with_texts_is_refused(place: Path, tmp_path: Path) -> None:
    transformers = tiny.library("transformers")
    transformers.CLIPVisionModel(transformers.CLIPVisionConfig(**tiny._vision())).save_pretrained(tmp_path)
    transformers.CLIPProcessor(tiny._pictures("clip"), tiny.tokenizer()).save_pretrained(tmp_path)
    with pytest.raises(UsageError, match="compares no images with texts"):
        find_model(f"hf:{tmp_path}").load()


def test_identity_is_that_of_content_and_of_how_it_is_asked(place: Path, tmp_path: Path) -> None:
    load(tiny.save_clip, place / "clip")
    first = find_model(f"hf:{place / 'clip'}")
    shutil.copytree(place / "clip", tmp_path / "copy")
    assert find_model(f"hf:{tmp_path / 'copy'}", Loading(batch=1, device="cpu")).identity == first.identity
    assert find_model(f"hf:{place / 'clip'}", Loading(prompt="?")).identity != first.identity
    tiny.save_clip(tmp_path / "copy", seed=1)
    assert find_model(f"hf:{tmp_path / 'copy'}").identity != first.identity


def test_a_torchvision_that_cannot_be_imported_is_as_good_as_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """transformers asks whether torchvision can be found, and not whether it can be imported."""
    (tmp_path / "torchvision").mkdir()
    (tmp_path / "torchvision" / "__init__.py").write_text("raise RuntimeError('operator torchvision::nms')")
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path))
    with transformers_ready():
        assert importlib.util.find_spec("torchvision") is None
    assert "torchvision" not in sys.modules
