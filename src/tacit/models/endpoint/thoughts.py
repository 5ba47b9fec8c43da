"""What a model thinks aloud before it answers: many servers leave it in the answer, between tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OPENING: Final = "<think>"
_CLOSING: Final = "</think>"


def answered(pieces: Iterable[str]) -> Iterator[str]:
    r"""A reply without the thoughts that it begins with.

    Thoughts that never end are all there is, so nothing is left. A closing tag alone counts if it comes with the first
    words: some models find the opening one in their prompt, and it is not sent back.

    Args:
        pieces: The reply as it comes, cut anywhere.

    Example:
        >>> list(answered(["<th", "ink>Llamas?</thi", "nk>\n\nThey ", "hum."]))
        ['They ', 'hum.']
        >>> list(answered(["Llamas? </think> They hum."])), list(answered(["<think>Llamas"]))
        (['They hum.'], [])
    """
    held, coming = "", iter(pieces)
    for piece in coming:
        held += piece
        if _CLOSING in held:
            held = held.partition(_CLOSING)[2].lstrip()
            break
        if not _OPENING.startswith(held.lstrip()[: len(_OPENING)]):
            break
    if held and not held.lstrip().startswith(_OPENING):
        yield held
    yield from coming
