"""Whose turn it is: giving pictures to people, keeping what they type, and taking their answers in."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tacit._version import __version__
from tacit.captions.elicit.records import Picture
from tacit.captions.elicit.schema import Database
from tacit.errors import UsageError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

LEASE: Final = 1800.0
"""Seconds for which a picture stays with the person it was shown to, counted from their last sign of life."""

_OPEN_TO: Final = """
FROM picture p LEFT JOIN turn own ON own.picture = p.id AND own.annotator = :me
WHERE p.problem = '' AND coalesce(own.state, 'held') = 'held' AND p.annotators > (
    SELECT count(*) FROM turn t
    WHERE t.picture = p.id AND t.annotator <> :me AND (t.state = 'done' OR t.state = 'held' AND t.until > :now))
"""
"""The pictures a person may be given: not finished or skipped by them, and not yet with as many others as wanted."""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in one field of the page.

    Attributes:
        type: The type asked for.
        text: What was written.
        nothing: Whether "nothing to say" is ticked.
        seconds: Spent on it, pauses left out; ``None`` if unknown.
        pasted: Whether something was pasted into it.
        stated: The types that the detector finds in the text; not kept for drafts.
        question: The wording that was shown; not kept for drafts.
    """

    type: str
    text: str = ""
    nothing: bool = False
    seconds: float | None = None
    pasted: bool = False
    stated: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is, in pictures: answered, skipped, and those they could still be given."""

    done: int
    skipped: int
    left: int


def picture_of(row: sqlite3.Row) -> Picture:
    """A row of the table as a value."""
    return Picture(row["id"], row["path"], tuple(json.loads(row["ask"])), row["annotators"], row["problem"])


@dataclass(slots=True)
class Turns:
    """The part of a project's file that says whose turn it is; `tacit.captions.elicit.store.Store` adds the rest.

    Attributes:
        path: The SQLite file.
        clock: Seconds since 1970.
    """

    path: Path
    clock: Callable[[], float] = time.time
    _base: Database = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._base = Database(self.path)

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def next_picture(self, annotator: int) -> Picture | None:
        """The picture to show to a person: the one they have, or the next that is free, which is theirs from now on.

        A picture goes to as many people as `Picture.annotators` says, and to no more at a time. A lease that has run
        out frees it for others, and is taken up again if nobody came.
        """
        now = self.clock()
        with self._base.write() as link:
            row = link.execute(
                f"SELECT p.* {_OPEN_TO} ORDER BY own.state IS NULL, p.position LIMIT 1",
                {"me": annotator, "now": now},
            ).fetchone()
            if row is None:
                return None
            link.execute(
                "INSERT INTO turn VALUES (?, ?, 'held', ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until",
                (row["id"], annotator, now, now + LEASE),
            )
        return picture_of(row)

    def progress(self, annotator: int) -> Progress:
        """How far a person is."""
        with self._base.read() as link:
            counts = dict(
                link.execute("SELECT state, count(*) FROM turn WHERE annotator = ? GROUP BY state", (annotator,))
                .fetchall()
            )  # fmt: skip
            (left,) = link.execute(
                f"SELECT count(*) {_OPEN_TO}", {"me": annotator, "now": self.clock()}
            ).fetchone()  # fmt: skip
        return Progress(counts.get("done", 0), counts.get("skipped", 0), left)

    def open_turns(self) -> int:
        """How many pictures are on somebody's screen, as far as is known."""
        with self._base.read() as link:
            (count,) = link.execute(
                "SELECT count(*) FROM turn WHERE state = 'held' AND until > ?", (self.clock(),)
            ).fetchone()
        return int(count)

    def skip(self, annotator: int, picture: int) -> None:
        """Pass a picture on to somebody else, if it is theirs."""
        with self._base.write() as link:
            link.execute(
                "UPDATE turn SET state = 'skipped' WHERE picture = ? AND annotator = ? AND state = 'held'",
                (picture, annotator),
            )

    def take_back_skipped(self, annotator: int) -> None:
        """Let a person have another look at what they skipped."""
        with self._base.write() as link:
            # No drafts can be lost by it: they stay with the turn, and are shown again with the picture.
            link.execute(
                "UPDATE turn SET state = 'held', until = 0 WHERE annotator = ? AND state = 'skipped'", (annotator,)
            )

    def save_draft(self, annotator: int, picture: int, fields: Sequence[Written]) -> bool:
        """Keep what stands in the fields of a page that has not been sent, and the picture with its person.

        Returns:
            Whether it was kept: not so for a picture that they do not have, or have answered.
        """
        with self._base.write() as link:
            held = link.execute(
                "UPDATE turn SET until = ? WHERE picture = ? AND annotator = ? AND state = 'held'",
                (self.clock() + LEASE, picture, annotator),
            ).rowcount
            if not held:
                return False
            link.executemany(
                "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(picture, annotator, w.type, w.text, w.nothing, w.seconds, w.pasted) for w in fields],
            )
        return True

    def drafts(self, annotator: int, picture: int) -> dict[str, Written]:
        """What was kept by `save_draft`, by type."""
        with self._base.read() as link:
            rows = link.execute("SELECT * FROM draft WHERE picture = ? AND annotator = ?", (picture, annotator))
            return {
                r["type"]: Written(r["type"], r["text"], bool(r["empty"]), r["seconds"], bool(r["pasted"]))
                for r in rows.fetchall()
            }

    def submit(self, annotator: int, picture: int, submission: str, fields: Sequence[Written]) -> tuple[int, ...]:
        """Keep answers to a picture, all or none.

        Args:
            annotator: Who wrote them.
            picture: About which picture; it must have been shown to them, however long ago.
            submission: Chosen by the sender: sent again with the same one, nothing is stored twice.
            fields: One per type.

        Returns:
            The ids of the answers, on the first time and on every repetition.

        Raises:
            UsageError: If they have answered it before in another submission, or never got it.
        """
        now = self.clock()
        with self._base.write() as link:
            known = link.execute(
                "SELECT id FROM answer WHERE annotator = ? AND submission = ? AND picture = ? ORDER BY id",
                (annotator, submission, picture),
            ).fetchall()
            if known:
                return tuple(row["id"] for row in known)
            turn = link.execute(
                "SELECT * FROM turn WHERE picture = ? AND annotator = ?", (picture, annotator)
            ).fetchone()
            if turn is None:
                raise UsageError("This picture was not given to you. Go back to your link for the next one.")
            if turn["state"] == "done":
                raise UsageError("You have answered this picture already. Go back to your link for the next one.")
            detector = (link.execute("SELECT value FROM setting WHERE key = 'detector'").fetchone() or ("",))[0]
            written_at = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
            ids = []
            for w in fields:
                # A browser's clock is the browser's word; no one works longer than the picture has been theirs.
                seconds = None if w.seconds is None else round(min(w.seconds, now - turn["shown"]), 3)
                ids.append(
                    link.execute(
                        "INSERT INTO answer (picture, annotator, submission, type, text, empty, seconds,"
                        " stated, pasted, question, written_at, tacit, detector)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        (picture, annotator, submission, w.type, w.text, w.nothing, seconds, json.dumps(w.stated),
                         w.pasted, w.question, written_at, __version__, detector),
                    ).lastrowid or 0
                )  # fmt: skip
            link.execute("UPDATE turn SET state = 'done' WHERE picture = ? AND annotator = ?", (picture, annotator))
            link.execute("DELETE FROM draft WHERE picture = ? AND annotator = ?", (picture, annotator))
        return tuple(ids)
