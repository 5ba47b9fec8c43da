"""`tacit audit --facts`, end to end: joined, counted the same however it is cut, resumed, and told in words."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.captions.audit_work import command, save
from tests.report.pages import assert_self_contained, words_of

import tacit
from tacit.captions.audit import corpus as corpus_module
from tacit.captions.audit.diff import diff, read_result
from tacit.captions.audit.report import render_audit
from tacit.errors import DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.captions.audit.result import AuditResult

HOSTILE = "</script><img src=x onerror=alert(1)>\x1b[2J\u202e[bold]"


def captions() -> pl.DataFrame:
    """20 captions of each of 30 images: two dogs in the first 10, one in the next 10; then images nobody looked at."""
    texts = ["two dogs run", "dogs run", "a dog behind a red tent", "no dog", "a dog after the race"]
    rows: list[tuple[str | None, str, str]] = [
        (f"val/{at:04d}.jpg", texts[(at + n) % 5], "x") for at in range(30) for n in range(20)
    ]
    rows += [(None, "two dogs run", "x"), (HOSTILE, "two cats", "y")]
    return pl.DataFrame(rows, schema=["image", "caption", "source"], orient="row")


def facts() -> pl.DataFrame:
    box = {"x": 0.0, "y": 0.0, "width": 2.0, "height": 2.0}
    rows: list[dict[str, Any]] = []
    for at in range(20):
        rows.append({"image_id": at, "category": "dog", **box})
        if at < 10:
            rows.append({"image_id": at, "category": "dog", **box, "x": 5.0})
            rows.append({"image_id": at, "category": HOSTILE, **box, "y": 5.0})
        if at < 5:
            rows.append({"image_id": at, "category": "cat", "absent": True})
            rows.append({"image_id": at, "event": "the race"})
    schema = {
        "image_id": pl.Int64, "category": pl.String, **dict.fromkeys(box, pl.Float64), "absent": pl.Boolean,
        "event": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    save(tmp_path / "captions.parquet", captions())
    save(tmp_path / "facts.parquet", facts())
    return tmp_path


def audited(place: Path, **options: Any) -> AuditResult:
    return tacit.audit(place / "captions.parquet", facts=place / "facts.parquet", **options)


def test_shares_are_those_counted_by_hand(place: Path) -> None:
    result = audited(place)
    used = result.facts
    assert used is not None
    assert (used.joined, used.images, used.images_captioned, used.captions) == ("number", 20, 20, 400)
    assert dict(used.captions_without) == {
        "the image is not in the facts, or its name fits several": 201,
        "the caption names no image": 1,
    }
    found = {(r.type, r.subtype, r.number): r for r in result.reported}
    told = {
        key: (r.stated.value, r.stated.n, r.otherwise.value, r.otherwise.n, r.n_images, r.n_images_otherwise)
        for key, r in found.items()
    }
    assert told == {
        ("counting", "", ""): (0.2, 200, 0.2, 200, 10, 10),
        ("counting", "", "2"): (0.2, 200, 0.2, 200, 10, 10),
        **{("counting", "", n): (None, 0, 0.2, 200, 0, 10) for n in ("3", "4-5", "6-10", ">10")},
        ("spatial", "", ""): (0.2, 200, 0.2, 200, 10, 10),
        ("spatial", "projective", ""): (0.2, 200, 0.2, 200, 10, 10),
        ("negation", "", ""): (0.2, 100, None, 0, 5, 0),
        ("temporal", "", ""): (0.2, 100, 0.2, 300, 5, 15),
    }
    assert found["counting", "", ""].lift.value == 1
    assert found["negation", "", ""].otherwise.missing.startswith("any image lacks")
    assert (used.number_true.value, used.number_true.n) == (0.5, 80)
    assert result.to_frame("reported").height == len(result.reported) == 10
    assert result.to_frame().equals(tacit.audit(place / "captions.parquet").to_frame())


def test_without_facts_nothing_is_said_of_them(place: Path) -> None:
    plain = tacit.audit(place / "captions.parquet")
    assert not {"reported", "facts"} & set(json.loads(plain.to_json()))
    assert render_audit(plain) == render_audit(replace(audited(place), reported=(), facts=None))
    with pytest.raises(UsageError, match="--image names the column"):
        tacit.audit(place / "captions.parquet", image="image")


def test_the_same_bytes_however_the_corpus_is_cut(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tacit.captions.audit.api.can_identify", lambda: False)
    expected = audited(place).to_json()
    for at, part in enumerate(captions().sample(fraction=1, shuffle=True, seed=3).iter_slices(50)):
        save(place / "many" / f"{at * 7 % 13:03d}.parquet", part)
    mixed = save(place / "mixed.parquet", facts().sample(fraction=1, shuffle=True, seed=1))
    assert tacit.audit(place / "many", facts=mixed, workers=2).to_json() == expected
    monkeypatch.setattr(corpus_module, "ROWS_PER_UNIT", 113)
    monkeypatch.setattr("tacit.captions.audit.unit.BATCH_ROWS", 31)
    assert audited(place, workers=2).to_json() == expected
    facts().write_csv(place / "facts.csv")
    assert tacit.audit(place / "captions.parquet", facts=place / "facts.csv").to_json() == expected


def test_coco_instances_join_by_file_name_and_by_id(place: Path) -> None:
    images = [{"id": 700 + at, "file_name": f"val/{at:04d}.jpg"} for at in range(20)]
    annotations = [
        {"image_id": 700 + at, "category_id": 18, "bbox": [9 * n, 0, 2, 2], "iscrowd": int(at == 0)}
        for at in range(20)
        for n in range(2 if at < 10 else 1)
    ]
    path = place / "instances.json"
    path.write_text(json.dumps({"images": images, "annotations": annotations, "categories": [{"id": 18}]}))
    by_name = tacit.audit(place / "captions.parquet", facts=path)
    numbered = captions().with_columns(pl.col("image").str.extract(r"(\d{4})").cast(pl.Int64) + 700)
    by_id = tacit.audit(save(place / "ids.parquet", numbered), facts=path)
    for result in (by_name, by_id):
        assert result.facts is not None
        assert (result.facts.joined, result.facts.captions) == ("exact", 400)
        counting = result.reported[0]
        # The image with a crowd is neither: nobody counted it.
        assert (counting.n_images, counting.n_images_otherwise) == (9, 10)
    assert by_name.reported == by_id.reported


def test_a_run_is_resumed_with_the_same_facts_only(place: Path) -> None:
    out = place / "out"
    first = audited(place, out=out)
    assert (out / "result.json").read_text(encoding="utf-8") == first.to_json()
    inputs = json.loads((out / "manifest.json").read_bytes())["inputs"]
    assert [entry["path"].rpartition("/")[2] for entry in inputs] == ["captions.parquet", "facts.parquet"]
    save(place / "facts.parquet", facts().filter(pl.col("image_id") < 15))
    with pytest.raises(UsageError, match="--force"):
        audited(place, out=out)
    read = read_result(out)
    assert read == first
    assert diff(read, first).changes


def test_the_report_says_what_the_facts_tell_and_what_not(place: Path) -> None:
    result = audited(place)
    page = render_audit(result)
    assert_self_contained(page)
    words = words_of(page).replace("\u00a0", " ")
    for told in (
        "What was reported of what was there", "given that it was there", "largest group 2", "infinitely many",
        "20 pictures; 20 of these have a caption", "by the number that its file", "as the detector sees them",
    ):  # fmt: skip
        assert told.replace(" ", "") in words.replace(" ", ""), told
    text = " ".join(result.summary().split())
    assert "Given that it was in the picture, captions state counting in 20.0%" in text
    assert "Of the captions that state numbers, 50.0%" in text
    save(place / "facts.parquet", pl.DataFrame({"image": ["<b>other</b>"], "object": ["dog"]}))
    lost = audited(place)
    assert all(r.stated.value is None and r.lift.value is None for r in lost.reported)
    page = render_audit(lost)
    assert_self_contained(page)
    assert "is among the 1 of the facts" in unescape(page)
    assert "cannot be told" in lost.summary()


def test_the_command(place: Path) -> None:
    run = ("audit", "captions.parquet", "--facts", "facts.parquet", "--quiet")
    done = command(*run, "--json", cwd=place)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["facts"]["joined"] == "number"
    done = command(*run, "--image", "nothing", cwd=place)
    assert (done.returncode, "--image COL" in done.stderr) == (2, True), done.stderr


def test_what_cannot_be_facts_is_refused(place: Path) -> None:
    with pytest.raises(DataError, match=r"missing\.csv"):
        tacit.audit(place / "captions.parquet", facts=place / "missing.csv")
    with pytest.raises(UsageError, match="no column of facts"):
        tacit.audit(place / "captions.parquet", facts=place / "captions.parquet")
    with pytest.raises(UsageError, match="no column has a usual name for the image"):
        tacit.audit(save(place / "bare.parquet", captions().select("caption")), facts=place / "facts.parquet")
    with pytest.raises(UsageError, match="stands for 3 files"):
        tacit.audit(place / "captions.parquet", facts=place)


@pytest.mark.real
def test_real_captions_find_their_images(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "captions" / "coco_val2017_sample.parquet"
    corpus = pl.read_parquet(path)
    images = corpus["image"].unique().sort()
    made = pl.DataFrame({"image_id": images.str.extract(r"0*(\d+)").cast(pl.Int64), "object": "thing"})
    made = made.with_columns(count=pl.int_range(pl.len()) % 4)
    result = tacit.audit(path, facts=save(tmp_path / "facts.parquet", made))
    used = result.facts
    assert used is not None
    assert (used.joined, used.captions, used.captions_without) == ("number", corpus.height, ())
    assert used.images == used.images_captioned == images.len()
    counting = result.reported[0]
    assert counting.stated.n + counting.otherwise.n == corpus.height
    # Made-up counts know nothing of the captions.
    assert counting.lift.low is not None
    assert counting.lift.high is not None
    assert counting.lift.low < 1 < counting.lift.high
