"""How fast evaluation items are found in captions, what is missed, and how that compares with plain MinHash loops.

Usage: python benchmarks/overlap.py [--peer-rows 3000] [--judged 10000]

Holds Flickr30k captions (155,070) against COCO captions (7,455, broad) and against VSR (10,972, narrow), and a sample
with planted near duplicates against COCO. Recall and precision are those against comparing all with all, exactly. The
peers hash the same trigrams and check the same similarity: datasketch's MinHash and MinHashLSH and rensa's, one caption
at a time as their manuals show. They get fewer rows, because they would take minutes; what is compared is CPU time per
caption. Without the real data (TACIT_REAL_DATA, default ../shared/data beside the project) there is nothing to measure.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from tacit.captions.curate.near import NearIndex, bands
from tacit.captions.curate.overlap import BenchmarkIndex, fold

if TYPE_CHECKING:
    from collections.abc import Callable

DATA: Final = Path(os.environ.get("TACIT_REAL_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
THRESHOLD: Final = 0.8
BATCH: Final = 32_768
BANDS, ROWS = bands(THRESHOLD)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peer-rows", type=int, default=3_000)
    parser.add_argument("--judged", type=int, default=10_000)
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"no real data at {DATA}: set TACIT_REAL_DATA")
    flickr, coco, vsr = (read(name) for name in ("flickr30k_en", "coco_val2017_sample", "vsr"))
    for name, items in (("COCO, broad", coco), ("VSR, narrow", vsr)):
        start = time.process_time()
        index = BenchmarkIndex.build([(name, item) for item in items])
        built = time.process_time() - start
        start, wall = time.process_time(), time.perf_counter()
        found = sum(index.find(flickr[at : at + BATCH]).height for at in range(0, len(flickr), BATCH))
        spent, wall = time.process_time() - start, time.perf_counter() - wall
        print(f"Flickr30k against {name} ({len(items):,} items, indexed in {built:.1f} s): {found} overlap; "
              f"{len(flickr) / spent:,.0f} captions per CPU second, {len(flickr) / wall:,.0f} per second")  # fmt: skip
    judge("Flickr30k, sampled", flickr.sample(options.judged, seed=1), coco)
    judge("COCO, one word edited", planted(coco, options.judged), coco)
    compare(flickr.sample(options.peer_rows, seed=2), coco)


def read(name: str) -> pl.Series:
    return pl.read_parquet(DATA / "captions" / f"{name}.parquet", columns=["caption"])["caption"].drop_nulls()


def planted(captions: pl.Series, rows: int) -> pl.Series:
    """Captions of which one word is left out, doubled, replaced or misspelt."""
    rng = random.Random(0)
    words = sorted({word for caption in captions[:500] for word in caption.split()})
    made = []
    for caption in captions.sample(rows, with_replacement=True, seed=3):
        parts = caption.split()
        at = rng.randrange(len(parts))
        swapped = parts[at][::-1][:1] + parts[at][1:]
        parts[at : at + 1] = rng.choice([[], [parts[at], rng.choice(words)], [rng.choice(words)], [swapped]])
        made.append(" ".join(parts))
    return pl.Series(made)


def judge(name: str, captions: pl.Series, items: pl.Series) -> None:
    """Recall and precision against the exact join, which MinHash has not thinned out."""
    texts = fold(captions).unique(maintain_order=True)
    texts = texts.filter(texts.str.len_bytes() >= 16)
    index = NearIndex(fold(items).unique(maintain_order=True), THRESHOLD)
    start = time.process_time()
    found = dict(index.best(texts).select("row", "similarity").iter_rows())
    spent = time.process_time() - start
    index._meets = lambda found: np.ones(len(found.offsets) - 1, dtype=np.bool_)  # type: ignore[method-assign]
    start = time.process_time()
    every = dict(index.best(texts).select("row", "similarity").iter_rows())
    exact = time.process_time() - start
    right = sum(every.get(row) == similarity for row, similarity in found.items())
    print(f"{name}: of {len(texts):,} captions {len(every):,} have a near duplicate, {len(found):,} were found; "
          f"recall {share(len(found.keys() & every.keys()), len(every))}, precision {share(right, len(found))}; "
          f"{1e6 * spent / len(texts):.1f} us per caption, without MinHash {1e6 * exact / len(texts):.1f}")  # fmt: skip


def share(k: int, n: int) -> str:
    return f"{k / n:.4f}" if n else "not defined"


def trigrams(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}


def compare(captions: pl.Series, items: pl.Series) -> None:
    texts, kept = fold(captions).to_list(), fold(items).unique(maintain_order=True).to_list()
    index = BenchmarkIndex.build([("coco", item) for item in items])
    many = pl.concat([captions] * 20)
    start = time.process_time()
    index.find(many)
    ours = (time.process_time() - start) / len(many)
    for name, make in (("datasketch", with_datasketch), ("rensa", with_rensa)):
        try:
            query = make(kept)
        except ImportError:
            print(f"{name} is not installed")
            continue
        start = time.process_time()
        for text in texts:
            mine = trigrams(text)
            for at in query(mine):
                other = trigrams(kept[at])
                len(mine & other) / max(len(mine | other), 1)
        theirs = (time.process_time() - start) / len(texts)
        print(f"{name}, plain loop: {1 / theirs:,.0f} captions per CPU second; ratio to it {theirs / ours:.0f}")


def with_datasketch(items: list[str]) -> Callable[[set[str]], list[int]]:
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))

    def sign(members: set[str]) -> Any:  # noqa: ANN401 - the library has no types
        signature = MinHash(num_perm=BANDS * ROWS)
        signature.update_batch([member.encode() for member in members])
        return signature

    for at, item in enumerate(items):
        lsh.insert(at, sign(trigrams(item)))
    return lambda members: list(lsh.query(sign(members)))


def with_rensa(items: list[str]) -> Callable[[set[str]], list[int]]:
    from rensa import RMinHash, RMinHashLSH

    lsh = RMinHashLSH(THRESHOLD, BANDS * ROWS, BANDS)

    def sign(members: set[str]) -> Any:  # noqa: ANN401 - the library has no types
        signature = RMinHash(num_perm=BANDS * ROWS, seed=1)
        signature.update(list(members))
        return signature

    for at, item in enumerate(items):
        lsh.insert(at, sign(trigrams(item)))
    return lambda members: list(lsh.query(sign(members)))


if __name__ == "__main__":
    main()
