"""Steps to compare with: what peers ship, a cut-off on scores, a sham; and ways to switch off parts of tacit's own."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.dialogue.records import Query, Span
from tacit.dialogue.replies import Decision
from tacit.dialogue.text.terms import content, terms

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tacit.dialogue.protocols import Compressor, Decider, Situation
    from tacit.dialogue.records import Hit, Turn
    from tacit.dialogue.replies import Kind

_NOTHING: Final = Decision("decline", "Nothing was found.")


class LastTurn:
    """A resolver that looks for the last turn and nothing else.

    Example:
        >>> dict(LastTurn().resolve((), "How heavy are they?").terms)
        {'heavi': 1.0}
    """

    def resolve(self, history: Sequence[Turn], turn: str) -> Query:
        """See `tacit.dialogue.protocols.Resolver.resolve`."""
        found = Counter(content(turn) or terms(turn))
        return Query(turn, {term: float(count) for term, count in found.items()}, ((turn, 1.0),))


class AlwaysAnswer:
    """A decider that answers whenever anything was found."""

    def decide(self, situation: Situation) -> Decision:
        """See `tacit.dialogue.protocols.Decider.decide`."""
        return Decision("answer", "Something was found.") if situation.hits else _NOTHING


class WholePassages:
    """A compressor that shows whole passages, best first, to the number of words; at least one."""

    def compress(self, situation: Situation, budget: int, shown: Collection[str] = ()) -> list[Span]:
        """See `tacit.dialogue.protocols.Compressor.compress`."""
        spans: list[Span] = []
        left = budget
        for hit in situation.hits:
            left -= len(hit.passage.text.split())
            if left < 0 and spans:
                break
            spans.append(Span(hit.passage, 0, len(hit.passage.text)))
        return spans


class Watched:
    """A compressor that remembers what it showed.

    Args:
        inner: What chooses.
    """

    def __init__(self, inner: Compressor) -> None:
        self._inner = inner
        self._spans: list[Span] = []

    def compress(self, situation: Situation, budget: int, shown: Collection[str] = ()) -> list[Span]:
        """See `tacit.dialogue.protocols.Compressor.compress`."""
        self._spans = self._inner.compress(situation, budget, shown)
        return self._spans

    def take(self) -> str:
        """What was shown since it was last asked; empty if nothing was."""
        spans, self._spans = self._spans, []
        return "\n".join(span.text for span in spans)


@dataclass(frozen=True, slots=True)
class Only:
    """A decider of which some decisions are switched off.

    Attributes:
        inner: Decides.
        kinds: Decisions that are left as they are. In the place of small talk, a question back or a repair that is not
            among them comes what `reader` says, in the place of everything else an answer.
        reader: Decides by the passages alone.
    """

    inner: Decider
    kinds: frozenset[Kind]
    reader: Decider

    def decide(self, situation: Situation) -> Decision:
        """See `tacit.dialogue.protocols.Decider.decide`."""
        decision = self.inner.decide(situation)
        if decision.kind in {"clarify", "repair", "small_talk"} and decision.kind not in self.kinds:
            decision = self.reader.decide(situation)
        return decision if decision.kind in self.kinds else AlwaysAnswer().decide(situation)


class Reader:
    """A decider that knows neither small talk nor disputes nor vague turns: tacit's own without `Clarity`."""

    thresholds: Final[Mapping[str, float]] = {"small_talk": 1.0, "dispute": 1.0, "underspecified": 1.0}

    def __init__(self) -> None:
        from tacit.dialogue.decide.decider import CalibratedDecider

        self._inner = CalibratedDecider(unclear=self)

    def scores(self, situation: Situation, signals: Mapping[str, float | None]) -> Mapping[str, float]:
        """Nothing is unclear."""
        return dict.fromkeys(self.thresholds, 0.0)

    def decide(self, situation: Situation) -> Decision:
        """See `tacit.dialogue.protocols.Decider.decide`."""
        return self._inner.decide(situation)


@dataclass(frozen=True, slots=True)
class AtRandom:
    """The sham: decisions as frequent as those of the decider under test, made without looking.

    What is drawn depends on the seed and on what is said, so that it is the same in every run.

    Attributes:
        shares: How often each decision is made; they sum to 1.
        seed: Of what is drawn.
    """

    shares: Mapping[Kind, float]
    seed: int

    def decide(self, situation: Situation) -> Decision:
        """See `tacit.dialogue.protocols.Decider.decide`."""
        draw = random.Random(f"sham {self.seed} {len(situation.history)} {situation.turn}")  # noqa: S311
        kind = draw.choices(list(self.shares), list(self.shares.values()))[0]
        return Decision(kind, "Drawn at random.") if situation.hits else _NOTHING


@dataclass(frozen=True, slots=True)
class CutOff:
    """What peers offer: answers if the best passage's score reaches a threshold, and declines below.

    Attributes:
        least: The threshold.
    """

    least: float

    def decide(self, situation: Situation) -> Decision:
        """See `tacit.dialogue.protocols.Decider.decide`."""
        if best_score(situation.hits) >= self.least:
            return AlwaysAnswer().decide(situation)
        return Decision("decline", "No passage has a score that high.")


def best_score(hits: Sequence[Hit]) -> float:
    """Score of the best passage; 0 if there is none."""
    return hits[0].score if hits else 0.0
