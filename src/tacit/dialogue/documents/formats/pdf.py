"""PDF, by pages."""

from __future__ import annotations

import io
import logging
import time
from typing import TYPE_CHECKING, Final

from tacit.dialogue.documents.builder import Builder
from tacit.dialogue.documents.registry import document_format
from tacit.dialogue.documents.source import Unreadable
from tacit.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PdfReader

    from tacit.dialogue.documents.source import Source
    from tacit.dialogue.protocols import Document

_PAGES: Final = 20_000
_SECONDS: Final = 120.0
"""After which the rest of the pages is left out."""


@document_format(".pdf")
def read_pdf(source: Source) -> Iterator[Document | Unreadable]:
    """Read a PDF; each page is a section, so that a citation can say which. Pictures of text are not read.

    Raises:
        DataError: If it is encrypted, damaged or holds no text.
        MissingExtraError: If pypdf is not installed.
    """
    reader = _opened(source)
    made, lost, began = Builder(), [], time.monotonic()
    for number, page in enumerate(reader.pages, 1):
        if number > _PAGES or time.monotonic() - began > _SECONDS:
            yield Unreadable(source.name, f"too long: read up to page {number - 1:,}", part=True)
            break
        try:
            text = page.extract_text()
        except DataError:
            raise
        except Exception:  # pypdf raises whatever a damaged page leads it to; the other pages can still be read
            text = ""
        if text.strip():
            made.heading(2, f"page {number}")
            made.block(text)
        else:
            lost.append(number)
    title = reader.metadata.title if reader.metadata else None
    document = made.document(source.name, str(title or source.path.stem))
    if not document.text:
        raise DataError("holds no text: its pages may be pictures. Put it through text recognition (OCR) first")
    if lost:
        which = ", ".join(map(str, lost[:5])) + (", ..." if len(lost) > 5 else "")
        yield Unreadable(source.name, f"{len(lost):,} of its pages without text that can be read: {which}", part=True)
    yield document


def _opened(source: Source) -> PdfReader:
    try:
        from pypdf import PasswordType, PdfReader
    except ImportError as error:
        raise MissingExtraError("Reading PDF", "dialogue") from error
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it remarks on, we say ourselves
    reader = PdfReader(io.BytesIO(source.data()))
    if reader.is_encrypted:
        # Many files that anybody may read are encrypted with an empty password.
        try:
            opened = reader.decrypt("")
        except Exception as error:  # the cipher may need a package that is not there
            raise DataError(f"encrypted ({type(error).__name__}): save a copy without a password") from None
        if opened == PasswordType.NOT_DECRYPTED:
            raise DataError("encrypted: save a copy without a password")
    return reader
