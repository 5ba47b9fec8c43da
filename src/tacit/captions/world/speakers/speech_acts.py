"""The Rational Speech Acts model: what a caption tells, weighed against what it costs.

A speaker in scene s chooses among alternatives u, all true of s, by

    S1(u | s, Q)  proportional to  exp(alpha * U(u; s, Q)),
    U(u; s, Q)    = sum over q in Q of log L0(q(s) | u)  -  cost(u)

(Frank & Goodman 2012, Science 336:998; Goodman & Frank 2016, Trends in Cognitive Sciences 20:818; Degen 2023,
Annual Review of Linguistics 9:519). Q holds the questions under discussion; q(s) is the answer to q in s, and the
literal listener L0 need only get that right (Kao et al. 2014, PNAS 111:12002).

*Alternatives.* Every alternative names everything that is there, and tells or leaves out each type that there is
something to report of. So all of them are taken to answer "what is there?", the only question that
a caption has by itself, equally well, and without another question only cost tells them apart.

*Literal listener.* If u tells a type, L0(q(s) | u) = 1. If not, L0 guesses from the world's prior: a count is one of
the 9 from 2 to 10; a relation is one of 4, of any one of the things to the landmark; before and after are equally
likely; and where somebody asks whether a thing is absent, its presence was expected (Wason 1965, Journal of Verbal
Learning and Verbal Behavior 4:7; Nordmeyer & Frank 2014, Proceedings of CogSci: a negation is produced and understood
with ease where the positive is expected), so L0 puts only 1 - `Mind.expected` on absence.

*Cost.* Every type told takes effort (counting, choosing a frame of reference, thinking of what is not there, inferring
what is not pictured) and words.

Each type is in Q with a probability of its own, independently: the one knob. U is a sum over types, hence S1 factors
over types and the share of captions that state a type is linear in its probability; see `question_rate`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations
from math import exp, inf, log
from typing import TYPE_CHECKING, Final

from tacit.captions.world.scene import MOST, PHASES, RELATIONS
from tacit.captions.world.speakers.telling import Situation, situation_of
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.captions.world.scene import Scene
    from tacit.captions.world.speakers.telling import Choices

WORDS: Final = {"counting": 1, "spatial": 1, "negation": 4, "temporal": 1}
"""Words that telling a type adds to a caption, in English and about as many elsewhere."""

DRAWN: Final = {
    Situation(("counting", "negation"), 1): 1 / 3,
    Situation(("spatial", "negation"), 2): 1 / 6,
    Situation(("spatial", "negation"), 3): 1 / 6,
    Situation(("spatial", "negation", "temporal"), 2): 1 / 6,
    Situation(("spatial", "negation", "temporal"), 3): 1 / 6,
}
"""Probability of each situation among scenes of `tacit.captions.world.scene.draw_scene`."""


@dataclass(frozen=True, slots=True)
class Mind:
    """What makes a speaker choose as it does.

    With the defaults a type is told in under 0.1 % of the scenes with something to report if nobody asks, and in over
    99.8 % if somebody does. Between these lie the rates that a speaker can be set to.

    Attributes:
        alpha: How strictly it chooses the most useful alternative; 0 chooses blindly.
        effort: Cost of telling a type, in nats.
        word: Cost of a word, in nats.
        expected: How likely a thing was thought to be present when somebody asks whether it is absent, 0 to 1.

    Raises:
        UsageError: If a number is negative or infinite, or `expected` is not below 1.
    """

    alpha: float = 20.0
    effort: float = 0.35
    word: float = 0.02
    expected: float = 0.95

    def __post_init__(self) -> None:
        if not (all(0 <= at < inf for at in (self.alpha, self.effort, self.word)) and 0 <= self.expected < 1):
            raise UsageError(f"{self} must not have negative or infinite numbers, and `expected` must be below 1.")

    def cost(self, told: Sequence[str]) -> float:
        """What telling these types costs, in nats."""
        return sum(self.effort + self.word * WORDS[type_] for type_ in told)

    def guess(self, type_: str, situation: Situation) -> float:
        """L0(q(s) | u) where u does not tell the type: the listener's chance of guessing right."""
        if type_ == "counting":
            return 1 / (MOST - 1)
        if type_ == "spatial":
            return 1 / (len(RELATIONS) * (situation.sorts - 1))  # all sorts but the landmark's can be placed
        return 1 / len(PHASES) if type_ == "temporal" else 1 - self.expected


