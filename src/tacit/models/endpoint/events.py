"""Server-sent events: the lines of a reply that comes piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def event_data(pieces: Iterable[bytes]) -> Iterator[str]:
    r"""The data of each event of a stream, as it comes.

    Of the fields only ``data`` is read, and several of one event are joined, as the standard asks for (WHATWG HTML,
    section 9.2.6). An event that the stream breaks off in is left out.

    Args:
        pieces: The bytes as they arrive, cut anywhere.

    Example:
        >>> list(event_data([b": hello\nda", b"ta: 1\r\n\r", b"\ndata: 2\ndata:3\n\ndata: lo"]))
        ['1', '2\n3']
    """
    data: list[str] = []
    for line in _lines(pieces):
        field, _, value = line.partition(b":")
        if not line:
            if data:
                yield "\n".join(data)
            data = []
        elif field == b"data":
            data.append(value.removeprefix(b" ").decode("utf-8", "replace"))


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their ends; a last one without an end is left out."""
    kept = bytearray()
    for piece in pieces:
        kept += piece
        if b"\n" not in piece:
            continue
        *lines, rest = kept.split(b"\n")
        kept = bytearray(rest)
        for line in lines:
            yield bytes(line).removesuffix(b"\r")
