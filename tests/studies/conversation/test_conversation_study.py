"""The study of conversations, run whole on a preset so small that its numbers mean nothing, and its parts."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from tests.dialogue.pool import Pool
from tests.report.pages import assert_readable_unseen, assert_self_contained, words_of

from tacit.cli.main import main
from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Hit, Passage, Query, Turn
from tacit.dialogue.replies import Decision
from tacit.dialogue.simulate.replay import replay_tasks
from tacit.dialogue.simulate.world import make_world
from tacit.errors import UsageError
from tacit.studies.conversation import runs
from tacit.studies.conversation.analyse import RETAINED, compare_arms, describe, judge_axes, measure_lifts, read_arms
from tacit.studies.conversation.api import Data, conversation
from tacit.studies.conversation.baselines import AlwaysAnswer, AtRandom, CutOff, LastTurn, Only, WholePassages
from tacit.studies.conversation.presets import PRESETS, STEPS, Preset, get_preset
from tacit.studies.conversation.report import render_study, study_text
from tacit.studies.conversation.runs import BASELINE, CUT_OFF, SHAM, WHOLE, arms_of, units_of
from tacit.studies.conversation.worlds import part, rivals, thinned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tacit.dialogue.measure.tasks import Dataset
    from tacit.dialogue.replies import Kind
    from tacit.dialogue.simulate.script import Script
    from tacit.studies.conversation.result import ConversationResult

TINY = Preset(
    "tiny", documents=(10, 20), passages=(1, 10), told=(0.1, 1.0), things=10, ladder=1, scripts=2, turns=3, seeds=1
)
HOSTILE = "</script><script>alert(1)</script> \x1b[2J\u202e"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[ConversationResult, Path]:
    place = tmp_path_factory.mktemp("conversation") / "out"
    return conversation(TINY, out=place, workers=1), place


def test_the_study_writes_what_it_returns(study: tuple[ConversationResult, Path]) -> None:
    result, place = study
    stored = json.loads((place / "result.json").read_text(encoding="utf-8"))
    assert stored["schema"] == "tacit.study.conversation/1"
    assert [claim["name"] for claim in stored["claims"]] == [claim.name for claim in result.claims]
    assert len({claim.name for claim in result.claims}) == len(result.claims) > 10
    assert {path.name for path in place.iterdir()} == {"manifest.json", "report.html", "result.json", "cells.parquet"}
    assert (place / "report.html").read_text(encoding="utf-8") == render_study(result)
    assert {cell.arm for cell in result.cells} == {*arms_of(), SHAM, CUT_OFF}
    assert set(result.verdicts) == {"documents", "passages", "told"}


def test_a_run_that_was_cut_short_goes_on(
    study: tuple[ConversationResult, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[runs.Unit] = []
    work = runs.do

    def stops(unit: runs.Unit) -> bytes:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(unit)
        return work(unit)

    units = units_of(TINY)
    monkeypatch.setattr(runs, "units_of", lambda *_: units[1:])  # the longest is left out, to be quick
    monkeypatch.setattr("tacit.runs.engines.processes.check_importable", lambda work: None)
    monkeypatch.setattr(runs, "do", stops)
    with pytest.raises(KeyboardInterrupt):
        conversation(TINY, out=tmp_path, workers=1)

    def goes_on(unit: runs.Unit) -> bytes:
        done.append(unit)
        return work(unit)

    monkeypatch.setattr(runs, "do", goes_on)
    result = conversation(TINY, out=tmp_path, workers=1)
    assert done == units[1:]
    assert [v.to_json() for v in result.verdicts.values()] == [v.to_json() for v in study[0].verdicts.values()]


@pytest.mark.slow
def test_more_workers_give_the_same_bytes(study: tuple[ConversationResult, Path]) -> None:
    assert conversation(TINY, workers=2).to_json() == study[0].to_json()


@pytest.mark.slow
@pytest.mark.long
def test_the_default_shows_what_more_text_does_not_mend() -> None:
    result = conversation(workers=1)
    for axis in result.verdicts:
        found = result.verdict(axis, "near_miss")
        assert found is not None
        assert found.verdict == "flat"
    told = result.verdict("told", "plain")
    assert told is not None
    assert told.verdict == "scaling"


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.long
def test_the_steps_are_measured_on_conversations_of_people(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def few(dataset: Dataset) -> list[Script]:
        return [script for script in replay_tasks(dataset) if script.domain == "govt"][:5]

    monkeypatch.setattr("tacit.dialogue.simulate.replay.replay_tasks", few)
    monkeypatch.setattr(runs, "arms_of", lambda: {BASELINE: (), WHOLE: STEPS})
    unit = runs.Unit("mtrag-un", "", 0, 0, TINY, "govt", str(real_data))
    source, arms = runs.read(runs.do(unit))
    assert source["domain"] == "govt"
    assert set(arms) == {BASELINE, WHOLE, SHAM, CUT_OFF}
    assert [(row.script, row.turn) for row in arms[BASELINE]] == [(row.script, row.turn) for row in arms[WHOLE]]
    assert {row.kind for row in arms[BASELINE]} == {"answer"}
    assert len({row.kind for row in arms[WHOLE]}) > 2
    recalls = [row.recall for row in arms[BASELINE] if row.recall is not None]
    assert 0.1 < sum(recalls) / len(recalls) < 0.9


def test_the_page_loads_nothing_and_shows_anything_as_text(study: tuple[ConversationResult, Path]) -> None:
    result = study[0]
    page = render_study(
        replace(
            result,
            tacit=HOSTILE,
            advice=(*result.advice, HOSTILE),
            limits=(*result.limits, HOSTILE),
            claims=(*result.claims, replace(result.claims[0], name=HOSTILE, why=HOSTILE)),
            settings={**result.settings, HOSTILE: HOSTILE},
        )
    )
    assert_self_contained(page)
    assert_readable_unseen(page, tables=5)
    assert "alert(1)" in words_of(page)


def test_the_terminal_has_80_columns_and_tells_the_headline(study: tuple[ConversationResult, Path]) -> None:
    told = study_text(study[0])
    assert max(cell_len(line) for line in told.splitlines()) <= 80
    assert "claims hold" in told
    assert "+ compress" in told


def turned(arm: str, kinds: Mapping[str, Sequence[tuple[Kind, bool | None]]]) -> bytes:
    """What a unit with one arm returns: kinds of turns, each with decisions and whether they served."""
    rows = [
        [f"s{at}", number, made, "answer", kind, served, served, None, 10, None, 1.0]
        for number, (made, turns) in enumerate(kinds.items())
        for at, (kind, served) in enumerate(turns)
    ]
    return json.dumps({"unit": {"source": "world", "axis": "", "seed": 0}, "arms": {arm: rows}}).encode()


def test_a_step_that_mends_is_told_from_one_that_breaks() -> None:
    answered: list[tuple[Kind, bool | None]] = [("answer", True)] * 120
    wrong: list[tuple[Kind, bool | None]] = [("answer", False)] * 120
    declined: list[tuple[Kind, bool | None]] = [("decline", True)] * 114
    declined += wrong[:6]
    before = {"plain": answered, "near_miss": wrong}
    # Declining mends near misses and breaks nothing; compressing loses half of the plain questions.
    after = {"plain": answered, "near_miss": declined}
    lost = {"plain": [*answered[:60], *wrong[:60]], "near_miss": declined}
    outcomes = [turned(arm, before) for arm in (*arms_of(), SHAM, CUT_OFF)]
    for arm in arms_of():
        on = set(arm.split("+"))
        outcomes += [turned(arm, lost if "compress" in on else after)] if "decline" in on else []
    # The later of two units with an arm comes behind the earlier one; keep the last.
    table = {key: turns[-240:] for key, turns in read_arms(outcomes).items()}
    lifts = {(one.step, one.how, one.made, one.metric): one.difference for one in measure_lifts(table, 0)}
    assert lifts["decline", "alone", "near_miss", "served"].value == pytest.approx(0.95)
    assert lifts["resolve", "added", "near_miss", "served"].value == 0
    assert lifts["compress", "added", "plain", "served"].value == pytest.approx(-0.5)
    assert lifts["decline", "alone", "near_miss", "recall"].missing
    found = compare_arms(table, 0)["world"]
    assert found.comparison("near_miss").verdict == "improved"
    assert [found.comparison(name).verdict for name in RETAINED] == ["broken", "kept", "kept"]
    cell = next(one for one in describe(table, 0) if (one.arm, one.made) == (WHOLE, "near_miss"))
    assert cell.kinds == {"answer": 6, "decline": 114}
    assert cell.served.value == pytest.approx(0.95)


def test_what_never_helps_is_flat_and_what_does_scales() -> None:
    outcomes = []
    for at, level in enumerate((25, 50, 100, 200, 400)):
        rows = [
            [f"s{script}", turn, made, "answer", "answer", served, served, None, 10, None, 1.0]
            for script in range(150)
            for turn, made, served in (
                (1, "near_miss", False), (2, "near_miss", False), (3, "plain", script < 30 + 25 * at),
            )
        ]  # fmt: skip
        unit = {"source": "world", "axis": "documents", "level": level, "seed": 0}
        outcomes.append(json.dumps({"unit": unit, "arms": {BASELINE: rows}}).encode())
    verdicts = judge_axes(outcomes, 0)["documents"]
    assert verdicts.verdict("near_miss").verdict == "flat"
    assert verdicts.verdict("plain").verdict == "scaling"


def situation(turn: str, *scores: float, history: tuple[Turn, ...] = ()) -> Situation:
    hits = tuple(Hit(Passage(f"p{at}", "Llamas hum. They spit."), score) for at, score in enumerate(scores))
    return Situation(history, turn, Query(turn, {"x": 1.0}), hits, Pool(0, 0))


class Says:
    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def decide(self, situation: Situation) -> Decision:
        return Decision(self.kind, "Because.")


def test_the_baseline_answers_whatever_it_finds() -> None:
    assert AlwaysAnswer().decide(situation("Hm?", 0.1)).kind == "answer"
    assert AlwaysAnswer().decide(situation("Hm?")).kind == "decline"
    history = (Turn("user", "Where do llamas live?"), Turn("assistant", "In the Andes."))
    assert dict(LastTurn().resolve(history, "How heavy are they?").terms) == {"heavi": 1.0}
    assert LastTurn().resolve(history, "And this?").terms
    spans = WholePassages().compress(situation("Hm?", 3, 2, 1), 7)
    assert [span.text for span in spans] == ["Llamas hum. They spit."]
    assert len(WholePassages().compress(situation("Hm?", 3, 2, 1), 8)) == 2
    assert len(WholePassages().compress(situation("Hm?", 3), 1)) == 1
    assert [CutOff(2.0).decide(situation("Hm?", score)).kind for score in (1.9, 2.0)] == ["decline", "answer"]


def test_what_is_switched_off_becomes_what_the_passages_say() -> None:
    def kind(inner: Kind, on: set[Kind], reader: Kind) -> Kind:
        only = Only(Says(inner), frozenset({"answer", *on}), Says(reader))
        return only.decide(situation("Hm?", 1.0)).kind

    assert kind("clarify", {"clarify"}, "decline") == "clarify"
    assert kind("clarify", {"decline"}, "decline") == "decline"
    assert kind("clarify", {"repair"}, "decline") == "answer"
    assert kind("decline", {"repair"}, "decline") == "answer"
    assert kind("partial", {"partial"}, "decline") == "partial"


def test_the_sham_decides_as_often_and_without_looking() -> None:
    shares: dict[Kind, float] = {"answer": 0.7, "decline": 0.3}
    seen = Counter(AtRandom(shares, 1).decide(situation(f"Question {at}?", 1.0)).kind for at in range(1000))
    assert 260 < seen["decline"] < 340
    again = [AtRandom(shares, seed).decide(situation("Why?", 1.0)).kind for seed in (1, 1)]
    assert again[0] == again[1]
    assert len({AtRandom(shares, seed).decide(situation("Why?", 1.0)).kind for seed in range(20)}) == 2


def test_documents_that_tell_more_tell_all_of_what_others_tell() -> None:
    world = make_world(20, seed=3)
    told = [
        sum(thing.facts[one.key] in text for thing, text in zip(world.things, texts, strict=True) for one in thing.told)
        for texts in ([document.text for document in thinned(world, share, 3)] for share in (0.0, 0.3, 0.6, 1.0))
    ]
    assert told == sorted(told)
    assert told[0] < 0.2 * told[-1]
    assert told[-1] == sum(len(thing.told) for thing in world.things)
    few, more = ([set(one.text.split(". ")) for one in thinned(world, share, 3)] for share in (0.3, 0.6))
    assert sum(len(a - b) for a, b in zip(few, more, strict=True)) <= len(few)  # but for how paragraphs end
    assert part(world, 10).documents == world.documents[:10]


def test_rivals_are_other_answers_to_the_same_question() -> None:
    world = make_world(30, seed=2)
    thing = world.things[0]
    attribute = thing.told[0]
    found = rivals(world)[attribute.question.format(name=thing.name)]
    assert thing.facts[attribute.key] not in found
    assert set(found) <= {one.facts.get(attribute.key) for one in world.things if one.kind is thing.kind}
    assert found


def test_every_way_of_switching_on_is_tried() -> None:
    assert arms_of()[BASELINE] == ()
    assert set(arms_of()) >= {*STEPS, WHOLE, "resolve+decline"}
    planned = units_of(get_preset("default"), [("mtrag", "", "fiqa")])
    assert {unit.level for unit in planned if unit.axis == "documents"} == {25, 50, 100, 200, 400}
    assert {unit.seed for unit in planned if unit.axis == "told"} == {0, 1, 2}
    assert planned[0].domain == "fiqa"
    assert {unit.seed for unit in units_of(get_preset("quick", seed=7))} == {7}


def test_bad_requests_are_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="no preset 'large'"):
        get_preset("large")
    assert set(PRESETS) == {"default", "quick", "full"}
    monkeypatch.delenv("TACIT_REAL_DATA", raising=False)
    with pytest.raises(UsageError, match="no data set 'coco'"):
        conversation(TINY, data=Data("coco"))
    for words, told in (
        (["--rates", "COCO"], "--rates is an option of the study reporting-bias"),
        (["--dataset", "mtrag"], "--data FOLDER"),
        (["--data", os.curdir], "--data is the folder of a data set"),
    ):
        assert main(["study", "conversation", *words]) == 2
        assert told in capsys.readouterr().err
    assert main(["study", "forgetting", "--dataset", "mtrag"]) == 2
    assert "--dataset is an option of the study conversation" in capsys.readouterr().err
