"""Runs an audit and kills its own process at a given moment. Started by test_audit_crash.py."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from tacit.captions.audit.api import audit


class Killer:
    """A progress that kills the process so many seconds after so many units are finished."""

    def __init__(self, units: int, seconds: float) -> None:
        self._left = units
        self._seconds = seconds

    def start(self, total_rows: int | None, *, done_rows: int = 0) -> None:
        self._count(0)

    def advance(self, rows: int) -> None:
        self._count(1)

    def close(self) -> None:
        """Nothing: the report is still to be written."""

    def _count(self, units: int) -> None:
        self._left -= units
        if self._left == 0:
            self._left = -1
            timer = threading.Timer(self._seconds, os.kill, (os.getpid(), signal.SIGKILL))
            timer.daemon = True
            timer.start()


def main(folder: str, out: str, hits: str, units: str, seconds: str) -> None:
    # The smallest detector: how the work is cut, kept and added up does not depend on what is detected.
    audit(Path(folder), group_by="source", detector="kamath2026", out=out, hits=hits, workers=2,
          progress=Killer(int(units), float(seconds)))  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
