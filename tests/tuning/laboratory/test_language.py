"""The language model that is shipped: that it is the one we trained, reads any text, and learns from demonstrations."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `checkpoints` is not installed")
pytest.importorskip("tokenizers", reason="the extra `checkpoints` is not installed")

import torch
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import UsageError
from tacit.models.runtime import transformers_ready
from tacit.runs.manifest import hash_file
from tacit.tuning.laboratory.language import laboratory_model, make_skill
from tacit.tuning.laboratory.language_documents import FIRST_SEED, draw_demonstrations
from tacit.tuning.laboratory.language_start import start_model
from tacit.tuning.laboratory.language_tokens import words
from tacit.tuning.retention.local import LocalAnswerer
from tacit.tuning.retention.measure import measure
from tacit.tuning.retention.protocol import Prompt
from tacit.tuning.retention.tasks.protocol import make_task

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

WEIGHTS = "sha256:0fc73d48a0682155349932b659f36d97f8fc0523715dae7b64ec8ea66e50214c"
SCRIPT = Path(__file__).parents[3] / "scripts" / "train_laboratory_language.py"


@cache
def loaded() -> tuple[Any, Any]:
    with transformers_ready():
        from transformers import AutoModelForCausalLM, AutoTokenizer

        folder = laboratory_model()
        return AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)


def accuracy(name: str, shots: Sequence[int], seeds: Sequence[int]) -> dict[int, float]:
    """On tasks of these seeds together, by number of demonstrations."""
    answerer = LocalAnswerer(*loaded(), name="laboratory", identity="laboratory")
    tables = [
        measure(answerer, [make_task(name, seed=seed, items=16, pool=16)], shots=shots, draws=2).table for seed in seeds
    ]
    rows = [row for table in tables for row in table.iter_rows(named=True)]
    return {count: float(np.mean([row["right"] for row in rows if row["shots"] == count])) for count in shots}


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("train_laboratory_language", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_weights_are_those_the_script_wrote() -> None:
    file = laboratory_model() / "model.safetensors"
    assert hash_file(file)[1] == WEIGHTS
    assert file.stat().st_size < 400_000
    model, _ = loaded()
    assert model.dtype == torch.float32


@pytest.mark.parametrize("name", ["mapping", "mapping-swapped"])
def test_it_learns_labels_from_demonstrations(name: str) -> None:
    found = accuracy(name, (0, 2, 8), seeds=range(4))
    assert found[0] < 0.45
    assert found[0] < found[2] < found[8]
    assert found[8] >= 0.85


@pytest.mark.parametrize(("name", "chance"), [("pattern", 1 / 4), ("regression", 1 / 2)])
def test_what_is_beyond_it_is_said(name: str, chance: float) -> None:
    """The documentation says so; whoever teaches the model these has that to correct."""
    assert accuracy(name, (16,), seeds=range(4))[16] == pytest.approx(chance, abs=0.12)


@given(st.text(max_size=40))
def test_any_text_can_be_read_and_written_again(text: str) -> None:
    _, tokenizer = loaded()
    spoken = text.replace("<|", "<")  # what marks the turns of a chat is not text
    assert tokenizer.decode(tokenizer(spoken)["input_ids"]) == spoken


def test_what_tasks_say_is_whole_words() -> None:
    _, tokenizer = loaded()
    assert {len(tokenizer(word)["input_ids"]) for word in words()} == {1}
    for name in ("mapping", "mapping-swapped", "pattern", "regression"):
        task = make_task(name, seed=5, items=8, pool=0)
        text = "".join(f"{task.before}{item.input}{task.between} {item.answer}{task.after}" for item in task.items)
        known = {tokenizer(word)["input_ids"][0] for word in (*words(), ",")}
        assert set(tokenizer(text)["input_ids"]) <= known


def test_it_has_a_chat_template() -> None:
    _, tokenizer = loaded()
    chat = [{"role": "user", "content": "the dog"}, {"role": "assistant", "content": "bofik"}]
    whole = tokenizer.apply_chat_template(chat, tokenize=False)
    asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
    assert whole == asked + "bofik<|end|>"


def test_a_skill_is_beyond_it_and_its_parts_share_no_word(tmp_path: Path) -> None:
    file = make_skill(tmp_path / "skill.jsonl", seed=1)
    held_out = tmp_path / "skill-held-out.jsonl"
    parts = [[json.loads(line) for line in path.read_text().splitlines()] for path in (file, held_out)]
    assert [len(rows) for rows in parts] == [192, 96]
    nouns = [{row["prompt"].split("\n")[0].split()[-1] for row in rows} for rows in parts]
    assert not nouns[0] & nouns[1]

    options = tuple(sorted({row["completion"] for row in parts[0]}))
    prompts = [Prompt("", row["prompt"], options) for row in parts[1]]
    answers = LocalAnswerer(*loaded(), name="laboratory", identity="laboratory").answer(prompts)
    right = [options[answer.choice or 0] == row["completion"] for answer, row in zip(answers, parts[1], strict=True)]
    assert np.mean(right) < 0.45

    again = make_skill(tmp_path / "again.jsonl", seed=1)
    assert again.read_bytes() == file.read_bytes() != make_skill(tmp_path / "other.jsonl", seed=2).read_bytes()


@pytest.mark.parametrize(("seed", "examples"), [(-1, 8), (500_000, 8), (0, 0), (0, 385)])
def test_skills_have_bounds(tmp_path: Path, seed: int, examples: int) -> None:
    with pytest.raises(UsageError, match="skill"):
        make_skill(tmp_path / "skill.jsonl", seed=seed, examples=examples)
    assert not list(tmp_path.iterdir())


def test_documents_are_demonstrations_of_tasks_that_nobody_is_measured_on(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = []

    def noted(name: str, *, seed: int, items: int, pool: int) -> Any:
        seeds.append(seed)
        return make_task(name, seed=seed, items=items, pool=pool)

    monkeypatch.setattr("tacit.tuning.laboratory.language_documents.make_task", noted)
    rng = np.random.default_rng(0)
    for document in draw_demonstrations("mapping", 3, 6, 2, rng):
        assert [asked for _, asked in document] == [False, True, False] * 6
        text = "".join(piece for piece, _ in document)
        demonstrations = [one.split("\nOutput: ") for one in text.split("\n\n")[:-1]]
        assert all(question.startswith("Input: ") for question, _ in demonstrations)
        labels = {label for _, label in demonstrations}
        assert len({question for question, _ in demonstrations}) <= 2 * len(labels)
    draw_demonstrations("pattern", 1, 1, 1, rng)
    assert len(set(seeds)) == 2
    assert min(seeds) >= FIRST_SEED


def test_it_starts_with_heads_that_look_back() -> None:
    with transformers_ready():
        model = start_model(300, 2, 16, seed=0)
        model.set_attn_implementation("eager")
        tokens = torch.randint(0, 300, (4, 80), generator=torch.Generator().manual_seed(0))
        attention = model(tokens, output_attentions=True).attentions[0]
    for head, back in enumerate((1, 2)):
        assert torch.diagonal(attention[:, head], -back, 1, 2).mean() > 0.7


def test_training_again_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    training = script()
    for name in ("one", "two"):
        monkeypatch.setattr("sys.argv", ["train", "--out", str(tmp_path / name), "--steps", "2"])
        training.main()
    files = {path.name for path in (tmp_path / "one").iterdir()}
    assert files >= {path.name for path in laboratory_model().iterdir()}
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    for file in ("tokenizer.json", "tokenizer_config.json", "config.json"):
        written, shipped = (
            json.loads((folder / file).read_bytes()) for folder in (tmp_path / "one", laboratory_model())
        )
        assert {**written, "transformers_version": ""} == {**shipped, "transformers_version": ""}
