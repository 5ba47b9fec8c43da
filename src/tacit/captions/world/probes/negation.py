"""What is not there: which of four statements that name one thing and deny another is true.

The probe of Kamath et al. has three options that deny something present and one that denies something absent. A model
that passes over the "no" prefers what is present, so it falls below chance (CLIP models score 11 to 16 %), and the
better it names things the lower it falls. `negation` is built so that such a model is at chance, however well it names:

* Of A and B one is there and the other is not; C and D are both there in half of the items and both missing in the
  other half. The options are "A but no B", "no A but B", "C but no D" and "no C but D". So just one is true.
* A model that sums up the words of an option finds one of A and B in the picture, always, and two or none of C and D.
  It is drawn to the wrong pair as often as to the right one, and within a pair it cannot tell: 25 %.
* Both options of a pair name the two things in the same order, and which of A and B is there is balanced. So a model
  that weighs the first-named thing more than the second, or reads only one of them, gains nothing either: 25 %.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from tacit.captions.world.probes.protocol import probe
from tacit.captions.world.scene import SORTS, several
from tacit.captions.world.statement import Phrase, Statement

if TYPE_CHECKING:
    import numpy as np

    from tacit.captions.world.probes.protocol import Question


@probe("negation", options=4, cases=list(product((False, True), (False, True))))
def negation(case: tuple[bool, bool], rng: np.random.Generator) -> Question:
    """Three different things, and a landmark.

    Args:
        case: Whether C and D are both there (or both missing), and whether B is there rather than A.
        rng: Where the randomness comes from.
    """
    both, second = case
    a, b, c, d, *others = (SORTS[at] for at in rng.permutation(len(SORTS))[:6])
    there = [b if second else a, *((c, d) if both else others)]
    scene = several(rng, [there[at] for at in rng.permutation(len(there))])
    return scene, [
        Statement((Phrase(kept),), denied=denied, denied_first=kept != first)
        for first, other in ((a, b), (c, d))
        for kept, denied in ((first, other), (other, first))
    ]


@probe("negation-paper", options=4, cases=(False, True))
def negation_paper(denied_first: bool, rng: np.random.Generator) -> Question:
    """Four different things and a landmark: one is named, and another denied, which is there in three options of four.

    For comparison with published figures. Below chance here means that "no" is passed over, not that less is known.
    """
    named, *denied = (SORTS[at] for at in rng.permutation(len(SORTS))[:5])
    there = [named, *denied[:3]]
    scene = several(rng, [there[at] for at in rng.permutation(len(there))])
    return scene, [Statement((Phrase(named),), denied=sort, denied_first=denied_first) for sort in denied]
