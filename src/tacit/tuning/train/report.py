"""A run of `tacit tune` as a page that explains itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report import html
from tacit.report.curves import DASHES, Band, Curve, Place, Plot, Spot, curve_chart
from tacit.report.figures import count, interval, known, percent, why_missing
from tacit.report.html import Child, Html, data, el, facts, figure, join, left_out, sentence, table
from tacit.report.page import fitting, page
from tacit.tuning.train.report_terminal import print_tune, tune_text
from tacit.tuning.train.report_words import (
    TITLE,
    cost_words,
    headline,
    kept_words,
    next_steps,
    proof_words,
    trained_words,
)

if TYPE_CHECKING:
    from tacit.tuning.train.result import TuneResult
    from tacit.tuning.train.watch import Check

__all__ = ["print_tune", "render_tune", "tune_text"]

_START: Final = 0.5
"""Where step 0 is drawn on a logarithmic scale."""
_POINTS: Final = 300
_ROWS: Final = (300, 60, 10)
_TEXT: Final = 400
_METHODS: Final = (
    ("Held-out loss", "Mean negative log-likelihood of the learned tokens of examples that were not trained on, in "
     "nats per token."),
    ("Few-shot ability", "Accuracy on generated in-context tasks with 4 and 8 demonstrations, less chance, over that "
     "of the base: 100 % is the base and 0 % is guessing. The same items and demonstrations for both; the interval is "
     "about other items and draws. Tasks at which the base is not shown to be above guessing are left out. It is a "
     "small set, for stopping in time: `tacit retention` measures more, on tasks that are never among these."),
    ("Loss", "What the trained tokens cost, in nats per token; the parts that keep the base are not in it."),
    ("Keep", "The part that keeps the base, unweighted: KL(base || tuned) in nats per answer token for few-shot and "
     "kl; half the squared distance for l2, weighed by Fisher information for ewc."),
    ("Unchanged", "Every number outside what trains is compared with the base bit by bit, in the model and in the "
     "files that were written."),
)  # fmt: skip


def render_tune(result: TuneResult) -> str:
    """The report as one HTML file: no script, nothing loaded, below 2 MB. The same result gives the same bytes.

    Args:
        result: What was done.

    Returns:
        The file's text; write it as UTF-8.
    """
    charts = _charts(result)
    return fitting(lambda rows: _page(result, charts, rows), _ROWS)


def _page(result: TuneResult, charts: Html, rows: int) -> str:
    sections = [
        ("curves", "How it went", charts),
        ("kept", "What the result is", _outcome(result)),
        ("checks", "What was measured", _checks(result, rows)),
        ("tries", "Taking back a part", _tries(result)),
        ("next", "What to do next", el("ul", *(el("li", words) for words in next_steps(result)))),
        ("methods", "How each number was made", _methods(result)),
    ]
    return page(TITLE, _lead(result), sections)


def _lead(result: TuneResult) -> Html:
    told = [el("li", data(words, _TEXT)) for words in result.remarks]
    made = f"{count(result.data.used)} examples, {count(result.data.learned)} learned tokens. "
    return join([
        el("h1", TITLE),
        el("p", sentence(headline(result)), class_="headline"),
        el("p", f"{made}Made with tacit {result.tacit}.", class_="made"),
        el("ul", *told, class_="findings") if told else None,
    ])  # fmt: skip


def _charts(result: TuneResult) -> Html:
    panels = [chart for chart in (_losses(result), _retention(result)) if chart is not None]
    return el("div", *panels, class_="panels") if panels else Html("")


def _losses(result: TuneResult) -> Html | None:
    """Losses as shares of what they were at first: one chart for numbers that differ by their unit of data."""
    steps = result.steps[:: max(1, len(result.steps) // _POINTS)]
    first = next((check.held_out for check in result.checks if check.held_out), None)
    held = [(max(check.step, _START), check.held_out / first) for check in result.checks
            if first and check.held_out is not None]  # fmt: skip
    if not steps or not result.steps[0].task_loss:
        return None
    start = result.steps[0].task_loss
    curves = [Curve([step.step for step in steps], [step.task_loss / start for step in steps])]
    spots = [Spot(x, y) for x, y in held]
    if held:
        curves.append(Curve([x for x, _ in held], [y for _, y in held], dash=DASHES[1], role="series-1"))
    title = "Loss while training, in percent of what it was at first"
    said = f"From {start:.3f} to {result.steps[-1].task_loss:.3f} nats per token."
    chart = curve_chart(Plot(x_name="step", curves=curves, spots=spots, places=_kept_at(result)), title=title,
                        description=said)  # fmt: skip
    words = "Line: loss on the batch. Dots: loss on what is held out; the leftmost is the base." if held else None
    return el("div", el("h3", "Loss, in percent of the first"), figure(chart, words), class_="panel")


def _retention(result: TuneResult) -> Html | None:
    read = [(check, check.reading.retention) for check in result.checks if check.reading is not None]
    known_ones = [(max(check.step, _START), left) for check, left in read if known(left) is not None]
    if not known_ones:
        return None
    spots = [Spot(x, left.value or 0.0) for x, left in known_ones]
    band = [(x, left.low, left.high) for x, left in known_ones if left.low is not None and left.high is not None]
    bands = [Band(*zip(*band, strict=True))] if len(band) > 1 else []
    curve = Curve([spot.x for spot in spots], [spot.y for spot in spots], role="series-1")
    levels = [Place(1.0, "base")]
    if (bound := result.settings["stop_at_retention"]) is not None:
        levels.append(Place(bound, "bound"))
    said = ", ".join(
        f"step {check.step}: {percent(left.value or 0.0)}" for check, left in read if known(left) is not None
    )
    plot = Plot(x_name="step", bands=bands, levels=levels, curves=[curve], spots=spots, places=_kept_at(result))
    chart = curve_chart(plot, title="What is left of the few-shot ability, in percent of the base", description=said)
    return el("div", el("h3", "Few-shot ability left"), figure(chart, "The leftmost dot is the base."), class_="panel")


def _kept_at(result: TuneResult) -> list[Place]:
    return [Place(max(result.kept.step, _START), "kept")] if result.kept.step != result.kept.steps else []


def _outcome(result: TuneResult) -> Html:
    return facts([
        ("trained", trained_words(result)), ("memory", cost_words(result)), ("kept", kept_words(result)),
        ("unchanged", proof_words(result)), *([("held to the base by", result.kept_on)] if result.kept_on else []),
        *((name, digest) for name, digest in (result.proof.files if result.proof else ())),
    ], limit=_TEXT)  # fmt: skip


def _checks(result: TuneResult, most: int) -> Html:
    if not result.checks:
        return Html("")
    shots = sorted({k for check in result.checks if check.reading for k, _ in check.reading.accuracy})
    rows = [_check(check, shots, kept=check.step == result.kept.step) for check in result.checks[:most]]
    header = ("Step", "Held-out loss", "Few-shot ability left", *(f"Right with {k}" for k in shots), "Within the bound")
    whole = table("Checks", header, rows, numeric=range(3 + len(shots)), class_="wide")
    return join([whole, left_out(len(rows), len(result.checks), "checks", "result.json")])


def _check(check: Check, shots: list[int], *, kept: bool) -> list[Child]:
    reading = check.reading
    accuracy = dict(reading.accuracy) if reading is not None else {}
    left: Child = "–"
    if reading is not None:
        value = known(reading.retention)
        left = (
            html.missing(why_missing(reading.retention))
            if value is None
            else f"{percent(value)} ({interval(reading.retention)})"
        )
    return [
        join([count(check.step), el("strong", " kept") if kept else None]),
        "–" if check.held_out is None else f"{check.held_out:.4f}",
        left,
        *(percent(accuracy[k]) if k in accuracy else "–" for k in shots),
        "–" if check.inside is None else "yes" if check.inside else "no",
    ]


def _tries(result: TuneResult) -> Html:
    if not result.tries:
        return Html("")
    rows: list[list[Child]] = []
    for one in result.tries:
        value = None if one.reading is None else known(one.reading.retention)
        rows.append([
            percent(one.alpha), "–" if one.held_out is None else f"{one.held_out:.4f}",
            "–" if value is None else percent(value), "kept" if one.alpha == result.kept.alpha else "",
        ])  # fmt: skip
    header = ("Share of the change", "Held-out loss", "Few-shot ability left", "")
    return table("base + share (tuned - base), for the trained numbers", header, rows, numeric=range(3))


def _methods(result: TuneResult) -> Html:
    rows: list[list[Child]] = [[name, how] for name, how in _METHODS]
    summary = {name: str(value) for name, value in result.data.to_json().items()}
    settings = {name: ", ".join(map(str, v)) if isinstance(v, list | tuple) else str(v)
                for name, v in result.settings.items()}  # fmt: skip
    return join([
        table("What each number is", ("Number", "How it was made"), rows, class_="methods"),
        el("h3", "The data"),
        facts(list(summary.items())),
        el("h3", "This run"),
        facts([("tacit", result.tacit), *result.model.items(), *settings.items()]),
    ])  # fmt: skip
