"""What a probe found, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.probe.settings import AS_ASKED, MEANING
from tacit.report.figures import NBSP, count, interval, known, listing, percent, why_missing
from tacit.report.html import Name, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.captions.probe.result import ProbeResult, Score, SetCheck
    from tacit.evidence.estimate import Estimate

TITLE: Final = "Which caption fits the image?"
UNEVEN: Final = 0.001
"""The p value below which positions of right options are called uneven."""
_SHORTCUTS: Final = {
    "longest": "choosing the longest option",
    "shortest": "choosing the shortest option",
    "position": "choosing the position that is right most often elsewhere in the set",
    "words": "choosing the option whose words are right most often elsewhere in the set",
}


def shortcut_words(name: str) -> str:
    """What a shortcut does."""
    return _SHORTCUTS[name]


def told(estimate: Estimate) -> str:
    """A share with its interval, or why there is none."""
    value = known(estimate)
    return f"not known: {why_missing(estimate)}" if value is None else f"{percent(value)} ({interval(estimate)})"


def corrected_text(score: Score) -> str:
    """The chance-corrected accuracy with two decimals, or a dash."""
    value = known(score.corrected)
    return "–" if value is None else f"{round(value, 2) + 0.0:.2f}".replace("-", "\u2212")  # no minus before a zero


def headline(result: ProbeResult) -> Sentence:
    """The whole in one sentence."""
    asked = [score for score in result.scores if score.condition == AS_ASKED]
    if not asked:
        return (f"{count(result.items)} items on {_capabilities(result)}; no model was asked.",)
    at_chance = sum(score.accuracy.low is None or score.accuracy.low <= score.chance for score in asked)
    if len(asked) == 1:
        score = asked[0]
        return (
            Name(score.system), " picks the right caption for ", told(score.accuracy), " of the items on ",
            Name(score.capability), f"; guessing gives {percent(score.chance)}.",
        )  # fmt: skip
    if not at_chance:
        return (f"All {len(asked)} results are above guessing: {models_text(result)} on {_capabilities(result)}.",)
    return (
        f"{at_chance} of {len(asked)} results cannot be told from guessing: {models_text(result)} on "
        f"{_capabilities(result)}.",
    )  # fmt: skip


def models_text(result: ProbeResult) -> str:
    """How many models were asked."""
    return f"{len(result.systems)} model{'s' if len(result.systems) != 1 else ''}"


def _capabilities(result: ProbeResult) -> str:
    return f"{len(result.checks)} capabilit{'ies' if len(result.checks) != 1 else 'y'}"


def remarks_on(checks: Sequence[SetCheck], scores: Sequence[Score]) -> tuple[str, ...]:
    """What deserves notice: results that do not need the image, what was not scored, what the set gives away."""
    return (*_about_scores(scores), *_about_missing(scores), *_about_set(checks))


def _about_scores(scores: Sequence[Score]) -> Iterator[str]:
    for score in scores:
        where = f"{score.capability}, {score.system}"
        if score.solvable:
            how = MEANING[score.condition].split(":", maxsplit=1)[0]
            yield (
                f"{where}: solvable without the image. {told(score.accuracy)} right {how}, where guessing gives "
                f"{percent(score.chance)}; accuracy on this set says little about seeing."
            )
        if score.condition == AS_ASKED and 10 * score.ties > score.scored:
            yield (
                f"{where}: in {count(score.ties)} of {count(score.scored)} items several options share the highest "
                "score, so the model hardly tells them apart."
            )


def _about_missing(scores: Sequence[Score]) -> Iterator[str]:
    """A broken image is the same for all models, so equal reasons are told once."""
    groups: dict[tuple[str, tuple[tuple[str, int], ...]], list[Score]] = {}
    for score in scores:
        if score.not_scored:
            groups.setdefault((score.capability, score.not_scored), []).append(score)
    for (capability, reasons), found in groups.items():
        systems, conditions = (list(dict.fromkeys(names)) for names in zip(*((s.system, s.condition) for s in found),
                                                                           strict=True))  # fmt: skip
        whose = systems[0] if len(systems) == 1 else f"{len(systems)} models"
        why = ", ".join(f"{reason} {count(n)}" for reason, n in reasons)
        yield (
            f"{capability}, {whose}, {listing(conditions)}: {count(found[0].items - found[0].scored)} of "
            f"{count(found[0].items)} items not scored: {why}."
        )


def _about_set(checks: Sequence[SetCheck]) -> Iterator[str]:
    for check in checks:
        for shortcut in check.shortcuts:
            if shortcut.works:
                yield (
                    f"{check.capability}: {_SHORTCUTS[shortcut.name]} gets {told(shortcut.accuracy)} right without "
                    f"image or model; guessing gives {percent(check.chance)}."
                )
        if check.position_p < UNEVEN:
            yield (
                f"{check.capability}: the right option is not equally often at every position "
                f"({', '.join(map(count, check.positions))}; p{NBSP}={NBSP}{check.position_p:.1g}). Shuffle them."
            )
        if check.ambiguous:
            yield (
                f"{check.capability}: in {count(check.ambiguous)} items another option is word for word the right one, "
                "so nobody can be right for certain."
            )
        if check.repeated:
            yield f"{check.capability}: {count(check.repeated)} items repeat the image and the options of another."
