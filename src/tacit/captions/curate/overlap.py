"""Captions that repeat evaluation items: a model trained on them would be tested on what it has seen.

*Exact* means equal once folded: Unicode's compatibility forms, case, punctuation and white space make no difference.
*Near* means that the Jaccard similarity of the two sets of character trigrams reaches a threshold; see
`tacit.captions.curate.near` for how such pairs are found and which are lost. A text of fewer than 16 bytes, folded, can
only match exactly: in so few letters the only thing that could differ is an ending.
"""

from __future__ import annotations

import io
import json
import unicodedata
from typing import TYPE_CHECKING, Final, Self

import polars as pl

from tacit.captions.curate.near import SHORTEST, NearIndex
from tacit.errors import DataError, UsageError
from tacit.io.columns import choose_text_column, quoted
from tacit.io.discover import find_sources
from tacit.io.evals.jsonparts import read_lines
from tacit.io.places import shown
from tacit.io.tables import REASONS, get_reader

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence

    from tacit.io.discover import Source

FORMAT: Final = b"tacit benchmark items 1\n"
LOWEST: Final = 0.5
"""Least threshold: below it, texts that merely share words would count as copies."""
OPTIONS: Final = "options"
_SCHEMA: Final = {"source": pl.String, "item": pl.String}
_FOUND: Final = {
    "row": pl.UInt32, "kind": pl.String, "similarity": pl.Float64, "source": pl.String, "item": pl.String,
}  # fmt: skip


def fold(texts: pl.Series) -> pl.Series:
    """Texts without what does not make them different: compatibility forms, case, punctuation, white space.

    Args:
        texts: Strings; nulls stay null.

    Example:
        >>> fold(pl.Series(["Two  DOGS, one cat!", "ﬁve “Straße”", None])).to_list()
        ['two dogs one cat', 'five strasse', None]
    """
    lower = texts.str.to_lowercase()
    # Only these can have compatibility forms, or letters that are folded in other ways.
    other = (texts.str.len_bytes() != texts.str.len_chars()).fill_null(value=False).arg_true()
    if len(other):
        lower = lower.scatter(other, [_casefold(text) for text in texts.gather(other)])
    return lower.str.replace_all(r"[^\p{L}\p{N}\p{M}]+", " ").str.strip_chars()


