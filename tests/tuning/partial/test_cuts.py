from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from tacit.tuning.partial.cuts import Cut


@st.composite
def cuts(draw: st.DrawFn) -> Cut:
    """One run, the same run in equal blocks, or runs at any places."""
    if draw(st.booleans()):
        times, period = draw(st.integers(1, 4)), draw(st.integers(1, 5))
        start = draw(st.integers(0, period - 1))
        stop = draw(st.integers(start + 1, period))
        return Cut(times * period, tuple((start + at * period, stop + at * period) for at in range(times)))
    size = draw(st.integers(1, 12))
    ends = sorted(draw(st.sets(st.integers(0, size), min_size=2, max_size=6)))
    return Cut(size, tuple(zip(ends[::2], ends[1::2], strict=False)))


@given(cuts(), st.sampled_from((0, 1, -1)))
def test_taking_and_putting_is_what_an_index_does(cut: Cut, axis: int) -> None:
    shape = [3, 2, 4]
    shape[axis] = cut.size
    tensor = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    places = np.concatenate([np.arange(*run) for run in cut.runs])
    expected = np.take(tensor.numpy(), places, axis)
    assert np.array_equal(cut.take(tensor, axis).numpy(), expected)
    values = torch.from_numpy(expected) + 1
    other = np.moveaxis(tensor.numpy().copy(), axis, 0)
    other[places] = np.moveaxis(values.numpy(), axis, 0)
    other = np.moveaxis(other, 0, axis)
    assert np.array_equal(cut.replaced(tensor, axis, values).numpy(), other)
    cut.put(tensor, axis, values.double())
    assert np.array_equal(tensor.numpy(), other)


def test_interleaved_slices_need_no_index() -> None:
    cut = Cut(12, ((2, 3), (5, 6), (8, 9), (11, 12)))
    cut.take(torch.zeros(12), 0)
    assert "index" not in vars(cut)
