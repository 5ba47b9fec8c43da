"""Verdicts on published evaluation results, read from files as a user would have them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tacit.evidence.outcomes import Reading
from tacit.judge.api import scale
from tacit.judge.judging import Question

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.judge.result import ScaleResult

pytestmark = [pytest.mark.real, pytest.mark.slow]

CHANCE = {
    "vtab/clevr_count_all": 1 / 8, "vtab/clevr_closest_object_distance": 1 / 6,
    "vtab/kitti_closest_vehicle_distance": 1 / 4, "vtab/dmlab": 1 / 6, "vtab/dsprites_label_orientation": 1 / 40,
    "vtab/dsprites_label_x_position": 1 / 32, "vtab/smallnorb_label_azimuth": 1 / 18,
    "vtab/smallnorb_label_elevation": 1 / 9, "vtab/pcam": 1 / 2, "vtab/svhn": 1 / 10, "mnist": 1 / 10,
    "vtab/eurosat": 1 / 10, "vtab/caltech101": 1 / 102, "imagenet1k": 1 / 1000,
}  # fmt: skip
NAMED = tuple(CHANCE)
UNIQUE = {"LAION-80M": 8e7, "LAION-400M": 4.13e8, "LAION-2B": 2.3e9, "CLIP-WIT": 4e8}
PARAMETERS = {
    "ada": 3.5e8, "babbage": 1.3e9, "curie": 6.7e9, "davinci": 1.75e11,
    "gpt2": 1.24e8, "gpt2-medium": 3.55e8, "gpt2-large": 7.74e8, "gpt2-xl": 1.5e9,
}  # fmt: skip


@pytest.fixture(scope="module")
def laion(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> ScaleResult:
    table = pl.read_csv(real_data / "scaling" / "laion_zeroshot_results.csv").with_columns(
        system=pl.col("arch") + " " + pl.col("name"),
        unique_data=pl.col("upstream_dataset").replace_strict(UNIQUE, return_dtype=pl.Float64),
    )
    place = tmp_path_factory.mktemp("laion") / "results.csv"
    table.filter(pl.col("acc1").is_not_null()).drop("task").write_csv(place)
    columns = {"capability": "downstream_dataset", "score": "acc1", "compute": "gmacs_total"}
    began = time.perf_counter()
    asked = Question(axes=("compute", "unique_data"), capabilities=NAMED)
    found = scale(place, question=asked, reading=Reading(columns=columns, chance=CHANCE))
    print(f"{len(found.verdicts)} verdicts in {time.perf_counter() - began:.1f} s")
    return found


@pytest.mark.parametrize(
    ("capability", "axis", "verdict"),
    [
        ("imagenet1k", "compute", "scaling"),
        ("vtab/clevr_count_all", "compute", "scaling"),
        ("vtab/dmlab", "compute", "flat"),
        ("vtab/dsprites_label_orientation", "compute", "flat"),
        ("vtab/dsprites_label_x_position", "compute", "flat"),
        ("vtab/smallnorb_label_azimuth", "compute", "flat"),
        ("vtab/smallnorb_label_elevation", "compute", "flat"),
        ("vtab/kitti_closest_vehicle_distance", "compute", "format artefact suspected"),
        ("vtab/caltech101", "compute", "saturating"),
    ],
)
def test_the_laion_grid(laion: ScaleResult, capability: str, axis: str, verdict: str) -> None:
    assert laion.verdict(capability, axis).verdict == verdict


def test_counting_scales_in_compute_and_not_in_unique_data(laion: ScaleResult) -> None:
    unique = laion.verdict("vtab/clevr_count_all", "unique_data")
    assert unique.verdict != "scaling"
    assert unique.low is not None
    assert unique.low < 0
    compute = laion.verdict("vtab/clevr_count_all", "compute")
    assert compute.low is not None
    assert compute.low > 2


def test_the_number_of_items_is_read_off_the_scores(laion: ScaleResult) -> None:
    reasons = laion.verdict("vtab/dmlab", "compute").reasons
    assert any("exact fractions of 22,735" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("experiment", "verdict"), [("syllogism-1shot-gpt2", "undecided"), ("conjunction-fallacy-0shot-gpt3", "inverse")]
)
@pytest.mark.parametrize("chance", [None, 0.5])
def test_inverse_scaling_items(
    real_data: Path, tmp_path: Path, experiment: str, verdict: str, chance: float | None
) -> None:
    """Item by item: one erratic family, which item errors alone call inverse at z = -27, and one that falls."""
    items = (
        pl.read_parquet(real_data / "scaling" / "inverse_scaling_items.parquet")
        .filter(pl.col("experiment") == experiment)
        .with_columns(params=pl.col("model").replace_strict(PARAMETERS, return_dtype=pl.Float64))
    )
    place = tmp_path / "items.parquet"
    items.select("experiment", "model", "index", "correct", "params").write_parquet(place)
    columns = {"capability": "experiment", "system": "model", "item": "index", "score": "correct"}
    found = scale(place, reading=Reading(columns=columns, chance={} if chance is None else {"*": chance}))
    assert found.verdict(experiment).verdict == verdict
    assert found.verdict(experiment).n_systems == 4
