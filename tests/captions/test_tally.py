"""Tallies: counted as by hand, added up in any order, and refused when damaged."""

from __future__ import annotations

import contextlib
import json
import zlib
from collections import Counter
from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.captions.audit_work import FILLERS, WORDS, ErringDetector, WordDetector

from tacit.captions.audit.count import LONGEST_EXAMPLE, Audited, count, count_contrast, mask_of
from tacit.captions.audit.settings import MAX_GROUPS
from tacit.captions.audit.tally import COMBINATIONS, EXAMPLES, Cell, Key, Tally, stating, types_of
from tacit.captions.detect.hits import TYPES
from tacit.errors import DataError, UsageError
from tacit.evidence.sampling import BottomK

GROUPS = ("x", "(all)", "</script>")

words = st.lists(st.sampled_from([*WORDS, *FILLERS]), min_size=1, max_size=6).map(" ".join)
rows = st.tuples(words, st.sampled_from(GROUPS), st.sampled_from(["en", "de"]))
corpora = st.lists(rows, max_size=30)


def tally_of(corpus: list[tuple[str, str, str]], seed: int = 0) -> Tally:
    """Count a corpus the way a unit does, with everything that can be asked for."""
    tally = Tally(read=len(corpus) + 2, skipped=Counter({"null": 1, "empty": 1}), looked=BottomK(4))
    assert tally.looked is not None
    for language in sorted({row[2] for row in corpus}):
        mine = [row for row in corpus if row[2] == language]
        captions = pl.Series([row[0] for row in mine], dtype=pl.String)
        groups = np.array([GROUPS.index(row[1]) for row in mine], dtype=np.int64)
        batch = Audited(language, captions, groups, list(GROUPS), captions.hash(seed=seed).to_numpy())
        masks = count(tally, batch, WordDetector().scan(captions), draw=3)
        count_contrast(tally, batch, masks, mask_of(ErringDetector().scan(captions)))
        tally.languages[language] += len(mine)
        tally.looked.update(batch.priorities, captions.to_list())
    return tally


def plain(tally: Tally) -> str:
    """Everything in a tally, in one order."""

    def ordered(value: object) -> object:
        if isinstance(value, dict):
            return sorted((k, ordered(v)) for k, v in value.items())
        return sorted((ordered(v) for v in value), key=repr) if isinstance(value, list) else value

    return json.dumps(ordered(json.loads(zlib.decompress(tally.to_bytes()).decode("utf-8", "surrogatepass"))))


def added(*parts: Tally) -> Tally:
    total = Tally()
    for part in parts:
        total.merge(part)
    return total


@given(corpora)
def test_counts_are_those_made_by_hand(corpus: list[tuple[str, str, str]]) -> None:
    tally = tally_of(corpus)
    detector, other = WordDetector(), ErringDetector()
    masks: Counter[tuple[str, str, int]] = Counter()
    keys: Counter[tuple[str, str, Key]] = Counter()
    numbers: Counter[tuple[str, int]] = Counter()
    contrast: Counter[tuple[str, int]] = Counter()
    for caption, group, language in corpus:
        kinds = [hit.kind for hit in detector.detect(caption)]
        stated = {k.type for k in kinds if k.counts}
        theirs = {hit.kind.type for hit in other.detect(caption) if hit.kind.counts}
        masks[language, group, sum(1 << TYPES.index(t) for t in stated)] += 1
        keys.update({(language, group, Key(k.type, k.subtype, k.counts, k.guard)) for k in kinds})
        numbers.update({(group, k.value) for k in kinds if k.counts and k.value is not None})
        contrast.update((t, 2 * (t in stated) + (t in theirs)) for t in TYPES)
    counted = {(*cell, m): int(n) for cell, counts in tally.masks.items() for m, n in enumerate(counts) if n}
    assert counted == dict(masks)
    assert {(*cell, key): n for cell, found in tally.keys.items() for key, n in found.items()} == dict(keys)
    assert {(group, v): n for group, found in tally.numbers.items() for v, n in found.items()} == dict(numbers)
    both = {(t, cell): int(n) for t, counts in tally.contrast.items() for cell, n in enumerate(counts) if n}
    assert both == dict(contrast)
    assert tally.audited == len(corpus)
    for (language, key), sample in tally.examples.items():
        there = {c for c, _, lang in corpus if lang == language and key in keys_of(c)}
        assert {caption for _, caption in sample} <= there
        assert len(sample) == min(EXAMPLES, len(there))
    for (language, mask), sample in tally.drawn.items():
        copies = Counter(c for c, _, lang in corpus if lang == language and mask_of_text(c) == mask)
        assert all(sample.copies(caption) == copies[caption] for _, caption in sample)


