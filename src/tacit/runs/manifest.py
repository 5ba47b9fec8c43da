"""What a run was made from: inputs by content, settings, versions and seed, enough to make it again."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from tacit._version import __version__
from tacit.errors import DataError
from tacit.runs.scrub import plain, scrub_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SCHEMA: Final = "tacit.run/1"
MANIFEST_NAME: Final = "manifest.json"
PACKAGES: Final = ("polars", "numpy", "scipy")
"""Packages whose version could change a result."""

_LARGEST: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class InputRecord:
    """One input of a run.

    Attributes:
        path: Where it was read from; passwords and queries of URLs are taken out when it is written down.
        bytes: Its size in bytes.
        digest: Hash of its content, as ``sha256:...`` or in another algorithm that is named the same way.
    """

    path: str
    bytes: int
    digest: str

    @classmethod
    def of(cls, path: Path) -> InputRecord:
        """Read a local file and hash it.

        Raises:
            DataError: If it cannot be read.

        Example:
            >>> import tempfile, pathlib
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "a.txt")
            ...     _ = path.write_bytes(b"abc")
            ...     InputRecord.of(path).digest[:19]
            'sha256:ba7816bf8f01'
        """
        size, digest = hash_file(path)
        return cls(str(path), size, digest)


def hash_file(path: Path) -> tuple[int, str]:
    """Size in bytes and ``sha256:`` digest of a file's content.

    Raises:
        DataError: If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return os.fstat(file.fileno()).st_size, f"sha256:{digest}"
    except OSError as error:
        raise DataError(f"Cannot read {path}: {error.strerror}. Check the path and its permissions.") from error


def fingerprint(kind: str, settings: Mapping[str, object], inputs: Sequence[InputRecord]) -> str:
    """Tell runs apart: equal when, and only when, the same work is done on the same content in the same order.

    The version of tacit is part of it, because what two versions made must not be mixed in one result. Paths of
    inputs, secrets, and anything that cannot change a result are not; so leave the engine and the number of workers
    out of `settings`.

    Args:
        kind: What is run, e.g. ``audit``.
        settings: Everything that can change the result, seed included; see `tacit.runs.scrub.plain`.
        inputs: What is read, in the order in which it is read.

    Returns:
        64 hexadecimal digits.

    Raises:
        TypeError: If a setting is not a plain value.
        ValueError: If a setting is a number that is not finite.

    Example:
        >>> one = [InputRecord("a.csv", 3, "sha256:00")]
        >>> moved = [InputRecord("/elsewhere/b.csv", 3, "sha256:00")]
        >>> fingerprint("audit", {"seed": 1}, one) == fingerprint("audit", {"seed": 1}, moved)
        True
        >>> fingerprint("audit", {"seed": 1}, one) == fingerprint("audit", {"seed": 2}, one)
        False
    """
    content = {
        "tacit": __version__,
        "kind": kind,
        "settings": plain(settings, keep_query=True),
        "inputs": [[record.bytes, record.digest] for record in inputs],
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def make_manifest(
    kind: str,
    settings: Mapping[str, object],
    inputs: Sequence[InputRecord],
    *,
    seed: int | None,
    started: datetime,
    notes: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Put together what ``manifest.json`` says, as of now.

    Args:
        kind: What was run, e.g. ``audit``.
        settings: As given to `fingerprint`.
        inputs: As given to `fingerprint`.
        seed: The seed of everything drawn; ``None`` when nothing was.
        started: When it was started, with a time zone.
        notes: What does not change the result but is worth keeping: engine, workers, rows read.

    Returns:
        Plain values without secrets. `tacit.runs.folder.RunFolder.finish` adds the list of results.

    Raises:
        ValueError: If `started` has no time zone.

    Example:
        >>> made = make_manifest("audit", {"url": "s3://me:pw@b/c"}, [], seed=7, started=datetime.now(UTC))
        >>> made["settings"], made["seed"], sorted(made["versions"])
        ({'url': 's3://b/c'}, 7, ['numpy', 'polars', 'python', 'scipy', 'tacit'])
    """
    if started.tzinfo is None:
        raise ValueError("started needs a time zone: datetime.now(UTC)")
    return {
        "schema": SCHEMA,
        "kind": kind,
        "fingerprint": fingerprint(kind, settings, inputs),
        "settings": plain(settings),
        "inputs": [{**asdict(record), "path": scrub_url(record.path)} for record in inputs],
        "seed": seed,
        "started": started.astimezone(UTC).isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {"tacit": __version__, "python": platform.python_version(), **_versions()},
        "platform": {"system": platform.platform(), "machine": platform.machine(), "processors": os.cpu_count()},
        "notes": plain(notes or {}, where="notes"),
    }


def _versions() -> dict[str, str | None]:
    """Versions from the packages' metadata: importing them to ask would cost more than the answer."""
    from importlib import metadata

    versions: dict[str, str | None] = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = None
    return versions


def read_manifest(path: Path) -> dict[str, Any] | None:
    """Read a manifest.

    Returns:
        Its content, or ``None`` when there is none or it is not one of tacit's. Never raises for bad content.
    """
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        return None
    return content if isinstance(content.get("fingerprint"), str) else None


def to_json(manifest: Mapping[str, object]) -> bytes:
    """The bytes of ``manifest.json``."""
    # Surrogates, which file names can hold, have no UTF-8; their escapes are what JSON would write for them.
    text = json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return text.encode("utf-8", "backslashreplace")
