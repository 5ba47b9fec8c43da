"""`tacit mix`: what share of a mixture of sources states a type, and how much of a source gives a wanted share."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tacit.captions.audit.diff import read_result
from tacit.captions.audit.result import ALL
from tacit.captions.curate.rates import FORMS, parse_number, parse_rate
from tacit.captions.words import type_word
from tacit.errors import DataError, UsageError
from tacit.evidence.mixing import STATED, Needed, Part, mix, needed
from tacit.io.columns import quoted
from tacit.io.places import shown
from tacit.report.figures import count, interval, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from rich.console import Console, RenderableType

    from tacit.captions.audit.result import AuditResult
    from tacit.evidence.estimate import Estimate

SCHEMA: Final = "tacit.mix/1"
UNKNOWN: Final = ("x", "?")
_SOURCE: Final = re.compile(r"(?:(?P<name>[^=@]+)=)?(?P<items>[^@/]+)(?:/(?P<there>[^@]+))?@(?P<rate>.+)", re.DOTALL)
_FORM: Final = "COUNT@RATE, such as 17138@6.9%, 17138@69/1000 or 17138@audit/result.json; x for a number that is sought"


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it was given.

    Attributes:
        name: What it is called.
        items: How many items of it are mixed; ``None`` when that is sought.
        there: How many there are at most, or ``None`` if that was not said.
        rates: Its rate for each type; the key is ``""`` when the rate was given by hand.
        shared: For each type, what the error of the rate is shared with (`tacit.evidence.mixing.Part`).
    """

    name: str
    items: int | None
    there: int | None
    rates: dict[str, Estimate]
    shared: dict[str, str]


@dataclass(frozen=True, slots=True)
class MixedSource:
    """A source in a mixture.

    Attributes:
        name: What it is called.
        items: How many of its items are in it.
        rate: The share of them that states the type.
        needed: How many were found to be needed, if that was sought.
    """

    name: str
    items: int
    rate: Estimate
    needed: Needed | None = None


@dataclass(frozen=True, slots=True)
class Mixture:
    """A mixture, for one type.

    Attributes:
        type: The type, or ``""`` when all rates were given by hand and none was named.
        target: The share that was wanted, or ``None``.
        sources: What is mixed.
        share: The share of all items that states the type.
        problem: Why the target is not reached, or ``""``.
    """

    type: str
    target: float | None
    sources: tuple[MixedSource, ...]
    share: Estimate
    problem: str

    @property
    def items(self) -> int:
        """How many items there are altogether."""
        return sum(source.items for source in self.sources)


