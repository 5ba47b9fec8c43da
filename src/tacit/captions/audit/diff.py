"""What changed between two audits, e.g. before and after a corpus was edited."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit.captions.audit.result import ALL, SCHEMA, AuditResult
from tacit.captions.words import subtype_word, type_word
from tacit.errors import DataError
from tacit.evidence.contrasts import newcombe
from tacit.evidence.estimate import Estimate
from tacit.report.figures import NBSP, percent
from tacit.report.summarised import Summarised
from tacit.report.text import shorten

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    import polars as pl
    from rich.console import Console

    from tacit.captions.audit.result import Rate

DIFF_SCHEMA: Final = "tacit.diff/1"
_LISTED: Final = 15
_LARGEST: Final = 1 << 30
_DIGITS: Final = 18
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Change:
    """How a rate differs between two audits.

    Attributes:
        group: Group of captions, or ``(all)``.
        language: Language of the captions, or ``(all)``.
        type: One of the four types.
        subtype: The sub-type, or ``""`` for the type as a whole.
        counts: Whether it makes a caption state the type.
        guard: For stopped look-alikes, the reason; otherwise ``""``.
        before: The rate in the first audit.
        after: The rate in the second.
        difference: After minus before, in shares of captions, with an interval.
    """

    group: str
    language: str
    type: str
    subtype: str
    counts: bool
    guard: str
    before: Estimate
    after: Estimate
    difference: Estimate

    @property
    def clear(self) -> bool:
        """Whether the interval of the difference leaves out zero."""
        low, high = self.difference.low, self.difference.high
        return low is not None and high is not None and (low > 0 or high < 0)


@dataclass(frozen=True, slots=True)
class AuditDiff(Summarised):
    """Two audits side by side.

    Attributes:
        before: Captions audited, and detectors, of the first.
        after: The same of the second.
        changes: Every rate that is in either, in the order of the audits.
        remarks: What keeps the two from being comparable.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    changes: tuple[Change, ...]
    remarks: tuple[str, ...]

    def to_json(self) -> str:
        """Plain values as JSON."""
        return json.dumps({"schema": DIFF_SCHEMA, **asdict(self)}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def to_frame(self) -> pl.DataFrame:
        """One row per rate."""
        import polars as pl

        rows = [
            {
                "group": c.group, "language": c.language, "type": c.type, "subtype": c.subtype, "counts": c.counts,
                "guard": c.guard, "before": c.before.value, "after": c.after.value, "difference": c.difference.value,
                "low": c.difference.low, "high": c.difference.high, "method": c.difference.method,
            }
            for c in self.changes
        ]  # fmt: skip
        number = dict.fromkeys(("before", "after", "difference", "low", "high"), pl.Float64)
        text = dict.fromkeys(("group", "language", "type", "subtype", "guard", "method"), pl.String)
        return pl.DataFrame(rows, schema_overrides={**number, **text, "counts": pl.Boolean}) if rows else pl.DataFrame()

    def summary(self) -> str:
        """The changes as text of at most 80 columns."""
        from tacit.report.terminal import as_text

        return as_text(lambda console: print_diff(self, console))


def read_result(path: str | os.PathLike[str]) -> AuditResult:
    """Read the result of an audit again.

    Args:
        path: The folder of the audit, or its ``result.json``.

    Raises:
        DataError: If it is not there, or not the result of an audit of this version.
    """
    place = Path(path)
    file = place / "result.json" if place.is_dir() else place
    try:
        if file.stat().st_size > _LARGEST:
            raise DataError(f"{file} is larger than any result of an audit. Check the path.")
        content = json.loads(file.read_bytes(), parse_constant=_number, parse_float=_number, parse_int=_whole)
    except OSError as error:
        raise DataError(f"Cannot read {file}: {error.strerror}. Give the --out folder of a finished audit.") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{file} is not JSON: {error}. Give the --out folder of a finished audit.") from error
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema != SCHEMA:
        raise DataError(f"{file} is not the result of an audit: its schema is {schema!r}, not {SCHEMA!r}.")
    return _validated({key: value for key, value in content.items() if key != "schema"}, file)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:40]} is not a number that can be worked with")
    return value


def _whole(text: str) -> int:
    if len(text) > _DIGITS:
        raise ValueError(f"{text[:40]} is too large a number")
    return int(text)


def _validated(content: dict[str, Any], file: Path) -> AuditResult:
    from pydantic import TypeAdapter, ValidationError

    from tacit.captions.audit import result as types

    adapter = TypeAdapter(AuditResult, config=None)
    adapter.rebuild(_types_namespace={**vars(types), "Estimate": Estimate}, force=True)
    try:
        found = adapter.validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"{file} is damaged: {where}: {first['msg']}. Make the audit again.") from error
    for at, rate in enumerate(found.rates):
        if not 0 <= rate.captions <= rate.share.n:
            raise DataError(
                f"{file} is damaged: rates.{at}: {rate.captions} captions of {rate.share.n}. Make the audit again."
            )
    return found


