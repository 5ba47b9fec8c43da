"""The study for people: a page that tells the loop, and a summary for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report.figures import known, percent, points
from tacit.report.html import Html, data, el, figure, join
from tacit.report.page import page
from tacit.report.terminal import as_text, bullet, grid, heading, plain, print_blocks, tight
from tacit.studies.claims_shown import claims_listed, claims_table
from tacit.studies.conversation.presets import STEPS
from tacit.studies.conversation.report_parts import (
    axis_panel,
    comparison_table,
    decisions_table,
    judged_key,
    key,
    lifts_table,
    methods,
    served_chart,
    verdicts_table,
)
from tacit.studies.conversation.runs import BASELINE, CUT_OFF, SHAM, WHOLE
from tacit.studies.conversation.words import TURNS
from tacit.studies.lead import lead

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from tacit.studies.conversation.result import ConversationResult

TITLE: Final = "Conversations over documents: what fails, does more text mend it, which step does?"
LABORATORY: Final = (
    "This is a laboratory: users who are simulated talk about a made-up world, so that what is right is known of every "
    "turn and nothing needs a judge. It shows what kinds of turns fail, and what each step does to them; tacit "
    "rag-eval measures yours."
)
_ROWS: Final = 300
_TEXT: Final = 600
_MAIN: Final = ("plain", "pronoun", "near_miss", "vague", "dispute")


def render_study(result: ConversationResult) -> str:
    """The report as one HTML file.

    The page holds no script and loads nothing. The same result gives the same bytes.

    Args:
        result: What was found.

    Returns:
        The file's text; write it as UTF-8.
    """
    sources = list(result.comparisons)
    sections = [
        ("measure", "What fails", _measured(result)),
        ("judge", "Does more text help?", _judged(result)),
        *((f"fix-{source}", f"Which step mends it{_where(source)}", _fixed(result, source)) for source in sources),
        *((f"verify-{source}", f"Is it the step, and what did it break{_where(source)}", _verified(result, source))
          for source in sources),
        ("claims", "What holds and what does not", claims_table(result.claims, rows=_ROWS, text=_TEXT)),
        ("methods", "How this was made", methods(result)),
    ]  # fmt: skip
    begun = lead(TITLE, headline(result), LABORATORY, result.advice, made_with=result.tacit, text=_TEXT)
    return page(TITLE, begun, sections)


def _where(source: str) -> str:
    return "" if source == "world" else f" ({source})"


def headline(result: ConversationResult) -> str:
    """The answer in a sentence or two."""
    parts = []
    for made in _MAIN[1:]:
        before, after = (result.cell(arm, made) for arm in (BASELINE, WHOLE))
        if before and after and before.served.value is not None and after.served.value is not None:
            parts.append(f"{TURNS[made]} {percent(before.served.value)} → {percent(after.served.value)}")
    held = sum(claim.holds for claim in result.claims)
    told = f"Turns with what is right, from the baseline to every step on: {'; '.join(parts)}. " if parts else ""
    return f"{told}{held} of {len(result.claims)} claims hold."


def _measured(result: ConversationResult) -> Html:
    intro = (
        "The baseline does what is common: the last turn is the query, the best passages are shown whole, and whatever "
        "was found is answered. Below, how often each kind of turn gets what is right."
    )
    parts: list[Html] = [el("p", intro)]
    for source in result.comparisons:
        chart = served_chart(result, source, (BASELINE,))
        if chart is not None:
            parts += [el("h3", "A made-up world" if source == "world" else data(source)), figure(chart)]
            parts.append(decisions_table(result, source, BASELINE))
    return join(parts)


def _judged(result: ConversationResult) -> Html:
    intro = (
        "The baseline again, asked the same with more of one thing: documents (those asked about are always among "
        "them), passages that are found and shown, facts that the documents tell. Verdicts as those of tacit scale: "
        "flat means that a slope worth having is ruled out."
    )
    panels = [axis_panel(result, axis) for axis in result.verdicts]
    return join([el("p", intro), judged_key(), el("div", *panels, class_="panels"), verdicts_table(result)])


def _fixed(result: ConversationResult, source: str) -> Html:
    intro = (
        "One step after another in the place of the baseline's. In bold, differences whose interval excludes 0. "
        "Intervals are at 95 % each; with this many, some exclude 0 by chance."
    )
    tables = [lifts_table(result, source, how) for how in ("added", "alone")]
    if source == "world":
        tables.append(lifts_table(result, source, "added", "shown"))
    return join([el("p", intro), *tables])


def _verified(result: ConversationResult, source: str) -> Html:
    arms = (BASELINE, CUT_OFF, SHAM, WHOLE)
    intro = (
        "Targets are compared with a sham that makes as many decisions of each kind at random: what it gains too is "
        "not the decisions' doing. What must not break is compared with the baseline."
    )
    chart = served_chart(result, source, arms)
    parts = [el("p", intro), key(arms), *([figure(chart)] if chart else []), comparison_table(result, source)]
    return join([*parts, decisions_table(result, source, WHOLE)])


def print_study(result: ConversationResult, console: Console) -> None:
    """Print what fails, what each step does, whether more text helps, and the claims that do not hold, in 80 columns.

    Args:
        result: What was found.
        console: Where to print.
    """
    blocks: list[list[RenderableType]] = [
        [heading(TITLE), plain(tight(headline(result)))],
        *([_arms(result, source)] for source in result.comparisons),
        [_verdicts(result)],
        [bullet(tight(line)) for line in result.advice],
        claims_listed(result.claims),
    ]
    print_blocks(console, blocks)


def study_text(result: ConversationResult) -> str:
    """What `print_study` prints, as plain text of at most 80 columns."""
    return as_text(lambda console: print_study(result, console))


def _arms(result: ConversationResult, source: str) -> RenderableType:
    there = {cell.made for cell in result.cells if cell.source == source}
    kinds = [made for made in (_MAIN if source == "world" else TURNS) if made in there]
    named = {BASELINE: "baseline", **{"+".join(STEPS[: at + 1]): f"+ {step}" for at, step in enumerate(STEPS)},
             SHAM: "sham", CUT_OFF: "cut-off"}  # fmt: skip
    rows = [
        [words, *("–" if (cell := result.cell(arm, made, source)) is None or known(cell.served) is None
                  else tight(percent(cell.served.value or 0.0)) for made in kinds)]
        for arm, words in named.items()
    ]  # fmt: skip
    note = f"Share of turns with what is right{_where(source)}."
    short = [made.replace("_", " ") for made in kinds]
    return grid(("Steps", *short), rows, numeric=range(1, len(kinds) + 1), notes=[note])


def _verdicts(result: ConversationResult) -> RenderableType:
    rows = [
        [TURNS[made], *("–" if (found := result.verdict(axis, made)) is None or found.slope is None
                        else f"{found.verdict.split(',')[0]} {points(found.slope)}" for axis in result.verdicts)]
        for made in _MAIN
    ]  # fmt: skip
    note = "Does more of it help the baseline? Points per tenfold."
    return grid(("Turns", *result.verdicts), rows, numeric=range(1, len(result.verdicts) + 1), notes=[note])
