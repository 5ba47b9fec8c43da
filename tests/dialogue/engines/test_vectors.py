"""Vectors in 8 bits: what they lose, what is found, and files that are not what they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.engines.vectors import VectorFolder, VectorView, quantised, unit
from tacit.errors import DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 50))
def test_a_number_is_off_by_half_a_step_at_most(seed: int, count: int, dimensions: int) -> None:
    vectors = unit(np.random.default_rng(seed).normal(size=(count, dimensions)))
    rows = quantised(vectors, 0)
    back = rows["codes"].astype(np.float64) * rows["scale"][:, None]
    step = np.abs(vectors).max(axis=1, keepdims=True) / 127
    assert (np.abs(back - vectors) <= step * 0.5 + 1e-6).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_the_nearest_are_those_of_comparing_all(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    files = [quantised(unit(rng.normal(size=(size, 5))), first) for size, first in ((7, 0), (1, 7), (1500, 8))]
    alive = set(rng.choice(1508, size=40, replace=False).tolist())
    vector = unit(rng.normal(size=5))
    every = np.concatenate(files)
    cosines = (every["codes"].astype(np.float32) * every["scale"][:, None]) @ vector
    wanted = sorted(alive, key=lambda row: -cosines[row])[:k]
    found = VectorView(files, alive).nearest(vector, k)
    assert [row for row, _ in found[:k]] == wanted
    assert np.allclose([cosine for _, cosine in found[:k]], cosines[wanted], atol=1e-5)


def test_ties_at_the_end_all_come_back() -> None:
    view = VectorView([quantised(np.ones((5, 2), np.float32), 0)], {0, 1, 2, 4})
    assert [row for row, _ in view.nearest(np.array([1, 0], np.float32), 2)] == [0, 1, 2, 4]


@pytest.mark.parametrize("wrong", [np.full((1, 2), np.nan), np.ones(3), np.ones((2, 0)), np.full((1, 2), np.inf)])
def test_what_is_no_matrix_of_numbers_is_refused(wrong: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    with pytest.raises(UsageError, match="finite numbers in the shape"):
        quantised(wrong.astype(np.float32), 0)


def test_a_vector_of_length_0_is_near_nothing() -> None:
    view = VectorView([quantised(np.zeros((1, 3), np.float32), 0)], {0})
    assert view.nearest(np.array([1, 0, 0], np.float32), 1) == [(0, 0.0)]


def test_files_that_are_no_vectors_are_told(tmp_path: Path) -> None:
    folder = VectorFolder(tmp_path)
    (tmp_path / "000000000000.npy").write_bytes(b"\x93NUMPY but no more")
    with pytest.raises(DataError, match="cannot be read"):
        folder.view(set())
    np.save(tmp_path / "000000000000.npy", np.ones(3))
    with pytest.raises(DataError, match="does not hold vectors"):
        folder.view(set())


def test_pickles_are_not_opened(tmp_path: Path) -> None:
    np.save(tmp_path / "000000000000.npy", np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="cannot be read"):
        VectorFolder(tmp_path).view(set())
