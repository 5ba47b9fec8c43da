"""What a page of an annotator sends, read field by field."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.turns import Written
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.datastructures import FormData

LONGEST_TEXT: Final = 2000
"""Characters of one answer."""
_SUBMISSION: Final = re.compile(r"[0-9a-f]{32}")
_LONGEST: Final = 24 * 3600.0


def text_of(form: FormData, name: str) -> str:
    r"""A text field, with line ends as ``\n``; ``""`` when it is missing or a file."""
    value = form.get(name, "")
    if not isinstance(value, str):
        return ""
    return value.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()


def number_of(form: FormData, name: str) -> int:
    """A whole number, such as the id of a picture.

    Raises:
        UsageError: If it is not one.
    """
    value = text_of(form, name)
    if not value.isascii() or not value.isdecimal() or len(value) > 15:
        raise UsageError(f"The page sent no {name}. Load it again from your link.")
    return int(value)


def submission_of(form: FormData) -> str:
    """The page's own mark, the same however often it is sent.

    Raises:
        UsageError: If it has none.
    """
    value = text_of(form, "submission")
    if not _SUBMISSION.fullmatch(value):
        raise UsageError("The page did not say which it is. Load it again from your link.")
    return value


def fields_of(form: FormData, ask: Sequence[str]) -> list[Written]:
    """What stands in the fields of the page, one entry per type asked for; texts without white space around them."""
    return [
        Written(
            type_,
            text_of(form, f"text-{type_}").strip(),
            text_of(form, f"nothing-{type_}") == "1",
            _seconds(text_of(form, f"seconds-{type_}")),
            text_of(form, f"pasted-{type_}") == "1",
        )
        for type_ in ask
    ]


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return min(seconds, _LONGEST) if math.isfinite(seconds) and seconds >= 0 else None


def problems_of(fields: Sequence[Written]) -> dict[str, str]:
    """What keeps fields from being an answer, by type; empty when nothing does."""
    found = {}
    for written in fields:
        if len(written.text) > LONGEST_TEXT:
            found[written.type] = (
                f"This is {len(written.text):,} characters long, and at most {LONGEST_TEXT:,} can be kept. "
                "Please shorten it."
            )
        elif written.text and written.nothing:
            found[written.type] = "There is a text, and the box below it is ticked. Please keep one of the two."
        elif not written.text and not written.nothing:
            found[written.type] = "Please write something, or tick the box below."
    return found
