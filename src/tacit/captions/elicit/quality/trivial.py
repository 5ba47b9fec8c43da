"""Denials of things that nobody would expect in the picture."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.quality.protocol import Check, Finding, register
from tacit.captions.elicit.quality.reading import ENGLISH, lemma, may_deny, mentions, read
from tacit.captions.elicit.quality.texts import shown, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from tacit.captions.elicit.quality.protocol import Past, Project
    from tacit.captions.elicit.records import Answer

_AGAIN: Final = 3
"""Other pictures of which the annotator must have denied the same thing."""
_RARE: Final = 0.01
"""Share of pictures with the thing below which denying it again and again tells nothing."""
_PICTURES: Final = 200
"""Pictures with texts before “nobody mentions one” means something."""
_LATEST: Final = 10_000
"""Answers among which the thing is looked for."""
_SHARE: Final = 0.5
_LEAST: Final = 8
"""Denials of one annotator before their share is looked at."""


def _with_them(nouns: AbstractSet[str], answers: Sequence[Answer]) -> dict[str, set[int]]:
    """For each thing, the pictures with a text that mentions it as being there."""
    found: dict[str, set[int]] = {noun: set() for noun in nouns}
    for answer in answers:
        for noun in nouns & set(map(lemma, words(answer.text))):
            if mentions(answer.text, noun):
                found[noun].add(answer.picture)
    return found


@register
class Trivial(Check):
    """“There are no elephants” is true of nearly every picture, so it teaches nothing about this one.

    Negation is informative where the thing could have been expected (Kamath et al. 2026, section 3): things that other
    pictures of the project do have are taken to be such.
    """

    name = "trivial negation"
    languages = ENGLISH

    def of_answer(self, answer: Answer, past: Past) -> Iterator[str]:
        """Look at each thing that the text says is not there in the picture at all."""
        whole = dict.fromkeys(noun for noun, all_of_it in read(answer.text).denied if all_of_it)
        lately = past.everything[-_LATEST:]
        for noun in whole:
            again = {o.picture for o in past.own if _denies(o.text, noun)}
            pictures = len({o.picture for o in lately})
            if len(again) < _AGAIN and pictures < _PICTURES:
                continue
            having = len({o.picture for o in lately if mentions(o.text, noun)})
            if len(again) >= _AGAIN and having <= _RARE * pictures:
                yield (
                    f"The same annotator denied a {shown(noun)} of {len(again)} other pictures, and "
                    f"{having or 'none'} of the {pictures} latest pictures has a text that mentions one."
                )
            elif having == 0 and pictures >= _PICTURES:
                yield (
                    f"None of the texts about the {pictures} latest pictures mentions a {shown(noun)} that "
                    "is there, so nobody would expect one here."
                )

    def of_project(self, project: Project) -> Iterator[Finding]:
        """Look at how much of what each annotator denies is never there."""
        denials: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for answer in project.answers:
            for noun, whole in read(answer.text).denied if may_deny(answer.text) else ():
                if whole:
                    denials[answer.annotator].append((answer.id, noun))
        often = Counter(noun for said in denials.values() for _, noun in said)
        pictures = len({a.picture for a in project.answers})
        having = _with_them(often.keys(), project.answers)
        never = {noun for noun in often if len(having[noun]) <= _RARE * pictures}
        for annotator, said in sorted(denials.items()):
            idle = [(id_, noun) for id_, noun in said if noun in never]
            if len(said) < _LEAST or len(idle) < _SHARE * len(said):
                continue
            top = Counter(noun for _, noun in idle).most_common(3)
            most = ", ".join(f"{shown(noun, 30)} ({n})" for noun, n in top)
            yield Finding(
                self.name, annotator, None, tuple(sorted({id_ for id_, _ in idle})),
                f"{len(idle)} of {len(said)} denials by annotator {annotator} are of things that hardly any text of "
                f"the project mentions as being there; most often {most}.",
                self.severity,
            )  # fmt: skip


def _denies(text: str, noun: str) -> bool:
    return noun[:-1] in text.lower() and any(denied == noun for denied, _ in read(text).denied)
