"""Terms of earlier turns at small weights: what makes "and how much do they weigh?" findable without a model."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.pronouns import dangling
from tacit.dialogue.records import Query
from tacit.dialogue.resolve.shift import Shift, shift_from
from tacit.dialogue.text.terms import content, terms
from tacit.errors import UsageError

if TYPE_CHECKING:
    from tacit.dialogue.records import Turn

_TURNS: Final = 40
"""Earlier turns that are read. Further back, weights are below a thousandth of the last turn's."""
_TERMS: Final = 1000
"""Terms of one query, the heaviest: a pasted book in the history must not become a query of a book."""
_CHARACTERS: Final = 20_000
"""Read of each earlier turn, as long as a turn may be."""
_MOST: Final = {"length": 20.0, "pointing": 4.0}
"""Largest settings; those not named are shares."""
_TOPIC: Final = 1000
"""Characters of user turns in one text for dense retrieval: what models of 256 tokens read."""


@dataclass(frozen=True, slots=True)
class HistoryWeights:
    """How much earlier turns count beside the last one, of which every term counts 1.

    Chosen on the 777 queries of MTRAG by recall@5 plus nDCG@5, after about 400 settings were looked at, so what they
    are worth there is a little too good: chosen anew in conversation-grouped cross-validation, sixteen settings near
    these give .256 of recall@5 on the open domains in the place of .262. The optimum is flat: half or twice of any one
    of them costs at most .016.

    Attributes:
        user: Of a term of the user's turn before the last one.
        user_decay: Factor for each user turn further back. Half, because from the sixth turn on .7 lets the first
            question drown the last one.
        answer: Of a term of the last answer. Answers are long: at .1 they outvote the question.
        answer_decay: Factor for each answer further back. Reading all answers rather than the last one is worth .016.
        length: Distinct content terms of a turn at which the weights above hold as they stand.
        pointing: Factor for all history if the turn holds a pronoun that nothing in it stands behind ("How heavy are
            they?"): what is asked about stands in the history only. Worth .003 of recall@5 on the open domains, .006 on
            govt, .021 on MTRAG-UN, where it was not chosen; from 1.25 to 2 it is flat.
        length_power: Weights times ``(length / terms) ** length_power``: short turns lean more on what was said. Worth
            .003 over all domains.
        shifted: Factor for all history if the turn opens a new topic. It is left alone: at weights this small the old
            topic does not drown a new one (recall@5 at the shifts of stitched conversations is .415 with all history,
            .410 with half of it or none), and turns that are taken for a shift by mistake lose.
        topic: Share of the vector of all user turns in dense retrieval, the rest is the last turn's.
    """

    user: float = 0.1
    user_decay: float = 0.5
    answer: float = 0.05
    answer_decay: float = 0.65
    pointing: float = 1.75
    length: float = 3.0
    length_power: float = 0.25
    shifted: float = 1.0
    topic: float = 0.4

    def __post_init__(self) -> None:
        for field in fields(self):
            value, most = getattr(self, field.name), _MOST.get(field.name, 1.0)
            if not (math.isfinite(value) and 0 <= value <= most) or (field.name == "length" and value == 0):
                raise UsageError(f"The history weight {field.name} is {value}; it has to be between 0 and {most:g}.")


class WeightedHistory:
    """A resolver that adds the terms of earlier turns at weights that fade with age.

    In the manner of historical query expansion (Yang et al. 2019, Query and Answer Expansion from Conversation History,
    TREC CAsT), with soft weights in the place of thresholds: a turn that stands alone keeps its own terms in front.

    Args:
        weights: How much earlier turns count.

    Example:
        >>> from tacit.dialogue.records import Turn
        >>> history = [Turn("user", "Where do llamas live?"), Turn("assistant", "In the Andes.")]
        >>> query = WeightedHistory().resolve(history, "How heavy are they?")
        >>> {term: round(weight, 2) for term, weight in query.terms.items()}
        {'heavi': 1.0, 'live': 0.23, 'llama': 0.23, 'andes': 0.12}
        >>> query.note
        'with terms of 2 earlier turns'
    """

    def __init__(self, weights: HistoryWeights | None = None) -> None:
        self._weights = weights or HistoryWeights()

    def resolve(self, history: Sequence[Turn], turn: str) -> Query:
        """The query: terms of the last turn at 1 for each time they occur, those of earlier turns far below.

        Without history it is the last turn alone. A turn of nothing but common words is looked for by what was said
        before, and if nothing was, by its common words.

        Args:
            history: Earlier turns, oldest first; the last 40 are read.
            turn: What the user says now.

        Raises:
            MissingExtraError: If the stemmer is not installed.
        """
        turn = turn.strip()
        recent = history[-_TURNS:]
        known = [(said.role, set(content(said.text[:_CHARACTERS]))) for said in recent]
        own = Counter(content(turn))
        shift = shift_from(set().union(*(found for _, found in known)), own.keys(), turn)
        weights = self._earlier(known, self._scale(turn, len(own), shift))
        for term, count in (own if own or weights else Counter(terms(turn))).items():
            weights[term] += count
        heaviest = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:_TERMS]
        said = [earlier.text for earlier in recent if earlier.role == "user"]
        return Query(
            turn,
            {term: weight for term, weight in heaviest if weight > 0},
            self._parts(said, turn, shift),
            _note(len(recent), shift),
        )

    def _scale(self, turn: str, length: int, shift: Shift) -> float:
        """How much a turn leans on what was said, beside one of middle length that points at nothing."""
        chosen = self._weights
        scale = math.pow(chosen.length / max(length, 1), chosen.length_power)
        return scale * (chosen.shifted if shift.shifted else 1.0) * (chosen.pointing if dangling(turn) else 1.0)

    def _earlier(self, known: Sequence[tuple[str, set[str]]], scale: float) -> defaultdict[str, float]:
        """Weights of the terms of earlier turns: a term that comes up often adds up."""
        chosen = self._weights
        weights: defaultdict[str, float] = defaultdict(float)
        age = 0
        for role, found in reversed(known):
            if role == "user":
                weight = chosen.user * chosen.user_decay**age
                age += 1
            else:
                weight = chosen.answer * chosen.answer_decay**age
            for term in found:
                weights[term] += weight * scale
        return weights

    def _parts(self, said: Sequence[str], turn: str, shift: Shift) -> tuple[tuple[str, float], ...]:
        """The last turn and all of the user's turns: two vectors, as one text would blur the last turn."""
        topic = self._weights.topic * (self._weights.shifted if shift.shifted else 1.0)
        if not said or topic == 0:
            return ((turn, 1.0),)
        joined = [turn]
        for text in reversed(said):
            if sum(map(len, joined)) + len(text) > _TOPIC:
                break
            joined.insert(0, text)
        return ((turn, 1.0 - topic), (" ".join(joined), topic))


def _note(earlier: int, shift: Shift) -> str:
    if not earlier:
        return ""
    note = f"with terms of {earlier} earlier {'turn' if earlier == 1 else 'turns'}"
    return f"{note}; this looks like a new topic" if shift.shifted else note
