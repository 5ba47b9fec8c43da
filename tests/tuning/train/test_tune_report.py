"""The report of a run: everything is escaped, curves are drawn, and what is missing has a reason."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tacit.evidence.estimate import Estimate
from tacit.tuning.data.rows import DataSummary
from tacit.tuning.train.report import render_tune, tune_text
from tacit.tuning.train.result import Kept, Proof, StepLog, Trained, Try, TuneResult
from tacit.tuning.train.settings import TuneSettings
from tacit.tuning.train.watch import Check, Reading

EVIL = "<script>alert(1)</script>\x1b[2J"


def reading(left: float) -> Reading:
    return Reading(Estimate(left, left - 0.05, left + 0.05, 96, "Fieller"), ((4, 0.5 * left), (8, 0.6 * left)))


def made() -> TuneResult:
    checks = tuple(
        Check(step, 3.0 - 0.1 * step, reading(1 - 0.02 * step), 1 - 0.02 * step >= 0.95) for step in (0, 1, 2, 5, 10)
    )
    return TuneResult(
        tacit="0", settings=TuneSettings(stop_at_retention=0.95, keep="few-shot").to_json(),
        model={"name": EVIL, "kind": "LlamaForCausalLM"},
        data=DataSummary(rows=30, used=28, dropped={EVIL: 2}, learned=100, masked=50, sequences=28), held_out=2,
        trained=Trained("value", "", 2, 512, 13520, None, (("per head", 2),), 4096, 108160, 8.0),
        steps=tuple(StepLog(step, 5 / step, 4 / step, 0.1 * step, None, 1.0, 1e-4) for step in range(1, 11)),
        checks=checks, kept=Kept(2, 10, 40, "the best", 0.5, 2.8, 0.7, reading(0.96)),
        tries=(Try(1.0, 2.0, reading(0.9)), Try(0.5, 2.8, reading(0.96))),
        proof=Proof(13008, 512, ((EVIL, "sha256:0"),), adapter=False), kept_on="prompts", remarks=(EVIL,), timings={},
    )  # fmt: skip


def test_the_page_draws_both_curves_and_runs_nothing() -> None:
    page = render_tune(made())
    assert "<script" not in page
    assert "\x1b" not in page
    assert page.count("<svg") == 2
    assert "of the few-shot ability is left" in page
    assert "after step 2 of 40" in page
    assert page == render_tune(made())


def test_the_text_fits_a_terminal() -> None:
    told = tune_text(made())
    assert max(map(len, told.splitlines())) <= 80
    assert "\x1b" not in told
    assert "96.0%" in told


def test_missing_is_not_zero() -> None:
    none = Reading(Estimate.none("the base guesses"))
    result = made()
    bare = replace(
        result, checks=(Check(0, None, none, None),), tries=(), kept=replace(result.kept, reading=none, held_out=None)
    )
    page, told = render_tune(bare), tune_text(bare)
    assert page.count("<svg") == 1
    assert "the base guesses" in page
    assert "not known (the base guesses)" in told.replace("\n", " ")
    assert " 0.0%" not in told


def test_numbers_are_plain_json() -> None:
    told = json.loads(made().to_json())
    assert told["kept"]["reading"]["retention"]["low"] == pytest.approx(0.91)
    assert [len(told[name]) for name in ("steps", "checks", "tries")] == [10, 5, 2]
    frame = made().to_frame()
    assert frame.height == 11
    assert frame["retention"].to_list()[:3] == [1.0, 0.98, 0.96]
