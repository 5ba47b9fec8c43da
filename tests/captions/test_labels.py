"""Labels: how they are read and weighed, and that what is corrected with them covers the truth."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from tests.captions.audit_work import ErringDetector, WordDetector, save, truth

import tacit
from tacit.captions.audit.correct import from_labels
from tacit.captions.audit.draw import Draw, draw, standing
from tacit.captions.audit.labels import Label, Labels, read_labels, write_labels
from tacit.captions.audit.result import ALL
from tacit.captions.audit.tally import COMBINATIONS, Cell, Tally
from tacit.captions.detect import protocol
from tacit.captions.detect.hits import TYPES
from tacit.errors import DataError, UsageError
from tacit.evidence.allocation import labels_to_halve
from tacit.evidence.prevalence import Stratum, prediction_powered, rogan_gladen

if TYPE_CHECKING:
    from collections.abc import Iterator

ODD = "two NUL \x00 \u202edogs </script> =1+1 \u2028 é"


@pytest.fixture(autouse=True)
def _detectors() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for cls in (WordDetector, ErringDetector):
            patch.setitem(protocol._REGISTRY, (cls.name, cls.language), cls)
        yield


def label(caption: str, stratum: str = "", copies: int = 1) -> Label:
    return Label(caption, truth(caption), stratum, copies)


def test_written_and_read_again(tmp_path: Path) -> None:
    design = {"detector": "words", "version": "1", "language": "en", "seed": 7}
    states = (True, None, False, None)
    written = Labels(
        "x", (Label(ODD, states, "no hit", 3), label("two", "counting")), {"no hit": 5, "counting": 1}, design
    )
    path = tmp_path / "deep" / "labels.jsonl"
    write_labels(path, written)
    assert replace(read_labels(path), source="x") == written
    assert read_labels(path).drawn
    assert len(path.read_text(encoding="utf-8").splitlines()) >= 3


ROWS: dict[str, list[Any]] = {
    "caption": ["two dogs", "a cat, red", "not near"], "counting": [1, 0, 0], "negation": [False, None, True],
    "temporal": ["no", "?", "Yes"], "image": [1, 2, 3],
}  # fmt: skip


@pytest.mark.parametrize("ending", ["parquet", "csv", "tsv", "jsonl"])
def test_tables_are_labels(tmp_path: Path, ending: str) -> None:
    frame, path = pl.DataFrame(ROWS), tmp_path / f"labels.{ending}"
    if ending == "parquet":
        frame.write_parquet(path)
    elif ending == "jsonl":
        frame.write_ndjson(path)
    else:
        frame.write_csv(path, separator="," if ending == "csv" else "\t")
    found = read_labels(path)
    assert not found.drawn
    assert [entry.caption for entry in found.labels] == ROWS["caption"]
    assert [entry.states for entry in found.labels] == [
        (True, None, False, False), (False, None, None, None), (False, None, True, True),
    ]  # fmt: skip
    assert found.weights(found.labels) == [1.0, 1.0, 1.0]


def test_the_column_of_the_audit_is_taken(tmp_path: Path) -> None:
    path = save(tmp_path / "l.parquet", {"alt": ["two"], "note": ["x"], "counting": [1], "title": ["three"]})
    assert read_labels(path).labels[0].caption == "two"
    assert read_labels(path, "title").labels[0].caption == "three"
    assert read_labels(path, "elsewhere").labels[0].caption == "two"


@pytest.mark.parametrize(
    ("columns", "error", "told"),
    [
        ({"caption": ["a", "b"], "counting": ["1", "maybe"]}, DataError, r"row 1: counting is 'maybe'; write 1, 0"),
        ({"caption": ["a", "b"], "counting": [0, 2]}, DataError, r"row 1: counting is '2'"),
        ({"caption": ["a", None], "counting": [0, 1]}, DataError, r"row 1 has labels but no caption in 'caption'"),
        ({"caption": ["a"], "verbs": [0]}, UsageError, r"no column called counting, spatial, negation or temporal"),
        ({"a": ["a"], "b": ["b"], "counting": [0]}, UsageError, r"no column has a usual name for the text"),
    ],
)  # fmt: skip
def test_bad_tables_are_refused(tmp_path: Path, columns: dict[str, Any], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        read_labels(save(tmp_path / "l.parquet", columns))


HEADER = b'{"format": "tacit.labels/1", "strata": {"no hit": 5}}\n'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"format": "tacit.labels/9"}\n', "is in format 'tacit.labels/9'; this version reads"),
        (b'{"format": "tacit.labels/1"}\n', "lacks the sizes of the strata"),
        (b'{"format": "tacit.labels/1", "strata": {"no hit": 0}}\n', "lacks the sizes of the strata"),
        (HEADER + b"\n{", "line 3 is damaged"),
        (HEADER + b"[" * 100_000, "line 2 is damaged"),
        (HEADER + b'{"caption": "\xff", "stratum": "no hit", "copies": 1}', "line 2 is damaged"),
        (HEADER + b'{"caption": "x", "stratum": "other", "copies": 1}', "line 2 is damaged"),
        (HEADER + b'{"caption": "x", "stratum": ["no hit"], "copies": 1}', "line 2 is damaged"),
        (HEADER + b'{"caption": 5, "stratum": "no hit", "copies": 1}', "line 2 is damaged"),
        (HEADER + b'{"caption": "x", "stratum": "no hit", "copies": 0}', "line 2 is damaged"),
        (HEADER + b'{"caption": "x", "stratum": "no hit", "copies": 1, "spatial": 7}', "line 2: spatial is 7"),
    ],
)  # fmt: skip
def test_damaged_labels_are_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_bytes(content)
    with pytest.raises(DataError, match=told):
        read_labels(path)


def test_weights_share_the_stratum_by_copies() -> None:
    strata = {"counting": 90, "no hit": 1000}
    entries = (label("two a", "counting", 2), label("two b", "counting"), label("a", "no hit"), label("b", "no hit", 3))
    labels = Labels("x", entries, strata)
    assert labels.weights(entries) == [60.0, 30.0, 250.0, 750.0]
    assert labels.weights(entries[:1]) == [90.0]


def tally_with(**masks: list[int]) -> Tally:
    return Tally(
        masks={
            Cell("en", group): np.array(m + [0] * (COMBINATIONS - len(m)), dtype=np.int64) for group, m in masks.items()
        }
    )


def test_two_strata_by_hand() -> None:
    """100 captions with a hit, of 4 labelled 3 true; 900 without, of 10 labelled 1 true."""
    hits = [Label(f"two {i}", (i < 3, False, False, False), "counting") for i in range(4)]
    rest = [Label(f"dog {i}", (i == 0, False, False, None), "no hit") for i in range(10)]
    labels = Labels("x", (*hits, *rest), {"no hit": 900, "counting": 100})
    accuracy, corrected = from_labels(tally_with(all=[900, 100]), WordDetector(), labels)
    share = next(c for c in corrected if c.type == "counting")
    assert share.share.value == pytest.approx((100 * 3 / 4 + 900 / 10) / 1000)
    assert share.share == prediction_powered([Stratum(900, 10, 1), Stratum(100, 4, 3)])
    assert (share.group, share.source) == (ALL, "labels")
    found = next(a for a in accuracy if a.type == "counting")
    assert (found.precision.value, found.positives) == (0.75, 4)
    assert found.recall.value == pytest.approx(75 / (75 + 90))
    assert all(c.share.n == 4 for c in corrected if c.type == "temporal")
    missing = from_labels(tally_with(all=[900, 100]), WordDetector(), replace(labels, labels=tuple(rest)))[1][0]
    assert missing.share.missing == "no labels in stratum with a counting hit; every stratum needs some"


def test_a_random_sample_corrects_every_group() -> None:
    entries = [Label(f"two {i}", (i < 16, False, False, False)) for i in range(20)]
    entries += [Label(f"dog {i}", (i < 4, False, False, False)) for i in range(180)]
    labels = Labels("x", tuple(entries))
    tally = tally_with(a=[900, 100], b=[300, 200])
    _, corrected = from_labels(tally, WordDetector(), labels)
    shares = {(c.group, c.share.method.partition(",")[0]): c.share for c in corrected if c.type == "counting"}
    sensitivity, specificity = (16, 20), (176, 180)
    for group, k, n in (("a", 100, 1000), ("b", 200, 500), (ALL, 300, 1500)):
        assert shares[group, "Rogan-Gladen"] == rogan_gladen(k, n, sensitivity, specificity)
        value = (k / n + 176 / 180 - 1) / (16 / 20 + 176 / 180 - 1)
        assert shares[group, "Rogan-Gladen"].value == pytest.approx(value)
    assert shares[ALL, "prediction-powered"].value == pytest.approx((300 * 0.8 + 1200 * 4 / 180) / 1500)


def test_labels_of_nothing_correct_nothing(tmp_path: Path) -> None:
    path = save(tmp_path / "l.parquet", {"caption": ["two"], "counting": pl.Series([None], dtype=pl.Int64)})
    corpus = save(tmp_path / "a.parquet", {"caption": ["two dogs", "a cat"]})
    result = tacit.audit(corpus, detector="words", labels=path)
    assert {c.share.missing for c in result.corrected if "powered" in c.share.method} == {"no labels for this type"}
    assert all(a.precision.value is None for a in result.accuracy)
    write_labels(tmp_path / "l.jsonl", Labels("x", (), {"no hit": 2}, {"detector": "words"}))
    assert tacit.audit(corpus, detector="words", labels=tmp_path / "l.jsonl").corrected


def corpus_of(size: int, seed: int, *, copies: bool = False) -> list[str]:
    """Captions with a frequent and a rare true type, both missed and imagined by the erring detector."""
    random_ = random.Random(seed)
    captions: list[str] = []
    while len(captions) < size:
        words = ["dog", "runs", f"w{random_.randrange(10**6)}"]
        if random_.random() < 0.25:
            words.append(random_.choice(["two", "two", "three"]))
        if random_.random() < 0.02:
            words.append(random_.choice(["near", "behind"]))
        if random_.random() < 0.1:
            words.append(random_.choice(["tree", "cat"]))
        many = random_.choice([1, 1, 1, 2, 5]) if copies else 1
        captions += [" ".join(words)] * many
    random_.shuffle(captions)
    return captions[:size]


def labelled(drawn: Draw) -> Labels:
    return replace(drawn.labels, labels=tuple(replace(e, states=truth(e.caption)) for e in drawn.queue))


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(("copies", "draws"), [(False, 150), (True, 100)])
def test_intervals_cover_the_truth(tmp_path: Path, copies: bool, draws: int) -> None:
    """The least coverage of the method in the designs of an audit is 92 %; these are designs of an audit."""
    captions = corpus_of(3000, 11, copies=copies)
    true = {t: sum(bool(truth(c)[i]) for c in captions) / len(captions) for i, t in enumerate(TYPES)}
    path = save(tmp_path / "a.parquet", {"caption": captions})
    covered: Counter[str] = Counter()
    values: dict[str, list[float]] = {"counting": [], "spatial": []}
    for seed in range(draws):
        drawn = draw([str(path)], tmp_path / "none", number=150, detector="erring", seed=seed)
        assert len({e.caption for e in drawn.queue}) == len(drawn.queue) == 150
        for entry in from_labels(drawn.tally, drawn.detector, labelled(drawn))[1]:
            if entry.type in values:
                share = entry.share
                assert share.value is not None
                covered[entry.type] += (share.low or 0) <= true[entry.type] <= (share.high or 0)
                values[entry.type].append(share.value)
    assert 0.2 < true["counting"] < 0.3
    assert 0.01 < true["spatial"] < 0.03
    for type_, estimates in values.items():
        assert covered[type_] >= 0.92 * draws, (type_, covered[type_] / draws)
        error = np.std(estimates) / np.sqrt(draws)
        assert abs(np.mean(estimates) - true[type_]) < 4 * error + 0.02 * true[type_], type_


def test_copies_are_weighed(tmp_path: Path) -> None:
    """One text makes up nine tenths of what has no hit; it must not count as one of two hundred."""
    captions = ["three"] * 900 + [f"dog {i}" for i in range(100)] + ["two dogs"] * 50
    path = save(tmp_path / "a.parquet", {"caption": captions})
    drawn = draw([str(path)], tmp_path / "none", number=103, detector="erring")
    labels = labelled(drawn)
    assert {e.caption: e.copies for e in labels.labels if e.copies > 1} == {"three": 900, "two dogs": 50}
    accuracy, corrected = from_labels(drawn.tally, drawn.detector, labels)
    counting = next(c.share for c in corrected if c.type == "counting")
    assert counting.value == pytest.approx(950 / 1050, abs=0.02)
    recall = next(a.recall.value for a in accuracy if a.type == "counting")
    assert recall == pytest.approx(50 / 950, abs=0.005)


def test_the_plan_is_that_of_the_strata(tmp_path: Path) -> None:
    path = save(tmp_path / "a.parquet", {"caption": corpus_of(1500, 3)})
    drawn = draw([str(path)], tmp_path / "none", number=80, detector="erring")
    told = standing(drawn, labelled(drawn))
    assert [s.corrected.type for s in told] == list(TYPES)
    counting = told[0]
    assert counting.plan is not None
    share = counting.corrected.share
    assert counting.plan.width == pytest.approx((share.high or 0) - (share.low or 0))
    assert counting.plan.expected_width <= counting.plan.width / 2
    assert counting.plan.labels >= 80
    strata = [Stratum(900, 10, 1), Stratum(100, 4, 3)]
    hits = [Label(f"two {i}", (i < 3, False, False, False), "counting") for i in range(4)]
    rest = [Label(f"dog {i}", (i == 0, False, False, False), "no hit") for i in range(10)]
    labels = Labels("x", (*hits, *rest), {"no hit": 900, "counting": 100})
    by_hand = replace(drawn, tally=tally_with(all=[900, 100]), detector=WordDetector())
    assert standing(by_hand, labels)[0].plan == labels_to_halve(strata)


def test_the_audit_says_when_labels_are_of_other_captions(tmp_path: Path) -> None:
    write_labels(tmp_path / "l.jsonl", Labels("x", (label("two", "no hit"),), {"no hit": 50}, {"detector": "words"}))
    told: list[str] = []
    tacit.audit(save(tmp_path / "a.parquet", {"caption": ["two", "a"]}), detector="words", labels=tmp_path / "l.jsonl",
                remark=told.append)  # fmt: skip
    assert "The labels were drawn from 50 captions, and 2 were audited here" in told[1]
    with pytest.raises(UsageError, match="one language"):
        tacit.audit(tmp_path / "a.parquet", language="auto", labels=tmp_path / "l.jsonl")
    assert json.loads((tmp_path / "l.jsonl").read_text(encoding="utf-8").splitlines()[0])["strata"] == {"no hit": 50}
