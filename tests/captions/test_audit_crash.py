"""An audit that is killed at any moment goes on where it stopped, and ends with the same bytes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tacit.captions.validation import write_sample
from tacit.errors import UsageError
from tacit.runs.journal import JOURNAL_NAME, Journal

if TYPE_CHECKING:
    from tacit.captions.audit.settings import AuditSettings
    from tacit.captions.facts.opportunities import Facts
    from tacit.io.tables import Unit

ROOT = Path(__file__).resolve().parents[2]
WORKER = ROOT / "tests" / "captions" / "killed_audit.py"
FILES = 24
ROWS = 60
RESULTS = ("result.json", "rates.parquet", "report.html")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("corpus")
    write_sample(place / "all.parquet", rows=FILES * ROWS, seed=4)
    frame = pl.read_parquet(place / "all.parquet")
    (place / "all.parquet").unlink()
    for at, part in enumerate(frame.iter_slices(ROWS)):
        part.write_parquet(place / f"{at:02d}.parquet")
    return place


@pytest.fixture(scope="module")
def whole(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an audit that nobody stopped has left its results, and its hits beside them."""
    place = tmp_path_factory.mktemp("whole")
    assert run(folder, place / "out", place / "hits.parquet")
    return place


def run(folder: Path, out: Path, hits: Path, units: int = -1, seconds: float = 0.0) -> bool:
    """Run an audit that is killed so many seconds after so many units; whether it reached its end."""
    done = subprocess.run(
        [sys.executable, str(WORKER), str(folder), str(out), str(hits), str(units), f"{seconds:.4f}"],
        cwd=ROOT, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr.decode()
    return done.returncode == 0


@pytest.mark.parametrize("often", [2, pytest.param(50, marks=(pytest.mark.slow, pytest.mark.long))])
def test_killed_again_and_again(folder: Path, whole: Path, tmp_path: Path, often: int) -> None:
    draw = random.Random(7)
    kills = partly = runs = 0
    while kills < often:
        runs += 1
        out, hits = tmp_path / f"out{runs}", tmp_path / f"hits{runs}.parquet"
        # Most moments are among the units; the last one is anywhere in what comes after them.
        for units in [*(draw.randrange(7) for _ in range(9)), FILES - units_done(out)]:
            late = draw.uniform(0, 0.5) if units > 6 else draw.uniform(0, 0.03)
            if kills == often or run(folder, out, hits, units, late):
                break
            kills += 1
            partly += 0 < units_done(out) < FILES
        assert run(folder, out, hits)
        for name in RESULTS:
            assert (out / name).read_bytes() == (whole / "out" / name).read_bytes(), name
        assert hits.read_bytes() == (whole / "hits.parquet").read_bytes()
        assert {p.name for p in out.iterdir() if not p.name.startswith(".")} == {"manifest.json", *RESULTS}
    assert partly >= max(1, often // 4), "too few of the kills hit the middle of the work: the test means nothing"


def units_done(out: Path) -> int:
    if not (out / JOURNAL_NAME).exists():
        return 0
    journal = Journal(out / JOURNAL_NAME, "whatever it was")
    try:
        return journal.count()
    finally:
        journal.close()


def test_finished_units_are_not_done_again(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work of a unit that is in the journal is taken from it."""
    import tacit
    from tacit.captions.audit.unit import audit_unit

    calls: list[int] = []
    stop_at = FILES // 2

    def counted(settings: AuditSettings, unit: Unit, facts: Facts | None) -> bytes:
        calls.append(1)
        if len(calls) == stop_at:
            raise KeyboardInterrupt
        return audit_unit(settings, unit, facts=facts)

    monkeypatch.setattr("tacit.captions.audit.collect.audit_unit", counted)
    monkeypatch.setattr("tacit.runs.engines.local.check_importable", lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        tacit.audit(folder, out=tmp_path / "out", detector="kamath2026", workers=1)
    assert units_done(tmp_path / "out") == FILES // 2 - 1
    calls.clear()
    stop_at = -1
    resumed = tacit.audit(folder, out=tmp_path / "out", detector="kamath2026", workers=1)
    assert len(calls) == FILES - (FILES // 2 - 1)
    monkeypatch.undo()
    assert resumed.to_json() == tacit.audit(folder, detector="kamath2026").to_json()
    with pytest.raises(UsageError, match="another run"):
        tacit.audit(folder, out=tmp_path / "out", detector="kamath2026", seed=9)


def test_ctrl_c_says_how_to_go_on(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tacit", "audit", str(folder), "--out", str(tmp_path / "out")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    deadline = time.monotonic() + 30
    while not (tmp_path / "out" / JOURNAL_NAME).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert "run the same command again" in told
    assert "Traceback" not in told
