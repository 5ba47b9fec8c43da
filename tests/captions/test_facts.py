"""What was there to report: states of images by hand, joins by name, and intervals that cover what they say."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.captions.audit_work import WordDetector

from tacit.captions.audit.count import mask_of
from tacit.captions.facts import opportunities
from tacit.captions.facts.joining import WAYS, Names, names_of
from tacit.captions.facts.opportunities import CONDITIONS, GROUPS, NUMBERS, Facts, read_facts, sum_up
from tacit.captions.facts.rates import grouped_share, make_reported
from tacit.captions.facts.tally import NOWHERE, Sightings, count_sightings
from tacit.errors import DataError
from tacit.evidence.intervals import wilson

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = {
    "row": pl.Int64, "image": pl.String, "alias": pl.String, "object": pl.String, "count": pl.Int64,
    "listed": pl.Boolean, "x": pl.Float64, "y": pl.Float64, "width": pl.Float64, "height": pl.Float64,
    "event": pl.String, "absent": pl.Boolean,
}  # fmt: skip
Fact = tuple[str, str | None, int | None, tuple[float, ...] | None]


def table(facts: list[Fact], **more: list[Any]) -> pl.DataFrame:
    """Facts as the reader gives them; a row is image, object, count and box."""
    none = (None,) * 4
    columns = {
        "row": list(range(1, len(facts) + 1)), "image": [f[0] for f in facts], "alias": None,
        "object": [f[1] for f in facts], "count": [f[2] for f in facts], "listed": False,
        **{side: [(f[3] or none)[at] for f in facts] for at, side in enumerate(("x", "y", "width", "height"))},
        "event": None, "absent": False, **more,
    }  # fmt: skip
    return pl.DataFrame(columns, schema=SCHEMA)


def states_of(facts: Facts) -> dict[str, dict[str, int]]:
    """The states of each image by its name."""
    order = {image: facts.names.find(pl.Series([image]), 0)[0] for image in "abcdefgh"}
    return {
        image: {name: int(facts.states[row, at]) for row, name in enumerate(CONDITIONS)}
        for image, at in order.items()
        if at >= 0
    }


def test_counting_by_hand() -> None:
    facts = sum_up(
        [
            table([
                ("a", "dog", 1, None), ("a", "dog", 1, None), ("a", "cat", 1, None),  # two dogs
                ("b", "dog", 7, None), ("b", "cat", 3, None),
                ("c", "dog", 1, None), ("c", "crowd", None, None),  # somebody, uncounted
                ("d", None, None, None),  # looked at, nothing there
                ("e", "dog", 0, None), ("e", "cat", 1, None),
                ("f", "dog", 3, None), ("f", "crowd", None, None),
                ("g", "bee", 4000, None),
            ])
        ],
        "facts",
    )  # fmt: skip
    states = states_of(facts)
    assert {image: s["counting"] for image, s in states.items()} == {
        "a": 1,
        "b": 1,
        "c": -1,
        "d": 0,
        "e": 0,
        "f": 1,
        "g": 1,
    }
    largest = {image: [n for n in NUMBERS if s[f"counting {n}"] == 1] for image, s in states.items()}
    assert largest == {"a": ["2"], "b": ["6-10"], "c": [], "d": [], "e": [], "f": [], "g": [">10"]}
    assert {image for image, s in states.items() if s["counting 3"] == 0} == {"d", "e"}
    # Without boxes a place is two kinds of things; one thing alone cannot be placed by another.
    assert {image: s["spatial"] for image, s in states.items()} == {
        "a": 1,
        "b": 1,
        "c": 1,
        "d": 0,
        "e": 0,
        "f": 1,
        "g": -1,
    }
    assert {s[name] for s in states.values() for name in ("negation", "temporal")} == {-1}
    bits = {image: int(facts.numbers[facts.names.find(pl.Series([image]), 0)[0]]) for image in "abcdefg"}
    assert bits == {"a": 0b110, "b": 0b10001000, "c": (1 << 63) | 2, "d": 0, "e": 2, "f": (1 << 63) | 8, "g": 1 << 62}


def test_events_and_absences() -> None:
    rows: list[Fact] = [("a", None, None, None), ("b", "dog", None, None), ("c", "dog", 1, None)]
    facts = sum_up([table(rows, event=["the race", None, None], absent=[False, True, False])], "facts")
    states = states_of(facts)
    assert {image: s["temporal"] for image, s in states.items()} == {"a": 1, "b": 0, "c": 0}
    assert {image: s["negation"] for image, s in states.items()} == {"a": -1, "b": 1, "c": -1}
    assert states["b"]["counting"] == 0  # A dog that is not there is no uncounted dog.


boxes = st.tuples(*(st.integers(0, 6),) * 2, *(st.integers(0, 4),) * 2).map(lambda b: tuple(map(float, b)))
objects = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(("dog", "cat", "owl")), st.just(1), st.none() | boxes),
    min_size=1, max_size=12,
)  # fmt: skip


def apart(rows: list[Fact]) -> bool:
    """Whether two kinds of things lie wholly beside or above one another, pair by pair."""
    placed = [(kind, box) for _, kind, _, box in rows if box is not None]
    return any(
        kind != other and (box[at] + box[at + 2] <= that[at])
        for kind, box in placed
        for other, that in placed
        for at in (0, 1)
    )


@given(objects, st.randoms())
def test_boxes_are_compared_as_pair_by_pair(rows: list[Fact], random: Any) -> None:
    facts = sum_up([table(rows)], "facts")
    states = states_of(facts)
    distinct = list(dict.fromkeys(row for row in rows if row[3] is not None))
    assert facts.repeated == sum(row[3] is not None for row in rows) - len(distinct)
    kept = distinct + [row for row in rows if row[3] is None]
    for image in {row[0] for row in rows}:
        own = [row for row in kept if row[0] == image]
        beside = apart(own) if facts.boxes else len({row[1] for row in own}) > 1
        assert states[image]["spatial"] == (1 if beside else 0 if len(own) < 2 else -1)
        largest = max(sum(row[1] == kind for row in own) for _, kind, _, _ in own)
        assert states[image]["counting"] == (largest > 1)
    shuffled = random.sample(rows, len(rows))
    again = sum_up([table(shuffled[:3]), table(shuffled[3:])], "facts")
    for one, two in ((facts.states, again.states), (facts.numbers, again.numbers), (facts.groups, again.groups)):
        assert np.array_equal(one, two)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("image,object,count\na,dog,1\nb,dog,1\na,dog,2\n", "rows 1 and 3: both give a number for the same object"),
        ("image,object,absent\na,dog,\nb,dog,1\na,dog,1\n", "rows 1 and 3: one says that the image holds the object"),
        ("image,object\n", "holds no facts"),
    ],
)
def test_contradictions_are_named_with_their_rows(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(content)
    with pytest.raises(DataError) as caught:
        read_facts(str(path))
    assert told in str(caught.value)
    assert "facts.csv" in str(caught.value)


def test_zero_and_verified_absence_agree(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_text("image,object,count,absent\na,dog,0,\na,dog,,1\n")
    assert states_of(read_facts(str(path)))["a"]["negation"] == 1


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opportunities, "MAX_ROWS", 3)
    with pytest.raises(DataError, match="more than 3 rows"):
        sum_up([table([("a", "dog", 1, None)] * 2)] * 2, "facts")


def names(*images: str, alias: list[str | None] | None = None) -> Names:
    frame = pl.DataFrame({"image": images, "alias": alias or [None] * len(images)}, schema_overrides={
        "alias": pl.String})  # fmt: skip
    return names_of([frame], list(images))


def test_names_that_several_images_share_lead_to_none() -> None:
    known = names("a/7.jpg", "b/007.png", "b/8.png", "x", alias=["seven", None, None, "b/8.png"])
    found = [(known.find(pl.Series(["a/7.jpg", "seven", "7", "b/8.png", None, "8"]), way) >= 0) for way in range(3)]
    assert [list(map(int, row)) for row in found] == [[1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0], [0] * 6]


WORDS = ("two dog", "three dog", "a dog", "near dog", "dog behind cat", "not dog", "after dog", "two cat three dog")
captions = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(("a", "b", "c", "d.jpg", "zz", None, " "))))
FACTS = sum_up([table([
    ("a", "dog", 2, None), ("a", "cat", 3, None), ("b", "dog", 1, None), ("c", "dog", 3, None),
    ("c", "fog", None, None), ("x/d.png", "cat", 2, None),
])], "facts")  # fmt: skip


def seen(corpus: list[tuple[str, str | None]]) -> Sightings:
    into = Sightings(FACTS.images)
    scan = WordDetector().scan(pl.Series([c for c, _ in corpus], dtype=pl.String))
    images = pl.Series([image for _, image in corpus], dtype=pl.String)
    count_sightings(into, FACTS, images, mask_of(scan), scan)
    return into


@given(captions, st.integers(0, 8), st.integers(0, 8))
def test_counts_do_not_depend_on_the_cut(corpus: list[tuple[str, str | None]], one: int, two: int) -> None:
    cuts = [0, *sorted(min(at, len(corpus)) for at in (one, two)), len(corpus)]
    parts = [seen(corpus[start:stop]) for start, stop in pairwise(cuts)]
    whole = json.dumps(seen(corpus).to_json())
    for order in (parts, parts[::-1]):
        total = Sightings(FACTS.images)
        for part in order:
            total.merge(Sightings.from_json(json.loads(json.dumps(part.to_json()))))
        assert json.dumps(total.to_json()) == whole


@given(captions)
def test_counts_are_those_made_by_hand(corpus: list[tuple[str, str | None]]) -> None:
    reported, used = make_reported(seen(corpus), FACTS)
    exact = [(c, image) for c, image in corpus if image in {"a", "b", "c"}]
    loose = [(c, "d") for c, image in corpus if image == "d.jpg"]
    own = exact or [*loose]
    assert used.joined == ("exact" if exact else "name" if loose else "")
    assert used.captions == len(own)
    assert used.images_captioned == len({image for _, image in own})
    blank = sum(image in {None, " "} for _, image in corpus)
    assert dict(used.captions_without) == {
        why: n
        for why, n in (("the image is not in the facts, or its name fits several", len(corpus) - blank - len(own)),
                       ("the caption names no image", blank))
        if n
    }  # fmt: skip
    by_kind = {(r.type, r.subtype, r.number): r for r in reported}
    count, others = ([c for c, image in own if image in where] for where in ("acd", "b"))
    assert (by_kind["counting", "", ""].stated.n, by_kind["counting", "", ""].otherwise.n) == (
        (len(count), len(others)) if own else (0, 0)
    )
    if count and by_kind["counting", "", ""].stated.value is not None:
        assert by_kind["counting", "", ""].stated.value == sum("two" in c or "three" in c for c in count) / len(count)
    placed = [c for c, image in own if image in "ac"]
    assert by_kind["spatial", "projective", ""].stated.value in (
        None, sum("behind" in c for c in placed) / max(len(placed), 1)
    )  # fmt: skip
    # "c" holds something uncounted, so "two" may be true of it; of "a" both numbers are true.
    true = {("a", "two"): 1, ("a", "three"): 1, ("b", "two"): 0, ("b", "three"): 0, ("c", "two"): -1,
            ("c", "three"): 1, ("d", "two"): 1, ("d", "three"): 0}  # fmt: skip
    verdicts = [
        0 if 0 in each else -1 if -1 in each else 1
        for c, image in own
        if (each := [true[image, word] for word in ("two", "three") if word in c])
    ]
    told = [v for v in verdicts if v >= 0]
    assert used.number_true.n == len(told)
    if used.number_true.value is not None:
        assert used.number_true.value == sum(told) / len(told)


def test_reasons_are_given_in_words() -> None:
    lost, used = make_reported(seen([("two dog", "zz"), ("a dog", "</script>")]), FACTS)
    assert seen([("two dog", "zz")]).way == NOWHERE == len(WAYS)
    assert all("no caption's image is among the 4" in r.reason and "'zz'" in r.reason for r in lost)
    assert (used.joined, used.captions, lost[0].stated.value) == ("", 0, None)
    found = {r.type: r for r in make_reported(seen([("two dog", "a"), ("not dog", "b")]), FACTS)[0]}
    assert "infinitely many" in found["negation"].reason
    assert "list no events" in found["temporal"].reason
    assert found["counting"].stated.missing.startswith("no caption is of an image with a largest group")


def test_one_caption_per_image_is_close_to_wilson() -> None:
    silent, stating = np.full(GROUPS, 40), np.full(GROUPS, 10)
    rng = np.random.default_rng(0)
    stating = rng.binomial(50, 0.2, GROUPS)
    silent = 50 - stating
    share, plain = grouped_share(silent, stating, 50 * GROUPS), wilson(int(stating.sum()), 50 * GROUPS)
    assert share.value == plain.value
    assert (share.low, share.high) == pytest.approx((plain.low, plain.high), rel=0.02)
    assert (share.low or 1.0) <= (plain.low or 0.0)


def test_where_all_agree_each_image_counts_as_one() -> None:
    five = np.zeros(GROUPS, dtype=np.int64)
    five[:30] = 5
    share, plain = grouped_share(five, 0 * five, 30), wilson(0, 30)
    assert (share.value, share.low, share.high, share.n) == (0.0, 0.0, plain.high, 150)
    assert grouped_share(0 * five, five, 30).low == wilson(30, 30).low
    assert grouped_share(five, five, 1).value is None
    assert grouped_share(0 * five, 0 * five, 0).value is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("images", "share", "alike", "least"),
    [(60, 0.1, 0.3, 0.91), (1000, 0.1, 0.0, 0.93), (1000, 0.1, 0.3, 0.93), (1000, 0.02, 0.3, 0.92),
     (1000, 0.3, 1.0, 0.93)],
)  # fmt: skip
def test_intervals_cover_the_true_share(images: int, share: float, alike: float, least: float) -> None:
    """Captions of one image are alike (beta-binomial with that correlation); there are 1 to 50 of each."""
    rng = np.random.default_rng(7)
    covered = naive = 0
    draws = 600
    for _ in range(draws):
        sizes = np.minimum(rng.geometric(0.3, images), 50)
        own = np.full(images, share)
        if alike == 1:
            own = (rng.random(images) < share).astype(float)
        elif alike:
            spread = 1 / alike - 1
            own = rng.beta(share * spread, (1 - share) * spread, images)
        stating = rng.binomial(sizes, own)
        group = rng.integers(0, GROUPS, images)
        sums = [np.bincount(group, part, GROUPS).astype(np.int64) for part in (sizes - stating, stating)]
        made = grouped_share(sums[0], sums[1], images)
        plain = wilson(int(stating.sum()), int(sizes.sum()))
        covered += (made.low or 0.0) <= share <= (made.high or 0.0)
        naive += (plain.low or 0.0) <= share <= (plain.high or 0.0)
    assert least <= covered / draws <= 0.985
    assert (naive / draws < 0.9) == (alike > 0)
