"""The sections of a report on conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tacit.dialogue.measure.decisions import COLUMNS
from tacit.dialogue.measure.report_words import (
    METHODS,
    REPLIES,
    decimal,
    has_retrieval,
    headline_group,
    points_told,
    told,
)
from tacit.dialogue.measure.retrieval import RETRIEVAL_METRICS
from tacit.dialogue.measure.scoring import METRICS
from tacit.dialogue.measure.summary import ALL, HEADLINES, is_retrieval
from tacit.report.charts import Axis, Layout, Mark, Row, interval_chart
from tacit.report.figures import count, known
from tacit.report.html import Child, Html, data, el, facts, figure, join, left_out, table
from tacit.report.theme import colour
from tacit.report.vega import Layers, field, on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.dialogue.decide.risk import RiskCurve
    from tacit.dialogue.measure.decisions import DecisionScores
    from tacit.dialogue.measure.result import RagEvalResult, SystemResult

_NAME: Final = 60
_BROAD: Final = 260
_HIGH: Final = 180
_SPLITS: Final = (("domain", "Domain"), ("turn", "Turn"), ("class", "Class"), ("multi-turn", "Leans on"))


def retrieval_section(result: RagEvalResult, most: int) -> Html | None:
    """Recall and nDCG by system, then by domain and turn, each with what the pool means for it."""
    systems = [system for system in result.systems if has_retrieval(system)]
    if not systems:
        return None
    group = headline_group(result)
    rows = [
        [data(system.name, _NAME), _n(system, group),
         *(told(system.mean(name, group), ends=name.endswith("@5")) for name in RETRIEVAL_METRICS)]
        for system in systems[:most]
    ]  # fmt: skip
    limits = el("ul", *(el("li", words) for words in result.limits), class_="findings")
    return join([
        table(f"Retrieval, {group}", ("System", "Tasks", *RETRIEVAL_METRICS), rows,
              numeric=range(1, 2 + len(RETRIEVAL_METRICS)), class_="wide"),
        limits, left_out(len(rows), len(systems), "systems", "result.json"),
        _chart(systems[:most], "ndcg@5", group), splits(result, systems[:most], ("recall@5", "ndcg@5")),
    ])  # fmt: skip


def replies_section(result: RagEvalResult, most: int) -> Html | None:
    """What is measured on words, by system and by class."""
    systems = [system for system in result.systems if system.decisions is not None]
    names = [name for name in REPLIES if any(system.mean(name, ALL) for system in systems)]
    if not names:
        return None
    rows = [[data(system.name, _NAME), system.contexts, *(_cell(system, name, ALL) for name in names)]
            for system in systems[:most]]  # fmt: skip
    own = [name for name in HEADLINES if name in names]
    ranked = [el("li", data(system.name, _NAME), f": {decimal(system.ranking)}") for system in systems
              if system.ranking is not None]  # fmt: skip
    return join([
        table(f"Replies, {ALL}", ("System", "Passages", *names), rows, numeric=range(2, 2 + len(names)), class_="wide"),
        el("ul", *(el("li", name, ": ", METRICS[name]) for name in names)),
        join([el("h3", "Score of task B and C"), el("ul", *ranked)]) if ranked else None,
        left_out(len(rows), len(systems), "systems", "result.json"), splits(result, systems[:most], own),
    ])  # fmt: skip


def splits(result: RagEvalResult, systems: Sequence[SystemResult], metrics: Sequence[str]) -> Html:
    """The same metrics by domain, turn and class, one table each."""
    tables = {}
    for by, title in _SPLITS:
        parts = list(dict.fromkeys(cell.group for system in systems for cell in system.cells if cell.by == by))
        rows: list[list[Child]] = [
            [_part(result, by, part), data(system.name, _NAME), *(_cell(system, name, part, by) for name in metrics)]
            for part in parts for system in systems if any(system.mean(name, part, by) for name in metrics)
        ]  # fmt: skip
        if rows:
            tables[by] = table(f"By {title.lower()}", (title, "System", *metrics), rows,
                               numeric=range(2, 2 + len(metrics)), class_="wide")  # fmt: skip
    domains = tables.pop("domain", None)
    apart = [el("li", data(name, _NAME), ", reported apart and in no other part: ", words, ".")
             for name, words in result.dataset.apart.items()]  # fmt: skip
    return join([
        domains, el("ul", *apart, class_="findings") if domains and apart else None,
        el("details", el("summary", "By turn and class"), *tables.values()) if tables else None,
    ])  # fmt: skip


def _part(result: RagEvalResult, by: str, part: str) -> Html:
    note = " (apart)" if by == "domain" and part in result.dataset.apart else ""
    return join([data(part, _NAME), note])


def decisions_section(result: RagEvalResult, most: int) -> Html | None:
    """Scores of decisions, confusion matrices and the curve of risk over coverage."""
    held = [(system, system.decisions) for system in result.systems if system.decisions is not None]
    if not held:
        return None
    header = ("System", "Said by", "macro-F1", "clarify: precision", "recall", "F1", "asked back, answerable",
              "decline: AUROC", "dispute: F1")  # fmt: skip
    rows: list[list[Child]] = []
    for system, scores in held[:most]:
        clarify = scores.by_class.get("clarify")
        asked = [told(getattr(clarify, name)) if clarify else "–" for name in ("precision", "recall", "f1")]
        rows.append([
            data(system.name, _NAME), "itself" if system.decides else "detectors", told(scores.macro_f1), *asked,
            told(scores.false_clarifications), told(scores.decline_auroc),
            told(scores.dispute.f1 if scores.dispute else None),
        ])  # fmt: skip
    few = [f"{system.name}: {len(scores.rows)}" for system, scores in held if len(scores.rows) < _classes(result)]
    matrices = [el("details", el("summary", data(system.name, _NAME)), _matrix(scores), open=at == 0)
                for at, (system, scores) in enumerate(held[:most])]  # fmt: skip
    return join([
        table("Decisions, all domains", header, rows, numeric=range(2, len(header)), class_="wide"),
        el("p", "Macro-F1 over fewer classes, because not all tasks were done: ", data("; ".join(few)), ".",
           class_="note") if few else None,
        el("h3", "What was wanted, and what was decided"), *matrices,
        left_out(len(rows), len(held), "systems", "result.json"),
        *(_risk(system) for system, _ in held[:most] if system.risk is not None),
    ])  # fmt: skip


def _classes(result: RagEvalResult) -> int:
    return max(len(system.decisions.rows) for system in result.systems if system.decisions)


def _matrix(scores: DecisionScores) -> Html:
    rows = [[row, *map(count, cells)] for row, cells in zip(scores.rows, scores.matrix, strict=True)]
    return table("Tasks by what is wanted (rows) and decided (columns)", ("Wanted", *COLUMNS), rows,
                 numeric=range(1, 1 + len(COLUMNS)))  # fmt: skip


def _risk(system: SystemResult) -> Html | None:
    if system.risk is None or system.risk_area is None or len(system.risk.thresholds) < 2:
        return None
    caption = (
        f"Mean risk over all shares answered: {decimal(system.risk_area)}; answering everything, it is "
        f"{decimal(system.risk.share)}. The lower the curve on the left, the better it knows what it cannot answer."
    )
    return join([el("h3", "Risk and coverage: ", data(system.name, _NAME)), figure(risk_chart(system.risk), caption)])


def risk_chart(curve: RiskCurve) -> Html:
    """Risk over coverage, both in percent; the dashed line is the risk of answering everything."""
    whole = curve.unanswerable + curve.answerable
    points = [{"x": 100 * (missed + passed) / whole, "y": 100 * missed / (missed + passed)}
              for missed, passed in zip(curve.missed, curve.passed, strict=True) if missed + passed]  # fmt: skip
    top = max(10.0, 10.0 * -(-max(point["y"] for point in points) // 10))
    layers = Layers(_BROAD, _HIGH)
    layers.scale("x", (0, 100), (0, _BROAD))
    layers.scale("y", (0, top), (_HIGH, 0))
    layers.axis("x", "bottom", [0, 25, 50, 75, 100])
    layers.axis("y", "left", [0, top / 2, top])
    everything = [{"y": 100 * curve.share}]
    layers.add("rule", everything, x=0, x2=_BROAD, y=on("y", "y"), stroke=colour("edge"), strokeDash={"value": [4, 3]})
    layers.add("line", points, x=on("x", "x"), y=on("y", "y"), stroke=colour("series-1"), strokeWidth=2,
               interpolate="step-before")  # fmt: skip
    names: list[dict[str, Any]] = [
        {"x": _BROAD / 2, "y": _HIGH + 34, "text": "answered, %", "align": "center"},
        {"x": 0, "y": -12, "text": "of them unanswerable, %", "align": "left"},
    ]
    layers.add("text", names, x=field("x"), y=field("y"), text=field("text"), align=field("align"), fontSize=11,
               baseline="middle", fill=colour("muted"))  # fmt: skip
    description = "; ".join(
        f"{point['x']:.0f} % answered: risk {point['y']:.1f} %" for point in points[:: max(len(points) // 8, 1)]
    )
    return layers.draw({"left": 40, "right": 16, "top": 24, "bottom": 46}, title="Risk over coverage",
                       description=description)  # fmt: skip


def differences_section(result: RagEvalResult, most: int) -> Html | None:
    """The first system less each other."""
    if not result.differences:
        return None
    shown = [found for found in result.differences if found.group == (
        headline_group(result) if is_retrieval(found.metric) else ALL)]  # fmt: skip
    rows = [[data(found.other, _NAME), found.metric, found.group, count(found.estimate.n), points_told(found.estimate)]
            for found in shown[:most]]  # fmt: skip
    return join([
        el("p", data(result.systems[0].name, _NAME), " less each other system, paired by task, in points."),
        table("Differences", ("Other system", "Metric", "Tasks of", "Tasks", "Difference"), rows, numeric=(3, 4)),
        left_out(len(rows), len(shown), "differences", "result.json"),
    ])  # fmt: skip


def methods_section(result: RagEvalResult) -> Html:
    """How each number was made."""
    told_settings = [(name, str(value)) for name, value in result.settings.items() if value not in (None, (), [])]
    return join([
        el("dl", *(el("div", el("dt", name), el("dd", words)) for name, words in METHODS)),
        el("h3", "Settings"), facts([("tacit", result.tacit), *told_settings]),
    ])  # fmt: skip


def _chart(systems: list[SystemResult], metric: str, group: str) -> Html:
    rows = []
    for system in systems:
        estimate = system.mean(metric, group)
        value = None if estimate is None else known(estimate)
        marks = () if estimate is None or value is None else (Mark(value, estimate.low, estimate.high),)
        rows.append(Row(system.name, marks, told(estimate, ends=False)))
    axis = Axis(unit="", times=1.0)
    return figure(interval_chart(rows, title=f"{metric}, {group}", axis=axis, layout=Layout(_BROAD, 24, 8)),
                  f"{metric}, {group}, with intervals.")  # fmt: skip


def _cell(system: SystemResult, metric: str, group: str, by: str = "all") -> str:
    return told(system.mean(metric, group, by))


def _n(system: SystemResult, group: str) -> str:
    estimate = system.mean(RETRIEVAL_METRICS[0], group)
    return "–" if estimate is None else count(estimate.n)
