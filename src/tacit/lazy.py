"""Packages that export names without importing what holds them until one is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def exports(
    package: str, homes: Mapping[str, str], renamed: Mapping[str, str] | None = None
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a package (PEP 562) whose names are imported when they are first used.

    Type checkers cannot see through it: the package imports the same names ``if TYPE_CHECKING`` too.

    Args:
        package: Its ``__name__``.
        homes: The module that each exported name is imported from.
        renamed: What a name is called in that module, where that differs.

    Example:
        >>> get, names = exports(__name__, {"Wrong": "tacit.errors"}, {"Wrong": "UsageError"})
        >>> get("Wrong").__name__
        'UsageError'
    """

    def get(name: str) -> object:
        import sys
        from importlib import import_module

        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(homes[name]), (renamed or {}).get(name, name))
        setattr(sys.modules[package], name, value)  # so that it is asked for once
        return value

    def names() -> list[str]:
        import sys

        return sorted({*vars(sys.modules[package]), *homes})

    return get, names
