"""What a term of the passages is worth: how probable it is that a good answer uses it.

A logistic regression over what can be read of the question, the conversation and the places where the term stands. Its
weights were fitted on the replies that people wrote in MTRAG (``benchmarks/compress.py --fit``); MTRAG-UN checks them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from operator import mul
from typing import TYPE_CHECKING, Final

from tacit.dialogue.compress.units import Unit, units
from tacit.dialogue.text.terms import content
from tacit.dialogue.text.weights import weighed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.dialogue.protocols import Situation
    from tacit.dialogue.records import Passage


@dataclass(frozen=True, slots=True)
class Features:
    """What is read of a term; as weights, what each counts in log-odds.

    Attributes:
        bias: 1.
        repeated: Logarithm of the number of sentences that hold it.
        asked: Its weight in the query, at most 2.
        in_turn: Whether the last turn holds it.
        lead: 1 over the place (from 1) of the first sentence that holds it, in the passage where that is soonest.
        last_answer: Whether the last answer holds it.
        earlier_answers: Whether an answer before that holds it.
        beside: Most of the query that a sentence holding it covers.
        near: Most of the query that a neighbour of a sentence holding it covers.
        passage: Most of the query that a passage holding it covers, as a share of the best passage.
        share: Share of the sentences that hold it.
    """

    bias: float
    repeated: float
    asked: float
    in_turn: float
    lead: float
    last_answer: float
    earlier_answers: float
    beside: float
    near: float
    passage: float
    share: float


WEIGHTS: Final = Features(-2.34, 0.51, 0.69, 0.63, 0.96, 0.22, 0.26, 0.90, 0.57, -0.71, 0.91)
"""Of two fits the one that keeps more on MTRAG (.711 against .710 of the terms at 30 % of the words, .857 against .852
at 50 %): it took shares of the query over the terms that the passages hold. ``--fit`` gives the other."""
NAMES: Final = tuple(field.name for field in fields(Features))


def query_weights(
    situation: Situation, power: float = 1.0, least: Mapping[str, float] | None = None
) -> dict[str, float]:
    """The terms of the query, each with its share: weight times inverse document frequency, adding up to 1.

    Args:
        situation: The turn.
        power: To which the weights are raised first. Above 1, terms of earlier turns, of which there are many at small
            weights, count less beside those of the last turn.
        least: What terms weigh at least.
    """
    weights = {term: weight**power for term, weight in situation.query.terms.items()}
    weights.update({term: max(weight, weights.get(term, 0.0)) for term, weight in (least or {}).items()})
    asked = weighed(weights, situation.statistics)
    total = math.fsum(asked.values())
    return {term: weight / total for term, weight in asked.items()} if total else {}


def relevance(asked: Mapping[str, float], passage: Passage) -> float:
    """The share of the query that a passage covers, between 0 and 1."""
    return covered(asked, frozenset().union(*(unit.terms for unit in units(passage))))


def covered(asked: Mapping[str, float], held: frozenset[str]) -> float:
    """The share of the query that some terms cover."""
    return math.fsum(asked[term] for term in held if term in asked)


def term_worth(
    situation: Situation, asked: Mapping[str, float], passages: Sequence[Passage], weights: Features = WEIGHTS
) -> dict[str, float]:
    """How probable it is for each content term of the passages that a good answer uses it.

    Args:
        situation: The turn.
        asked: See `query_weights`.
        passages: What is chosen from, best first.
        weights: What each feature counts.
    """
    by = [getattr(weights, name) for name in NAMES]
    return {
        term: 1 / (1 + math.exp(-sum(map(mul, by, row))))
        for term, row in term_features(situation, asked, passages).items()
    }


def term_features(
    situation: Situation, asked: Mapping[str, float], passages: Sequence[Passage]
) -> dict[str, tuple[float, ...]]:
    """What is read of each content term of the passages, in the order of `NAMES`."""
    read = [_sentences(units(passage)) for passage in passages]
    whole = [covered(asked, frozenset().union(*sentences)) for sentences in read]
    most = max(whole, default=0.0) or 1.0
    # By term: sentences that hold it, and the largest lead, beside, near and passage.
    places: dict[str, list[float]] = {}
    for sentences, share in zip(read, whole, strict=True):
        row = [0.0, *(covered(asked, held) for held in sentences), 0.0]
        for number, held in enumerate(sentences):
            here = (1 / (1 + number), row[number + 1], max(row[number], row[number + 2]), share / most)
            for term in held:
                kept = places.get(term)
                places[term] = [1.0, *here] if kept is None else [kept[0] + 1, *map(max, kept[1:], here)]
    turn = frozenset(content(situation.turn))
    answers = [frozenset(content(said.text)) for said in situation.history if said.role == "assistant"]
    last, earlier = (answers or [frozenset[str]()])[-1], frozenset[str]().union(*answers[:-1])
    total = max(sum(map(len, read)), 1)
    terms = situation.query.terms
    return {
        term: (
            1.0,
            math.log(count),
            min(terms.get(term, 0.0), 2.0),
            float(term in turn),
            lead,
            float(term in last),
            float(term in earlier),
            beside,
            near,
            passage,
            count / total,
        )
        for term, (count, lead, beside, near, passage) in places.items()
    }


def _sentences(pieces: Sequence[Unit]) -> list[frozenset[str]]:
    held: dict[int, frozenset[str]] = {}
    for unit in pieces:
        held[unit.sentence] = held.get(unit.sentence, frozenset()) | unit.terms
    return list(held.values())
