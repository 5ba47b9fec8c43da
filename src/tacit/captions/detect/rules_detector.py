"""A detector made of rules: one lexer per type."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from tacit.captions.detect.hits import Hit, Kind, Scan
from tacit.captions.detect.protocol import Detector

if TYPE_CHECKING:
    import polars as pl

    from tacit.captions.detect.lexer import Lexer


class RuleDetector(Detector):
    """Runs the lexers of a language side by side; types never compete for text, rules within a type do.

    Attributes:
        lexers: One per type.
    """

    lexers: ClassVar[tuple[Lexer, ...]]

    def detect(self, caption: str) -> list[Hit]:
        """List the hits of one caption, by the reference implementation."""
        hits = [hit for lexer in self.lexers for hit in lexer.find(caption)]
        return sorted(hits, key=lambda h: (h.start, h.end, h.kind))

    def scan(self, captions: pl.Series) -> Scan:
        """Detect in a batch, by the fast path; equals `detect` on every caption."""
        rows: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
        codes: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
        kinds: list[Kind] = []
        for lexer in self.lexers:
            lexer_rows, lexer_codes, lexer_kinds = lexer.scan(captions)
            rows.append(lexer_rows)
            codes.append(lexer_codes + len(kinds))
            kinds.extend(lexer_kinds)
        all_rows = np.concatenate(rows)
        order = np.argsort(all_rows, kind="stable")
        return Scan(len(captions), all_rows[order], np.concatenate(codes)[order], tuple(kinds))
