"""From turns to shares, verdicts, lifts and comparisons."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tacit.evidence.comparing.paired import mean_score, paired_difference
from tacit.evidence.estimate import Estimate
from tacit.evidence.outcomes import Outcomes
from tacit.io.evals.long import as_long
from tacit.judge.judging import Question, judge_outcomes
from tacit.studies.conversation.presets import STEPS
from tacit.studies.conversation.result import Cell, Lift
from tacit.studies.conversation.runs import AXES, BASELINE, SHAM, WHOLE, Row, read
from tacit.verify.api import compare
from tacit.verify.settings import CompareSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tacit.judge.result import ScaleResult
    from tacit.verify.result import CompareResult

METRICS: Final = ("served", "decided", "recall", "shown", "words")
JUDGED: Final = ("near_miss", "vague", "pronoun", "dispute", "plain")
"""Kinds of turns that are judged along the axes."""
CLEAR: Final = ("plain", "switch", "pronoun", "answerable")
"""Kinds of turns that have an answer and lack nothing."""
MARGIN: Final = 5.0
"""Points that what must not break may lose."""
ALL: Final = "all"
_COLUMN: Final = {"documents": "unique_data", "passages": "tokens", "told": "samples"}
"""Which axis of the table of outcomes stands for what is varied here."""
RETAINED: Final = ("answers kept", "no false decline", "no false question back")


@dataclass(frozen=True, slots=True)
class Turned:
    """One turn of one unit.

    Attributes:
        item: The same for every arm and level.
        cluster: The conversation.
        row: What came of it.
    """

    item: str
    cluster: str
    row: Row


Table = dict[tuple[str, str], list[Turned]]
"""Turns by source and arm, in the same order for every arm."""


def read_arms(outcomes: Iterable[bytes]) -> Table:
    """The turns of the units in which steps are switched on."""
    table: Table = defaultdict(list)
    for unit, arms in sorted(map(read, outcomes), key=lambda one: one[0]["source"] != "world"):  # the world first
        if not unit["axis"]:
            for arm, rows in arms.items():
                table[unit["source"], arm] += _turned(rows, unit["seed"])
    return dict(table)


def _turned(rows: Sequence[Row], seed: int) -> Iterator[Turned]:
    for row in rows:
        cluster = f"{seed}/{row.script}"
        yield Turned(f"{cluster}/{row.turn}", cluster, row)


def describe(table: Table, seed: int) -> tuple[Cell, ...]:
    """Shares for every choice of steps and kind of turn."""
    return tuple(
        _cell(source, arm, made, [turn for turn in turns if turn.row.made == made], seed)
        for (source, arm), turns in table.items()
        for made in dict.fromkeys(turn.row.made for turn in turns)
    )


def _cell(source: str, arm: str, made: str, turns: Sequence[Turned], seed: int) -> Cell:
    return Cell(
        source=source,
        arm=arm,
        made=made,
        n=len(turns),
        served=_mean(turns, "served", seed),
        decided=_mean(turns, "decided", seed),
        recall=_mean(turns, "recall", seed),
        words=_mean(turns, "words", seed),
        shown=_mean(turns, "shown", seed),
        kinds=dict(sorted(Counter(turn.row.kind for turn in turns).items())),
    )


def _mean(turns: Sequence[Turned], name: str, seed: int) -> Estimate:
    """Clustered by conversation."""
    there = [turn for turn in turns if getattr(turn.row, name) is not None]
    if not there:
        return Estimate.none("there is nothing to be known of such turns")
    return mean_score(
        [float(getattr(turn.row, name)) for turn in there],
        clusters=[turn.cluster for turn in there],
        bounds=None if name == "words" else (0.0, 1.0),
        seed=seed,
    )


def difference(before: Sequence[Turned], after: Sequence[Turned], name: str, seed: int) -> Estimate:
    """A paired difference over those turns `after` that are known `before` too, clustered by conversation."""
    known = {turn.item: getattr(turn.row, name) for turn in before}
    there = [turn for turn in after if getattr(turn.row, name) is not None and known.get(turn.item) is not None]
    if not there:
        return Estimate.none("there is nothing to be known of such turns")
    return paired_difference(
        [float(known[turn.item]) for turn in there],
        [float(getattr(turn.row, name)) for turn in there],
        clusters=[turn.cluster for turn in there],
        bounds=None if name == "words" else (0.0, 1.0),
        seed=seed,
    )


def measure_lifts(table: Table, seed: int) -> tuple[Lift, ...]:
    """Every step alone against the baseline, and added to those before it."""
    lifts = []
    for source in dict.fromkeys(source for source, _ in table):
        for at, step in enumerate(STEPS):
            for how, without, on in (
                ("alone", BASELINE, step),
                ("added", "+".join(STEPS[:at]) or BASELINE, "+".join(STEPS[: at + 1])),
            ):
                before, after = table[source, without], table[source, on]
                for made in (ALL, *dict.fromkeys(turn.row.made for turn in after)):
                    with_it = [turn for turn in after if made in {ALL, turn.row.made}]
                    lifts += [
                        Lift(source, step, how, made, metric, difference(before, with_it, metric, seed))
                        for metric in METRICS
                    ]
    return tuple(lifts)


def judge_axes(outcomes: Iterable[bytes], seed: int) -> dict[str, ScaleResult]:
    """Whether more of what is on an axis helps the baseline; turns are paired over its levels."""
    rows: dict[str, list[dict[str, Any]]] = {axis: [] for axis in AXES}
    for unit, arms in map(read, outcomes):
        if unit["axis"]:
            rows[unit["axis"]] += [
                {
                    "system": f"{unit['level']:g} {unit['axis']}", "capability": turn.row.made, "item": turn.item,
                    "cluster": turn.cluster, "score": float(bool(turn.row.served)),
                    _COLUMN[unit["axis"]]: float(unit["level"]),
                }
                for turn in _turned(arms[BASELINE], unit["seed"])
                if turn.row.made in JUDGED
            ]  # fmt: skip
    return {axis: _judged(axis, made, seed) for axis, made in rows.items() if made}


def _judged(axis: str, rows: list[dict[str, Any]], seed: int) -> ScaleResult:
    # What does nothing gives the same scores at every level, and no system is here twice.
    table = Outcomes.from_frame(as_long(rows, f"the axis {axis}"), unit="share", accept=("duplicate systems",))
    return judge_outcomes(table, Question(axes=(_COLUMN[axis],), seed=seed))


def compare_arms(table: Table, seed: int) -> dict[str, CompareResult]:
    """Everything on, against baseline and sham, by source; and what it may have broken."""
    return {
        source: compare(
            _outcomes(BASELINE, table[source, BASELINE]),
            _outcomes("everything on", table[source, WHOLE]),
            sham=_outcomes(SHAM, table[source, SHAM]),
            retain=RETAINED,
            settings=CompareSettings(margin=MARGIN, seed=seed),
        )
        for source in dict.fromkeys(source for source, _ in table)
    }


def _outcomes(arm: str, turns: Sequence[Turned]) -> Outcomes:
    rows: list[dict[str, Any]] = []
    for turn in turns:
        told: Mapping[str, bool | None] = {turn.row.made: turn.row.served} if turn.row.made not in CLEAR[:2] else {}
        if turn.row.made in CLEAR:
            told = {
                **told,
                RETAINED[0]: turn.row.served,
                RETAINED[1]: not turn.row.declined,
                RETAINED[2]: turn.row.kind != "clarify",
            }
        rows += [
            {"system": arm, "capability": name, "item": turn.item, "cluster": turn.cluster, "score": float(value)}
            for name, value in told.items()
            if value is not None
        ]
    return Outcomes.from_frame(as_long(rows, f"the arm {arm}"), unit="share")
