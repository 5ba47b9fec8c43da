"""How many captions to take that state each set of types, so that every type gets its share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_ROUNDS: Final = 100
"""Rounds of raking; after that it has settled, or the margins contradict one another and it never will."""
_SLACK: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Supply:
    """Captions that can be chosen and state one set of targeted types.

    Attributes:
        captions: How many the corpus holds, exact duplicates included.
        distinct: How many different ones can be taken; no more than the budget are ever counted.
    """

    captions: int
    distinct: int


def divide(
    supply: Mapping[int, Supply], wanted: Mapping[int, int], size: int, *, max_repeat: int = 1
) -> dict[int, int]:
    """Divide a selection over the sets of types that captions state.

    One step after the other, each without giving up what the ones before have reached:

    1. The largest relative shortfall of any type, then the sum of shortfalls, is as small as it can be.
    2. As few captions as possible are repeated.
    3. Types exceed their quotas by as little as possible.
    4. The mix of sets is as near as possible (in the sum of absolute differences) to the corpus's own, raked to the
       quotas (Deming and Stephan 1940, Annals of Mathematical Statistics 11(4)): among the captions that state
       negation, as many state spatial relations too as in the corpus, unless a quota needs more or fewer.

    Each step is a small integer programme with at most 16 sets, solved exactly by HiGHS.

    Args:
        supply: By set of targeted types (bit i for type i), what there is.
        wanted: By bit, how many captions shall state the type.
        size: How many captions to take in all, repetitions included; no more than there are different ones.
        max_repeat: How often one caption that states a targeted type may be taken.

    Returns:
        By set of types, how many to take; their sum is `size`.

    Raises:
        UsageError: If `size` is more than there are different captions.

    Example:
        Ten captions, three with type 0 and three with type 1; one caption states both.

        >>> divide({0: Supply(90, 90), 1: Supply(6, 6), 2: Supply(3, 3), 3: Supply(1, 1)}, {0: 3, 1: 3}, 10)
        {0: 5, 1: 2, 2: 2, 3: 1}
    """
    masks = sorted(mask for mask, stock in supply.items() if stock.distinct)
    if size > sum(supply[mask].distinct for mask in masks):
        raise UsageError(f"{size:,} captions cannot be chosen: there are not so many different ones.")
    if not size:
        return {}
    programme = _Programme(masks, supply, wanted, size, max_repeat)
    programme.solve()
    return {mask: n for mask, n in zip(masks, programme.taken(), strict=True) if n}


class _Programme:
    """The integer programme: how many of each set, and per type and set what is wrong with that.

    Variables, in this order: captions taken per set; shortfall per type; excess per type; repetitions per set;
    distance from the reference per set; the largest relative shortfall.
    """

    def __init__(
        self, masks: Sequence[int], supply: Mapping[int, Supply], wanted: Mapping[int, int], size: int, max_repeat: int
    ) -> None:
        m, t = len(masks), len(wanted)
        self._m, self._t, self._width = m, t, 3 * m + 2 * t + 1
        self._solution: NDArray[np.float64] = np.zeros(self._width)
        distinct = np.array([supply[mask].distinct for mask in masks], dtype=float)
        reference = rake(np.array([supply[mask].captions for mask in masks], dtype=float), masks, wanted, size).round()
        # A caption without a targeted type is never repeated: there is no target that this would serve.
        self._most = np.full(self._width, np.inf)
        self._most[:m] = np.where(np.array(masks) > 0, max_repeat, 1) * distinct
        states = np.array([[mask >> bit & 1 for mask in masks] for bit in wanted], dtype=float).reshape(t, m)
        self._quotas = quotas = np.array(list(wanted.values()), dtype=float)
        one, types = np.eye(m), np.eye(t)
        nil = np.zeros
        lines: list[tuple[list[NDArray[np.float64]], NDArray[np.float64], NDArray[np.float64]]] = [
            ([np.ones((1, m)), nil((1, self._width - m))], np.array([size]), np.array([size])),
            ([states, types, -types, nil((t, 2 * m + 1))], quotas, quotas),
            ([-one, nil((m, 2 * t)), one, nil((m, m + 1))], -distinct, np.full(m, np.inf)),
            ([-one, nil((m, 2 * t + m)), one, nil((m, 1))], -reference, np.full(m, np.inf)),
            ([one, nil((m, 2 * t + m)), one, nil((m, 1))], reference, np.full(m, np.inf)),
            ([nil((t, m)), -types, nil((t, t + 2 * m)), quotas[:, None]], nil(t), np.full(t, np.inf)),
        ]
        self._lines = [LinearConstraint(np.hstack(parts), low, high) for parts, low, high in lines]

    def solve(self) -> None:
        """Make one thing small after the other, never giving up what was reached before."""
        m, t = self._m, self._t
        # The worst shortfall is a share; as whole captions it bounds each type's.
        worst = self._least(slice(self._width - 1, self._width))
        self._most[m : m + t] = np.floor(worst * self._quotas + _SLACK)
        for part in (slice(m, m + t), slice(m + 2 * t, 2 * m + 2 * t), slice(m + t, m + 2 * t)):
            least = self._least(part)
            line = np.zeros((1, self._width))
            line[0, part] = 1
            # Sums of whole numbers: half a caption more is none, and keeps rounding errors from making it impossible.
            self._lines.append(LinearConstraint(line, -np.inf, round(least) + 0.5))
        self._least(slice(2 * m + 2 * t, self._width - 1))

    def _least(self, part: slice) -> float:
        """The smallest possible sum of some of the variables."""
        cost = np.zeros(self._width)
        cost[part] = 1
        # All are whole numbers but the last. Told so, HiGHS stops at a bound less than one from what it has.
        whole = np.ones(self._width, dtype=np.int64)
        whole[-1] = 0
        # Left to itself, HiGHS stops at one in ten thousand from the optimum.
        found = milp(
            cost, constraints=self._lines, bounds=Bounds(np.zeros(self._width), self._most), integrality=whole,
            options={"mip_rel_gap": 0.0},
        )  # fmt: skip
        if found.x is None:
            raise RuntimeError(f"a division of {self._m} sets over {self._t} types was not found: {found.message}")
        self._solution = found.x
        return float(found.fun)

    def taken(self) -> list[int]:
        """How many of each set."""
        return [round(value) for value in self._solution[: self._m].tolist()]


def rake(mix: NDArray[np.float64], masks: Sequence[int], wanted: Mapping[int, int], size: int) -> NDArray[np.float64]:
    """Fit a mix of sets of types to quotas, changing it no more than they ask for (iterative proportional fitting).

    Args:
        mix: Captions per set; shape ``(sets,)``.
        masks: The sets, as bit masks.
        wanted: By bit, how many captions shall state the type.
        size: The sum of the fitted mix.

    Returns:
        Captions per set, not rounded; shape ``(sets,)``. Where the quotas contradict one another it fits none exactly.

    Example:
        >>> rake(np.array([80.0, 20.0]), [0, 1], {0: 5}, 10)
        array([5., 5.])
    """
    fitted: NDArray[np.float64] = mix * size / mix.sum()
    for _ in range(_ROUNDS):
        for bit, quota in wanted.items():
            inside = np.array([bool(mask >> bit & 1) for mask in masks])
            for part, goal in ((inside, quota), (~inside, size - quota)):
                now = fitted[part].sum()
                if now > 0:
                    fitted[part] *= goal / now
    return fitted
