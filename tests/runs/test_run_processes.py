"""The same work through processes of this machine: same results, same errors, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.runs.runs_work import ERRORS, ROOT, PickyError, die, fail, nap, payload, who

from tacit.errors import TacitError, UsageError
from tacit.runs.engine import get_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
SOON = 10.0
"""Seconds in which processes that are told to end have ended, on a busy machine too."""


def none_left() -> bool:
    """Whether all our processes have ended; the pool, which waits for them too, may know a moment before us."""
    deadline = time.monotonic() + SOON
    while active_children() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not active_children()


def test_one_worker_is_this_process_in_line() -> None:
    done = list(get_engine("processes", workers=1).run(who, [(7, 0), (3, 0)]))
    assert [index for index, _ in done] == [7, 3]
    assert {int(text.split()[0]) for _, text in done} == {os.getpid()}


def test_every_item_once_in_processes_that_end_and_items_read_as_they_are_needed() -> None:
    read = 0

    def counted() -> Iterator[tuple[int, int]]:
        nonlocal read
        for read in range(1, 61):
            yield 2 * read, read

    found, results = {}, get_engine("processes", workers=2).run(partial(payload, salt="s"), counted())
    assert read == 0
    for index, done in results:
        assert index not in found
        found[index] = done
        assert read <= len(found) + 2 * 3  # two at work and one to go on with, and as many that are finished
    assert found == {2 * item: payload(item, "s") for item in range(1, 61)}
    assert none_left()


def test_closing_ends_processes_in_the_middle_of_their_work() -> None:
    results = get_engine("processes", workers=2).run(nap, enumerate([0.0, *[60.0] * 9]))
    assert next(results) == (0, b"awake")
    begun = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - begun < SOON
    assert none_left()


@pytest.mark.parametrize("name", ["picky", "bug"])
def test_errors_arrive_as_they_are(name: str) -> None:
    with pytest.raises((PickyError, ValueError)) as caught:
        list(get_engine("processes", workers=2).run(fail, enumerate(["fine", name, *["fine"] * 9])))
    error = caught.value
    if isinstance(error, PickyError):
        assert (str(error), vars(error)) == (str(ERRORS[name]), vars(ERRORS[name]))
    else:
        assert str(error) == "a bug, not a user's mistake"
    assert none_left()


def test_errors_in_the_items_arrive_too() -> None:
    def broken() -> Iterator[tuple[int, int]]:
        yield 0, 0
        raise UsageError("file 2 cannot be read")

    with pytest.raises(UsageError, match="file 2"):
        list(get_engine("processes", workers=2).run(payload, broken()))
    assert none_left()


def test_a_worker_that_is_killed_is_reported() -> None:
    with pytest.raises(
        TacitError, match=r"ended without a word; most often .* out of memory\. What is finished is kept"
    ):
        list(get_engine("processes", workers=2).run(die, enumerate(range(8))))
    assert none_left()


def test_a_worker_that_is_killed_before_the_next_item_is_handed_out_is_reported() -> None:
    """The pool then refuses the next item, rather than that an item fails."""

    def murderous() -> Iterator[tuple[int, float]]:
        yield from enumerate([0.0, 60.0, 60.0])
        for child in active_children():
            child.kill()
        time.sleep(0.3)
        yield 3, 0.0

    with pytest.raises(TacitError, match="ended without a word"):
        list(get_engine("processes", workers=2).run(nap, murderous()))
    assert none_left()


def children(of: int) -> set[int]:
    """Processes whose parent is `of`, or whose parents' parent it is, and so on."""
    parents = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = {child for child, parent in parents.items() if parent == of}
    return found.union(*(children(child) for child in found))


def gone(processes: set[int]) -> bool:
    """Whether they have all ended, at the latest soon; a zombie, which nobody may wait for here, has ended too."""

    def alive(process: int) -> bool:
        try:
            return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    deadline = time.monotonic() + SOON
    while (left := [process for process in processes if alive(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not left


def begun() -> subprocess.Popen[str]:
    """A run of long items, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "tests/runs/runs_work.py", "nap_on", "processes"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )


@LINUX
def test_an_interrupt_ends_all_processes_without_a_word_even_as_they_start() -> None:
    process = begun()
    while not (theirs := children(process.pid)):
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers as well
    said, complained = process.communicate(timeout=SOON)
    assert (said.removeprefix("started\n"), complained, process.returncode) == ("interrupted\n", "", 130)
    assert gone(theirs)


@LINUX
def test_nothing_outlives_the_process_that_began_the_run() -> None:
    process = begun()
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    theirs = children(process.pid)
    assert len(theirs) >= 2
    process.kill()
    process.communicate(timeout=SOON)
    assert gone(theirs)
