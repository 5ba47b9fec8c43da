"""What a conformance run returns."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, Literal

from tacit.errors import CheckFailedError
from tacit.report.summarised import Summarised

if TYPE_CHECKING:
    import polars as pl

    from tacit.captions.validation.accuracy import TypeAccuracy
    from tacit.evidence.estimate import Estimate

SCHEMA: Final = "tacit.conformance/1"
Status = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How one check went.

    Attributes:
        name: Name of the check.
        status: ``passed``, ``failed`` or ``skipped``.
        detail: What was found, or why the check failed or was skipped, in a sentence.
    """

    name: str
    status: Status
    detail: str


@dataclass(frozen=True, slots=True)
class ConformanceReport(Summarised):
    """The outcome of every check, and the detector's accuracy on the validation captions.

    Attributes:
        detector: Name of the detector.
        version: Its version.
        language: The language that accuracy was measured in.
        checks: Outcomes, in the order in which they ran.
        accuracy: Per type; empty when there are no validation captions in the language, or the detector cannot scan.
    """

    detector: str
    version: str
    language: str
    checks: tuple[CheckOutcome, ...]
    accuracy: tuple[TypeAccuracy, ...]

    @property
    def passed(self) -> bool:
        """Whether no check failed; a skipped check is no failure."""
        return all(check.status != "failed" for check in self.checks)

    @property
    def failures(self) -> tuple[CheckOutcome, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.status == "failed")

    def raise_for_failures(self) -> None:
        """Turn failures into an exception.

        Raises:
            CheckFailedError: If any check failed; the message lists them.
        """
        if self.failures:
            listed = "\n".join(f"  {check.name}: {check.detail}" for check in self.failures)
            raise CheckFailedError(
                f"Detector {self.detector!r} fails {len(self.failures)} conformance checks:\n{listed}"
            )

    def summary(self) -> str:
        """The report as text for a terminal."""
        width = max((len(check.name) for check in self.checks), default=0)
        passed = sum(check.status == "passed" for check in self.checks)
        lines = [
            f"{self.detector} {self.version} ({self.language}): {passed} of {len(self.checks)} checks passed, "
            f"{len(self.failures)} failed"
        ]
        lines += [f"  {check.status:<7} {check.name:<{width}}  {check.detail}" for check in self.checks]
        if self.accuracy:
            lines.append(
                f"On {self.accuracy[0].captions} validation captions, half of them hard on purpose "
                "(95 % Wilson intervals; not the accuracy on any corpus):"
            )
            lines += [
                f"  {a.type:<8}  precision {_shown(a.precision)}  recall {_shown(a.recall)}  F1 {_shown(a.f1)}  "
                f"({a.positives} positives, {a.detected} detected)"
                for a in self.accuracy
            ]
        return "\n".join(lines)

    def to_frame(self) -> pl.DataFrame:
        """The accuracy as a polars table: one row per type and measure, with interval and n."""
        import polars as pl

        rows = [
            (a.type, name, e.value, e.low, e.high, e.n, e.method, e.level, e.missing)
            for a in self.accuracy
            for name, e in (("precision", a.precision), ("recall", a.recall), ("f1", a.f1))
        ]
        schema = {
            "type": pl.String, "measure": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64,
            "n": pl.Int64, "method": pl.String, "level": pl.Float64, "missing": pl.String,
        }  # fmt: skip
        return pl.DataFrame(rows, schema=schema, orient="row")

    def to_json(self) -> str:
        """The report as JSON text."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _shown(estimate: Estimate) -> str:
    if estimate.value is None:
        return f"- ({estimate.missing})"
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"
