"""What is chosen is spread as evenly as the pool allows."""

from __future__ import annotations

from collections import Counter
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tacit.captions.curate.choose import Candidate, Chooser
from tacit.captions.curate.pool import group_of, leaf

GROUPS = [leaf("counting", "exact", str(n)) for n in (2, 3, 4)]


def candidates(stock: list[int]) -> list[Candidate]:
    names = [name for name, n in zip(GROUPS, stock, strict=True) for _ in range(n)]
    return [Candidate(at, (name,)) for at, name in enumerate(names)]


@given(stock=st.lists(st.integers(0, 6), min_size=3, max_size=3), slots=st.integers(1, 12))
def test_water_filling_is_the_most_even_split(stock: list[int], slots: int) -> None:
    slots = min(slots, sum(stock))
    if not slots:
        return
    pool = candidates(stock)
    picks = Chooser({1: slots}, GROUPS).choose({1: pool})
    taken = Counter(pool[at].leaves[0] for at in picks)
    ways = [way for way in product(*(range(n + 1) for n in stock)) if sum(way) == slots]
    assert sorted(taken[name] for name in GROUPS) == max(sorted(way) for way in ways)
    assert all(pick.weight == 1 for pick in picks.values())


@given(
    masks=st.lists(
        st.lists(st.sampled_from([*GROUPS, "spatial/projective/", "spatial/proximity/"]), min_size=1, max_size=3,
                 unique=True), min_size=1, max_size=30),
    slots=st.integers(1, 60),
)  # fmt: skip
def test_every_caption_once_before_any_twice(masks: list[list[str]], slots: int) -> None:
    pool = [Candidate(at, tuple(sorted(names))) for at, names in enumerate(masks)]
    leaves = sorted({name for names in masks for name in names})
    picks = Chooser({3: slots}, leaves).choose({3: pool})
    weights = [picks[at].weight if at in picks else 0 for at in range(len(pool))]
    assert sum(weights) == slots
    assert max(weights) - min(weights) <= 1


def test_lower_numbers_come_first() -> None:
    """Among captions that state the same, the order of the pool decides, which is a random one."""
    picks = Chooser({1: 4}, GROUPS).choose({1: candidates([5, 5, 0])})
    assert sorted(picks) == [0, 1, 5, 6]


def test_single_types_even_out_what_others_leave_uneven() -> None:
    both = [Candidate(at, (GROUPS[0], "spatial/proximity/")) for at in range(10)]
    alone = [Candidate(at, (GROUPS[at % 2],)) for at in range(10, 50)]
    picks = Chooser({3: 10, 1: 20}, [*GROUPS, "spatial/proximity/"]).choose({3: both, 1: alone})
    taken = Counter(group_of(name) for c in [*both, *alone] if c.at in picks for name in c.leaves)
    assert taken["counting", "2"] == taken["counting", "3"] == 15
