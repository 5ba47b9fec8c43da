"""The bottom-k sample does not depend on splits, orders or repeats."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError, UsageError
from tacit.evidence.sampling import FORMAT, BottomK

Pairs = list[tuple[int, str]]
# Few distinct values, so that ties and repeats are common; large ones, so that no step may pass through float or int64.
PAIRS: st.SearchStrategy[Pairs] = st.lists(
    st.tuples(st.sampled_from([0, 1, 2, 2**53, 2**53 + 1, 2**63, 2**64 - 1]), st.text("abc", max_size=2)), max_size=40
)


def sample(k: int, pairs: Pairs) -> BottomK:
    result = BottomK(k)
    result.update(np.array([p for p, _ in pairs], dtype=np.uint64), [t for _, t in pairs])
    return result


def expected(k: int, pairs: Pairs) -> Pairs:
    lowest: dict[str, int] = {}
    for priority, payload in pairs:
        lowest[payload] = min(priority, lowest.get(payload, priority))
    return sorted((priority, payload) for payload, priority in lowest.items())[:k]


@given(k=st.integers(1, 6), pairs=PAIRS, cut=st.integers(0, 40))
def test_is_the_k_lowest_however_it_was_fed(k: int, pairs: Pairs, cut: int) -> None:
    truth = expected(k, pairs)
    assert list(sample(k, pairs)) == truth
    assert list(sample(k, pairs[::-1])) == truth
    left, right = sample(k, pairs[:cut]), sample(k, pairs[cut:])
    left.merge(right)
    assert list(left) == truth
    streamed = BottomK(k)
    for priority, payload in pairs:
        streamed.update(np.array([priority], dtype=np.uint64), [payload])
    assert list(streamed) == truth


@given(k=st.integers(1, 6), payloads=st.lists(st.text("abcd", max_size=2), max_size=60), cut=st.integers(0, 60))
def test_counts_every_copy_of_what_it_holds(k: int, payloads: list[str], cut: int) -> None:
    """A priority that depends on the payload alone, as in all of tacit, makes the counts exact."""
    pairs = [(hash_of(text), text) for text in payloads]
    truth = {text: payloads.count(text) for _, text in expected(k, pairs)}
    left, right = sample(k, pairs[:cut]), sample(k, pairs[cut:])
    left.merge(right)
    whole = sample(k, pairs)
    assert left == whole
    assert {text: whole.copies(text) for _, text in whole} == truth


def hash_of(text: str) -> int:
    """A priority with many ties."""
    return sum(map(ord, text)) % 7


@given(k=st.integers(1, 4), parts=st.lists(PAIRS, min_size=3, max_size=3))
def test_merging_is_associative_commutative_and_idempotent(k: int, parts: list[Pairs]) -> None:
    def merged(*samples: BottomK) -> BottomK:
        total = BottomK(k)
        for each in samples:
            total.merge(each)
        return total

    a, b, c = (sample(k, part) for part in parts)
    assert list(merged(merged(a, b), c)) == list(merged(a, merged(b, c))) == list(merged(c, b, a))
    assert list(merged(a, a)) == list(a)
    assert merged(a, BottomK(k)) == a


@given(k=st.integers(1, 6), pairs=PAIRS)
def test_survives_json(k: int, pairs: Pairs) -> None:
    one = sample(k, pairs)
    again = BottomK.from_json(json.loads(json.dumps(one.to_json())))
    assert again == one
    assert json.dumps(again.to_json()) == json.dumps(one.to_json())
    more = [(0, "z"), (3, "y")]
    for each in (one, again):
        each.update(np.array([p for p, _ in more], dtype=np.uint64), [t for _, t in more])
    assert again == one


def test_large_batches_read_few_payloads_and_take_polars() -> None:
    class Counting:
        def __init__(self, texts: pl.Series) -> None:
            self.texts, self.reads = texts, 0

        def __len__(self) -> int:
            return len(self.texts)

        def __getitem__(self, index: int) -> str:
            self.reads += 1
            return str(self.texts[index])

    rng = np.random.default_rng(7)
    total, parts, reads = BottomK(50), [], 0
    for part in range(20):
        priorities = rng.integers(0, 2**64, 10_000, dtype=np.uint64)
        texts = Counting(pl.Series([f"{part}-{i}" for i in range(10_000)]))
        total.update(priorities, texts)
        reads += texts.reads
        parts += list(zip(priorities.tolist(), texts.texts.to_list(), strict=True))
    assert list(total) == expected(50, parts)
    assert reads < 2000
    assert len(total) == 50


def test_many_repeats_of_low_payloads_do_not_hide_the_rest() -> None:
    pairs = [(1, "a")] * 1000 + [(5, "b"), (6, "c")]
    assert list(sample(3, pairs)) == [(1, "a"), (5, "b"), (6, "c")]


def test_refuses_what_cannot_be_a_sample() -> None:
    with pytest.raises(UsageError, match="at least 1"):
        BottomK(0)
    one = BottomK(2)
    wrong: list[tuple[Any, list[str]]] = [
        (np.array([1], dtype=np.int64), ["a"]),
        (np.array([1], dtype=np.uint64), ["a", "b"]),
        (np.array([[1]], dtype=np.uint64), ["a"]),
    ]
    for priorities, payloads in wrong:
        with pytest.raises(UsageError, match="one uint64 per payload"):
            one.update(priorities, payloads)
    with pytest.raises(UsageError, match="2 and 3"):
        one.merge(BottomK(3))


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"format": "other", "k": 1, "items": []},
        {"format": FORMAT, "k": 0, "items": []},
        {"format": FORMAT, "k": True, "items": []},
        {"format": FORMAT, "k": 1, "items": {}},
        {"format": FORMAT, "k": 1, "items": [["0" * 16, "a", 1], ["1" * 16, "b", 1]]},
        {"format": FORMAT, "k": 1, "items": [["0" * 16]]},
        {"format": FORMAT, "k": 1, "items": [[0, "a", 1]]},
        {"format": FORMAT, "k": 1, "items": [["0" * 15 + "g", "a", 1]]},
        {"format": FORMAT, "k": 1, "items": [["-" + "0" * 15, "a", 1]]},
        {"format": FORMAT, "k": 1, "items": [["0" * 17, "a", 1]]},
        {"format": FORMAT, "k": 1, "items": [["0" * 16, 5, 1]]},
        {"format": FORMAT, "k": 1, "items": [["0" * 16, "a", 0]]},
        {"format": FORMAT, "k": 1, "items": [["0" * 16, "a"]]},
    ],
)
def test_refuses_stored_samples_that_are_not(value: object) -> None:
    with pytest.raises(DataError, match="stored sample"):
        BottomK.from_json(value)
