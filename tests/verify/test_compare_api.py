"""Whole comparisons in simulated worlds where the truth is known."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from scipy import stats
from tests.verify.compare_work import frame, outcomes, scored, simulated

from tacit.errors import DataError, UsageError
from tacit.evidence.comparing.ratio import fieller
from tacit.evidence.outcomes import Outcomes
from tacit.verify.api import compare
from tacit.verify.measured import Beside
from tacit.verify.settings import CompareSettings
from tacit.verify.worth import ScaleSlope, parse_slope, read_slopes

if TYPE_CHECKING:
    from pathlib import Path

RATES = {"counting": 0.4, "negation": 0.5, "mmlu": 0.6, "gsm8k": 0.7}


def arm(system: str, seed: int, missing: float = 0.0, **gains: float) -> Outcomes:
    rates = {name: rate + gains.get(name, 0.0) for name, rate in RATES.items()}
    return Outcomes.from_frame(simulated(system, rates, seed=seed, missing=missing))


def test_the_sham_takes_a_placebo_effect_away() -> None:
    """Any further training brings 8 points on negation; only the candidate's content brings more on counting."""
    baseline, sham = arm("base", 1), arm("sham", 2, counting=0.03, negation=0.08)
    candidate = arm("fixed", 3, counting=0.18, negation=0.08, gsm8k=-0.1)
    naive = compare(baseline, candidate, retain=["gsm8k", "mmlu"])
    honest = compare(baseline, candidate, sham=sham, retain=["gsm8k", "mmlu"])
    assert naive.comparison("negation").verdict == "improved"
    assert honest.comparison("negation").verdict != "improved"
    counting = honest.comparison("counting")
    assert (counting.verdict, counting.against) == ("improved", "sham")
    assert counting.effect.low is not None
    assert counting.effect.high is not None
    assert counting.effect.low < 0.15 < counting.effect.high
    assert counting.placebo is not None
    assert counting.placebo.value is not None
    assert counting.raw.value == pytest.approx((counting.effect.value or 0) + counting.placebo.value)
    # What must not break is held against the baseline, sham or not.
    broken = honest.comparison("gsm8k")
    assert (broken.verdict, broken.against) == ("broken", "baseline")
    assert broken.effect == naive.comparison("gsm8k").effect
    assert [entry.capability for entry in honest.failed if entry.verdict == "broken"] == ["gsm8k"]


def test_a_loss_that_the_sham_shares_is_a_loss_all_the_same() -> None:
    worse = {"mmlu": -0.1}
    found = compare(arm("base", 1), arm("fixed", 3, **worse), sham=arm("sham", 2, **worse), retain=["mmlu"])
    assert found.comparison("mmlu").verdict == "broken"


@pytest.mark.slow
def test_without_an_effect_hardly_anything_is_called_real() -> None:
    rates = {f"task {at}": 0.3 + 0.01 * at for at in range(40)}
    one, other = (Outcomes.from_frame(simulated(name, rates, items=200, seed=at)) for at, name in ((1, "a"), (2, "b")))
    found = compare(one, other)
    assert sum(entry.verdict in {"improved", "worse"} for entry in found.comparisons) <= 1
    assert all(entry.q_value is not None and entry.q_value >= (entry.p_value or 0) for entry in found.comparisons)
    told = stats.false_discovery_control([entry.p_value for entry in found.comparisons])
    assert [entry.q_value for entry in found.comparisons] == pytest.approx(told.tolist())


def test_verdicts_are_withheld_below_the_coverage() -> None:
    full, thin = arm("a", 1), arm("b", 2, missing=0.3, counting=0.1)
    entry = compare(full, thin, settings=CompareSettings(capabilities=("counting",))).comparison("counting")
    assert entry.verdict == "withheld"
    assert "--min-coverage" in entry.reasons[0]
    assert entry.effect.value is not None  # the number is shown all the same
    assert entry.coverage == pytest.approx(0.7, abs=0.05)
    candidate = entry.arm("candidate")
    assert candidate is not None
    assert list(candidate.missing) == ["unparsed"]
    assert candidate.mean.value == pytest.approx(0.5, abs=0.06)  # not 0.35, which is what zeros would make of it
    lenient = CompareSettings(capabilities=("counting",), min_coverage=0.5)
    # Most are missing in one arm, and with all of them at their worst the gain is gone.
    assert compare(full, thin, settings=lenient).comparison("counting").verdict == "withheld"


