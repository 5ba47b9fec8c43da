"""Captions that five people wrote independently are hardly ever flagged."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.captions.elicit.elicit_people import answer

from tacit.captions.elicit.quality import check_answer, check_project

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = 240
MOST = {"left or right of whom": 0.01, "same text as another": 0.002, "too short": 0.002}
"""Share of captions that may be flagged; by every other check none of these 1,200."""


@pytest.mark.slow
@pytest.mark.real
def test_captions_by_independent_people_are_hardly_ever_flagged(real_data: Path) -> None:
    table = pl.read_parquet(real_data / "captions" / "flickr30k_en.parquet")
    images = table["image"].unique(maintain_order=True).head(PICTURES).to_list()
    number = {image: at for at, image in enumerate(images)}
    rows = sorted(
        (number[image], person, text)
        for image, person, text in table.filter(pl.col("image").is_in(images)).select(
            "image", "annotator", "caption").iter_rows()
    )  # fmt: skip
    answers = [
        answer(text, at, picture=picture, annotator=person, seconds=6 + len(text) / 5)
        for at, (picture, person, text) in enumerate(rows, 1)
    ]
    flagged = Counter(name for at, each in enumerate(answers) for name, _ in check_answer(each, answers[:at]))
    for name, times in flagged.items():
        assert times <= MOST.get(name, 0) * len(answers), (name, times)
    assert [f for f in check_project(answers) if f.annotator is not None] == []
