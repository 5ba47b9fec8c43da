"""What is not there: which of four statements that name one thing and deny another is true.

The probe of Kamath et al. has three options that deny something present and one that denies something absent. A model
that passes over the "no" prefers what is present, so it falls below chance (CLIP models score 11 to 16 %), and the
better it names things the lower it falls. `negation` is built so that such a model is at chance, however well it names:

* The options are "A but no B", "B but no A", "C but no D" and "D but no C". A is there and B is not; C and D are both
  there in half of the items and both missing in the other half. So only the first is true.
* A model that sums up the words of an option finds one of A and B in the picture, always, and two or none of C and D.
  It is drawn to the wrong pair as often as to the right one, and within a pair it cannot tell: 25 %.
* In half of the items all options deny first ("no B but A"). What a model gains by weighing the first-named thing more
  (or less) than the other it loses there: 25 % again.

One thing is left, as long as all options of an item deny at the same place: a model that reads only the first-named
thing (or only the last) and passes over "no" comes to 33 % once it names perfectly, because options tie for it.
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
    """Three different things.

    Args:
        case: Whether C and D are both there (or both missing), and whether options deny first.
        rng: Where the randomness comes from.
    """
    both, denied_first = case
    a, b, c, d, *others = (SORTS[at] for at in rng.permutation(len(SORTS))[:6])
    there = [a, c, d] if both else [a, *others]
    scene = several(rng, [there[at] for at in rng.permutation(len(there))])
    pairs = ((a, b), (b, a), (c, d), (d, c))
    return scene, [Statement((Phrase(x),), denied=y, denied_first=denied_first) for x, y in pairs]


@probe("negation-paper", options=4, cases=(False, True))
def negation_paper(denied_first: bool, rng: np.random.Generator) -> Question:
    """Four different things: one is named with one denied, which is there in three options and not in the fourth.

    For comparison with published figures. Below chance here means that "no" is passed over, not that less is known.
    """
    named, *denied = (SORTS[at] for at in rng.permutation(len(SORTS))[:5])
    there = [named, *denied[:3]]
    scene = several(rng, [there[at] for at in rng.permutation(len(there))])
    return scene, [Statement((Phrase(named),), denied=sort, denied_first=denied_first) for sort in denied]
