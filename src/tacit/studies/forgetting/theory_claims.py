"""What the study says of one layer of linear attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.studies.claims import Claim
from tacit.studies.forgetting.analyse import over_models
from tacit.studies.forgetting.theory import BASE, TASKS, TUNED

if TYPE_CHECKING:
    from tacit.studies.forgetting.theory import Curve, TheoryResult

ZERO: Final = 0.05
"""Share of the pretrained norm below which it counts as gone."""
AGREES: Final = 0.05
"""How far simulated errors may be from the formula, as a share of it: what gradient descent leaves undone."""
_FEW: Final = 5
LEAST: Final = {"ZS V": 0.90, "ZS+FS V": 0.85}


def theory_claims(found: TheoryResult) -> tuple[Claim, ...]:
    """The claims, in the order of the story."""
    return (
        *(_formula(found, method) for method in (BASE, *TUNED) if found.curve(method, "unseen").formula is not None),
        _destroyed(found),
        _untouched(found),
        _lost(found),
        *(_kept(found, method, least) for method, least in LEAST.items()),
        _better_on_target(found),
        _costs_others(found),
    )


def _formula(found: TheoryResult, method: str) -> Claim:
    """Exact errors at the learned parameters beside the formula: what is left is what training left undone."""
    curves = [found.curve(method, task) for task in TASKS]
    few, many = (max(_apart(curve, part) for curve in curves) for part in (slice(_FEW), slice(_FEW, None)))
    return Claim(
        f"The errors of {_words(method)} are those of the closed form",
        many, None, None, found.preset.seeds, many <= AGREES,
        f"Largest difference with {_FEW} to {found.preset.longest} demonstrations, as a share of the formula, over "
        f"target and tasks drawn anew; {AGREES:.0%} is allowed for what gradient descent leaves undone. With fewer it "
        f"is {few:.1%}: there the error is small, and the noise of a fixed learning rate is not.",
    )  # fmt: skip


def _apart(curve: Curve, part: slice) -> float:
    formula = np.array(curve.formula)
    return float(np.abs(np.array(curve.exact) / formula - 1)[part].max())


def _destroyed(found: TheoryResult) -> Claim:
    before, after = (np.array(found.parameters(method).symmetric) for method in (BASE, "ZS all"))
    left = over_models((after / before).tolist())
    return Claim(
        "Zero-shot tuning of everything drives the symmetric part of Q11, by which demonstrations are read, to 0",
        left.value, left.low, left.high, left.n, left.high is not None and left.high <= ZERO,
        f"Its norm as a share of the pretrained one; {ZERO:.0%} counts as gone. {left.method}.",
    )  # fmt: skip


def _untouched(found: TheoryResult) -> Claim:
    moved = found.parameters("ZS V").moved
    return Claim(
        "Zero-shot tuning of values leaves the weight of demonstrations as it was, to the bit",
        max(abs(value) for value in moved), None, None, len(moved), all(value == 0 for value in moved),
        "Largest change of v_y over models: its gradient is identically 0.",
    )  # fmt: skip


def _lost(found: TheoryResult) -> Claim:
    kept = found.retained("ZS all").over_seeds
    return Claim(
        f"After zero-shot tuning of everything, {found.preset.shots} demonstrations of another task do harm",
        kept.value, kept.low, kept.high, kept.n, kept.high is not None and kept.high < 0,
        f"Retention on tasks drawn anew, mean over models; below 0 is worse than answering 0. {kept.method}.",
    )  # fmt: skip


def _kept(found: TheoryResult, method: str, least: float) -> Claim:
    kept = found.retained(method).over_seeds
    return Claim(
        f"{_words(method)[0].upper()}{_words(method)[1:]} keeps at least {least:.0%} of in-context learning",
        kept.value, kept.low, kept.high, kept.n, kept.low is not None and kept.low >= least,
        f"Retention on tasks drawn anew with {found.preset.shots} demonstrations, mean over models. {kept.method}.",
    )  # fmt: skip


def _at_shots(found: TheoryResult, method: str, task: str) -> float:
    return found.curve(method, task).exact[found.preset.shots]


def _better_on_target(found: TheoryResult) -> Claim:
    gain = found.few_shot_gain
    return Claim(
        f"The few-shot loss makes {found.preset.shots} demonstrations of the target worth more",
        gain.value, gain.low, gain.high, gain.n, gain.high is not None and gain.high < 0,
        f"Error on the target with it less without it, values tuned; below 0 is better. {gain.method}.",
    )  # fmt: skip


def _costs_others(found: TheoryResult) -> Claim:
    cost = _at_shots(found, "ZS+FS V", "unseen") - _at_shots(found, "ZS V", "unseen")
    return Claim(
        "And those of other tasks worth less",
        cost, None, None, found.preset.seeds, cost > 0,
        "The same on tasks drawn anew.",
    )  # fmt: skip


def _words(method: str) -> str:
    return {
        BASE: "the pretrained layer",
        "ZS all": "zero-shot tuning of everything",
        "ZS+FS all": "tuning of everything with the few-shot loss",
        "ZS V": "zero-shot tuning of values",
        "ZS+FS V": "tuning of values with the few-shot loss",
    }[method]
