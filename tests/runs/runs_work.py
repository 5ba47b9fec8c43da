"""Work for the engine tests: functions in a module, so that other processes find them by name."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import threading
import time
from importlib import import_module
from pathlib import Path

from tacit.errors import EndpointError, InsufficientDataError, MissingExtraError, TacitError, UsageError
from tacit.runs.engine import get_engine
from tacit.runs.folder import RunFolder

ROOT = Path(__file__).resolve().parents[2]
ITEMS = 60
RESULT = "result.bin"
FINGERPRINT = "f" * 64


class PickyError(TacitError):
    """Cannot be made from its message alone, as pickle would."""

    def __init__(self, file: str, row: int) -> None:
        super().__init__(f"{file}: row {row} is empty")
        self.row = row


ERRORS: dict[str, TacitError] = {
    "usage": UsageError("There is no column 'x'. There is: a."),
    "extra": MissingExtraError("--engine ray", "cluster"),
    "few": InsufficientDataError("3 items, 10 would do"),
    "endpoint": EndpointError("the endpoint said\n500 — twice"),
    "picky": PickyError("a.csv", 7),
}


def payload(item: int, salt: str = "") -> bytes:
    """Bytes that depend on the item alone, some of them long."""
    return hashlib.sha256(f"{salt}{item}".encode()).digest() * (1 + item % 7 * 40)


def slow_payload(item: int) -> bytes:
    time.sleep(0.002)
    return payload(item)


def fail(name: str) -> bytes:
    if name in ERRORS:
        raise ERRORS[name]
    if name == "bug":
        raise ValueError("a bug, not a user's mistake")
    return name.encode()


def nap(seconds: float) -> bytes:
    time.sleep(seconds)
    return b"awake"


def die(item: int) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return payload(item)


def who(_: int) -> bytes:
    return f"{os.getpid()} {threading.current_thread().name} {os.environ.get('POLARS_MAX_THREADS')}".encode()


def run_to_the_end(path: Path, fingerprint: str = FINGERPRINT) -> None:
    """A whole run: continue, work, record, write the result, finish."""
    with RunFolder.open(path, fingerprint=fingerprint) as run, get_engine("local", workers=2) as engine:
        print("open", flush=True)
        missing = [(i, i) for i in range(ITEMS) if i not in run.journal.finished()]
        for index, done in engine.run(slow_payload, missing):
            run.journal.record(index, done)
        run.write_bytes(RESULT, b"".join(done for _, done in run.journal.payloads()))
        run.write_text("notes.txt", "made of\n" * ITEMS)
        run.finish({"kind": "test"})


def hold(path: Path) -> None:
    """Open a folder and stay there until killed."""
    run = RunFolder.open(path, fingerprint=FINGERPRINT)
    run.journal.record(0, b"kept")
    print("open", flush=True)
    time.sleep(60)


def take_turns(path: Path, rounds: int) -> None:
    """Open and close a folder again and again; say so when somebody else is inside at the same time."""
    inside = path.with_name("inside")
    turns = 0
    for _ in range(rounds):
        try:
            run = RunFolder.open(path, fingerprint=FINGERPRINT)
        except UsageError:
            continue
        try:
            os.close(os.open(inside, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            print("two at once", flush=True)
            return
        turns += 1
        inside.unlink()
        run.close()
    print(f"turns {turns}", flush=True)


def nap_on(engine: str) -> None:
    """Start long work and wait to be interrupted."""
    try:
        with get_engine(engine, workers=2) as made:
            results = made.run(nap, enumerate([0.0, 0.0, *[60.0] * 50]))
            next(results)
            print("started", flush=True)
            list(results)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        sys.exit(130)


if __name__ == "__main__":
    # Under its own name rather than as __main__, which is another module in every process.
    getattr(import_module("tests.runs.runs_work"), sys.argv[1])(
        *(Path(a) if "/" in a else int(a) if a.isdigit() else a for a in sys.argv[2:])
    )
