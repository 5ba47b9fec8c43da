"""Lines of a stream of bytes, in constant memory however long they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from tacit.io.tables import MAX_TEXT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK_BYTES: Final = 262144
"""What is parsed of a block stays in the processor's cache: larger blocks are slower."""
_SKIP_BYTES: Final = 1_048_576


def read_blocks(file: BinaryIO, start: int = 0, stop: int | None = None) -> Iterator[bytes | None]:
    r"""The lines that start within a range of bytes, many at a time.

    A line that starts in the range is read to its end, wherever that is; so ranges that follow each other give every
    line once.

    Args:
        file: Seekable when `start` is not 0.
        start: First byte of the range.
        stop: Byte behind the range; ``None`` for all the rest.

    Yields:
        Whole lines, each with its line feed (the last one of a file may lack it); ``None`` for a single line longer
        than `MAX_TEXT_BYTES`, which is passed over.

    Example:
        >>> import io
        >>> [list(read_blocks(io.BytesIO(b"ab\ncd\nef"), *cut)) for cut in ((0, 1), (1, None))]
        [[b'ab\n'], [b'cd\n', b'ef']]
    """
    at = start
    if start:
        # Where a line starts is told by the byte before it.
        file.seek(start - 1)
        at += _pass_line(file) - 1
    rest = b""
    while stop is None or at < stop:
        piece = file.read(BLOCK_BYTES)
        first = piece.find(b"\n") + 1
        if len(rest) + (first - 1 if first else len(piece)) > MAX_TEXT_BYTES:
            yield None
            passed = len(rest) + (first or len(piece) + _pass_line(file))
            at, rest, piece = at + passed, b"", piece[first:] if first else b""
            if not piece:
                continue
        elif not piece:
            if rest:
                yield rest
            return
        rest += piece
        whole = _whole(rest, None if stop is None else stop - at)
        if whole:
            yield rest[:whole]
            at, rest = at + whole, rest[whole:]


def _whole(data: bytes, room: int | None) -> int:
    """How many bytes the whole lines take up that start within `room` bytes."""
    if room is None or len(data) < room:
        return data.rfind(b"\n") + 1
    # The line that holds the last byte of the range is the last one to start in it.
    if room <= 0:
        return 0
    return data.find(b"\n", room - 1) + 1 or data.rfind(b"\n") + 1


def _pass_line(file: BinaryIO) -> int:
    """Read to the end of the line, keeping nothing; how many bytes that was."""
    passed = 0
    while piece := file.readline(_SKIP_BYTES):
        passed += len(piece)
        if piece.endswith(b"\n"):
            break
    return passed
