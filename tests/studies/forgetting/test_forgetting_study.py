"""The study of forgetting, run whole on a preset so small that its numbers mean nothing, and its sums."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from rich.cells import cell_len
from tests.report.pages import assert_readable_unseen, assert_self_contained, words_of

pytest.importorskip("torch", reason="the extra `laboratory` is not installed")

from tacit.cli.main import main
from tacit.errors import UsageError
from tacit.studies.forgetting import runs
from tacit.studies.forgetting.advice import advise
from tacit.studies.forgetting.analyse import describe_tunings, losses, over_models
from tacit.studies.forgetting.api import forgetting
from tacit.studies.forgetting.presets import PRESETS, Preset, get_preset
from tacit.studies.forgetting.report import render_study, study_text
from tacit.studies.forgetting.runs import runs_of
from tacit.tuning.laboratory.recipes import KEEPS, SHOTS, UPDATES, Recipe

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.studies.forgetting.result import ForgettingResult

TINY = Preset(
    "tiny",
    ("all", "value"),
    ("none", "few-shot", "average"),
    depths=(3,),
    seeds=2,
    steps=2,
    iterations=20,
    theory_seeds=2,
    prompts=2_000,
)
HOSTILE = "</script><script>alert(1)</script> \x1b[2J\u202e"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[ForgettingResult, Path]:
    """With a tenth of the questions: most of the time goes into measuring, and here the numbers mean nothing."""
    place = tmp_path_factory.mktemp("forgetting") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tacit.tuning.laboratory.examination.PROMPTS", 40)
        patch.setattr("tacit.tuning.laboratory.examination._SKILL_QUERIES", 50)
        _forget_examinations()
        result = forgetting(TINY, out=place, workers=1)
    _forget_examinations()
    return result, place


def _forget_examinations() -> None:
    runs._exam.cache_clear()
    runs._base.cache_clear()


def test_every_way_is_tried_in_both_worlds() -> None:
    planned = runs_of(get_preset("default"))
    tried = {(r.world, r.depth, r.recipe.update, r.recipe.keep, r.seed) for r in planned if r.question == "matched"}
    places = [("lines", depth) for depth in (1, 2, 3, 4)] + [("symbols", 2)]
    assert tried == {(*p, u, k, s) for p in places for u in UPDATES for k in KEEPS for s in range(3)}
    assert {r.recipe.pool for r in planned if r.question == "pool"} == {"elsewhere", "skill"}
    assert {r.seed for r in runs_of(get_preset("full"))} == set(range(5))


@pytest.mark.slow
def test_the_study_writes_what_it_returns(study: tuple[ForgettingResult, Path]) -> None:
    result, place = study
    stored = json.loads((place / "result.json").read_text(encoding="utf-8"))
    assert stored["schema"] == "tacit.study.forgetting/1"
    assert [claim["name"] for claim in stored["claims"]] == [claim.name for claim in result.claims]
    assert len({claim.name for claim in result.claims}) == len(result.claims)
    assert {path.name for path in place.iterdir()} == {
        "manifest.json", "report.html", "result.json", "tunings.parquet"
    }  # fmt: skip
    assert (place / "report.html").read_text(encoding="utf-8") == render_study(result)


@pytest.mark.slow
@pytest.mark.long
def test_another_run_and_more_workers_give_the_same_bytes(tmp_path: Path) -> None:
    # Two processes, which find the work by its name.
    few = replace(TINY, updates=("value",), keeps=("none", "few-shot"))
    one, two = (forgetting(few, out=tmp_path / str(workers), workers=workers) for workers in (1, 2))
    assert one.to_json() == two.to_json()


@pytest.mark.slow
def test_the_page_loads_nothing_and_shows_anything_as_text(study: tuple[ForgettingResult, Path]) -> None:
    result = study[0]
    page = render_study(
        replace(
            result,
            tacit=HOSTILE,
            advice=(*result.advice, HOSTILE),
            claims=(*result.claims, replace(result.claims[0], name=HOSTILE, why=HOSTILE)),
            settings={**result.settings, HOSTILE: HOSTILE},
        )
    )
    assert_self_contained(page)
    assert_readable_unseen(page, tables=5)
    assert "alert(1)" in words_of(page)


@pytest.mark.slow
def test_the_terminal_has_80_columns_and_tells_the_headline(study: tuple[ForgettingResult, Path]) -> None:
    told = study_text(study[0])
    assert max(cell_len(line) for line in told.splitlines()) <= 80
    assert "claims hold" in told
    assert "distilled" in told


def outcome(seed: int, update: str, before: Any, after: Any) -> dict[str, Any]:
    recipe = asdict(Recipe(update, "none", 0.12, steps=3))
    return {
        "run": {"question": "matched", "world": "lines", "depth": 3, "seed": seed, "recipe": recipe},
        "null": 1.1, "floor": 0.1, "skill": [1.1, 0.11 + 0.01 * seed],
        "unseen": [before.tolist(), after.tolist()], "steps": 10 * (seed + 1),
        "reached": seed == 0, "trained": 5, "alpha": 1.0, "drift": [0.0, 0.1 * seed], "curve": [],
    }  # fmt: skip


def test_retention_is_what_is_left_over_knowing_nothing() -> None:
    draw = np.random.default_rng(0)
    before = [0.1 + 0.1 * draw.random((len(SHOTS), 50)) for _ in range(3)]
    # Half of what the base has over the error of knowing nothing, 1.1, exactly.
    outcomes = [outcome(seed, "all", errors, errors + 0.5 * (1.1 - errors)) for seed, errors in enumerate(before)]
    (found,) = describe_tunings(outcomes)
    for shots in SHOTS[1:]:
        kept = found.retention[shots]
        assert (kept.value, kept.low, kept.high) == pytest.approx((0.5, 0.5, 0.5))
    assert found.reached == 1
    assert found.steps == 20
    assert found.skill.value == pytest.approx(0.12)
    np.testing.assert_allclose(losses(outcomes, 16, update="all").mean(), 0.5)


def test_an_interval_over_models_is_students() -> None:
    from scipy import stats

    values = [0.2, 0.35, 0.31, 0.27]
    low, high = stats.t.interval(0.95, 3, loc=np.mean(values), scale=stats.sem(values))
    found = over_models(values)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert over_models([0.2]).value is None


@pytest.mark.slow
def test_advice_follows_from_numbers(study: tuple[ForgettingResult, Path]) -> None:
    tunings = study[0].tunings
    assert all(sentence.strip() for sentence in advise(tunings))
    assert advise([t for t in tunings if t.question == "rate"]) == ()


def test_bad_requests_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="no preset 'large'"):
        get_preset("large")
    assert set(PRESETS) == {"default", "quick", "full"}
    assert main(["study", "forgetting", "--rates", "COCO"]) == 2
    assert "--rates is an option of the study reporting-bias" in capsys.readouterr().err
