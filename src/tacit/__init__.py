"""Measure, judge, fix and verify capability gaps that do not close with scale.

The names below are loaded when they are first used, so that ``import tacit`` costs nothing and loads no polars, no
scipy and no torch.

Example:
    >>> import tacit
    >>> tacit.get_detector("kamath2026").name
    'kamath2026'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit._version import __version__
from tacit.lazy import exports

if TYPE_CHECKING:
    from tacit.captions.audit.api import audit
    from tacit.captions.audit.result import AuditResult
    from tacit.captions.curate.api import curate
    from tacit.captions.curate.planning import PlanSettings, plan
    from tacit.captions.detect.protocol import get_detector
    from tacit.captions.probe.api import probe
    from tacit.captions.probe.settings import ProbeSettings
    from tacit.errors import (
        CheckFailedError,
        DataError,
        EndpointError,
        InsufficientDataError,
        MissingExtraError,
        TacitError,
        UsageError,
    )
    from tacit.evidence.estimate import Estimate
    from tacit.evidence.outcomes import Outcomes, Reading
    from tacit.evidence.scaling.case import Settings as ScaleSettings
    from tacit.judge.api import scale
    from tacit.judge.judging import Question, judge_outcomes
    from tacit.judge.result import ScaleResult
    from tacit.studies.conversation.api import conversation
    from tacit.studies.forgetting.api import forgetting
    from tacit.studies.reporting_bias.api import reporting_bias
    from tacit.tuning.retention.api import retention
    from tacit.tuning.retention.settings import RetentionSettings
    from tacit.tuning.train.api import tune
    from tacit.tuning.train.settings import TuneSettings
    from tacit.verify.api import compare, compare_files
    from tacit.verify.measured import Beside
    from tacit.verify.result import CompareResult
    from tacit.verify.settings import CompareSettings

__all__ = [
    "AuditResult",
    "Beside",
    "CheckFailedError",
    "CompareResult",
    "CompareSettings",
    "DataError",
    "EndpointError",
    "Estimate",
    "InsufficientDataError",
    "MissingExtraError",
    "Outcomes",
    "PlanSettings",
    "ProbeSettings",
    "Question",
    "Reading",
    "RetentionSettings",
    "ScaleResult",
    "ScaleSettings",
    "TacitError",
    "TuneSettings",
    "UsageError",
    "__version__",
    "audit",
    "compare",
    "compare_files",
    "conversation",
    "curate",
    "forgetting",
    "get_detector",
    "judge_outcomes",
    "plan",
    "probe",
    "reporting_bias",
    "retention",
    "scale",
    "tune",
]

_HOME: Final = {
    "AuditResult": "tacit.captions.audit.result",
    "Beside": "tacit.verify.measured",
    "CheckFailedError": "tacit.errors",
    "CompareResult": "tacit.verify.result",
    "CompareSettings": "tacit.verify.settings",
    "DataError": "tacit.errors",
    "EndpointError": "tacit.errors",
    "Estimate": "tacit.evidence.estimate",
    "InsufficientDataError": "tacit.errors",
    "MissingExtraError": "tacit.errors",
    "Outcomes": "tacit.evidence.outcomes",
    "PlanSettings": "tacit.captions.curate.planning",
    "ProbeSettings": "tacit.captions.probe.settings",
    "Question": "tacit.judge.judging",
    "Reading": "tacit.evidence.outcomes",
    "RetentionSettings": "tacit.tuning.retention.settings",
    "ScaleResult": "tacit.judge.result",
    "ScaleSettings": "tacit.evidence.scaling.case",
    "TacitError": "tacit.errors",
    "TuneSettings": "tacit.tuning.train.settings",
    "UsageError": "tacit.errors",
    "audit": "tacit.captions.audit.api",
    "compare": "tacit.verify.api",
    "compare_files": "tacit.verify.api",
    "conversation": "tacit.studies.conversation.api",
    "curate": "tacit.captions.curate.api",
    "forgetting": "tacit.studies.forgetting.api",
    "get_detector": "tacit.captions.detect.protocol",
    "judge_outcomes": "tacit.judge.judging",
    "plan": "tacit.captions.curate.planning",
    "probe": "tacit.captions.probe.api",
    "reporting_bias": "tacit.studies.reporting_bias.api",
    "retention": "tacit.tuning.retention.api",
    "scale": "tacit.judge.api",
    "tune": "tacit.tuning.train.api",
}
"""Where each exported name lives."""

_NAMED: Final = {"ScaleSettings": "Settings"}
"""Names that are exported under another one, because at home they need no prefix."""

__getattr__, __dir__ = exports(__name__, _HOME, _NAMED)
