"""The study, run whole on a preset so small that its numbers mean nothing, and its parts where numbers are known."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

pytest.importorskip("torch", reason="the extra `laboratory` is not installed")

from tacit.captions.detect.hits import TYPES
from tacit.captions.world.corpus import make_captions
from tacit.captions.world.language import get_language
from tacit.captions.world.probes.protocol import CONTROLS, FOUR
from tacit.captions.world.scene import draw_scene
from tacit.cli.main import main
from tacit.cli.study import _rates
from tacit.errors import UsageError
from tacit.studies.reporting_bias.analyse import CHANCE, Answered, rate_or_number
from tacit.studies.reporting_bias.api import Yours, reporting_bias
from tacit.studies.reporting_bias.corpora import make_speaker, speak, words_in
from tacit.studies.reporting_bias.presets import ARMS, PRESETS, PROBES, Preset, get_preset
from tacit.studies.reporting_bias.result import ReportingBiasResult, Trained
from tacit.studies.reporting_bias.runs import Run, Task, compose, runs_of, train_and_ask

if TYPE_CHECKING:
    from collections.abc import Callable

TINY = Preset(
    "tiny", rates="Molmo train", widths=(8, 16), captions=(60, 120), languages=("en", "en+de"), seeds=2, arm_seeds=2,
    doses={60: (10, 20), 120: (10, 20, 40)}, dose_width=8, pool=600, repeat=5, steps=3, batch=32, items=36, audited=160,
)  # fmt: skip


ROOT = Path(__file__).parents[2]
BEGIN = (
    "import sys; from pathlib import Path; from tests.studies.test_reporting_bias import TINY; "
    "from tacit.studies.reporting_bias.api import reporting_bias; "
    "reporting_bias(TINY, out=Path(sys.argv[1]), workers=1)"
)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folder of a study that was interrupted in the middle, and how many models it had finished."""
    place = tmp_path_factory.mktemp("study") / "out"
    trained = 0

    def train(task: Task) -> bytes:
        nonlocal trained
        if trained == 4:
            raise KeyboardInterrupt
        trained += 1
        return train_and_ask(task)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tacit.studies.reporting_bias.api.train_and_ask", train)
        patch.setattr("tacit.runs.engines.processes.check_importable", lambda _: None)
        # What is measured before is measured again afterwards, and the models that were finished do not depend on it.
        patch.setattr("tacit.studies.reporting_bias.api.audit_speakers", lambda *_: ())
        patch.setattr("tacit.studies.reporting_bias.api.curate_pool", lambda *_: (None, ()))
        with pytest.raises(KeyboardInterrupt):
            reporting_bias(TINY, out=place, workers=1)
    return place, finished(place / "journal.sqlite")


