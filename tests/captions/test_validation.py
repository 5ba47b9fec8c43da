"""The project's own labelled captions, the accuracy measured on them, and the sample corpus."""

from __future__ import annotations

import json
import re
import unicodedata
from importlib.resources import files
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.captions import validation
from tacit.captions.detect.hits import TYPES, Hit, Kind
from tacit.captions.detect.protocol import Detector
from tacit.captions.detect.rules.kamath2026 import Kamath2026
from tacit.captions.validation import COUNTED, NOT_COUNTED, REGISTERS, ValidationCaption, languages, load, to_frame
from tacit.captions.validation.accuracy import f1_estimate, measure
from tacit.captions.validation.sample import SOURCES, sample_frame, write_sample
from tacit.errors import DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = files(validation)
KEYS = ["id", "language", "register", "caption", *TYPES, "subtypes", "note"]
LEAST = {"en": (240, {"counting": 55, "spatial": 55, "negation": 40, "temporal": 40})}
LEAST_ELSEWHERE = (65, dict.fromkeys(TYPES, 12))


def lines() -> list[str]:
    return FOLDER.joinpath("captions.jsonl").read_text(encoding="utf-8").splitlines()


def test_each_line_is_canonical() -> None:
    for line in lines():
        row = json.loads(line)
        assert list(row) == KEYS
        assert json.dumps(row, ensure_ascii=False) == line
        assert all(row[type_] in {0, 1} and type(row[type_]) is int for type_ in TYPES)
        text = row["caption"]
        assert text == text.strip()
        assert "  " not in text
        assert text.isprintable()
        assert unicodedata.is_normalized("NFC", text)


def test_labels_agree_with_subtypes() -> None:
    for type_ in TYPES:
        assert not COUNTED[type_] & NOT_COUNTED[type_]
    for caption in load():
        for type_, subtype in caption.subtypes:
            assert subtype in COUNTED[type_] | NOT_COUNTED[type_], caption.id
        assert len(set(caption.subtypes)) == len(caption.subtypes), caption.id
        for type_ in TYPES:
            counted = any(t == type_ and s in COUNTED[t] for t, s in caption.subtypes)
            assert counted == caption.states(type_), f"{caption.id}: {type_} contradicts its sub-types"


def test_identifiers_are_numbered_and_captions_unlike() -> None:
    seen: dict[tuple[str, str], int] = {}
    for caption in load():
        group = (caption.language, caption.register)
        seen[group] = seen.get(group, 0) + 1
        assert caption.id == f"{caption.language}-{caption.register}-{seen[group]:03d}"
        assert caption.register in REGISTERS
    folded = [" ".join(re.findall(r"\w+", c.caption.casefold())) for c in load()]
    assert len(set(folded)) == len(folded)


@pytest.mark.parametrize("language", languages())
def test_the_set_is_balanced(language: str) -> None:
    captions = load(language)
    least, positives = LEAST.get(language, LEAST_ELSEWHERE)
    assert len(captions) >= least
    for type_ in TYPES:
        assert sum(c.states(type_) for c in captions) >= positives[type_]
    assert sum(c.hard for c in captions) / len(captions) >= 0.4
    assert 0.45 <= sum(any(c.states(t) for t in TYPES) for c in captions) / len(captions) <= 0.65
    registers = {c.register for c in captions}
    assert registers == (set(REGISTERS) if language == "en" else {"crowd", "alt", "news"})


def test_english_shows_every_subtype() -> None:
    found = {pair for c in load("en") for pair in c.subtypes}
    wanted = {(type_, s) for kinds in (COUNTED, NOT_COUNTED) for type_, subtypes in kinds.items() for s in subtypes}
    assert wanted == found
    together = {pair for c in load("en") for pair in combinations([t for t in TYPES if c.states(t)], 2)}
    assert together == set(combinations(TYPES, 2))


def test_the_card_has_the_right_figures() -> None:
    card = FOLDER.joinpath("README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z]{2}) \| (.+) \|$", card, re.MULTILINE)
    assert sorted(language for language, _ in rows) == list(languages())
    for language, figures in rows:
        captions = load(language)
        wanted = [
            len(captions),
            *(len(load(language, register)) for register in REGISTERS),
            *(sum(c.states(t) for c in captions) for t in TYPES),
            sum(c.hard for c in captions),
        ]
        assert [int(n) for n in figures.split(" | ")] == wanted
    assert f"{len(load())} captions" in card
    assert f"{len(load())} captions" in (validation.__doc__ or "")


def test_load_filters_and_says_what_there_is() -> None:
    assert len(load()) == sum(len(load(language)) for language in languages())
    assert {c.register for c in load("de", "news")} == {"news"}
    assert load("de", "model") == ()
    with pytest.raises(UsageError, match="cs, de, en, fr"):
        load("fi")
    with pytest.raises(UsageError, match="crowd, social"):
        load(register="tweets")
    with pytest.raises(UsageError, match="counting, spatial"):
        load()[0].states("colour")


def test_the_frame_holds_what_the_captions_say() -> None:
    frame = to_frame()
    assert frame.columns == ["id", "language", "register", "caption", *TYPES, "subtypes", "note"]
    assert frame.height == len(load())
    for type_ in TYPES:
        assert frame[type_].to_list() == [int(c.states(type_)) for c in load()]
    assert frame["subtypes"][0].to_list() == ["counting/exact", "spatial/proximity"]
    assert to_frame([]).schema == frame.schema


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"id": "x"}', json.dumps(dict.fromkeys(KEYS, 1))])
def test_a_damaged_file_is_reported(line: str) -> None:
    with pytest.raises(DataError, match="line 7"):
        validation._parse(line, 7)


