"""How often the intervals of `tacit audit --facts` cover the true share; prints the table of docs/methods.md.

Usage: python benchmarks/coverage_facts.py [DRAWS]

Images have 1 to 50 captions each (geometric, mean 3.3). Whether captions of one image state something is correlated
as much as the table says (beta-binomial; at 1 all captions of an image agree). The plain column is Wilson's interval,
which takes every caption for an independent one.
"""

from __future__ import annotations

import sys

import numpy as np

from tacit.captions.facts.opportunities import GROUPS
from tacit.captions.facts.rates import grouped_share
from tacit.evidence.intervals import wilson

SEED = 7
SHARES = (0.005, 0.02, 0.1, 0.3)
ALIKE = (0.0, 0.3, 1.0)
IMAGES = (30, 100, 1000, 4000)


def own_shares(rng: np.random.Generator, images: int, share: float, alike: float) -> np.ndarray:
    """The share of each image: all equal, all 0 or 1, or a beta distribution in between."""
    if alike == 0:
        return np.full(images, share)
    if alike == 1:
        return (rng.random(images) < share).astype(float)
    spread = 1 / alike - 1
    return rng.beta(share * spread, (1 - share) * spread, images)


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    print("| images | share | correlation | coverage | mean width | plain coverage |\n|---|---|---|---|---|---|")
    for images in IMAGES:
        for share in SHARES:
            for alike in ALIKE:
                rng = np.random.default_rng(SEED)
                made, plain, width = 0, 0, 0.0
                for _ in range(draws):
                    sizes = np.minimum(rng.geometric(0.3, images), 50)
                    stating = rng.binomial(sizes, own_shares(rng, images, share, alike))
                    group = rng.integers(0, GROUPS, images)
                    silent, told = (np.bincount(group, part, GROUPS).astype(int) for part in (sizes - stating, stating))
                    one, other = grouped_share(silent, told, images), wilson(int(stating.sum()), int(sizes.sum()))
                    made += (one.low or 0.0) <= share <= (one.high or 0.0)
                    plain += (other.low or 0.0) <= share <= (other.high or 0.0)
                    width += (one.high or 0.0) - (one.low or 0.0)
                told_row = (images, share, alike, made / draws, width / draws, plain / draws)
                print("| {} | {:g} | {:g} | {:.3f} | {:.4f} | {:.3f} |".format(*told_row), flush=True)


if __name__ == "__main__":
    main()
