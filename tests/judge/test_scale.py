"""`tacit scale` from files to verdicts: API, command line, run folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tacit.cli.main import main
from tacit.errors import UsageError
from tacit.evidence.outcomes import Outcomes
from tacit.evidence.scaling.case import Settings
from tacit.judge import findings
from tacit.judge.judging import Question, judge_outcomes
from tacit.judge.sample import write_sample
from tacit.judge.selftest import self_test

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("sample") / "results.csv"
    write_sample(place)
    return place


def run(*words: object) -> int:
    return main(["scale", *map(str, words), "--quiet"])


def test_the_sample_is_judged_as_it_was_made(sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(sample, "--target", "90", "--out", tmp_path / "out") == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    verdicts = {entry["capability"]: entry["verdict"] for entry in result["verdicts"]}
    assert verdicts == {
        "naming": "saturating", "counting": "scaling", "negation": "flat", "before/after": "emergent, unresolved",
        "lure": "inverse",
    }  # fmt: skip
    for entry in result["verdicts"]:
        assert entry["low"] < entry["slope"] < entry["high"]
        assert entry["mdes"] > 0
        assert entry["n_systems"] == 26
        assert entry["reasons"]
        assert entry["forecast"]["decades"] == 1
        assert 0 <= entry["forecast"]["low"] <= entry["forecast"]["score"] <= entry["forecast"]["high"] <= 1
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"report.html", "result.json", "manifest.json"}


def test_the_same_input_gives_the_same_bytes(sample: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run(sample, "--capability", "counting", "--out", tmp_path / name) == 0
    assert (tmp_path / "one" / "result.json").read_bytes() == (tmp_path / "two" / "result.json").read_bytes()
    assert (tmp_path / "one" / "report.html").read_bytes() == (tmp_path / "two" / "report.html").read_bytes()


def test_targets_split_scaling_three_ways() -> None:
    table = pl.DataFrame(
        {
            "system": [f"m{i}" for i in range(12)], "capability": "x", "n": 5000, "chance": 0.1,
            "score": [0.30 + 0.03 * i + 0.003 * (-1) ** i for i in range(12)],
            "params": [1e8 * 10 ** (i / 4) for i in range(12)],
        }
    )  # fmt: skip
    outcomes = Outcomes.from_frame(table)
    details = {}
    for target in (0.5, 0.7, 0.99):
        found = judge_outcomes(outcomes, Question(settings=Settings(target=target))).verdict("x")
        assert found.verdict == "scaling"
        details[target] = found.detail
        assert found.probability_target is not None
    assert details[0.5] == "closes"
    assert details[0.99] == "helps, not enough"
    assert judge_outcomes(outcomes).verdict("x").detail == ""


@pytest.mark.slow
@pytest.mark.long
def test_many_capabilities_pay_for_their_number() -> None:
    """Pure noise in 24 capabilities: without the adjustment about two would be called scaling or inverse."""
    import numpy as np

    generator = np.random.default_rng(1)
    rows = [
        {"system": f"m{i}", "capability": f"c{j:02d}", "score": float(score), "n": 2000, "params": 1e8 * 4.0**i}
        for j in range(24)
        for i, score in enumerate(np.clip(0.45 + generator.normal(0, 0.03, 9), 0, 1))
    ]
    found = judge_outcomes(Outcomes.from_frame(pl.DataFrame(rows)))
    claims = [entry for entry in found.verdicts if entry.verdict in {"scaling", "inverse"}]
    assert len(claims) <= 1
    assert sum((entry.p_value or 1) < 0.15 for entry in found.verdicts) > len(claims)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--axis", "depth"], 2, "no axis 'depth'"),
        (["--axis", "tokens"], 2, "do not differ in tokens"),
        (["--capability", "chess"], 2, "no capability 'chess'"),
        (["--chance", "half"], 2, "must be a number"),
        (["--map", "params"], 2, "name=value"),
        (["--unit", "points"], 2, "--unit is one of"),
        (["--target", "300"], 2, "--target is a score"),
        (["--companion", "naming=speed"], 2, "no capability 'speed'"),
        (["--self-test"], 2, "takes no RESULTS"),
    ],
)
def test_what_cannot_be_done_is_said(
    sample: Path, words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(sample, *words) == code
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_and_no_file_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nothing.csv") in {2, 3}
    assert "nothing.csv" in capsys.readouterr().err
    assert run() == 2
    assert "--self-test" in capsys.readouterr().err


def test_without_scales_nothing_is_judged() -> None:
    table = pl.DataFrame({"system": ["a", "b"], "capability": "x", "score": [0.1, 0.2]})
    with pytest.raises(UsageError, match="Nothing says how large"):
        judge_outcomes(Outcomes.from_frame(table))


def test_a_capability_without_any_score_is_undecided_and_harms_no_other() -> None:
    rows = [
        {"system": f"m{i}", "capability": name, "score": score, "n": 1000, "params": 1e8 * 4.0**i, "family": "f"}
        for i in range(6)
        for name, score in (("x", 0.3 + 0.05 * i), ("y", None))
    ]
    found = judge_outcomes(Outcomes.from_frame(pl.DataFrame(rows)))
    assert found.verdict("x").verdict == "scaling"
    assert found.verdict("y").verdict == "undecided"
    assert found.missing == {"no score": 6}
    assert "0 distinct scales" in found.verdict("y").reasons[0]


def test_answers_read_better_with_scale_are_said_aloud() -> None:
    rows = []
    for k in range(6):
        about = {"system": f"m{k}", "capability": "x", "params": 1e8 * 4.0**k}
        for i in range(100):
            read = i >= 60 - 10 * k
            rows.append({**about, "item": str(i), "score": float(i % 2) if read else None,
                         "missing": None if read else "unparsed"})  # fmt: skip
    settings = Settings(fewest_scored=0.1)
    found = judge_outcomes(
        Outcomes.from_frame(pl.DataFrame(rows, infer_schema_length=None)), Question(settings=settings)
    )
    assert found.verdict("x").verdict == "undecided"
    assert "could be read changes by" in found.verdict("x").reasons[0]
    assert any("could be read changes by" in remark for remark in found.remarks)


def test_of_very_many_items_a_sample_is_looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    monkeypatch.setattr(findings, "MOST_ITEMS", 60)
    right = np.random.default_rng(0).random((100, 6)) < np.linspace(0.3, 0.8, 6)
    rows = [
        {"system": f"m{k}", "capability": "x", "item": str(i), "score": float(right[i, k]), "params": 1e8 * 4.0**k}
        for i in range(100)
        for k in range(6)
    ]
    outcomes = Outcomes.from_frame(pl.DataFrame(rows))
    found = findings.find(outcomes, {"x": outcomes.cells("x")}, "params", 0)
    flagged = [f for f in found if f.name == "share of items flagged"]
    assert flagged[0].estimate.n == 60
    assert "sample of 60 of 100 items" in flagged[0].note


def test_a_companion_is_used_and_not_judged() -> None:
    count = 12
    rows = []
    for i in range(count):
        about = {"system": f"m{i}", "params": 1e8 * 2.0**i, "n": 500}
        rows.append({**about, "capability": "exact", "score": 0.25 + 0.002 * (-1) ** i, "chance": 0.25})
        rows.append({**about, "capability": "probability", "score": 0.02 * 1.25**i, "chance": None})
    outcomes = Outcomes.from_frame(pl.DataFrame(rows))
    alone = judge_outcomes(outcomes, Question(companions={"exact": "probability"}))
    assert [entry.capability for entry in alone.verdicts] == ["exact"]
    assert alone.verdict("exact").verdict == "emergent, unresolved"
    assert "companion" in alone.verdict("exact").reasons[0]


def test_hostile_names_do_no_harm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = '<script>alert(1)</script>\x1b[2J=cmd|"/c calc"!A0'
    table = pl.DataFrame(
        {
            "system": [f"{name}{i}" for i in range(6)], "capability": name, "score": [0.3, 0.35, 0.4, 0.45, 0.5, 0.55],
            "n": 1000, "params": [1e8 * 4.0**i for i in range(6)], "family": name,
        }
    )  # fmt: skip
    table.write_parquet(tmp_path / "results.parquet")
    assert run(tmp_path / "results.parquet", "--out", tmp_path / "out") == 0
    assert "\x1b[2J" not in capsys.readouterr().out
    page = (tmp_path / "out" / "report.html").read_text()
    assert "<script" not in page


def test_the_self_test_counts_what_it_says() -> None:
    found = self_test(runs=6, systems=(6,), shapes=("flat", "U"), seed=1)
    assert sum(tally.runs for tally in found.tallies) == 6 * 2 * 9
    assert sum(found.shares("flat", 6).values()) == pytest.approx(1)
    assert found.to_markdown().count("\n") == 4
    assert max(map(len, found.summary().splitlines())) <= 100
    assert json.loads(found.to_json())["schema"] == "tacit.self-test/1"
