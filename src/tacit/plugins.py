"""Plug-ins: other packages add detectors, readers and engines through entry points."""

from __future__ import annotations

from functools import cache


@cache
def load_plugins(group: str) -> dict[str, str]:
    """Import everything that is plugged in under an entry-point group, once.

    Importing it is enough: what it holds registers itself. A broken plug-in must not stand in the way of what comes
    with tacit, so its error is returned, to be shown when something is asked for that cannot be found.

    Args:
        group: E.g. ``tacit.detector``.

    Returns:
        What went wrong, by name of the plug-in; empty when all are well.

    Example:
        >>> load_plugins("tacit.nothing-of-the-kind")
        {}
    """
    from importlib.metadata import entry_points

    broken: dict[str, str] = {}
    for point in entry_points(group=group):
        try:
            point.load()
        except Exception as error:  # it is foreign code; anything may happen
            broken[point.name] = f"{point.value}: {type(error).__name__}: {error}"
    return broken


def broken_note(group: str) -> str:
    """A sentence on plug-ins that could not be loaded, for the end of a message; empty when there are none."""
    broken = load_plugins(group)
    if not broken:
        return ""
    return " Could not be loaded: " + "; ".join(f"{name} ({why})" for name, why in sorted(broken.items())) + "."
