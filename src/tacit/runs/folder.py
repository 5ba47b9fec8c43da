"""A run folder: opened once at a time, continued when it was cut short, filled all at once when the run ends."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from tacit.errors import UsageError
from tacit.runs.atomic import move_atomic, sync_folder, write_atomic, writing
from tacit.runs.journal import JOURNAL_NAME, SIDE_FILES, DamagedJournalError, Journal, remove_journal
from tacit.runs.lock import FolderLock
from tacit.runs.manifest import MANIFEST_NAME, SCHEMA, hash_file, read_manifest, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

STAGING: Final = ".staging"
PREVIOUS: Final = ".previous.json"
"""While results are being exchanged: the names of those that were there before."""

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,200}")
_OURS: Final = frozenset({MANIFEST_NAME, JOURNAL_NAME, *(JOURNAL_NAME + side for side in SIDE_FILES)})


class RunFolder:
    """Where one run keeps its journal while it runs, and its results when it has ended. Made by `open`.

    Results are written under a hidden name and take their place together in `finish`, the manifest last. So whatever
    happens, a folder with a ``manifest.json`` holds the complete results of that run and no others, and a folder
    without one holds a run that can be continued.

    Attributes:
        path: The folder.
        fingerprint: The run it is open for.
        resumed: Whether items of an earlier, unfinished attempt are in the journal.
        journal: What has been finished so far.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     with RunFolder.open(Path(place, "out"), fingerprint="abc") as run:
        ...         run.journal.record(0, b"ten")
        ...         run.write_text("result.txt", "ten")
        ...         run.finish({"kind": "example"})
        ...     sorted(p.name for p in Path(place, "out").iterdir())
        ['manifest.json', 'result.txt']
    """

    def __init__(self, path: Path, journal: Journal, lock: FolderLock, *, fingerprint: str, created: bool) -> None:
        self.path = path
        self.fingerprint = fingerprint
        self.journal = journal
        self.resumed = journal.count() > 0
        self._lock = lock
        self._created = created
        self._open = True
        self._staging = path / STAGING

    @classmethod
    def open(cls, path: Path, *, fingerprint: str, force: bool = False) -> RunFolder:
        """Make a run folder, or open it again.

        An unfinished run with the same fingerprint is continued. A finished one with the same fingerprint is made
        again; its results stay until the new ones replace them. An unfinished run that has recorded nothing can be
        replaced by any other.

        Args:
            path: The folder; made with its parents when missing.
            fingerprint: What is to be run; see `tacit.runs.manifest.fingerprint`.
            force: Take the folder over from another run, dropping its journal now and its results in `finish`, or
                from something that is not a run, whose files stay unless a result has the same name. Never drops the
                journal of the same run.

        Raises:
            UsageError: If the folder is a file, belongs to another run, is not a run's, or is being written to.
            DamagedJournalError: If the journal cannot be trusted and `force` is not given.
            DataError: If the folder cannot be written.
        """
        path = Path(path)
        created = _make(path)
        if not force:
            _refuse_strangers(path)
        lock = FolderLock(path)
        try:
            journal = _open_journal(path, fingerprint, force=force)
            try:
                with writing(path / STAGING):
                    _remove_tree(path / STAGING)
                return cls(path, journal, lock, fingerprint=fingerprint, created=created)
            except BaseException:
                journal.close()
                raise
        except BaseException:
            with contextlib.suppress(OSError):
                lock.release()
                if created:
                    path.rmdir()
            raise

    def scratch(self, name: str) -> Path:
        """A path to write a large result to, for `replace`: hidden, and on the same file system.

        Args:
            name: A plain file name.

        Raises:
            ValueError: If it is not a plain file name, or is one of tacit's own.
            DataError: If the folder cannot be written.
        """
        return self._stage(name).with_name(f".{name}.scratch")

    def write_text(self, name: str, text: str) -> None:
        r"""Add a result, as UTF-8 with line ends as they are; seen under its name after `finish`.

        A surrogate, which UTF-8 cannot hold, is written as its escape (``\ud800``).

        Args:
            name: A plain file name.
            text: Its content.

        Raises:
            ValueError: If it is not a plain file name, or is one of tacit's own.
            DataError: If it cannot be written.
        """
        self.write_bytes(name, text.encode("utf-8", "backslashreplace"))

    def write_bytes(self, name: str, data: bytes) -> None:
        """Add a result; seen under its name after `finish`. Arguments and errors as in `write_text`."""
        staged = self._stage(name)
        with writing(self.path / name):
            write_atomic(staged, data)

    def replace(self, name: str, temp_path: Path) -> None:
        """Add a file that is already written as a result; seen under its name after `finish`.

        Args:
            name: A plain file name.
            temp_path: The file, best at `scratch`; it is moved, so it is gone afterwards.

        Raises:
            ValueError: If it is not a plain file name, or is one of tacit's own.
            DataError: If it cannot be moved.
        """
        staged = self._stage(name)
        with writing(self.path / name):
            move_atomic(temp_path, staged)

    def finish(self, manifest: Mapping[str, object]) -> None:
        """Put all results in place, then the manifest, then drop the journal; the folder is closed afterwards.

        Killed anywhere in between, the folder has no manifest and a journal, and is continued by `open`. Results of
        an earlier run in this folder that this one does not have are removed.

        Args:
            manifest: As made by `tacit.runs.manifest.make_manifest`; ``outputs`` (name, bytes and digest of each
                result) is added.

        Raises:
            ValueError: If the manifest is another run's.
            DataError: If the disk is full or the folder cannot be written.
        """
        if manifest.get("fingerprint", self.fingerprint) != self.fingerprint:
            raise ValueError("the manifest's fingerprint is not the one this folder was opened with")
        outputs = self._outputs()
        content = {"schema": SCHEMA, **manifest, "fingerprint": self.fingerprint, "outputs": outputs}
        with writing(self.path):
            self._staging.mkdir(exist_ok=True)
            # Everything that needs room on the disk is written before the first result is exchanged.
            write_atomic(self._staging / MANIFEST_NAME, to_json(content))
            self._exchange({output["name"] for output in outputs})
            _remove_tree(self._staging)
            self._open = False
            try:
                self.journal.remove()
                sync_folder(self.path)
            finally:
                self._lock.release()

    def _exchange(self, names: set[str]) -> None:
        previous, final = self.path / PREVIOUS, self.path / MANIFEST_NAME
        # The list of earlier results outlives a kill, so that none of them can be left behind unnoticed.
        earlier = _output_names(previous) | _output_names(final)
        write_atomic(previous, to_json(_name_list(earlier | names, self.fingerprint)))
        final.unlink(missing_ok=True)
        sync_folder(self.path)
        for name in sorted(names):
            with writing(self.path / name):
                (self._staging / name).replace(self.path / name)
        for name in sorted(earlier - names):
            with writing(self.path / name):
                (self.path / name).unlink(missing_ok=True)
        sync_folder(self.path)
        (self._staging / MANIFEST_NAME).replace(final)
        sync_folder(self.path)
        previous.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the folder. Without `finish`, what was recorded stays for the next `open`; results do not."""
        if not self._open:
            return
        self._open = False
        with writing(self.path):
            try:
                _remove_tree(self._staging)
                nothing = not self.journal.count()
                if nothing:
                    self.journal.remove()
                else:
                    self.journal.close()
            finally:
                self._lock.release()
            if nothing and self._created and not any(self.path.iterdir()):
                self.path.rmdir()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
            return
        # What went wrong first is what the user must read; a full disk also keeps us from tidying up.
        with contextlib.suppress(Exception):
            self.close()

    def _stage(self, name: str) -> Path:
        if not self._open:
            raise ValueError(f"{self.path} is closed; results are added before finish()")
        if not _is_result(name):
            raise ValueError(f"{name!r} cannot be a result: a plain file name is needed, and not one of tacit's own")
        with writing(self._staging):
            self._staging.mkdir(exist_ok=True)
        return self._staging / name

    def _outputs(self) -> list[dict[str, Any]]:
        found = []
        if self._staging.is_dir():
            for path in sorted(self._staging.iterdir()):
                if not path.name.startswith("."):
                    size, digest = hash_file(path)
                    found.append({"name": path.name, "bytes": size, "digest": digest})
        return found


