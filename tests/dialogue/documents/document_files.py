"""Small files of each format, made by hand."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

from tacit.dialogue.documents.read import read_documents
from tacit.dialogue.documents.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tacit.dialogue.protocols import Document

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STYLES: Final = (
    f'<w:styles xmlns:w="{W}"><w:style w:styleId="Titre1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Titre2"><w:name w:val="heading 2"/></w:style></w:styles>'
)
CORE: Final = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The zoo</dc:title></cp:coreProperties>'
)


def document_xml(body: str, head: str = "") -> str:
    return f'<?xml version="1.0"?>{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'


def paragraph(words: str, style: str = "") -> str:
    kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{kind}<w:r><w:t>{words}</w:t></w:r></w:p>"


def docx(main: str | bytes, **more: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", main)
        for name, text in {"word/styles.xml": STYLES, "docProps/core.xml": CORE, **more}.items():
            archive.writestr(name, text)
    return held.getvalue()


def pdf(pages: Sequence[str], title: str = "") -> bytes:
    """A PDF with a line of text per page."""
    streams = [f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" for text in pages]
    kids = " ".join(f"{5 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Title ({title}) >>",
    ]
    for at, stream in enumerate(streams):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {6 + 2 * at} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        made
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info 4 0 R >>\n"
            f"startxref\n{len(made)}\n%%EOF\n"
        ).encode()
    )


def read_one(folder: Path, name: str, data: str | bytes) -> tuple[list[Document], list[Unreadable]]:
    """What is read of a file, and what is not; other files are in its folder, so that something can be read."""
    folder.mkdir(exist_ok=True)
    (folder / "beside.txt").write_text("beside")
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    found = list(read_documents([folder]))
    documents = [one for one in found if not isinstance(one, Unreadable) and one.name != "beside.txt"]
    return documents, [one for one in found if isinstance(one, Unreadable)]


def text_of(folder: Path, name: str, data: str | bytes) -> str:
    """The text of the only document in a file, which is read without remark."""
    (document,), lost = read_one(folder, name, data)
    assert not lost
    return document.text
