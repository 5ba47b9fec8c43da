"""Tables whose rows are passages already: JSON Lines, parquet, CSV and Arrow with ``_id``, ``title`` and ``text``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tacit.dialogue.documents.registry import document_format
from tacit.dialogue.documents.source import ROW, Row, Unreadable
from tacit.errors import DataError
from tacit.io.tables import REASONS, get_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tacit.dialogue.documents.source import Source
    from tacit.dialogue.protocols import Document
    from tacit.io.tables import Batch

_IDS: Final = ("_id", "id")
_OTHERS: Final = ("title", "text", "document")
_LONGEST_ID: Final = 1_000
_BATCH: Final = 8_192
_READERS: Final = {
    ending + packed: name
    for name, endings, packings in (
        ("parquet", (".parquet",), ("",)),
        ("jsonlines", (".jsonl", ".ndjson"), ("", ".gz", ".zst")),
        ("delimited", (".csv", ".tsv"), ("", ".gz", ".zst")),
        ("arrow", (".arrow", ".feather"), ("",)),
    )
    for ending in endings
    for packed in packings
}


@document_format(*_READERS)
def read_table(source: Source) -> Iterator[Document | Unreadable]:
    """Read a table; each row is a passage with its own id.

    ``text`` has to be there. Without an id the number of the row is taken. ``document`` says what a row is a piece of;
    it counts within its table, so two tables may use the same names.

    Raises:
        DataError: If the table cannot be read, or has no column ``text``.
    """
    path = str(source.path.absolute())
    name = source.path.name.lower()
    reader = get_reader(_READERS[max((ending for ending in _READERS if name.endswith(ending)), key=len)])
    there = reader.columns(path)
    if "text" not in there:
        raise DataError("has no column text. Rows of passages have _id (or id), title, text, and if you like document")
    columns = [column for column in (next((one for one in _IDS if one in there), ""), *_OTHERS) if column in there]
    rows = _Rows(source.name, columns)
    for unit in reader.units(path):
        for batch in reader.batches(unit, columns, _BATCH):
            yield from rows.of(batch)
    yield from rows.lost()


class _Rows:
    """Rows of one table, in order."""

    def __init__(self, name: str, columns: list[str]) -> None:
        self._name = name
        self._columns = columns
        self._ids: set[str] = set()
        self._number = 0
        self._lost: Counter[str] = Counter()

    def of(self, batch: Batch) -> Iterator[Row]:
        problems = {problem.row: REASONS[problem.reason] for problem in batch.problems}
        for at, values in enumerate(batch.frame.iter_rows()):
            self._number += 1
            row: dict[str, str | None] = dict(zip(self._columns, values, strict=True))
            text, given = row["text"] or "", self._id(row)
            why = self._refused(text, given)
            if why:
                self._lost[problems.get(at, why)] += 1
                continue
            self._ids.add(given)
            document = f"{self._name}{ROW}{row['document']}" if row.get("document") else self._name
            yield Row(document, text, " ".join((row.get("title") or "").split()), whole=True, id=given)

    def _id(self, row: Mapping[str, str | None]) -> str:
        for name in _IDS:
            if name in row:
                return row[name] or ""
        return f"{self._name}:{self._number}"

    def lost(self) -> Iterator[Unreadable]:
        """What could not be read, by reason."""
        for reason, count in sorted(self._lost.items()):
            yield Unreadable(self._name, f"rows: {reason}", count, part=True)

    def _refused(self, text: str, given: str) -> str:
        if not text or text.isspace():
            return "no text"
        if not given:
            return "no id"
        if len(given) > _LONGEST_ID:
            return f"an id of more than {_LONGEST_ID:,} characters"
        return "an id that an earlier row has" if given in self._ids else ""
