"""The statements that the study makes of softmax transformers, each with its number, interval and whether it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tacit.evidence.comparing.crossed import crossed_mean
from tacit.studies.claims import Claim
from tacit.studies.forgetting.analyse import losses, over_models, skills
from tacit.studies.forgetting.presets import MAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.evidence.estimate import Estimate
    from tacit.studies.forgetting.analyse import Outcome
    from tacit.studies.forgetting.result import Tuning

MOST: Final = 16
KEPT: Final = 0.95
"""Retention that counts as having kept in-context learning."""
WITHIN: Final = 0.05
"""How much worse at the skill is still as good."""

Place = tuple[str, int]
PLACES: Final[tuple[Place, ...]] = (("lines", MAIN), ("symbols", 2))


def make_claims(outcomes: Sequence[Outcome], tunings: Sequence[Tuning]) -> tuple[Claim, ...]:
    """All claims about softmax transformers, in the order of the story."""
    asked = _Asked(outcomes, tunings)
    claims: list[Claim | None] = []
    for place in PLACES:
        claims += [asked.mask_not_enough(place, question) for question in ("matched", "longer")]
    claims += [asked.value_better(place) for place in asked.places]
    claims += [asked.first_layer_still(place) for place in PLACES]
    for place in PLACES:
        claims += [asked.kept(place, update, "matched", "few-shot") for update in ("all", "value")]
        claims += [asked.kept(place, update, "longer", "few-shot") for update in ("all", "value")]
        claims += [asked.as_good(place)]
        claims += [asked.kept(place, "all", "pool", "few-shot", pool) for pool in ("elsewhere", "skill")]
        claims += [asked.worse(place, update) for update in ("all", "value")]
        claims += [asked.helps(place, keep) for keep in ("l2", "average")]
    return tuple(claim for claim in claims if claim is not None)


class _Asked:
    """The outcomes, and what can be asked of them. A question that a preset has no models for gives no claim."""

    def __init__(self, outcomes: Sequence[Outcome], tunings: Sequence[Tuning]) -> None:
        self._outcomes = outcomes
        self._tunings = {_key(t.question, (t.world, t.depth), t.update, t.keep, t.pool, t.rate): t for t in tunings}
        self._rate = outcomes[0]["run"]["recipe"]["rate"]
        self.places = tuple(dict.fromkeys((t.world, t.depth) for t in tunings))

    def _tuning(self, question: str, place: Place, update: str, keep: str, pool: str = "unseen") -> Tuning | None:
        return self._tunings.get(_key(question, place, update, keep, pool, self._rate))

    def _losses(self, question: str, place: Place, update: str, keep: str) -> Any:  # noqa: ANN401 - models by prompts
        return losses(self._outcomes, MOST, **self._names(question, place, update, keep))

    def _names(self, question: str, place: Place, update: str, keep: str) -> dict[str, Any]:
        world, depth = place
        return {
            "question": question, "world": world, "depth": depth, "update": update, "keep": keep, "rate": self._rate,
        }  # fmt: skip

    def _both(self, *ways: tuple[str, Place, str, str]) -> bool:
        return all(self._tuning(*way) is not None for way in ways)

    def _unreached(self, *ways: tuple[str, Place, str, str]) -> str:
        return "".join(_not_reached(tuning) for way in ways if (tuning := self._tuning(*way)) is not None)

    def mask_not_enough(self, place: Place, question: str) -> Claim | None:
        found = self._tuning(question, place, "value", "none")
        if found is None:
            return None
        kept = found.retention[MOST]
        how = "stopped at the same error" if question == "matched" else "trained on"
        return _claim(
            f"Training values alone is not enough to keep in-context learning ({_at(place)}, {how})",
            kept,
            found.comparable and kept.high is not None and kept.high < KEPT,
            f"Retention with {MOST} demonstrations after tuning nothing but the values; below {KEPT:.0%} is a loss."
            f"{_not_reached(found)}",
        )

    def value_better(self, place: Place) -> Claim | None:
        ways = [("matched", place, update, "none") for update in ("all", "value")]
        if not self._both(*ways):
            return None
        full, value = (self._losses(*way) for way in ways)
        found, unreached = crossed_mean(full - value), self._unreached(*ways)
        return _claim(
            f"At the same error on the skill, training values alone loses less than training everything ({_at(place)})",
            found,
            not unreached and found.low is not None and found.low > 0,
            f"Loss with {MOST} demonstrations of full tuning less that of value-only tuning, as shares of what the "
            f"base has over knowing nothing.{unreached}",
        )

    def first_layer_still(self, place: Place) -> Claim | None:
        found = self._tuning("matched", place, "value", "none")
        if found is None:
            return None
        drift = found.drift
        return Claim(
            f"Training values alone leaves the attention of the first layer as it was, to the bit, and moves that of "
            f"later ones ({_at(place)})",
            max(drift[1:]), None, None, found.seeds, drift[0] == 0 and max(drift[1:]) > 0,
            "Total variation distance between attention before and after, per layer: "
            + ", ".join(f"{value:.3f}" for value in drift) + ". The value is that of the layer that moved most.",
        )  # fmt: skip

    def kept(self, place: Place, update: str, question: str, keep: str, pool: str = "unseen") -> Claim | None:
        found = self._tuning(question, place, update, keep, pool)
        if found is None:
            return None
        kept = found.retention[MOST]
        prompts = {
            "unseen": "prompts like those asked for afterwards",
            "elsewhere": "prompts of tasks of another kind",
            "skill": "prompts of the skill itself",
        }[pool]
        how = "trained on" if question == "longer" else "stopped at the same error"
        what = "everything" if update == "all" else "values alone"
        return _claim(
            f"Distilling the base on few-shot prompts keeps at least {KEPT:.0%} of in-context learning: training "
            f"{what} on {prompts} ({_at(place)}, {how})",
            kept,
            found.comparable and kept.low is not None and kept.low >= KEPT,
            f"Retention with {MOST} demonstrations.{_not_reached(found)}",
        )

    def as_good(self, place: Place) -> Claim | None:
        ways = [("longer", place, "all", keep) for keep in ("none", "few-shot")]
        if not self._both(*ways):
            return None
        plain, distilled = (np.array(skills(self._outcomes, **self._names(*way))) for way in ways)
        lines = place[0] == "lines"
        found = over_models((distilled / plain - 1 if lines else distilled - plain).tolist())
        unit = "as a share of that of plain full tuning" if lines else "as a share of questions"
        return _claim(
            f"It costs less than {WITHIN:.0%} at the skill ({_at(place)})",
            found,
            found.high is not None and found.high <= WITHIN,
            f"Error on the skill after full tuning with distillation less that without, {unit}; trained on.",
        )

    def worse(self, place: Place, update: str) -> Claim | None:
        ways = [("matched", place, update, keep) for keep in ("few-shot-loss", "none")]
        if not self._both(*ways):
            return None
        aided, plain = (self._losses(*way) for way in ways)
        found, unreached = crossed_mean(aided - plain), self._unreached(*ways)
        what = "everything" if update == "all" else "values alone"
        return _claim(
            f"The few-shot loss on the skill's own prompts costs other tasks: training {what} ({_at(place)})",
            found,
            not unreached and found.low is not None and found.low > 0,
            f"Loss with {MOST} demonstrations on tasks drawn anew, with the few-shot loss less without it.{unreached}",
        )

    def helps(self, place: Place, keep: str) -> Claim | None:
        ways = [("matched", place, "all", kept) for kept in ("none", keep)]
        if not self._both(*ways):
            return None
        plain, kept = (self._losses(*way) for way in ways)
        found, unreached = crossed_mean(plain - kept), self._unreached(*ways)
        what = "Pulling the weights to the base" if keep == "l2" else "Training on and averaging with the base"
        return _claim(
            f"{what} keeps more than plain full tuning that is as good at the skill ({_at(place)})",
            found,
            not unreached and found.low is not None and found.low > 0,
            f"Loss with {MOST} demonstrations without it less with it.{unreached}",
        )


def _key(question: str, place: Place, *rest: object) -> tuple[object, ...]:
    return (question, *place, *rest)


def _claim(name: str, found: Estimate, holds: bool, why: str) -> Claim:
    missing = f" Not measured: {found.missing}." if found.missing else ""
    method = f" {found.method}." if found.value is not None else ""
    return Claim(
        name, found.value, found.low, found.high, found.n, holds and found.value is not None, why + method + missing
    )


def _at(place: Place) -> str:
    world, depth = place
    return f"{world}, {depth} {'layer' if depth == 1 else 'layers'}"


def _not_reached(found: Tuning | None) -> str:
    if found is None or found.comparable:
        return ""
    missed = f"{found.seeds - found.reached} of {found.seeds} models ({found.update}, {found.keep})"
    return f" {missed} did not reach the error that is compared at."
