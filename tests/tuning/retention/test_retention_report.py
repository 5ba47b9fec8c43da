"""From answers to result, report and tables: numbers that agree everywhere, and text that does nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.tuning.retention.retention_work import Skilled, known, tasks

from tacit.errors import DataError, UsageError
from tacit.evidence.estimate import Estimate
from tacit.report.page import MAX_BYTES
from tacit.testing.hostile import HOSTILE
from tacit.tuning.retention.answers import TaskRecord
from tacit.tuning.retention.api import assemble
from tacit.tuning.retention.divergence import Divergence
from tacit.tuning.retention.drift import Drift, LayerDrift
from tacit.tuning.retention.inside import Inside
from tacit.tuning.retention.measure import measure
from tacit.tuning.retention.report import render_retention
from tacit.tuning.retention.settings import RetentionSettings, read_chance, read_shots
from tacit.tuning.retention.sources import ModelRecord
from tacit.tuning.retention.target import Change, TargetGain
from tacit.verify.api import compare_files

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.tuning.retention.result import RetentionResult
    from tacit.tuning.retention.tasks.protocol import Task

SETTINGS = RetentionSettings(shots=(0, 2, 8), draws=3, items=40)


def result(models: list[Skilled], of: list[Task], **more: Any) -> RetentionResult:
    measured = [measure(m, of, shots=SETTINGS.shots, draws=SETTINGS.draws, seed=0) for m in models]
    records = [ModelRecord(m.name, f"/models/{m.name}", m.identity) for m in models]
    told = [TaskRecord(task.name, task.chance, len(task.items), task.source) for task in of]
    return assemble(records, measured, told, SETTINGS, **more)


@pytest.fixture(scope="module")
def found() -> RetentionResult:
    of = tasks(("mapping", "regression"))
    right = known(of)
    models = [
        Skilled("base", 0.9, right),
        Skilled("copy", 0.9, right),
        Skilled("half", 0.45, right, zero=0.3, in_form=0.9),
    ]
    gain = Estimate(0.3, 0.2, 0.4, 200, "t")
    inside = Inside(
        divergence=Divergence(Estimate(0.1, 0.05, 0.15, 900, "t"), 50, 900),
        drift=Drift(
            (LayerDrift(0, Estimate(0.0, 0.0, 0.0, 9, "t")), LayerDrift(1, Estimate(0.2, 0.1, 0.3, 9, "t"))), 9
        ),
    )
    targets = [TargetGain(50, Change(gain, gain, gain), None), TargetGain(50, Change(gain, gain, gain), None)]
    return result(models, of, inside=[inside, inside], targets=targets)


def test_a_copy_keeps_everything_and_half_is_broken(found: RetentionResult) -> None:
    copy, half = (found.comparison(name) for name in ("copy", "half"))
    assert (copy.retention.low, copy.retention.value, copy.retention.high) == (1.0, 1.0, 1.0)
    assert copy.verdict == "kept"
    assert copy.same
    assert half.verdict == "broken"
    assert half.retention.value == pytest.approx(0.45, abs=0.12)
    whole = half.levels[0]
    assert (whole.task, whole.shots) == (None, None)
    assert whole.tuned_in_form.value == pytest.approx(0.9, abs=0.05)
    assert whole.form_difference.high is not None
    assert whole.form_difference.high < 0
    mapping = half.level("mapping", 8)
    assert mapping is not None
    assert mapping.kept.items == 40
    assert half.level("mapping", 3) is None
    with pytest.raises(KeyError):
        found.comparison("other")


def test_what_is_noticed(found: RetentionResult) -> None:
    said = "\n".join(found.remarks)
    assert "copy: no answer differs from the base's" in said
    assert "half keeps less to the form" in said
    assert "copy and half: attention in the first layer is exactly the base's" in said


def test_the_same_answers_give_the_same_bytes_and_the_numbers_are_in_them(found: RetentionResult) -> None:
    told = json.loads(found.to_json())
    assert told["schema"] == "tacit.retention/1"
    assert told["verdicts"] == {"copy": "kept", "half": "broken"}
    of = tasks(("mapping", "regression"))
    again = result([Skilled("base", 0.9, known(of)), Skilled("copy", 0.9, known(of))], of)
    assert again.to_json() == result([Skilled("base", 0.9, known(of)), Skilled("copy", 0.9, known(of))], of).to_json()
    frame = found.to_frame()
    assert frame.height == sum(len(one.levels) for one in found.comparisons) == 24
    first = frame.filter(frame["task"].is_null() & frame["shots"].is_null() & (frame["model"] == "half"))
    assert first["retention_low"][0] == found.comparison("half").retention.low


def test_the_report_says_it_all_and_runs_nothing(found: RetentionResult) -> None:
    page = render_retention(found)
    assert page == render_retention(found)
    assert len(page.encode()) <= MAX_BYTES
    assert "<script" not in page
    for words in ("What was gained against what was kept", "Attention drift per layer", "What to do next", "guessing",
                  "Tune again with --keep few-shot"):  # fmt: skip
        assert words in page
    text = found.summary()
    assert max(map(len, text.splitlines())) <= 80
    assert "In-context learning of base in 2 tuned models: kept: 1; broken: 1." in text
    assert found._repr_html_().startswith("<pre>")


def test_compare_reads_the_outcomes(found: RetentionResult, tmp_path: Path) -> None:
    rows = found.to_long()
    assert set(rows["capability"]) == {f"{task}, {k}-shot" for task in ("mapping", "regression") for k in (0, 2, 8)}
    place = tmp_path / "outcomes.parquet"
    rows.write_parquet(place)
    compared = compare_files(f"{place}::base", f"{place}::half", retain=["*"])
    verdicts = {effect.capability: effect.verdict for effect in compared.comparisons}
    assert verdicts["mapping, 8-shot"] == "broken"


def test_hostile_names_are_shown_and_do_nothing() -> None:
    of = tasks(("mapping",), items=4)
    right = known(of)
    for name in [text for text in HOSTILE if text.strip() and "\0" not in text][2:10:2]:
        made = result([Skilled("base", 0.9, right), Skilled(name + "<script>\x1b[31m", 0.5, right)], of)
        page = render_retention(made, run={name: name})
        assert "<script" not in page
        assert "\x1b" not in page + made.summary()


def test_prompts_that_are_too_long_are_missing_and_told_of() -> None:
    of = tasks(("mapping",))
    right = known(of)
    longest = max(len(prompt) for prompt in right) + 220
    made = result([Skilled("base", 0.9, right), Skilled("short", 0.9, right, longest=longest)], of)
    assert {lacking.model for lacking in made.missing} == {"short"}
    assert sum(lacking.count for lacking in made.missing) == made.measured[1].table["right"].null_count() > 0
    assert "longer than the model reads" in "\n".join(made.remarks)
    assert made.comparison("short").retention.value == 1.0
    assert "What is missing" in render_retention(made)


def test_models_that_were_asked_nothing_with_demonstrations() -> None:
    of = tasks(("mapping",), items=4)
    measured = [measure(Skilled(n, 0.9, known(of)), of, shots=(0,), draws=2) for n in ("a", "b")]
    with pytest.raises(DataError, match="no answers with demonstrations"):
        assemble([ModelRecord(n, n, n) for n in ("a", "b")], measured, [TaskRecord("mapping", 0.25, 4, "generated")],
                 SETTINGS)  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"shots": (0,)}, {"shots": ()}, {"shots": (-1, 2)}, {"draws": 1}, {"items": 1}, {"margin": 0.0}, {"margin": 1.0},
     {"level": float("nan")}, {"seed": -1}, {"drift_prompts": -1}, {"target_examples": 1}],
)  # fmt: skip
def test_impossible_settings(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="--"):
        RetentionSettings(**wrong)


def test_options_as_text() -> None:
    assert read_shots("0, 4,16") == (0, 4, 16)
    for text in ("", "a", "1;2"):
        with pytest.raises(UsageError, match="--shots"):
            read_shots(text)
    for text in ("", "a=b", "=0.5", "1.5", "nan"):
        with pytest.raises(UsageError, match="--chance"):
            read_chance([text])
