"""The exceptions tacit raises, and the exit code each stands for.

One small tree. Every message says what is wrong, where, and what to do next, so that the command line can print it
as it is and a notebook user can act on it without reading a traceback.
"""

from __future__ import annotations


class TacitError(Exception):
    """Base of everything tacit raises on purpose.

    Attributes:
        exit_code: What the command line exits with when this error ends it.
    """

    exit_code: int = 3


class UsageError(TacitError):
    """The request itself cannot be carried out: an unknown option value, column, language or plug-in."""

    exit_code = 2


class MissingExtraError(UsageError):
    """A capability was asked for whose optional packages are not installed.

    Args:
        capability: What the user asked for, in their words.
        extra: The extra that provides it.

    Example:
        >>> print(MissingExtraError("--engine ray", "cluster"))
        --engine ray needs packages that are not installed. Install them with: pip install 'tacit[cluster]'
    """

    def __init__(self, capability: str, extra: str) -> None:
        super().__init__(
            f"{capability} needs packages that are not installed. Install them with: pip install 'tacit[{extra}]'"
        )
        self.capability = capability
        self.extra = extra


class DataError(TacitError):
    """The data cannot be read or does not mean what was expected; the message names the file and the place."""

    exit_code = 3


class InsufficientDataError(DataError):
    """There is too little data for the number that was asked for; the message says how much would do."""


class EndpointError(TacitError):
    """A model endpoint did not answer as it should."""

    exit_code = 4


class CheckFailedError(TacitError):
    """A check that was asked for does not hold."""

    exit_code = 1
