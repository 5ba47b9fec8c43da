"""What `train_decisions.py` learns from: MTRAG's turns, what is found for them, and the same in small collections."""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from tacit.dialogue.decide.reading import DEPTH
from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Passage, Turn
from tacit.dialogue.resolve.weighted import WeightedHistory
from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content

Signals = dict[str, float | None]

SEED: Final = 0
ANSWERED: Final = ("ANSWERABLE", "PARTIAL")
ABSENT: Final = ("UNANSWERABLE", "FOREIGN")
SIZES: Final = (5, 20, 100, 1000)
"""Passages of small collections; each conversation is held over two of these sizes."""
SHORT: Final = 3
"""Sentences of a short passage."""
LEANS: Final = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|he|she|his|her|there|ones?)\b", re.IGNORECASE
)
"""Words of turns that cannot be understood alone."""


@dataclass
class Task:
    """A turn as it was labelled, what was found for it, and the same without the relevant passages.

    The ``host`` is the conversation that it is asked in, its own or another one.
    """

    id: str
    conversation: str
    host: str
    domain: str
    label: str
    relevant: frozenset[str]
    found: Situation
    deleted: Situation | None
    signals: Signals = field(default_factory=dict)
    without: Signals = field(default_factory=dict)

    @property
    def hit(self) -> bool:
        """Whether a relevant passage was found."""
        return any(hit.passage.id in self.relevant for hit in self.found.hits)


@dataclass(frozen=True)
class Data:
    """All turns.

    Attributes:
        tasks: As labelled.
        foreign: The same questions where they do not belong.
        small: Some of both, over small collections.
        checks: MTRAG-UN.
    """

    tasks: list[Task]
    foreign: list[Task]
    small: list[Task]
    checks: list[Task]


def load(data: Path, indexes: Path) -> Data:
    """Read the tables, and search for all turns."""
    turns = pl.read_parquet(data / "mtrag_turns.parquet").sort("conversation", "turn").to_dicts()
    engines = {name: engine(data, indexes, name) for name in sorted({turn["domain"] for turn in turns})}
    relevant = defaultdict(set)
    for name in ("mtrag", "mtragun"):
        for row in pl.read_parquet(data / f"{name}_qrels.parquet").to_dicts():
            relevant[row["query_id"]].add(row["passage_id"])
    histories: dict[str, list[Turn]] = defaultdict(list)
    tasks = []
    for turn in turns:
        history = histories[turn["conversation"]]
        tasks.append(task(turn, tuple(history), turn["user"], relevant[turn["task_id"]], engines))
        history += [Turn("user", turn["user"]), Turn("assistant", turn["agent"])]
    checks = []
    for row in pl.read_parquet(data / "mtragun_tasks.parquet").to_dicts():
        *before, last = [
            Turn("user" if said["role"] == "user" else "assistant", said["text"]) for said in row["messages"]
        ]
        checks.append(task(row, tuple(before), last.text, relevant[row["task_id"]], engines))
    foreign = transplant(turns, engines)
    passages = {name: read(data, name) for name in engines}
    agents = {turn["task_id"]: turn["agent"] for turn in turns}
    return Data(tasks, foreign, small_collections([*tasks, *foreign], passages, agents), checks)


def read(data: Path, name: str) -> dict[str, Passage]:
    rows = pl.read_parquet(data / f"passages_{name}.parquet").to_dicts()
    return {row["_id"]: Passage(row["_id"], row["text"], row["title"] or "", row["_id"]) for row in rows}


def engine(data: Path, indexes: Path, name: str) -> TantivyEngine:
    if (indexes / name).exists():
        return TantivyEngine(indexes / name)
    made = TantivyEngine(indexes / name, create=True)
    made.write(list(read(data, name).values()))
    made.commit()
    return made


def task(
    row: dict[str, Any], history: tuple[Turn, ...], turn: str, relevant: set[str], engines: dict[str, TantivyEngine]
) -> Task:
    index = engines[row["domain"]]
    query = WeightedHistory().resolve(history, turn)
    hits = index.search(query.terms, DEPTH + len(relevant))
    found = Situation(history, turn, query, tuple(hits[:DEPTH]), index)
    rest = [hit for hit in hits if hit.passage.id not in relevant]
    deleted = replace(found, hits=tuple(rest[:DEPTH])) if relevant else None
    return Task(
        row["task_id"], row["conversation"], row.get("host", row["conversation"]), row["domain"], row["answerability"],
        frozenset(relevant), found, deleted,
    )  # fmt: skip


