"""How fully the passages treat what the question is about."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.reading import reading, share
from tacit.dialogue.decide.registry import signal
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.dialogue.decide.reading import PassageRead
    from tacit.dialogue.protocols import Situation

_HALF: Final = 1.2
"""Occurrences of a term that count half of what endless ones would: k1 of BM25."""

_NAMES: Final = ("depth", "sentence", "best", "mass", "passage", "all", "phrase")


@signal
class Coverage:
    """Numbers between 0 and 1, but for ``mass``.

    ``depth``: the focus in the passage that treats it most, each term by how often it occurs there
    (``tf / (tf + 1.2)``) and by how rare it is; ``sentence``: the largest share of the focus that a single sentence
    holds; ``best``: that a sentence with its title holds; ``mass``: what the terms say that it holds, as a sum of their
    rareness; ``passage``: the share for a passage with its title; ``all``: for all passages together; ``phrase``: the
    share of the question's pairs of content words that stand side by side somewhere.
    """

    name = "coverage"

    def read(self, situation: Situation) -> Mapping[str, float | None]:
        """See the class; all missing where the question has no focus or nothing was found."""
        seen = reading(situation)
        if not seen.focus or not seen.passages:
            return dict.fromkeys(f"coverage.{name}" for name in _NAMES)
        mass, words = sum(seen.focus.values()), content(situation.query.text)
        pairs = list(dict.fromkeys(pairwise(words)))
        depths, best = [], 0.0
        for passage, row in zip(seen.passages, seen.sentences, strict=True):
            counts = {term: sum(one.terms.count(term) for one in passage.sentences) for term in seen.focus}
            if passage.title.held.isdisjoint(seen.focus):
                best = max(best, *row, 0.0)
            else:
                best = max(best, *(share(seen.focus, one.held | passage.title.held) for one in passage.sentences), 0.0)
            depths.append(sum(seen.focus[term] * n / (n + _HALF) for term, n in counts.items()) / mass)
        return {
            "coverage.depth": max(depths),
            "coverage.sentence": max((value for row in seen.sentences for value in row), default=0.0),
            "coverage.best": best,
            "coverage.mass": best * mass,
            "coverage.passage": max(share(seen.focus, passage.held) for passage in seen.passages),
            "coverage.all": share(seen.focus, frozenset().union(*(passage.held for passage in seen.passages))),
            "coverage.phrase": sum(_stand_together(pair, seen.passages) for pair in pairs) / len(pairs)
            if pairs
            else None,
        }


def _stand_together(pair: tuple[str, str], passages: Sequence[PassageRead]) -> bool:
    wanted = frozenset(pair)
    return any(
        pair in pairwise(one.terms)
        for passage in passages
        if wanted <= passage.held
        for one in (passage.title, *passage.sentences)
        if wanted <= one.held
    )
