"""The decision over a turn: small talk, then dispute, then what is unclear, then whether the documents answer it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tacit.dialogue.clarify.options import focus, options
from tacit.dialogue.decide.answerability import answerability, weighed
from tacit.dialogue.decide.clarity import Clarity
from tacit.dialogue.decide.reading import DEPTH, reading
from tacit.dialogue.decide.reasons import answer_reason, decline_reason, looked_for, partial_reason, unasked
from tacit.dialogue.decide.registry import read_signals
from tacit.dialogue.repair.claim import claim
from tacit.dialogue.replies import Decision
from tacit.dialogue.text.terms import content
from tacit.errors import EndpointError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.protocols import Situation, Verifier


class Unclear(Protocol):
    """What says whether a turn is no question for the documents, or not clear yet: `tacit.dialogue.decide.clarity`."""

    @property
    def thresholds(self) -> Mapping[str, float]:
        """By name of the score, the probability above which it holds."""
        ...

    def scores(self, situation: Situation, signals: Mapping[str, float | None]) -> Mapping[str, float]:
        """Probabilities of ``small_talk``, ``dispute`` and ``underspecified``."""
        ...


class CalibratedDecider:
    """Decides by signals and small models that were trained on conversations with labels.

    Args:
        risk: Largest share of the answered turns that should have been declined; without it, the line is drawn where
            the mean F1 of answering, answering in part and declining was best on conversations held out.
        verifier: Reads the passages as well; what it says is weighed with the models as independent evidence.
        share: Share of turns that have no answer where this is used; 11 %, as in the training data, if not given.
            Only counts with `risk`.
        unclear: Judges what comes before; `tacit.dialogue.decide.clarity.Clarity` if not given.

    Raises:
        UsageError: If the risk cannot be reached; the message says what can.

    Example:
        >>> from tacit.dialogue.protocols import Situation
        >>> from tacit.dialogue.records import Query
        >>> class Empty:
        ...     def passages(self): return 0
        ...     def frequency(self, term): return 0
        >>> query = Query("How heavy are llamas?", {"heavi": 1.0, "llama": 1.0})
        >>> nothing = Situation((), query.text, query, (), Empty())
        >>> CalibratedDecider().decide(nothing).kind
        'decline'
    """

    def __init__(
        self,
        risk: float | None = None,
        verifier: Verifier | None = None,
        *,
        share: float | None = None,
        unclear: Unclear | None = None,
    ) -> None:
        self._models, self._verifier = answerability(), verifier
        self._above = self._models.decline_above if risk is None else self._models.curve.point(risk, share).threshold
        self._unclear = unclear or Clarity()

    def decide(self, situation: Situation) -> Decision:
        """The decision, with all that was read for it."""
        signals = read_signals(situation)
        scores = {**self._unclear.scores(situation, signals), "unanswerable": self._unanswerable(situation, signals)}
        decision = self._before(situation, scores) or self._answerable(situation, signals, scores)
        return replace(decision, scores=scores, signals=signals)

    def _before(self, situation: Situation, scores: Mapping[str, float]) -> Decision | None:
        """What comes before the question whether there is an answer."""

        def so(name: str) -> bool:
            return scores[name] > self._unclear.thresholds[name]

        if so("small_talk"):
            return Decision("small_talk", "The turn asks nothing of the documents.")
        if so("dispute") and claim(situation).manner != "asks":  # to ask what was meant is a question like any other
            return Decision("repair", "The turn doubts the last reply or corrects it.")
        if not (situation.history or content(situation.turn)):
            return Decision("clarify", "The turn holds no word that can be looked for.")
        if so("underspecified") and not situation.clarified:
            noun = focus(situation)
            what = f"which {noun} is meant" if noun else "what exactly is meant"
            return Decision("clarify", f"Nothing said so far tells {what}.", options=options(situation, noun))
        return None

    def _answerable(self, situation: Situation, signals: dict[str, float | None], scores: dict[str, float]) -> Decision:
        """Decline, answer or answer in part; adds to the signals and scores."""
        seen, p = reading(situation), scores["unanswerable"]
        if self._verifier is not None and p < 1:
            found = self._verified(situation)
            signals[f"verifier.{self._verifier.name}"] = found
            p = p if found is None else weighed(p, found)
        scores["unanswerable"] = p
        if p < 1 and 0 < (signals["asked.open"] or 0.0) < 1:
            return Decision("partial", partial_reason(seen, unasked(seen)), looked_for=unasked(seen))
        if p > self._above:
            return Decision("decline", decline_reason(seen, signals, p, self._models), looked_for=looked_for(seen))
        scores["partial"] = self._models.partial.predict(signals)
        if scores["partial"] > self._models.partial_above and seen.missing and signals["asked.open"] != 0:
            return Decision("partial", partial_reason(seen), looked_for=looked_for(seen, missing=True))
        return Decision("answer", answer_reason(seen))

    def _unanswerable(self, situation: Situation, signals: Mapping[str, float | None]) -> float:
        """Probability, by what was found alone; 1 where nothing was, or nothing that holds a word of the question."""
        seen = reading(situation)
        if not seen.passages or (seen.focus and signals["coverage.all"] == 0 and signals["asked.open"] != 0):
            return 1.0
        return self._models.unanswerable(signals)

    def _verified(self, situation: Situation) -> float | None:
        if self._verifier is None:
            return None
        try:
            return self._verifier.verify(situation.query.text, [hit.passage for hit in situation.hits[:DEPTH]])
        except EndpointError:  # the models decide alone; that the signal is missing shows in the decision
            return None
