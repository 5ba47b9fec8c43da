"""Which files the places of a user stand for, and what they are called in an index."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tacit.dialogue.documents.source import Source, Unreadable
from tacit.errors import DataError
from tacit.io.places import local_path, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LEFT_OUT: Final = ("__pycache__",)


def find_documents(
    places: Sequence[str | os.PathLike[str]], leave_out: Path | None = None
) -> Iterator[Source | Unreadable]:
    """The files below some places, sorted within each.

    Hidden files and folders are left out. Links within a folder are not followed: what they lead to is read under its
    own name if it is in the folder, and told of if it is not. A file that is below two places is read once.

    Args:
        places: Local files and folders.
        leave_out: A folder to pass over: the index itself may lie among the documents.

    Yields:
        Files, and what is none.

    Raises:
        UsageError: If a place is an address of another machine.
        DataError: If there is nothing under the name of a place.
    """
    names: set[str] = set()
    seen: set[tuple[int, int]] = set()
    for place in places:
        root = local_path(os.fspath(place))
        try:
            mode = root.stat().st_mode
        except OSError as error:
            raise DataError(f"{shown(str(root))}: {error.strerror}. Check the spelling and the permissions.") from None
        named = not stat.S_ISDIR(mode)
        found: Iterator[Path | Unreadable] = iter([root]) if named else _below(root, leave_out)
        for path in found:
            if isinstance(path, Unreadable):
                yield path
                continue
            status = path.stat() if named else path.lstat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            name = _name(path, root if not named else root.parent, names)
            if stat.S_ISREG(status.st_mode):
                names.add(name)
                yield Source(name, path, named)
            else:
                yield Unreadable(name, "not a regular file")


def _name(path: Path, root: Path, taken: set[str]) -> str:
    """The path below its folder; where two places hold the same, with more of the path before it."""
    below = path.relative_to(root)
    above = root.absolute().parts
    name = _unicode(below.as_posix())
    for depth in range(1, len(above)):
        if name not in taken:
            break
        name = _unicode(Path(*above[-depth:], below).as_posix())
    while name in taken:
        name += "~"
    return name


def _unicode(name: str) -> str:
    r"""A name with bytes that are not UTF-8 as their escapes (``\xff``)."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _below(root: Path, leave_out: Path | None) -> Iterator[Path | Unreadable]:
    passed = None if leave_out is None else leave_out.resolve()
    true_root = root.resolve()
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Unreadable(_unicode(folder.relative_to(root).as_posix()), f"cannot be listed: {error.strerror}")
            continue
        inner: list[Path] = []
        for entry in found:
            path = Path(entry.path)
            if entry.name.startswith(".") or entry.name in _LEFT_OUT:
                continue
            if entry.is_symlink():
                if not _leads_inside(path, true_root):
                    yield Unreadable(
                        _unicode(path.relative_to(root).as_posix()), "a link out of the folder or to nothing"
                    )
            elif entry.is_dir(follow_symlinks=False):
                if passed is None or path.resolve() != passed:
                    inner.append(path)
            else:
                yield path
        folders += reversed(inner)


def _leads_inside(link: Path, root: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):  # to nothing, or in circles
        return False
