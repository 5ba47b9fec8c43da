"""The links that let people in. The project keeps only hashes of them, so a file beside it keeps them in the clear."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.store import hashed
from tacit.report.text import visible
from tacit.runs.atomic import writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tacit.captions.elicit.store import Store

NAME: Final = "links.txt"
ADMIN: Final = "admin"
_HEAD: Final = "# Whoever has a link is let in. Give each person only theirs.\n"


@dataclass(frozen=True, slots=True)
class Links:
    """The tokens of a project.

    Attributes:
        admin: The token of whoever runs the project.
        annotators: Name and token of each annotator, in order.
        renewed: Whose earlier link could not be found and has ended.
    """

    admin: str
    annotators: tuple[tuple[str, str], ...]
    renewed: tuple[str, ...] = ()

    def lines(self, base: str) -> list[tuple[str, str]]:
        """Who each link is for, and the link.

        Args:
            base: Address of the server, e.g. ``http://127.0.0.1:8765``.
        """
        people = [(visible(name), f"{base}/a/{token}") for name, token in self.annotators]
        return [(ADMIN, f"{base}/admin/{self.admin}"), *people]

    def write(self, folder: Path, base: str) -> Path:
        """Write them to ``links.txt``, which only its owner may read.

        Raises:
            DataError: If the file cannot be written.
        """
        path = folder / NAME
        temporary = folder / f".{NAME}.tmp"
        text = _HEAD + "".join(f"{link}\t{name}\n" for name, link in self.lines(base))
        with writing(path):
            temporary.unlink(missing_ok=True)
            # The mode from the start: between making a file and changing its mode others could read it.
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        return path


def open_links(store: Store, folder: Path, names: Sequence[str]) -> Links:
    """Everyone's token: as in ``links.txt`` where it is there, new ones for those who are not in it.

    Args:
        store: The project.
        folder: Its folder.
        names: Annotators who should have a link; those who are not in the project are added to it. Without
            any, somebody is added to a project that has nobody.
    """
    known = _read(folder / NAME)
    admin = next((token for token in known if store.is_admin(token)), None)
    renewed = [ADMIN] if admin is None and store.has_admin() else []
    by_hash = {hashed(token): token for token in known}
    tokens: dict[str, str] = {}
    for person, digest in store.token_hashes():
        token = by_hash.get(digest)
        if token is None:
            token = store.renew_token(person.id)
            renewed.append(person.name)
        tokens[person.name] = token
    for name in names or ([] if tokens else ["annotator 1"]):
        if name not in tokens:
            tokens[name] = store.add_annotator(name)
    return Links(admin or store.renew_admin(), tuple(tokens.items()), tuple(renewed))


def _read(path: Path) -> list[str]:
    """The tokens in a file of links, if it is there."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [line.split("\t")[0].rpartition("/")[2] for line in lines if "/" in line and not line.startswith("#")]