@dataclass(frozen=True, slots=True)
class MixResult:
    """What `mix_sources` found.

    Attributes:
        mixtures: One per type.
        remarks: What has to be known about the rates.
    """

    mixtures: tuple[Mixture, ...]
    remarks: tuple[str, ...]

    def to_json(self) -> str:
        """Plain values as JSON."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def to_frame(self) -> pl.DataFrame:
        """One row per type and source, and one with ``source`` null per whole mixture."""
        import polars as pl

        rows = []
        for mixture in self.mixtures:
            whole = (None, mixture.items, mixture.share)
            for name, items, rate in [*((s.name, s.items, s.rate) for s in mixture.sources), whole]:
                rows.append((mixture.type, name, items, rate.value, rate.low, rate.high, rate.n, rate.method))
        schema = {
            "type": pl.String, "source": pl.String, "items": pl.Int64, "value": pl.Float64, "low": pl.Float64,
            "high": pl.Float64, "n": pl.Int64, "method": pl.String,
        }  # fmt: skip
        return pl.DataFrame(rows, schema=schema, orient="row")

    def summary(self) -> str:
        """The mixtures as text of at most 80 columns."""
        from tacit.report.terminal import as_text

        return as_text(lambda console: print_mix(self, console))


def mix_sources(
    sources: Sequence[str],
    *,
    type_: str | None = None,
    target: float | None = None,
    total: int | None = None,
    level: float = 0.95,
) -> MixResult:
    """The share of a mixture that states a type, or the number of items that gives a wanted share.

    Args:
        sources: ``COUNT@RATE`` each, or ``NAME=COUNT@RATE``. The rate is counts, a share or the result of an audit,
            of which the corrected rates are taken. Where the count is sought it is ``x``, or ``x/POOL`` if there are
            no more than that.
        type_: Which of the types of the audits; all when ``None``.
        target: The share that is wanted, if a count is sought.
        total: How many items the mixture has, if two counts are sought: the first grows as the second shrinks.
        level: Nominal coverage of intervals that are made here.

    Raises:
        UsageError: If a source cannot be read, or the numbers sought do not go with the target and the total.
        DataError: If an audit cannot be read, or has no corrected rate.

    Example:
        >>> paper = mix_sources(["9000@100%", "17138@6.9%"]).mixtures[0]
        >>> paper.items, round(paper.share.value, 3)
        (26138, 0.39)
        >>> mix_sources(["x@100%", "17138@6.9%"], target=0.39).mixtures[0].sources[0].items
        9019
    """
    if not sources:
        raise UsageError(f"Name at least one source: {_FORM}.")
    read = [_read(text, at, level) for at, text in enumerate(sources)]
    if len({source.name for source in read}) < len(read):
        raise UsageError("Two sources have the same name. Give each its own, as NAME=COUNT@RATE.")
    _check(read, target, total)
    types = _types(read, type_)
    if len(types) > 1 and target is not None:
        raise UsageError(f"A number for --target is sought for one type at a time: --type {types[0]}, for example.")
    mixtures = tuple(_mixture(read, name, target, total) for name in types)
    return MixResult(mixtures, _remarks(read, types))


def _read(text: str, at: int, level: float) -> Source:
    match = _SOURCE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{quoted(text)} is not a source. Write {_FORM}.")
    name = (match["name"] or _letter(at)).strip()
    told = match["items"].strip()
    items = None if told.lower() in UNKNOWN else parse_number(told, name)
    there = parse_number(match["there"], name) if match["there"] else None
    if items is not None and there is not None:
        raise UsageError(f"{name}: {quoted(text)}: /{there} goes with x, for how many there are at most.")
    rate = match["rate"].strip()
    if not Path(rate).exists():
        try:
            return Source(name, items, there, {"": parse_rate(rate, name, level)}, {})
        except UsageError:
            if not any(letter.isalpha() for letter in rate):
                raise
            raise UsageError(
                f"{name}: {quoted(rate)} is not a rate, and there is no audit of that name. Write {FORMS}, or name an "
                "audit's folder or its result.json."
            ) from None
    result = read_result(Path(rate))
    rates = {c.type: c.share for c in result.corrected if c.group == ALL}
    # One validation stands behind the corrections of all audits that have no labels of their own.
    shared = {c.type: c.source for c in result.corrected if c.group == ALL and c.source != "labels"}
    _refuse_without(result, rates, rate)
    return Source(name, items, there, rates, shared)


def _letter(at: int) -> str:
    return chr(ord("A") + at) if at < 26 else f"source {at + 1}"


def _refuse_without(result: AuditResult, rates: dict[str, Estimate], path: str) -> None:
    for rate in result.rates:
        if (rate.group, rate.language, rate.subtype) == (ALL, ALL, "") and (
            rate.type not in rates or rates[rate.type].value is None
        ):
            why = rates[rate.type].missing if rate.type in rates else "none was made"
            raise DataError(
                f"{shown(path)} has no corrected rate of {rate.type} ({why}). Audit with --labels, or give the "
                f"detected rate as {rate.captions}/{rate.share.n}."
            )


def _check(read: Sequence[Source], target: float | None, total: int | None) -> None:
    sought = [source.name for source in read if source.items is None]
    if sought and target is None:
        raise UsageError(f"How many items of {sought[0]}? Say which share is wanted: --target 39%.")
    if not sought and target is not None:
        raise UsageError("--target: no number is sought. Write x for it, such as x@100%.")
    if len(sought) != {True: 2, False: 1}[total is not None] and (sought or total is not None):
        raise UsageError(
            "--total goes with two numbers that are sought (x@... twice): the first grows as the second shrinks."
            if total is not None
            else f"{len(sought)} numbers are sought; one is found, or two with the --total of items."
        )
    fixed = sum(source.items or 0 for source in read)
    if total is not None and total < fixed:
        raise UsageError(f"--total {total:,} is less than the {fixed:,} items that are given.")
    if sought and total is None and fixed == 0:
        raise UsageError("There are no items to add to: give the number of items of another source, or --total.")


def _types(read: Sequence[Source], wanted: str | None) -> list[str]:
    audited = [set(source.rates) for source in read if "" not in source.rates]
    if not audited:
        return [wanted or ""]
    common = [type_ for type_ in next(s.rates for s in read if "" not in s.rates) if all(type_ in a for a in audited)]
    if wanted is not None and wanted not in common:
        raise UsageError(f"--type {quoted(wanted)}: the audits have {', '.join(common)}.")
    if wanted is None and len(audited) < len(read):
        raise UsageError(f"Of which type are the rates given by hand? Say it with --type, one of {', '.join(common)}.")
    return [wanted] if wanted is not None else common


def _mixture(read: Sequence[Source], type_: str, target: float | None, total: int | None) -> Mixture:
    parts = [
        Part(source.items or 0, source.rates.get(type_) or source.rates[""], source.shared.get(type_, ""))
        for source in read
    ]
    sought = [at for at, source in enumerate(read) if source.items is None]
    if target is None or not sought:
        mixed = [MixedSource(s.name, int(p.items), p.rate) for s, p in zip(read, parts, strict=True)]
        return Mixture(type_, None, tuple(mixed), mix(parts), "")
    first = sought[0]
    room = total - sum(source.items or 0 for source in read) if total is not None else None
    fixed = [part for at, part in enumerate(parts) if at not in sought]
    rest = replace(parts[sought[1]], items=room) if room is not None else None
    found = needed(target, parts[first], fixed, rest)
    number, problem = _available(read[first], found, room)
    parts[first] = replace(parts[first], items=number)
    others = {}
    if room is not None:
        second = sought[1]
        parts[second] = replace(parts[second], items=room - number)
        others[second] = _turned(found, room)
        there = read[second].there
        if there is not None and room - number > there:
            problem = (
                problem or f"there are only {there:,} items of {read[second].name}, and {room - number:,} are needed"
            )
    mixed = [
        MixedSource(source.name, int(part.items), part.rate, found if at == first else others.get(at))
        for at, (source, part) in enumerate(zip(read, parts, strict=True))
    ]
    return Mixture(type_, target, tuple(mixed), mix(parts), problem)


def _available(source: Source, found: Needed, room: int | None) -> tuple[int, str]:
    """How many items to take, and what is wrong with that number."""
    most = min((limit for limit in (source.there, room) if limit is not None), default=0)
    if found.items is None:
        return most, found.why
    if source.there is not None and found.items > source.there:
        return source.there, f"{found.items:,} items of {source.name} are needed, and there are only {source.there:,}"
    return found.items, ""


def _turned(found: Needed, room: int) -> Needed:
    """The number of the source that gives way."""
    items, low, high = (None if x is None else room - x for x in (found.items, found.high, found.low))
    return Needed(items, low, high, found.why, found.level)


def _remarks(read: Sequence[Source], types: Sequence[str]) -> tuple[str, ...]:
    # All or none of the items is a matter of how a source was made, not of judging a sample.
    exact = [s.name for s in read if any(r.method == STATED and r.value not in {0.0, 1.0} for r in s.rates.values())]
    told = []
    if exact:
        told.append(
            f"Taken as exact: the rate of {' and '.join(exact)}. The interval leaves its error out; give what was "
            "counted, such as 69/1000, to have it in."
        )
    if any(sum(type_ in s.shared for s in read) > 1 for type_ in types):
        told.append(
            "Audits without labels of their own are corrected with one validation, so their errors are added up in "
            "full instead of being taken as independent."
        )
    return tuple(told)


def print_mix(result: MixResult, console: Console) -> None:
    """Print the mixtures in at most 80 columns."""
    from tacit.report.terminal import bullet, grid, heading, plain, print_blocks, tight

    blocks: list[list[RenderableType]] = []
    for mixture in result.mixtures:
        what = f" state {type_word(mixture.type).name}" if mixture.type else ""
        whole = "not known" if mixture.share.value is None else tight(percent(mixture.share.value))
        first: list[RenderableType] = [heading(f"{whole} of {count(mixture.items)} items{what}")]
        if limits := _limits(mixture.share):
            first.append(plain(f"{100 * mixture.share.level:g}% interval {limits}"))
        if mixture.problem and mixture.target is not None:
            first.append(plain(tight(f"The target of {percent(mixture.target)} is not reached: {mixture.problem}.")))
        sought = [s for s in mixture.sources if s.needed is not None and not mixture.problem]
        rows = [(s.name, count(s.items), tight(percent(s.rate.value or 0.0)), _limits(s.rate)) for s in mixture.sources]
        table = grid(("Source", "Items", "Rate", "Interval"), rows, numeric=(1, 2, 3))
        blocks += [first, [table], [bullet(_told(s.name, s.needed)) for s in sought if s.needed is not None]]
    print_blocks(console, [*blocks, [bullet(line) for line in result.remarks]])


def _limits(rate: Estimate) -> str:
    """The interval of a rate; nothing for one that is taken as exact."""
    return f"{interval(rate)}%" if rate.method != STATED and rate.value is not None else ""


def _told(name: str, found: Needed) -> str:
    if found.items is None:
        return f"{name}: {found.why}"
    if found.low == found.high == found.items:
        return f"{name}: {count(found.items)} items"
    ends = (
        f"at least {count(found.low or 0)}" if found.high is None else f"{count(found.low or 0)} to {count(found.high)}"
    )
    return f"{name}: {count(found.items)} items (interval: {ends})" + (f"; {found.why}" if found.high is None else "")
