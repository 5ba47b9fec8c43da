"""Runs an audit and kills its own process a given time after the imports. Started by test_audit_crash.py."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from tacit.captions.audit.api import audit


def main(folder: str, out: str, hits: str, seconds: str) -> None:
    def kill() -> None:
        time.sleep(float(seconds))
        os.kill(os.getpid(), signal.SIGKILL)

    if float(seconds) > 0:
        threading.Thread(target=kill, daemon=True).start()
    started = time.monotonic()
    # The smallest detector: how the work is cut, kept and added up does not depend on what is detected.
    audit(Path(folder), group_by="source", detector="kamath2026", out=out, hits=hits, workers=2)
    sys.stdout.write(f"{time.monotonic() - started:.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
