"""The study for people: a page that tells the story with pictures, and a table for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report.html import Html, el, figure, join
from tacit.report.page import page
from tacit.studies.claims_shown import claims_table
from tacit.studies.forgetting.report_charts import (
    depth_chart,
    depth_key,
    front_chart,
    keep_key,
    kept_chart,
    steps_chart,
    theory_chart,
    theory_key,
)
from tacit.studies.forgetting.report_tables import (
    bases_table,
    drift_table,
    methods,
    pools_table,
    theory_table,
    tunings_table,
)
from tacit.studies.forgetting.report_terminal import print_study, study_text
from tacit.studies.forgetting.report_words import LABORATORY, TITLE, WORLDS, headline
from tacit.studies.lead import lead

if TYPE_CHECKING:
    from tacit.studies.forgetting.result import ForgettingResult, Tuning

__all__ = ["print_study", "render_study", "study_text"]

SHOTS: Final = 16
_ROWS: Final = 300
_TEXT: Final = 600
_NOTHING: Final = Html("")


def render_study(result: ForgettingResult) -> str:
    """The report as one HTML file.

    The page holds no script and loads nothing. The same result gives the same bytes.

    Args:
        result: What was found.

    Returns:
        The file's text; write it as UTF-8.
    """
    sections = [
        ("theory", "One layer of linear attention", _theory(result)),
        ("matched", "At the same error on the skill", _matched(result)),
        ("front", "What is kept against what is gained", _front(result)),
        ("depth", "With more layers", _depth(result)),
        ("prompts", "Which prompts to distil on", _pools(result)),
        ("drift", "What moves inside", _drift(result)),
        ("claims", "What holds and what does not", claims_table(result.claims, rows=_ROWS, text=_TEXT)),
        ("methods", "How this was made", methods(result)),
    ]
    begun = lead(TITLE, headline(result), LABORATORY, result.advice, made_with=result.tacit, text=_TEXT)
    return page(TITLE, begun, sections)


def _theory(result: ForgettingResult) -> Html:
    intro = (
        "Lee, Sohn and Lee (2026) prove for one layer of linear attention that zero-shot tuning of everything must "
        "destroy what reads demonstrations, and that tuning nothing but the values leaves it alone, at the price of "
        "an error floor on the skill. Here it is trained by gradient descent, as they do."
    )
    panels = [
        el("div", el("h3", heading), figure(theory_chart(result.theory, task)), class_="panel")
        for heading, task in (("The target", "target"), ("Tasks drawn anew", "unseen"))
    ]
    return join([el("p", intro), theory_key(), el("div", *panels, class_="panels"), theory_table(result.theory)])


def _matched(result: ForgettingResult) -> Html:
    intro = (
        "Every model is trained on the skill alone, with no demonstration in sight, until its error is the same. What "
        "differs is how much of the model is trained, and what is done beside. 100 % is the base; 0 % is knowing "
        "nothing. Intervals count prompts and models as drawn."
    )
    parts: list[Html] = [el("p", intro)]
    for world, depth in (("lines", 3), ("symbols", 2)):
        found = _at_home(result, world, depth)
        if found:
            words = f"{WORLDS[world]}, {depth} layers"
            parts += [el("h3", words), figure(kept_chart(found, SHOTS, words))]
    return join([*parts, bases_table(result), tunings_table(result)])


def _at_home(result: ForgettingResult, world: str, depth: int) -> list[Tuning]:
    rate = result.settings["rates"][0]
    return [
        t for t in result.tunings
        if (t.question, t.world, t.depth, t.rate) == ("matched", world, depth, rate)
    ]  # fmt: skip


def _front(result: ForgettingResult) -> Html:
    panels = []
    for world, words in WORLDS.items():
        for heading, chart in (
            (f"{words}: kept against error", front_chart(result, world, SHOTS)),
            (f"{words}: kept by step", steps_chart(result, world)),
        ):
            if chart is not None:
                panels.append(el("div", el("h3", heading), figure(chart), class_="panel"))
    if not panels:
        return _NOTHING
    intro = (
        "Up and to the left is better: more kept at a smaller error on the skill. Lines follow models that are "
        "trained on past the point at which the others are compared. Most damage is done in the first steps."
    )
    return join([el("p", intro), keep_key(), el("div", *panels, class_="panels")])


def _depth(result: ForgettingResult) -> Html:
    keeps = dict.fromkeys(tuning.keep for tuning in result.tunings)
    charts = [(keep, chart) for keep in keeps if (chart := depth_chart(result, keep, SHOTS)) is not None]
    if not charts:
        return _NOTHING
    from tacit.studies.forgetting.report_words import KEEPS

    panels = [el("div", el("h3", f"Trained: {KEEPS[keep]}"), figure(chart), class_="panel") for keep, chart in charts]
    intro = "Linear functions again, in models of one to four layers, each stopped at the same error on the skill."
    return join([el("p", intro), depth_key(), el("div", *panels, class_="panels")])


def _pools(result: ForgettingResult) -> Html:
    intro = (
        "Distilling needs prompts. Those above were drawn like the ones that are asked for afterwards, which nobody "
        "can know. Here they are of another kind (inputs half as large and answers steeper; two symbols instead of "
        "four), or of the skill itself."
    )
    table = pools_table(result)
    return join([el("p", intro), table]) if table else _NOTHING


def _drift(result: ForgettingResult) -> Html:
    intro = (
        "How far attention has moved, layer by layer: total variation distance between before and after, on few-shot "
        "prompts of tasks drawn anew. Training values alone cannot move the attention of the first layer; from the "
        "second on the inputs of attention move, so attention does too."
    )
    return join([el("p", intro), drift_table(result)])
