"""What compression and extracts keep of the answers that people wrote, what they cost, and what the masks cost.

Usage: python benchmarks/compress.py [--fit] [--masks 700]

Reads MTRAG and MTRAG-UN in TACIT_REAL_DATA (default: ../shared/data beside the project). For each answerable or partly
answerable turn with contexts: the share of the content terms of the reference reply, of those that the contexts hold,
that is left when a share of the words is kept. On MTRAG, where weights and settings were chosen, the contexts are the
relevant passages alone, and those with the first others that are found, to five; on MTRAG-UN, the check, those that
came with the task. No method may exceed its budget. (Published and earlier figures let the last sentence exceed it,
which is worth .04 to .07; "lead, over" does so here.) ``--fit`` prints the weights of `tacit.dialogue.compress.worth`
anew; ``--masks`` counts the passages of the pools in which something is taken for an instruction to a model.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from scipy.optimize import minimize

from tacit.dialogue.answer.extractive import ExtractiveAnswerer
from tacit.dialogue.answer.planted import planted
from tacit.dialogue.compress.extractive import ExtractiveCompressor
from tacit.dialogue.compress.units import units
from tacit.dialogue.compress.worth import NAMES, covered, query_weights, term_features
from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.measure.overlap import rouge_l, token_recall
from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Hit, Passage, Span, Turn
from tacit.dialogue.replies import Decision
from tacit.dialogue.resolve import WeightedHistory
from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Choose = Callable[[Situation, int], list[Span]]

DATA: Final = Path(os.environ.get("TACIT_REAL_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
DOMAINS: Final = ("clapnq", "fiqa", "cloud", "govt")
SHARES: Final = (0.3, 0.5)
CONTEXTS: Final = 5
RIDGE: Final = 1e-3
CITED: Final = re.compile(r" \[\d+\]")


@dataclass(frozen=True, slots=True)
class Task:
    """A turn with its passages, and the reply that a person wrote."""

    situation: Situation
    reference: str

    @property
    def words(self) -> int:
        """Of all passages."""
        return sum(len(words(hit.passage.text)) for hit in self.situation.hits)

    @property
    def wanted(self) -> frozenset[str]:
        """The terms of the reply that the passages hold."""
        held = frozenset().union(*(content(hit.passage.text) for hit in self.situation.hits))
        return held & frozenset(content(self.reference))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--masks", type=int, default=700)
    options = parser.parse_args()
    if not (DATA / "mtrag").is_dir():
        sys.exit(f"no real data at {DATA}: set TACIT_REAL_DATA")
    with tempfile.TemporaryDirectory() as folder:
        engines = {name: index(name, Path(folder) / name) for name in DOMAINS}
        relevant, five = mtrag(engines)
        check = mtrag_un(engines)
        if options.fit:
            print("weights:", dict(zip(NAMES, fit([*relevant, *five]).round(2).tolist(), strict=True)))
        for name, tasks in (("MTRAG, relevant", relevant), ("MTRAG, five", five), ("MTRAG-UN", check)):
            compare(name, tasks)
        for name, tasks in (("MTRAG, relevant", relevant), ("MTRAG-UN", check)):
            extracts(name, tasks)
        for name in DOMAINS:
            masks(name, list(engines[name].scan()), options.masks)


def table(name: str) -> list[dict[str, Any]]:
    return pl.read_parquet(DATA / "mtrag" / f"{name}.parquet").to_dicts()


def index(domain: str, folder: Path) -> TantivyEngine:
    folder.mkdir()
    engine = TantivyEngine(folder, create=True)
    engine.write(
        [Passage(row["_id"], row["text"], row["title"] or "", row["_id"]) for row in table(f"passages_{domain}")]
    )
    engine.commit()
    return engine


def mtrag(engines: Mapping[str, TantivyEngine]) -> tuple[list[Task], list[Task]]:
    """With relevant passages alone, and with others to five."""
    gold: dict[str, list[str]] = defaultdict(list)
    for row in table("mtrag_qrels"):
        gold[row["query_id"]].append(row["passage_id"])
    alone: list[Task] = []
    mixed: list[Task] = []
    talks: dict[str, list[Turn]] = defaultdict(list)
    for row in sorted(table("mtrag_turns"), key=lambda row: (row["conversation"], row["turn"])):
        history, engine = tuple(talks[row["conversation"]]), engines[row["domain"]]
        talks[row["conversation"]] += [Turn("user", row["user"]), Turn("assistant", row["agent"])]
        ids = sorted(gold[row["task_id"]])
        if not ids or row["answerability"] not in {"ANSWERABLE", "PARTIAL"}:
            continue
        query = WeightedHistory().resolve(history, row["user"])
        found = [hit.passage.id for hit in engine.search(query.terms, 2 * CONTEXTS)]
        others = [one for one in found if one not in ids][: max(CONTEXTS - len(ids), 0)]
        for tasks, chosen in ((alone, ids), (mixed, [*ids, *others])):
            ranked = sorted(chosen, key=lambda one: found.index(one) if one in found else len(found))
            tasks.append(task(engine, history, row["user"], ranked, row["agent"]))
    return alone, mixed


def mtrag_un(engines: Mapping[str, TantivyEngine]) -> list[Task]:
    tasks = []
    for row in table("mtragun_tasks"):
        if row["answerability"] in {"ANSWERABLE", "PARTIAL"} and row["context_ids"]:
            *history, last = [Turn(turn["role"], turn["text"]) for turn in row["messages"]]
            tasks.append(task(engines[row["domain"]], history, last.text, row["context_ids"], row["reference"]))
    return tasks


def task(engine: TantivyEngine, history: Sequence[Turn], turn: str, ids: Sequence[str], reference: str) -> Task:
    hits = [Hit(passage, 1 / number) for number, passage in enumerate(engine.get(ids), 1)]
    return Task(Situation(history, turn, WeightedHistory().resolve(history, turn), hits, engine), reference)


def compare(name: str, tasks: Sequence[Task]) -> None:
    print(
        f"\n{name}: {len(tasks)} turns, {np.mean([task.words for task in tasks]):.0f} words on average; terms kept at"
    )
    methods: dict[str, Choose] = {
        "random": lambda situation, budget: filled(shuffled(situation), budget),
        "lead": lambda situation, budget: filled(by_place(situation), budget),
        "lead, over": lambda situation, budget: filled(by_place(situation), budget, over=True),
        "query only": lambda situation, budget: filled(by_query(situation), budget),
        "tacit": ExtractiveCompressor().compress,
    }
    for method, choose in methods.items():
        kept = [np.mean([retained(task, choose, share) for task in tasks if task.wanted]) for share in SHARES]
        print(
            f"  {method:12}", "  ".join(f"{share:.0%}: {value:.3f}" for share, value in zip(SHARES, kept, strict=True))
        )
    for method, clear in (("passages read before", False), ("new passages", True)):
        print(f"  {method}: {milliseconds(tasks, clear):.1f} ms a turn")


def retained(task: Task, choose: Choose, share: float) -> float:
    spans = choose(task.situation, int(share * task.words))
    return len(task.wanted & frozenset().union(*(content(span.text) for span in spans))) / len(task.wanted)


def milliseconds(tasks: Sequence[Task], clear: bool) -> float:
    compressor, spent = ExtractiveCompressor(), 0.0
    for task in tasks:
        if clear:
            units.cache_clear()
        else:
            compressor.compress(task.situation, task.words // 2)
        start = time.process_time()
        compressor.compress(task.situation, task.words // 2)
        spent += time.process_time() - start
    return 1000 * spent / len(tasks)


def everything(situation: Situation) -> list[tuple[int, Span]]:
    """Every sentence, with its number in its passage."""
    return [
        (number, Span(hit.passage, start, end))
        for hit in situation.hits
        for number, (start, end) in enumerate(sentences(hit.passage.text))
    ]


def shuffled(situation: Situation) -> list[Span]:
    spans = [span for _, span in everything(situation)]
    random.Random(0).shuffle(spans)
    return spans


def by_place(situation: Situation) -> list[Span]:
    return [span for _, span in sorted(everything(situation), key=lambda pair: pair[0])]


def by_query(situation: Situation) -> list[Span]:
    asked = query_weights(situation)
    spans = [span for _, span in everything(situation)]
    return sorted(
        spans, key=lambda span: -covered(asked, frozenset(content(span.text))) / (len(words(span.text)) + 8) ** 0.5
    )


def filled(spans: Iterable[Span], budget: int, over: bool = False) -> list[Span]:
    kept = []
    for span in spans:
        size = len(words(span.text))
        if size <= budget or (over and budget > 0):
            kept.append(span)
            budget -= size
    return kept


def extracts(name: str, tasks: Sequence[Task]) -> None:
    """Answers of at most 100 words beside the first 90 words of the first passage."""
    rows = []
    spent = 0.0
    for task in tasks:
        spans = [Span(hit.passage, 0, len(hit.passage.text)) for hit in task.situation.hits]
        start = time.process_time()
        draft = ExtractiveAnswerer().answer(task.situation, Decision("answer", ""), spans)
        spent += time.process_time() - start
        said = CITED.sub("", draft.text)
        first = " ".join(spans[0].text.split()[:90])
        rows.append([score(text, task.reference) for text in (said, first) for score in (rouge_l, token_recall)])
    ours, recall, lead, lead_recall = np.mean(rows, axis=0)
    print(f"\n{name}: extracts ROUGE-L {ours:.3f}, recall {recall:.3f}; lead {lead:.3f}, {lead_recall:.3f}; "
          f"{1000 * spent / len(tasks):.1f} ms a turn")  # fmt: skip


def masks(name: str, passages: Sequence[Passage], most: int) -> None:
    drawn = random.Random(0).sample(sorted(passages, key=lambda passage: passage.id), min(most, len(passages)))
    start = time.process_time()
    found = [passage for passage in drawn if planted(passage.text)]
    share = sum(end - start for passage in found for start, end in planted(passage.text))
    print(f"{name}: of {len(drawn)} passages {len(found) / len(drawn):.1%} hold what is masked, "
          f"{share / sum(len(passage.text) for passage in drawn):.2%} of the text; "
          f"{1000 * (time.process_time() - start) / len(drawn):.1f} ms a passage")  # fmt: skip


def fit(tasks: Sequence[Task]) -> np.ndarray:
    """Weights of a ridge logistic regression: does the reply use the term?"""
    rows, used = [], []
    for task in tasks:
        wanted = task.wanted
        passages = [hit.passage for hit in task.situation.hits]
        for term, row in term_features(task.situation, query_weights(task.situation), passages).items():
            rows.append(row)
            used.append(term in wanted)
    x, y = np.array(rows), np.array(used, dtype=float)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = x @ weights
        held = np.r_[0, weights[1:]]
        value = np.mean(np.logaddexp(0, scores) - y * scores) + RIDGE * held @ held
        return float(value), x.T @ (1 / (1 + np.exp(-scores)) - y) / len(y) + 2 * RIDGE * held

    found: np.ndarray = minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B").x
    return found


if __name__ == "__main__":
    main()
