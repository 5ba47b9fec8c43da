"""The division over sets of types is the best there is, and what was asked for whenever the pool allows it."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.captions.curate.quota import Supply, divide, rake
from tacit.captions.curate.targets import Target, parse_targets
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

small = st.fixed_dictionaries({mask: st.integers(0, 4) for mask in range(4)})


def score(taken: Mapping[int, int], stock: Mapping[int, int], wanted: Mapping[int, int]) -> tuple[float, ...]:
    """What `divide` makes small, step by step, except for the mix."""
    stating = {bit: sum(n for mask, n in taken.items() if mask >> bit & 1) for bit in wanted}
    short = {bit: max(quota - stating[bit], 0) for bit, quota in wanted.items()}
    return (
        round(max(short[bit] / wanted[bit] for bit in wanted), 9),
        sum(short.values()),
        sum(max(n - stock[mask], 0) for mask, n in taken.items()),
        sum(max(stating[bit] - quota, 0) for bit, quota in wanted.items()),
    )


@given(stock=small, wanted=st.tuples(st.integers(1, 6), st.integers(1, 6)), budget=st.integers(1, 9),
       repeat=st.integers(1, 2))  # fmt: skip
def test_no_division_is_better(stock: dict[int, int], wanted: tuple[int, int], budget: int, repeat: int) -> None:
    size = min(budget, sum(stock.values()))
    if not size:
        return
    quotas = dict(enumerate(wanted))
    taken = divide({mask: Supply(n, n) for mask, n in stock.items()}, quotas, size, max_repeat=repeat)
    assert sum(taken.values()) == size
    most = {mask: n * (repeat if mask else 1) for mask, n in stock.items()}
    assert all(n <= most[mask] for mask, n in taken.items())
    ways = product(*(range(most[mask] + 1) for mask in range(4)))
    best = min(score(dict(enumerate(way)), stock, quotas) for way in ways if sum(way) == size)
    assert score(taken, stock, quotas) == pytest.approx(best)


def test_large_numbers_are_exact() -> None:
    """HiGHS would stop one in ten thousand short of the optimum, if it were let."""
    supply = {0: Supply(9_000_000, 1_000_000), 1: Supply(90_000, 90_000), 2: Supply(900_000, 900_000),
              3: Supply(70_001, 70_001)}  # fmt: skip
    taken = divide(supply, {0: 150_000, 1: 150_001}, 1_000_000)
    assert taken[1] + taken[3] == 150_000
    assert taken[2] + taken[3] == 150_001


def test_the_corpus_own_mix_is_kept() -> None:
    """Where a quota leaves the choice, sets are taken in the proportion in which the corpus has them."""
    supply = {0: Supply(8_000, 1_000), 1: Supply(1_500, 1_000), 2: Supply(300, 300), 3: Supply(100, 100)}
    taken = divide(supply, {0: 200}, 1_000)
    # Types 0 and 1 go together in 100 of 1,600 captions of type 0: 12 or 13 of 200.
    assert taken[1] + taken.get(3, 0) == 200


def test_raking_reaches_margins() -> None:
    fitted = rake(np.array([70.0, 10.0, 15.0, 5.0]), range(4), {0: 30, 1: 40}, 100)
    assert fitted[1] + fitted[3] == pytest.approx(30)
    assert fitted[2] + fitted[3] == pytest.approx(40)
    # It keeps the odds ratio, which is how the two types go together.
    assert fitted[0] * fitted[3] / (fitted[1] * fitted[2]) == pytest.approx(70 * 5 / (10 * 15))


def test_more_than_there_is_is_refused() -> None:
    with pytest.raises(UsageError, match="not so many different"):
        divide({0: Supply(5, 3)}, {0: 1}, 4)


@pytest.mark.parametrize(("written", "told"), [
    ("", "is empty"), (" , ", "is empty"), ("colour=5%", "does not begin with one of"), ("negation", "no share"),
    ("negation=", "no share"), ("negation=five", "no share"), ("negation=5", r"Did you mean 5%\?"),
    ("negation=0", "above 0"), ("negation=101%", "at most 100"), ("negation=-1%", "no share"),
    ("negation=5%,negation=6%", "twice"), ("negation=1e-3", "no share"), ("negation=nan", "no share"),
])  # fmt: skip
def test_targets_that_cannot_be_read(written: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        parse_targets(written)


def test_an_option_of_another_name_that_allows_nothing() -> None:
    found = parse_targets("negation=0,spatial=5%", "--rates", none=True)
    assert [(each.type, float(each.share)) for each in found] == [("spatial", 0.05), ("negation", 0.0)]
    for wrong in ("foo=1%", "negation=", "negation=101%", "negation=1%,negation=0", ""):
        with pytest.raises(UsageError, match=r"^--rates"):
            parse_targets(wrong, "--rates", none=True)


@given(share=st.integers(1, 100), size=st.integers(1, 10**7))
def test_a_share_is_reached_and_not_passed(share: int, size: int) -> None:
    wanted = Target("negation", Decimal(share) / 100).of(size)
    assert wanted * 100 >= share * size > (wanted - 1) * 100
