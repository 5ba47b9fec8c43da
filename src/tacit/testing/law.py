"""Conformance of scaling laws: that a law is what the fitting and the forecasts take it for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.evidence.scaling.fitting import fit, predict
from tacit.evidence.scaling.laws.protocol import Problem
from tacit.testing.running import run_checks
from tacit.testing.subject import fail

if TYPE_CHECKING:
    from collections.abc import Callable

    from tacit.evidence.scaling.laws.protocol import Array, Law
    from tacit.testing.result import CheckOutcome

_SCALES: Final = np.geomspace(1e6, 1e10, 40)
_CEILING: Final = 0.9
_STEP: Final = 1e-6


def _problem() -> Problem:
    """A problem that every law must be able to start from: an error that falls with scale."""
    u = np.log(_SCALES)
    falling = np.atleast_2d(0.15 + 0.6 * (_SCALES / _SCALES[0]) ** -0.3)
    return Problem(u - u.mean(), float(u.mean()), falling, np.ones_like(falling), "log", _CEILING, seed=0)


def _starts(law: Law) -> Array:
    return np.asarray(law.starts(_problem())[0], dtype=np.float64)


def _named(law: Law) -> None:
    for name in ("name", "title", "formula", "source"):
        if not isinstance(getattr(law, name, None), str) or not getattr(law, name).strip():
            fail(f"'{name}' must say something; reports show it.")
    if law.minimum_scales < len(law.parameter_names):
        fail(
            f"'minimum_scales' is {law.minimum_scales} for {len(law.parameter_names)} parameters; fewer scales than "
            "parameters decide nothing."
        )


def _starts_inside(law: Law) -> None:
    problem, starts = _problem(), _starts(law)
    low, high = (np.broadcast_to(edge, starts.shape) for edge in law.limits(problem))
    if starts.ndim != 2 or starts.shape[1] != len(law.parameter_names):
        fail(f"'starts' gives shape {starts.shape}; it must be (starts, {len(law.parameter_names)}) for each fit.")
    if not np.isfinite(starts).all() or (starts < low - 1e-9).any() or (starts > high + 1e-9).any():
        fail("A start is not finite or lies outside the limits.")


def _derivatives(law: Law) -> None:
    problem = _problem()
    for start in _starts(law)[:20]:
        value, slopes = law.curve(start[None], problem.u, problem.ceiling)
        if not np.isfinite(value).all():
            continue
        for at in range(len(start)):
            step = _STEP * max(1.0, abs(start[at]))
            sides = []
            for side in (-1, 1):
                moved = start.copy()
                moved[at] += side * step
                sides.append(law.curve(moved[None], problem.u, problem.ceiling)[0][0])
            numeric = (sides[1] - sides[0]) / (2 * step)
            scale = max(float(np.abs(numeric).max()), 1.0)
            if np.isfinite(numeric).all() and np.abs(numeric - slopes[at][0]).max() > 1e-4 * scale:
                fail(
                    f"The derivative by {law.parameter_names[at]} differs from that of differences by up to "
                    f"{np.abs(numeric - slopes[at][0]).max():.3g} at {start.round(3).tolist()}."
                )


def _round_trip(law: Law) -> None:
    problem = _problem()
    starts = _starts(law)[:20]
    with np.errstate(all="ignore"):
        natural = law.natural(starts, problem.centre)
        usable = np.isfinite(natural).all(axis=1)
        again = law.natural(law.internal(natural[usable], problem.centre), problem.centre)
    if not usable.any():
        fail("No start has finite natural parameters.")
    if not np.allclose(again, natural[usable], rtol=1e-6, atol=1e-9):
        fail("'internal' does not undo 'natural'.")


def _recovery(law: Law) -> None:
    """Data made by the law itself are fitted exactly."""
    problem = _problem()
    truth = fit(law, _SCALES, problem.y[0], ceiling=_CEILING).parameters
    made = predict(law, truth, _SCALES, ceiling=_CEILING)[0]
    if not ((made > 0) & np.isfinite(made)).all():
        fail("A fit predicts values that are not positive and finite.")
    found = fit(law, _SCALES, made, ceiling=_CEILING)
    missed = float(np.sqrt(found.cost[0]))
    if missed > 1e-3:
        fail(f"Data made by the law itself are missed by {missed:.2g} of their logarithm.")


def _repeatable(law: Law) -> None:
    problem = _problem()
    first, second = (fit(law, _SCALES, problem.y[0], ceiling=_CEILING, seed=3).parameters for _ in range(2))
    if first.tobytes() != second.tobytes():
        fail("The same data and seed give different parameters.")


_CHECKS: Final[dict[str, Callable[[Law], None]]] = {
    "is described": _named,
    "starts lie inside the limits": _starts_inside,
    "derivatives are right": _derivatives,
    "natural and internal parameters go together": _round_trip,
    "fits its own data": _recovery,
    "is repeatable": _repeatable,
}


def law_checks(law: Law) -> list[tuple[str, Callable[[], None]]]:
    """The checks of a law, for a test suite: one test per check, which raises `CheckFailedError`.

    Args:
        law: The law.

    Example:
        >>> from tacit.evidence.scaling.laws.protocol import get_law
        >>> [name for name, _ in law_checks(get_law("power"))][:2]
        ['is described', 'starts lie inside the limits']
    """
    return [(name, partial(check, law)) for name, check in _CHECKS.items()]


def check_law(law: Law) -> tuple[CheckOutcome, ...]:
    """Run every check on a law.

    Args:
        law: The law; one that is broken gives failed checks, never a traceback.

    Example:
        >>> from tacit.evidence.scaling.laws.protocol import get_law
        >>> {outcome.status for outcome in check_law(get_law("offset"))}
        {'passed'}
    """
    return run_checks(law_checks(law))
