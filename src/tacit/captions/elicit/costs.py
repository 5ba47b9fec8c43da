"""What the answers cost so far, and what those still to come will."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import t_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.captions.curate.plan import Plan
    from tacit.captions.elicit.records import Answer, Picture

MEAN: Final = "mean, Student t"
_LEAST: Final = 2
"""Timed answers from which a mean has an interval."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Paid time.

    Attributes:
        seconds: Sum of the times that are known.
        untimed: Answers whose time is not known; they are in no sum.
        cost: In the currency of the project; None when no wage is set.
    """

    seconds: float
    untimed: int
    cost: float | None


def spent(answers: Sequence[Answer], wage: float | None) -> Spent:
    """What answers cost.

    Args:
        answers: Any answers.
        wage: Pay per hour; None when it is not known.

    Example:
        >>> spent([], 15.0)
        Spent(seconds=0, untimed=0, cost=0.0)
    """
    times = [a.seconds for a in answers if a.seconds is not None]
    total = math.fsum(times) if times else 0
    return Spent(total, len(answers) - len(times), None if wage is None else total / 3600 * wage)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is still to come of one type.

    Attributes:
        type: The type asked for.
        open: Answers that are asked for and not there yet; pictures that cannot be shown are left out.
        seconds: Time of one answer: the mean so far, or what the plan expects.
        cost: Of all open answers, with the interval of the mean time; missing without wage or time.
    """

    type: str
    open: int
    seconds: Estimate
    cost: Estimate


def outlook(
    pictures: Sequence[Picture], answers: Sequence[Answer], plan: Plan | None, wage: float | None
) -> tuple[Outlook, ...]:
    """What finishing would cost at the pace so far, type by type in alphabetical order.

    Args:
        pictures: All pictures.
        answers: All answers.
        plan: Where the time is taken from while there are no timed answers.
        wage: Pay per hour; None when it is not known.

    Example:
        >>> from tacit.captions.elicit.records import Picture
        >>> [(o.type, o.open, o.cost.missing) for o in outlook([Picture(1, "a.jpg", ("counting",), 2)], [], None, 15)]
        [('counting', 2, 'no answer of this type has a time yet')]
    """
    wanted: Counter[str] = Counter()
    for picture in pictures:
        for type_ in picture.ask if not picture.problem else ():
            wanted[type_] += picture.annotators
    there = Counter(a.type for a in answers)
    times: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        if answer.seconds is not None:
            times[answer.type].append(answer.seconds)
    found = []
    for type_, number in sorted(wanted.items()):
        left = max(number - there[type_], 0)
        seconds = _seconds(times[type_], (plan.seconds if plan else {}).get(type_))
        found.append(Outlook(type_, left, seconds, _cost(left, seconds, wage)))
    return tuple(found)


def _seconds(times: Sequence[float], planned: float | None) -> Estimate:
    if len(times) >= _LEAST:
        mean = math.fsum(times) / len(times)
        spread = math.sqrt(math.fsum((t - mean) ** 2 for t in times) / (len(times) - 1) / len(times))
        half = t_value(0.95, len(times) - 1) * spread
        return Estimate(mean, max(mean - half, 0.0), mean + half, len(times), MEAN)
    if planned is not None:
        return Estimate(planned, None, None, 0, "as the plan expects")
    return Estimate.none("no answer of this type has a time yet", n=len(times), method=MEAN)


def _cost(left: int, seconds: Estimate, wage: float | None) -> Estimate:
    if wage is None:
        return Estimate.none("no wage is set", method=seconds.method)
    if seconds.value is None:
        return Estimate.none(seconds.missing, n=seconds.n, method=seconds.method)
    of = left * wage / 3600
    low, high = (None if end is None else of * end for end in (seconds.low, seconds.high))
    return Estimate(of * seconds.value, low, high, seconds.n, seconds.method)


def wage_of(settings: Mapping[str, str], plan: Plan | None) -> tuple[float | None, str]:
    """Pay per hour and its currency: from the settings, else from the plan.

    Example:
        >>> wage_of({"wage": "15", "currency": "EUR"}, None), wage_of({"wage": "much"}, None)
        ((15.0, 'EUR'), (None, ''))
    """
    currency = settings.get("currency", plan.currency if plan else "")
    try:
        wage = float(settings["wage"]) if settings.get("wage") else None
    except ValueError:
        wage = None
    if wage is None and plan is not None:
        wage = plan.wage
    return (wage if wage is not None and math.isfinite(wage) and wage >= 0 else None), currency
