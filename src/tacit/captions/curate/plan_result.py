"""What `tacit plan` returns: the plan, and what is expected of it."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from tacit.captions.words import type_word
from tacit.report.figures import count, interval, percent

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console, RenderableType

    from tacit.captions.curate.plan import Plan
    from tacit.evidence.estimate import Estimate

SCHEMA: Final = "tacit.plan/1"


@dataclass(frozen=True, slots=True)
class TypePlan:
    """What is planned for one type.

    Attributes:
        type: One of the four types.
        wanted: True statements that are wanted.
        needed: Images needed to bring them at the expected yield.
        suitable: Images worth asking about for this type.
        images: Images that are asked about.
        asked: Answers asked for, second ones included.
        twice: Images that two people answer.
        share: Expected share of answers that truly state the type.
        source: What `share` rests on.
        expected: True statements that come back, first answers only, with an interval for their number.
        agreement: The interval that raw agreement would have, were the true kappa 0.7.
        kappa: The same for Cohen's kappa.
        seconds: Expected time of one answer.
        cost: Of all answers, in the plan's currency.
    """

    type: str
    wanted: int
    needed: int
    suitable: int
    images: int
    asked: int
    twice: int
    share: Estimate
    source: str
    expected: Estimate
    agreement: Estimate
    kappa: Estimate
    seconds: float
    cost: float


@dataclass(frozen=True, slots=True)
class PlanResult:
    """A plan with what is expected of it.

    Attributes:
        plan: What `tacit elicit --plan` reads.
        ask: ``one`` or ``all``.
        images: How many images there are to choose from.
        left_out: Pairs of reason and number for the files of a folder that cannot be shown.
        types: One entry per type.
        cost: Of the planned answers, in the plan's currency, at the expected times.
        hours: Expected time of all answers.
        to_reach: Cost of bringing all that is wanted, with an interval from that of the yields.
        remarks: What is missing, and what the figures rest on.
        seed: The seed of whatever was drawn.
    """

    plan: Plan
    ask: str
    images: int
    left_out: tuple[tuple[str, int], ...]
    types: tuple[TypePlan, ...]
    cost: float
    hours: float
    to_reach: Estimate
    remarks: tuple[str, ...]
    seed: int

    def to_json(self) -> str:
        """Everything but the list of images, which is the plan's own file."""
        kept: dict[str, Any] = {
            "schema": SCHEMA,
            "ask": self.ask,
            "images": self.images,
            "left_out": list(self.left_out),
            "planned": len(self.plan.items),
            "types": [asdict(entry) for entry in self.types],
            "cost": self.cost,
            "hours": self.hours,
            "wage": self.plan.wage,
            "currency": self.plan.currency,
            "to_reach": self.to_reach.to_json(),
            "remarks": list(self.remarks),
            "seed": self.seed,
        }
        return json.dumps(kept, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def to_frame(self) -> pl.DataFrame:
        """One row per type."""
        import polars as pl

        rows = []
        for p in self.types:
            row = {key: value for key, value in asdict(p).items() if not isinstance(value, dict)}
            for name, estimate in (("share", p.share), ("expected", p.expected), ("kappa", p.kappa)):
                row |= {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
            rows.append(row)
        return pl.DataFrame(rows, infer_schema_length=None)

    def summary(self) -> str:
        """The plan as text of at most 80 columns."""
        from tacit.report.terminal import as_text

        return as_text(lambda console: print_plan(self, console))


def print_plan(result: PlanResult, console: Console) -> None:
    """Print what is planned and expected, in at most 80 columns."""
    from tacit.report.terminal import bullet, grid, heading, plain, print_blocks, tight

    asked = sum(p.asked for p in result.types)
    first = f"{count(asked)} answers about {count(len(result.plan.items))} of {count(result.images)} images"
    money = (
        f"{_money(result.cost)} {result.plan.currency} for {result.hours:,.1f} hours at {result.plan.wage:g} an hour"
    )
    lead: list[RenderableType] = [heading(first), plain(money)]
    reach = result.to_reach
    if reach.value is not None and reach.low is not None and reach.high is not None:
        ends = f" (interval {_money(reach.low)} to {_money(reach.high)})" if reach.low < reach.high else ""
        lead.append(plain(f"To bring all that is wanted: {_money(reach.value)} {result.plan.currency}{ends}"))
    else:
        lead.append(plain(f"To bring all that is wanted: not known, {reach.missing}"))
    yields = [
        (type_word(p.type).name, count(p.wanted), count(p.images), count(p.asked), _share(p.share), _number(p.expected))
        for p in result.types
    ]
    header = ("Type", "Wanted", "Images", "Answers", "Yield", "True statements")
    doubles = [
        (type_word(p.type).name, count(p.twice), _width(p.agreement, 100, "points"), _width(p.kappa, 1, ""))
        for p in result.types
    ]
    said = ("Type", "Answered twice", "Agreement known to", "Kappa known to")
    unknown: defaultdict[str, list[str]] = defaultdict(list)
    for p in result.types:
        for reason in dict.fromkeys(filter(None, (p.agreement.missing, p.kappa.missing))):
            unknown[reason].append(type_word(p.type).name)
    reasons = [bullet(f"{', '.join(names)}: {reason}") for reason, names in unknown.items()]
    sources = [bullet(f"{type_word(p.type).name}: {p.source}") for p in result.types]
    blocks: list[list[RenderableType]] = [
        lead,
        [grid(header, yields, numeric=(1, 2, 3))],
        [grid(said, doubles, numeric=(1,), notes=["were the true kappa 0.7"]), *reasons],
        [*sources, *(bullet(tight(line)) for line in result.remarks)],
    ]
    print_blocks(console, blocks)


def _money(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def _share(share: Estimate) -> str:
    told = percent(share.value or 0.0, unit=False)
    return f"{told}% ({interval(share)})" if share.low != share.high else f"{told}%"


def _number(number: Estimate) -> str:
    if number.value is None or number.low is None or number.high is None:
        return "not known"
    return f"{number.value:,.0f} ({number.low:,.0f} to {number.high:,.0f})"


def _width(estimate: Estimate, scale: float, unit: str) -> str:
    if estimate.low is None or estimate.high is None:
        return "–"
    half = scale * (estimate.high - estimate.low) / 2
    return f"±{half:.0f} {unit}" if scale > 1 else f"±{half:.2f}"
