"""Labels: what people say captions state, and how the captions they were asked about were drawn."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit.captions.detect.hits import TYPES
from tacit.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

FORMAT: Final = "tacit.labels/1"
_TRUE: Final = frozenset({"1", "1.0", "true", "yes", "y"})
_FALSE: Final = frozenset({"0", "0.0", "false", "no", "n"})
_NONE: Final = frozenset({"", "null", "none", "nan", "?", "unsure"})


@dataclass(frozen=True, slots=True)
class Label:
    """What a person says of one caption.

    Attributes:
        caption: The text.
        states: Whether it states each type; ``None`` where that was not said.
        stratum: From which part of the corpus it was drawn, ``""`` when it was not drawn by tacit.
        copies: How often the text occurs in the corpus.
    """

    caption: str
    states: tuple[bool | None, ...]
    stratum: str = ""
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Labels:
    """A set of labels.

    Attributes:
        source: The file.
        labels: One per caption.
        strata: Captions in each stratum of the corpus they were drawn from; empty for one random sample.
        design: Detector, language, seed and whatever else the draw rests on.
    """

    source: str
    labels: tuple[Label, ...]
    strata: dict[str, int] = field(default_factory=dict)
    design: dict[str, Any] = field(default_factory=dict)

    @property
    def drawn(self) -> bool:
        """Whether they were drawn by ``tacit label``, at known rates."""
        return bool(self.strata)

    @property
    def size(self) -> int:
        """Captions of the corpus they were drawn from; 0 when that is not known."""
        return sum(self.strata.values())

    def weights(self, labels: Sequence[Label]) -> list[float]:
        """How many captions of the corpus each label stands for.

        A stratum's captions are shared among its labelled texts in proportion to how often each text occurs.

        Args:
            labels: Those that are used, of this set.
        """
        if not self.drawn:
            return [1.0] * len(labels)
        copies: dict[str, int] = defaultdict(int)
        for label in labels:
            copies[label.stratum] += label.copies
        return [self.strata[label.stratum] * label.copies / copies[label.stratum] for label in labels]


def read_labels(path: Path, text: str | None = None) -> Labels:
    """Read labels: a file written by ``tacit label``, or a table with a text column and a column per type.

    A table (parquet, JSON Lines, CSV or TSV) is taken for one simple random sample of the corpus. Its type columns are
    called ``counting``, ``spatial``, ``negation`` and ``temporal``, each optional, with 1/0, true/false or yes/no; an
    empty field means that it was not said.

    Args:
        path: The file.
        text: The column of the captions in a table, when there is one of this name; otherwise it is guessed.

    Raises:
        DataError: If the file cannot be read or a label is none of these; the message names the row.
        UsageError: If there is no text column or no type column.
    """
    header = _header(path)
    return _read_own(path, header) if header is not None else _read_table(path, text)


def write_labels(path: Path, labels: Labels) -> None:
    """Write labels as JSON Lines, at once or not at all.

    Raises:
        DataError: If the file cannot be written.
    """
    from tacit.runs.atomic import write_atomic, writing

    header = {"format": FORMAT, **labels.design, "strata": labels.strata}
    lines = [json.dumps(header, ensure_ascii=False)]
    lines += [json.dumps(_to_json(label), ensure_ascii=False) for label in labels.labels]
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))


def _to_json(label: Label) -> dict[str, Any]:
    said = {type_: None if state is None else int(state) for type_, state in zip(TYPES, label.states, strict=True)}
    return {"caption": label.caption, **said, "stratum": label.stratum, "copies": label.copies}


def _header(path: Path) -> dict[str, Any] | None:
    try:
        with path.open("rb") as file:
            first = file.readline(1 << 20)
    except OSError as error:
        raise DataError(f"--labels: cannot read {path}: {error.strerror}. Check the path.") from error
    try:
        header = json.loads(first)
    except (ValueError, RecursionError):
        return None
    if not isinstance(header, dict) or not str(header.get("format", "")).startswith("tacit.labels/"):
        return None
    if header["format"] != FORMAT:
        raise DataError(f"--labels: {path} is in format {header['format']!r}; this version reads {FORMAT!r}.")
    return header


def _read_own(path: Path, header: dict[str, Any]) -> Labels:
    strata = header.get("strata")
    if not isinstance(strata, dict) or not all(isinstance(n, int) and n > 0 for n in strata.values()):
        raise DataError(f"--labels: the first line of {path} lacks the sizes of the strata. Draw the captions again.")
    labels = []
    with path.open("rb") as file:
        next(file)
        for number, line in enumerate(file, start=2):
            if line.strip():
                labels.append(_own(line, strata, f"{path}, line {number}"))
    design = {key: value for key, value in header.items() if key not in {"format", "strata"}}
    return Labels(str(path), tuple(labels), strata, design)


def _own(line: bytes, strata: dict[str, int], where: str) -> Label:
    try:
        entry = json.loads(line)
        caption, stratum, copies = entry["caption"], entry["stratum"], entry["copies"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DataError(f"--labels: {where} is damaged ({type(error).__name__}). Delete the line and go on.") from error
    known = isinstance(caption, str) and isinstance(stratum, str) and stratum in strata
    if not known or not isinstance(copies, int) or copies < 1:
        raise DataError(f"--labels: {where} is damaged (caption, stratum or copies). Delete the line and go on.")
    return Label(caption, tuple(_state(entry.get(t), t, where) for t in TYPES), stratum, copies)


def _read_table(path: Path, wanted: str | None) -> Labels:
    from tacit.io.columns import choose_text_column
    from tacit.io.discover import find_sources
    from tacit.io.tables import get_reader

    (source,) = find_sources([str(path)])
    reader = get_reader(source.reader)
    columns = reader.columns(source.path)
    text = choose_text_column(columns, wanted if wanted in columns else None, where=source.path)
    types = [t for t in TYPES if t in columns]
    if not types:
        raise UsageError(
            f"--labels: {path} has no column called {', '.join(TYPES[:-1])} or {TYPES[-1]}. It has: "
            f"{', '.join(repr(name) for name in columns)}."
        )
    frames = (b.frame for u in reader.units(source.path) for b in reader.batches(u, [text, *types]))
    return Labels(str(path), tuple(_rows(frames, text, types, str(path))))


def _rows(frames: Iterable[pl.DataFrame], text: str, types: Sequence[str], where: str) -> Iterable[Label]:
    row = -1
    for frame in frames:
        for entry in frame.iter_rows(named=True):
            row += 1
            place = f"{where}, row {row}"
            states = tuple(_state(entry.get(t), t, place) for t in TYPES)
            if entry[text] is not None:
                yield Label(entry[text], states)
            elif states != (None,) * len(TYPES):
                raise DataError(f"--labels: {place} has labels but no caption in {text!r}. Add it, or delete the row.")


def _state(value: object, type_: str, where: str) -> bool | None:
    text = "" if value is None else str(value).strip().lower()
    if text in _NONE:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise DataError(f"--labels: {where}: {type_} is {value!r}; write 1, 0, or nothing where it was not said.")