def _is_result(name: object) -> bool:
    """Whether a file of this name can be a result. Asked of names in manifests too, which are input like any other."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None and name.lower() not in _OURS


def _make(path: Path) -> bool:
    """Make the folder; whether it was not there before."""
    with writing(path):
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path} is a file, and results need a folder. Choose another --out, or delete the file.")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.mkdir()
        except FileExistsError:
            return False
    return True


def _refuse_strangers(path: Path) -> None:
    """Refuse a folder with something in it that is not a run. Looks only."""
    with writing(path):
        # Hidden files are the system's (.DS_Store), version control's or our own leftovers: no one's results.
        names = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith("."))
    ours = read_manifest(path / MANIFEST_NAME) is not None or JOURNAL_NAME in names or (path / PREVIOUS).is_file()
    if names and not ours:
        shown = ", ".join(repr(name) for name in names[:3]) + (", ..." if len(names) > 3 else "")
        raise UsageError(
            f"{path} is not empty and is not a run of tacit: it holds {shown}. Choose another --out, or use --force "
            "to write the results beside what is there."
        )


def _open_journal(path: Path, fingerprint: str, *, force: bool) -> Journal:
    """The journal of this run, continued or new, if the folder may be used for it."""
    place = path / JOURNAL_NAME
    if place.exists() or place.is_symlink():
        try:
            journal = Journal(place, fingerprint)
        except DamagedJournalError:
            if not force:
                raise
            with writing(place):
                remove_journal(place)
        else:
            if journal.fingerprint == fingerprint and (journal.count() or not _finished_by_other(path, fingerprint)):
                return journal
            if journal.fingerprint != fingerprint and journal.count() and not force:
                count = journal.count()
                journal.close()
                raise UsageError(
                    f"{path} holds another run that was not finished ({count} items done): its settings, inputs or "
                    "version of tacit differ. Run that one again to continue it, choose another --out, or use "
                    "--force to drop it."
                )
            with writing(place):
                journal.remove()
    if not force:
        other = _finished_by_other(path, fingerprint)
        if other:
            raise UsageError(
                f"{path} holds the results of another run ({other}): its settings, inputs or version of tacit "
                "differ. Choose another --out, or use --force to replace them."
            )
    return Journal(place, fingerprint)


def _finished_by_other(path: Path, fingerprint: str) -> str:
    """Kind and date of another run that was finished in this folder, or the empty string."""
    manifest = read_manifest(path / MANIFEST_NAME)
    if manifest is None or manifest["fingerprint"] == fingerprint:
        return ""
    # Written by whoever made the folder: shown as text, on one line, cut short.
    said = [str(manifest.get(key, "?"))[:40] for key in ("kind", "finished")]
    return ", ".join("".join(c if c.isprintable() else "?" for c in text) for text in said)


def _name_list(names: set[str], fingerprint: str) -> dict[str, object]:
    return {"schema": SCHEMA, "fingerprint": fingerprint, "outputs": [{"name": name} for name in sorted(names)]}


def _output_names(path: Path) -> set[str]:
    """Names of the results that a manifest lists, those that can be results."""
    outputs = (read_manifest(path) or {}).get("outputs")
    if not isinstance(outputs, list):
        return set()
    return {str(output["name"]) for output in outputs if isinstance(output, dict) and _is_result(output.get("name"))}


def _remove_tree(path: Path) -> None:
    """Remove a folder and what is in it; a link in its place is removed and never followed."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