def keys_of(caption: str) -> set[Key]:
    kinds = [hit.kind for hit in WordDetector().detect(caption)]
    return {Key(k.type, k.subtype, k.counts, k.guard) for k in kinds}


def mask_of_text(caption: str) -> int:
    return sum(1 << TYPES.index(t) for t in {k.type for k in keys_of(caption) if k.counts})


@given(st.lists(corpora, min_size=3, max_size=3))
def test_the_order_of_parts_makes_no_difference(parts: list[list[tuple[str, str, str]]]) -> None:
    tallies = [tally_of(part) for part in parts]
    before = [part.to_bytes() for part in tallies]
    whole = added(*tallies)
    for order in permutations(tallies):
        assert plain(added(*order)) == plain(whole)
    first, second, third = tallies
    assert plain(added(first, added(second, third))) == plain(whole)
    assert [part.to_bytes() for part in tallies] == before, "merging changed a part"
    together = tally_of([row for part in parts for row in part])
    together.read, together.skipped = whole.read, whole.skipped
    assert plain(together) == plain(whole)


@given(corpora)
def test_bytes_and_back(corpus: list[tuple[str, str, str]]) -> None:
    for tally in (Tally(), tally_of(corpus)):
        again = Tally.from_bytes(tally.to_bytes())
        assert plain(again) == plain(tally)
        assert again.to_bytes() == tally.to_bytes()


def test_bytes_keep_any_text() -> None:
    odd = "NUL \x00 \ud800 </script> \u202e =1+1"
    tally = Tally(read=1, skipped=Counter({odd: 1}), numbers={odd: Counter({10**15: 3})})
    assert plain(Tally.from_bytes(tally.to_bytes())) == plain(tally)


WHOLE = tally_of([("two near", "x", "en"), ("not", "x", "de")])


@given(st.data())
def test_damaged_bytes_are_refused(data: st.DataObject) -> None:
    content = bytearray(WHOLE.to_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(DataError):  # a few bits of the compressed form mean nothing
        assert plain(Tally.from_bytes(bytes(content))) == plain(WHOLE)


@pytest.mark.parametrize(
    "change",
    [
        {"read": "many"}, {"skipped": 5}, {"masks": None}, {"masks": [["en"]]}, {"masks": [["en", "x", [10**30]]]},
        {"keys": [["en", "x", [[]]]]}, {"numbers": [["x", [["a", 1]]]]}, {"examples": [[]]}, {"looked": {"k": 3}},
        {"drawn": [["en", 0, {"format": "other"}]]}, {"differing": 3}, {"contrast": [5]},
    ],
)  # fmt: skip
def test_wrong_content_is_refused(change: dict[str, object]) -> None:
    content = json.loads(zlib.decompress(WHOLE.to_bytes()))
    with pytest.raises(DataError):
        Tally.from_bytes(zlib.compress(json.dumps({**content, **change}).encode()))


@pytest.mark.parametrize("junk", [b"", b"junk", zlib.compress(b"[1]"), zlib.compress(b"[" * 100_000), b"\x78\x9c"])
def test_junk_is_refused(junk: bytes) -> None:
    with pytest.raises(DataError, match="stored tally"):
        Tally.from_bytes(junk)


def test_a_column_of_single_values_is_no_group() -> None:
    some = Tally(masks={Cell("en", f"g{i}"): np.ones(COMBINATIONS, dtype=np.int64) for i in range(MAX_GROUPS)})
    total = added(some, some)
    assert total.audited == 2 * COMBINATIONS * MAX_GROUPS
    more = Tally(masks={Cell("de", "one more" * 100): np.ones(COMBINATIONS, dtype=np.int64)})
    with pytest.raises(UsageError, match=r"--group-by: .*more than 10,000 distinct values") as raised:
        total.merge(more)
    assert len(str(raised.value)) < 400


def test_long_captions_count_but_are_not_shown() -> None:
    captions = pl.Series(["two " + "a " * LONGEST_EXAMPLE, "two dogs"])
    tally = Tally()
    batch = Audited("en", captions, np.zeros(2, dtype=np.int64), [""], captions.hash().to_numpy())
    count(tally, batch, WordDetector().scan(captions), draw=5)
    (key,) = tally.keys[Cell("en", "")]
    assert tally.keys[Cell("en", "")][key] == 2
    assert [caption for _, caption in tally.examples["en", key]] == ["two dogs"]
    assert [caption for _, caption in tally.drawn["en", 1]] == ["two dogs"]


def test_sets_of_types() -> None:
    masks = np.arange(COMBINATIONS)
    for type_ in TYPES:
        assert stating(masks, type_) == sum(m for m in range(COMBINATIONS) if type_ in types_of(m))
    assert types_of(0) == ()
    assert types_of(COMBINATIONS - 1) == TYPES
