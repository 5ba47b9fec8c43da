"""Relevance judgements are read alike wherever they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tacit.errors import DataError
from tacit.io.evals.qrels import read_qrels

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "query-id\tcorpus-id\tscore\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"\ufeff{HEADER}q1\ta b\t1\r\n\nq1\tc\t-1\n", {"q1": {"a b": 1, "c": -1}}),
        ("q1 0 a 2\nq2  Q0\ta 0\n", {"q1": {"a": 2}, "q2": {"a": 0}}),
        ("q1\t0\ta b\t2", {"q1": {"a b": 2}}),
        (HEADER, {}),
    ],
)
def test_both_formats(tmp_path: Path, text: str, found: dict[str, dict[str, int]]) -> None:
    (tmp_path / "q.tsv").write_text(text, encoding="utf-8")
    assert read_qrels(str(tmp_path / "q.tsv")) == found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"a\tb", "line 3 has 2 columns"), (b"a\t\t1", "line 3 has 2 columns"), (b"a\tb\tc", "'c' is no whole number"),
        (b"a\tb\t1.5", "no whole number"), (b"q\tp\t2", "document 'p' is judged twice for query 'q'"),
        (b"\xff\t1\t1", "line 3 is not valid UTF-8"), (b"a" * 70_000, "line 3 is longer"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, line: bytes, said: str) -> None:
    (tmp_path / "q.tsv").write_bytes(HEADER.encode() + b"q\tp\t1\n" + line + b"\n")
    with pytest.raises(DataError, match=r"q\.tsv, line 3") as caught:
        read_qrels(str(tmp_path / "q.tsv"))
    assert said in str(caught.value)
