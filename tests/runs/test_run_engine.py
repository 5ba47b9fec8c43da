"""Engines do all the work, once, whatever their number of workers, and stop when they are told to."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from importlib.metadata import EntryPoint, EntryPoints
from typing import TYPE_CHECKING, Any

import pytest
from tests.runs.runs_work import ERRORS, ROOT, fail, nap, payload, who

from tacit.errors import MissingExtraError, TacitError, UsageError
from tacit.plugins import load_plugins
from tacit.runs import engine as engine_module
from tacit.runs.engine import Engine, default_workers, describe_error, get_engine, rebuild_error, register_engine
from tacit.runs.engines.local import GRACE_SECONDS, LocalEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@pytest.mark.parametrize("workers", [1, 2, 5, None])
@pytest.mark.parametrize("count", [0, 1, 3, 200])
def test_every_item_once(workers: int | None, count: int) -> None:
    with get_engine("local", workers=workers) as engine:
        found = list(engine.run(partial(payload, salt="s"), [(i * 2, i) for i in range(count)]))
    assert sorted(found) == [(i * 2, payload(i, "s")) for i in range(count)]


def test_workers_are_threads_that_end() -> None:
    before = threading.active_count()
    names = {text for _, text in get_engine("local", workers=3).run(who, enumerate(range(100)))}
    assert {int(text.split()[0]) for text in names} == {os.getpid()}
    assert threading.active_count() == before


def test_one_worker_is_the_calling_thread() -> None:
    ((_, text),) = get_engine("local", workers=1).run(who, [(0, 0)])
    assert threading.current_thread().name in text.decode()


@pytest.mark.parametrize("workers", [1, 3])
def test_items_are_read_as_they_are_needed(workers: int) -> None:
    read = 0

    def endless() -> Iterator[tuple[int, int]]:
        nonlocal read
        while True:
            yield read, read
            read += 1

    results = get_engine("local", workers=workers).run(payload, endless())
    assert read == 0
    for _ in range(10):
        next(results)
    assert read <= 10 + 3 * workers
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", list(ERRORS))
@pytest.mark.parametrize("workers", [1, 3])
def test_errors_arrive_as_they_are(name: str, workers: int) -> None:
    with pytest.raises(TacitError) as caught:
        list(get_engine("local", workers=workers).run(fail, enumerate(["fine", name, "fine"] * 9)))
    assert caught.value is ERRORS[name]


def test_other_errors_arrive_too() -> None:
    with pytest.raises(ValueError, match="a bug"):
        list(get_engine("local", workers=2).run(fail, enumerate(["fine", "bug"])))


def test_errors_in_the_items_arrive_too() -> None:
    def broken() -> Iterator[tuple[int, int]]:
        yield 0, 0
        raise UsageError("file 2 cannot be read")

    with pytest.raises(UsageError, match="file 2"):
        list(get_engine("local", workers=2).run(payload, broken()))


def test_closing_gives_up_what_waits_and_waits_briefly_for_the_rest() -> None:
    results = get_engine("local", workers=2).run(nap, enumerate([0.0, 0.05, 0.05, *[30.0] * 10]))
    next(results)
    begun = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - begun < GRACE_SECONDS + 1


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_an_interrupt_ends_the_process_at_once() -> None:
    process = subprocess.Popen(
        [sys.executable, "tests/runs/runs_work.py", "nap_on", "local"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    time.sleep(0.1)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    assert (said, process.returncode) == ("interrupted\n", 130)
    assert time.monotonic() - begun < GRACE_SECONDS + 2


def test_work_must_have_a_name() -> None:
    engine = get_engine("local")

    def inner(item: int) -> bytes:
        return payload(item)

    for work in (inner, partial(inner), lambda item: b"%d" % item):
        with pytest.raises(TypeError, match="work must be a function in a module"):
            engine.run(work, [(0, 1)])


def test_options_that_make_no_sense() -> None:
    with pytest.raises(UsageError, match=r"--workers is 0; at least 1"):
        get_engine("local", workers=0)
    with pytest.raises(UsageError, match="takes no address"):
        get_engine("local", ray_address="auto")
    with pytest.raises(UsageError, match=r"no engine called 'spark'\. Installed: local, processes, ray"):
        get_engine("spark")


def test_default_is_what_the_process_may_use() -> None:
    assert 1 <= default_workers() <= (os.cpu_count() or 1)


def test_ray_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "ray" else find(name, *a))
    with pytest.raises(MissingExtraError, match=r"--engine ray needs .*tacit\[cluster\]"):
        get_engine("ray")


class Backwards(Engine):
    name = "backwards"

    def run(self, work: Callable[[Any], bytes], items: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, bytes]]:
        return ((index, work(item)) for index, item in reversed(list(items)))


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, type[Engine]]:
    get_engine("local")
    mine = dict(engine_module._REGISTRY)
    monkeypatch.setattr(engine_module, "_REGISTRY", mine)
    return mine


def test_an_engine_of_ones_own(registry: dict[str, type[Engine]]) -> None:
    register_engine(Backwards)
    register_engine(Backwards)
    assert list(get_engine("backwards").run(payload, [(0, 0), (1, 1)])) == [(1, payload(1)), (0, payload(0))]
    with pytest.raises(UsageError, match="Two engines are called 'local'"):
        register_engine(type("Other", (LocalEngine,), {}))
    assert registry["backwards"] is Backwards


@pytest.mark.usefixtures("registry")
def test_plug_ins_are_found_and_broken_ones_named(monkeypatch: pytest.MonkeyPatch) -> None:
    points = EntryPoints([EntryPoint("broken", "no_such_module_x", engine_module.ENTRY_POINTS)])
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points.select(group=group))
    load_plugins.cache_clear()
    assert get_engine("local").name == "local"
    with pytest.raises(UsageError, match=r"Could not be loaded: broken \(no_such_module_x: ModuleNotFoundError"):
        get_engine("spark")
    load_plugins.cache_clear()


@pytest.mark.parametrize("name", list(ERRORS))
def test_errors_travel_as_plain_data(name: str) -> None:
    error = ERRORS[name]
    arrived = rebuild_error(describe_error(error))
    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert arrived.exit_code == error.exit_code
    assert vars(arrived) == vars(error)


def test_an_error_class_that_is_not_here_becomes_the_nearest_that_is() -> None:
    described = describe_error(ERRORS["extra"])
    described["classes"].insert(0, ("no_such_plugin", "ItsError"))
    described["classes"].insert(0, ("os", "path"))
    assert type(rebuild_error(described)) is MissingExtraError
    assert re.fullmatch(r".*pip install.*", str(rebuild_error({**described, "classes": []})))
