"""A detector made of rules: a few lexers per type, each about one family of cues."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import polars as pl

from tacit.captions.detect.hits import Hit, Kind, Scan
from tacit.captions.detect.protocol import Detector

if TYPE_CHECKING:
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
        rows: list[NDArray[np.int64]] = []
        codes: list[NDArray[np.int64]] = []
        kinds: list[Kind] = []
        for lexer, wanted in zip(self.lexers, self._awake(captions), strict=True):
            if wanted is not None and not len(wanted):
                continue
            lexer_rows, lexer_codes, lexer_kinds = lexer.scan(captions if wanted is None else captions.gather(wanted))
            rows.append(lexer_rows if wanted is None else wanted[lexer_rows])
            codes.append(lexer_codes + len(kinds))
            kinds.extend(lexer_kinds)
        if not rows:
            return Scan(len(captions), np.zeros(0, np.int64), np.zeros(0, np.int64), ())
        all_rows = np.concatenate(rows)
        order = np.argsort(all_rows, kind="stable")
        return Scan(len(captions), all_rows[order], np.concatenate(codes)[order], tuple(kinds))

    def _awake(self, captions: pl.Series) -> list[NDArray[np.int64] | None]:
        """Per lexer, the captions that hold one of its trigger words; ``None`` for all."""
        pattern = _trigger_pattern(self.lexers)
        if not pattern or not len(captions):
            return [None] * len(self.lexers)
        found = captions.str.extract_all(pattern)
        words = found.explode(empty_as_null=False).cast(pl.Categorical)
        row_of_word = np.repeat(np.arange(len(captions), dtype=np.int64), found.list.len().to_numpy())
        codes = words.to_physical().to_numpy()
        distinct = words.unique()
        masks = np.zeros(int(codes.max()) + 1 if len(codes) else 1, dtype=np.int64)
        for code, word in zip(distinct.to_physical().to_numpy(), distinct.cast(pl.String), strict=True):
            masks[code] = _woken(self.lexers, word)
        mask_of_word = masks[codes]
        awake: list[NDArray[np.int64] | None] = []
        for index, lexer in enumerate(self.lexers):
            if not lexer.trigger:
                awake.append(None)
                continue
            hit = row_of_word[(mask_of_word >> index) & 1 == 1]
            awake.append(hit[np.concatenate(([True], hit[1:] != hit[:-1]))] if len(hit) else hit)
        return awake


@cache
def _trigger_pattern(lexers: tuple[Lexer, ...]) -> str:
    triggers = "|".join(lexer.trigger for lexer in lexers if lexer.trigger)
    unicode = any(lexer.unicode for lexer in lexers)
    return f"{'(?i)' if unicode else '(?i-u)'}(?:{triggers})" if triggers else ""


@cache
def _woken(lexers: tuple[Lexer, ...], word: str) -> int:
    """Bit i is set when the word is a trigger of lexer i."""
    return sum(1 << i for i, lexer in enumerate(lexers) if lexer.trigger and lexer.wakes(word))
