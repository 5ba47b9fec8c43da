"""Fits, refits and predictions: beside scipy, on published curves, and on bad input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from scipy.optimize import curve_fit

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.evidence.scaling.fitting import bootstrap_fits, bootstrap_weights, fit, predict
from tacit.evidence.scaling.laws.protocol import law_names

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.evidence.scaling.laws.protocol import Array

X = np.geomspace(1e6, 1e10, 36)


def offset(x: Array, e: float, b: float, c: float) -> Array:
    return e + b * x**-c


def noisy(law: str, parameters: tuple[float, ...], sd: float = 0.03, sets: int = 1) -> Array:
    noise = np.random.default_rng(1).normal(0, sd, (sets, len(X)))
    return np.asarray(predict(law, parameters, X, ceiling=0.9) * np.exp(noise))


@pytest.mark.parametrize("loss", ["log", "linear"])
def test_agrees_with_scipy_under_weights(loss: Any) -> None:
    y = noisy("offset", (0.1, 30.0, 0.3))[0]
    weights = np.random.default_rng(2).random(len(X)) + 0.1
    found = fit("offset", X, y, weights=weights, loss=loss)
    target, model = (np.log(y), lambda x, *p: np.log(offset(x, *p))) if loss == "log" else (y, offset)
    peer, _ = curve_fit(model, X, target, p0=(0.1, 30, 0.3), sigma=weights**-0.5, ftol=1e-14, xtol=1e-14)
    np.testing.assert_allclose(found.parameters[0], peer, rtol=1e-5)
    assert found.cost[0] == pytest.approx((weights * (model(X, *peer) - target) ** 2).sum() / weights.sum())


@pytest.mark.parametrize("law", ["offset", "plateau", "broken-1", "logit"])
def test_many_fits_at_once_are_those_fits_one_by_one(law: str) -> None:
    y = noisy("plateau", (0.05, 0.9, 800.0, 0.4, 1.5), sets=3)
    weights = np.random.default_rng(3).random((3, len(X)))
    together = fit(law, X, y, weights=weights, ceiling=0.9)
    for row in range(3):
        alone = fit(law, X, y[row], weights=weights[row], ceiling=0.9)
        np.testing.assert_allclose(together.cost[row], alone.cost[0], rtol=1e-6)
        np.testing.assert_allclose(
            predict(law, together.parameters[row], X, ceiling=0.9), predict(law, alone.parameters, X, ceiling=0.9), 1e-4
        )


def test_a_point_without_weight_might_as_well_not_be_there() -> None:
    y = noisy("offset", (0.1, 30.0, 0.3))[0]
    weights = np.ones(len(X))
    weights[24:] = 0
    spoilt = y.copy()
    spoilt[24:] = 1e3
    np.testing.assert_allclose(
        fit("offset", X, spoilt, weights=weights).parameters, fit("offset", X[:24], y[:24]).parameters, rtol=1e-6
    )


def test_an_offset_that_the_data_lack_is_exactly_zero() -> None:
    found = fit("offset", X, 3 * X**-0.2 - 0.01)
    assert found.converged[0]
    assert found.parameters[0, 0] == 0


@pytest.mark.parametrize("law", law_names())
def test_flat_and_rising_data_give_finite_fits(law: str) -> None:
    for y in (np.full(len(X), 0.5), 0.2 * X**0.05, noisy("power", (0.5, 0.0))[0]):
        found = fit(law, X, y, ceiling=0.9)
        assert np.isfinite(found.parameters).all()
        assert np.isfinite(found.cost).all()
        further = predict(law, found.parameters, X * 100, ceiling=0.9)
        assert (np.isfinite(further) & (further >= 0)).all()
        # No worse than the best constant, which every law contains (the logistic curve up to its ceiling).
        assert found.cost[0] <= np.var(np.log(y)) * (1 + 1e-6) + 1e-12


@pytest.mark.parametrize("law", law_names())
@pytest.mark.parametrize("scale", [1e-20, 1e20])
def test_units_of_the_scale_do_not_matter(law: str, scale: float) -> None:
    y = noisy("offset", (0.1, 30.0, 0.3))[0]
    here, there = fit(law, X, y, ceiling=0.9), fit(law, X * scale, y, ceiling=0.9)
    assert np.isfinite(there.parameters).all()
    np.testing.assert_allclose(there.cost, here.cost, rtol=1e-3)


def test_the_same_call_gives_the_same_bytes() -> None:
    y = noisy("broken-2", (0.02, 3.0, 0.05, 0.4, 3e7, 0.2, -0.2, 1e9, 0.1))[0]
    first, second = (fit("broken-2", X, y, seed=4).parameters.tobytes() for _ in range(2))
    assert first == second
    draws = [bootstrap_fits("offset", X, y, draws=20, seed=4).parameters.tobytes() for _ in range(2)]
    assert draws[0] == draws[1]


@pytest.mark.parametrize("kind", ["exponential", "poisson"])
def test_bootstrap_spread_is_the_sampling_spread(kind: Any) -> None:
    truth = (0.1, 30.0, 0.3)
    sampled = fit("offset", X, noisy("offset", truth, sets=300)).parameters
    spreads = [
        bootstrap_fits("offset", X, y, draws=200, seed=0, weights=kind).parameters.std(axis=0)
        for y in noisy("offset", truth, sets=10)
    ]
    np.testing.assert_allclose(np.median(spreads, axis=0), sampled.std(axis=0), rtol=0.25)


def test_refits_end_where_searches_end() -> None:
    y = noisy("broken-1", (0.05, 3.0, 0.1, 0.5, 1e8, 0.3))[0]
    weights = bootstrap_weights(20, len(X), seed=5)
    best = fit("broken-1", X, y)
    refits = fit("broken-1", X, y, weights=weights, start=best.parameters)
    searches = fit("broken-1", X, y, weights=weights)
    assert refits.converged.all()
    # A search may find a lower minimum further off, a refit never one that is lower than what the search finds.
    assert (refits.cost >= searches.cost * (1 - 1e-4)).all()
    assert np.isclose(refits.cost, searches.cost, rtol=1e-4).mean() >= 0.7


def test_bootstrap_weights_have_mean_1_and_poisson_ones_are_never_all_zero() -> None:
    for kind in ("exponential", "poisson"):
        weights = bootstrap_weights(5000, 3, seed=1, kind=kind)
        assert weights.shape == (5000, 3)
        assert (weights.sum(axis=1) > 0).all()
        assert weights.mean() == pytest.approx(1, abs=0.07)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"x": -X}, DataError, "scale at 0 is -1e"),
        ({"y": np.where(X > 1e9, np.nan, 1.0)}, DataError, "value at 27 is nan"),
        ({"x": X[:-1]}, DataError, "must agree"),
        ({"y": np.ones((3, 36)), "weights": np.ones((2, 36))}, DataError, "3 sets of values but 2 sets of weights"),
        ({"weights": -np.ones(36)}, DataError, "Weights must be"),
        ({"weights": np.zeros(36)}, DataError, "not all of them 0"),
        ({"loss": "huber"}, UsageError, "'log' or 'linear'"),
        ({"ceiling": 0.0}, UsageError, "ceiling"),
        ({"law": "offset", "start": [0.1, 1.0]}, UsageError, r"shape \(1 or 1, 3\) for e, b, c"),
        ({"law": "offset", "start": [0.1, -1.0, 0.1]}, UsageError, "outside the law"),
        (
            {"law": "broken-1", "x": X[:11], "y": X[:11]},
            InsufficientDataError,
            "at least 12 distinct scales; there are 11",
        ),
        ({"weights": (X < 2e6).astype(float), "law": "broken-1"}, InsufficientDataError, "there are 3"),
    ],
)
def test_bad_input_is_refused(change: dict[str, Any], error: type[Exception], message: str) -> None:
    call: dict[str, Any] = {"law": "offset", "x": X, "y": np.ones(36)} | change
    with pytest.raises(error, match=message):
        fit(call.pop("law"), call.pop("x"), call.pop("y"), **call)


def test_bad_bootstraps_and_predictions_are_refused() -> None:
    with pytest.raises(UsageError, match="'exponential' or 'poisson'"):
        bootstrap_weights(2, 3, seed=0, kind="normal")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="at least one draw"):
        bootstrap_weights(0, 3, seed=0)
    with pytest.raises(DataError, match="positive and finite"):
        predict("power", [1.0, 0.5], [0.0])


# Median log-RMSE on the published test points, of an independent implementation of the same fits (200 random starts).
PUBLISHED = {
    "vision": {"power": 0.0906, "offset": 0.0632, "shifted": 0.0460, "plateau": 0.0239},
    "lang": {"power": 0.0165, "offset": 0.0101, "shifted": 0.0085, "plateau": 0.0058},
}


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.real
@pytest.mark.parametrize("which", ["lang", pytest.param("vision", marks=pytest.mark.slow)])
def test_published_curves_are_extrapolated_as_by_others(real_data: Path, which: str) -> None:
    table = pl.read_csv(real_data / "scaling" / f"revisiting_{which}.csv")
    errors: dict[str, list[float]] = {law: [] for law in PUBLISHED[which]}
    for _, curve in table.group_by("Domain", "Task", "Model", maintain_order=True):
        (x, y), (x_test, y_test) = (
            curve.filter(pl.col("Training") == part).select("Seen Examples", "Loss").to_numpy().T for part in (1, 0)
        )
        for law, found in errors.items():
            promised = predict(law, fit(law, x, y).parameters, x_test)[0]
            found.append(float(np.sqrt(np.mean(np.log(y_test / promised) ** 2))))
    assert len(errors["power"]) == {"vision": 72, "lang": 20}[which]
    for law, expected in PUBLISHED[which].items():
        assert np.median(errors[law]) == pytest.approx(expected, abs=3e-4), law
