"""Whether what was found is still what was spoken of before."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.reading import DEPTH, read_passage
from tacit.dialogue.decide.registry import signal
from tacit.dialogue.decide.signals.definite import open_phrases, rarity
from tacit.dialogue.text.terms import content, terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.protocols import Situation

_FOCUS: Final = 6
_DECAY: Final = 0.7


@signal
class Linked:
    """For turns with an open phrase (see `Definite`) that have turns before them.

    ``sentences``: of the sentences found that hold the open noun, the share that also hold, or have in their title, a
    word that earlier turns were about; ``passages``: the share of the passages that hold a third of those words.
    """

    name = "linked"

    def read(self, situation: Situation) -> Mapping[str, float | None]:
        """See the class."""
        heads = {term for phrase in open_phrases(situation) for term in terms(phrase.head)}
        focus = _focus(situation) if heads else set()
        if not focus or not situation.hits:
            return {"linked.sentences": None, "linked.passages": None}
        read = [read_passage(hit.passage) for hit in situation.hits[:DEPTH]]
        about = [
            (sentence.held | passage.title.held) & focus
            for passage in read
            for sentence in passage.sentences
            if sentence.held & heads
        ]
        return {
            "linked.sentences": sum(map(bool, about)) / len(about) if about else 0.0,
            "linked.passages": sum(len(passage.held & focus) >= len(focus) / 3 for passage in read) / len(read),
        }


def _focus(situation: Situation) -> set[str]:
    """The rarest terms of earlier questions, later ones counting more, without those of the turn itself."""
    mine, weight = set(content(situation.turn)), defaultdict[str, float](float)
    for age, turn in enumerate(turn for turn in reversed(situation.history) if turn.role == "user"):
        for term in set(content(turn.text)) - mine:
            weight[term] += _DECAY**age * rarity(situation.statistics, term)
    return {term for term, _ in sorted(weight.items(), key=lambda item: (-item[1], item[0]))[:_FOCUS]}
