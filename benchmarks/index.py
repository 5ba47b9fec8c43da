"""What tacit's index costs and finds, beside bm25s on the same passages and the same terms.

Usage: python benchmarks/index.py [--domain clapnq] [--copies 1]

Indexes the passages of one domain of MTRAG, asks its retrieval queries and prints CPU seconds, milliseconds per query
and nDCG@5 and @10. bm25s (method "lucene", k1 1.2, b .75) gets the same analysed terms; it takes no weights for terms,
so it is asked the last turn only, and tacit that and the weighted terms of the whole conversation. With --copies 15 the
passages are there 15 times, their words shuffled in all copies but the first: 178,395 passages for ClapNQ, of which the
quality means nothing. The last line is the ratio of bm25s' time per query to tacit's, both asked the last turn. Without
the real data (TACIT_REAL_DATA, default ../shared/data beside the project) there is nothing to measure.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tacit.dialogue.engines.asked import body
from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.records import Passage
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DATA: Final = Path(os.environ.get("TACIT_REAL_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
USER, AGENT, DECAY = 0.1, 0.05, 0.7
"""Weights of a term in the turn before, by who said it, and what is left of them a turn earlier."""
K: Final = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of MTRAG: the terms of its last turn, those of the conversation, and what is relevant."""

    last: dict[str, float]
    weighted: dict[str, float]
    relevant: frozenset[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--domain", default="clapnq", choices=["clapnq", "fiqa", "cloud", "govt"])
    parser.add_argument("--copies", type=int, default=1)
    options = parser.parse_args()
    if not (DATA / "mtrag").is_dir():
        sys.exit(f"no real data at {DATA}: set TACIT_REAL_DATA")
    passages, queries = read_passages(options.domain, options.copies), read_queries(options.domain)
    print(f"{len(passages):,} passages, {len(queries)} queries")
    body(passages[0])  # loads the stemmer
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        engine = TantivyEngine(Path(folder), create=True)
        engine.write(passages)
        engine.commit()
        print(f"tacit: indexed in {time.process_time() - start:.1f} CPU s")

        def by_tacit(terms: dict[str, float]) -> list[str]:
            return [hit.passage.id for hit in engine.search(terms, K)]

        ours = measure("tacit, last turn", by_tacit, queries, lambda asked: asked.last)
        measure("tacit, conversation", by_tacit, queries, lambda asked: asked.weighted)
    theirs = measure("bm25s, last turn", peer(passages), queries, lambda asked: asked.last)
    print(f"ratio of CPU time per query, bm25s to tacit: {theirs / ours:.1f}")


def peer(passages: Sequence[Passage]) -> Callable[[dict[str, float]], list[str]]:
    """bm25s over the same terms."""
    import bm25s

    start = time.process_time()
    retriever: Any = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    retriever.index([body(passage) for passage in passages], show_progress=False)
    print(f"bm25s: indexed in {time.process_time() - start:.1f} CPU s")

    def find(terms: dict[str, float]) -> list[str]:
        known = [term for term, count in terms.items() for _ in range(int(count)) if term in retriever.vocab_dict]
        if not known:
            return []
        rows, _ = retriever.retrieve([known], k=K, show_progress=False)
        return [passages[row].id for row in rows[0]]

    return find


def measure(
    name: str,
    find: Callable[[dict[str, float]], list[str]],
    queries: Sequence[Asked],
    pick: Callable[[Asked], dict[str, float]],
) -> float:
    """Ask all queries; print and return the milliseconds of CPU time for one."""
    find(pick(queries[0]))
    start = time.process_time()
    found = [find(pick(asked)) for asked in queries]
    spent = 1000 * (time.process_time() - start) / len(queries)
    five, ten = (
        sum(ndcg(ids, asked.relevant, k) for ids, asked in zip(found, queries, strict=True)) / len(queries)
        for k in (5, 10)
    )
    terms = sum(len(pick(asked)) for asked in queries) / len(queries)
    print(f"{name}: {spent:.2f} ms per query of {terms:.0f} terms, nDCG@5 {five:.3f}, nDCG@10 {ten:.3f}")
    return spent


def ndcg(ids: Sequence[str], relevant: frozenset[str], k: int) -> float:
    """Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", with gains of 0 and 1."""
    gained = sum(1 / math.log2(rank + 1) for rank, found in enumerate(ids[:k], start=1) if found in relevant)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(relevant)) + 1))


def read_passages(domain: str, copies: int) -> list[Passage]:
    """The passages, and shuffled copies of them."""
    rows = pl.read_parquet(DATA / "mtrag" / f"passages_{domain}.parquet").rows()
    passages = [Passage(name, text, title or "") for name, title, text in rows]
    rng = random.Random(0)
    for copy in range(1, copies):
        for name, title, text in rows:
            words = text.split()
            rng.shuffle(words)
            passages.append(Passage(f"{name}#{copy}", " ".join(words), title or ""))
    return passages


def read_queries(domain: str) -> list[Asked]:
    """The retrieval queries of a domain, in order."""
    relevant: dict[str, set[str]] = defaultdict(set)
    for name, passage in (
        pl.read_parquet(DATA / "mtrag" / "mtrag_qrels.parquet").select("query_id", "passage_id").rows()
    ):
        relevant[name].add(passage)
    turns = pl.read_parquet(DATA / "mtrag" / "mtrag_turns.parquet").filter(pl.col("domain") == domain)
    queries: list[Asked] = []
    earlier: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for turn in turns.sort("conversation", "turn").iter_rows(named=True):
        before = earlier[turn["conversation"]]
        if relevant[turn["task_id"]]:
            last = {term: float(count) for term, count in sorted(Counter(content(turn["user"])).items())}
            queries.append(Asked(last, weighted(last, before), frozenset(relevant[turn["task_id"]])))
        before.append((turn["user"], turn["agent"]))
    return queries


def weighted(last: dict[str, float], before: Sequence[tuple[str, str]]) -> dict[str, float]:
    """The terms of the last turn, and those of the turns before at small weights that decay."""
    terms = defaultdict(float, last)
    for age, turns in enumerate(reversed(before)):
        for weight, said in zip((USER, AGENT), turns, strict=True):
            for term in set(content(said)):
                terms[term] += weight * DECAY**age
    return dict(terms)


if __name__ == "__main__":
    main()
