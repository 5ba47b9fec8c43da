"""Why a question was not answered, and what the table of evaluation results calls it."""

from __future__ import annotations

from typing import Final

TOO_LONG: Final = "longer than the model reads"
NOT_FINITE: Final = "score not finite"

_IN_LONG: Final = {TOO_LONG: "limit"}


def long_reason(missing: str) -> str:
    """The reason in the words of `tacit.io.evals.long.MISSING`; an answerer's own reasons are errors there.

    Example:
        >>> long_reason(TOO_LONG), long_reason("the server was down")
        ('limit', 'error')
    """
    return _IN_LONG.get(missing, "error")
