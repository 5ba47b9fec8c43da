"""Carrying out checks of foreign code, whatever it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.errors import TacitError
from tacit.testing.result import CheckOutcome
from tacit.testing.subject import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def run_checks(checks: Iterable[tuple[str, Callable[[], None]]]) -> tuple[CheckOutcome, ...]:
    """Carry out checks, one after the other.

    Args:
        checks: For each its name and a function that raises where something is wrong.

    Returns:
        How each went: never a traceback.

    Example:
        >>> [outcome.status for outcome in run_checks([("fits", lambda: None), ("runs", lambda: 1 / 0)])]
        ['passed', 'failed']
    """
    outcomes = []
    for name, check in checks:
        try:
            check()
        except TacitError as problem:  # `CheckFailedError` is one
            outcomes.append(CheckOutcome(name, "failed", str(problem)))
        except Exception as error:  # it is foreign code; anything may happen
            outcomes.append(CheckOutcome(name, "failed", plain(f"{type(error).__name__}: {error}")))
        else:
            outcomes.append(CheckOutcome(name, "passed", ""))
    return tuple(outcomes)