def test_lopsided_missing_scores_matter_only_where_they_could_turn_the_verdict() -> None:
    before = scored("a", [0.0] * 200 + [1.0] * 800)
    refusing = compare(before, scored("b", [1.0] * 30 + [0.0] * 170 + [None] * 40 + [1.0] * 760)).comparison("counting")
    assert refusing.verdict == "withheld"
    assert "no accident" in refusing.reasons[0]
    plain = compare(before, scored("b", [None] * 40 + [1.0] * 960)).comparison("counting")
    assert plain.verdict == "improved"
    assert plain.worst_case == pytest.approx((0.16, 0.2))


def test_a_capability_that_was_not_run_is_not_shown_to_be_kept() -> None:
    both, one = arm("a", 1), arm("b", 2)
    rows = one.rows.filter(pl.col("capability") != "mmlu")
    found = compare(both, Outcomes(rows, one.systems, {}, ()), retain=["mmlu"])
    entry = found.comparison("mmlu")
    assert (entry.verdict, entry.n, entry.coverage, entry.holds) == ("withheld", 0, 0.0, False)
    candidate = entry.arm("candidate")
    assert candidate is not None
    assert candidate.missing == {"not run": 1000}
    json.loads(found.to_json())
    assert "mmlu" in found.summary()


def test_whole_scores_are_compared_too() -> None:
    def whole(system: str, score: float, n: int | None = 1000) -> Outcomes:
        return outcomes([{"system": system, "capability": "counting", "score": score, "n": n}])

    entry = compare(whole("a", 0.4), whole("b", 0.5)).comparison("counting")
    assert (entry.verdict, entry.p_method, entry.worst_case) == ("improved", "z test, not paired", None)
    assert entry.effect.value == pytest.approx(0.1)
    half = 1.96 * math.sqrt(0.4 * 0.6 / 1000 + 0.25 / 1000)
    assert entry.effect.high == pytest.approx(0.1 + half, abs=2e-4)
    assert "not" in compare(whole("a", 0.4, None), whole("b", 0.5, None)).comparison("counting").verdict
    mixed = compare(scored("a", [1.0, 0.0] * 500), whole("b", 0.6)).comparison("counting")
    assert (mixed.verdict, mixed.arms[0].mean.value) == ("improved", 0.5)


def test_gains_are_told_in_decades_of_scale() -> None:
    slopes = (
        ScaleSlope("counting", 3.0, 2.0, 4.0, "params"),
        ScaleSlope("counting", 1.0, -0.2, 2.2, "tokens"),
        ScaleSlope("counting", None, None, None, "compute"),
        ScaleSlope("counting", -2.0, -3.0, -1.0, "steps"),
    )
    found = compare(arm("a", 1), arm("b", 2, counting=0.15), retain=["mmlu"], beside=Beside(slopes=slopes))
    entry = found.comparison("counting")
    steep, doubtful, unknown, falling = entry.extras.worth
    assert entry.effect.value is not None
    assert steep.decades.value == pytest.approx(100 * entry.effect.value / 3)
    assert entry.mcnemar is not None
    share = (entry.mcnemar.gained + entry.mcnemar.lost) / entry.n
    se = 100 * math.sqrt((share - entry.effect.value**2) / (entry.n - 1))
    limits = fieller((100 * entry.effect.value, se), (3.0, 1 / stats.norm.ppf(0.95)), df=entry.n - 1)
    assert (steep.decades.low, steep.decades.high) == pytest.approx(limits, rel=1e-6)
    assert doubtful.decades.value is None
    assert doubtful.at_least is not None
    assert doubtful.at_least > 1
    assert (unknown.at_least, falling.at_least) == (None, None)
    assert "falls with scale" in falling.reason
    assert found.comparison("mmlu").extras.worth == ()
    assert found.comparison("negation").extras.notes == ("no decades of scale: no slope was given for this capability",)


