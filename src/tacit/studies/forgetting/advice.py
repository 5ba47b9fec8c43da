"""What somebody who tunes a model should do: sentences that follow from what was found, and only from that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.studies.forgetting.claims import MOST, PLACES
from tacit.studies.forgetting.presets import MAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.studies.forgetting.result import Tuning


def advise(tunings: Sequence[Tuning]) -> tuple[str, ...]:
    """The advice, most important first.

    Args:
        tunings: Every way of tuning.
    """
    return tuple(
        sentence
        for sentence in (_measure(tunings), _distil(tunings), _pool(tunings), _mask(tunings), _few_shot_loss(tunings))
        if sentence
    )


def _matched(tunings: Sequence[Tuning], **wanted: object) -> list[Tuning]:
    at_home = {"question": "matched", "pool": "unseen"} | wanted
    found = [t for t in tunings if all(getattr(t, name) == value for name, value in at_home.items())]
    return [t for t in found if t.comparable]


def _kept(tuning: Tuning) -> float:
    value = tuning.retention[MOST].value
    return float("nan") if value is None else value


def _measure(tunings: Sequence[Tuning]) -> str:
    longer = [t for t in tunings if (t.question, t.world, t.update, t.keep) == ("longer", "lines", "all", "none")]
    if not longer or len(longer[0].curve) < 2:
        return ""
    curve = longer[0].curve
    lost = max(1 - kept for _, _, kept in curve)
    half = next(step for step, _, kept in curve if 1 - kept >= lost / 2)
    return (
        f"Measure retention from the first steps on: of the most that full tuning lost in {curve[-1][0]} steps, half "
        f"was gone by step {half}. `tacit tune --stop-at-retention` does."
    )


def _distil(tunings: Sequence[Tuning]) -> str:
    best: dict[str, list[Tuning]] = {keep: _matched(tunings, keep=keep) for keep in ("none", "few-shot")}
    if not all(best.values()):
        return ""
    low = min(best["few-shot"], key=_kept)
    others = [t for t in _matched(tunings) if t.keep != "few-shot"]
    worst = min(others, key=_kept)
    return (
        f"Distil the frozen base on few-shot prompts while you tune (`--keep few-shot`): over all parameters and "
        f"depths tried it kept {_kept(low):.0%} or more of in-context learning at the same error on the skill; without "
        f"it, as little as {_kept(worst):.0%} ({worst.update}, {worst.keep})."
    )


def _pool(tunings: Sequence[Tuning]) -> str:
    told = []
    for world, depth in PLACES:
        found = {
            t.pool: t for t in tunings
            if (t.question, t.world, t.depth, t.update) == ("pool", world, depth, "all") and t.comparable
        }  # fmt: skip
        same = _matched(tunings, world=world, depth=depth, update="all", keep="few-shot")
        if same and {"elsewhere", "skill"} <= found.keys():
            told.append(
                f"{world} {_kept(same[0]):.0%} with prompts like those asked for later, "
                f"{_kept(found['elsewhere']):.0%} with prompts of another kind, {_kept(found['skill']):.0%} with the "
                "skill's own"
            )
    return f"What the prompts are about matters: {'; '.join(told)} (full tuning)." if told else ""


def _mask(tunings: Sequence[Tuning]) -> str:
    told = []
    for world, depth in dict.fromkeys((t.world, t.depth) for t in tunings if t.question == "matched"):
        plain = _matched(tunings, world=world, depth=depth, keep="none")
        if len(plain) < 2:
            continue
        best = max(plain, key=_kept)
        value = next((t for t in plain if t.update == "value"), None)
        if value is not None:
            told.append(f"{world} {depth}: {best.update} {_kept(best):.0%} (value {_kept(value):.0%})")
    return (
        "Which parameters are trained is the smaller lever, and which set is best depends on the model; kept without "
        f"anything else, by world and layers: {'; '.join(told)}."
        if told
        else ""
    )


def _few_shot_loss(tunings: Sequence[Tuning]) -> str:
    pairs = [
        (_matched(tunings, world="lines", depth=MAIN, update=update, keep=keep) for keep in ("none", "few-shot-loss"))
        for update in ("all",)
    ]
    plain, aided = (list(found) for found in pairs[0])
    if not plain or not aided:
        return ""
    return (
        "Do not expect the few-shot loss on the skill's own prompts to protect other tasks: with it full tuning kept "
        f"{_kept(aided[0]):.0%}, without it {_kept(plain[0]):.0%} (lines, {MAIN} layers)."
        if _kept(aided[0]) < _kept(plain[0])
        else f"The few-shot loss did not cost other tasks here: {_kept(aided[0]):.0%} against {_kept(plain[0]):.0%}."
    )
