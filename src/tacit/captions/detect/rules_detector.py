"""A detector made of rules: a few lexers per type, each about one family of cues."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from tacit.captions.coding import encode
from tacit.captions.detect import ascii_image
from tacit.captions.detect.hits import Hit, Kind, Scan
from tacit.captions.detect.protocol import Detector

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from tacit.captions.detect.lexer import Lexer


class RuleDetector(Detector):
    """Runs the lexers of a language side by side; rules within a lexer compete for text, lexers never do.

    Attributes:
        lexers: In the order of their hits at the same place.
    """

    lexers: ClassVar[tuple[Lexer, ...]]

    def detect(self, caption: str) -> list[Hit]:
        """List the hits of one caption, by the reference implementation."""
        hits = [hit for lexer in self.lexers for hit in lexer.find(caption)]
        return sorted(hits, key=lambda h: (h.start, h.end, h.kind))

    def scan(self, captions: pl.Series) -> Scan:
        """Detect in a batch, by the fast path; equals `detect` on every caption.

        One pass finds the trigger words of all lexers; each lexer then reads only the captions that hold one of its
        own.
        """
        captions = captions.rechunk()
        if any(lexer.unicode for lexer in self.lexers):
            captions = ascii_image.encode(captions)
        rows: list[NDArray[np.int64]] = []
        codes: list[NDArray[np.int64]] = []
        kinds: list[Kind] = []
        words = _Words.of(self.lexers, captions)
        for index, lexer in enumerate(self.lexers):
            if lexer.plain:
                lexer_rows, lexer_codes, lexer_kinds = words.as_hits(index, lexer)
            elif lexer.trigger:
                wanted = words.awake(index)
                if not len(wanted):
                    continue
                lexer_rows, lexer_codes, lexer_kinds = lexer.scan(captions.gather(wanted))
                lexer_rows = wanted[lexer_rows]
            else:
                lexer_rows, lexer_codes, lexer_kinds = lexer.scan(captions)
            rows.append(lexer_rows)
            codes.append(lexer_codes + len(kinds))
            kinds.extend(lexer_kinds)
        if not rows:
            return Scan(len(captions), np.zeros(0, np.int64), np.zeros(0, np.int64), ())
        # Sorting pairs as one number is several times as fast as sorting places; codes are fewer than 2**32.
        pairs = np.sort(np.concatenate(rows) << 32 | np.concatenate(codes))
        return Scan(len(captions), pairs >> 32, pairs & 0xFFFFFFFF, tuple(kinds))


@dataclass(frozen=True, slots=True)
class _Words:
    """The trigger words of a batch.

    Attributes:
        rows: The caption of each word, ascending; shape ``(words,)``.
        codes: The number of each word; shape ``(words,)``.
        names: The word of each number.
        masks: Which lexers each number wakes: bit i for lexer i.
        woken: Which lexers each caption wakes; shape ``(captions,)``.
    """

    rows: NDArray[np.int32]
    codes: NDArray[np.uint32]
    names: list[str]
    masks: NDArray[np.int64]
    woken: NDArray[np.int64]

    @classmethod
    def of(cls, lexers: tuple[Lexer, ...], captions: pl.Series) -> _Words:
        """Find them, in one pass."""
        pattern = _trigger_pattern(lexers)
        if not pattern:
            none = np.zeros(0, dtype=np.int64)
            return cls(none.astype(np.int32), none.astype(np.uint32), [], none, none)
        found = captions.str.extract_all(pattern)
        counts = found.list.len().to_numpy().astype(np.int64)
        rows = np.repeat(np.arange(len(captions), dtype=np.int32), counts)
        codes, names = encode(found.explode(empty_as_null=False))
        masks = np.array([_woken(lexers, name) for name in names], dtype=np.int64)
        woken = np.zeros(len(captions), dtype=np.int64)
        some = counts > 0
        if len(codes):
            woken[some] = np.bitwise_or.reduceat(masks[codes], (np.cumsum(counts) - counts)[some])
        return cls(rows, codes, names, masks, woken)

    def awake(self, index: int) -> NDArray[np.int64]:
        """The captions that a lexer reads, ascending."""
        return np.flatnonzero(self.woken & (1 << index))

    def as_hits(self, index: int, lexer: Lexer) -> tuple[NDArray[np.int64], NDArray[np.int64], list[Kind]]:
        """The words themselves as hits of a lexer of single words: rows, numbers of kinds, kinds."""
        kinds: dict[Kind, int] = {}
        code_of = np.full(len(self.names), -1, dtype=np.int64)
        for code in np.flatnonzero((self.masks >> index) & 1):
            name = self.names[code]
            kind = lexer.kind_of(ascii_image.decode(name) if lexer.unicode else name)
            if kind is not None:
                code_of[code] = kinds.setdefault(kind, len(kinds))
        mine = np.flatnonzero((code_of >= 0)[self.codes]) if len(self.codes) else np.zeros(0, dtype=np.int64)
        return self.rows[mine].astype(np.int64), code_of[self.codes[mine]], list(kinds)


@cache
def _trigger_pattern(lexers: tuple[Lexer, ...]) -> str:
    triggers = [
        ascii_image.translate(lexer.trigger) if lexer.unicode else lexer.trigger for lexer in lexers if lexer.trigger
    ]
    return f"(?i-u)(?:{'|'.join(triggers)})" if triggers else ""


@cache
def _woken(lexers: tuple[Lexer, ...], word: str) -> int:
    """Bit i is set when the word is a trigger of lexer i."""
    if any(lexer.unicode for lexer in lexers):
        word = ascii_image.decode(word)
    return sum(1 << i for i, lexer in enumerate(lexers) if lexer.trigger and lexer.wakes(word))
