"""A study's result in the order in which a reader looks at it, and its models summed up over seeds."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from statistics import mean, stdev
from typing import TYPE_CHECKING, Final

from tacit.captions.detect.hits import TYPES
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import t_value
from tacit.report.html import data, el

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tacit.judge.result import Judgement
    from tacit.report.html import Html
    from tacit.studies.reporting_bias.result import Gain, ReportingBiasResult, Trained, Unsaid
    from tacit.verify.result import Comparison

LEVEL: Final = 0.95
_SHORT: Final = 16
_ARMS: Final = ("baseline", "sham", "curated", "synthetic", "elicited")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of everything one page shows; what is left out is said on the page.

    Attributes:
        charts: Probes that are drawn.
        lines: Lines in a chart.
        rows: Rows of a table.
        remarks: Remarks.
        name: Characters of a name from data.
        text: Characters of a sentence from data.
    """

    charts: int = 12
    lines: int = 6
    rows: int = 300
    remarks: int = 60
    name: int = 80
    text: int = 600


STEPS: Final = (Limits(), Limits(8, 4, 100, 30, 60, 300), Limits(7, 4, 40, 12, 40, 160), Limits(4, 3, 15, 6, 24, 100))
"""Tried in turn until the page is small enough."""


@dataclass(frozen=True, slots=True)
class Dot:
    """Models that differ in their seed only.

    Attributes:
        x: Where they stand: parameters, captions, or the share of captions that tell something.
        y: Mean accuracy with its interval over seeds.
    """

    x: float
    y: Estimate


@dataclass(frozen=True, slots=True)
class Line:
    """Dots that belong together, from left to right.

    Attributes:
        size: What sets the line apart: captions or parameters.
        dots: The dots.
    """

    size: float
    dots: tuple[Dot, ...]


def over_seeds(values: Sequence[float], limits: tuple[float, float] = (0.0, 1.0)) -> Estimate:
    """The mean of models that differ in their seed only, with Student's interval (1908, Biometrika 6:1).

    m ± t(n − 1) · s / √n. A single model has no interval.

    Args:
        values: Shares, one per model.
        limits: What lies beyond is impossible, and so is an interval that reaches there.

    Example:
        >>> found = over_seeds([0.50, 0.52, 0.54])
        >>> round(found.value, 2), round(found.low, 2), round(found.high, 2), found.n
        (0.52, 0.47, 0.57, 3)
        >>> over_seeds([]).missing
        'no model was asked'
    """
    if not values:
        return Estimate.none("no model was asked")
    middle = mean(values)
    if len(values) == 1:
        return Estimate(middle, None, None, 1, "one model: no interval", LEVEL)
    reach = t_value(LEVEL, len(values) - 1) * stdev(values) / math.sqrt(len(values))
    low, high = max(middle - reach, limits[0]), min(middle + reach, limits[1])
    return Estimate(middle, low, high, len(values), "Student t over seeds", LEVEL)


