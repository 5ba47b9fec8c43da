"""What the study found, in sentences that are worked out from its verdicts, gains and claims."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tacit.judge.report_words import word_of
from tacit.report.figures import between, count, known, listing, percent, points, why_missing
from tacit.report.html import Name
from tacit.studies.reporting_bias.analyse import MARGIN

if TYPE_CHECKING:
    from tacit.evidence.estimate import Estimate
    from tacit.report.html import Sentence
    from tacit.studies.reporting_bias.report_view import View
    from tacit.studies.reporting_bias.result import Gain, Unsaid

TITLE: Final = "What captions leave unsaid: does scale make up for it, or asking?"
LABORATORY: Final = (
    "This is a laboratory: a small world whose truth is known, and small models trained from scratch in it. It tests "
    "one idea, that models do not learn what nobody says, where everything else is held equal. It measures no large "
    "model, and its numbers are no forecast for one."
)
ARM_WORDS: Final = {
    "baseline": "ordinary captions",
    "sham": "as many more words of ordinary captions",
    "curated": "as many words chosen from a pool of ordinary captions",
    "synthetic": "as many words by a model-like speaker",
    "elicited": "as many words from people who were asked",
}
SPEAKERS: Final = {
    "ordinary": "Ordinary captions", "elicited": "People who were asked", "curated": "Chosen ordinary captions",
    "synthetic": "Model-like speaker", "yours": "Your captions",
}  # fmt: skip
_AXES: Final = {"params": "parameters", "unique_data": "captions", "samples": "pairs seen"}
_NAMED: Final = 3
_MANY: Final = 3
"""Below this, numbers are told to more digits."""
PLAIN: Final = {
    "emergent, unresolved": "still near guessing", "scaling": "gets better", "saturating": "got better, then stopped",
    "inverse": "gets worse", "confounded by family": "cannot be told", "format artefact suspected": "below guessing",
}  # fmt: skip
"""Verdicts for people who have not read what they are called."""


def axis_word(axis: str) -> str:
    """What an axis counts, in the study's words.

    Example:
        >>> axis_word("params"), axis_word("step")
        ('parameters', 'step')
    """
    return _AXES.get(axis, axis.replace("_", " "))


def rises(gain: Gain | None) -> bool:
    """Whether the whole interval of a gain lies above zero."""
    return gain is not None and known(gain.difference) is not None and (gain.difference.low or 0.0) > 0


def falls(gain: Gain | None) -> bool:
    """Whether the whole interval of a gain lies below zero."""
    return gain is not None and known(gain.difference) is not None and (gain.difference.high or 0.0) < 0


def headline(view: View) -> Sentence:
    """The answers, in as few words as they can be given in."""
    return (*_scale(view), " ", *_asking(view), *_broke(view))


def _scale(view: View) -> Sentence:
    """Which types scale, and which do not."""
    verdicts = {name: {entry.verdict for entry in view.verdicts(name)} for name in view.types}
    judged = [name for name in view.types if verdicts[name]]
    if not judged:
        return ("Whether scale makes up for what captions leave unsaid was not judged here.",)
    helped = [name for name in judged if "scaling" in verdicts[name]]
    flat = [name for name in judged if verdicts[name] == {"flat"}]
    unmoved = [name for name in judged if name not in flat and verdicts[name] <= {"emergent, unresolved", "flat"}]
    guessing = [name for name in unmoved if view.farthest(name) <= MARGIN / 100 and not _denied(view, name)]
    rest = [name for name in judged if name not in (*helped, *flat, *guessing)]
    if len(flat) == len(judged):
        return (f"Scale did not help: {_those(view, flat)} stayed flat.",)
    parts = [f"helped {listing([_along(view, name) for name in helped])}"] if helped else ["is not shown to help"]
    parts += [f"{_those(view, guessing)} stayed within {MARGIN:g} points of guessing"] if guessing else []
    parts += [f"{_those(view, flat)} stayed flat"] if flat else []
    parts += [f"for {_those(view, rest)} the verdict is open or mixed"] if rest else []
    return (f"Scale {'; '.join(parts)}.",)


def _denied(view: View, name: str) -> bool:
    """Whether the claim that models stay near chance at a type does not hold; its interval is stricter than a mean."""
    return any(claim.name.rstrip(".").endswith(f"chance at {name}") for claim in view.result.failed)


def _those(view: View, names: list[str]) -> str:
    """Some types by name, or that it is all of them."""
    return f"all {count(len(names))} types" if len(names) == len(view.types) >= _MANY else listing(names)


def _along(view: View, name: str) -> str:
    """A type with what a tenfold brings along the axes on which it scales."""
    slopes = [
        f"{points(entry.slope)} points for ten times the {axis_word(entry.axis)}"
        for entry in view.verdicts(name)
        if entry.verdict == "scaling" and entry.slope is not None
    ]
    return f"{name} ({listing(slopes)})" if slopes else name


def _asking(view: View) -> Sentence:
    """Which types asking raises over the sham."""
    gains = {name: view.gain("elicited", name) for name in view.types}
    measured = [name for name in view.types if gains[name] is not None]
    raised = [name for name in measured if rises(gains[name])]
    if not measured:
        return ("What asking does was not measured here.",)
    if not raised:
        return ("Asking people is not shown to help.",)
    most = [100 * (gain.difference.value or 0.0) for name in raised if (gain := gains[name])]
    size = points(min(most)) if len(most) == 1 else f"{points(min(most))} to {points(max(most))}"
    others = [name for name in view.types if name not in raised]
    rest = f"; for {listing(others)} no rise is shown" if others else ""
    by = f"by {size.replace('+', '')} points more than as many ordinary words did"
    return (f"Asking people raised {_those(view, raised)} {by}{rest}.",)


def _broke(view: View) -> Sentence:
    """Whether asking broke what was to be kept."""
    retained = [entry for entry in view.result.compared.comparisons if entry.role == "retain"]
    # Verdicts take the models as they are, gains count seeds as drawn: both must say so.
    broken = [e.capability for e in retained if e.verdict == "broken" and falls(view.gain("elicited", e.capability))]
    if broken:
        return (" It broke ", Name(listing(broken)), ".")
    gains = [gain for entry in retained if (gain := view.gain("elicited", entry.capability, "baseline"))]
    lows = [gain.difference.low for gain in gains]
    sure = all(low is not None and low > -MARGIN / 100 for low in lows)
    if retained and sure and all(entry.verdict == "kept" for entry in retained):
        return (" It broke nothing that was to be kept.",)
    doubtful = [e.capability for e in retained if e.verdict != "kept"]
    if doubtful:
        return (" Whether it broke ", Name(listing(doubtful)), " is open.")
    return (" Whether it broke anything is open.",) if retained else ()


def claims_sentence(view: View) -> Sentence:
    """How many of the claims hold, and which do not."""
    every, failed = view.result.claims, view.result.failed
    if not every:
        return ("No claim was checked.",)
    if not failed:
        return (f"All {count(len(every))} claims that were checked hold.",) if len(every) > 1 else ("The claim holds.",)
    named = [part for claim in failed[:_NAMED] for part in ("; ", "“", Name(claim.name.rstrip(".")), "”")][1:]
    more = f" and {count(len(failed) - _NAMED)} more" if len(failed) > _NAMED else ""
    verb = "does" if len(failed) == 1 else "do"
    told = f"{count(len(every) - len(failed))} of {count(len(every))} claims that were checked hold; "
    return (f"{told}{count(len(failed))} {verb} not: ", *named, f"{more}.")


def findings(view: View) -> list[Sentence]:
    """One sentence for each step of the story."""
    steps = (unsaid_sentence, controls_sentence, arms_sentence, kept_sentence, dose_sentence, claims_sentence)
    return [told for make in steps if (told := make(view))]


def unsaid_sentence(view: View) -> Sentence:
    """How often ordinary captions report what is there."""
    usual, asked = view.unsaid("ordinary"), view.unsaid("elicited")
    told = [f"{name} in {percent(value)}" for name in view.types if (value := _reported(usual.get(name))) is not None]
    if not told:
        return ()
    answers = [value for name in view.types if (value := _reported(asked.get(name))) is not None]
    least = percent(min(answers, default=0.0)) + (" or more" if len({percent(value) for value in answers}) > 1 else "")
    also = f" People who were asked report each in {least}." if answers else ""
    return (f"Of the pictures with something to report, ordinary captions report {listing(told)}.{also}",)


def _reported(entry: Unsaid | None) -> float | None:
    return known(entry.reported) if entry else None


def controls_sentence(view: View) -> Sentence:
    """What the largest models of the ladder do on what captions do say."""
    told = []
    for name in view.controls:
        every = [dot for kind in view.kinds[:1] for line in view.along_params(kind, name)[-1:] for dot in line.dots]
        value = known(every[-1].y) if every else None
        if value is not None:
            told += [", ", Name(name), f" in {percent(value)} (guessing: {percent(view.result.chance[name])})"]
    return ("About what captions do say, the largest model on most captions is right: ", *told[1:], ".") if told else ()


def arms_sentence(view: View) -> Sentence:
    """What the other ways of spending the same words did: choosing, and a model-like speaker."""
    told = []
    for arm, doing in (("curated", "Choosing existing captions"), ("synthetic", "A model-like speaker")):
        gains = {name: view.gain(arm, name) for name in view.types}
        up = [name for name, gain in gains.items() if rises(gain)]
        down = [name for name, gain in gains.items() if falls(gain)]
        if any(gains.values()):
            parts = [f"raised {listing(up)}"] if up else []
            parts += [f"lowered {listing(down)}"] if down else []
            told.append(f"{doing} {' and '.join(parts) or 'is not shown to raise any type'}.")
    return ("For as many words instead: " + " ".join(told),) if told else ()


def kept_sentence(view: View) -> Sentence:
    """What was to be kept and whether it was."""
    retained = [entry for entry in view.result.compared.comparisons if entry.role == "retain"]
    by_verdict: dict[str, list[str]] = defaultdict(list)
    for entry in retained:
        by_verdict[entry.verdict] += [", ", entry.capability]
    told: list[str] = []
    for verdict, names in by_verdict.items():
        told += ["; ", verdict, ": ", *(Name(part) if at % 2 else part for at, part in enumerate(names[1:], 1))]
    return ("What must not break, in these very models after asking – ", *told[1:], ".") if told else ()


def dose_sentence(view: View) -> Sentence:
    """What the doses say about rate and number, types with the same answer together."""
    answers: dict[str, list[str]] = defaultdict(list)
    for entry in view.result.doses:
        answers[entry.finding].append(entry.type)
    told = [part for finding, types in answers.items() for part in (" For ", Name(listing(types)), ": ", Name(finding))]
    return ("Share or number of the captions that tell it?", *told) if told else ()


def verdict_words(view: View, capability: str, *, plain: bool = False) -> str:
    """The verdicts on one probe in a few words: one, or one for each axis.

    Args:
        view: The result.
        capability: The probe.
        plain: Whether verdicts are paraphrased.
    """
    found = {
        axis_word(entry.axis): PLAIN.get(entry.verdict, entry.verdict) if plain else word_of(entry).label
        for entry in view.verdicts(capability)
    }
    if not found:
        return "not judged"
    same = set(found.values())
    if len(same) == 1:
        return same.pop()
    told = (f"{label} with more {axis}" if plain else f"{axis}: {label}" for axis, label in found.items())
    return "; ".join(told)


def points_of(estimate: Estimate) -> str:
    """A difference of shares in points with its interval, or why there is none."""
    value = known(estimate)
    if value is None:
        return f"not known: {why_missing(estimate)}"
    ends = between(estimate.low, estimate.high, lambda x: points(100 * x))
    return points(100 * value) + (f" ({ends})" if ends else "")
