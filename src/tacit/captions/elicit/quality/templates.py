"""One sentence with one word exchanged, on picture after picture."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.quality.protocol import Check, Finding, register
from tacit.captions.elicit.quality.texts import masked, more_often
from tacit.evidence.multiplicity import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tacit.captions.elicit.quality.protocol import Past, Project
    from tacit.captions.elicit.records import Answer

Skeleton = tuple[str, ...]

SLOT: Final = "…"
_SHORTEST, _LONGEST = 3, 14
"""Words of texts that are looked at. Longer ones that differ in one word are nearly copies (`copies`)."""
_RECENT: Final = 50
"""The annotator's latest answers of the type; habits are looked for among these."""
_OTHERS: Final = 500
"""Latest answers by others that they are compared with."""
_LEAST: Final = 5
"""Answers with one skeleton, the new one included, before anything is said."""
_SHARE: Final = 0.3
_ALONE, _ALONE_SHARE = 10, 0.5
"""The same while there are too few answers by others to compare with."""
_COMPARED: Final = 20
"""Answers by others that a comparison needs."""
_ALPHA: Final = 0.001
"""One answer after another is tested, so what is rare by chance must be very rare."""
_FALSE_SHARE: Final = 0.05


def skeletons(text: str, language: str) -> list[Skeleton]:
    """The text with numbers masked and each word in turn left open.

    Example:
        >>> skeletons("No elephants here", "en")[1]
        ('no', '…', 'here')
    """
    words = masked(text, language)
    if not _SHORTEST <= len(words) <= _LONGEST:
        return []
    return [(*words[:at], SLOT, *words[at + 1 :]) for at in range(len(words))]


def _fits(text: str, skeleton: Skeleton, language: str) -> bool:
    words = masked(text, language)
    return len(words) == len(skeleton) and all(s in (SLOT, w) for w, s in zip(words, skeleton, strict=True))


def _pictures(answers: Iterable[Answer]) -> int:
    return len({a.picture for a in answers})


@register
class Templates(Check):
    """A template with a slot is filled without looking at the picture.

    A question may invite one form of answer (“There are no …”), so the share of an annotator's answers with one form
    is held against the share among everybody else's by an exact test.
    """

    name = "template"

    def of_answer(self, answer: Answer, past: Past) -> Iterator[str]:
        """Compare with the annotator's latest answers of the type, and with those of others."""
        if answer.nothing:
            return
        own = [o for o in past.own if o.type == answer.type and not o.nothing][-_RECENT:]
        best: tuple[Skeleton, list[Answer]] = ((), [])
        for skeleton in skeletons(answer.text, past.language):
            alike = [o for o in own if _fits(o.text, skeleton, past.language)]
            best = max(best, (skeleton, alike), key=lambda found: len(found[1]))
        skeleton, alike = best
        k, n = len(alike) + 1, len(own) + 1
        if _pictures(alike) + 1 < _LEAST or k < _SHARE * n:
            return
        others = [o for o in past.recent(_OTHERS) if not o.nothing]
        others_k = sum(_fits(o.text, skeleton, past.language) for o in others)
        if len(others) < _COMPARED:
            found = k >= _ALONE and k >= _ALONE_SHARE * n
        else:
            found = more_often(k, n, others_k, len(others)) <= _ALPHA
        if not found:
            return
        yield f"{_told(skeleton, k, f'the last {n}')}; {_beside(others_k, len(others))}."

    def of_project(self, project: Project) -> Iterator[Finding]:
        """Compare each annotator's most frequent form with everybody else's use of it, type by type."""
        forms = _forms(project)
        tests: list[tuple[int, Skeleton, list[Answer], int, int, int, float]] = []
        for (annotator, type_), answers in project.written.items():
            mine = forms[type_]
            frequent = {s: by[annotator] for s, by in mine.items() if len(by.get(annotator, ())) >= _LEAST}
            if not frequent:
                continue
            skeleton, alike = max(frequent.items(), key=lambda found: (len(found[1]), found[0]))
            others_k = sum(len(a) for who, a in mine[skeleton].items() if who != annotator)
            others_n = sum(len(a) for (who, t), a in project.written.items() if t == type_ and who != annotator)
            p = more_often(len(alike), len(answers), others_k, others_n)
            tests.append((annotator, skeleton, alike, len(answers), others_k, others_n, p))
        adjusted = benjamini_hochberg([test[-1] for test in tests])
        for (annotator, skeleton, alike, n, others_k, others_n, _), q in zip(tests, adjusted, strict=True):
            alone = others_n < _COMPARED and len(alike) >= max(_ALONE, _ALONE_SHARE * n)
            if (q <= _FALSE_SHARE or alone) and len(alike) >= _SHARE * n and _pictures(alike) >= _LEAST:
                told = f"Annotator {annotator}: {_told(skeleton, len(alike), str(n))}; {_beside(others_k, others_n)}"
                ids = tuple(a.id for a in alike)
                yield Finding(self.name, annotator, None, ids, f"{told} (q = {q:.2g}).", self.severity)


def _forms(project: Project) -> dict[str, dict[Skeleton, dict[int, list[Answer]]]]:
    """By type and skeleton, the answers of each annotator that have it."""
    forms: dict[str, dict[Skeleton, dict[int, list[Answer]]]] = defaultdict(dict)
    for (annotator, type_), answers in project.written.items():
        for answer in answers:
            for skeleton in set(skeletons(answer.text, project.language)):
                forms[type_].setdefault(skeleton, {}).setdefault(annotator, []).append(answer)
    return forms


def _told(skeleton: Skeleton, k: int, of: str) -> str:
    return f"{k} of {of} answers of this type have the form “{' '.join(skeleton)}”"


def _beside(k: int, n: int) -> str:
    return f"of others' answers {k} of {n} have it" if n else "there are no answers by others to compare with"
