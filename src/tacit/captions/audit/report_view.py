"""An audit's result, indexed the way a reader looks at it, and the limits of what one page shows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from tacit.captions.audit.result import ALL
from tacit.captions.detect.hits import TYPES
from tacit.captions.words import TYPE_ROLES
from tacit.evidence.estimate import Estimate
from tacit.report.figures import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.captions.audit.result import Accuracy, AuditResult, Corrected, Example, Rate

LABELS: Final = "labels"
"""Source of accuracy that rests on captions of this very corpus."""

_MOST_TYPES: Final = 6
CHART_GROUPS: Final = 12
"""Groups that are drawn side by side."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of everything one page shows; what is left out is said on the page.

    Attributes:
        groups: Groups in tables.
        subtypes: Sub-types per type and kind (counted, neighbours, stopped).
        examples: Examples per sub-type.
        caption: Characters of an example.
        rows: Rows of any other table.
        name: Characters of a name from data.
        sources: Sources of accuracy per type.
    """

    groups: int = 40
    subtypes: int = 40
    examples: int = 4
    caption: int = 400
    rows: int = 60
    name: int = 80
    sources: int = 6


STEPS: Final = (Limits(), Limits(30, 30, 2, 240, 40, 60), Limits(15, 16, 1, 160, 20, 40), Limits(10, 8, 1, 60, 10, 24))
"""Tried in turn until the page is small enough."""


class View:
    """Look-ups into a result.

    Args:
        result: What the audit found.
    """

    def __init__(self, result: AuditResult) -> None:
        self.result = result
        self.overall: dict[str, Rate] = {}
        self.languages: dict[tuple[str, str], Rate] = {}
        self.subtypes: dict[str, list[Rate]] = defaultdict(list)
        self._groups: dict[tuple[str, str], Rate] = {}
        for rate in result.rates:
            self._place(rate)
        present = {rate.type for rate in result.rates}
        # The contract knows four types; a plug-in that breaks it must not break the page.
        self.types = (*TYPES, *sorted(present.difference(TYPES)))[:_MOST_TYPES]
        for rates in self.subtypes.values():
            rates.sort(key=lambda r: (not r.counts, bool(r.guard), -r.captions, r.subtype))

    def _place(self, rate: Rate) -> None:
        everything = rate.group == ALL and rate.language == ALL
        if everything and rate.subtype:
            self.subtypes[rate.type].append(rate)
        elif everything:
            self.overall[rate.type] = rate
        elif rate.subtype:
            return
        elif rate.group == ALL:
            self.languages[rate.language, rate.type] = rate
        elif rate.language == ALL:
            self._groups[rate.group, rate.type] = rate

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Captions per group, most first; equal ones by name."""
        found: dict[str, int] = {}
        for (group, _), rate in self._groups.items():
            found[group] = max(found.get(group, 0), rate.share.n)
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, largest first."""
        return tuple(self.sizes)

    def rate(self, type_: str) -> Estimate:
        """The share of all captions, or why there is none."""
        rate = self.overall.get(type_)
        return rate.share if rate else Estimate.none("the detectors used have no rules for this kind")

    def group_rate(self, group: str, type_: str) -> Estimate:
        """The share of a group's captions, or why there is none."""
        rate = self._groups.get((group, type_))
        return rate.share if rate else Estimate.none("not counted in this group")

    def language_rate(self, language: str, type_: str) -> Estimate:
        """The share of a language's captions, or why there is none."""
        rate = self.languages.get((language, type_))
        return rate.share if rate else Estimate.none("no rules for this kind in this language")

    @cached_property
    def _corrected(self) -> dict[tuple[str, str], list[Corrected]]:
        found: dict[tuple[str, str], list[Corrected]] = defaultdict(list)
        for entry in self.result.corrected:
            found[entry.group, entry.type].append(entry)
        for entries in found.values():
            entries.sort(key=lambda c: (c.source != LABELS, known(c.share) is None, c.source, c.share.method))
        return found

    def corrections(self, type_: str, group: str = ALL) -> list[Corrected]:
        """Corrected shares, those that rest on the user's labels first."""
        return self._corrected.get((group, type_), [])

    def correction(self, type_: str) -> Corrected | None:
        """The corrected share that is known from the best source, if there is one."""
        return next((c for c in self.corrections(type_) if known(c.share) is not None), None)

    def best(self, type_: str) -> Estimate:
        """What to tell a reader first: corrected with labels of this corpus if that was done, else as detected.

        A correction with shipped accuracy is shown beside the rate and never instead of it: it rests on other captions.
        """
        corrected = self.correction(type_)
        return corrected.share if corrected and corrected.source == LABELS else self.rate(type_)

    def accuracies(self, type_: str) -> list[Accuracy]:
        """What is known of the detector's errors, the user's labels first."""
        return sorted(
            (a for a in self.result.accuracy if a.type == type_), key=lambda a: (a.source != LABELS, a.source)
        )

    @cached_property
    def _examples(self) -> dict[tuple[str, str, bool, str], list[Example]]:
        found: dict[tuple[str, str, bool, str], list[Example]] = defaultdict(list)
        for example in self.result.examples:
            found[example.type, example.subtype, example.counts, example.guard].append(example)
        return found

    def examples(self, rate: Rate) -> list[Example]:
        """Captions that show what a sub-type's rate is made of."""
        return self._examples.get((rate.type, rate.subtype, rate.counts, rate.guard), [])

    @cached_property
    def combinations(self) -> list[tuple[tuple[str, ...], int]]:
        """All captions by the exact set of types they state, most frequent first."""
        found = [(tuple(types), n) for group, types, n in self.result.combinations if group == ALL]
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def counts(self, group: str = ALL) -> dict[int, int]:
        """Captions by the number they state, smallest number first."""
        return {value: n for of, value, n in sorted(self.result.counts) if of == group and n > 0}

    @property
    def detector(self) -> str:
        """Name, version and languages of the detectors used."""
        languages: dict[str, list[str]] = defaultdict(list)
        for entry in self.result.detectors:
            name = f"{entry.get('name', '?')} {entry.get('version', '')}".strip()
            languages[name].append(entry.get("language", "?"))
        return ", ".join(f"{name} ({', '.join(codes)})" for name, codes in languages.items()) or "none"

    @property
    def keyword_detector(self) -> bool:
        """Whether the rates were made with the published keyword list alone."""
        return {d.get("name") for d in self.result.detectors} == {"kamath2026"}

    @property
    def level(self) -> float:
        """Nominal coverage of the intervals of the rates."""
        return next((r.share.level for r in self.overall.values()), 0.95)

    def by_kind(self, type_: str) -> Iterator[tuple[str, list[Rate]]]:
        """The sub-types of a type in three parts: ``counted``, ``neighbours``, ``stopped``."""
        rates = self.subtypes.get(type_, [])
        yield "counted", [r for r in rates if r.counts]
        yield "neighbours", [r for r in rates if not r.counts and not r.guard]
        yield "stopped", [r for r in rates if r.guard]


def role_of(type_: str) -> str:
    """The colour of a type."""
    return TYPE_ROLES.get(type_, "published")
