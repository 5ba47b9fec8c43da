"""What the tests of the audit share: a small detector that can be counted by hand, corpora, and the real command."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pytest

from tacit.captions.detect.hits import TYPES, Hit, Kind
from tacit.captions.detect.protocol import Detector
from tacit.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import polars as pl

WORDS: Final[dict[str, tuple[str, str, bool, str, int | None]]] = {
    "two": ("counting", "exact", True, "", 2),
    "three": ("counting", "exact", True, "", 3),
    "some": ("counting", "vague", False, "", None),
    "aged": ("counting", "age", False, "age", None),
    "near": ("spatial", "proximity", True, "", None),
    "behind": ("spatial", "projective", True, "", None),
    "not": ("negation", "verb", True, "", None),
    "after": ("temporal", "sequence", True, "", None),
}
"""Every word the small detector knows: type, sub-type, whether it counts, guard, number."""
FILLERS: Final = ("a", "dog", "cat", "tree", "runs", "red", "é", "二", "</b>")


class WordDetector(Detector):
    """Finds whole words of a fixed list; its hits can be counted by anybody."""

    name: ClassVar[str] = "words"
    version: ClassVar[str] = "1"
    language: ClassVar[str] = "en"
    validated: ClassVar[str] = "made up for tests"

    def detect(self, caption: str) -> list[Hit]:
        hits = []
        for match in re.finditer(r"\S+", caption):
            known = WORDS.get(match[0])
            if known is not None:
                type_, subtype, counts, guard, value = known
                kind = Kind(type_, subtype, counts, f"words.{match[0]}", guard, match[0], value)
                hits.append(Hit(kind, match.start(), match.end()))
        return hits


class ErringDetector(WordDetector):
    """Misses "three" and "behind", and takes "tree" for three and "cat" for a negation."""

    name: ClassVar[str] = "erring"

    def detect(self, caption: str) -> list[Hit]:
        return _erring(caption)


@cache
def _erring(caption: str) -> list[Hit]:
    hits = [h for h in WordDetector().detect(caption) if h.kind.cue not in {"three", "behind"}]
    for match in re.finditer(r"\b(?:tree|cat)\b", caption):
        kind = Kind("counting" if match[0] == "tree" else "negation", "wrong", True, "erring", "", match[0])
        hits.append(Hit(kind, match.start(), match.end()))
    return sorted(hits, key=lambda hit: hit.start)


def truth(caption: str) -> tuple[bool | None, ...]:
    """Whether a caption states each type, if every word of `WORDS` means what it says."""
    stated = {hit.kind.type for hit in WordDetector().detect(caption) if hit.kind.counts}
    return tuple(type_ in stated for type_ in TYPES)


def process(*args: str | Path, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run the real ``tacit`` in a process of its own, and refuse a traceback whatever it was asked for."""
    done = subprocess.run(
        [sys.executable, "-m", "tacit", *(os.fspath(word) for word in args)],
        cwd=cwd, input=stdin, capture_output=True, check=False, timeout=120,
        env={**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    return _without_traceback(done.returncode, done.stdout, done.stderr)


def command(*args: str | Path, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """The same in this process, which spares a second for starting each."""
    read, out, err = (
        io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="") for content in (stdin, b"", b"")
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        patch.setenv("COLUMNS", "100")
        for name, stream in (("stdin", read), ("stdout", out), ("stderr", err)):
            patch.setattr(sys, name, stream)
        code = main([os.fspath(word) for word in args])
        out.flush()
        err.flush()
    return _without_traceback(code, out.buffer.getvalue(), err.buffer.getvalue())


def _without_traceback(code: int, out: bytes, err: bytes) -> subprocess.CompletedProcess[str]:
    done = subprocess.CompletedProcess((), code, out.decode("utf-8"), err.decode("utf-8"))
    assert "Traceback" not in done.stderr, done.stderr
    assert code != 70, done.stderr
    return done


def save(path: Path, columns: dict[str, Any] | pl.DataFrame) -> Path:
    """Write a parquet file, and the folder it is in."""
    import polars as pl

    path.parent.mkdir(parents=True, exist_ok=True)
    frame = columns if isinstance(columns, pl.DataFrame) else pl.DataFrame(columns)
    frame.write_parquet(path)
    return path


def stating(captions: Iterable[str | None], type_: str, detector: Detector) -> int:
    """How many captions state a type, counted one by one."""
    return sum(
        any(h.kind.type == type_ and h.kind.counts for h in detector.detect(c)) for c in captions if c is not None
    )
