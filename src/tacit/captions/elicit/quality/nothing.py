"""Annotators who find nothing to say where others do."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.quality.protocol import Check, Finding, register
from tacit.captions.elicit.quality.texts import more_often
from tacit.evidence.multiplicity import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.captions.elicit.quality.protocol import Project
    from tacit.captions.elicit.records import Answer

_LEAST: Final = 20
"""Answers of one annotator, and of all others, that a comparison needs."""
_FALSE_SHARE: Final = 0.05
_SHARE: Final = 0.5


@register
class Nothing(Check):
    """“Nothing to say” is the quickest answer, and often a true one; only its share tells."""

    name = "nothing to say"

    def of_project(self, project: Project) -> Iterator[Finding]:
        """Compare each annotator with the others, type by type."""
        groups: dict[tuple[int, str], list[Answer]] = defaultdict(list)
        for answer in project.answers:
            groups[answer.annotator, answer.type].append(answer)
        tests = []
        for (annotator, type_), mine in sorted(groups.items()):
            others = [a for (who, t), said in groups.items() if t == type_ and who != annotator for a in said]
            k, others_k = sum(a.nothing for a in mine), sum(a.nothing for a in others)
            if len(mine) >= _LEAST and len(others) >= _LEAST and k > _SHARE * len(mine):
                p = more_often(k, len(mine), others_k, len(others))
                tests.append((p, annotator, type_, k, len(mine), others_k, len(others)))
        adjusted = benjamini_hochberg([test[0] for test in tests])
        for (_, annotator, type_, k, n, others_k, others_n), q in zip(tests, adjusted, strict=True):
            if q <= _FALSE_SHARE:
                yield Finding(
                    self.name, annotator, None, tuple(a.id for a in groups[annotator, type_] if a.nothing),
                    f"Annotator {annotator} had nothing to say about {type_} for {k} of {n} pictures; others for "
                    f"{others_k} of {others_n} (q = {q:.2g}).",
                    self.severity,
                )  # fmt: skip