def _casefold(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


class BenchmarkIndex:
    """Evaluation items, made ready for finding captions that repeat them.

    Args:
        items: ``source`` and ``item`` of each.
        threshold: As for `build`.
    """

    def __init__(self, items: pl.DataFrame, threshold: float) -> None:
        self._threshold = threshold
        self._items = items
        folded = items.with_columns(folded=fold(items["item"])).filter(pl.col("folded").str.len_bytes() > 0)
        self._exact = folded.unique("folded", keep="first", maintain_order=True)
        self._long = self._exact.filter(pl.col("folded").str.len_bytes() >= SHORTEST)
        self._near = NearIndex(self._long["folded"], threshold) if threshold < 1 and self._long.height else None

    @classmethod
    def build(cls, texts: Iterable[tuple[str, str]], *, threshold: float = 0.8) -> Self:
        """Take evaluation items in.

        Args:
            texts: Source and text of each item; the source is what messages call it, such as the name of its file.
            threshold: Jaccard similarity of character trigrams from which two texts are near duplicates, 0.5 to 1. At
                1 only exact duplicates are found, for which no extra is needed.

        Raises:
            UsageError: If the threshold is out of range.
            MissingExtraError: If near duplicates are asked for and the extra ``overlap`` is not installed.

        Example:
            >>> index = BenchmarkIndex.build([("whatsup", "A mug to the left of a plate.")])
            >>> captions = ["a dog", "A mug to the left of the plate", "a mug to the left of a plate"]
            >>> found = index.find(pl.Series(captions))
            >>> found.select("row", "kind", pl.col("similarity").round(2)).rows()
            [(1, 'near', 0.82), (2, 'exact', 1.0)]
        """
        if not LOWEST <= threshold <= 1:
            raise UsageError(
                f"The threshold is {threshold:g}; it must lie between {LOWEST:g} and 1, where 1 finds exact copies "
                "only. Usual is 0.8."
            )
        return cls(pl.DataFrame(list(texts), schema=_SCHEMA, orient="row"), threshold)

    def __len__(self) -> int:
        """How many different items there are."""
        return self._exact.height

    def find(self, captions: pl.Series) -> pl.DataFrame:
        """The captions that repeat an item.

        Each row is judged by itself: how captions are split into batches changes nothing.

        Args:
            captions: Strings; nulls overlap nothing.

        Returns:
            One line per caption that overlaps, with its best match, by row: ``row`` (UInt32), ``kind`` (``exact`` or
            ``near``), ``similarity`` (Float64, exactly counted), ``source`` and ``item``.
        """
        texts = pl.DataFrame({"folded": fold(captions)}).with_row_index("row")
        exact = texts.join(self._exact, on="folded", how="inner", maintain_order="left")
        parts = [exact.with_columns(kind=pl.lit("exact"), similarity=pl.lit(1.0)).select(*_FOUND)]
        if self._near is not None:
            rest = texts.filter(pl.col("folded").str.len_bytes() >= SHORTEST).join(exact, on="row", how="anti")
            best = self._near.best(rest["folded"])
            matched = self._long[best["at"]].select("source", "item")
            parts.append(
                best.with_columns(row=rest["row"].gather(best["row"]), kind=pl.lit("near"))
                .hstack(matched)
                .select(*_FOUND)
            )
        return pl.concat(parts).sort("row")

    def to_bytes(self) -> bytes:
        """All of it as bytes, for a worker on another machine; `from_bytes` is the inverse."""
        table = io.BytesIO()
        self._items.write_parquet(table)
        return FORMAT + json.dumps({"threshold": self._threshold}).encode() + b"\n" + table.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """An index from what `to_bytes` gave.

        Raises:
            DataError: If the bytes are anything else.
            MissingExtraError: As `build`.

        Example:
            >>> index = BenchmarkIndex.build([("a", "two dogs")], threshold=1)
            >>> BenchmarkIndex.from_bytes(index.to_bytes()).find(pl.Series(["Two dogs!"]))["kind"].to_list()
            ['exact']
        """
        head, _, table = data.removeprefix(FORMAT).partition(b"\n")
        try:
            threshold = float(json.loads(head)["threshold"])
            items = pl.read_parquet(io.BytesIO(table))
        except (ValueError, TypeError, KeyError, RecursionError, pl.exceptions.PolarsError):
            items = pl.DataFrame()
        if not data.startswith(FORMAT) or items.schema != _SCHEMA:
            raise DataError("These bytes are no stored benchmark items. Build the index again.")
        return cls.build(items.iter_rows(), threshold=threshold)


def read_benchmarks(paths: Sequence[str | os.PathLike[str]], text: str | None = None) -> list[tuple[str, str]]:
    """The texts of evaluation items.

    Reads every table that `tacit audit` reads, and JSON Lines of items with a list of options, such as
    ``{"image": "1.jpg", "options": ["a cup on a plate", "a cup under a plate"]}``, each option of which is a text.

    Args:
        paths: Files, folders, globs or addresses.
        text: The column of the texts, or the list of options; guessed when ``None``.

    Returns:
        The file and the text of each, in their order. Rows without a text are left out.

    Raises:
        UsageError: If the column is not there or cannot be guessed.
        DataError: If a file is damaged, a row cannot be read, or no text is there at all.
    """
    import os

    if not paths:
        raise UsageError("Name at least one file of evaluation items.")
    found = [(shown(s.path), t) for s in find_sources([os.fspath(path) for path in paths]) for t in _texts(s, text)]
    if not any(value.strip() for _, value in found):
        raise DataError(f"{shown(os.fspath(paths[0]))}: there is no text in these evaluation items. Check --text.")
    return found


def _texts(source: Source, wanted: str | None) -> Iterator[str]:
    reader = get_reader(source.reader)
    columns = reader.columns(source.path)
    if source.reader == "jsonlines" and columns.get(wanted or OPTIONS) == "list":
        yield from _options(source.path, wanted or OPTIONS)
        return
    column = choose_text_column(columns, wanted, where=source.path)
    rows = 0
    for unit in reader.units(source.path):
        for batch in reader.batches(unit, [column]):
            for problem in batch.problems:
                raise DataError(
                    f"{shown(source.path)}, row {rows + problem.row + 1:,}: {REASONS[problem.reason]}. An evaluation "
                    "item that cannot be read cannot be kept out of training: correct or remove it."
                )
            yield from batch.frame[column].drop_nulls()
            rows += batch.frame.height


def _options(path: str, key: str) -> Iterator[str]:
    for line, item in read_lines(path):
        options = item.get(key)
        if not isinstance(options, list) or not all(isinstance(option, str) for option in options):
            raise DataError(
                f"{shown(path)}, line {line:,}: {quoted(key)} is not a list of texts, as it is in other lines. "
                "Correct or remove the line."
            )
        yield from options
