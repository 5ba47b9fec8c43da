"""Makes `tests.runs.runs_work` importable by its name, here and in the processes that the tests start."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = str(Path(__file__).resolve().parents[2])

if ROOT not in sys.path:
    sys.path.insert(0, ROOT)


@pytest.fixture
def memory_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: what survives ``kill -9`` is the same there, and flushing is free."""
    memory = Path("/dev/shm")  # noqa: S108
    if not (memory.is_dir() and os.access(memory, os.W_OK)):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="tacit-test-", dir=memory) as folder:
        yield Path(folder)
