"""Retention from lm-eval's results, written here as the harness writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.io.test_evals_lm_eval import choice, write

from tacit.errors import DataError, UsageError
from tacit.tuning.retention.api import retention
from tacit.tuning.retention.logs import are_logs, read_logs
from tacit.tuning.retention.report_terminal import retention_text
from tacit.tuning.retention.settings import RetentionSettings

if TYPE_CHECKING:
    from pathlib import Path

ITEMS = 60
TASK = "arc"


def run(folder: Path, model: str, shots: int, accuracy: float, *, seed: int | None = 1234, task: str = TASK) -> Path:
    """One run of the harness: items that an abler model gets right, a less able one may get wrong."""
    rng = np.random.default_rng(shots * 7 + (seed or 0))
    lines = [choice(at, [0.0, -1.0, -1.0, -1.0] if u < accuracy else [-1.0, 0.0, -1.0, -1.0], 0)
             for at, u in enumerate(rng.random(ITEMS))]  # fmt: skip
    mean = sum(line["acc"] for line in lines) / ITEMS
    said = {} if seed is None else {"fewshot_seed": seed}
    told: dict[str, Any] = {
        "results": {task: {"acc,none": mean}}, "configs": {}, "model_name": model, "n-shot": {task: shots},
        "config": {"model": "hf", "model_args": f"pretrained={model}", **said},
        "n-samples": {task: {"original": ITEMS, "effective": ITEMS}},
    }  # fmt: skip
    return write(folder / f"{shots}-{seed}", told, **{task: lines}).parent


def suite(folder: Path, model: str, accuracies: dict[int, float], seeds: tuple[int | None, ...] = (1, 2, 3)) -> str:
    folder.mkdir()
    for shots, accuracy in accuracies.items():
        for seed in seeds:
            run(folder, model, shots, accuracy, seed=seed)
    return str(folder)


def test_several_seeds_are_draws_of_demonstrations(tmp_path: Path) -> None:
    places = [suite(tmp_path / "a", "lab/base", {0: 0.3, 5: 0.9}), suite(tmp_path / "b", "lab/tuned", {0: 0.4, 5: 0.6})]
    assert are_logs(places)
    found = retention(places[0], [places[1]], out=tmp_path / "out")
    assert [found.base.name, found.models[0].name] == ["lab/base", "lab/tuned"]
    assert [(task.name, task.chance, task.items) for task in found.tasks] == [(TASK, 0.25, ITEMS)]
    whole = found.comparisons[0].level(shots=5)
    assert whole is not None
    assert whole.kept.retention.value == pytest.approx((0.6 - 0.25) / (0.9 - 0.25), abs=0.1)
    assert not whole.kept.retention.method.endswith("items only")
    assert found.comparisons[0].verdict == "broken"
    zero = found.comparisons[0].level(shots=0)
    assert zero is not None
    assert zero.kept.base.method.endswith("items only")
    assert (tmp_path / "out" / "report.html").is_file()


def test_one_seed_is_told_of(tmp_path: Path) -> None:
    places = [suite(tmp_path / "a", "m/base", {5: 0.9}, (1234,)), suite(tmp_path / "b", "m/tuned", {5: 0.9}, (1234,))]
    found = retention(places[0], [places[1]])
    assert found.comparisons[0].retention.value == 1.0
    assert "one draw of demonstrations" in "\n".join(found.remarks)
    assert found.comparisons[0].retention.method.endswith("items only")
    said = retention_text(found)
    assert "Interval: other items\n" in said


def test_other_seeds_are_paired_by_item_and_told_of(tmp_path: Path) -> None:
    places = [suite(tmp_path / "a", "m/base", {5: 0.9}, (1,)), suite(tmp_path / "b", "m/tuned", {5: 0.8}, (2,))]
    found = retention(places[0], [places[1]])
    assert "different seeds" in "\n".join(found.remarks)
    assert found.comparisons[0].levels[0].kept.items == ITEMS


def test_logs_without_seeds_count_runs(tmp_path: Path) -> None:
    places = [suite(tmp_path / name, f"m/{name}", {5: 0.9}, (None,)) for name in ("base", "tuned")]
    logs = read_logs(places, {})
    assert logs.measured[0].table["draw"].unique().to_list() == [0]
    assert logs.measured[0].chance == {TASK: 0.25}


def test_what_the_logs_do_not_say_must_be_said(tmp_path: Path) -> None:
    folders = []
    for name in ("base", "tuned"):
        lines = [{"doc_id": at, "doc": {}, "resps": [["7"]], "filtered_resps": ["7"], "filter": "none",
                  "metrics": ["exact_match"], "exact_match": float(at % 5 > 0)} for at in range(30)]  # fmt: skip
        told = {"results": {"gsm": {"exact_match,none": 0.8}}, "configs": {}, "model_name": name, "n-shot": {"gsm": 8},
                "config": {"model": "hf"}}  # fmt: skip
        folders.append(str(write(tmp_path / name, told, gsm=lines).parent))
    with pytest.raises(DataError, match=r"--chance gsm=SHARE"):
        retention(folders[0], [folders[1]])
    found = retention(f"before={folders[0]}", [folders[1]], settings=RetentionSettings(chance=(("gsm", 0.0),)))
    assert found.base.name == "before"
    assert found.comparisons[0].levels[0].kept.base.value == pytest.approx(0.8)
    assert found.comparisons[0].verdict == "kept"


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    base = suite(tmp_path / "a", "m/base", {5: 0.9}, (1,))
    other = tmp_path / "b"
    other.mkdir()
    run(other, "m/tuned", 5, 0.9, task="boolq")
    with pytest.raises(DataError, match="no task in common"):
        retention(base, [other])
    run(other, "m/third", 6, 0.9)
    with pytest.raises(DataError, match="results of 2 models"):
        retention(base, [other])
    with pytest.raises(UsageError, match="Name logs only, or models only"):
        retention(base, ["org/model"])
    told = {"results": {TASK: {"acc,none": 0.5}}, "configs": {}, "model_name": "x", "config": {}}
    whole = write(tmp_path / "c", told).parent
    with pytest.raises(DataError, match="--log_samples"):
        retention(base, [whole])
