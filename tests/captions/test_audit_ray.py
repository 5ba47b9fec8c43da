"""The audit on a real Ray on this machine: the same bytes as on threads."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest
from tests.captions.audit_work import process, save

import tacit
from tacit.captions.validation.sample import sample_frame
from tacit.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="Ray is not installed (extra 'cluster')"
)


@pytest.mark.slow
@pytest.mark.long
def test_the_same_bytes_as_on_threads(tmp_path: Path) -> None:
    for at, part in enumerate(sample_frame(900, 6).iter_slices(150)):
        save(tmp_path / "in" / f"{at}.parquet", part)
    options = ("--group-by", "source", "--detector", "kamath2026", "--compare", "kamath2026", "--quiet")
    # A folder named relative to where the command runs: Ray's workers run elsewhere.
    for engine in ("local", "ray"):
        done = process(
            "audit", "in", *options, "--engine", engine, "--out", engine, "--hits", f"{engine}.parquet", cwd=tmp_path
        )
        assert (done.returncode, done.stderr) == (0, "")
    for name in ("result.json", "report.html", "rates.parquet"):
        assert (tmp_path / "ray" / name).read_bytes() == (tmp_path / "local" / name).read_bytes(), name
    assert (tmp_path / "ray.parquet").read_bytes() == (tmp_path / "local.parquet").read_bytes()
    assert '"engine": "ray"' in (tmp_path / "ray" / "manifest.json").read_text(encoding="utf-8")


def test_an_address_goes_with_ray_only(tmp_path: Path) -> None:
    path = save(tmp_path / "a.parquet", {"caption": ["two dogs"]})
    with pytest.raises(UsageError, match="takes no address"):
        tacit.audit(path, ray_address="127.0.0.1:6379")
