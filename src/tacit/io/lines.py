"""Lines of a stream of bytes, in constant memory however long they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from tacit.io.tables import MAX_TEXT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

_SKIP_BYTES: Final = 1_048_576


def read_lines(file: BinaryIO, start: int = 0, stop: int | None = None) -> Iterator[bytes | None]:
    r"""The lines that start within a range of bytes.

    A line that starts in the range is read to its end, wherever that is; so ranges that follow each other give every
    line once.

    Args:
        file: Seekable when `start` is not 0.
        start: First byte of the range.
        stop: Byte behind the range; ``None`` for all the rest.

    Yields:
        Lines with their line feed; ``None`` for one longer than `MAX_TEXT_BYTES`, which is passed over.

    Example:
        >>> import io
        >>> [list(read_lines(io.BytesIO(b"ab\ncd\nef"), *cut)) for cut in ((0, 1), (1, None))]
        [[b'ab\n'], [b'cd\n', b'ef']]
    """
    at = start
    if start:
        # Where a line starts is told by the byte before it.
        file.seek(start - 1)
        at += _pass_line(file) - 1
    while stop is None or at < stop:
        line = file.readline(MAX_TEXT_BYTES + 1)
        if not line:
            return
        at += len(line)
        if len(line) > MAX_TEXT_BYTES and not line.endswith(b"\n"):
            at += _pass_line(file)
            yield None
        else:
            yield line


def _pass_line(file: BinaryIO) -> int:
    """Read to the end of the line, keeping nothing; how many bytes that was."""
    passed = 0
    while piece := file.readline(_SKIP_BYTES):
        passed += len(piece)
        if piece.endswith(b"\n"):
            break
    return passed
