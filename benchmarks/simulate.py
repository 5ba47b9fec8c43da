"""How fast simulated conversations are held, and what tacit makes of the made-up world: 500 turns in under 60 s.

Usage: python benchmarks/simulate.py [--things 100] [--turns 500] [--requests 0]

Makes a world up, indexes its documents in a temporary folder, and holds conversations of 8 turns with tacit itself,
without a model. Time is processor time of this process on one thread (set OMP_NUM_THREADS=1), which other programs do
not disturb. With ``--requests`` it also puts requests at once and over several turns, ten times each.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tacit.dialogue import Index
from tacit.dialogue.simulate.agents import Own
from tacit.dialogue.simulate.aptitude import hold_requests
from tacit.dialogue.simulate.hold import hold
from tacit.dialogue.simulate.outcomes import sum_up
from tacit.dialogue.simulate.shards import world_requests
from tacit.dialogue.simulate.users import make_scripts
from tacit.dialogue.simulate.world import make_world

if TYPE_CHECKING:
    from tacit.dialogue.simulate.world import World

TURNS: Final = 8
"""Of a conversation."""
BAR: Final = 60.0
"""Seconds for 500 turns."""


def indexed(world: World, folder: Path) -> Path:
    for document in world.documents:
        place = folder / "documents" / document.name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(document.text, encoding="utf-8")
    Index.build([folder / "documents"], folder / "index")
    return folder / "index"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--things", type=int, default=100)
    parser.add_argument("--turns", type=int, default=500)
    parser.add_argument("--requests", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    world = make_world(options.things, seed=options.seed)
    scripts = make_scripts(world, -(-options.turns // TURNS), turns=TURNS, seed=options.seed)
    with tempfile.TemporaryDirectory() as folder, Index.open(indexed(world, Path(folder))) as index:
        agent = Own(index)
        began = time.process_time()
        held = hold(agent, scripts)
        seconds = time.process_time() - began
        print(sum_up(held, agent.name).summary())
        if options.requests:
            print(hold_requests(agent, world_requests(world, options.requests, seed=options.seed)).summary())
    scaled = 500 * seconds / len(held)
    met = "met" if scaled < BAR else "NOT met"
    print(f"{len(held)} turns in {seconds:.1f} CPU-s: {len(held) / seconds:.0f} turns/s; 500 take {scaled:.1f} s")
    print(f"bar of {BAR:.0f} s for 500 turns: {met}")


if __name__ == "__main__":
    main()