def kill_a_study(place: Path) -> int:
    """Begin a study in another process, kill it in the middle, and say how many models it had finished."""
    child = subprocess.Popen(
        [sys.executable, "-c", BEGIN, str(place)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    done = 0
    deadline = time.monotonic() + 180
    while child.poll() is None and done < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
        done = finished(place / "journal.sqlite")
    child.send_signal(signal.SIGKILL)
    child.wait()
    return finished(place / "journal.sqlite")


def finished(journal: Path) -> int:
    """Models in the journal of a study; read from a copy, for the study holds it in exclusive mode."""
    if not journal.exists():
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for side in ("", "-wal"):
            if Path(f"{journal}{side}").exists():
                shutil.copy(f"{journal}{side}", Path(folder, f"copy.sqlite{side}"))
        try:
            with contextlib.closing(sqlite3.connect(Path(folder, "copy.sqlite"))) as copy:
                return int(copy.execute("SELECT count(*) FROM items").fetchone()[0])
        except sqlite3.DatabaseError:
            return 0


@pytest.fixture(scope="module")
def found(stopped: tuple[Path, int]) -> tuple[ReportingBiasResult, Path]:
    place, _ = stopped
    return reporting_bias(TINY, out=place, workers=1), place


@pytest.mark.slow
@pytest.mark.long
class TestWhole:
    def test_every_model_is_there_once(self, found: tuple[ReportingBiasResult, Path]) -> None:
        result, _ = found
        assert len({model.system for model in result.models}) == len(result.models) == len(runs_of(TINY))
        assert {model.arm for model in result.models if model.phase == "arm"} == set(ARMS)
        assert all(set(model.accuracy) == set(PROBES) for model in result.models)

    def test_it_was_stopped_and_went_on(
        self, stopped: tuple[Path, int], found: tuple[ReportingBiasResult, Path]
    ) -> None:
        """The models that were trained before are as those that are trained here."""
        assert stopped[1] == 4 < len(runs_of(TINY))
        for run, model in list(zip(runs_of(TINY), found[0].models, strict=True))[:3]:
            done = json.loads(train_and_ask(Task(TINY, run)))
            assert model.accuracy == {name: float(np.mean(right)) for name, right in done["right"].items()}

    @pytest.mark.slow
    @pytest.mark.long
    def test_killed_it_ends_as_if_it_had_not_been(
        self, found: tuple[ReportingBiasResult, Path], tmp_path: Path
    ) -> None:
        assert 0 < kill_a_study(tmp_path / "out") < len(runs_of(TINY))
        assert reporting_bias(TINY, out=tmp_path / "out", workers=1).to_json() == found[0].to_json()

    def test_what_is_written_is_what_was_found(self, found: tuple[ReportingBiasResult, Path]) -> None:
        result, place = found
        plain = json.loads((place / "result.json").read_text())
        assert plain == json.loads(result.to_json())
        assert [set(claim) for claim in plain["claims"]] == [
            {"name", "value", "low", "high", "n", "holds", "why"} for _ in result.claims
        ]
        assert pl.read_parquet(place / "models.parquet").height == len(result.models) * len(PROBES)
        page = (place / "report.html").read_text()
        assert "<script" not in page
        assert len({claim.name for claim in result.claims}) == len(result.claims)

    def test_every_claim_has_its_number(self, found: tuple[ReportingBiasResult, Path]) -> None:
        for claim in found[0].claims:
            assert claim.why
            if claim.value is None:
                assert not claim.holds
            else:
                assert claim.low is not None
                assert claim.high is not None
                assert claim.low <= claim.value <= claim.high

    def test_the_audit_finds_what_the_speakers_said(self, found: tuple[ReportingBiasResult, Path]) -> None:
        ordinary = [u for u in found[0].unsaid if u.speaker == "ordinary"]
        assert {(u.language, u.type) for u in ordinary} == {(code, t) for code in ("en", "de") for t in TYPES}
        asked = {u.type: u for u in found[0].unsaid if u.speaker == "elicited"}
        assert all(asked[t].reported.value == 1.0 for t in TYPES), "who is asked reports all there is"

    def test_as_text(self, found: tuple[ReportingBiasResult, Path]) -> None:
        lines = found[0].summary().splitlines()
        assert lines
        assert max(map(len, lines)) <= 80


class TestRuns:
    def test_same_task_same_bytes(self) -> None:
        task = Task(TINY, runs_of(TINY)[0])
        assert train_and_ask(task) == train_and_ask(task)

    def test_arms_share_their_base_and_their_words(self) -> None:
        run = Run("arm", "baseline", "dual-encoder", 16, 120, 36, "en", 0)
        pool = tuple(range(200))
        sets = {arm: compose(Task(TINY, replace(run, arm=arm), pool)) for arm in ARMS}
        base = list(sets["baseline"].statements)
        assert len(base) == 84
        more = {
            arm: words_in(pairs.texts("en")) - words_in(sets["baseline"].texts("en")) for arm, pairs in sets.items()
        }
        for arm in set(ARMS) - {"baseline"}:
            assert list(sets[arm].statements[:84]) == base
            assert abs(more[arm] - more["elicited"]) <= 10, "to the nearest caption"

    def test_smaller_sets_are_the_beginning_of_larger_ones(self) -> None:
        run = Run("ladder", "", "dual-encoder", 16, 60, 0, "en", 1)
        small, large = compose(Task(TINY, run)), compose(Task(TINY, replace(run, captions=120)))
        assert list(small.statements) == list(large.statements[:60])
        assert (small.pictures == large.pictures[:60]).all()

    def test_languages_take_turns(self) -> None:
        texts = speak("ordinary", 8, 0, "COCO").texts("en+de")
        german, english = {"und", "ein", "eine", "rote", "rotes", "roter"}, {"and", "a", "red"}
        assert not any(german & set(text.split()) for text in texts[::2])
        assert not any(english & set(text.split()) for text in texts[1::2])

    def test_presets(self) -> None:
        assert get_preset("full", seed=3).seed == 3
        for preset in PRESETS.values():
            assert max(n for numbers in preset.doses.values() for n in numbers) <= max(preset.doses)
            assert preset.seeds >= 3 or preset.name == "quick"
        assert PRESETS["full"].seeds >= 5
        with pytest.raises(UsageError, match="no preset 'huge'"):
            get_preset("huge")


def answered(phase: str, arm: str, seed: int, right: Callable[[str], float], *, telling: int = 1) -> Answered:
    """A made-up model that is right in a fixed share of the items of each probe."""
    run = Run(phase, arm, "dual-encoder", 16, 120, telling, "en", seed)
    rng = np.random.default_rng([seed, telling, len(arm)])
    scores = {name: (rng.random(400) < right(name)).astype(float) for name in PROBES}
    accuracy = {name: float(got.mean()) for name, got in scores.items()}
    model = Trained(run.system, phase, arm, run.kind, 1000, 120, 900, "en", seed, 0.0, dict.fromkeys(TYPES, telling),
                    accuracy, 400)  # fmt: skip
    return Answered(run, model, scores)


class TestRateOrNumber:
    @staticmethod
    def doses(by_rate: float, by_number: float) -> list[Answered]:
        made = []
        for captions in (1_000, 10_000):
            for telling in (10, 30, 100, 300):
                for seed in range(3):
                    level = 0.6 + by_rate * np.log10(telling / captions) + by_number * np.log10(telling / 10)
                    one = answered("dose", "", seed, lambda _, level=level: level, telling=telling)  # type: ignore[misc]
                    made.append(replace(one, model=replace(one.model, captions=captions)))
        return made

    @pytest.mark.parametrize(
        ("by_rate", "by_number", "word"),
        [(0.15, 0.0, "The share matters"), (0.0, 0.15, "The number matters"), (0.12, 0.12, "Both matter")],
    )
    def test_planted(self, by_rate: float, by_number: float, word: str) -> None:
        for dose in rate_or_number(self.doses(by_rate, by_number)):
            assert dose.finding.startswith(word)
            for estimate, planted in ((dose.rate, by_rate), (dose.number, by_number)):
                assert estimate.value == pytest.approx(planted, abs=0.03)

    def test_one_size_cannot_tell(self) -> None:
        one = [a for a in self.doses(0.1, 0.1) if a.model.captions == 1_000]
        assert all(dose.finding.startswith("Cannot be told") for dose in rate_or_number(one))


def test_rates_are_read_as_they_are_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "reporting-bias", "--rates", "foo=1%"]) == 2
    assert "error: --rates: 'foo=1%' does not begin with one of" in capsys.readouterr().err
    assert _rates("spatial=0.1%,counting=0") == {"spatial": 0.001}
    assert _rates("COCO") == "COCO"


