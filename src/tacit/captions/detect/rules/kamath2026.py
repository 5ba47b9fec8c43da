"""The keyword list of Kamath et al. 2026, "Scale Can't Overcome Pragmatics", appendix A.1, as a named baseline.

26 strings, English only, matched as whole words in lower-cased text. The paper says "string search" without naming
word boundaries; raw substrings ("another" for "not") give rates up to 14 times its published ones, bounded words
reproduce them.
"""

from __future__ import annotations

from tacit.captions.detect.lexer import Lexer, cue
from tacit.captions.detect.protocol import register
from tacit.captions.detect.rules_detector import RuleDetector

NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_VALUES = {word: n for n, word in enumerate(NUMBERS, start=2)} | {str(n): n for n in range(2, 11)}


def _lexer(type_: str, *keywords: str) -> Lexer:
    rules = tuple(cue(word.replace(" ", "-"), "keyword", word) for word in keywords)
    return Lexer(type_, rules, {}, f"kamath2026.{type_}", _VALUES.get)


@register
class Kamath2026(RuleDetector):
    """The paper's detector, word for word."""

    name = "kamath2026"
    version = "1"
    language = "en"
    validated = "published list; precision judged by its authors on 100 hits per corpus and type, recall never"
    lexers = (
        _lexer("counting", *NUMBERS, *(str(n) for n in range(2, 11))),
        _lexer("spatial", "on top of", "under", "left of", "right of"),
        Lexer(
            "negation",
            (cue("not", "keyword", "not"), cue("nt", "keyword", r"n't\b", bounded=False)),
            {},
            "kamath2026.negation",
        ),
        _lexer("temporal", "before", "after"),
    )
