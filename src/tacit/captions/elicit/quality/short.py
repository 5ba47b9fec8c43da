"""Texts too short to state anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.quality.protocol import Check, register
from tacit.captions.elicit.quality.texts import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.captions.elicit.quality.protocol import Past
    from tacit.captions.elicit.records import Answer

_WORDS: Final = 3
_LETTERS: Final = 6
"""Letters that may say as much without blanks between words, as in Japanese."""


@register
class Short(Check):
    """“dog” and “two dogs” are no captions."""

    name = "too short"

    def of_answer(self, answer: Answer, past: Past) -> Iterator[str]:
        """Count words."""
        del past
        text = words(answer.text)
        ascii_only = answer.text.isascii()
        letters = sum(len(word) for word in text)
        if answer.nothing or len(text) >= _WORDS or (not ascii_only and letters >= _LETTERS):
            return
        size = {0: "no words", 1: "one word"}.get(len(text), f"{len(text)} words")
        yield f"The text has {size}; {_WORDS} or more are needed to state something about a picture."