class Oracle(Detector):
    """Knows the labels, or finds nothing."""

    name = "oracle"
    version = "1"
    language = "en"
    knows: ClassVar[dict[str, ValidationCaption]] = {c.caption: c for c in load()}

    def detect(self, caption: str) -> list[Hit]:
        found = self.knows.get(caption)
        return [Hit(Kind(t, "exact", True, "oracle"), 0, 1) for t in TYPES if found is not None and found.states(t)]


class Blind(Oracle):
    knows: ClassVar[dict[str, ValidationCaption]] = {}


def test_accuracy_of_a_detector_that_knows_all_and_of_one_that_knows_nothing() -> None:
    for a in measure(Oracle(), load("en")):
        assert a.precision.value == a.recall.value == a.f1.value == 1
        assert a.positives == a.detected == a.recall.n
        assert a.false_alarms == a.misses == ()
    for a in measure(Blind(), load("en")):
        assert a.precision.value is None
        assert a.precision.missing == "nothing detected"
        assert a.recall.value == 0
        assert a.f1.value == 0
        assert len(a.misses) == a.positives
    for a in measure(Blind(), ()):
        assert a.f1.value is None
        assert a.recall.missing


def test_accuracy_names_the_captions_that_went_wrong() -> None:
    captions = {c.id: c for c in load("en")}
    for a in measure(Kamath2026(), load("en")):
        assert a.false_alarms
        assert not any(captions[id_].states(a.type) for id_ in a.false_alarms)
        assert all(captions[id_].states(a.type) for id_ in a.misses)
        assert a.detected == a.positives - len(a.misses) + len(a.false_alarms)
        assert json.dumps(a.to_json())


@given(right=st.integers(0, 500), alarms=st.integers(0, 500), misses=st.integers(0, 500))
def test_f1_is_the_harmonic_mean_inside_its_interval(right: int, alarms: int, misses: int) -> None:
    found = f1_estimate(right, alarms + misses)
    if not right + alarms + misses:
        assert found.value is None
        assert found.missing
        return
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.value == pytest.approx(2 * right / (2 * right + alarms + misses))
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_sample_has_the_same_bytes_for_the_same_seed(tmp_path: Path) -> None:
    one, two, other = (tmp_path / name for name in ("a.parquet", "b.parquet", "c.parquet"))
    assert write_sample(one, rows=3000) == one
    write_sample(str(two), rows=3000)
    write_sample(other, rows=3000, seed=1)
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes() != other.read_bytes()
    assert pl.read_parquet(one).equals(sample_frame(3000))


@given(rows=st.integers(1, 300), seed=st.integers(0, 2**32))
def test_any_sample_is_whole(rows: int, seed: int) -> None:
    frame = sample_frame(rows, seed)
    assert frame.columns == ["caption", "source", "image"]
    assert frame.height == rows
    assert frame.equals(sample_frame(rows + 50, seed).head(rows))
    for caption in frame["caption"]:
        assert caption.isprintable()
        assert caption.strip() == caption
        assert not set("{}") & set(caption)


def test_the_sources_of_the_sample_differ() -> None:
    frame = sample_frame()
    assert frame.height == 20_000
    scan = Kamath2026().scan(frame["caption"])
    rates: dict[str, dict[str, float]] = {}
    for name, share, per_image in SOURCES:
        of_source = frame.with_row_index("row").filter(pl.col("source") == name)
        assert of_source.height / frame.height == pytest.approx(share, abs=0.02)
        assert of_source["image"].n_unique() == pytest.approx(of_source.height / per_image, abs=1)
        chosen = set(of_source["row"].to_list())
        rates[name] = {t: len(chosen & set(scan.counted_rows(t).tolist())) / len(chosen) for t in TYPES}
    for type_ in ("counting", "spatial", "temporal"):
        shares = sorted(rate[type_] for rate in rates.values())
        assert shares[-1] > 1.25 * shares[0]
    prices = frame.filter(pl.col("caption").str.contains(r"under \$"))
    assert set(prices["source"]) == {"alt_text"}
    assert prices.height > 200


def test_a_sample_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    for rows in (0, -5, 10**12):
        with pytest.raises(UsageError, match="from 1 to"):
            sample_frame(rows)
    with pytest.raises(UsageError, match="cannot be written"):
        write_sample(tmp_path / "no" / "such" / "folder.parquet", rows=10)
    with pytest.raises(UsageError, match="cannot be written"):
        write_sample(tmp_path, rows=10)


@pytest.mark.slow
@pytest.mark.real
def test_nothing_is_copied_from_the_data(real_data: Path) -> None:
    sources = {
        "flickr30k_en": ["caption"], "flickr30k_de": ["caption"], "coco_val2017_sample": ["caption"],
        "cc3m_val": ["caption"], "web_alt_text": ["TEXT"], "vsr": ["caption"],
        "multi30k_parallel": ["en", "de", "fr", "cs"], "gold/dev": ["caption"],
    }  # fmt: skip
    folded = pl.col("text").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    mine = [*(c.caption for c in load()), *sample_frame()["caption"]]
    ours = pl.DataFrame({"text": mine}).select(folded)["text"].implode()
    for name, columns in sources.items():
        data = pl.read_parquet(real_data / "captions" / f"{name}.parquet", columns=columns)
        for column in columns:
            texts = data.select(pl.col(column).alias("text")).select(folded)["text"]
            assert texts.filter(texts.is_in(ours)).to_list() == [], f"{name}.{column}"
