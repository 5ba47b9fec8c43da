"""Whether the documents support what was answered, what the user holds, or neither."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from tacit.dialogue.decide.signals.definite import rarity
from tacit.dialogue.repair.claim import Claim, claim
from tacit.dialogue.repair.conflicts import Statement, conflicts, statements
from tacit.dialogue.repair.subject import subject
from tacit.dialogue.repair.values import Value, states, values
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.dialogue.protocols import Situation
    from tacit.dialogue.records import Hit, Span

Verdict = Literal["kept", "corrected", "open"]

_DEPTH: Final = 10
_ON_IT: Final = 0.5
"""Share of the words of a claim with values that a sentence must hold to support it ..."""
_HELD: Final = 0.7
"""... and of one without."""
_WHOLE: Final = 3
"""Content words that make a statement."""
_NOT: Final = re.compile(r"\b(?:not|no|never|none|neither|nor|cannot|without|\w+n['’]t)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the documents say to a dispute.

    Attributes:
        verdict: ``kept`` if they support the answer alone, ``corrected`` if the claim alone, else ``open``.
        claim: What was judged.
        answer: A sentence that supports the answer.
        against: A sentence that supports the claim.
        conflicts: Sentences that state different values for the same thing, one of which answers the question.
        says: Where neither side is supported, a sentence that answers the question.
    """

    verdict: Verdict
    claim: Claim
    answer: Span | None = None
    against: Span | None = None
    conflicts: tuple[tuple[Span, Span], ...] = ()
    says: Span | None = None


def judge_claim(situation: Situation, hits: Sequence[Hit]) -> Judgement:
    """Judge the claim of a turn against the last answer.

    Only sentences on what the question was about count, and of those the ones that answer it: see
    `tacit.dialogue.repair.subject`. One supports a side if it states a value of that side, and of that side only.
    Without values to tell them apart it has to hold most of the words of the side, and to deny what that side denies.

    Args:
        situation: The turn that disputes.
        hits: What was found for `tacit.dialogue.repair.claim.query`, best first.
    """
    made = claim(situation)
    if not made.disputes:
        return Judgement("open", made)
    known = values(made.question)
    mine = {value for value in values(f"– {made.answer}") if not states(known, value)}
    theirs = {value for value in values(f"– {made.text}") if not states(known, value)}
    only_mine = {value for value in mine if not states(frozenset(theirs), value)}
    only_theirs = {value for value in theirs if not states(frozenset(mine), value)}
    kinds = {value.kind for value in only_theirs}
    rivals = {value for value in only_mine if value.kind in kinds} if kinds else only_mine
    about, held = subject(situation, made), _weights(situation, made.text)
    on_it = [each for hit in hits[:_DEPTH] for each in statements(hit) if about.covers(each)]
    found = about.answering(on_it)
    answered = _weights(situation, "" if only_theirs else made.answer)
    answer = _stating(found, rivals, only_theirs) or _quoted(found, made) or _saying(answered, found, made.answer)
    # A value alone corrects a value of the answer; where there is none to correct it takes a whole statement.
    whole = [each for each in found if _share(held, each) >= (_ON_IT if rivals and only_theirs else _HELD)]
    against = _stating(whole, only_theirs, rivals) if only_theirs else _saying(held, whole, made.text)
    if not (rivals or about.names) and len(set(content(made.text))) < _WHOLE:
        against = None
    if made.manner == "doubts":
        against = None
    verdict: Verdict = "open" if bool(answer) == bool(against) else "kept" if answer else "corrected"
    stated = {each.span for each in found}
    pairs = tuple(pair for pair in conflicts(hits) if not stated.isdisjoint(pair))
    says = found[0].span if found and about.names and not (answer or against) else None
    return Judgement(verdict, made, answer, against, pairs, says)


def _weights(situation: Situation, text: str) -> dict[str, float]:
    return {term: rarity(situation.statistics, term) for term in sorted(set(content(text)))}


def _share(weights: dict[str, float], statement: Statement) -> float:
    """Share of the words of a text, by rarity, that a sentence or its title holds; 1 of a text without any."""
    total = sum(weights.values())
    held = statement.about | statement.title
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 1.0


def _stating(found: Sequence[Statement], wanted: set[Value], others: set[Value]) -> Span | None:
    """The first sentence that states one of the values and none of the others."""
    for each in found:
        if any(states(each.values, value) for value in wanted) and not any(states(each.values, v) for v in others):
            return each.span
    return None


def _quoted(found: Sequence[Statement], made: Claim) -> Span | None:
    """The first sentence that the answer had word for word, and that says nothing of what is held against it."""
    answer, held = " ".join(made.answer.split()), set(content(made.text))
    for each in found:
        if " ".join(each.span.text.split()) in answer and not (held and held <= each.about):
            return each.span
    return None


def _saying(weights: dict[str, float], found: Sequence[Statement], text: str) -> Span | None:
    """The sentence that holds most of the words of a text, if it is enough of them and denies no less and no more."""
    if not weights:
        return None
    shares = [(_share(weights, each), -at, each) for at, each in enumerate(found)]
    best = max(shares, default=(0.0, 0, None), key=lambda entry: entry[:2])
    if best[2] is None or best[0] < _HELD or bool(_NOT.search(text)) != bool(_NOT.search(best[2].span.text)):
        return None
    return best[2].span
