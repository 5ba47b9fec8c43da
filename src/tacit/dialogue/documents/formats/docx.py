"""Word documents (.docx): a zip of XML, read in memory and with bounds."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final

from tacit.dialogue.documents.builder import Builder
from tacit.dialogue.documents.registry import document_format
from tacit.dialogue.documents.source import MAX_TEXT, Unreadable
from tacit.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.dialogue.documents.source import Source
    from tacit.dialogue.protocols import Document

_MAIN: Final = "word/document.xml"
_ENTRIES: Final = 10_000
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_LEVEL: Final = re.compile(r"heading ([1-9])", re.IGNORECASE)
_LEFT_OUT: Final = frozenset(f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText"))


@document_format(".docx")
def read_docx(source: Source) -> Iterator[Document | Unreadable]:
    """Read a Word document: paragraphs, headings by their styles, rows of tables; deleted and hidden text is left out.

    Raises:
        DataError: If it is no such document, is encrypted, unpacks to too much or declares entities.
        MissingExtraError: If lxml is not installed.
    """
    data = source.data()
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise DataError("encrypted, or a .doc of old: save it as .docx without a password")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if len(names) > _ENTRIES:
            raise DataError(f"a zip of more than {_ENTRIES:,} files is no Word document")
        if _MAIN not in names:
            raise DataError("not a Word document: the zip holds no word/document.xml")
        levels = _levels(_xml(archive, "word/styles.xml")) if "word/styles.xml" in names else {}
        core = _xml(archive, "docProps/core.xml") if "docProps/core.xml" in names else None
        title = "" if core is None else core.findtext(_TITLE) or ""
        made = Builder()
        body = _xml(archive, _MAIN).find(f"{_W}body")
        if body is not None:
            _add_body(made, body, levels)
    yield made.document(source.name, title)


def _xml(archive: zipfile.ZipFile, name: str) -> Any:  # noqa: ANN401 - lxml has no types
    try:
        from lxml import etree
    except ImportError as error:
        raise MissingExtraError("Reading .docx", "dialogue") from error
    # What the zip says of sizes may be a lie, so what is read is counted.
    if archive.getinfo(name).file_size > MAX_TEXT:
        raise DataError(_too_large(name))
    with archive.open(name) as file:
        data = file.read(MAX_TEXT + 1)
    if len(data) > MAX_TEXT:
        raise DataError(_too_large(name))
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise DataError(f"{name} declares a document type, as no Word document does and bombs do")
    return root


def _too_large(name: str) -> str:
    return f"{name} unpacks to more than {MAX_TEXT:,} bytes"


def _levels(styles: Any) -> dict[str, int]:  # noqa: ANN401 - lxml has no types
    """Levels of headings by the id of the style; the names are English in every language of Word."""
    found = {}
    for style in styles.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        match = _LEVEL.fullmatch("" if name is None else name.get(f"{_W}val", ""))
        if match:
            found[style.get(f"{_W}styleId", "")] = int(match[1])
    return found


def _add_body(made: Builder, body: Any, levels: dict[str, int]) -> None:  # noqa: ANN401 - lxml has no types
    for part in body.iterchildren():
        if part.tag == f"{_W}tbl":
            for row in part.iter(f"{_W}tr"):
                cells = [" ".join(_words(cell).split()) for cell in row.iterchildren(f"{_W}tc")]
                made.block(" | ".join(filter(None, cells)))
            continue
        for paragraph in part.iter(f"{_W}p"):
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            level = 0 if style is None else levels.get(style.get(f"{_W}val", ""), 0)
            if level:
                made.heading(level, _words(paragraph))
            else:
                made.block(_words(paragraph))


def _words(part: Any) -> str:  # noqa: ANN401 - lxml has no types
    from lxml import etree

    words: list[str] = []
    steps = etree.iterwalk(part, events=("start", "end"))
    for event, element in steps:
        tag = element.tag
        if event == "end":
            if tag == f"{_W}p" and element is not part:
                words.append("\n")
        elif tag in _LEFT_OUT or (tag == f"{_W}r" and element.find(f"{_W}rPr/{_W}vanish") is not None):
            steps.skip_subtree()
        elif tag == f"{_W}t":
            words.append(element.text or "")
        elif tag == f"{_W}tab":
            words.append("\t")
        elif tag in {f"{_W}br", f"{_W}cr"}:
            words.append("\n")
    return "".join(words)
