"""What every test can use: the real data, if it is there, and reproducible property tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# There is a worker of pytest per processor. Threads of linear algebra beside them wait for each other in busy loops,
# which took up to four times the processor time; the libraries read this when they are loaded, so it comes first.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# The same examples on every machine and every run: a property test that fails must fail again when it is looked at.
# Forty of them, half the usual time: what more examples find is for those who hunt.
settings.register_profile(
    "ci", max_examples=40, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# For hunting: HYPOTHESIS_PROFILE=search looks at other examples each time.
settings.register_profile("search", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data: ``TACIT_REAL_DATA``, or ``../shared/data`` beside the project."""
    place = Path(os.environ.get("TACIT_REAL_DATA") or ROOT.parent / "shared" / "data")
    if not place.is_dir():
        pytest.skip(f"no real data at {place}; set TACIT_REAL_DATA to the folder that holds it")
    return place