def transplant(turns: list[dict[str, Any]], engines: dict[str, TantivyEngine]) -> list[Task]:
    """Questions that stand alone, each asked in a conversation about, and of the documents of, another domain."""
    conversations: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for turn in turns:
        conversations[turn["conversation"]].append(turn)
    rng, found = np.random.default_rng(SEED), []
    for name in sorted(conversations):
        elsewhere = [
            key for key in sorted(conversations) if conversations[key][0]["domain"] != conversations[name][0]["domain"]
        ]
        for at, turn in enumerate(conversations[name]):
            question = turn["user"]
            if turn["answerability"] == "CONVERSATIONAL" or LEANS.search(question) or len(content(question)) < 2:
                continue
            host = conversations[elsewhere[rng.integers(len(elsewhere))]]
            history = [
                said
                for before in host[:at]
                for said in (Turn("user", before["user"]), Turn("assistant", before["agent"]))
            ]
            row = turn | {"domain": host[0]["domain"], "host": host[0]["conversation"], "answerability": "FOREIGN"}
            found.append(task(row, tuple(history), question, set(), engines))
    return found


def small_collections(tasks: list[Task], passages: dict[str, dict[str, Passage]], agents: dict[str, str]) -> list[Task]:
    """Turns of each conversation, asked of few passages: relevant ones of some turns, the rest drawn from the domain.

    Asked are the turns all of whose relevant passages are there, those that have no answer, and foreign ones. In every
    other collection passages are short: of a relevant one, the three sentences that share most with the human's answer.
    """
    groups: dict[str, list[Task]] = defaultdict(list)
    for one in tasks:
        groups[one.host].append(one)
    rng, found = np.random.default_rng(SEED), []
    for at, name in enumerate(sorted(groups)):
        own, pool = groups[name], passages[groups[name][0].domain]
        others = sorted(set(pool) - {key for one in own for key in one.relevant})
        for nth, size in enumerate(SIZES[at % 2 :: 2]):
            asked = [one for one in own if one.label in ANSWERED and one.relevant]
            rng.shuffle(asked)
            wanted: dict[str, str] = {}
            for one in asked:
                if len(wanted.keys() | one.relevant) <= max(size // 2, 3):
                    wanted |= dict.fromkeys(sorted(one.relevant), agents[one.id])
            drawn = rng.permutation(others)[: size - len(wanted)].tolist()
            held = [pool[key] for key in wanted] + [pool[key] for key in drawn]
            if (at // 2 + nth) % 2:
                held = [shortened(one, wanted.get(one.id, "")) for one in held]
            kept = [one for one in own if (one.relevant or one.label in ABSENT) and one.relevant <= wanted.keys()]
            found += searched(kept, held)
    return found


def shortened(passage: Passage, answer: str) -> Passage:
    """A few sentences of a passage, those that share most with an answer."""
    text = passage.text.removeprefix(f"{passage.title}\n")
    spans, told = list(sentences(text)), set(content(answer))
    parts = [text[spans[at][0] : spans[min(at + SHORT, len(spans)) - 1][1]] for at in range(len(spans))] or [text]
    return replace(passage, text=max(parts, key=lambda part: len(told & set(content(part)))))


def searched(tasks: list[Task], passages: list[Passage]) -> list[Task]:
    """The same turns over other passages."""
    with tempfile.TemporaryDirectory() as folder:
        engine = TantivyEngine(Path(folder), create=True)
        engine.write(passages)
        engine.commit()
        found = []
        for one in tasks:
            hits = tuple(engine.search(one.found.query.terms, DEPTH))
            counts = Counts.of(engine, one.found)
            found.append(replace(one, found=replace(one.found, hits=hits, statistics=counts), deleted=None))
    return found


@dataclass(frozen=True)
class Counts:
    """What signals ask of an index, kept when it is gone."""

    total: int
    counts: dict[str, int]

    @classmethod
    def of(cls, engine: TantivyEngine, found: Situation) -> Counts:
        """Counts of the terms that are said in a conversation."""
        said = " ".join([found.turn, *(turn.text for turn in found.history)])
        return cls(engine.passages(), {term: engine.frequency(term) for term in {*content(said), *found.query.terms}})

    def passages(self) -> int:
        """Passages in all."""
        return self.total

    def frequency(self, term: str) -> int:
        """Passages that hold a term."""
        return self.counts[term]
