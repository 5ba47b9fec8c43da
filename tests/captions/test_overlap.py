"""Evaluation items in training captions: what is found, what may be lost, and what the fast ways never lose."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.captions.curate import near
from tacit.captions.curate.near import SHORTEST, NearIndex, bands, shingles
from tacit.captions.curate.overlap import BenchmarkIndex, fold, read_benchmarks
from tacit.errors import DataError, MissingExtraError, UsageError

WORDS = (
    "man", "woman", "dog", "cat", "red", "blue", "car", "tree", "street", "table", "plate", "cup", "left", "right",
    "under", "over", "holding", "riding", "two", "a", "the",
)  # fmt: skip
texts = st.lists(st.sampled_from(WORDS), min_size=3, max_size=12).map(" ".join)
SCHEMA = {"row": pl.UInt32, "kind": pl.String, "similarity": pl.Float64, "source": pl.String, "item": pl.String}


def jaccard(one: str, two: str) -> float:
    a, b = ({text[i : i + 3] for i in range(len(text) - 2)} for text in (one, two))
    return len(a & b) / len(a | b)


def find(items: list[str], captions: list[str | None], threshold: float = 0.8) -> list[tuple[Any, ...]]:
    index = BenchmarkIndex.build([("b", item) for item in items], threshold=threshold)
    found = index.find(pl.Series(captions, dtype=pl.String))
    assert dict(found.schema) == SCHEMA
    return found.rows()


def test_exact_means_equal_once_folded() -> None:
    items = ["A dog, and TWO cats.", "Ｔｗｏ “Straßen”", "二匹の犬"]
    captions = ["a dog and two  cats", "two strassen", "二匹の犬。", "a dog and three cats", None, "", "!!!"]
    assert [(row, kind, item) for row, kind, _, _, item in find(items, captions, 1)] == [
        (0, "exact", items[0]), (1, "exact", items[1]), (2, "exact", items[2]),
    ]  # fmt: skip


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(pl.Series([text]))
    assert fold(once).to_list() == once.to_list()


def test_small_edits_are_found_and_the_best_item_is_named() -> None:
    items = ["A man in a blue shirt is standing on a ladder", "A man in a red shirt is standing on a ladder"]
    (row, kind, similarity, _, item), *rest = find(items, ["dogs", "The man in a red shirt is standing on a ladder"])
    assert not rest
    assert (row, kind, item) == (1, "near", items[1])
    assert similarity == pytest.approx(jaccard("a man in a red shirt is standing on a ladder",
                                               "the man in a red shirt is standing on a ladder"))  # fmt: skip


def test_short_texts_match_exactly_only() -> None:
    assert len("two red cars big") == SHORTEST
    assert find(["two red cars"], ["Two red cars!", "two red carss"]) == [(0, "exact", 1.0, "b", "two red cars")]
    assert [row for row, *_ in find(["two red cars big"], ["two red cars bigg"])] == [0]


def test_nothing_to_find_in_and_nothing_to_look_for() -> None:
    assert find([], ["a dog on a red table"]) == []
    assert find(["?!", ""], ["a dog on a red table", ""]) == []
    assert find(["a dog on a red table"], []) == []
    assert find(["a dog on a red table"], [None, None]) == []


@given(st.lists(texts, min_size=1, max_size=12), st.lists(texts, min_size=1, max_size=12))
def test_every_match_is_right_and_exact_copies_are_all_found(items: list[str], captions: list[str]) -> None:
    found = {row: (kind, similarity, item) for row, kind, similarity, _, item in find(items, list(captions))}
    for row, caption in enumerate(captions):
        if caption in items:
            assert found[row] == ("exact", 1.0, caption)
        elif row in found:
            kind, similarity, item = found[row]
            assert kind == "near"
            assert similarity >= 0.8 - 1e-9
            assert similarity == pytest.approx(jaccard(caption, item))
            assert similarity == pytest.approx(
                max(jaccard(caption, other) for other in items if len(other) >= SHORTEST)
            )


@given(
    st.lists(texts, min_size=1, max_size=8), st.lists(texts, min_size=1, max_size=8), st.sampled_from([0.5, 0.7, 0.9])
)
def test_the_filters_before_and_after_minhash_lose_nothing(items: list[str], captions: list[str], limit: float) -> None:
    """With MinHash out of the way, what is found is what comparing all with all finds."""
    index = NearIndex(pl.Series(items), limit)
    index._meets = lambda found: np.ones(len(found.offsets) - 1, dtype=np.bool_)  # type: ignore[method-assign]
    long = [text for text in captions if len(text) >= 3]
    best = {row: max(jaccard(text, item) for item in items) for row, text in enumerate(long)}
    found = index.best(pl.Series(long))
    assert dict(zip(found["row"], found["similarity"], strict=True)) == pytest.approx(
        {row: similarity for row, similarity in best.items() if similarity >= limit - 1e-9}
    )


def test_minhash_keeps_what_it_should() -> None:
    """Of 2,000 planted pairs as similar as the threshold or more, at most a few are lost."""
    rng = random.Random(1)
    vocabulary = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 8))) for _ in range(2_000)]
    items = [" ".join(rng.choices(vocabulary, k=rng.randint(6, 16))) for _ in range(2_000)]
    planted = []
    for item in items:
        words = item.split()
        words[rng.randrange(len(words))] = rng.choice(vocabulary)
        planted.append(" ".join(words))
    near_ones = {row for row, (one, two) in enumerate(zip(items, planted, strict=True)) if jaccard(one, two) >= 0.8}
    assert len(near_ones) > 500
    found = {row for row, *_ in find(items, list(planted))}
    assert len(near_ones - found) <= 0.01 * len(near_ones)


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99])
def test_bands_keep_the_promised_share(threshold: float) -> None:
    number, rows = bands(threshold)
    assert number * rows <= near.PERMUTATIONS
    assert rows == 1 or 1 - (1 - threshold**rows) ** number >= near.RECALL


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "_PAIRS", 50)
    monkeypatch.setattr(near, "_BYTES", 500)
    rng = random.Random(3)
    items = [" ".join(rng.choices(WORDS, k=9)) for _ in range(200)]
    captions = pl.Series(
        [item.replace("dog", "dogs") for item in items] + [" ".join(rng.choices(WORDS, k=9)) for _ in range(200)]
    )
    index = BenchmarkIndex.build([("b", item) for item in items])
    whole = index.find(captions)
    assert whole.height > 100
    pieces = [
        index.find(captions[at : at + 37]).with_columns(pl.col("row") + pl.lit(at, pl.UInt32))
        for at in range(0, 400, 37)
    ]
    assert pl.concat(pieces).equals(whole)
    assert BenchmarkIndex.from_bytes(index.to_bytes()).find(captions).equals(whole)


def test_shingles_do_not_run_over_the_ends() -> None:
    found = shingles(pl.Series(["abc", "", "de", "abcd"]))
    assert np.diff(found.offsets).tolist() == [1, 0, 0, 2]
    assert found.hashes[0] == found.hashes[1]


@pytest.mark.parametrize(
    "data", [b"", b"tacit benchmark items 1\n", b"tacit benchmark items 1\n{}\nPAR1", b"\x80\x04."]
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(DataError, match="no stored benchmark items"):
        BenchmarkIndex.from_bytes(data)


def test_without_the_extra_exact_copies_are_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rensa", None)
    with pytest.raises(MissingExtraError, match=r"near duplicates needs .* 'tacit\[overlap\]'"):
        BenchmarkIndex.build([("b", "a dog on a red table")])
    assert len(find(["a dog on a red table"], ["A dog on a red table."], threshold=1)) == 1


@pytest.mark.parametrize("threshold", [0.49, 1.01, float("nan")])
def test_thresholds_out_of_range(threshold: float) -> None:
    with pytest.raises(UsageError, match=r"between 0\.5 and 1"):
        BenchmarkIndex.build([("b", "x")], threshold=threshold)


def test_reading_tables_and_options(tmp_path: Path) -> None:
    table = tmp_path / "items.csv"
    table.write_text("id,caption\n1,a cup on a plate\n2,\n3,a cup under a plate\n")
    options = tmp_path / "items.jsonl"
    options.write_text(json.dumps({"image": "1.jpg", "options": ["left of", "right of"]}) + "\n")
    assert read_benchmarks([table, options]) == [
        (str(table), "a cup on a plate"), (str(table), "a cup under a plate"),
        (str(options), "left of"), (str(options), "right of"),
    ]  # fmt: skip
    assert [text for _, text in read_benchmarks([table], text="id")] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", '{"options": ["a"]}\n{"options": "b"}\n', "line 2: 'options' is not a list of texts"),
        ("a.jsonl", '{"options": ["a"]}\n{"options": [1]}\n', "line 2: 'options' is not a list of texts"),
        ("a.jsonl", '{"caption": "a dog"}\nnot json\n', "row 2: the row could not be parsed"),
        ("a.csv", "left,right\na,b\n", "no column has a usual name"),
        ("a.csv", "caption\n \n", "no text in these evaluation items"),
        ("a.txt", "a dog", "an ending that no reader reads"),
    ],
)
def test_items_that_cannot_be_read_are_refused(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises((DataError, UsageError), match=message):
        read_benchmarks([path])


def test_no_files_at_all() -> None:
    with pytest.raises(UsageError, match="at least one file"):
        read_benchmarks([])


@pytest.mark.real
def test_real_captions_against_exact_all_pairs(real_data: Path) -> None:
    """COCO captions, one word of each edited: all found that comparing all with all finds, save one in a hundred."""
    captions = fold(pl.read_parquet(real_data / "captions" / "coco_val2017_sample.parquet")["caption"]).unique(
        maintain_order=True
    )
    items = captions.filter(captions.str.len_bytes() >= SHORTEST)[:1_000]
    rng = random.Random(2)
    edited = []
    for item in items:
        words = item.split()
        words[rng.randrange(len(words))] = rng.choice(["red", "dog", "standing", "the"])
        edited.append(" ".join(words))
    asked = pl.Series(edited).filter(~pl.Series(edited).is_in(items.implode()))
    index = NearIndex(items, 0.8)
    found = set(index.best(asked)["row"])
    index._meets = lambda found: np.ones(len(found.offsets) - 1, dtype=np.bool_)  # type: ignore[method-assign]
    every = set(index.best(asked)["row"])
    assert found <= every
    assert len(every) > 400
    assert len(found) >= 0.99 * len(every)
