"""Numbers that pictures hardly ever give: too large, always the same, or rounded."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from tacit.captions.elicit.quality.protocol import Check, Finding, register
from tacit.captions.elicit.quality.texts import more_often
from tacit.evidence.intervals import wilson
from tacit.evidence.multiplicity import benjamini_hochberg
from tacit.report.figures import share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.captions.elicit.quality.protocol import Past, Project
    from tacit.captions.elicit.records import Answer

LARGEST: Final = 99
"""More things than this cannot be counted in a picture, only estimated."""
_LEAST: Final = 20
"""Numbers stated by one annotator, and by all others, before they are compared."""
_ROUND: Final = 10
"""Numbers of ten and more before rounding is looked at."""
_MOSTLY: Final = 0.6
_FALSE_SHARE: Final = 0.05
_THREE_DIGITS: Final = re.compile(r"\d[\d.,\s]*\d[\d.,\s]*\d")


class Stated(NamedTuple):
    """A number in an answer."""

    answer: Answer
    value: int


@register
class Numbers(Check):
    """The distribution of the numbers stated tells whether somebody counted.

    People state “two” far more often than other numbers (two thirds of the numbers in Flickr30k captions), so one
    annotator is compared with the others rather than with an ideal, by Fisher's exact test.
    """

    name = "numbers"

    def of_answer(self, answer: Answer, past: Past) -> Iterator[str]:
        """Look for numbers too large to have been counted."""
        # Only digits can name such a number; nearly every answer ends here.
        if not _THREE_DIGITS.search(answer.text):
            return
        largest = max((s.value for s in stated([answer], past.language)), default=0)
        if largest > LARGEST:
            yield f"The text states the number {largest:,}; so many things are guessed rather than counted."

    def of_project(self, project: Project) -> Iterator[Finding]:
        """Compare annotators with one another, look for rounding, and at how much “two” fills the quota."""
        everything = stated(project.answers, project.language)
        by: dict[int, list[Stated]] = defaultdict(list)
        for each in everything:
            by[each.answer.annotator].append(each)
        yield from self._favourites(everything, by)
        for annotator, said in sorted(by.items()):
            yield from self._rounding(annotator, said)
        two = wilson(sum(s.value == 2 for s in everything), len(everything))
        if len(everything) >= _LEAST and two.low is not None and two.low > _MOSTLY:
            yield Finding(
                self.name, None, None, (),
                f"“Two” is {share(two)} of the {len(everything)} numbers stated, so few other numbers are taught. Ask "
                "about pictures with more things in them.",
                "note",
            )  # fmt: skip

    def _favourites(self, everything: Sequence[Stated], by: dict[int, list[Stated]]) -> Iterator[Finding]:
        totals = Counter(s.value for s in everything)
        tests = []
        for annotator, said in sorted(by.items()):
            others = len(everything) - len(said)
            if len(said) >= _LEAST and others >= _LEAST:
                # The number that this annotator states most in excess of the others, not simply most often.
                mine = Counter(s.value for s in said)
                p, value = min((more_often(k, len(said), totals[v] - k, others), v) for v, k in mine.items())
                tests.append((min(p * len(mine), 1.0), annotator, value, mine[value], len(said), totals[value], others))
        adjusted = benjamini_hochberg([test[0] for test in tests])
        for (_, annotator, value, k, n, total, others), q in zip(tests, adjusted, strict=True):
            if q <= _FALSE_SHARE and k > n / 4:
                ids = tuple(sorted({s.answer.id for s in by[annotator] if s.value == value}))
                yield Finding(
                    self.name, annotator, None, ids,
                    f"{k} of {n} numbers stated by annotator {annotator} are {value}; of those by others "
                    f"{total - k} of {others} (q = {q:.2g}).",
                    self.severity,
                )  # fmt: skip

    def _rounding(self, annotator: int, said: Sequence[Stated]) -> Iterator[Finding]:
        large = [s for s in said if s.value >= _ROUND]
        heaped = [s for s in large if s.value % 5 == 0]
        if len(large) < _ROUND:
            return
        from scipy.stats import binomtest

        # Counted numbers end in 0 or 5 about one time in five.
        p = float(binomtest(len(heaped), len(large), 0.2, alternative="greater").pvalue)
        if p <= _FALSE_SHARE / 10 and len(heaped) > len(large) / 2:
            yield Finding(
                self.name, annotator, None, tuple(sorted({s.answer.id for s in heaped})),
                f"{len(heaped)} of {len(large)} numbers of {_ROUND} and more by annotator {annotator} end in 0 or 5, "
                f"which counted ones do one time in five (p = {p:.2g}); they look estimated.",
                "note",
            )  # fmt: skip


def stated(answers: Sequence[Answer], language: str) -> list[Stated]:
    """The numbers of things that answers state, as the detector of the language finds them.

    Args:
        answers: In any order.
        language: ISO 639-1 code; a language without detector gives none.

    Returns:
        One entry per number, in the order of the answers.
    """
    import polars as pl

    from tacit.captions.detect.protocol import available, get_detector
    from tacit.captions.elicit.quality.texts import LONGEST

    if ("tacit", language) not in available():
        return []
    written = [a for a in answers if not a.nothing]
    texts = [a.text[:LONGEST].encode("utf-8", "replace").decode() for a in written]
    scan = get_detector("tacit", language).scan(pl.Series(texts, dtype=pl.String))
    found = []
    for row, code in zip(scan.rows.tolist(), scan.codes.tolist(), strict=True):
        kind = scan.kinds[code]
        if kind.type == "counting" and kind.counts and kind.value is not None:
            found.append(Stated(written[row], kind.value))
    return found