@cache
def choices(situation: Situation, questions: frozenset[str], mind: Mind) -> Choices:
    """S1: how likely each alternative is.

    Args:
        situation: What there is to report of.
        questions: Q, the types under discussion.
        mind: The speaker's.

    Example:
        >>> here = Situation(("counting", "negation"), 1)
        >>> [(types, round(p, 4)) for types, p in choices(here, frozenset({"counting"}), Mind())]
        [((), 0.0), (('counting',), 0.9998), (('negation',), 0.0), (('counting', 'negation'), 0.0002)]
    """
    ways = tuple(chain.from_iterable(combinations(situation.types, many) for many in range(len(situation.types) + 1)))
    utilities = [
        sum(log(mind.guess(q, situation)) for q in situation.types if q in questions and q not in told)
        - mind.cost(told)
        for told in ways
    ]
    best = max(utilities)
    weights = [exp(mind.alpha * (utility - best)) for utility in utilities]
    return tuple((told, weight / sum(weights)) for told, weight in zip(ways, weights, strict=True))


def expected_rate(
    type_: str, question: float, mind: Mind | None = None, world: Mapping[Situation, float] | None = None
) -> float:
    """The exact share of captions that state a type.

    Args:
        type_: One of the four types.
        question: Probability that it is under discussion, where there is something to report. By the independence of
            types it does not matter which other questions there are.
        mind: The speaker's.
        world: Probability of each situation; `DRAWN` when ``None``.

    Example:
        >>> round(expected_rate("counting", 1.0), 4), round(expected_rate("counting", 0.0), 4)
        (0.3333, 0.0002)
    """
    mind, rate = mind or Mind(), 0.0
    for situation, share in (DRAWN if world is None else world).items():
        for questions, likely in ((frozenset({type_}), question), (frozenset[str](), 1 - question)):
            rate += share * likely * sum(p for told, p in choices(situation, questions, mind) if type_ in told)
    return rate


def question_rate(
    type_: str, rate: float, mind: Mind | None = None, world: Mapping[Situation, float] | None = None
) -> float:
    """How often a type must be under discussion for a share of captions to state it.

    The share is linear in that probability, so two values give it exactly.

    Args:
        type_: One of the four types.
        rate: Wanted share of all captions.
        mind: The speaker's.
        world: Probability of each situation; `DRAWN` when ``None``.

    Returns:
        The probability, 0 to 1.

    Raises:
        UsageError: If no probability gives the rate; the message says between which rates one would.

    Example:
        >>> round(question_rate("spatial", 0.037), 4)
        0.0549
    """
    world = DRAWN if world is None else world
    low, high = (expected_rate(type_, question, mind, world) for question in (0.0, 1.0))
    if not low <= rate <= high or low == high:
        raise UsageError(
            f"The speaker cannot be set to state {type_} in a share of {rate:g} of its captions: without the question "
            f"it states {type_} in {low:.3g} of them, and if it is always asked in {high:.3g}. There is something to "
            f"report in {_opportunity(type_, world):.3g} of these scenes."
        )
    return (rate - low) / (high - low)


def _opportunity(type_: str, world: Mapping[Situation, float]) -> float:
    return sum(share for situation, share in world.items() if type_ in situation.types)


def situations(scenes: Sequence[Scene]) -> dict[Situation, float]:
    """Share of each situation among scenes that were not drawn by `draw_scene`."""
    counts = Counter(map(situation_of, scenes))
    return {situation: many / len(scenes) for situation, many in counts.items()}
