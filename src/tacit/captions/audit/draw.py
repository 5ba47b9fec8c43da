"""Which captions are worth labelling next, and what the labels tell so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit.captions.audit.api import prepare
from tacit.captions.audit.collect import collect
from tacit.captions.audit.correct import from_labels, masks_of, strata_of
from tacit.captions.audit.labels import Label, Labels, read_labels
from tacit.captions.audit.rates import by_group
from tacit.captions.audit.result import ALL
from tacit.captions.audit.settings import AUTO
from tacit.captions.audit.tally import types_of
from tacit.captions.detect.hits import TYPES
from tacit.errors import UsageError
from tacit.evidence.allocation import allocate, labels_to_halve
from tacit.evidence.prevalence import Stratum
from tacit.runs.engine import get_engine
from tacit.runs.progress import NullProgress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.captions.audit.result import Accuracy, Corrected
    from tacit.captions.audit.settings import AuditSettings
    from tacit.captions.audit.tally import Tally
    from tacit.captions.detect.protocol import Detector
    from tacit.evidence.allocation import Plan
    from tacit.runs.progress import Progress

FIRST: Final = 2
"""Labels that every stratum gets before the rest is divided by where it helps most."""
MOST: Final = 5_000
"""Captions that can be drawn from one stratum."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Captions to label, and what they were drawn from.

    Attributes:
        labels: What is labelled so far, with the sizes of the strata.
        queue: Captions to label next, in random order.
        tally: The counts of the corpus.
        detector: The detector whose hits make the strata.
        text: The column of the captions.
    """

    labels: Labels
    queue: tuple[Label, ...]
    tally: Tally
    detector: Detector
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the labels tell of a type so far.

    Attributes:
        accuracy: Precision and recall of the detector.
        corrected: The true share.
        plan: How many more labels would halve its interval; ``None`` when there is no interval yet.
    """

    accuracy: Accuracy
    corrected: Corrected
    plan: Plan | None


def stratum_name(mask: int) -> str:
    """What a stratum is called in the file of labels.

    Example:
        >>> stratum_name(0), stratum_name(5)
        ('no hit', 'counting+negation')
    """
    return "+".join(types_of(mask)) or "no hit"


def draw(
    paths: Sequence[str],
    file: Path,
    *,
    number: int = 100,
    text: str | None = None,
    language: str = "en",
    detector: str = "tacit",
    seed: int = 0,
    progress: Progress | None = None,
) -> Draw:
    """Draw captions to label: a random sample of those with each set of hits and of those without any.

    Args:
        paths: The corpus.
        file: Labels made so far; may not be there yet.
        number: How many to draw.
        text: The column of the captions.
        language: Their language.
        detector: Whose hits make the strata.
        seed: Of the draw; the same seed goes on with the same captions.
        progress: Is told of rows.

    Raises:
        UsageError: If the labels were drawn from other captions, by another detector or with another seed.
    """
    if language == AUTO:
        raise UsageError("tacit label goes with one language; name it with --language.")
    if not 1 <= number <= MOST:
        raise UsageError(f"--number is {number}; choose 1 to {MOST:,}.")
    ready = prepare([*paths], text=text, group_by=None, language=language, detector=detector, seed=seed)
    known = read_labels(file) if file.exists() else Labels(str(file), ())
    settings = replace(ready.settings, look=0, draw=min(MOST, number + len(known.labels)))
    with get_engine() as engine:
        tally = collect(ready.corpus, settings, engine, progress or NullProgress())
    strata = {stratum_name(mask): int(n) for mask, n in enumerate(by_group(tally)[ALL]) if n}
    found = settings.detectors(detector)[language]
    design = {"detector": found.name, "version": found.version, "language": language, "seed": seed}
    if known.labels:
        _same_design(known, strata, design, file)
    labels = Labels(str(file), known.labels, strata, design)
    return Draw(labels, _queue(labels, tally, settings, number), tally, found, settings.text)