@pytest.mark.slow
@pytest.mark.long
def test_yours(tmp_path: Path) -> None:
    """Real captions set the speaker, and real results are judged beside the laboratory's."""
    rng = np.random.default_rng(0)
    scenes = [draw_scene(rng) for _ in range(500)]
    captions = make_captions(scenes, make_speaker("ordinary", 0, "COCO"), get_language("en"), 1)
    captions.to_frame().write_parquet(tmp_path / "captions.parquet")
    lines = ["system,capability,params,n,score"]
    lines += [f"m{at},counting,{10 ** (8 + at / 2):.0f},2000,{0.3 + 0.05 * at:.2f}" for at in range(6)]
    (tmp_path / "results.csv").write_text("\n".join(lines))
    few = replace(TINY, seeds=1, widths=(8, 16), captions=(60, 120), languages=("en",), doses={60: (10,)}, audited=100)
    own = Yours((str(tmp_path / "results.csv"),), (str(tmp_path / "captions.parquet"),))
    result = reporting_bias(few, yours=own, workers=1)
    assert result.yours is not None
    assert result.yours.verdict("counting").verdict == "scaling"
    assert {u.speaker for u in result.unsaid} == {"yours", "ordinary", "elicited", "synthetic"}
    assert result.settings["rates"]["counting"] == pytest.approx(0.104, abs=0.05)
    assert any("your captions" in words for words in result.remarks)
    assert set(CHANCE) == set(FOUR) | set(CONTROLS)
