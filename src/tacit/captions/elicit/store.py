"""Everything a project knows: people, pictures, whose turn it is, answers, flags and reviews, in one SQLite file.

What a method has returned from is on the disk. Methods may be called from several threads.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.captions.curate.plan import Plan
from tacit.captions.elicit.records import Annotator, Answer, Picture, Review
from tacit.captions.elicit.turns import Turns, picture_of
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_OWN: Final = frozenset({"admin", "plan", "identity"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture to put into a project: see `Picture`, with the digest of the file (hex SHA-256, or ``""``)."""

    path: str
    sha256: str
    ask: tuple[str, ...]
    annotators: int = 1
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer comes from: the wording asked, the versions of tacit and detector, the picture's SHA-256."""

    question: str
    tacit: str
    detector: str
    sha256: str


def hashed(token: str) -> str:
    """What is kept of a token. Tokens are random, so that a plain hash cannot be searched."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(slots=True)
class Store(Turns):
    """A project's file. Made by `open`.

    Example:
        >>> import tempfile, pathlib
        >>> from tacit.captions.elicit.turns import Written
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     store = Store.open(pathlib.Path(folder, "elicit.sqlite"))
        ...     store.put_pictures([Entry("a.png", "", ("negation",))])
        ...     anna = store.annotator_of(store.add_annotator("Anna"))
        ...     picture = store.next_picture(anna.id)
        ...     _ = store.submit(anna.id, picture.id, "1", [Written("negation", "No one is on the swing.")])
        ...     print(store.answers()[0].text, store.next_picture(anna.id))
        ...     store.close()
        No one is on the swing. None
    """

    @classmethod
    def open(cls, path: Path, clock: Callable[[], float] = time.time) -> Store:
        """Open a project's file, or make an empty one.

        Args:
            path: The file.
            clock: Seconds since 1970.

        Raises:
            DataError: If the file is something else, or cannot be opened.
        """
        return cls(path, clock)

    # The project

    def settings(self) -> dict[str, str]:
        """What the project was made with, by name; no secrets."""
        return {key: value for key, value in self._settings().items() if key not in _OWN}

    def put_settings(self, values: Mapping[str, str]) -> None:
        """Set some of them."""
        with self._base.write() as link:
            link.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", list(values.items()))

    def plan(self) -> Plan | None:
        """The annotation plan, if there is one."""
        text = self._settings().get("plan")
        return Plan.model_validate_json(text) if text else None

    def identity(self) -> str:
        """What tells this project from others; ``""`` while it is not complete."""
        return self._settings().get("identity", "")

    def _settings(self) -> dict[str, str]:
        with self._base.read() as link:
            return dict(link.execute("SELECT key, value FROM setting ORDER BY key").fetchall())

    def put_pictures(self, entries: Sequence[Entry]) -> None:
        """Make these the pictures of the project, in this order.

        A picture that is there already keeps its id and its answers. One that is no longer among them stays, is not
        asked about any more, and says so.
        """
        with self._base.write() as link:
            link.execute("UPDATE picture SET problem = 'no longer among the images', position = position + 1000000000")
            link.executemany(
                "INSERT INTO picture (path, sha256, position, ask, annotators, problem) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, position = excluded.position,"
                " ask = excluded.ask, annotators = excluded.annotators, problem = excluded.problem",
                [
                    (e.path, e.sha256, at, json.dumps(e.ask), e.annotators, e.problem)
                    for at, e in enumerate(entries)
                ],
            )  # fmt: skip

    def set_problem(self, picture: int, problem: str) -> None:
        """Say why a picture cannot be shown; it is not asked about from then on."""
        with self._base.write() as link:
            link.execute("UPDATE picture SET problem = ? WHERE id = ?", (problem, picture))

    def pictures(self) -> list[Picture]:
        """All pictures, in the order in which they are asked about."""
        with self._base.read() as link:
            rows = link.execute("SELECT * FROM picture ORDER BY position").fetchall()
        return [picture_of(row) for row in rows]

    def picture(self, picture: int) -> Picture | None:
        """One picture."""
        with self._base.read() as link:
            row = link.execute("SELECT * FROM picture WHERE id = ?", (picture,)).fetchone()
        return picture_of(row) if row else None

    def digest(self, picture: int) -> str:
        """SHA-256 of a picture's file when the project was made; ``""`` when it could not be read."""
        with self._base.read() as link:
            row = link.execute("SELECT sha256 FROM picture WHERE id = ?", (picture,)).fetchone()
        return row["sha256"] if row else ""

    def digests(self) -> dict[int, str]:
        """SHA-256 of each picture's file when the project was made, by `Picture.id`."""
        with self._base.read() as link:
            return dict(link.execute("SELECT id, sha256 FROM picture").fetchall())

    # People

    def add_annotator(self, name: str) -> str:
        """Add a person and return the token of their link, which is kept only as a hash.

        Raises:
            UsageError: If the name is empty or taken.
        """
        token = secrets.token_urlsafe(24)
        if not name.strip():
            raise UsageError("An annotator's name is empty.")
        try:
            with self._base.write() as link:
                link.execute("INSERT INTO annotator (name, token) VALUES (?, ?)", (name, hashed(token)))
        except sqlite3.IntegrityError:
            raise UsageError(f"There is an annotator called {name!r} already. Choose another name.") from None
        return token

    def renew_token(self, annotator: int) -> str:
        """Give a person another link; the old one ends."""
        token = secrets.token_urlsafe(24)
        with self._base.write() as link:
            link.execute("UPDATE annotator SET token = ? WHERE id = ?", (hashed(token), annotator))
        return token

    def renew_admin(self) -> str:
        """Make another token for whoever runs the project; the old one ends."""
        token = secrets.token_urlsafe(24)
        self.put_settings({"admin": hashed(token)})
        return token

    def has_admin(self) -> bool:
        """Whether there is a token for whoever runs the project."""
        return "admin" in self._settings()

    def is_admin(self, token: str) -> bool:
        """Whether this is the token of whoever runs the project."""
        return secrets.compare_digest(self._settings().get("admin", ""), hashed(token))

    def annotator_of(self, token: str) -> Annotator | None:
        """Whose token this is."""
        with self._base.read() as link:
            row = link.execute("SELECT * FROM annotator WHERE token = ?", (hashed(token),)).fetchone()
        return _annotator(row) if row else None

    def token_hashes(self) -> list[tuple[Annotator, str]]:
        """Everyone who has a link, with what is kept of its token."""
        with self._base.read() as link:
            rows = link.execute("SELECT * FROM annotator ORDER BY id").fetchall()
        return [(_annotator(row), row["token"]) for row in rows]

    def annotators(self) -> list[Annotator]:
        """Everyone who has a link."""
        return [person for person, _ in self.token_hashes()]

    def set_paused(self, annotator: int, paused: bool) -> None:
        """Pause or go on. The picture on their screen stays with them until its lease ends."""
        with self._base.write() as link:
            link.execute("UPDATE annotator SET paused = ? WHERE id = ?", (paused, annotator))

    # Answers

    def answers(self, *, picture: int | None = None, annotator: int | None = None, since: int = 0) -> list[Answer]:
        """Answers in order of their id.

        Args:
            picture: Only about this picture.
            annotator: Only by this person.
            since: Only those with a higher id.
        """
        with self._base.read() as link:
            rows = link.execute(
                "SELECT a.*, p.path FROM answer a JOIN picture p ON p.id = a.picture WHERE a.id > :since"
                " AND (:picture IS NULL OR a.picture = :picture) AND (:annotator IS NULL OR a.annotator = :annotator)"
                " ORDER BY a.id",
                {"since": since, "picture": picture, "annotator": annotator},
            ).fetchall()
        return [_answer(row) for row in rows]

    def origins(self) -> dict[int, Origin]:
        """Where each answer comes from, by `Answer.id`."""
        with self._base.read() as link:
            rows = link.execute(
                "SELECT a.id, a.question, a.tacit, a.detector, p.sha256 FROM answer a"
                " JOIN picture p ON p.id = a.picture"
            ).fetchall()
        return {row["id"]: Origin(*row[1:]) for row in rows}

    # Checks and reviews

    def unchecked(self) -> list[int]:
        """Answers for which `add_flags` was never called, in order."""
        with self._base.read() as link:
            return [row["id"] for row in link.execute("SELECT id FROM answer WHERE NOT checked ORDER BY id").fetchall()]

    def add_flags(self, answer: int, flags: Sequence[tuple[str, str]]) -> None:
        """Keep what the checks found.

        Args:
            answer: `Answer.id`.
            flags: Name of the check and explanation; the same one twice is kept once.
        """
        with self._base.write() as link:
            link.executemany("INSERT OR REPLACE INTO flag VALUES (?, ?, ?)", [(answer, *flag) for flag in flags])
            link.execute("UPDATE answer SET checked = 1 WHERE id = ?", (answer,))

    def flags(self) -> dict[int, list[tuple[str, str]]]:
        """What the checks found, by `Answer.id`; answers without flags are left out."""
        found: dict[int, list[tuple[str, str]]] = {}
        with self._base.read() as link:
            for row in link.execute("SELECT * FROM flag ORDER BY answer, name").fetchall():
                found.setdefault(row["answer"], []).append((row["name"], row["explanation"]))
        return found

    def add_review(self, review: Review) -> None:
        """Keep a second person's judgement.

        Raises:
            UsageError: If there is no such answer, the reviewer wrote it, or has reviewed it.
        """
        with self._base.write() as link:
            row = link.execute("SELECT annotator FROM answer WHERE id = ?", (review.answer,)).fetchone()
            if row is None:
                raise UsageError(f"There is no answer {review.answer}.")
            if row["annotator"] == review.reviewer:
                raise UsageError("Your own answers are reviewed by somebody else.")
            try:
                link.execute(
                    "INSERT INTO review VALUES (?, ?, ?, ?, ?)",
                    (review.answer, review.reviewer, review.asserts, review.shows, review.reviewed_at),
                )
            except sqlite3.IntegrityError:
                raise UsageError("You have reviewed this answer already.") from None

    def reviews(self) -> list[Review]:
        """All judgements, in order of arrival."""
        with self._base.read() as link:
            rows = link.execute("SELECT * FROM review ORDER BY rowid").fetchall()
        return [
            Review(r["answer"], r["reviewer"], bool(r["asserts"]), None if r["shows"] is None else bool(r["shows"]),
                   r["reviewed_at"])
            for r in rows
        ]  # fmt: skip


def _annotator(row: sqlite3.Row) -> Annotator:
    return Annotator(row["id"], row["name"], bool(row["paused"]))


def _answer(row: sqlite3.Row) -> Answer:
    return Answer(
        row["id"], row["picture"], row["path"], row["annotator"], row["type"], row["text"], bool(row["empty"]),
        row["seconds"], tuple(json.loads(row["stated"])), bool(row["pasted"]), row["written_at"],
    )  # fmt: skip
