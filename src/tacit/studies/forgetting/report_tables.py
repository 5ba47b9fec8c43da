"""The tables of the study, and how it was made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from tacit.report.figures import count, known
from tacit.report.html import Child, Html, data, el, facts, join, missing, table
from tacit.studies.forgetting.report_words import KEEPS, UPDATES, WORLDS, find, told

if TYPE_CHECKING:
    from tacit.evidence.estimate import Estimate
    from tacit.studies.forgetting.result import ForgettingResult
    from tacit.studies.forgetting.theory import TheoryResult

_SHOTS: Final = (4, 16)
_POOLS: Final = {"unseen": "like those asked for later", "elsewhere": "of another kind", "skill": "of the skill"}
_METHODS: Final = (
    ("Theory", "One layer of linear attention with a merged query-key map, prompts of a task on the unit sphere; loss "
     "without demonstrations (ZS), or that and the annealed loss with them (FS); all weights or the values (V).",
     "Lee, Sohn and Lee 2026, arXiv 2602.23197"),
    ("Linear functions", "One token per demonstration, three inputs, noise of variance .1, up to 16 demonstrations.",
     "after Garg et al. 2022, arXiv 2208.01066"),
    ("Symbols", "Noisy copies of four symbols with labels that are drawn anew for each prompt.",
     "after Chan et al. 2022, arXiv 2205.05055; Reddy 2024, arXiv 2312.03002"),
    ("Same error", "Training stops at the first check at which the error on the skill is at most the bound; checks are "
     "at each of the first 40 steps and at every fifth after them.", "tacit"),
    ("Retention", "Advantage over knowing nothing that is left, as a share of the base's, on the same prompts.",
     "tacit"),
    ("Intervals", "Fieller's, prompts and models crossed.", "Fieller 1954; Clark 1973"),
    ("Few-shot loss", "The loss on prompts of the skill with demonstrations, its weight falling linearly to 0.",
     "Lee, Sohn and Lee 2026"),
    ("Distilling", "Distance of the answers from the base's on prompts with demonstrations, which need no labels.",
     "Hinton et al. 2015, arXiv 1503.02531"),
    ("Pull", "Squared distance of what is trained from where it began.", "Li et al. 2018, L2-SP"),
    ("Averaging", "Trained on past the bound, then interpolated with the base as far as the bound allows.",
     "Wortsman et al. 2022, WiSE-FT"),
)  # fmt: skip
_LIMITS: Final = (
    "The models have some thousands of parameters and one kind of task each. Which set of parameters is best differs "
    "between the two worlds already; expect it to differ for yours, and measure.",
    "The answers to tasks drawn anew without demonstrations must get worse when one answer is learnt by heart; that is "
    "not counted as forgetting here.",
    "One learning rate, one optimiser. Other presets say more.",
)


def theory_table(found: TheoryResult) -> Html:
    """Retention and parameters of each method."""
    rows: list[list[Child]] = []
    for kept in found.retention:
        learned = found.parameters(kept.method)
        rows.append([
            kept.method, _cell(kept.over_seeds), _mean(learned.symmetric), _mean(learned.moved), _mean(learned.weight),
            "–" if learned.expected is None else f"{learned.expected:.3f}",
        ])  # fmt: skip
    header = (
        "Method",
        f"Kept, {found.preset.shots} demonstrations",
        "Norm of sym(Q11)",
        "Change of v_y",
        "w",
        "w by theory",
    )
    return table("What became of the layer, means over models", header, rows, numeric=(1, 2, 3, 4, 5), class_="wide")


def _mean(values: tuple[float, ...]) -> str:
    return f"{sum(values) / len(values):.3f}"


def _cell(estimate: Estimate) -> Child:
    return missing(estimate.missing) if known(estimate) is None else told(estimate)


def bases_table(result: ForgettingResult) -> Html:
    """Errors before anything was tuned."""
    shots = sorted({k for base in result.bases for k in base.errors})
    rows: list[list[Child]] = [
        [
            WORLDS[base.world], count(base.depth), count(base.params),
            *(f"{base.errors[k].value:.3f}" for k in shots), f"{base.null:.3g}", f"{base.floor:.3g}",
        ]
        for base in result.bases
    ]  # fmt: skip
    header = ("Before tuning", "Layers", "Parameters", *(f"{k} shown" for k in shots), "Knowing nothing", "Knowing all")
    return table(
        "Errors of the base on tasks drawn anew, by number of demonstrations", header, rows,
        numeric=range(1, len(header)), class_="wide",
    )  # fmt: skip


def tunings_table(result: ForgettingResult) -> Html:
    """Every way of tuning in numbers."""
    rows: list[list[Child]] = [
        [
            f"{UPDATES[t.update]}, {KEEPS[t.keep]}", f"{WORLDS[t.world].split()[0]} {t.depth}", f"{t.rate:g}",
            count(t.trained), f"{t.steps:.0f}", f"{t.skill.value:.3f}" if known(t.skill) is not None else "–",
            *(_cell(t.retention[k]) for k in _SHOTS), f"{t.reached} of {t.seeds}",
        ]
        for t in result.tunings
        if t.question in {"matched", "rate"}
    ]  # fmt: skip
    header = (
        "Trained", "World, layers", "Rate", "Numbers", "Steps", "Error on the skill",
        *(f"Kept, {k} shown" for k in _SHOTS), "Reached the error",
    )  # fmt: skip
    made = table("Every way of tuning at the same error", header, rows, numeric=range(2, len(header)), class_="wide")
    return el("details", el("summary", f"All {len(rows)} ways of tuning in numbers"), made)


def pools_table(result: ForgettingResult) -> Html | None:
    """What distilling on other prompts keeps."""
    rows: list[list[Child]] = []
    for world, depth in (("lines", 3), ("symbols", 2)):
        for update in ("all", "value"):
            for pool, words in _POOLS.items():
                question = "matched" if pool == "unseen" else "pool"
                found = find(result, update, "few-shot", question=question, world=world, depth=depth, pool=pool)
                if found is not None:
                    rows.append([
                        words, WORLDS[world], UPDATES[update], *(_cell(found.retention[k]) for k in _SHOTS),
                        f"{found.reached} of {found.seeds}",
                    ])  # fmt: skip
    if not rows:
        return None
    header = ("Prompts", "World", "Trained", *(f"Kept, {k} shown" for k in _SHOTS), "Reached the error")
    return table("Distilling on other prompts, at the same error", header, rows, numeric=(3, 4, 5), class_="wide")


def drift_table(result: ForgettingResult) -> Html:
    """Attention drift per layer, for the deepest models of lines that everything was tried with."""
    found = [t for t in result.tunings if (t.question, t.world, t.depth) == ("matched", "lines", 3)]
    most = max((len(t.drift) for t in found), default=0)
    rows: list[list[Child]] = [
        [f"{UPDATES[t.update]}, {KEEPS[t.keep]}", *(f"{value:.3f}" for value in t.drift)] for t in found
    ]
    header = ("Trained", *(f"Layer {at + 1}" for at in range(most)))
    return table("How far attention moved (0 not at all, 1 entirely)", header, rows, numeric=range(1, most + 1))


def methods(result: ForgettingResult) -> Html:
    """How every number was made, and what it cannot say."""
    rows: list[list[Child]] = [[name, how, source] for name, how, source in _METHODS]
    told_settings = [
        (name, value if isinstance(value, str) else json.dumps(value)) for name, value in result.settings.items()
    ]
    return join([
        table("Methods", ("What", "How", "Source"), rows, class_="wide"),
        el("h3", "What this cannot say"),
        el("ul", *(el("li", limit) for limit in _LIMITS), class_="findings"),
        el("h3", "Settings"),
        facts(told_settings),
        el("p", "Tacit ", data(result.tacit, 40), ". The same preset and seed give the same page.", class_="note"),
    ])  # fmt: skip
