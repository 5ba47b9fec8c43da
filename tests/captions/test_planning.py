"""`tacit plan`: which images, which questions, and what that is expected to bring and to cost."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacit.captions.curate.candidates import ranked, read_candidates
from tacit.captions.curate.expectations import Expectation, published, read_expectations, read_shortfalls
from tacit.captions.curate.plan import Plan, PlannedImage
from tacit.captions.curate.planning import PlanSettings, plan, plan_from
from tacit.captions.detect.hits import TYPES
from tacit.cli.main import main
from tacit.errors import DataError, UsageError
from tacit.evidence.intervals import wilson
from tacit.evidence.mixing import stated


def images(number: int, **columns: list[Any]) -> pl.DataFrame:
    """A table of candidates; what is not given is not known, or zero."""
    known = {"image": [f"{at:05d}.jpg" for at in range(number)], "captions": [1] * number}
    known |= {type_: [0] * number for type_ in TYPES}
    blank = {"largest": pl.Int64, "kinds": pl.Int64, "apart": pl.Boolean}
    table = pl.DataFrame({**known, **columns})
    return table.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in blank.items() if name not in columns)


def say(place: Path, name: str, *lines: str) -> str:
    (place / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(place / name)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["plan", *words])
    said = capsys.readouterr()
    return code, " ".join((said.out + said.err).split())


def test_the_published_yields() -> None:
    """What the elicitation study printed, each of 100 captions."""
    together = {type_: published(type_, together=True).share for type_ in TYPES}
    assert {t: round(100 * (e.value or 0)) for t, e in together.items()} == {
        "counting": 39, "spatial": 14, "negation": 52, "temporal": 44,
    }  # fmt: skip
    assert together["spatial"] == wilson(14, 100)
    assert published("spatial", together=False).share == wilson(21, 100)
    assert published("counting", together=False).share == wilson(43, 100)
    assert published("negation", together=False).share == wilson(52, 100)
    assert "has not been measured" in published("negation", together=False).source
    with pytest.raises(UsageError, match="Nothing is published"):
        published("colour", together=True)


def test_numbers_in_closed_form() -> None:
    made = plan_from(images(5_000), PlanSettings({"negation": 520}, overlap=0.1, wage=15))
    (only,) = made.types
    assert (only.needed, only.images, only.twice, only.asked) == (1_000, 1_000, 100, 1_100)
    assert made.cost == pytest.approx(1_100 * 30 / 3600 * 15)
    assert made.hours == pytest.approx(1_100 * 30 / 3600)
    share = wilson(52, 100)
    per_image = 1.1 * 30 / 3600 * 15
    assert made.to_reach.value == pytest.approx(520 / 0.52 * per_image)
    assert made.to_reach.low == pytest.approx(math.ceil(520 / (share.high or 0)) * per_image)
    assert made.to_reach.high == pytest.approx(math.ceil(520 / (share.low or 0)) * per_image)
    assert only.expected.value == pytest.approx(520)
    noise = 1.959964 * math.sqrt(1_000 * 0.52 * 0.48)
    assert only.expected.low == pytest.approx(520 - math.hypot(1_000 * (0.52 - (share.low or 0)), noise))
    assert made.plan.yields[0].asked == 1_100


@settings(max_examples=20)
@given(st.sampled_from(["one", "all"]), st.floats(0, 1), st.integers(1, 60), st.integers(1, 60))
def test_a_plan_that_brings_all_costs_what_bringing_all_costs(ask: Any, overlap: float, one: int, two: int) -> None:
    asked = PlanSettings({"negation": one, "spatial": two}, ask=ask, overlap=overlap)
    made = plan_from(images(600), asked)
    assert made.to_reach.value == pytest.approx(made.cost)
    short = plan_from(images(10), asked)
    assert short.to_reach.value is not None
    assert short.to_reach.value >= short.cost * (1 - 1e-12)


def test_why_agreement_is_not_known_stands_below_the_table() -> None:
    told = plan_from(images(600), PlanSettings({"negation": 5, "spatial": 3}, overlap=0.01)).summary()
    assert "Type       Answered twice   Agreement known to   Kappa known to\n" in told
    assert "• negation, spatial: both annotators gave every caption the same label" in told


def test_an_exact_yield_leaves_only_chance() -> None:
    made = plan_from(images(100), PlanSettings({"spatial": 50}, expected={"spatial": Expectation(stated(1.0), "x")}))
    assert made.types[0].expected.low == made.types[0].expected.high == 50
    assert made.to_reach.low == made.to_reach.high
    assert any("taken as exact" in remark for remark in made.remarks)


wanted = st.dictionaries(st.sampled_from(TYPES), st.integers(1, 30), min_size=1)


@given(wanted, st.integers(1, 100), st.sampled_from(["one", "all"]), st.floats(0, 1), st.integers(0, 5))
def test_what_holds_for_any_plan(want: dict[str, int], number: int, ask: Any, overlap: float, seed: int) -> None:
    settings = PlanSettings(want, ask=ask, overlap=overlap, seed=seed)
    made = plan_from(images(number), settings)
    names = [item.image for item in made.plan.items]
    assert len(set(names)) == len(names) <= number
    for item in made.plan.items:
        assert set(item.ask) <= set(want)
        assert ask == "all" or len(item.ask) == 1
    for p in made.types:
        asking = [item for item in made.plan.items if p.type in item.ask]
        assert p.images == len(asking) <= p.needed
        assert p.asked == sum(item.annotators for item in asking) == p.images + p.twice
        assert p.twice >= math.floor(overlap * p.images)
        assert (p.images < p.needed) == any(remark.startswith(f"{p.type}: ") for remark in made.remarks)
    used = number if ask == "one" else max(p.images for p in made.types)
    assert sum(p.images for p in made.types) == min(used, sum(p.needed for p in made.types)) or ask == "all"
    if ask == "all":
        assert all(p.images == min(number, p.needed) for p in made.types)
    assert plan_from(images(number), settings).plan.model_dump_json() == made.plan.model_dump_json()


def test_order_of_rows_does_not_matter_and_the_seed_does(tmp_path: Path) -> None:
    names = [f"{at}.jpg" for at in range(300)]
    one = say(tmp_path, "one.csv", "image", *names)
    two = say(tmp_path, "two.csv", "image", *reversed(names))
    settings = PlanSettings({"negation": 20, "temporal": 20})
    assert plan(one, settings).plan == plan(two, settings).plan
    assert plan(one, PlanSettings({"negation": 20, "temporal": 20}, seed=1)).plan != plan(one, settings).plan


def test_scarce_types_choose_first_and_shortage_is_shared() -> None:
    largest = [5] * 30 + [1] * 70
    made = plan_from(images(100, largest=largest, kinds=[1] * 100), PlanSettings({"negation": 26, "counting": 10}))
    counting = {item.image for item in made.plan.items if item.ask == ("counting",)}
    assert len(counting) == math.ceil(10 / 0.43) <= 30
    assert all(int(image[:5]) < 30 for image in counting)
    short = plan_from(images(50), PlanSettings({"negation": 52, "temporal": 44}))
    assert [p.images for p in short.types] == [25, 25]
    assert any(remark.startswith("negation: 100 images are needed and 25 can be had") for remark in short.remarks)


def test_two_does_not_fill_the_quota() -> None:
    largest = [2] * 900 + [3] * 60 + [7] * 40 + [40] * 200
    order = ranked(images(1_200, largest=largest, kinds=[1] * 1_200), "counting", 0)
    number = dict(zip(images(1_200)["image"], largest, strict=True))
    first = [number[image] for image in order[:120]]
    assert {count: first.count(count) for count in (2, 3, 7)} == {2: 40, 3: 40, 7: 40}
    assert [number[image] for image in order[-200:]] == [40] * 200


def test_images_with_nothing_to_report_are_left_out() -> None:
    table = images(4, largest=[1, 2, None, 3], kinds=[2, 1, None, 3], apart=[True, None, None, False])
    assert set(ranked(table, "counting", 0)) == {"00001.jpg", "00002.jpg", "00003.jpg"}
    assert ranked(table, "counting", 0)[-1] == "00002.jpg"
    assert ranked(table, "spatial", 0)[0] == "00000.jpg"
    assert set(ranked(table, "spatial", 0)) == {"00000.jpg", "00002.jpg", "00003.jpg"}
    with pytest.raises(DataError, match="No image is worth asking about"):
        plan_from(images(2, largest=[1, 0], kinds=[1, 0]), PlanSettings({"counting": 5}))


def test_captions_that_state_it_come_last(tmp_path: Path) -> None:
    path = say(
        tmp_path, "a.csv", "image,caption", "a,two dogs", "a,three dogs", "b,two dogs", "b,some dogs", "c,dogs", "d,"
    )
    table = read_candidates(path)
    assert table.select("image", "captions", "counting").rows() == [("a", 2, 2), ("b", 2, 1), ("c", 1, 0), ("d", 0, 0)]
    order = ranked(table, "counting", 0)
    assert (set(order[:2]), order[2:]) == ({"c", "d"}, ["b", "a"])


def test_facts_tell_what_is_there(tmp_path: Path) -> None:
    place = tmp_path / "images"
    (place / "in").mkdir(parents=True)
    for name in ("in/a.jpg", "b.png", "c.jpg", "notes.txt"):
        (place / name).write_bytes(b"")
    rows = (
        "in/a.jpg,dog,0,0,10,10",
        "in/a.jpg,dog,5,5,10,10",
        "in/a.jpg,cat,20,0,5,5",
        "b,dog,0,0,10,10",
        "b,cat,5,5,9,9",
    )
    boxes = say(tmp_path, "boxes.csv", "image,object,x,y,width,height", *rows)
    columns = ("image", "largest", "kinds", "apart")
    assert read_candidates(place, facts=boxes).select(columns).rows() == [
        ("b.png", 1, 2, False), ("c.jpg", None, None, None), ("in/a.jpg", 2, 2, True),
    ]  # fmt: skip
    counts = say(tmp_path, "counts.csv", "image,object,count", "c.jpg,sheep,7", "c.jpg,dog,1")
    assert read_candidates(place, facts=counts).select(columns).rows()[1] == ("c.jpg", 7, 2, None)
    told = say(tmp_path, "told.csv", "file_name,caption", "c,no dogs here")
    assert read_candidates(place, captions=told).select("image", "negation").rows() == [
        ("b.png", 0),
        ("c.jpg", 1),
        ("in/a.jpg", 0),
    ]


def test_files_that_are_no_images_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = pytest.importorskip("PIL.Image").new("RGB", (8, 8))
    for at in range(3):
        picture.save(tmp_path / f"{at}.png")
    (tmp_path / "text.jpg").write_text("two dogs")
    (tmp_path / "empty.gif").touch()
    (tmp_path / "link.webp").symlink_to("/etc/hostname")
    code, said = run(capsys, str(tmp_path), "--want", "negation=2")
    assert code == 0
    assert "about 3 of 3 images" in said
    assert "Left out because they cannot be shown, 3 of 6: is not a JPEG, PNG, WebP or GIF image (2); leads" in said
    monkeypatch.setattr("tacit.captions.curate.candidates.find_spec", lambda name: None)
    code, said = run(capsys, str(tmp_path), "--want", "negation=2")
    assert (code, "was not looked at: that needs Pillow" in said) == (0, True)
    monkeypatch.undo()
    for at in range(3):
        (tmp_path / f"{at}.png").unlink()
    code, said = run(capsys, str(tmp_path), "--want", "negation=2")
    assert (code, "None of the 3 images in" in said) == (3, True)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (["picture,object", "a,b"], "has no column 'image'. Facts are a table"),
        (["image,object,count", "a,dog,many"], "row 1: count is 'many', and no number from 0"),
        (["image,object,count", "a,dog,-1"], "row 1: count is '-1', and no number from 0"),
        (["image,object", "z,dog"], "is about none of the images"),
    ],
)
def test_facts_that_are_none(tmp_path: Path, facts: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = say(tmp_path, "images.csv", "image", "a", "b")
    code, said = run(capsys, table, "--want", "counting=1", "--facts", say(tmp_path, "facts.csv", *facts))
    assert code in {2, 3}
    assert told in said


def test_from_a_selection_to_a_plan_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = say(tmp_path, "images.csv", "image", *(f"{at}.jpg" for at in range(400)))
    types = [{"type": "negation", "short": 52}, {"type": "spatial", "short": 0}, {"type": "temporal", "short": 44}]
    selection = say(tmp_path, "result.json", json.dumps({"schema": "tacit.curate/1", "types": types}))
    assert read_shortfalls(selection) == read_shortfalls(str(tmp_path)) == {"negation": 52, "temporal": 44}
    out = tmp_path / "plan.json"
    code, said = run(
        capsys, table, "--for", selection, "--out", str(out), "--overlap", "20%", "--wage", "12", "--currency", "EUR"
    )
    assert code == 0
    assert said.startswith("240 answers about 200 of 400 images 24.00 EUR for 2.0 hours at 12 an hour")
    assert "negation 52 100 120 52.0% (42.3–61.5) 52 (38 to 66)" in said
    assert "Seconds per answer are our assumption" in said
    made = Plan.read(out)
    assert made.wanted == {"negation": 52, "temporal": 44}
    assert len(made.items) == 200
    assert made.currency == "EUR"
    # Whenever work stops, both types have been asked about alike.
    assert sum(item.ask == ("negation",) for item in made.items[:50]) == 25


def pilot(place: Path, rows: list[dict[str, Any]]) -> str:
    return say(place, "pilot.jsonl", *(json.dumps(row) for row in rows))


def answer(
    type_: str, *judged: tuple[bool, bool | None], nothing: bool = False, seconds: float | None = 20.0
) -> dict[str, Any]:
    reviews = [{"reviewer": "r", "asserts": asserts, "shows": shows} for asserts, shows in judged]
    return {"type": type_, "text": "", "nothing": nothing, "seconds": seconds, "reviews": reviews}


def test_a_pilot_replaces_what_is_published(tmp_path: Path) -> None:
    rows = [answer("spatial", (True, True), seconds=10), answer("spatial", (True, True), (True, False), seconds=40)]
    rows += [answer("spatial", (True, None)), answer("spatial", nothing=True), answer("spatial", seconds=None)]
    found = read_expectations([pilot(tmp_path, rows)])["spatial"]
    assert found.share == wilson(1, 4)
    assert found.seconds == 20.0
    pl.DataFrame(rows).write_parquet(tmp_path / "pilot.parquet")
    assert read_expectations([str(tmp_path / "pilot.parquet"), "counting=3/4"])["spatial"] == found
    with pytest.raises(UsageError, match="about spatial twice"):
        read_expectations([str(tmp_path / "pilot.parquet"), "spatial=3/4"])
    with pytest.raises(DataError, match="no answer has been reviewed"):
        read_expectations([pilot(tmp_path, [answer("spatial")])])
    with pytest.raises(DataError, match="is not an export of tacit elicit"):
        read_expectations([pilot(tmp_path, [{"type": "spatial"}])])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Say what is wanted: either --want negation=500,spatial=300, or --for SELECTION."),
        (["--want", "negation=5", "--for", "x"], "Say what is wanted: either"),
        (["--want", "colour=5"], "--want 'colour=5' should be TYPE=NUMBER"),
        (["--want", "negation"], "--want 'negation' should be TYPE=NUMBER"),
        (["--want", "negation=0"], "should be TYPE=NUMBER with a whole number above 0"),
        (["--want", "negation=5.5"], "should be TYPE=NUMBER with a whole number above 0"),
        (["--want", "negation=nan"], "should be TYPE=NUMBER"),
        (["--want", "negation=5,negation=6"], "--want names negation twice"),
        (["--want", "negation=5", "--ask", "some"], "--ask is one or all, not 'some'"),
        (["--want", "negation=5", "--overlap", "20"], "--overlap: '20' is not a share. Write it as 39% or 0.39"),
        (["--want", "negation=5", "--wage", "-1"], "--wage is pay per hour, 0 or more"),
        (["--want", "negation=5", "--wage", "nan"], "--wage is pay per hour, 0 or more"),
        (["--want", "negation=5", "--currency", "euro"], "--currency is a code of three capitals"),
        (["--want", "negation=5", "--expect", "negation=0%"], "The expected yield of negation is 0"),
        (["--want", "negation=5", "--expect", "negation"], "is neither TYPE=RATE"),
        (["--want", "negation=5", "--expect", "no.jsonl"], "There is no file no.jsonl"),
        (["--want", "negation=5", "--seconds", "negation=0"], "--seconds 'negation=0' should be"),
        (["--want", "negation=5", "--captions", "b.csv"], "--captions goes with a folder of images"),
        (["--want", "negation=5", "--language", "xx"], "no validated rules for language 'xx'"),
        (["--for", "images.csv"], "is neither a JSON object nor an array"),
    ],
)
def test_errors_read_aloud(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    say(tmp_path, "images.csv", "image", "a", "b")
    code, said = run(capsys, "images.csv", *words)
    assert code in {2, 3}
    assert said.startswith("tacit: error: ")
    assert told in said


def test_images_that_lead_elsewhere_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, say(tmp_path, "images.csv", "image", "../../secret"), "--want", "negation=1")
    assert code == 3
    assert "Image '../../secret' is not named relative to the folder of images" in said


@pytest.mark.parametrize(
    "wrong", [{"wanted": {}}, {"wanted": {"colour": 1}}, {"wanted": {"negation": 0}}, {"seconds": {"negation": -1.0}}]
)
def test_settings_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        PlanSettings(**{"wanted": {"negation": 1}, **wrong})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"types": [{"type": "negation", "short": -1}]}', "is not the result of tacit curate"),
        ('{"types": [{"type": "negation", "short": true}]}', "is not the result of tacit curate"),
        ('{"types": 3}', "is not the result of tacit curate"),
        ('{"types": [{"type": "negation", "short": 0}]}', "short of nothing, so there is nothing to ask for"),
    ],
)
def test_selections_that_are_none(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        read_shortfalls(say(tmp_path, "result.json", content))


@pytest.mark.parametrize("name", ["../a.jpg", "/etc/passwd", "a/../../b", "C:\\a.jpg", "a\\..\\b", "a\x1b[31m", ""])
def test_a_plan_names_nothing_outside_the_folder(name: str) -> None:
    with pytest.raises(ValueError, match="image"):
        PlannedImage(image=name, ask=("counting",))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"items": [{"image": "a", "ask": ["x"]}, {"image": "a", "ask": ["y"]}]}, "image 'a' is there twice"),
        ({"items": [{"image": "a", "ask": ["x", "x"]}]}, "items.0.ask: Value error, a type is asked for twice"),
        ({"items": [{"image": "../a", "ask": ["x"]}]}, "relative to the folder of images"),
        ({"seconds": {"x": 0}}, "seconds.x: Input should be greater than 0"),
        ({"format": "tacit annotation plan 9"}, "format: "),
        (
            {"yields": [{"type": "x", "asked": 1, "share": 0.5, "low": 0.6, "high": 0.7, "source": ""}]},
            "between low and high",
        ),
    ],
)
def test_plans_that_are_damaged(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    good = {"format": "tacit annotation plan 1", "items": [], "wanted": {}, "yields": [], "wage": 1, "seconds": {}}
    assert Plan.read(say(tmp_path, "good.json", json.dumps(good))).items == ()
    with pytest.raises(DataError, match=r"is not an annotation plan: .*tacit plan") as raised:
        Plan.read(say(tmp_path, "bad.json", json.dumps(good | change)))
    assert told in str(raised.value)


def test_a_plan_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no file"):
        Plan.read(tmp_path / "none.json")
    with pytest.raises(DataError, match="Cannot write"):
        Plan.read(say(tmp_path, "p.json", '{"items":[],"wanted":{},"yields":[],"wage":1,"seconds":{}}')).write(
            tmp_path / "no" / "p"
        )


@pytest.mark.real
def test_real_images(real_data: Path) -> None:
    made = plan(
        real_data / "captions" / "coco_val2017_sample.parquet", PlanSettings({"negation": 100, "counting": 100})
    )
    assert made.images > 1_000
    assert [p.images for p in made.types] == [193, 233]
    assert made.remarks[0].startswith("Whether several questions at once compete is open")