def test_slopes_are_read_from_a_result_of_scale(tmp_path: Path) -> None:
    verdict = {"capability": "counting", "axis": "params", "verdict": "scaling", "slope": 3.0, "low": 2.0, "high": 4.0}
    content = {"schema": "tacit.scale/1", "verdicts": [verdict, {**verdict, "slope": None, "low": None, "high": None}]}
    (tmp_path / "result.json").write_text(json.dumps(content), encoding="utf-8")
    read = read_slopes(tmp_path)
    assert read == read_slopes(tmp_path / "result.json")
    assert read[0] == ScaleSlope("counting", 3.0, 2.0, 4.0, "params", "tacit scale: scaling")
    assert read[1].slope is None
    wrong_verdicts: tuple[Any, ...] = ({"capability": "x"}, {**verdict, "low": "2"}, {**verdict, "high": 1.0}, [], None)
    bad: list[Any] = ["{", [], {"schema": "tacit.audit/1"}, {"schema": "tacit.scale/1"}]
    for wrong in (*bad, *({**content, "verdicts": [one]} for one in wrong_verdicts)):
        (tmp_path / "result.json").write_text(wrong if isinstance(wrong, str) else json.dumps(wrong), encoding="utf-8")
        with pytest.raises(DataError):
            read_slopes(tmp_path)
    for text in ("counting", "counting=3", "counting=3,4,5", "=3,2,4", "counting=3,2,nan", "counting=1,1,1"):
        with pytest.raises(UsageError):
            parse_slope(text)
    assert parse_slope("a=b=3,2,4").capability == "a=b"


def answers(system: str, shift: float, seed: int, variant: str | None = None, items: int = 150) -> pl.DataFrame:
    base = np.random.default_rng(7).dirichlet([4, 4, 4], items)
    moved = (1 - shift) * base + shift * np.random.default_rng(seed).dirichlet([4, 4, 4], items)
    return frame([
        {"system": system, "capability": "counting", "item": f"q{at}", "variant": variant,
         "score": float(row.argmax() == 0), "probabilities": row.tolist()}
        for at, row in enumerate(moved)
    ])  # fmt: skip


@pytest.mark.parametrize("with_probabilities", [True, False])
def test_an_edit_is_held_against_paraphrases(with_probabilities: bool) -> None:
    def made(rows: pl.DataFrame) -> Outcomes:
        return Outcomes.from_frame(rows if with_probabilities else rows.drop("probabilities"))

    baseline = made(answers("model", 0.0, 0))
    near = made(pl.concat(answers("model", 0.25, seed, f"p{seed}") for seed in range(1, 6)))
    found = {}
    for name, shift in (("edit", 0.8), ("rewording", 0.25)):
        candidate = made(answers("model", shift, 50))
        test = compare(baseline, candidate, beside=Beside(paraphrases=near)).comparison("counting").extras.rewording
        assert test is not None
        assert test.per_item == 5.0
        assert test.measure == ("divergence of answers" if with_probabilities else "change of score")
        found[name] = test.verdict
    assert found == {"edit": "more than rewording", "rewording": "not told apart from rewording"}


def test_flips_of_scores_are_counted_by_hand() -> None:
    paraphrases = outcomes([
        {"system": "m", "capability": "counting", "item": f"q{at}", "variant": f"p{v}", "score": float(at + v == 0)}
        for at in range(4) for v in range(2 if at else 1)
    ])  # fmt: skip
    test = (
        compare(scored("m", [0.0] * 4), scored("m", [1.0, 1.0, 0.0, 0.0]), beside=Beside(paraphrases=paraphrases))
        .comparison("counting")
        .extras.rewording
    )
    assert test is not None
    assert (test.edit_flips.value, test.paraphrase_flips.value, test.difference.value) == (0.5, 0.25, 0.25)
    assert test.per_item == 7 / 4


def test_effects_are_held_against_a_reference() -> None:
    rng = np.random.default_rng(3)
    reference = {f"q{at}": float(value) for at, value in enumerate(rng.normal(0.1, 0.02, 100))}
    before = rng.uniform(0.2, 0.4, 100)
    after = before + 2 * np.array(list(reference.values()))
    beside = Beside(reference={"counting": reference})
    ratio = compare(scored("a", before.tolist()), scored("b", after.tolist()), beside=beside).comparison(
        "counting").extras.ratio  # fmt: skip
    assert ratio is not None
    assert ratio.ratio.value == pytest.approx(2.0)
    assert ratio.sign_matches.value == 1.0
    lonely = Beside(reference={"counting": {"q0": 0.1}})
    extras = compare(scored("a", before.tolist()), scored("b", after.tolist()), beside=lonely).comparison(
        "counting").extras  # fmt: skip
    assert extras.ratio is None
    assert "2 are needed" in extras.notes[0]


