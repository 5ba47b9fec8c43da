"""The study of conversations, run whole on a preset so small that its numbers mean nothing, and its parts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from tests.report.pages import Outline, assert_self_contained, words_of

from tacit.cli.main import main
from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Hit, Passage, Query, Turn
from tacit.dialogue.replies import Decision, Kind
from tacit.dialogue.simulate.world import make_world
from tacit.errors import UsageError
from tacit.evidence.estimate import Estimate
from tacit.studies.conversation import runs
from tacit.studies.conversation.advice import advise
from tacit.studies.conversation.analyse import RETAINED, compare_arms, describe, measure_lifts, read_arms
from tacit.studies.conversation.api import Data, conversation
from tacit.studies.conversation.baselines import AlwaysAnswer, AtRandom, CutOff, LastTurn, Only, WholePassages
from tacit.studies.conversation.claims import make_claims
from tacit.studies.conversation.presets import PRESETS, STEPS, Preset, get_preset
from tacit.studies.conversation.report import render_study, study_text
from tacit.studies.conversation.result import ConversationResult
from tacit.studies.conversation.runs import BASELINE, CUT_OFF, SHAM, WHOLE, Row, arms_of, units_of
from tacit.studies.conversation.worlds import part, rivals, thinned

if TYPE_CHECKING:
    from pathlib import Path

TINY = Preset(
    "tiny", documents=(10, 20), passages=(1, 4), told=(0.2, 1.0), things=10, ladder=1, scripts=2, turns=6, seeds=1
)
HOSTILE = "</script><script>alert(1)</script> \x1b[2J\u202e"


class Nobody:
    """Statistics of an empty index."""

    def passages(self) -> int:
        return 0

    def frequency(self, term: str) -> int:
        return 0


def situation(turn: str, *scores: float, history: tuple[Turn, ...] = ()) -> Situation:
    hits = tuple(Hit(Passage(f"p{at}", "Llamas hum. They spit."), score) for at, score in enumerate(scores))
    return Situation(history, turn, Query(turn, {"x": 1.0}), hits, Nobody())


class Says:
    """A decider that always decides the same."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def decide(self, situation: Situation) -> Decision:
        return Decision(self.kind, "Because.")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[ConversationResult, Path]:
    place = tmp_path_factory.mktemp("conversation") / "out"
    with pytest.MonkeyPatch.context() as patch:
        # A third of the arms: what the others do is the same but for the steps in them.
        ways = {name: on for name, on in arms_of().items() if name in {BASELINE, WHOLE, *_needed()}}
        patch.setattr(runs, "arms_of", lambda: ways)
        patch.setattr("tacit.studies.conversation.api.get_engine", lambda *_, **__: _Here())
        return conversation(TINY, out=place), place


def _needed() -> set[str]:
    return set(arms_of())


class _Here:
    """An engine that works in this process; `processes` is tested for itself."""

    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(self, work, items):  # type: ignore[no-untyped-def]
        for number, item in items:
            yield number, work(item)
