"""What is read: files by name, the bounds on them, and what is said of those that cannot be read."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.dialogue.protocols import Document
from tacit.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

MAX_FILE_BYTES: Final = 134_217_728
"""Larger documents are refused; tables of passages are read row by row and may be of any size."""
MAX_TEXT: Final = 67_108_864
"""Characters of text that one document may hold once it is unpacked."""
ROW: Final = "#"
"""Between the name of a table and the document that a row says it is of: two tables may use the same names."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that could not be read.

    Attributes:
        name: The document, as it is called in the index.
        reason: Why, and if there is something to do about it, what.
        count: How many things (rows of a table) could not be read for this reason.
        part: Whether the rest of the document was read all the same.
    """

    name: str
    reason: str
    count: int = 1
    part: bool = False


@dataclass(frozen=True, slots=True)
class Row(Document):
    """A passage that came with the data as a row of a table; `name` is what it is a piece of.

    Attributes:
        id: Of the passage, as given.
    """

    id: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read.

    Attributes:
        name: What its documents are called in the index; unique, and valid Unicode whatever the name of the file.
        path: Where it is.
        named: Whether the user named the file itself, rather than a folder above it.
    """

    name: str
    path: Path
    named: bool = False

    def data(self) -> bytes:
        """All bytes of the file.

        Raises:
            DataError: If it is too large, or not a file any more.
            OSError: As the operating system gives it.
        """
        found = self.path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise DataError("not a regular file")
        with self.path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise DataError(f"larger than {MAX_FILE_BYTES >> 20} MiB: split it, or give its text as rows of a table")
        return data