def _same_design(known: Labels, strata: Mapping[str, int], design: Mapping[str, Any], file: Path) -> None:
    if not known.drawn:
        raise UsageError(f"{file} was not made by tacit label, so it cannot be added to. Name another --labels file.")
    changed = [f"{key} {known.design.get(key)!r} is now {value!r}" for key, value in design.items()
               if known.design.get(key) != value]  # fmt: skip
    if known.strata != strata and not changed:
        changed = ["the captions are others"]
    if changed:
        raise UsageError(
            f"{file} was drawn from something else: {'; '.join(changed)}. The labels in it stay good for tacit audit "
            "--labels; to draw more, name a new --labels file."
        )


def _queue(labels: Labels, tally: Tally, settings: AuditSettings, number: int) -> tuple[Label, ...]:
    """The next captions of every stratum, as many as help most there."""
    done = {label.caption for label in labels.labels}
    waiting: dict[str, list[tuple[int, Label]]] = {}
    for (language, mask), sample in tally.drawn.items():
        name = stratum_name(mask)
        waiting[name] = [
            (priority, Label(caption, (None,) * len(TYPES), name, sample.copies(caption)))
            for priority, caption in sample
            if caption not in done and language in settings.languages
        ]
    wanted = _allocate(labels, {name: len(queue) for name, queue in waiting.items()}, number)
    chosen = [entry for name, queue in waiting.items() for entry in queue[: wanted[name]]]
    # In the order of their hashes: who labels cannot tell from the order what the detector saw.
    return tuple(label for _, label in sorted(chosen, key=lambda entry: (entry[0], entry[1].caption)))


def _allocate(labels: Labels, available: Mapping[str, int], number: int) -> dict[str, int]:
    """How many to take from each stratum: a few from every one, the rest where the four shares gain most."""
    names = list(available)
    have = Counter(label.stratum for label in labels.labels)
    wanted = {name: min(max(FIRST - have[name], 0), available[name]) for name in names}
    left = number - sum(wanted.values())
    if left <= 0:
        return _cut(wanted, number)
    for bit in range(len(TYPES)):
        budget = left // len(TYPES) + (bit < left % len(TYPES))
        strata = []
        for name in names:
            mine = [label for label in labels.labels if label.stratum == name and label.states[bit] is not None]
            size = max(labels.strata.get(name, 0), len(mine))
            strata.append(Stratum(size, len(mine), sum(bool(label.states[bit]) for label in mine), name=name))
        for name, more in zip(names, allocate(budget, strata), strict=True):
            wanted[name] = min(wanted[name] + more, available[name])
    # What small strata could not take goes to the large ones, where most of what is missed lies.
    for name in sorted(names, key=lambda n: (-labels.strata.get(n, 0), n)):
        wanted[name] += min(number - sum(wanted.values()), available[name] - wanted[name])
    return wanted


def _cut(wanted: dict[str, int], number: int) -> dict[str, int]:
    """At most so many in all, taken in turn from each stratum."""
    taken = dict.fromkeys(wanted, 0)
    while sum(taken.values()) < number and taken != wanted:
        for name in taken:
            if taken[name] < wanted[name] and sum(taken.values()) < number:
                taken[name] += 1
    return taken


def standing(drawn: Draw, labels: Labels) -> tuple[Standing, ...]:
    """What the labels tell of each type so far, and how many more would halve its interval.

    Args:
        drawn: The draw.
        labels: All labels now.
    """
    accuracy, corrected = from_labels(drawn.tally, drawn.detector, labels)
    masks = masks_of(drawn.detector, [label.caption for label in labels.labels]).tolist()
    sizes = by_group(drawn.tally)[ALL]
    told = []
    for bit, type_ in enumerate(TYPES):
        said = [
            (label, mask) for label, mask in zip(labels.labels, masks, strict=True) if label.states[bit] is not None
        ]
        share = next(c for c in corrected if c.type == type_)
        plan = None
        if share.share.value is not None:
            weights = labels.weights([label for label, _ in said])
            plan = labels_to_halve(strata_of(type_, sizes, said, weights))
        told.append(Standing(next(a for a in accuracy if a.type == type_), share, plan))
    return tuple(told)
