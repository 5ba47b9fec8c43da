"""Killed at any moment, a run continues, and its folder never claims what is not so."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.runs.runs_work import FINGERPRINT, ITEMS, RESULT, ROOT, payload, run_to_the_end

from tacit.errors import UsageError
from tacit.runs.folder import RunFolder
from tacit.runs.journal import Journal
from tacit.runs.manifest import hash_file

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs kill -9")

WHOLE = b"".join(payload(i) for i in range(ITEMS))


def spawn(*arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, f"{ROOT}/tests/runs/runs_work.py", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


def wait_open(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"


def check_folder(path: Path) -> None:
    """A manifest is there only with all that it lists, and nothing else is there with it."""
    place = path / "manifest.json"
    if not place.exists():
        return
    outputs = json.loads(place.read_text())["outputs"]
    for output in outputs:
        assert hash_file(path / output["name"]) == (output["bytes"], output["digest"])
    visible = {p.name for p in path.iterdir() if not p.name.startswith((".", "journal.sqlite"))}
    assert visible == {"manifest.json", *(o["name"] for o in outputs)}


def recorded(path: Path) -> dict[int, bytes]:
    if not (path / "journal.sqlite").exists():
        return {}
    journal = Journal(path / "journal.sqlite", FINGERPRINT)
    found = dict(journal.payloads())
    journal.close()
    return found


@pytest.mark.parametrize("seed", range(18))
def test_killed_at_random_moments(memory_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    out = memory_path / "out"
    union: dict[int, bytes] = {}
    for _ in range(draw.choice([1, 1, 2, 3])):
        process = spawn("run_to_the_end", out)
        if draw.random() < 0.85:
            wait_open(process)
            time.sleep(draw.uniform(0, 0.1))
        else:
            time.sleep(draw.uniform(0, 0.15))
        process.kill()
        process.communicate()
        if out.exists():
            check_folder(out)
        now = recorded(out)
        assert now.items() <= {i: payload(i) for i in range(ITEMS)}.items()
        if not (out / "manifest.json").exists():
            assert union.keys() <= now.keys(), "what was recorded before the last attempt is gone"
        union |= now
    run_to_the_end(out)
    assert (out / RESULT).read_bytes() == WHOLE
    check_folder(out)
    assert sorted(p.name for p in out.iterdir()) == ["manifest.json", "notes.txt", RESULT]


def test_the_moments_include_the_middle_of_the_work(memory_path: Path) -> None:
    counts = []
    for seed in range(4):
        out = memory_path / str(seed)
        process = spawn("run_to_the_end", out)
        wait_open(process)
        time.sleep(0.02 + 0.01 * seed)
        process.kill()
        process.communicate()
        counts.append(len(recorded(out)))
    assert any(0 < count < ITEMS for count in counts), counts


STEPS = """
import json, os, signal, sys
from pathlib import Path
from tacit.runs.folder import RunFolder
WATCHED = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.scandir", "os.listdir", "sqlite3.connect",
           "os.truncate", "shutil.rmtree", "os.putenv"}

def first(out):
    with RunFolder.open(out, fingerprint="first") as run:
        for name in ("a.txt", "old.txt"):
            run.write_text(name, "first " + name)
        run.finish({"kind": "first"})

def second(out, force):
    with RunFolder.open(out, fingerprint="second", force=force) as run:
        run.journal.record(0, b"payload")
        for name in ("a.txt", "b.txt"):
            run.write_text(name, "second " + name)
        run.finish({"kind": "second"})

def die_at(step):
    seen = 0
    def hook(event, arguments):
        nonlocal seen
        if event in WATCHED:
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)

for step in range(1, 1000):
    out = Path(sys.argv[1], str(step))
    first(out)
    child = os.fork()
    if not child:
        die_at(step)
        second(out, True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not status:
        break
print(step)
"""


def test_killed_at_every_step_of_taking_a_folder_over(memory_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", STEPS, str(memory_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert 30 < steps < 500
    kinds = set()
    for step in range(1, steps + 1):
        out = memory_path / str(step)
        check_folder(out)
        manifest = out / "manifest.json"
        kinds.add(json.loads(manifest.read_text())["kind"] if manifest.exists() else "none")
        with RunFolder.open(out, fingerprint="second", force=True) as run:
            run.write_text("a.txt", "second a.txt")
            run.finish({"kind": "second"})
        assert sorted(p.name for p in out.iterdir()) == ["a.txt", "manifest.json"]
    assert kinds == {"first", "second", "none"}


def test_one_writer_at_a_time_and_kill_frees_the_folder(memory_path: Path) -> None:
    out = memory_path / "out"
    process = spawn("hold", out)
    wait_open(process)
    for force in (False, True):
        with pytest.raises(UsageError, match=rf"writing to .*out \(process {process.pid} on .*--out"):
            RunFolder.open(out, fingerprint=FINGERPRINT, force=force)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with RunFolder.open(out, fingerprint=FINGERPRINT) as run:
        assert run.journal.finished() == {0}
        with pytest.raises(UsageError, match=rf"process {os.getpid()} on"):
            RunFolder.open(out, fingerprint=FINGERPRINT)


def test_many_processes_take_turns(memory_path: Path) -> None:
    out = memory_path / "turns" / "out"
    out.mkdir(parents=True)
    processes = [spawn("take_turns", out, "150") for _ in range(4)]
    said = [process.communicate(timeout=30)[0] for process in processes]
    assert all(text.startswith("turns ") for text in said), said
    assert sum(int(text.split()[1]) for text in said) > 10