def test_the_running_limits_exclude_zero_only_when_there_is_something() -> None:
    asked = CompareSettings(running=True, capabilities=("counting", "negation"))
    found = compare(arm("a", 1), arm("b", 2, counting=0.3), settings=asked)
    run, still = (found.comparison(name).extras.running for name in ("counting", "negation"))
    assert run is not None
    assert still is not None
    assert run.excluded_at is not None
    assert run.excluded_at < 300
    assert still.excluded_at is None
    assert (run.at[0], run.at[-1], run.total, run.unit) == (1, 1000, 1000, "items")
    assert run.low[-1] < 0.3 < run.high[-1]
    in_clusters = [
        outcomes([{"system": name, "capability": "c", "item": f"q{at}", "cluster": f"k{at // 4}", "score": score}
                  for at in range(80)])
        for name, score in (("a", 0.2), ("b", 0.9))
    ]  # fmt: skip
    clustered = compare(*in_clusters, settings=CompareSettings(running=True)).comparison("c")
    assert clustered.clusters == 20
    assert clustered.extras.running is not None
    assert (clustered.extras.running.unit, clustered.extras.running.total) == ("clusters", 20)


def test_wording_and_calibration_are_measured_per_arm() -> None:
    rng = np.random.default_rng(0)
    rates = {"plain": 0.3, "polite": 0.7}

    def rows(system: str) -> Outcomes:
        return outcomes([
            {"system": system, "capability": "c", "item": f"q{at}", "variant": name, "confidence": rate,
             "score": float(rng.random() < rate), "label_mass": 0.9}
            for at in range(300) for name, rate in rates.items()
        ])  # fmt: skip

    for one in compare(rows("a"), rows("b")).comparison("c").arms:
        assert one.spread is not None
        assert one.spread.variants == ("plain", "polite")
        assert one.spread.spread.value == pytest.approx(0.4, abs=0.1)
        assert one.calibration is not None
        assert one.calibration.raw.plug_in < 0.06
        assert one.calibration.normalised is not None
        assert one.calibration.normalised.plug_in == pytest.approx(0.055, abs=0.05)
    graded = compare(scored("a", [0.2, 0.4, 0.9], confidence=0.5), scored("b", [0.3, 0.2, 0.8])).comparison("counting")
    assert graded.arms[0].notes == ("calibration needs right-or-wrong scores",)


def test_names_and_patterns_choose_capabilities() -> None:
    one, other = arm("a", 1), arm("b", 2)
    found = compare(one, other, retain=["mm*", "gsm8k"], settings=CompareSettings(capabilities=("*ing",)))
    assert [(c.capability, c.role) for c in found.comparisons] == [
        ("counting", "target"), ("gsm8k", "retain"), ("mmlu", "retain")
    ]  # fmt: skip
    with pytest.raises(UsageError, match=r"--retain 'physics' matches no capability. There are: counting"):
        compare(one, other, retain=["physics"])
    with pytest.raises(UsageError, match="--capability"):
        compare(one, other, settings=CompareSettings(capabilities=("x",)))


def test_arms_that_cannot_be_compared_are_refused() -> None:
    one = arm("a", 1)
    two = Outcomes.from_frame(pl.concat([simulated("x", RATES, seed=4), simulated("y", RATES, seed=5)]))
    with pytest.raises(UsageError, match=r"The candidate holds 2 systems \(x, y\)"):
        compare(one, two)
    with pytest.raises(DataError, match="no capability in common"):
        compare(one, scored("b", [1.0, 0.0], "elsewhere"))
    found = compare(one, Outcomes.from_frame(pl.concat([simulated("b", RATES), simulated("b", {"new": 0.5})])))
    assert found.remarks == ("In one arm only, so not compared: new.",)


def test_the_same_input_and_seed_give_the_same_bytes() -> None:
    def made() -> str:
        asked = CompareSettings(running=True)
        return compare(*arms, retain=["mmlu"], settings=asked).to_json()

    arms = [Outcomes.from_frame(simulated(name, RATES, items=200, missing=0.02)) for name in ("a", "b")]
    first = made()
    assert made() == first
    content = json.loads(first)
    assert content["schema"] == "tacit.compare/1"
    assert {entry["capability"] for entry in content["comparisons"]} == set(RATES)


def test_the_table_and_look_ups() -> None:
    found = compare(arm("a", 1), arm("b", 2, counting=0.2), retain=["mmlu"])
    table = found.to_frame()
    assert table.height == 4
    assert table["role"].to_list() == ["target"] * 3 + ["retain"]
    assert table["sham"].null_count() == 4
    assert found.comparison("counting").arm("sham") is None
    with pytest.raises(KeyError):
        found.comparison("physics")
    assert replace(found, comparisons=()).to_frame().columns == table.columns
