"""What a path or URL of the user means: which machine it is on, how it is shown, what can go wrong with it."""

from __future__ import annotations

import gzip
import re
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from tacit.errors import DataError, MissingExtraError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMES: Final = ("file", "s3", "gs", "az", "abfs", "hf", "memory")
"""What may stand before ``://``. Web addresses are not among them: nothing is fetched from the open web."""

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")  # Two letters at least: C: is a drive.
_IN_EXTRA: Final = ("s3", "hf", "memory")
_OTHER_PACKAGE: Final = {"gs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}
_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+:/{1,2})(?:[^\s/?#\"'<>]*@)?([^\s?#\"'<>]*)[^\s\"'<>]*")


def shown(text: str) -> str:
    r"""A path or URL as it may stand in a message: no credentials, no query, nothing that acts on a terminal.

    Example:
        >>> print(shown("s3://key:secret@bucket/a.tar?signature=1"), shown("a\x1b[2J.csv"))
        s3://bucket/a.tar a\x1b[2J.csv
    """
    clean = _URL.sub(r"\1\2", text)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in clean)


def is_remote(path: str) -> bool:
    """Whether a path is a URL of another machine (``file://`` is this one).

    Example:
        >>> [is_remote(p) for p in ("s3://bucket/a", "data/a.csv", "file:///data/a.csv", "C:/a.csv")]
        [True, False, False, False]
    """
    return _scheme(path) not in ("", "file")


def local_path(path: str) -> Path:
    """The place of a path that is not remote: ``~`` and ``file://`` resolved.

    Raises:
        UsageError: If the path is remote, empty, or a ``file://`` URL of another machine.
    """
    if is_remote(path):
        raise UsageError(f"{shown(path)} is not a local file.")
    if not path:
        raise UsageError("A path is empty. Name a file, a folder or a pattern.")
    if _scheme(path) == "file":
        parts = urlsplit(path.replace("?", "%3F").replace("#", "%23"))
        if parts.netloc not in ("", "localhost"):
            raise UsageError(f"{shown(path)} names another machine. Write file:///folder/file for a local file.")
        return Path(unquote(parts.path))
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise DataError(f"There is no home folder for {shown(path)}. Write the path out.") from None


def filesystem(path: str) -> Any:  # noqa: ANN401 - fsspec has no types
    """The fsspec file system of a remote path.

    Raises:
        UsageError: If the scheme is not one of `SCHEMES`.
        MissingExtraError: If the packages that read the scheme are not installed.
    """
    scheme = _scheme(path)
    if scheme not in SCHEMES:
        advice = "Download the file first. " if scheme in ("http", "https", "ftp") else ""
        known = ", ".join(f"{s}://" for s in SCHEMES)
        raise UsageError(f"Nothing is read from {scheme}:// addresses. {advice}Known are local paths and {known}.")
    try:
        import fsspec
    except ImportError:
        raise MissingExtraError(f"Reading {scheme}://", "remote") from None
    try:
        kind = fsspec.get_filesystem_class(scheme)
    except ImportError:
        if scheme in _IN_EXTRA:
            raise MissingExtraError(f"Reading {scheme}://", "remote") from None
        package = _OTHER_PACKAGE[scheme]
        raise UsageError(f"Reading {scheme}:// needs {package}. Install it with: pip install {package}") from None
    # Not fsspec.open: it would also follow the addresses that "::" chains onto a name.
    return kind(**kind._get_kwargs_from_urls(path))


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn what can go wrong with a file into `DataError`."""
    try:
        yield
    except (DataError, UsageError):
        raise
    except FileNotFoundError:
        raise DataError(f"There is no file {shown(path)}. Check the spelling.") from None
    except PermissionError:
        raise DataError(f"{shown(path)} may not be read. Check its permissions, or your credentials.") from None
    except IsADirectoryError:
        raise DataError(f"{shown(path)} is a folder, not a file.") from None
    except EOFError:
        raise DataError(f"{shown(path)} is truncated: its compressed data end too early. Copy it again.") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{shown(path)} is corrupt: {shown(str(error))}. Copy or write it again.") from None
    except Exception as error:
        if type(error).__name__ == "ZstdError":
            raise DataError(f"{shown(path)} is corrupt: {shown(str(error))}. Copy or write it again.") from None
        if not is_remote(path) and not isinstance(error, OSError | ValueError):
            raise
        # Object stores raise whatever their client library raises.
        what = shown(f"{type(error).__name__}: {str(error)[:300]}")
        raise DataError(f"{shown(path)} could not be read ({what}). Check the path and try again.") from None


def _scheme(path: str) -> str:
    match = _SCHEME.match(path)
    return match[1].lower() if match else ""
