"""Progress is seen on a terminal, is a line now and then in a log, and never gets in the way."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.runs.progress import BarProgress, LineProgress, Meter, NullProgress, duration, make_progress


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_speed_is_that_of_the_last_minute() -> None:
    clock = Clock()
    meter = Meter(100_000, 0, clock)
    for _ in range(600):
        clock.now += 1
        meter.advance(10)
    for _ in range(120):
        clock.now += 1
        meter.advance(100)
    assert meter.describe() == "18,000 of 100,000 rows (18.0 %), 100 rows/s, 13 min 40 s left"
    assert len(meter._marks) < 200


def test_earlier_rows_are_not_speed() -> None:
    clock = Clock()
    meter = Meter(2000, 1000, clock)
    assert meter.describe() == "1,000 of 2,000 rows (50.0 %)"
    clock.now = 10
    meter.advance(5)
    assert meter.describe() == "1,005 of 2,000 rows (50.2 %), 0.50 rows/s, 33 min 10 s left"


def test_an_unknown_total_is_not_guessed() -> None:
    clock = Clock()
    meter = Meter(None, 0, clock)
    clock.now = 2
    meter.advance(1000)
    assert meter.describe() == "1,000 rows, 500 rows/s"


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 10**9)), max_size=30), st.none() | st.integers(0, 10**10))
def test_never_fails_or_claims_more_than_everything(steps: list[tuple[float, int]], total: int | None) -> None:
    clock = Clock()
    meter = Meter(total, 0, clock)
    for seconds, rows in steps:
        clock.now += seconds
        meter.advance(rows)
        share = meter.describe().partition("(")[2].partition(" %")[0]
        assert not share or 0 <= float(share) <= 100
    assert meter.done == sum(rows for _, rows in steps)


@given(st.floats(0, 1e9))
def test_durations_are_short(seconds: float) -> None:
    assert 3 <= len(duration(seconds)) <= 15


def test_a_log_gets_a_line_now_and_then() -> None:
    log = io.StringIO()
    progress = make_progress(stream=log)
    assert isinstance(progress, LineProgress)
    progress.start(100)
    progress.advance(50)
    progress.close()
    assert log.getvalue() == ""
    progress = LineProgress(log, seconds=0.02)
    progress.start(100, done_rows=10)
    for _ in range(9):
        progress.advance(10)
        time.sleep(0.005)
    progress.close()
    progress.advance(1)
    lines = log.getvalue().splitlines()
    assert 1 <= len(lines) <= 4
    assert all(" of 100 rows (" in line for line in lines)


def test_quiet_is_silent() -> None:
    progress = make_progress(quiet=True)
    assert isinstance(progress, NullProgress)
    progress.start(None)
    progress.advance(1)
    progress.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_gets_a_bar_that_goes_away() -> None:
    main, side = os.openpty()
    seen: list[bytes] = []

    def read() -> None:
        while True:
            try:
                data = os.read(main, 4096)
            except OSError:
                return
            if not data:
                return
            seen.append(data)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    with os.fdopen(side, "w", encoding="utf-8") as stream:
        progress = make_progress(stream=stream)
        assert isinstance(progress, BarProgress)
        progress.start(1000, done_rows=100)
        for _ in range(8):
            progress.advance(100)
            time.sleep(0.02)
        progress.close()
        progress.close()
        progress.advance(1)
    reader.join(2)
    text = b"".join(seen).decode()
    assert "900 of 1,000 rows (90.0 %)" in text
    assert "\x1b[?25h" in text  # the cursor is shown again
    os.close(main)


def test_rich_is_loaded_when_a_bar_is_drawn_and_not_before() -> None:
    code = "import sys, tacit.runs.progress as p; p.make_progress().start(1); print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
