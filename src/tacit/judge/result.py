"""What judging returns. Plain numbers and words; drawing them is `tacit.judge.report`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from tacit.report.summarised import Summarised

if TYPE_CHECKING:
    import polars as pl

    from tacit.evidence.estimate import Estimate
    from tacit.evidence.scaling.rule import Verdict

SCHEMA: Final = "tacit.scale/1"

Detail = Literal["", "closes", "helps, not enough", "may close"]


@dataclass(frozen=True, slots=True)
class Point:
    """One system's score on a capability.

    Attributes:
        system: Name.
        family: Family, or ``""``.
        scale: Its value on the axis judged.
        score: Mean score as a share; ``None`` when it has none.
        n: Items behind it; 0 when not known.
        item_se: Standard error from the choice of items.
        total_se: Standard error with the spread between runs added.
        missing: Items without a score, by reason.
    """

    system: str
    family: str
    scale: float
    score: float | None
    n: int
    item_se: float
    total_se: float
    missing: dict[str, int]


@dataclass(frozen=True, slots=True)
class Slope:
    """A slope along an axis, in points (hundredths) of score per decade (tenfold) of scale.

    Attributes:
        axis: The axis.
        kind: ``alone`` (the axis by itself), ``partial`` (the other axes held fixed) or ``within families``.
        estimate: Points per decade, with interval, n systems and method.
    """

    axis: str
    kind: Literal["alone", "partial", "within families"]
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Noise:
    """What a score varies by, as standard deviations in points.

    Attributes:
        item: From the choice of items, root mean square over systems.
        run: Between runs of equal scale, families' own levels removed.
        family: Between families at equal scale; ``None`` with fewer than two families.
        df: Degrees of freedom the run part rests on.
        method: How it was estimated.
    """

    item: float
    run: float
    family: float | None
    df: float
    method: str


@dataclass(frozen=True, slots=True)
class LawCurve:
    """One law's curve over the grid of a `Fan`.

    Attributes:
        law: Name.
        weight: Its weight in the forecast, from back-tests.
        scores: Score at each grid point.
    """

    law: str
    weight: float
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Fan:
    """The set of laws, and the forecast made from them, over a grid of scales.

    Attributes:
        scale: Grid on the axis, rising, from the smallest system to the horizon.
        score: Forecast.
        low: Lower end of the 90 % interval.
        high: Upper end.
        laws: The laws behind it, heaviest first.
    """

    scale: tuple[float, ...]
    score: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    laws: tuple[LawCurve, ...]


@dataclass(frozen=True, slots=True)
class ForecastAt:
    """The forecast at the horizon.

    Attributes:
        decades: Decades beyond the largest system.
        score: Forecast score, as a share.
        low: Lower end of the interval.
        high: Upper end.
        level: Nominal coverage.
        honest_decades: The furthest horizon at which back-tests on these very data could be made; beyond it the
            interval is an extrapolation of an extrapolation.
    """

    decades: float
    score: float
    low: float
    high: float
    level: float
    honest_decades: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one capability along one axis, and what it rests on.

    Attributes:
        capability: What was scored.
        axis: What there is more of.
        verdict: One of the eight verdicts.
        detail: For ``scaling``: whether it is enough.
        slope: Points per decade; ``None`` when it could not be estimated.
        low: Lower end of its 90 % interval.
        high: Upper end.
        mdes: Minimum detectable slope: what would be found with 80 % power at one-sided 5 %.
        n_systems: Systems it rests on.
        forecast: At the horizon; ``None`` when none could be made.
        reasons: Sentences: what the verdict rests on, and what stood in the way of others.
        settle: For ``undecided``: what would settle it, cheapest first.
        p_value: Of the test behind ``scaling`` or ``inverse``; ``None`` when none was made.
        q_value: The same after Benjamini-Hochberg over all judgements.
        chance: Score of guessing, or ``None``.
        ceiling: Highest possible score.
        target: The score wanted, or ``None``.
        slopes: Slopes alone, partial and within families.
        noise: Parts of the noise, or ``None``.
        points: The data.
        fan: The laws, for drawing; ``None`` when no law was fitted.
        probability_flat: P(slope within plus/minus delta), or ``None``.
        probability_target: P(score at the horizon >= target), or ``None``.
    """

    capability: str
    axis: str
    verdict: Verdict
    detail: Detail
    slope: float | None
    low: float | None
    high: float | None
    mdes: float | None
    n_systems: int
    forecast: ForecastAt | None
    reasons: tuple[str, ...]
    settle: tuple[str, ...]
    p_value: float | None
    q_value: float | None
    chance: float | None
    ceiling: float
    target: float | None
    slopes: tuple[Slope, ...]
    noise: Noise | None
    points: tuple[Point, ...]
    fan: Fan | None
    probability_flat: float | None
    probability_target: float | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One more thing measured on the same table: a number about a capability or a pair of them.

    Attributes:
        topic: ``shape``, ``benchmark quality``, ``inverse items``, ``coupling``, ``effective scale``, ``pass-until`` or
            ``small groups``.
        capability: What it is about; two names joined by `` / `` for a pair.
        name: Name of the number, in words.
        estimate: The number, or why there is none.
        note: A sentence on how to read it, or ``""``.
    """

    topic: str
    capability: str
    name: str
    estimate: Estimate
    note: str


@dataclass(frozen=True, slots=True)
class ScaleResult(Summarised):
    """Everything `tacit scale` found.

    Attributes:
        tacit: Version that made it.
        settings: Options that decide the numbers: delta, epsilon, horizon, level, fdr, seed.
        axes: Axes judged.
        verdicts: One per capability and axis.
        findings: Other measures of the same table.
        remarks: What was assumed or changed while reading, in sentences.
        systems: How many systems were read.
        rows: How many rows.
        missing: Rows without a score, by reason.
    """

    tacit: str
    settings: dict[str, float | int | str | None]
    axes: tuple[str, ...]
    verdicts: tuple[Judgement, ...]
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]
    systems: int
    rows: int
    missing: dict[str, int]

    def to_json(self) -> str:
        """The content of ``result.json``."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def summary(self) -> str:
        """The verdicts as text of at most 80 columns."""
        from tacit.judge.report import scale_text

        return scale_text(self)

    def to_frame(self) -> pl.DataFrame:
        """The verdicts as a polars table, one row per capability and axis."""
        import polars as pl

        rows: list[dict[str, Any]] = []
        for entry in self.verdicts:
            ahead = entry.forecast
            rows.append(
                {
                    "capability": entry.capability,
                    "axis": entry.axis,
                    "verdict": entry.verdict,
                    "detail": entry.detail,
                    "slope": entry.slope,
                    "low": entry.low,
                    "high": entry.high,
                    "mdes": entry.mdes,
                    "n_systems": entry.n_systems,
                    "p_value": entry.p_value,
                    "q_value": entry.q_value,
                    "forecast": ahead.score if ahead else None,
                    "forecast_low": ahead.low if ahead else None,
                    "forecast_high": ahead.high if ahead else None,
                    "reasons": " ".join(entry.reasons),
                }
            )
        texts = ("capability", "axis", "verdict", "detail", "reasons")
        names = ("capability", "axis", "verdict", "detail", "slope", "low", "high", "mdes", "n_systems", "p_value",
                 "q_value", "forecast", "forecast_low", "forecast_high", "reasons")  # fmt: skip
        schema = {name: pl.String if name in texts else pl.Float64 for name in names}
        return pl.DataFrame(rows, schema={**schema, "n_systems": pl.Int64})

    def verdict(self, capability: str, axis: str | None = None) -> Judgement:
        """Look one judgement up.

        Args:
            capability: Name of the capability.
            axis: Name of the axis; may be left out when only one was judged.

        Raises:
            KeyError: If there is none, or several and `axis` was left out.
        """
        found = [v for v in self.verdicts if v.capability == capability and axis in {None, v.axis}]
        if len(found) != 1:
            raise KeyError(f"{len(found)} verdicts for {capability!r} along {axis or 'any axis'}")
        return found[0]
