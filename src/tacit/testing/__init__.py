"""Conformance checks that the authors of plug-ins run on theirs.

In a test suite, one test per check::

    import pytest
    from tacit.testing import detector_checks

    @pytest.mark.parametrize(("name", "check"), detector_checks(MyDetector()))
    def test_my_detector(name, check):
        check()

Anywhere else, one report::

    print(check_detector(MyDetector()).summary())

Everything else that can be plugged in likewise: scaling laws (`law_checks`, `check_law`), probes (`probe_checks`,
`check_probe`), models (`model_checks`, `check_model`), checks of answers (`elicit_check_checks`,
`check_elicit_check`), in-context tasks (`in_context_task_checks`, `check_in_context_task`) and engines that keep
passages (`engine_checks`, `check_engine`).
"""

from __future__ import annotations

from tacit.testing.detector import check_detector, detector_checks
from tacit.testing.elicit_check import check_elicit_check, elicit_check_checks
from tacit.testing.engine import check_engine, engine_checks
from tacit.testing.in_context_task import check_in_context_task, in_context_task_checks
from tacit.testing.law import check_law, law_checks
from tacit.testing.model import check_model, model_checks
from tacit.testing.probe import check_probe, probe_checks
from tacit.testing.result import CheckOutcome, ConformanceReport

__all__ = [
    "CheckOutcome", "ConformanceReport", "check_detector", "check_elicit_check", "check_engine",
    "check_in_context_task", "check_law", "check_model", "check_probe", "detector_checks", "elicit_check_checks",
    "engine_checks", "in_context_task_checks", "law_checks", "model_checks", "probe_checks",
]  # fmt: skip
