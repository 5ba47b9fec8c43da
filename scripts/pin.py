"""Write constraints.txt: install everything tacit can use into a fresh environment and record what came.

Run it with the oldest Python tacit supports, on Linux: ``python3.11 scripts/pin.py``. It takes two minutes and a
network. The tests then say whether the new versions work.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = "languages,remote,cluster,elicit,overlap,laboratory,checkpoints,tuning,endpoints,dialogue,embeddings,qdrant"
GROUPS = ("test", "evals", "docs", "bench")
BUILD = ("hatchling", "editables")
"""What building tacit itself needs; pip installs it apart from the rest."""
HELD = ("torch==2.13.0", "fsspec==2026.6.0", "s3fs==2026.6.0")
"""Versions that are not for pip to choose: of torch there is a build for processors alone, which newer ones are not;
inspect_ai asks for this fsspec."""
NOT_PINNED = {"setuptools"}
"""Comes with the environment, and tacit does not use it."""

HEADER = """\
# Versions that are known to work together, for set-up and CI. Written by scripts/pin.py; do not edit by hand.
# People who install tacit into their own environment are bound by the ranges in pyproject.toml only.
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [str(Path(folder) / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "-q", "--upgrade", "pip"], check=True)
        held = Path(folder, "held.txt")
        held.write_text("\n".join(HELD) + "\n", encoding="utf-8")
        groups = [word for group in GROUPS for word in ("--group", group)]
        subprocess.run(
            [*pip, "install", "-q", "-c", str(held), *BUILD, "-e", f".[{EXTRAS}]", *groups], cwd=ROOT, check=True
        )
        frozen = subprocess.run(
            [*pip, "freeze", "--all", "--exclude-editable"], capture_output=True, text=True, check=True
        ).stdout.splitlines()
    # A build for processors alone calls itself 2.13.0+cpu; other platforms have no such build.
    pins = [line.partition("+")[0] for line in frozen if line.partition("==")[0] not in NOT_PINNED]
    (ROOT / "constraints.txt").write_text(HEADER + "\n".join(sorted(pins, key=str.casefold)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
