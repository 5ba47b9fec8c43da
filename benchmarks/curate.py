"""How fast `tacit curate` is, beside `tacit audit` of the same captions and beside drawing captions blindly.

Usage: python benchmarks/curate.py [--rows 1300000] [--budget 10000] [--benchmarks FILE] [--skip-peers]

The captions are those of benchmarks/audit.py, on one worker. Peers draw as many captions at random without looking at
what they say: polars, and datatrove's SamplerFilter where it is installed, which gets fewer rows. Curating reads what
an audit reads and runs the same detector; what it adds is the sample of candidates and the choice, which takes as long
as the budget is large and does not grow with the corpus. Every contender runs in a process of its own; the ratios of
CPU seconds per caption stand last.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.audit import AUDIT, PEER_ROWS, available, originals, run, show, tile

TARGET: Final = "counting=20%,spatial=15%,negation=5%,temporal=5%"

CURATE: Final = """
import json, sys, time
from tacit.captions.curate.api import curate
t, c = time.perf_counter(), time.process_time()
result = curate(sys.argv[1], target=sys.argv[2], budget=int(sys.argv[3]), workers=1,
                exclude_benchmarks=sys.argv[4:])
print(json.dumps({"rows": result.read, "wall": time.perf_counter() - t, "cpu": time.process_time() - c,
                  "rss": peak(), "found": {o.type: o.chosen for o in result.types}}))
"""

POLARS: Final = """
import json, sys, time
import polars as pl
t, c = time.perf_counter(), time.process_time()
captions = pl.read_parquet(sys.argv[1], columns=["caption"])
drawn = captions.sample(int(sys.argv[2]), seed=0)
print(json.dumps({"rows": captions.height, "wall": time.perf_counter() - t, "cpu": time.process_time() - c,
                  "rss": peak(), "found": {"drawn": drawn.height}}))
"""

DATATROVE: Final = """
import json, sys, time
from loguru import logger
logger.remove()
from datatrove.pipeline.filters import SamplerFilter
from datatrove.pipeline.readers import ParquetReader
rows = int(sys.argv[2])
reader = ParquetReader(sys.argv[1], text_key="caption", doc_progress=False)
t, c = time.perf_counter(), time.process_time()
drawn = sum(1 for _ in SamplerFilter(rate=0.1, seed=0).run(reader.run(None, 0, 1), 0, 1))
print(json.dumps({"rows": rows, "wall": time.perf_counter() - t, "cpu": time.process_time() - c,
                  "rss": peak(), "found": {"drawn": drawn}}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_300_000)
    parser.add_argument("--budget", type=int, default=10_000)
    parser.add_argument("--benchmarks", help="also with these evaluation items left out")
    parser.add_argument("--skip-peers", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus, sample = Path(folder, "corpus.parquet"), Path(folder, "sample", "sample.parquet")
        captions = originals()
        tile(captions, options.rows, corpus)
        budget = str(options.budget)
        ours = run("tacit curate", CURATE, str(corpus), TARGET, budget)
        others = [run("tacit audit", AUDIT, str(corpus), "1")]
        if options.benchmarks:
            others.append(run("tacit curate, items out", CURATE, str(corpus), TARGET, budget, options.benchmarks))
        if not options.skip_peers:
            others.append(run("polars, drawn blindly", POLARS, str(corpus), budget))
            if available("datatrove"):
                sample.parent.mkdir()
                rows = min(PEER_ROWS, captions.height)
                captions.sample(rows, shuffle=True, seed=2).write_parquet(sample)
                others.append(run("datatrove, drawn blindly", DATATROVE, str(sample.parent), str(rows)))
            else:
                print("datatrove is not installed: pip install --group bench")
        print(f"{options.rows:,} captions, of which {options.budget:,} are chosen\n")
        for timing in (ours, *others):
            show(timing)
        print()
        for other in others:
            ratio = ours.per_cpu_second / other.per_cpu_second
            print(f"captions per CPU second, ratio to {other.name}: {ratio:.2f}")


if __name__ == "__main__":
    main()
