"""`tacit plan`: which images to ask about, which question for each, and what that should yield and cost."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from pydantic import ValidationError

from tacit.captions.curate.candidates import folder_of, openable, ranked, read_candidates, tie, told
from tacit.captions.curate.expectations import COMPETING, SECONDS, SECONDS_BASIS, Expectation, published
from tacit.captions.curate.plan import ExpectedYield, Plan, PlannedImage
from tacit.captions.curate.plan_result import PlanResult, TypePlan
from tacit.captions.detect.hits import TYPES
from tacit.errors import DataError, UsageError
from tacit.evidence.agreement import kappa, raw_agreement
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import z_value
from tacit.evidence.mixing import STATED
from tacit.evidence.mover import Interval, mover_sum
from tacit.io.columns import quoted

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    import polars as pl

TRUE_KAPPA: Final = 0.7
"""Agreement beyond chance that is assumed in order to say how precisely the overlap would measure it."""
_HOUR: Final = 3600.0
_NOT_LOOKED: Final = (
    "Whether the files can be opened as images was not looked at: that needs Pillow (pip install 'tacit[elicit]')."
)
Ask = Literal["one", "all"]


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """What to plan.

    Attributes:
        wanted: For each type, how many true statements are wanted.
        ask: ``one`` question per image, or ``all`` that are wanted.
        expected: What is known of yields; for other types the published ones are taken.
        overlap: Share of images that two people answer, 0 to 1.
        seconds: Time of one answer by type, where it is known.
        wage: Pay per hour.
        currency: ISO 4217 code.
        seed: Of whatever is drawn.

    Raises:
        UsageError: If one of them is out of range.
    """

    wanted: Mapping[str, int]
    ask: Ask = "one"
    expected: Mapping[str, Expectation] = field(default_factory=dict)
    overlap: float = 0.1
    seconds: Mapping[str, float] = field(default_factory=dict)
    wage: float = 15.0
    currency: str = "USD"
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.wanted:
            raise UsageError("Say how many true statements are wanted of which type, such as --want negation=500.")
        for type_, number in self.wanted.items():
            if type_ not in TYPES or number < 1:
                raise UsageError(
                    f"{number} statements of {quoted(type_)} cannot be asked for: types are {', '.join(TYPES)}."
                )
        if not all(0 < each < math.inf for each in self.seconds.values()):
            raise UsageError("--seconds is the time of one answer, and above 0.")
        if self.ask not in {"one", "all"}:
            raise UsageError(f"--ask is one or all, not {self.ask!r}.")
        if not 0 <= self.overlap <= 1:
            raise UsageError(f"--overlap is a share of the images, 0 to 1, not {self.overlap:g}.")
        if not (math.isfinite(self.wage) and self.wage >= 0):
            raise UsageError(f"--wage is pay per hour, 0 or more, not {self.wage:g}.")
        if not (
            len(self.currency) == 3 and self.currency.isascii() and self.currency.isalpha() and self.currency.isupper()
        ):
            raise UsageError(f"--currency is a code of three capitals, such as USD, not {self.currency[:20]!r}.")


def plan(
    images: str | os.PathLike[str],
    settings: PlanSettings,
    *,
    captions: str | None = None,
    facts: str | None = None,
    text: str | None = None,
    language: str = "en",
) -> PlanResult:
    r"""Plan an annotation.

    Args:
        images: A folder of images, or a table of images and perhaps captions.
        settings: What to plan.
        captions: A table of images and captions, where `images` is a folder.
        facts: What is in the images (`tacit.captions.curate.candidates.read_candidates`).
        text: The column of captions; guessed when ``None``.
        language: ISO 639-1 code of the captions.

    Returns:
        The plan with its expected yields, cost and agreement. It never holds more images than there are; what is then
        missing is in the result.

    Raises:
        UsageError: As `read_candidates`, or if nothing is published about the yield of a type.
        DataError: As `read_candidates`, or if no image can be opened or is worth asking about.

    Example:
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     table = pathlib.Path(folder, "images.csv")
        ...     _ = table.write_text("image\n" + "\n".join(f"{n}.jpg" for n in range(200)))
        ...     made = plan(table, PlanSettings({"negation": 52}))
        >>> len(made.plan.items), made.types[0].asked, round(made.cost, 2)
        (100, 110, 13.75)
    """
    table = read_candidates(images, captions=captions, facts=facts, text=text, language=language)
    folder = folder_of(images)
    if folder is None:
        return plan_from(table, settings)
    table, left_out = openable(table, folder)
    made = plan_from(table, settings)
    if left_out is None:
        return replace(made, remarks=(_NOT_LOOKED, *made.remarks))
    if not left_out:
        return made
    number = sum(times for _, times in left_out)
    remark = f"Left out because they cannot be shown, {number:,} of {number + table.height:,}: {told(dict(left_out))}."
    return replace(made, left_out=left_out, remarks=(remark, *made.remarks))


def plan_from(table: pl.DataFrame, settings: PlanSettings) -> PlanResult:
    """Plan an annotation of images that have been read. Arguments, result and errors as `plan`."""
    types = list(settings.wanted)
    expected = {t: settings.expected.get(t) or published(t, together=settings.ask == "all") for t in types}
    for type_, each in expected.items():
        if not each.share.value:
            raise UsageError(
                f"The expected yield of {type_} is 0: no number of answers brings {settings.wanted[type_]:,}."
            )
    needed = {t: _needed(settings.wanted[t], expected[t].share.value) for t in types}
    order = {type_: ranked(table, type_, settings.seed) for type_ in types}
    assign = _one_each if settings.ask == "one" else _all_at_once
    asks = assign(order, needed, settings.seed)
    if not asks:
        raise DataError("No image is worth asking about: the facts say that there is nothing to count or to place.")
    twice = _asked_twice(asks, settings)
    items = tuple(_item(image, ask, 2 if image in twice else 1) for image, ask in asks.items())
    seconds = {t: settings.seconds.get(t) or expected[t].seconds or SECONDS[t] for t in types}
    planned = tuple(_type_plan(t, items, settings, expected[t], (needed[t], len(order[t]), seconds[t])) for t in types)
    made = Plan(
        items=items,
        wanted=dict(settings.wanted),
        yields=tuple(
            ExpectedYield(
                type=p.type, asked=p.asked, share=p.share.value or 0.0, low=p.share.low or 0.0,
                high=p.share.high or 0.0, source=p.source,
            )
            for p in planned
        ),
        wage=settings.wage,
        currency=settings.currency,
        seconds=seconds,
    )  # fmt: skip
    return PlanResult(
        plan=made,
        ask=settings.ask,
        images=table.height,
        left_out=(),
        types=planned,
        cost=sum(p.cost for p in planned),
        hours=sum(p.asked * p.seconds for p in planned) / _HOUR,
        to_reach=_cost_to_reach(planned, settings),
        remarks=_remarks(planned, settings, expected),
        seed=settings.seed,
    )


def _needed(wanted: int, share: float | None) -> int:
    """Images that bring so many true statements at this yield, which is above 0."""
    return math.ceil(wanted / (share or 1.0) - 1e-9)


def _item(image: str, ask: tuple[str, ...], annotators: int) -> PlannedImage:
    try:
        return PlannedImage(image=image, ask=ask, annotators=annotators)
    except ValidationError:
        raise DataError(
            f"Image {quoted(image)} is not named relative to the folder of images. Name it without a leading slash or "
            "drive, without .. and in printable letters."
        ) from None


def _one_each(order: Mapping[str, Sequence[str]], needed: Mapping[str, int], seed: int) -> dict[str, tuple[str, ...]]:
    """One type per image: the type with the fewest images to spare chooses first.

    Where there are fewer images than are needed together, each type first gets its share of them.
    """
    there = len(set().union(*order.values()))
    part = min(1.0, there / sum(needed.values()))
    chosen: dict[str, list[str]] = {type_: [] for type_ in order}
    taken: set[str] = set()
    scarce = sorted(order, key=lambda t: (len(order[t]) - needed[t], t))
    for most in (part, 1.0):
        for type_ in scarce:
            room = math.floor(needed[type_] * most + 1e-9) - len(chosen[type_])
            new = [image for image in order[type_] if image not in taken][: max(room, 0)]
            chosen[type_] += new
            taken.update(new)
    # Types take turns in proportion, so that what is done when work stops early is as mixed as the whole.
    places = [
        ((at + 0.5) / len(images), tie(image, seed), image, type_)
        for type_, images in chosen.items()
        for at, image in enumerate(images)
    ]
    return {image: (type_,) for _, _, image, type_ in sorted(places)}


def _all_at_once(
    order: Mapping[str, Sequence[str]], needed: Mapping[str, int], seed: int
) -> dict[str, tuple[str, ...]]:
    """All types that are still wanted, of images that are good for as many of them as can be."""
    rank: defaultdict[str, float] = defaultdict(lambda: float(len(order)))
    able: defaultdict[str, set[str]] = defaultdict(set)
    for type_, images in order.items():
        for at, image in enumerate(images):
            rank[image] -= 1 - at / len(images)
            able[image].add(type_)
    left = dict(needed)
    asks = {}
    for image in sorted(rank, key=lambda image: (rank[image], tie(image, seed))):
        ask = tuple(type_ for type_ in order if left[type_] > 0 and type_ in able[image])
        if ask:
            asks[image] = ask
            for type_ in ask:
                left[type_] -= 1
    return asks


def _asked_twice(asks: Mapping[str, tuple[str, ...]], settings: PlanSettings) -> set[str]:
    """The images that two people answer: the wanted share among those that are asked the same."""
    alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for image, ask in asks.items():
        alike[ask].append(image)
    twice: set[str] = set()
    for images in alike.values():
        images.sort(key=lambda image: tie(image, settings.seed, "twice"))
        twice.update(images[: math.ceil(settings.overlap * len(images) - 1e-9)])
    return twice


def _type_plan(
    type_: str,
    items: Sequence[PlannedImage],
    settings: PlanSettings,
    expected: Expectation,
    facts: tuple[int, int, float],
) -> TypePlan:
    needed, suitable, seconds = facts
    asking = [item for item in items if type_ in item.ask]
    asked = sum(item.annotators for item in asking)
    twice = sum(item.annotators > 1 for item in asking)
    agreement, beyond = _agreement(twice, expected.share.value or 0.0)
    return TypePlan(
        type=type_,
        wanted=settings.wanted[type_],
        needed=needed,
        suitable=suitable,
        images=len(asking),
        asked=asked,
        twice=twice,
        share=expected.share,
        source=expected.source,
        expected=_statements(len(asking), expected.share),
        agreement=agreement,
        kappa=beyond,
        seconds=seconds,
        cost=asked * seconds / _HOUR * settings.wage,
    )


def _statements(images: int, share: Estimate) -> Estimate:
    """True statements that come back, with an interval for the number itself.

    Two errors are added in quadrature: that of the yield, and the binomial one of the answers given the yield.
    """
    if share.value is None or share.low is None or share.high is None:
        return Estimate.none(share.missing, n=share.n, level=share.level)
    chance = (z_value(share.level) ** 2) * images * share.value * (1 - share.value)
    low = images * share.value - math.hypot(images * (share.value - share.low), math.sqrt(chance))
    high = images * share.value + math.hypot(images * (share.high - share.value), math.sqrt(chance))
    method = f"{share.method} and binomial, in quadrature"
    return Estimate(images * share.value, max(low, 0.0), min(high, float(images)), share.n, method, share.level)


def _agreement(twice: int, share: float) -> tuple[Estimate, Estimate]:
    """The intervals that as many double answers would give, if the true kappa were `TRUE_KAPPA`.

    The table of answers is the one that is expected, rounded to whole answers.
    """
    both = round(twice * (share * share + TRUE_KAPPA * share * (1 - share)))
    apart = round(twice * (1 - TRUE_KAPPA) * share * (1 - share))
    first = np.repeat([1, 1, 0, 0], [both, apart, apart, max(twice - both - 2 * apart, 0)])
    second = np.repeat([1, 0, 1, 0], [both, apart, apart, max(twice - both - 2 * apart, 0)])
    if not twice:
        reason = "no image is answered twice"
        return Estimate.none(reason), Estimate.none(reason)
    return raw_agreement(first, second), kappa(first, second)


def _cost_to_reach(planned: Sequence[TypePlan], settings: PlanSettings) -> Estimate:
    """What it costs to bring all that is wanted, if there are images enough; the interval is by MOVER.

    An image costs what one of the plan does, second answers included, so that a plan which brings all costs just this.
    """
    level = {p.share.level for p in planned}
    if len(level) > 1:
        return Estimate.none("the expected yields have intervals of different levels")
    if any(not p.share.low for p in planned):
        why = ", ".join(p.type for p in planned if not p.share.low)
        return Estimate.none(f"the yield of {why} may be 0, so no cost is surely enough")
    each = [
        p.cost / p.images if p.images else p.seconds / _HOUR * settings.wage * (1 + settings.overlap) for p in planned
    ]
    ends = ([p.share.value for p in planned], [p.share.high for p in planned], [p.share.low for p in planned])
    images = [np.array([_needed(p.wanted, end) for p, end in zip(planned, of, strict=True)], float) for of in ends]
    value, low, high = (float(x) for x in mover_sum(each, Interval(*images)))
    method = STATED if all(p.share.method == STATED for p in planned) else "MOVER"
    return Estimate(value, low, high, sum(p.share.n for p in planned), method, level.pop())


def _remarks(
    planned: Sequence[TypePlan], settings: PlanSettings, expected: Mapping[str, Expectation]
) -> tuple[str, ...]:
    told = [
        f"{p.type}: {p.needed:,} images are needed and {p.images:,} can be had ({p.suitable:,} are suitable), so about "
        f"{max(p.wanted - round(p.expected.value or 0), 0):,} statements will be missing."
        for p in planned
        if p.images < p.needed
    ]
    if any(t not in settings.expected for t in settings.wanted):
        told.append(COMPETING)
    if any(t not in settings.seconds and expected[t].seconds is None for t in settings.wanted):
        told.append(SECONDS_BASIS)
    exact = [p.type for p in planned if p.share.method == STATED]
    if exact:
        told.append(f"The yield of {' and '.join(exact)} is taken as exact; give what was counted, such as 30/100.")
    return tuple(told)
