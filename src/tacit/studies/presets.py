"""Looking up how large a study is."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

P = TypeVar("P")


def pick(presets: Mapping[str, P], name: str, seed: int) -> P:
    """A preset by name, for a seed that every generator takes.

    Raises:
        UsageError: If there is no such preset, or the seed is out of range.

    Example:
        >>> pick({"quick": 3}, "quick", seed=0)
        3
    """
    if name not in presets:
        raise UsageError(f"There is no preset {name!r}. There are: {', '.join(presets)}.")
    if not 0 <= seed < 2**31:
        raise UsageError(f"The seed is {seed}; it must be a whole number from 0 to 2**31 - 1.")
    return presets[name]
