"""Relevance judgements (qrels): three columns with the header of BEIR, or the four of TREC."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tacit.errors import DataError
from tacit.io.columns import quoted
from tacit.io.files import open_decompressed
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER: Final = ("query-id", "corpus-id", "score")
"""First line of the qrels of BEIR."""
LONGEST_LINE: Final = 65_536
"""Bytes of a line of a run or of qrels."""
FIRST_LINE: Final = "utf-8-sig"
"""Encoding of the first line, which may begin with a mark of the byte order."""


def read_qrels(path: str) -> dict[str, dict[str, int]]:
    r"""Judgements by query and document.

    Columns are separated by tabs, so that names may hold blanks, or else by blanks.

    Args:
        path: Plain or compressed.

    Raises:
        DataError: If a line is not in the format, or a pair is judged twice.

    Example:
        >>> import pathlib, tempfile
        >>> place = pathlib.Path(tempfile.mkdtemp()) / "test.tsv"
        >>> _ = place.write_text("query-id\tcorpus-id\tscore\nq1\tdocument 7\t2\n")
        >>> read_qrels(str(place))
        {'q1': {'document 7': 2}}
    """
    judged: dict[str, dict[str, int]] = {}
    for number, line in numbered_lines(path):
        cells = [cell.strip() for cell in line.split("\t")]
        fields = cells if len(cells) in {3, 4} and all(cells) else line.split()
        if number == 1 and tuple(fields) == HEADER:
            continue
        place = f"{shown(path)}, line {number:,}"
        if len(fields) not in {3, 4}:
            raise DataError(f"{place} has {len(fields)} columns; qrels have 3 (BEIR) or 4 (TREC).")
        query, document, grade = fields[0], fields[-2], fields[-1]
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", grade):
            raise DataError(f"{place}: the judgement {quoted(grade)} is no whole number.")
        if document in judged.setdefault(query, {}):
            raise DataError(f"{place}: document {quoted(document)} is judged twice for query {quoted(query)}.")
        judged[query][document] = int(grade)
    return judged


def numbered_lines(path: str) -> Iterator[tuple[int, str]]:
    """The lines of a run or of qrels that are not blank, with their numbers.

    Args:
        path: Plain or compressed.

    Raises:
        DataError: If one is longer than `LONGEST_LINE`, or not valid UTF-8.
    """
    with open_decompressed(path) as file:
        number = 0
        while raw := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(raw) > LONGEST_LINE:
                raise DataError(f"{shown(path)}, line {number:,} is longer than any line of a run or of qrels.")
            try:
                line = raw.decode(FIRST_LINE if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise DataError(f"{shown(path)}, line {number:,} is not valid UTF-8.") from None
            if line.strip():
                yield number, line