class View:
    """Look-ups into a result.

    Args:
        result: What was found.
    """

    def __init__(self, result: ReportingBiasResult) -> None:
        self.result = result
        self.types: list[str] = [name for name in TYPES if name in result.chance]
        self.controls = [name for name in result.chance if name not in TYPES]
        self.probes = [*self.types, *self.controls]
        self.kinds = list(dict.fromkeys(m.kind for m in result.models if m.phase == "ladder"))
        present = dict.fromkeys(m.arm for m in result.models if m.phase == "arm")
        self.arms = [*(arm for arm in _ARMS if arm in present), *(arm for arm in present if arm not in _ARMS)]

    def unsaid(self, speaker: str) -> dict[str, Unsaid]:
        """By type, in the first language that this speaker has."""
        found: dict[str, Unsaid] = {}
        for entry in self.result.unsaid:
            if entry.speaker == speaker:
                found.setdefault(entry.type, entry)
        return found

    @property
    def spoken(self) -> list[str]:
        """The sets of languages of the ladder, the first one first."""
        return list(dict.fromkeys(m.languages for m in self.result.models if m.phase == "ladder"))

    def ladder(self, kind: str, languages: str | None = None) -> list[Trained]:
        """The models of one kind on the ladder, in one set of languages; the first by default."""
        wanted = languages if languages is not None else self.spoken[0] if self.spoken else ""
        return [m for m in self.result.models if (m.phase, m.kind, m.languages) == ("ladder", kind, wanted)]

    def span(self, axis: str) -> float | None:
        """Decades from the smallest to the largest model of the ladder along an axis; None for other axes."""
        ladder = [m for m in self.result.models if m.phase == "ladder"]
        values = {"params": [m.params for m in ladder], "unique_data": [m.captions for m in ladder]}.get(axis)
        return math.log10(max(values) / min(values)) if values else None

    def farthest(self, probe: str) -> float:
        """How far the mean of any size on the ladder is from guessing, either way, as a share."""
        cells: dict[tuple[str, int, int, str], list[float]] = defaultdict(list)
        for m in self.result.models:
            if m.phase == "ladder" and probe in m.accuracy:
                cells[m.kind, m.params, m.captions, m.languages].append(m.accuracy[probe])
        return max((abs(mean(found) - self.result.chance[probe]) for found in cells.values()), default=math.inf)

    def along_params(self, kind: str, probe: str) -> list[Line]:
        """Accuracy against parameters, a line per number of captions."""
        return lines(self.ladder(kind), probe, lambda m: float(m.captions), lambda m: float(m.params))

    def along_captions(self, kind: str, probe: str) -> list[Line]:
        """Accuracy against captions, a line per number of parameters."""
        return lines(self.ladder(kind), probe, lambda m: float(m.params), lambda m: float(m.captions))

    def across_languages(self, kind: str, probe: str, languages: str) -> Estimate:
        """Accuracy with this set of languages less that with the first, all sizes of a seed taken together."""
        means = [defaultdict[int, list[float]](list), defaultdict[int, list[float]](list)]
        for side, name in enumerate((self.spoken[0], languages)):
            for m in self.ladder(kind, name):
                if probe in m.accuracy:
                    means[side][m.seed].append(m.accuracy[probe])
        seeds = sorted(means[0].keys() & means[1].keys())
        return over_seeds([mean(means[1][seed]) - mean(means[0][seed]) for seed in seeds], (-1.0, 1.0))

    @cached_property
    def doses(self) -> list[Trained]:
        """Models that were given doses, and those of the ladder that are like them but for the dose."""
        given = [m for m in self.result.models if m.phase == "dose"]
        like = {(m.kind, m.params, m.captions, m.languages) for m in given}
        ladder = [m for m in self.result.models if m.phase == "ladder"]
        return [*given, *(m for m in ladder if (m.kind, m.params, m.captions, m.languages) in like)]

    def dose_lines(self, type_: str, *, number: bool) -> list[Line]:
        """Accuracy against captions that tell a type, a line per size of the corpus.

        Args:
            type_: One of the four types.
            number: Whether x is how many there are, rather than the share in percent.
        """
        groups: dict[tuple[int, float], list[float]] = defaultdict(list)
        for m in self.doses:
            groups[m.captions, m.asked].append(m.telling.get(type_, 0) * (1.0 if number else 100 / m.captions))
        # The scale is logarithmic and has no place for none.
        told = [m for m in self.doses if any(groups[m.captions, m.asked])]
        return lines(told, type_, lambda m: float(m.captions), lambda m: mean(groups[m.captions, m.asked]))

    def arm(self, kind: str, arm: str, probe: str) -> Estimate:
        """Mean accuracy of an arm over its seeds."""
        models = [m for m in self.result.models if (m.phase, m.kind, m.arm) == ("arm", kind, arm)]
        return over_seeds([m.accuracy[probe] for m in models if probe in m.accuracy])

    def gain(self, arm: str, capability: str, against: str = "sham") -> Gain | None:
        """Look a gain up; None when it was not measured."""
        try:
            return self.result.gain(arm, capability, against)
        except KeyError:
            return None

    def verdicts(self, capability: str) -> list[Judgement]:
        """The verdicts on one probe, one per axis."""
        return [entry for entry in self.result.verdicts.verdicts if entry.capability == capability]

    @property
    def judged(self) -> list[Judgement]:
        """All verdicts, in the order of the probes."""
        place = {name: at for at, name in enumerate(self.probes)}
        return sorted(self.result.verdicts.verdicts, key=lambda e: place.get(e.capability, len(place)))

    def compared(self, capability: str) -> Comparison | None:
        """The comparison of the elicited arm on one probe; None when there was none."""
        return next((c for c in self.result.compared.comparisons if c.capability == capability), None)


def long(told: str, limits: Limits) -> Html:
    """A sentence from data in a table's cell; wide enough to be read where the table scrolls sideways."""
    return el("div", data(told, limits.text), style="min-width:15rem")


def label(name: str, limits: Limits) -> Html:
    """A name from data in a table's cell, on one line if it is a short one."""
    return el("span", data(name, limits.name), style="white-space:nowrap" if len(name) <= _SHORT else None)


def lines(
    models: Sequence[Trained], probe: str, line: Callable[[Trained], float], place: Callable[[Trained], float]
) -> list[Line]:
    """Mean accuracies, those of one line and one place taken together.

    Args:
        models: The models.
        probe: Whose accuracies.
        line: The size that sets a model's line apart.
        place: Where on the scale a model stands; models of one line and place differ in their seed only.
    """
    found: dict[float, dict[float, list[float]]] = defaultdict(lambda: defaultdict(list))
    for m in models:
        if probe in m.accuracy:
            found[line(m)][place(m)].append(m.accuracy[probe])
    return [
        Line(size, tuple(Dot(x, over_seeds(values)) for x, values in sorted(dots.items())))
        for size, dots in sorted(found.items())
    ]
