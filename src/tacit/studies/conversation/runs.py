"""What is run: units of conversations for an engine, and what comes of each of their turns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from tacit.dialogue.compress.extractive import ExtractiveCompressor
from tacit.dialogue.conversation import ConversationSettings
from tacit.dialogue.simulate.agents import Own
from tacit.dialogue.simulate.hold import hold, holds
from tacit.dialogue.steps import make_steps
from tacit.studies.conversation.baselines import (
    AlwaysAnswer,
    AtRandom,
    CutOff,
    LastTurn,
    Only,
    Reader,
    Watched,
    WholePassages,
    best_score,
)
from tacit.studies.conversation.presets import STEPS
from tacit.studies.conversation.worlds import indexed, indexed_files, part, rivals, thinned

if TYPE_CHECKING:
    from tacit.dialogue.conversation import Steps
    from tacit.dialogue.index.api import Index
    from tacit.dialogue.protocols import Decider
    from tacit.dialogue.replies import Kind
    from tacit.dialogue.simulate.hold import Held
    from tacit.dialogue.simulate.script import Script
    from tacit.dialogue.simulate.users import Habit
    from tacit.dialogue.simulate.world import World
    from tacit.studies.conversation.presets import Preset

Axis = Literal["documents", "passages", "told"]
AXES: Final[tuple[Axis, ...]] = get_args(Axis)
BASELINE: Final = "baseline"
SHAM: Final = "sham"
CUT_OFF: Final = "cut-off"
WHOLE: Final = "+".join(STEPS)
"""The arm with every step on."""

_HABITS: Final[tuple[Habit, ...]] = ("near_miss", "pronoun", "vague", "dispute")
_DECIDES: Final[dict[str, frozenset[Kind]]] = {
    "decline": frozenset({"decline", "partial", "small_talk"}),
    "clarify": frozenset({"clarify"}),
    "repair": frozenset({"repair"}),
}
"""Which decisions a step switches on."""
_ALWAYS: Final[frozenset[Kind]] = frozenset({"answer"})
_ROOM: Final = 100_000
"""Words that are shown where the number of passages is what varies."""
_TOP: Final = 5


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of work; plain data.

    Attributes:
        source: ``world``, or the name of a data set.
        axis: What varies; empty where steps are switched on.
        level: Where on the axis.
        seed: Of the world and of what users say; of the sham.
        domain: Of the data set.
        data: Folder of the data set's tables; empty: where the environment says.
        preset: How large everything is.
    """

    source: str
    axis: Axis | Literal[""]
    level: float
    seed: int
    preset: Preset
    domain: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one turn.

    Attributes:
        script: The conversation.
        turn: Number of the user's turn.
        made: What kind of turn it is.
        expect: What a good assistant does; ``None`` if that is not known.
        kind: What was decided.
        served: Whether the user got what is right: the right answer where there is one to be known, else the right
            decision; ``None`` if neither is known. To a vague question the answer must be the one for what was meant,
            perhaps after it was asked, with no other thing's beside it.
        decided: Whether the decision was the right one.
        recall: Share of the passages (data) or documents (world) with the answer among the first five.
        words: That the answerer was shown.
        shown: Whether the right answer was among them: what an answerer that misses nothing could say. ``None`` where
            it is not known.
        best: Score of the best passage.
    """

    script: str
    turn: int
    made: str
    expect: str | None
    kind: Kind
    served: bool | None
    decided: bool | None
    recall: float | None
    words: int
    shown: bool | None
    best: float

    @property
    def declined(self) -> bool:
        """Whether it was declined."""
        return self.kind == "decline"


Arms = dict[str, list[Row]]
Others = Mapping[str, Sequence[str]]


def units_of(preset: Preset, domains: Sequence[tuple[str, str, str]] = ()) -> list[Unit]:
    """All units of the study, the longest first.

    Args:
        preset: How large.
        domains: Name and folder of a data set with each of its domains.
    """
    seeds = [preset.seed + at for at in range(preset.seeds)]
    levels: list[tuple[Axis, Sequence[float]]] = [
        ("documents", preset.documents), ("passages", preset.passages), ("told", preset.told),
    ]  # fmt: skip
    return [
        *(Unit(name, "", 0, preset.seed, preset, domain, data) for name, data, domain in domains),
        *(Unit("world", "", 0, seed, preset) for seed in seeds),
        *(Unit("world", axis, level, seed, preset) for axis, many in levels for level in many for seed in seeds),
    ]


def do(unit: Unit) -> bytes:
    """Hold the conversations of a unit.

    Returns:
        JSON: the unit, and rows by arm.
    """
    arms = _data(unit) if unit.source != "world" else _ladder(unit) if unit.axis else _world(unit)
    told: dict[str, Any] = {
        "unit": {**asdict(unit), "preset": unit.preset.name},
        "arms": {name: [astuple(row) for row in rows] for name, rows in arms.items()},
    }
    return json.dumps(told).encode()


def read(outcome: bytes) -> tuple[dict[str, Any], Arms]:
    """What `do` returned: the unit as plain values, and rows by arm."""
    told = json.loads(outcome)
    return told["unit"], {name: [Row(*row) for row in rows] for name, rows in told["arms"].items()}


def switched(index: Index, on: Sequence[str]) -> Steps:
    """The baseline with some of tacit's steps in it.

    Args:
        index: What is asked.
        on: Names of `STEPS`.
    """
    whole = make_steps(index)
    kinds: frozenset[Kind] = _ALWAYS.union(*(_DECIDES[step] for step in on if step in _DECIDES))
    return replace(
        whole,
        resolver=whole.resolver if "resolve" in on else LastTurn(),
        decider=Only(whole.decider, kinds, Reader()) if kinds > _ALWAYS else AlwaysAnswer(),
        compressor=ExtractiveCompressor() if "compress" in on else WholePassages(),
    )


def arms_of() -> dict[str, tuple[str, ...]]:
    """Steps by arm: none, each alone, and each added to those before."""
    ways = [(), *((step,) for step in STEPS), *(STEPS[: at + 1] for at in range(len(STEPS)))]
    return {"+".join(on) or BASELINE: tuple(on) for on in ways}


def _world(unit: Unit) -> Arms:
    from tacit.dialogue.simulate.users import make_scripts

    preset = unit.preset
    world = part(_drawn(max(preset.things, *preset.documents), unit.seed), preset.things)
    scripts = make_scripts(world, preset.scripts, turns=preset.turns, seed=unit.seed)
    with indexed(world.documents) as index:
        return _all_arms(index, scripts, unit.seed, rivals(world))


def _data(unit: Unit) -> Arms:
    from tacit.dialogue.measure.datasets import data_folder, load_dataset
    from tacit.dialogue.simulate.replay import replay_tasks

    place = Path(unit.data) if unit.data else None
    scripts = [one for one in replay_tasks(load_dataset(unit.source, data=place)) if one.domain == unit.domain]
    passages = data_folder(unit.source, place) / f"passages_{unit.domain}.parquet"
    with indexed_files([passages]) as index:
        return _all_arms(index, scripts, unit.seed)


def _ladder(unit: Unit) -> Arms:
    """The baseline alone: would more of something do what the steps do?"""
    from tacit.dialogue.simulate.users import make_scripts

    preset, least = unit.preset, unit.preset.documents[0]
    every = _drawn(max(preset.things, *preset.documents), unit.seed)
    scripts = make_scripts(
        part(every, least), preset.ladder, turns=preset.turns, habits=_HABITS, seed=unit.seed
    )  # fmt: skip
    world = part(every, int(unit.level) if unit.axis == "documents" else preset.things)
    documents = thinned(world, unit.level, unit.seed) if unit.axis == "told" else world.documents
    settings = ConversationSettings(int(unit.level), _ROOM) if unit.axis == "passages" else None
    with indexed(documents) as index:
        return {BASELINE: _talk(index, switched(index, ()), scripts, settings, rivals(world))}


@lru_cache(maxsize=2)
def _drawn(documents: int, seed: int) -> World:
    from tacit.dialogue.simulate.world import make_world

    return make_world(documents, seed=seed)


def _all_arms(index: Index, scripts: Sequence[Script], seed: int, others: Others | None = None) -> Arms:
    arms = {name: _talk(index, switched(index, on), scripts, None, others) for name, on in arms_of().items()}
    made = Counter(row.kind for row in arms[WHOLE])
    shares = {kind: made[kind] / made.total() for kind in sorted(made)}
    # The cut-off may look at these very turns to find where to cut, which is more than it would have in use.
    least = float(np.quantile([row.best for row in arms[BASELINE]], shares.get("decline", 0.0)))
    whole, plain = switched(index, STEPS), switched(index, ())
    deciders: dict[str, tuple[Steps, Decider]] = {
        SHAM: (whole, AtRandom(shares, seed)), CUT_OFF: (plain, CutOff(least)),
    }  # fmt: skip
    for name, (steps, decider) in deciders.items():
        arms[name] = _talk(index, replace(steps, decider=decider), scripts, None, others)
    return arms


def _talk(
    index: Index,
    steps: Steps,
    scripts: Sequence[Script],
    settings: ConversationSettings | None,
    others: Others | None,
) -> list[Row]:
    """Every turn of which something is expected; what people replied is taken as said where that is known."""
    recorded = any(move.recorded for script in scripts for move in script.moves)
    watched, rows = Watched(steps.compressor), list[Row]()
    agent = Own(index, replace(steps, compressor=watched), settings)
    hold(agent, scripts, recorded=recorded, told=lambda held: rows.append(_row(held, watched.take(), others or {})))
    return rows


def _row(held: Held, shown: str, others: Others) -> Row:
    move, reply, right = held.move, held.said.more["reply"], held.right
    if right and move.made == "vague":
        right = not any(holds(held.said.text, value) for value in others.get(move.standalone, ()))
    hits = reply.hits[:_TOP]
    wanted = set(move.passages or move.documents)
    found = {hit.passage.id if move.passages else hit.passage.document for hit in hits}
    return Row(
        script=held.script,
        turn=held.turn,
        made=move.made,
        expect=move.expect,
        kind=held.kind,
        served=held.decided if right is None else right,
        decided=held.decided,
        recall=len(wanted & found) / len(wanted) if wanted else None,
        words=len(shown.split()),
        shown=holds(shown, move.answer) if move.answer else None,
        best=best_score(reply.hits),
    )
