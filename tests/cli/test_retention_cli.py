"""`tacit retention` on checkpoints, adapters and endpoints: what it says, what it leaves behind, its exit codes."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.models.endpoint.endpoint_work import Handler, chat, endpoint
from tests.tuning.retention.retention_work import known, tasks

from tacit.cli import main as cli
from tacit.models.endpoint.http import Patience

if TYPE_CHECKING:
    from pathlib import Path

    from tests.models.endpoint.endpoint_work import Seen

ASKED = ["--tasks", "mapping", "--shots", "0,4", "--draws", "2", "--items", "6", "--device", "cpu", "--quiet"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base, one with other values, one with an adapter, and one that is a pickle."""
    torch = pytest.importorskip("torch")
    from tests.models.tiny_checkpoints import mend_torchvision
    from tests.tuning.retention.local_work import model, tokenizer

    mend_torchvision()
    peft = pytest.importorskip("peft")
    torch.set_num_threads(1)
    place = tmp_path_factory.mktemp("models")
    base = model("llama")
    value = copy.deepcopy(base)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for layer in value.model.layers:
            layer.self_attn.v_proj.weight.data += 0.3 * torch.randn_like(layer.self_attn.v_proj.weight)
        lora = peft.get_peft_model(
            copy.deepcopy(base), peft.LoraConfig(r=2, target_modules=["v_proj"], init_lora_weights=False)
        )
    for name, made in (("base", base), ("value", value)):
        made.save_pretrained(place / name)
        tokenizer().save_pretrained(place / name)
    lora.save_pretrained(place / "adapter")
    # What an adapter says of its base is not followed: it could be anywhere.
    config = json.loads((place / "adapter" / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "https://example.invalid/evil"
    (place / "adapter" / "adapter_config.json").write_text(json.dumps(config))
    (place / "pickle").mkdir()
    (place / "pickle" / "pytorch_model.bin").write_bytes(b"x")
    rows = [{"said": f"{n}", "completion": "odd" if n % 2 else "even"} for n in range(24)]
    (place / "target.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return place


def test_checkpoints_and_an_adapter_to_a_report(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = [
        "retention", f"start={folders / 'base'}", str(folders / "value"), f"lora={folders / 'adapter'}", *ASKED,
        "--drift-prompts", "2", "--target", str(folders / "target.jsonl"), "--map", "prompt=said", "--out", str(out),
    ]  # fmt: skip
    assert cli.main(words) == 0
    said = capsys.readouterr()
    assert "of start in 2 tuned models" in said.out
    assert max(map(len, said.out.splitlines())) <= 80
    assert {path.name for path in out.iterdir()} == {"manifest.json", "report.html", "result.json", "outcomes.parquet"}
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert result["schema"] == "tacit.retention/1"
    assert [found["tuned"] for found in result["comparisons"]] == ["value", "lora"]
    for found in result["comparisons"]:
        first, second = (layer["distance"] for layer in found["drift"]["layers"])
        assert (first["value"], second["value"] > 0) == (0, True)
        assert found["divergence"]["nats"]["value"] > 0
        assert found["target"]["accuracy"]["gain"]["n"] == 24
        assert found["target"]["loss"]["base"]["value"] > 0
    before = (out / "outcomes.parquet").read_bytes()
    assert cli.main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == result
    assert (out / "outcomes.parquet").read_bytes() == before


def test_wrong_requests_end_with_a_message(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base, value, adapter = (str(folders / name) for name in ("base", "value", "adapter"))
    for words, code, said in (
        ([base, base], 2, "Two models are called 'base'"),
        ([base, "/nowhere/at/all"], 2, "There is no folder /nowhere/at/all"),
        ([base, str(folders / "pickle")], 3, "is a pickle"),
        ([adapter, value], 2, "is an adapter"),
        (["endpoint:a", value], 2, "no address of an endpoint"),
        ([base, value, "--tasks", "no-such"], 2, "no-such"),
        ([base, value, "--shots", "x"], 2, "--shots"),
        ([base, value, "--draws", "1"], 2, "--draws"),
        ([base, value, "--target", "/nowhere.jsonl"], 3, "/nowhere.jsonl"),
        ([base, value, "--target", str(folders / "target.jsonl")], 2, "--map prompt=COLUMN"),
        ([base, value, "--map", "prompt=said"], 2, "there is none"),
        ([base, value, "--precision", "float8"], 2, "The precision is one of"),
    ):
        assert (cli.main(["retention", *words]), said) == (code, said)
        assert said in capsys.readouterr().err
    assert cli.main(["retention", base]) == 2


def test_the_laboratory_is_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("transformers")
    asked = ["--tasks", "mapping", "--shots", "4", "--draws", "2", "--items", "8", "--drift-prompts", "0"]
    assert cli.main(["retention", "laboratory", "copy=laboratory", *asked, "--quiet"]) == 0
    said = capsys.readouterr().out
    assert "everything that laboratory can do" in said.replace("\n", " ")
    (row,) = [line for line in said.splitlines() if line.startswith("all tasks")]  # 4 and the mean over 4 are the same
    assert row.split()[2] == "4"
    assert "all above 0" not in said
    assert "Interval: other items, other demonstrations" in " ".join(said.split())


class Answering:
    """A model behind an endpoint that knows a share of the answers, and breaks down after so many."""

    def __init__(self, share: float, most: int = 10**9) -> None:
        self.right = known(tasks(("mapping",), items=30))
        self.share, self.most, self.answered = share, most, 0

    def __call__(self, handler: Handler, content: dict[str, Any], number: int) -> None:
        if self.answered >= self.most:
            handler.send(b"out of order", 500)
            return
        self.answered += 1
        prompt = content["messages"][0]["content"]
        question = next(text for text in self.right if prompt.endswith(text))
        knows = "\n\n" in prompt and sum(prompt.encode()) % 100 < 100 * self.share
        handler.send(chat(f"{self.right[question]}." if knows else "I cannot say."))


def endpoints(base: Seen, tuned: Seen) -> list[str]:
    return ["retention", f"base=endpoint:m@{base.url}", f"tuned=endpoint:m@{tuned.url}", "--tasks", "mapping",
            "--shots", "0,4", "--draws", "3", "--items", "30", "--quiet"]  # fmt: skip


def test_endpoints_and_what_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with endpoint(Answering(0.95)) as base, endpoint(Answering(0.6)) as tuned:
        words = endpoints(base, tuned)
        assert cli.main(words) == 0
        assert "in-context learning is broken" in capsys.readouterr().out.replace("\n", " ")
        assert cli.main([*words, "--require-kept", "--json"]) == 1
        said = capsys.readouterr()
        assert "--require-kept does not hold: tuned is broken." in said.err
        found = json.loads(said.out)["comparisons"][0]
        assert found["levels"][0]["tuned_in_form"]["value"] < 0.7
        assert "both models on this machine" in found["notes"][0]
        same = [words[0], words[1], f"copy=endpoint:m@{base.url}", *words[3:]]
        assert cli.main([*same, "--require-kept"]) == 0


def test_what_an_endpoint_has_answered_is_not_asked_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = Patience(seconds=5, tries=2, first_wait=0.01, longest_wait=0.01)
    monkeypatch.setattr("tacit.tuning.retention.endpoint.Patience", lambda: quick)
    base_model, tuned_model = Answering(0.9), Answering(0.9, most=40)
    total = 30 * (1 + 3)
    with endpoint(base_model) as base, endpoint(tuned_model) as tuned:
        words = [*endpoints(base, tuned), "--out", str(tmp_path / "out")]
        assert cli.main(words) == 4
        said = capsys.readouterr().err
        assert "out of order" in said
        assert tuned_model.answered == 40
        tuned_model.most = 10**9
        assert cli.main(words) == 0
        assert base_model.answered == total
        # Of the piece in which it broke down, at most 15 answers had come and were not kept.
        assert total <= tuned_model.answered <= total + 15
    assert (tmp_path / "out" / "result.json").is_file()
