"""What tacit's index costs and finds, beside bm25s on the same passages and the same terms.

Usage: python benchmarks/index.py [--domain clapnq] [--copies 1] [--dense minilm --vectors KEPT.npy]

Indexes the passages of one domain of MTRAG, asks its retrieval queries and prints CPU seconds, milliseconds per query,
recall@5 and nDCG@5 and @10. bm25s (method "lucene", k1 1.2, b .75) gets the same analysed terms; it takes no weights
for terms, so it is asked the last turn only, and tacit that and the weighted terms of the whole conversation. With
--copies 15 the passages are there 15 times, their words shuffled in all copies but the first: 178,395 passages for
ClapNQ, of which the quality means nothing. With --dense a model makes vectors too, and terms and vectors are fused;
--vectors keeps those of the passages for the next time (MiniLM takes a quarter of an hour of CPU for ClapNQ). The last
line is the ratio of bm25s' time per query to tacit's, both asked the last turn. Without the real data (TACIT_REAL_DATA,
default ../shared/data beside the project) there is nothing to measure.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from tacit.dialogue.engines.asked import body, full_text
from tacit.dialogue.engines.embedders import load_embedder
from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.records import Hit, Passage, Query, Turn
from tacit.dialogue.resolve.weighted import WeightedHistory
from tacit.dialogue.retrieve import DenseRetriever, HybridRetriever, LexicalRetriever

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tacit.dialogue.protocols import Embedder

    Retrieve = Callable[[Query, int], list[Hit]]

DATA: Final = Path(os.environ.get("TACIT_REAL_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
K: Final = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of MTRAG: made of the last turn, made of the conversation, and what is relevant."""

    last: Query
    whole: Query
    relevant: frozenset[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--domain", default="clapnq", choices=["clapnq", "fiqa", "cloud", "govt"])
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--dense", help="a model for vectors: minilm, sentence-transformers:FOLDER, ...")
    parser.add_argument("--vectors", type=Path, help="file that keeps the vectors of the passages")
    options = parser.parse_args()
    if not (DATA / "mtrag").is_dir():
        sys.exit(f"no real data at {DATA}: set TACIT_REAL_DATA")
    passages, queries = read_passages(options.domain, options.copies), read_queries(options.domain)
    print(f"{len(passages):,} passages, {len(queries)} queries")
    body(passages[0])  # loads the stemmer
    embedder = load_embedder(options.dense) if options.dense else None
    vectors = embedded(passages, embedder, options.vectors) if embedder else None
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        engine = TantivyEngine(Path(folder), create=True, vectors=True)
        engine.write(passages, vectors)
        engine.commit()
        print(f"tacit: indexed in {time.process_time() - start:.1f} CPU s")
        terms = LexicalRetriever(engine)
        ours = measure("tacit, last turn", terms.retrieve, queries, lambda asked: asked.last)
        measure("tacit, conversation", terms.retrieve, queries, lambda asked: asked.whole)
        if embedder:
            dense, both = DenseRetriever(engine, embedder), HybridRetriever(engine, embedder)
            measure(f"{embedder.name}, last turn", dense.retrieve, queries, lambda asked: asked.last)
            measure(f"{embedder.name}, conversation", dense.retrieve, queries, lambda asked: asked.whole)
            measure("fused, conversation", both.retrieve, queries, lambda asked: asked.whole)
    theirs = measure("bm25s, last turn", peer(passages), queries, lambda asked: asked.last)
    print(f"ratio of CPU time per query, bm25s to tacit: {theirs / ours:.1f}")


def embedded(passages: Sequence[Passage], embedder: Embedder, kept: Path | None) -> NDArray[np.float32]:
    """Vectors of the passages, read from the file if it is there."""
    if kept is not None and kept.is_file():
        found: NDArray[np.float32] = np.load(kept, allow_pickle=False)
        return found
    start = time.process_time()
    vectors = embedder.embed([full_text(passage) for passage in passages])
    print(f"{embedder.name}: vectors in {time.process_time() - start:.0f} CPU s")
    if kept is not None:
        np.save(kept, vectors, allow_pickle=False)
    return vectors


def peer(passages: Sequence[Passage]) -> Retrieve:
    """bm25s over the same terms."""
    import bm25s

    start = time.process_time()
    retriever: Any = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    retriever.index([body(passage) for passage in passages], show_progress=False)
    print(f"bm25s: indexed in {time.process_time() - start:.1f} CPU s")

    def find(query: Query, k: int) -> list[Hit]:
        known = [term for term, count in query.terms.items() for _ in range(int(count)) if term in retriever.vocab_dict]
        if not known:
            return []
        rows, scores = retriever.retrieve([known], k=k, show_progress=False)
        return [Hit(passages[row], float(score)) for row, score in zip(rows[0], scores[0], strict=True)]

    return find


def measure(name: str, find: Retrieve, queries: Sequence[Asked], pick: Callable[[Asked], Query]) -> float:
    """Ask all queries; print and return the milliseconds of CPU time for one."""
    find(pick(queries[0]), K)
    start = time.process_time()
    found = [[hit.passage.id for hit in find(pick(asked), K)] for asked in queries]
    spent = 1000 * (time.process_time() - start) / len(queries)
    pairs = [(ids, asked.relevant) for ids, asked in zip(found, queries, strict=True)]
    recall = np.mean([len(relevant.intersection(ids[:5])) / len(relevant) for ids, relevant in pairs])
    five, ten = (np.mean([ndcg(ids, relevant, k) for ids, relevant in pairs]) for k in (5, 10))
    terms = np.mean([len(pick(asked).terms) for asked in queries])
    print(
        f"{name}: {spent:.2f} ms per query of {terms:.0f} terms, recall@5 {recall:.3f}, nDCG@5 {five:.3f}, "
        f"nDCG@10 {ten:.3f}"
    )
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
    resolver, queries = WeightedHistory(), []
    earlier: dict[str, list[Turn]] = defaultdict(list)
    for turn in turns.sort("conversation", "turn").iter_rows(named=True):
        history, words = earlier[turn["conversation"]], turn["user"]
        if found := relevant[turn["task_id"]]:
            whole = resolver.resolve(history, words)
            queries.append(Asked(resolver.resolve([], words), whole, frozenset(found)))
        history += [Turn("user", words), Turn("assistant", turn["agent"])]
    return queries


if __name__ == "__main__":
    main()
