"""How signals are registered and read.

A signal is one file in ``decide/signals``: a class with a ``name`` and ``read`` (`tacit.dialogue.protocols.Signal`)
under the decorator `signal`. Every module of that package is found by itself; other packages add theirs through the
entry-point group ``tacit.signal``.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Final, TypeVar

from tacit.errors import UsageError
from tacit.plugins import broken_note, load_plugins

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tacit.dialogue.protocols import Signal, Situation

ENTRY_POINTS: Final = "tacit.signal"
_REGISTRY: dict[str, Signal] = {}
_Class = TypeVar("_Class", bound="type[Signal]")


def signal(cls: _Class) -> _Class:
    """Class decorator: make a signal available. The class takes no arguments and keeps nothing between turns.

    Raises:
        UsageError: If the name is taken by another class.

    Example:
        >>> from tacit.dialogue.decide.registry import available_signals
        >>> "coverage" in available_signals()
        True
    """
    known = _REGISTRY.setdefault(cls.name, cls())
    if (type(known).__module__, type(known).__qualname__) != (cls.__module__, cls.__qualname__):
        raise UsageError(f"Two signals are called {cls.name!r}. Rename one of them.")
    return cls


@cache
def _load() -> None:
    package = import_module("tacit.dialogue.decide.signals")
    for module in iter_modules(package.__path__, package.__name__ + "."):
        import_module(module.name)
    load_plugins(ENTRY_POINTS)


def available_signals() -> dict[str, Signal]:
    """All signals, built in or plugged in, by name."""
    _load()
    return dict(sorted(_REGISTRY.items()))


def read_signals(situation: Situation, names: Iterable[str] | None = None) -> dict[str, float | None]:
    """What signals read of a situation.

    Args:
        situation: The turn.
        names: Of the signals; all if not given.

    Returns:
        Numbers by name (each begins with that of its signal); ``None`` where nothing can be said.

    Raises:
        UsageError: If there is no signal of a name.
    """
    signals = available_signals()
    found: dict[str, float | None] = {}
    for name in signals if names is None else names:
        if name not in signals:
            raise UsageError(
                f"There is no signal {name!r}. There are: {', '.join(signals)}.{broken_note(ENTRY_POINTS)}"
            )
        found.update(signals[name].read(situation))
    return found
