"""``manifest.json`` of an index: what was read, and how far."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from tacit._version import __version__
from tacit.errors import DataError
from tacit.runs.atomic import sync_folder, write_atomic, writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
"""Changes when an older tacit could not read the index any more."""
_SCHEMA: Final = "tacit.index"
_LARGEST: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of a file that could not be read; see `tacit.dialogue.documents.source.Unreadable`."""

    reason: str
    count: int
    part: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an index.

    Attributes:
        name: What its documents are called.
        size: In bytes.
        mtime_ns: When it was changed last; 0 if that was just before it was read, so that it tells nothing.
        inode: Its number in the file system: another file of the same name and time has another one.
        digest: Of its content.
        done: How many of its documents are in the index.
        whole: Whether these are all.
        passages: How many passages were made of it.
        documents: Names of its documents if they are others than that of the file: those of rows of a table.
        problems: What could not be read.
    """

    name: str
    size: int
    mtime_ns: int
    inode: int
    digest: str
    done: int = 0
    whole: bool = False
    passages: int = 0
    documents: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def read(self) -> bool:
        """Whether there is no more to be had of this content: failures are tried again, parts that are lost are not."""
        return self.whole and all(problem.part for problem in self.problems)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """From JSON.

        Raises:
            KeyError, TypeError, AttributeError: If that is no file.
        """
        problems = tuple(Problem(**problem) for problem in told.get("problems", ()))
        made = cls(**{"whole": True, **told, "documents": tuple(told.get("documents", ())), "problems": problems})
        numbers = (made.size, made.mtime_ns, made.inode, made.done, made.passages)
        texts = (made.name, made.digest, *made.documents)
        if not (all(isinstance(one, int) for one in numbers) and all(isinstance(one, str) for one in texts)):
            raise TypeError("a value of another type")
        return made

    def to_json(self) -> dict[str, Any]:
        """Without what is as usual: all of it read, no problems, no documents of rows."""
        return {key: value for key, value in asdict(self).items() if value != () and value is not True}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index holds and how it was made.

    Attributes:
        tacit: Version that wrote it last.
        settings: See `tacit.dialogue.index.settings.IndexSettings.to_json`.
        engine: Name of the engine.
        embedder: Name of what made the vectors; empty if there are none.
        dimensions: Of the vectors; 0 if there are none.
        built: Whether a build ever came to its end.
        current: Whether the last one did.
        entries: The files, by name.
    """

    settings: Mapping[str, Any]
    engine: str
    embedder: str = ""
    dimensions: int = 0
    built: bool = False
    current: bool = False
    entries: Mapping[str, Entry] = field(default_factory=dict)
    tacit: str = __version__

    @property
    def passages(self) -> int:
        """Number of passages."""
        return sum(entry.passages for entry in self.entries.values())

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """Read the manifest of a folder; ``None`` if there is none.

        Raises:
            DataError: If it is damaged, not that of an index, or of a newer tacit.
        """
        path = folder / MANIFEST
        try:
            if path.stat().st_size > _LARGEST:
                raise DataError(f"{path} is too large for a manifest. Build the index again in another folder.")
            told = json.loads(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise DataError(f"{path} cannot be read: {error.strerror}.") from error
        except (ValueError, RecursionError):
            told = None
        schema, _, version = str(told.get("schema") if isinstance(told, dict) else "").partition("/")
        if schema != _SCHEMA:
            raise DataError(f"{path} is not the manifest of an index. Name a folder that `tacit index` made.")
        if version != str(FORMAT):
            raise DataError(
                f"The index in {folder} has format {version[:20]}, and this tacit reads {FORMAT}. Build it again in "
                "another folder, or use the tacit that made it."
            )
        try:
            entries = [Entry.of(entry) for entry in told.pop("files")]
            del told["schema"]
            return cls(**{**told, "entries": {entry.name: entry for entry in entries}})
        except (KeyError, TypeError, AttributeError):
            raise DataError(f"{path} is damaged. Build the index again in another folder.") from None

    def write(self, folder: Path) -> None:
        """Write it into a folder, whole or not at all.

        Raises:
            DataError: If the disk is full or the folder cannot be written.
        """
        told = {key: getattr(self, key) for key in self.__slots__ if key != "entries"}
        files = [entry.to_json() for _, entry in sorted(self.entries.items())]
        text = json.dumps({"schema": f"{_SCHEMA}/{FORMAT}", **told, "files": files}, ensure_ascii=False, indent=1)
        with writing(folder / MANIFEST):
            write_atomic(folder / MANIFEST, text.encode())
            sync_folder(folder)
