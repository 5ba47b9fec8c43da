"""Layouts: where the values are along an axis, for any sizes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tacit.tuning.locate.layouts import (
    Layout,
    grouped,
    halves,
    latent,
    per_group,
    per_head,
    repeated,
    separate,
    shards,
    thirds,
)

SMALL = st.integers(1, 6)


def slices(layout: Layout) -> list[int]:
    return [at for start, stop in layout.runs for at in range(start, stop)]


@given(SMALL, st.lists(SMALL, min_size=1, max_size=4), st.data())
def test_the_blocks_of_a_repeated_layout_cover_the_axis_and_do_not_overlap(
    times: int, blocks: list[int], data: st.DataObject
) -> None:
    layouts = [repeated("blocks", times, blocks, which) for which in range(len(blocks))]
    assert sorted(at for layout in layouts for at in slices(layout)) == list(range(times * sum(blocks)))
    which = data.draw(st.integers(0, len(blocks) - 1))
    layout = layouts[which]
    assert len(slices(layout)) == times * blocks[which]
    assert all(before[1] < after[0] for before, after in zip(layout.runs, layout.runs[1:], strict=False))


@given(SMALL, SMALL, SMALL)
def test_every_layout_against_its_definition_slice_by_slice(groups: int, per: int, size: int) -> None:
    heads = groups * per
    tagged = {
        separate(heads * size): ["v"] * heads * size,
        thirds(heads * size): ["q"] * heads * size + ["k"] * heads * size + ["v"] * heads * size,
        halves(heads * size): ["k"] * heads * size + ["v"] * heads * size,
        grouped(heads, groups, size): ["q"] * heads * size + ["k"] * groups * size + ["v"] * groups * size,
        per_head(heads, size): (["q"] * size + ["k"] * size + ["v"] * size) * heads,
        per_group(heads, groups, size): (["q"] * per * size + ["k"] * size + ["v"] * size) * groups,
        latent(heads, size, per): (["k"] * size + ["v"] * per) * heads,
        shards(4 * size, 4): (["q"] * size + ["v"] * size + ["k"] * size) * 4,
    }
    for layout, tags in tagged.items():
        assert layout.size == len(tags)
        assert slices(layout) == [at for at, tag in enumerate(tags) if tag == "v"], layout.words
