"""From what each tuning gave to estimates over models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from tacit.evidence.comparing.crossed import crossed_mean
from tacit.evidence.comparing.crossed_ratio import crossed_ratio
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import t_value
from tacit.studies.forgetting.result import Base, Tuning
from tacit.tuning.laboratory.recipes import SHOTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

Outcome = dict[str, Any]
"""What `tacit.studies.forgetting.runs.tune_and_measure` returns."""


def read_outcomes(payloads: Iterable[bytes]) -> list[Outcome]:
    """What the workers returned."""
    return [json.loads(payload) for payload in payloads]


def describe_bases(outcomes: Sequence[Outcome]) -> tuple[Base, ...]:
    """The models before they were tuned, by world and depth."""
    found = []
    for (world, depth), same in _grouped(outcomes, "world", "depth").items():
        once = {outcome["run"]["seed"]: outcome for outcome in same}
        tables = np.array([once[seed]["unseen"][0] for seed in sorted(once)])
        whole = next(o["trained"] for o in same if o["run"]["recipe"]["update"] == "all")
        errors = {shots: crossed_mean(tables[:, at]) for at, shots in enumerate(SHOTS)}
        found.append(Base(world, depth, whole, same[0]["null"], same[0]["floor"], errors))
    return tuple(found)


def describe_tunings(outcomes: Sequence[Outcome]) -> tuple[Tuning, ...]:
    """Every way of tuning, over its models, in the order of the study."""
    return tuple(
        _tuning(same)
        for same in _grouped(outcomes, "question", "world", "depth", "update", "keep", "pool", "rate").values()
    )


def _tuning(same: list[Outcome]) -> Tuning:
    run = same[0]["run"]
    recipe, null = run["recipe"], same[0]["null"]
    before, after = (np.array([outcome["unseen"][at] for outcome in same]) for at in (0, 1))
    most = before[:, -1].mean()
    return Tuning(
        run["question"], run["world"], run["depth"], recipe["update"], recipe["keep"], recipe["pool"], recipe["rate"],
        seeds=len(same),
        reached=sum(outcome["reached"] for outcome in same),
        trained=same[0]["trained"],
        steps=float(np.mean([outcome["steps"] for outcome in same])),
        alpha=float(np.mean([outcome["alpha"] for outcome in same])),
        skill=over_models([outcome["skill"][1] for outcome in same]),
        retention={
            shots: crossed_ratio([(null - after[:, at], null - before[:, at])])
            for at, shots in enumerate(SHOTS)
            if shots
        },
        drift=tuple(np.mean([outcome["drift"] for outcome in same], axis=0).tolist()),
        curve=tuple(
            (int(step), float(skill), float((null - unseen) / (null - most)))
            for step, skill, unseen in np.mean([outcome["curve"] for outcome in same], axis=0)
        ) if same[0]["curve"] else (),
    )  # fmt: skip


def over_models(values: Sequence[float]) -> Estimate:
    """A mean over models, with Student's interval.

    Example:
        >>> over_models([1.0, 2.0, 3.0]).value
        2.0
    """
    found = np.asarray(values, dtype=np.float64)
    if found.size < 2:
        return Estimate.none("one model: what another would give is not known", n=found.size)
    half = t_value(0.95, found.size - 1) * float(found.std(ddof=1)) / found.size**0.5
    mean = float(found.mean())
    return Estimate(mean, mean - half, mean + half, found.size, "t over models")


def losses(outcomes: Sequence[Outcome], shots: int, **wanted: Any) -> Table:  # noqa: ANN401
    """Error after tuning less the base's, as shares of what the base has over knowing nothing.

    Args:
        outcomes: All of them.
        shots: Demonstrations.
        wanted: What the tunings must have, by name.

    Returns:
        Shape ``(models, prompts)``, by seed.
    """
    same = sorted((o for o in outcomes if _has(o, wanted)), key=lambda outcome: int(outcome["run"]["seed"]))
    before, after = (np.array([outcome["unseen"][at][SHOTS.index(shots)] for outcome in same]) for at in (0, 1))
    share: Table = (after - before) / (same[0]["null"] - before.mean())
    return share


def skills(outcomes: Sequence[Outcome], **wanted: Any) -> list[float]:  # noqa: ANN401
    """Errors on the skill after tuning, by seed."""
    same = sorted((o for o in outcomes if _has(o, wanted)), key=lambda outcome: int(outcome["run"]["seed"]))
    return [float(outcome["skill"][1]) for outcome in same]


def _has(outcome: Outcome, wanted: dict[str, Any]) -> bool:
    return all(_named(outcome, name) == value for name, value in wanted.items())


def _named(outcome: Outcome, name: str) -> Any:  # noqa: ANN401
    run = outcome["run"]
    return run[name] if name in run else run["recipe"][name]


def _grouped(outcomes: Sequence[Outcome], *names: str) -> dict[tuple[Any, ...], list[Outcome]]:
    groups: dict[tuple[Any, ...], list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(tuple(_named(outcome, name) for name in names), []).append(outcome)
    return groups