def diff(before: AuditResult, after: AuditResult, level: float = 0.95) -> AuditDiff:
    """Compare two audits.

    The two are taken for independent samples: the interval of a difference is Newcombe's (1998, Statistics in Medicine
    17:873-890, method 10). For two versions of one corpus, which share captions, it is wider than it need be.

    Args:
        before: The first audit.
        after: The second.
        level: Nominal coverage of the intervals.
    """
    first, second = _by_place(before), _by_place(after)
    sizes = _sizes(before), _sizes(after)
    changes = []
    for place in [*first, *(place for place in second if place not in first)]:
        old, new = first.get(place), second.get(place)
        k1, n1 = (old.captions, old.share.n) if old else (0, sizes[0].get(place[:2], 0))
        k2, n2 = (new.captions, new.share.n) if new else (0, sizes[1].get(place[:2], 0))
        group, language, type_, subtype, counts, guard = place
        changes.append(
            Change(
                group, language, type_, subtype, counts, guard,
                old.share if old else _absent(n1), new.share if new else _absent(n2),
                newcombe(k2, n2, k1, n1, level) if n1 and n2 else _absent(0),
            )
        )  # fmt: skip
    return AuditDiff(_facts(before), _facts(after), tuple(changes), tuple(_remarks(before, after)))


_Place = tuple[str, str, str, str, bool, str]


def _by_place(result: AuditResult) -> dict[_Place, Rate]:
    return {(r.group, r.language, r.type, r.subtype, r.counts, r.guard): r for r in result.rates}


def _sizes(result: AuditResult) -> dict[tuple[str, str], int]:
    """Captions of each group and language; a sub-type that is not listed was in none of them."""
    return {(r.group, r.language): r.share.n for r in result.rates}


def _absent(n: int) -> Estimate:
    from tacit.evidence.intervals import wilson

    return wilson(0, n) if n else Estimate.none("one of the audits has no such group of captions")


def _facts(result: AuditResult) -> dict[str, Any]:
    return {"audited": result.audited, "read": result.read, "detectors": [dict(d) for d in result.detectors]}


def _remarks(before: AuditResult, after: AuditResult) -> list[str]:
    remarks = []
    old, new = ([_detector(d) for d in r.detectors] for r in (before, after))
    if old != new:
        remarks.append(
            f"The detectors differ ({', '.join(old)} and {', '.join(new)}), so a change may be the detector's. "
            "Audit both with one."
        )
    if before.group_by != after.group_by:
        columns = " and by ".join(repr(r.group_by or "nothing") for r in (before, after))
        remarks.append(f"The groups differ: by {columns}.")
        return remarks
    groups = [{rate.group for rate in result.rates} for result in (before, after)]
    for which, only in (("before", groups[0] - groups[1]), ("after", groups[1] - groups[0])):
        if only:
            some = ", ".join(repr(shorten(name, 40)) for name in sorted(only)[:_NAMED])
            more = f" and {len(only) - _NAMED} more" if len(only) > _NAMED else ""
            remarks.append(f"Only {which}, and so not compared: group{'s' if len(only) > 1 else ''} {some}{more}.")
    return remarks


def _detector(facts: Mapping[str, str]) -> str:
    name, version, language = (facts.get(key, "?") for key in ("name", "version", "language"))
    return f"{name} {version} ({language})"


def print_diff(found: AuditDiff, console: Console) -> None:
    """Print the changes of the types, and of the sub-types that clearly changed, in at most 80 columns."""
    from tacit.report.terminal import WIDTH, bullet, grid, heading, plain

    whole = [c for c in found.changes if (c.group, c.language, c.subtype) == (ALL, ALL, "")]
    header = ("Statement", "Before", "After", "Change in points")
    width = min(console.width, WIDTH)
    moved = [type_word(c.type).name for c in whole if c.clear]
    told = f"Clear change in: {', '.join(moved)}." if moved else "No clear change in any of the four types."
    console.print(heading(told), width=width)
    sizes = f"{found.before['audited']:,} captions before, {found.after['audited']:,} after"
    console.print(plain(sizes, "dim"), width=width)
    console.print()
    console.print(grid(header, [[type_word(c.type).name, *_cells(c)] for c in whole], numeric=(1, 2)), width=width)
    for title, rest in (
        ("Sub-type", [c for c in found.changes if c.subtype and (c.group, c.language) == (ALL, ALL) and c.clear]),
        ("Group", [c for c in found.changes if not c.subtype and c.group != ALL and c.clear]),
    ):
        if rest:
            rest.sort(key=lambda c: -abs(c.difference.value or 0.0))
            rows = [[shorten(_label(c), 38), *_cells(c)] for c in rest[:_LISTED]]
            more = len(rest) - len(rows)
            notes = [f"{more} more are in --json"] if more else []
            console.print()
            console.print(grid((title, *header[1:]), rows, notes=notes, numeric=(1, 2)), width=width)
    for remark in found.remarks:
        console.print(bullet(remark), width=width)


def _label(change: Change) -> str:
    kind = type_word(change.type).name
    if not change.subtype:
        return f"{change.group}: {kind}"
    return f"{kind}: {subtype_word(change.type, change.subtype, counts=change.counts, guard=change.guard).name}"


def _cells(change: Change) -> list[str]:
    before, after = (percent(e.value).replace(NBSP, "") if e.value is not None else "–"
                     for e in (change.before, change.after))  # fmt: skip
    d = change.difference
    if d.value is None or d.low is None or d.high is None:
        return [before, after, "not known"]
    star = "" if change.clear else "  (not clear)"
    return [before, after, f"{100 * d.value:+.2f} ({100 * d.low:+.2f} to {100 * d.high:+.2f}){star}"]
