"""The sections of a report on retention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report import html
from tacit.report.charts import glyph
from tacit.report.figures import count, known, percent, share, why_missing
from tacit.report.html import Child, Html, data, el, facts, figure, join, left_out, table
from tacit.tuning.retention.report_charts import SHAPES, curve, drift_rows, pareto, retention_rows
from tacit.tuning.retention.report_words import (
    ALL_TASKS,
    VERDICTS,
    number_told,
    points_told,
    ratio_told,
    told_levels,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.evidence.estimate import Estimate
    from tacit.tuning.retention.result import Comparison, RetentionResult
    from tacit.tuning.retention.statistics import Verdict
    from tacit.tuning.retention.summary import Level

_NAME: Final = 60
_CLASS: Final[dict[Verdict, str | None]] = {"kept": "good", "broken": "bad"}
_METHODS: Final = (
    ("Retention", "(tuned − chance) / (base − chance): 1 is everything the base can do, 0 is guessing, below 0 worse. "
     "Over tasks, numerators and denominators are pooled; a mean of ratios would be ruled by the tasks at which the "
     "base is weakest. “All above 0” is the mean over numbers of demonstrations above 0, each counting alike."),
    ("Pairing", "Both models answer the same items after the same demonstrations in the same order."),
    ("Interval", "Items and draws of demonstrations are crossed within a task and both count as drawn (Clark 1973); "
     "tasks are what they are, so it is about other items and draws of these tasks. Of a ratio: Fieller (1954). "
     "Without demonstrations there is one draw, and only items count."),
    ("Kept", "The lower limit of retention is above 1 − margin: a one-sided test of non-inferiority at half of what "
     "the interval leaves out."),
    ("Broken", "The upper limit is below 1, and the lower one is not above 1 − margin."),
    ("Not measurable", "The base is not shown to be more than 2 points above guessing, and a share of nothing means "
     "nothing."),
    ("Gains kept", "(tuned with − tuned without demonstrations) / (base with − base without). It falls, too, when "
     "tuning raises what is right without demonstrations."),
    ("In form", "Share of answers that begin with one of the options, where the model writes or tells what it would "
     "write. What is not in form is wrong, not missing."),
    ("Divergence", "KL(base || tuned) per token of the target's completions, given the true tokens before, in nats; "
     "clustered by example. A cheap monitor of forgetting (Shenfeld et al. 2025, arXiv 2509.04259)."),
    ("Attention drift", "Total variation distance between the attention probabilities of the two models on the same "
     "few-shot prompts, over heads and positions: 0 is the same, 1 nothing in common."),
    ("Gain on the target", "Zero-shot accuracy where completions are chosen from few (paired by example), else the "
     "fall of the loss per token of completions (clustered by example)."),
)  # fmt: skip


def estimate(value: Estimate, told: str) -> Html:
    """An estimate as told, or the reason why there is none."""
    return html.missing(why_missing(value)) if known(value) is None else html.text(told)


def verdict(said: Verdict) -> Html:
    """A verdict in its colour."""
    return el("strong", said, class_=_CLASS.get(said))


def verdict_section(result: RetentionResult, rows: int) -> Html:
    """One row per tuned model, and the chart of gain against retention."""
    entries: list[list[Child]] = []
    for found in result.comparisons[:rows]:
        whole, zero = found.levels[0], found.level(shots=0)
        entries.append([
            data(found.tuned, _NAME), verdict(found.verdict), estimate(found.retention, ratio_told(found.retention)),
            points_told(whole.kept.difference), _gain(found), estimate(whole.gain, ratio_told(whole.gain)),
            points_told(zero.kept.difference) if zero else "–",
        ])  # fmt: skip
    header = ("Tuned model", "Verdict", "Few-shot retention", "Difference, points", "Gain on the target", "Gains kept",
              "Zero-shot difference, points")  # fmt: skip
    said = list(dict.fromkeys(found.verdict for found in result.comparisons))
    meanings = [el("li", verdict(one), ": ", VERDICTS[one]) for one in said]
    margin = f"The margin is {percent(result.settings['margin'])} of what the base has (--margin)."
    chart = pareto(result.comparisons, result.settings["margin"])
    picture = None
    if chart is not None:
        picture = join([el("h3", "What was gained against what was kept"), _pareto_key(result), figure(
            chart, "Up is more kept, right is more gained. Bars: intervals.")])  # fmt: skip
    return join([
        table("Verdicts", header, entries, numeric=range(2, len(header)), class_="wide"),
        left_out(len(entries), len(result.comparisons), "models", "result.json"),
        el("ul", *meanings), el("p", margin), picture,
    ])  # fmt: skip


def _gain(found: Comparison) -> Html:
    if found.target is None:
        return html.text("–")
    gain = found.target.gain
    if found.target.accuracy is not None:
        return estimate(gain, f"{points_told(gain)} points")
    return estimate(gain, f"{number_told(gain, signed=True)} nats per token")


def _pareto_key(result: RetentionResult) -> Html:
    entries = [el("li", glyph(*SHAPES[at % len(SHAPES)]), " ", data(found.tuned, _NAME))
               for at, found in enumerate(result.comparisons[: len(SHAPES)])]  # fmt: skip
    return el("ul", *entries, el("li", "dashed lines: everything kept, and the margin"), class_="key")


def curves_section(result: RetentionResult, models: int, tasks: int) -> Html:
    """Accuracy over demonstrations per tuned model and task, and retention per task."""
    parts: list[Child] = [el("ul", el("li", glyph("square", "edge", filled=False), " ", data(result.base.name, _NAME)),
                             el("li", glyph("circle", "series-1"), " the tuned model"),
                             el("li", "dashed line: guessing"), class_="key")]  # fmt: skip
    for found in result.comparisons[:models]:
        if len(result.comparisons) > 1:
            parts.append(el("h3", data(found.tuned, _NAME)))
        parts.append(el("div", *_panels(result, found, tasks), class_="panels"))
    parts.append(left_out(min(models, len(result.comparisons)), len(result.comparisons), "models", "result.json"))
    return join(parts)


def _panels(result: RetentionResult, found: Comparison, tasks: int) -> list[Html]:
    panels = []
    chance = sum(task.chance for task in result.tasks) / len(result.tasks)
    wanted = [(None, chance), *((task.name, task.chance) for task in result.tasks[:tasks])]
    if len(result.tasks) == 1:
        wanted = wanted[1:]
    for name, guess in wanted:
        chart = curve([level for level in found.levels if level.task == name], guess, name or ALL_TASKS)
        if chart is not None:
            panels.append(el("div", el("h4", data(name or ALL_TASKS, _NAME)), figure(chart), class_="panel"))
    whole = [(level.task or ALL_TASKS, level) for level in found.levels if level.shots is None][: tasks + 1]
    chart = retention_rows(whole, result.settings["margin"], f"Retention per task, {found.tuned}")
    if chart is not None:
        note = "Mean over numbers of demonstrations above 0; dashed line: the margin."
        panels.append(el("div", el("h4", "Retention per task"), figure(chart, note), class_="panel"))
    return panels


def levels_section(result: RetentionResult, most: int) -> Html:
    """Every level as a table, per tuned model."""
    parts: list[Child] = []
    shown = total = 0
    for found in result.comparisons:
        levels = told_levels(found)
        rows = [_row(*level) for level in levels[: most - shown]]
        shown, total = shown + len(rows), total + len(levels)
        if rows:
            header = ("Task", "Demonstrations", "Base", "Tuned", "Difference, points", "Retention", "Verdict",
                      "Gains kept", "Base in form", "Tuned in form", "Items", "Left out")  # fmt: skip
            caption = f"All comparisons of {found.tuned[:_NAME]} with the base"
            parts.append(table(caption, header, rows, numeric=(*range(2, 6), *range(7, 12)), class_="wide"))
    return join([*parts, left_out(shown, total, "comparisons", "result.json")])


def _row(level: Level, shots: str) -> Sequence[Child]:
    own = level.kept
    return [
        el("strong", ALL_TASKS) if level.task is None else data(level.task, _NAME), shots,
        estimate(own.base, share(own.base)), estimate(own.tuned, share(own.tuned)), points_told(own.difference),
        estimate(own.retention, ratio_told(own.retention)), verdict(own.verdict),
        estimate(level.gain, ratio_told(level.gain)) if level.shots != 0 else "–",
        _plain(level.base_in_form), _plain(level.tuned_in_form), count(own.items), count(own.left_out),
    ]  # fmt: skip


def _plain(value: Estimate) -> str:
    number = known(value)
    return "–" if number is None else percent(number)


def inside_section(result: RetentionResult, most: int) -> Html:
    """Losses and divergence on the target, and attention drift."""
    rows: list[list[Child]] = []
    panels: list[Html] = []
    for found in result.comparisons[:most]:
        loss = found.target.loss if found.target else None
        if loss is not None or found.divergence is not None:
            rows.append([
                data(found.tuned, _NAME), estimate(found.divergence.nats, number_told(found.divergence.nats))
                if found.divergence else "–", *([number_told(loss.base), number_told(loss.tuned)] if loss else "––"),
                count(found.divergence.examples) if found.divergence else "–",
                count(found.divergence.tokens) if found.divergence else "–",
            ])  # fmt: skip
        if found.drift is not None:
            chart = drift_rows(found.drift, f"Attention drift per layer, {found.tuned}")
            note = f"{count(found.drift.prompts)} few-shot prompts. 0: attention is the base's."
            panels.append(el("div", el("h4", data(found.tuned, _NAME)), figure(chart, note), class_="panel"))
    header = (
        "Tuned model",
        "KL(base || tuned), nats per token",
        "Loss of the base",
        "Loss tuned",
        "Examples",
        "Tokens",
    )
    parts: list[Child] = []
    if rows:
        parts.append(table("On the target", header, rows, numeric=range(1, len(header)), class_="wide"))
    if panels:
        parts += [el("h3", "Attention drift per layer"), el("div", *panels, class_="panels")]
    return join(parts)


def missing_section(result: RetentionResult, most: int) -> Html:
    """Answers that are not there."""
    if not result.missing:
        return Html("")
    rows: list[list[Child]] = [
        [data(one.model, _NAME), data(one.task, _NAME), str(one.shots), data(one.reason), count(one.count)]
        for one in result.missing[:most]
    ]
    header = ("Model", "Task", "Demonstrations", "Reason", "Answers")
    return join([
        table("Answers that are missing", header, rows, numeric=(2, 4)),
        left_out(len(rows), len(result.missing), "rows", "result.json"),
    ])  # fmt: skip


def methods_section(result: RetentionResult, run: Mapping[str, str]) -> Html:
    """How every number was made, and the settings."""
    rows: list[list[Child]] = [[name, how] for name, how in _METHODS]
    tasks: list[list[Child]] = [[data(task.name, _NAME), percent(task.chance), count(task.items), data(task.source)]
                                for task in result.tasks[:100]]  # fmt: skip
    settings = {name: ", ".join(map(str, v)) if isinstance(v, list) else str(v) for name, v in result.settings.items()}
    models = {f"model {model.name}": model.address for model in (result.base, *result.models)}
    return join([
        table("What each number is", ("Number", "How it was made"), rows, class_="methods"),
        table("Tasks", ("Task", "Guessing", "Items", "From"), tasks, numeric=(1, 2)),
        el("h3", "This run"),
        facts([("tacit", result.tacit), *models.items(), *((k, v) for k, v in settings.items() if v), *run.items()]),
    ])  # fmt: skip
