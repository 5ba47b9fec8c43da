"""Which files a folder or a pattern of the user stands for."""

from __future__ import annotations

import re
import stat
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tacit.errors import DataError
from tacit.io.places import explained, filesystem, is_remote, local_path, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC: Final = re.compile(r"[*?[]")
_HIDDEN: Final = (".", "_")


def expand(pattern: str) -> list[str]:
    """The files that one path argument stands for.

    Args:
        pattern: A file; a folder, for all files below it; or a glob with ``*``, ``?``, ``[...]`` and ``**`` (any
            number of folders), whose matching folders stand for the files below them. What exists under exactly this
            name is taken as it is. Names that start with ``.`` or ``_`` are left out unless they are spelt out.

    Returns:
        Paths or URLs, each once, sorted. Folders are entered once, also when links lead to them again.

    Raises:
        UsageError: As `open_binary`.
        MissingExtraError: As `open_binary`.
        DataError: If nothing is found or a folder cannot be listed.
    """
    with explained(pattern):
        place = _Remote(pattern) if is_remote(pattern) else _Local()
        root = pattern if is_remote(pattern) else str(local_path(pattern))
        kind = place.kind(root)
        if kind == "file":
            return [root]
        if kind == "other":
            raise DataError(f"{shown(pattern)} is not a regular file. Write its content to a file first.")
        if kind == "folder":
            files = set(place.files(root))
            if not files:
                raise DataError(f"The folder {shown(pattern)} holds no files (hidden ones are left out).")
            return sorted(files)
        if not _MAGIC.search(root):
            raise DataError(f"There is no file or folder {shown(pattern)}. Check the spelling.")
        files = set()
        for match in _matches(place, root):
            files.update([match] if place.kind(match) == "file" else place.files(match))
    if not files:
        raise DataError(f"No file matches {shown(pattern)}. Check the pattern; hidden files are left out.")
    return sorted(files)


class _Local:
    """Listing local folders."""

    def kind(self, path: str) -> str:
        try:
            mode = Path(path).stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return "link" if Path(path).is_symlink() else ""
        return "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"

    def children(self, path: str) -> list[tuple[str, str, str]]:
        """Name, path and kind of what a folder holds, sorted."""
        try:
            names = sorted(child.name for child in Path(path).iterdir())
        except PermissionError:
            raise DataError(f"The folder {shown(path)} may not be listed. Check its permissions.") from None
        rows = []
        for name in names:
            child = self.join(path, name)
            kind = self.kind(child)
            if kind == "link" and not name.startswith(_HIDDEN):
                raise DataError(f"{shown(child)} is a link to something that is not there. Remove or restore it.")
            rows.append((name, child, kind))
        return rows

    def identity(self, path: str) -> object:
        found = Path(path).stat()
        return found.st_dev, found.st_ino

    def join(self, path: str, name: str) -> str:
        return str(Path(path) / name)

    def split(self, pattern: str) -> tuple[str, list[str]]:
        parts = Path(pattern).parts
        fixed = next(i for i, part in enumerate(parts) if _MAGIC.search(part))
        return str(Path(*parts[:fixed])), list(parts[fixed:])

    def files(self, path: str) -> Iterator[str]:
        for folder in _folders(self, path):
            for name, child, kind in self.children(folder):
                if kind == "file" and not name.startswith(_HIDDEN):
                    yield child


class _Remote:
    """Listing folders of one object store."""

    def __init__(self, path: str) -> None:
        self._fs = filesystem(path)

    def kind(self, path: str) -> str:
        try:
            found = self._fs.info(path)["type"]
        except FileNotFoundError:
            return ""
        return "folder" if found == "directory" else "file"

    def children(self, path: str) -> list[tuple[str, str, str]]:
        rows = []
        for entry in self._fs.ls(path, detail=True):
            name = str(entry["name"]).rstrip("/").rpartition("/")[2]
            kind = "folder" if entry["type"] == "directory" else "file"
            # A store may list the folder itself, as the empty object that marks it.
            if name and str(entry["name"]).rstrip("/") != str(self._fs._strip_protocol(path)).rstrip("/"):
                rows.append((name, self.join(path, name), kind))
        return sorted(rows)

    def identity(self, path: str) -> object:
        return path

    def join(self, path: str, name: str) -> str:
        return f"{path.rstrip('/')}/{name}" if not path.endswith("://") else path + name

    def split(self, pattern: str) -> tuple[str, list[str]]:
        scheme, _, rest = pattern.partition("://")
        parts = [part for i, part in enumerate(rest.split("/")) if part or i == 0]
        fixed = next(i for i, part in enumerate(parts) if _MAGIC.search(part))
        return f"{scheme}://{'/'.join(parts[:fixed])}", parts[fixed:]

    def files(self, path: str) -> Iterator[str]:
        # One listing of everything below: a request per thousand keys rather than per folder.
        root = str(self._fs._strip_protocol(path)).rstrip("/")
        for name in self._fs.find(path):
            below = str(name).removeprefix(root).strip("/")
            if below and not any(part.startswith(_HIDDEN) for part in below.split("/")):
                yield self.join(path, below)


def _folders(place: _Local | _Remote, root: str) -> Iterator[str]:
    """A folder and all below it, each once, without recursion: a hostile tree may be deep."""
    seen: set[object] = set()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        identity = place.identity(folder)
        if identity in seen:
            continue
        seen.add(identity)
        yield folder
        below = [child for name, child, kind in place.children(folder) if kind == "folder" and name[0] not in _HIDDEN]
        waiting.extend(reversed(below))


def _matches(place: _Local | _Remote, pattern: str) -> Iterator[str]:
    """What a glob matches: files and folders."""
    start, parts = place.split(pattern)
    found = [start]
    for position, part in enumerate(parts):
        last = position == len(parts) - 1
        found = [path for path in dict.fromkeys(found) if place.kind(path) == "folder"]
        if part == "**":
            # At the end, a folder already stands for all the files below it.
            found = found if last else [folder for path in found for folder in _folders(place, path)]
        elif _MAGIC.search(part):
            found = [
                child
                for path in found
                for name, child, kind in place.children(path)
                if (kind == "folder" or (last and kind == "file"))
                and fnmatchcase(name, part)
                and (name[0] not in _HIDDEN or name[0] == part[0])
            ]
        else:
            found = [child for path in found if place.kind(child := place.join(path, part)) in ("file", "folder")]
    yield from found
