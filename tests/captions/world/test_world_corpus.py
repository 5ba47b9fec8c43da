"""Captions of many scenes: audits of them find the rates that the speakers were set to."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from tacit.captions.audit.api import audit
from tacit.captions.world.corpus import Captions, facts, image_name, make_captions, object_name, reported
from tacit.captions.world.language import Mixed, get_language
from tacit.captions.world.pictures import PLACE
from tacit.captions.world.rates import REPORTING
from tacit.captions.world.scene import SORTS, Scene, Sort, Thing, draw_scene
from tacit.captions.world.speakers.elicited import ElicitedSpeaker
from tacit.captions.world.speakers.pragmatic import PragmaticSpeaker
from tacit.captions.world.statement import Phrase, Statement
from tacit.errors import DataError
from tacit.evidence.intervals import wilson

if TYPE_CHECKING:
    from pathlib import Path

MANY = 5_000


@cache
def scenes() -> tuple[Scene, ...]:
    rng = np.random.default_rng(11)
    return tuple(draw_scene(rng) for _ in range(MANY))


@cache
def captions_like(corpus: str) -> Captions:
    seed = list(REPORTING).index(corpus)
    return make_captions(scenes(), PragmaticSpeaker.reporting(corpus), get_language("en"), seed)


@pytest.mark.parametrize(
    ("code", "corpora"), [pytest.param("en", list(REPORTING), marks=pytest.mark.slow), ("de", ["Molmo train"])]
)
def test_an_audit_finds_the_rates_that_the_speaker_was_set_to(code: str, corpora: list[str], tmp_path: Path) -> None:
    for corpus in corpora:
        statements = captions_like(corpus).statements
        path = tmp_path / f"{corpus}.parquet"
        pl.DataFrame({"caption": [get_language(code).say(statement) for statement in statements]}).write_parquet(path)
        found = audit(path, text="caption", language=code)
        stated = Counter(type_ for statement in statements for type_ in statement.states())
        for type_, wanted in REPORTING[corpus].items():
            rate = found.rate(type_)
            assert rate.captions == stated[type_]
            assert rate.share.value == stated[type_] / MANY
            # Wider than 95 %, for there are many rates here, and all from the same scenes.
            certain = wilson(rate.captions, MANY, 0.9999)
            assert certain.low is not None
            assert certain.high is not None
            assert certain.low <= wanted <= certain.high, (corpus, type_)


def test_an_audit_with_facts_finds_what_is_reported_of_what_was_there(tmp_path: Path) -> None:
    few = scenes()[:4000]
    captions = make_captions(few, PragmaticSpeaker.reporting("Molmo train"), get_language("en"), 5)
    captions.to_frame().write_parquet(tmp_path / "captions.parquet")
    facts(few).write_parquet(tmp_path / "facts.parquet")
    result = audit(tmp_path / "captions.parquet", text="caption", facts=tmp_path / "facts.parquet")
    found = {entry.type: entry.stated for entry in result.reported if not entry.subtype and not entry.number}
    for type_, truth in reported(few, captions.statements).items():
        assert (found[type_].value, found[type_].n) == (truth.value, truth.n)


def test_what_is_reported_is_counted_where_there_was_something_to_report() -> None:
    red, blue = Sort("red", "circle"), Sort("blue", "square")
    pair = Scene((Thing(red, "large", 0, 0), Thing(red, "large", 1, 1)))
    alone = Scene((Thing(blue, "small", 2, 2),))
    said = [Statement((Phrase(red, 2, True),)), Statement((Phrase(red, plural=True),)), Statement((Phrase(blue),))]
    found = reported([pair, pair, alone], said)
    assert (found["counting"].value, found["counting"].n) == (0.5, 2)
    assert (found["negation"].value, found["negation"].n) == (0.0, 3)
    assert found["spatial"].value is None
    assert "to report" in found["spatial"].missing
    with pytest.raises(DataError, match="2 scenes and 3 statements"):
        reported([pair, alone], said)


def test_the_frame_says_what_is_there_and_what_is_stated() -> None:
    few = scenes()[:300]
    captions = make_captions(few, ElicitedSpeaker(("counting",)), get_language("en"), 1, first=40)
    frame = captions.to_frame()
    assert frame["image"].to_list() == [image_name(index) for index in range(40, 340)]
    assert frame["counting_there"].to_list() == frame["counting_stated"].to_list()
    assert frame["counting_there"].sum() == reported(few, captions.statements)["counting"].n
    assert frame["negation_there"].all()
    assert not frame["negation_stated"].any()
    assert frame["speaker"].unique().to_list() == ["elicited"]


def test_captions_follow_from_the_seed_and_do_not_depend_on_how_many_follow() -> None:
    mixed, speaker = Mixed(("en", "de"), (1, 1)), PragmaticSpeaker.reporting("Molmo train")
    all_ = make_captions(scenes()[:400], speaker, mixed, 7)
    assert make_captions(scenes()[:400], speaker, mixed, 7) == all_
    assert make_captions(scenes()[:400], speaker, mixed, 8).texts != all_.texts
    few = make_captions(scenes()[:30], speaker, mixed, 7)
    assert (few.images, few.texts, few.languages) == (all_.images[:30], all_.texts[:30], all_.languages[:30])
    assert set(all_.languages) == {"en", "de"}
    for text, code, statement in zip(all_.texts, all_.languages, all_.statements, strict=True):
        assert text == get_language(code).say(statement)


def test_facts_say_what_is_in_the_pictures() -> None:
    few = scenes()[:200]
    table = facts(few, seed=1)
    assert facts(few, seed=1).equals(table)
    by_image = table.partition_by("image", as_dict=True)
    for index, scene in enumerate(few):
        rows = by_image[image_name(index),].to_dicts()
        there = [row for row in rows if not row["absent"]]
        places = [(row["object"], row["y"] // PLACE, row["x"] // PLACE) for row in there]
        assert places == [(object_name(thing.sort), thing.row, thing.column) for thing in scene.things]
        assert sum(row["count"] for row in there) == len(scene.things)
        assert [row["event"] for row in there if row["event"]] == ([scene.event.name] if scene.event else [])
        missing = {row["object"] for row in rows if row["absent"]}
        assert len(missing) == 2
        assert missing <= {" ".join(sort) for sort in scene.absent()}
    assert set(table["object"]) == {*(" ".join(sort) for sort in SORTS), "house", "tree"}
