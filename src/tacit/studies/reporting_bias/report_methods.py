"""How the study was made: what was trained, the settings, the methods with their sources, and the limits."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final

from tacit.report import html
from tacit.report.figures import compact, count
from tacit.report.html import Child, Html, data, el, facts, join, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.studies.reporting_bias.report_view import Limits, View

_METHODS: Final = (
    ("The world", "Scenes of coloured shapes by a house or a tree, drawn as pictures of 24 by 24 dots; every statement "
     "about a scene is true or false by construction.", "tacit"),
    ("Ordinary speaker", "Weighs what a statement tells a listener against what it costs to say; a type is told when "
     "it is the question under discussion. How often it is, is set so that the published rates come out.",
     "Grice 1975; Frank and Goodman 2012; Kamath et al. 2026, Table 1"),
    ("Speaker who is asked", "Answers all four questions wherever there is something to say.",
     "Kamath et al. 2026, the study with 100 COCO images"),
    ("Model-like speaker", "Repeats the habits of ordinary captions in each situation, as a captioner that fits its "
     "training data would.", "Shumailov et al. 2024"),
    ("Chosen captions", "Existing captions that state a type, repeated within a limit, by the rules of tacit curate.",
     "tacit"),
    ("Audit", "Detectors read the text alone; shares with Wilson's interval.", "Wilson 1927"),
    ("Probes", "One of four (spatial, negation), nine (counting) or two (temporal) statements is true; neither the "
     "text alone nor the place of the answer gives it away.", "after Kamath et al. 2026"),
    ("Models", "A picture encoder and a text encoder that learn which captions belong to which pictures; captioners, "
     "where there are any, learn to write the caption. From scratch.", "Radford et al. 2021"),
    ("Interval of a mean", "Over models that differ in their seed only: Student's t. Few seeds make it wide.",
     "Student 1908"),
    ("Verdicts on scale", "Slopes per tenfold with tests for rise, fall and equivalence; see tacit scale.",
     "Schuirmann 1987; Benjamini and Hochberg 1995"),
    ("Gains", "Accuracy less that of the sham of the same seed; the interval counts both items and seeds as drawn. "
     "Verdicts: see tacit compare.", "Miller 2024"),
    ("Worth in scale", "The gain over the slope of the ladder; only a lower bound where the slope may be zero.",
     "Fieller 1954"),
    ("Share or number", "Accuracy of the models with doses on the logarithms of the share and of the number of "
     "captions that tell a type, together; the two differ because the training sets differ in size.", "tacit"),
)  # fmt: skip


def methods_section(view: View, run: Mapping[str, str], limits: Limits) -> Html:
    """What was trained, how every number was made, and what it cannot say."""
    result = view.result
    rows: list[list[Child]] = [[name, how, source] for name, how, source in _METHODS]
    told = [(name, _setting(value)) for name, value in result.settings.items()]
    remarks = [el("li", data(remark, limits.text)) for remark in result.remarks[: limits.remarks]]
    return join([
        el("h3", "What was trained"),
        _trained(view, limits),
        el("h3", "What this cannot say"),
        el("ul", *(el("li", limit) for limit in _limits(view)), class_="findings"),
        *([el("h3", "What was assumed or left out"), el("ul", *remarks, class_="findings")] if remarks else []),
        html.left_out(len(remarks), len(result.remarks), "remarks", "result.json"),
        el("h3", "What each number is"),
        table("Methods and their sources", ("Number", "How it was made", "After"), rows, class_="methods"),
        el("p", "Every number of this page, and those left out here, are in ", el("code", "result.json"), "."),
        el("h3", "This run"),
        facts([("tacit", result.tacit), *told, *run.items()][: limits.rows], limits.name),
    ])  # fmt: skip


def _setting(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _trained(view: View, limits: Limits) -> Html:
    """Models and captions by phase: what the study cost, and the seeds."""
    phases = Counter((m.phase, m.arm) for m in view.result.models)
    rows: list[list[Child]] = []
    for (phase, arm), many in list(phases.items())[: limits.rows]:
        models = [m for m in view.result.models if (m.phase, m.arm) == (phase, arm)]
        rows.append([
            data(f"{phase}: {arm}" if arm else phase, limits.name), count(many), count(len({m.seed for m in models})),
            _range([m.params for m in models]), _range([m.captions for m in models]),
            compact(sum(m.words for m in models)), _range([m.items for m in models]),
        ])  # fmt: skip
    steps, batch = (view.result.settings.get(name) for name in ("steps", "batch"))
    seen = None
    if isinstance(steps, int) and isinstance(batch, int):
        pairs = steps * batch
        total = f"{compact(pairs * len(view.result.models))} in all"
        seen = el("p", f"Every model saw {count(pairs)} pairs of picture and caption, repeats included: {total}.")
    header = ("Phase", "Models", "Seeds", "Parameters", "Captions each", "Words in all", "Questions per probe")
    return join([table("Models by phase", header, rows, numeric=range(1, 7), class_="wide"), seen])


def _range(values: list[int]) -> str:
    low, high = min(values), max(values)
    return compact(low) if low == high else f"{compact(low)}–{compact(high)}"


def _limits(view: View) -> list[str]:
    """What nobody should read out of the study."""
    ladder = [m for m in view.result.models if m.phase == "ladder"]
    spans = ""
    if ladder:
        params, captions = (
            max(values) / min(values) for values in ([m.params for m in ladder], [m.captions for m in ladder])
        )
        spans = f" The ladder spans a factor of {compact(params)} in parameters and {compact(captions)} in captions."
    return [
        "A verdict on scale holds for the sizes tried. Models a thousand times larger were not trained here." + spans,
        "The language is a few dozen words, scenes have a handful of things, and every caption is true. Real captions "
        "are ambiguous and often wrong, and detectors make more errors on them.",
        "The speaker who is asked always answers. People did so for 14 % (spatial) to 52 % (negation) of pictures in "
        "the published study, so that real doses cost more answers.",
        "The models learn from nothing but these captions. Large models may also learn from text, video or "
        "instructions, which this study says nothing about.",
    ]
