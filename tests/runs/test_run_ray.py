"""The same work through a real Ray on this machine: same results, same errors, and nothing left behind."""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.runs.runs_work import ERRORS, ROOT, die, fail, nap, payload, who

from tacit.errors import TacitError, UsageError
from tacit.runs.engine import get_engine
from tacit.runs.engines.ray import _IMPORT_SETTINGS, GRACE_SECONDS, RayEngine, _token

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed (extra 'cluster')"),
]

WORKERS = 2
LINUX = pytest.mark.skipif(not Path("/proc/net/tcp6").exists(), reason="reads /proc")


def ray_processes(folder: str) -> dict[int, str]:
    """Processes that belong to the Ray whose files are in `folder`, or are workers of it."""
    found = {}
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit() and int(place.name) != os.getpid():
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                settings = (place / "environ").read_bytes().decode(errors="replace")
                if folder in command or folder in settings:
                    found[int(place.name)] = command
        except OSError:
            continue
    return found


def wait_gone(folder: str, seconds: float = 5.0) -> dict[int, str]:
    deadline = time.monotonic() + seconds
    while (left := ray_processes(folder)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


@pytest.fixture(scope="module")
def engine() -> Iterator[RayEngine]:
    environment, home = dict(os.environ), Path.home() / ".ray"
    had_home = home.exists()
    with get_engine("ray", workers=WORKERS) as engine:
        assert isinstance(engine, RayEngine)
        list(engine.run(payload, [(0, 0)]))
        assert dict(os.environ) == environment
        assert engine._folder is not None
        assert engine._folder.stat().st_mode & 0o077 == 0, "others can read what Ray writes"
        yield engine
        folder = engine._folder
    if sys.platform == "linux":
        assert wait_gone(str(folder)) == {}
    assert folder is not None
    assert not folder.exists()
    assert home.exists() == had_home
    import ray

    assert not ray.is_initialized()
    engine.close()


def test_same_results_as_on_threads(engine: RayEngine) -> None:
    items = [(i * 3, i) for i in range(60)]
    work = partial(payload, salt="s")
    assert sorted(engine.run(work, items)) == sorted(get_engine("local").run(work, items))


def test_work_is_done_in_other_processes_with_one_thread_each(engine: RayEngine) -> None:
    said = [text.decode().split() for _, text in engine.run(who, enumerate(range(20)))]
    processes = {int(words[0]) for words in said}
    assert os.getpid() not in processes
    assert 1 <= len(processes) <= WORKERS
    assert {words[-1] for words in said} == {os.environ.get("POLARS_MAX_THREADS", "1")}


@pytest.mark.parametrize("name", list(ERRORS))
def test_errors_arrive_as_they_were_raised(engine: RayEngine, name: str) -> None:
    with pytest.raises(TacitError) as caught:
        list(engine.run(fail, enumerate(["fine", name, "fine"])))
    assert type(caught.value) is type(ERRORS[name])
    assert str(caught.value) == str(ERRORS[name])
    assert vars(caught.value) == vars(ERRORS[name])


def test_a_bug_arrives_with_its_trace(engine: RayEngine) -> None:
    with pytest.raises(ValueError, match=r"a bug") as caught:
        list(engine.run(fail, [(0, "bug")]))
    assert "runs_work.py" in str(caught.value)


def test_items_are_read_as_they_are_needed(engine: RayEngine) -> None:
    read = 0

    def endless() -> Iterator[tuple[int, int]]:
        nonlocal read
        while True:
            yield read, read
            read += 1

    results = engine.run(payload, endless())
    for _ in range(5):
        next(results)
    results.close()  # type: ignore[attr-defined]
    assert read <= 5 + 3 * WORKERS


def test_closing_waits_for_short_work(engine: RayEngine) -> None:
    results = engine.run(nap, enumerate([0.0, *[0.02] * 10]))
    next(results)
    results.close()  # type: ignore[attr-defined]
    import ray

    assert ray.is_initialized()


@pytest.mark.slow
def test_a_worker_that_is_killed_is_a_message(engine: RayEngine) -> None:
    with pytest.raises(TacitError, match=r"A Ray worker was lost at item 5.*smaller batches") as caught:
        list(engine.run(die, [(5, 5)]))
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_a_ray_that_was_found_is_left_as_it_is(engine: RayEngine) -> None:
    with get_engine("ray") as second:
        assert list(second.run(payload, [(1, 1)])) == [(1, payload(1))]
    assert list(engine.run(payload, [(2, 2)])) == [(2, payload(2))]


@LINUX
def test_it_listens_on_this_machine_only(engine: RayEngine) -> None:
    ray: Any = importlib.import_module("ray")
    (node,) = ray.nodes()
    assert node["NodeManagerAddress"] == "127.0.0.1"
    ports = {node["NodeManagerPort"], node["ObjectManagerPort"]}
    ports.add(int(ray.get_runtime_context().gcs_address.rpartition(":")[2]))
    listening: dict[int, set[str]] = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            words = line.split()
            place, _, port = words[1].partition(":")
            if words[3] == "0A":
                listening.setdefault(int(port, 16), set()).add(place)
    assert engine.workers == WORKERS
    loopback = {"0100007F", "0000000000000000FFFF00000100007F"}
    assert {port: listening[port] for port in ports if not listening[port] <= loopback} == {}


JOIN = """
import sys
from tests.runs.runs_work import payload
from tacit.errors import UsageError
from tacit.runs.engine import get_engine
try:
    with get_engine("ray", workers=1, ray_address=sys.argv[1]) as engine:
        assert sorted(engine.run(payload, enumerate(range(3)))) == [(i, payload(i)) for i in range(3)]
    print("done")
except UsageError as error:
    print(error)
"""


@pytest.mark.slow
@pytest.mark.long
def test_another_process_may_join_a_running_cluster(engine: RayEngine) -> None:
    import ray

    address = ray.get_runtime_context().gcs_address
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **_IMPORT_SETTINGS, "RAY_AUTH_TOKEN": _token()}
    command = [sys.executable, "-c", JOIN, address]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)
    assert done.stdout == "done\n", done.stderr
    assert list(engine.run(payload, [(2, 2)])) == [(2, payload(2))]


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "host:port", "no-such-host.invalid:1"])
def test_a_cluster_that_is_not_there(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    with get_engine("ray", ray_address=address) as engine, pytest.raises(UsageError, match=r"--ray-address"):
        engine.run(payload, [(0, 0)])


@pytest.mark.slow
@pytest.mark.long
@LINUX
def test_an_interrupt_ends_long_work_at_once(engine: RayEngine) -> None:
    folder = engine._folder
    assert folder is not None
    results = engine.run(nap, enumerate([0.0, 0.0, *[600.0] * 10]))
    next(results)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    begun = time.monotonic()
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        list(results)
    assert time.monotonic() - begun < 0.5 + GRACE_SECONDS + 4
    assert wait_gone(str(folder)) == {}
    assert not folder.exists()
    assert list(engine.run(payload, [(7, 7)])) == [(7, payload(7))]  # starts again
