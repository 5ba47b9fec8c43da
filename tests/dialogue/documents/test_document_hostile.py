"""Files that were made to do harm, or are no documents: a reason each, nothing hangs, nothing else is touched."""

from __future__ import annotations

import io
import os
import time
import zipfile
from typing import TYPE_CHECKING

import pypdf
import pytest
from tests.dialogue.documents.document_files import document_xml, docx, paragraph, pdf, read_one

from tacit.dialogue.documents import source as sources
from tacit.dialogue.documents.cut import cut
from tacit.dialogue.documents.find import find_documents
from tacit.dialogue.documents.formats import docx as docx_format
from tacit.dialogue.documents.read import read_documents
from tacit.dialogue.documents.source import Source, Unreadable
from tacit.dialogue.protocols import Document
from tacit.errors import DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def reason(folder: Path, name: str, data: str | bytes) -> str:
    """Why nothing of a file is read."""
    documents, (lost,) = read_one(folder, name, data)
    assert not documents
    assert not lost.part
    return lost.reason


def encrypted(text: str) -> bytes:
    writer, held = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([text]))), io.BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(held)
    return held.getvalue()


def test_what_is_refused_and_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "binary" in reason(tmp_path / "a", "a.txt", bytes(range(32)) * 50)
    assert "no reader for .exe" in reason(tmp_path / "b", "a.exe", b"MZ")
    assert "encrypted" in reason(tmp_path / "c", "a.pdf", encrypted("They hum."))
    assert "pictures" in reason(tmp_path / "d", "a.pdf", pdf([""]))
    assert "damaged" in reason(tmp_path / "e", "a.pdf", pdf(["They hum."])[:200])
    assert "damaged" in reason(tmp_path / "f", "a.docx", b"PK\x03\x04 no zip")
    assert "encrypted" in reason(tmp_path / "g", "a.docx", b"\xd0\xcf\x11\xe0" + bytes(100))
    assert "document type" in reason(tmp_path / "h", "a.docx", docx(document_xml(paragraph("&b;"), BOMB)))
    assert "65,536" in reason(tmp_path / "i", "a.html", "<p " + "a=b " * 20_000 + ">")
    assert "not a parquet file" in reason(tmp_path / "j", "a.parquet", b"PAR1" + bytes(50) + b"PAR1")
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 1000)
    assert "larger than" in reason(tmp_path / "k", "a.md", "a " * 1000)


def test_a_zip_bomb_is_counted_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_format, "MAX_TEXT", 1_000_000)
    bomb = docx(b"<a>" + bytes(1_000_010))
    assert len(bomb) < 4_000
    assert "unpacks to more" in reason(tmp_path / "a", "a.docx", bomb)
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        told = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    assert bomb.count(told) == 2
    assert "damaged" in reason(tmp_path / "b", "a.docx", bomb.replace(told, (1000).to_bytes(4, "little")))


def test_deep_nesting_ends(tmp_path: Path) -> None:
    began = time.process_time()
    (document,), (lost,) = read_one(tmp_path / "a", "a.html", "<p>before</p>" + "<div>" * 200_000 + "deep")
    assert document.text == "before"
    assert "nested too deeply" in lost.reason
    assert lost.part
    deep = document_xml("<w:sdt>" * 20_000 + "</w:sdt>" * 20_000)
    assert "damaged" in reason(tmp_path / "b", "a.docx", docx(deep))
    (document,), (lost,) = read_one(tmp_path / "c", "a.md", "> " * 5_000 + "deep\n\n" + "[" * 5_000 + "*a " * 2_000)
    assert "[[[" in document.text
    assert "nested too deeply" in lost.reason
    (document,), (lost,) = read_one(tmp_path / "d", "a.py", "x = " + "(" * 50_000)
    assert "plain text" in lost.reason
    assert time.process_time() - began < 5


def test_no_script_survives_tricks(tmp_path: Path) -> None:
    page = (
        "<p>a</p><script>evil()<!--</script><SCRIPT/x>evil()</SCRIPT><svg><style>evil</style></svg><!-- evil -->"
        "<img onerror=evil()><iframe srcdoc='evil'>evil</iframe><p>b"
    )
    (document,), _ = read_one(tmp_path, "a.html", page)
    assert document.text == "a\n\nb"


def test_nul_bytes_and_one_long_line(tmp_path: Path) -> None:
    (document,), _ = read_one(tmp_path, "a.txt", "a\0b" + " and words" * 50)
    assert document.text.startswith("a\ufffdb")
    began = time.process_time()
    passages = cut(Document("long", "a" * 5_000_000))
    assert 2_500 < len(passages) < 5_000
    assert sum(passage.end - passage.start for passage in passages) >= 5_000_000
    assert time.process_time() - began < 5


@pytest.mark.skipif(os.name == "nt", reason="links and names as Unix has them")
def test_links_pipes_and_names(tmp_path: Path) -> None:
    docs, outside = tmp_path / "docs", tmp_path / "outside.txt"
    (docs / "in").mkdir(parents=True)
    (docs / "in" / "a.txt").write_text("a")
    (docs / ".hidden.txt").write_text("hidden")
    outside.write_text("secret")
    (docs / "inside").symlink_to(docs / "in")
    (docs / "loop").symlink_to(docs / "loop")
    (docs / "up").symlink_to(docs)
    (docs / "out.txt").symlink_to(outside)
    (docs / "nothing.txt").symlink_to(docs / "missing")
    os.mkfifo(docs / "pipe.txt")
    (docs / os.fsdecode(b"caf\xe9.txt")).write_text("bytes")
    found = list(read_documents([docs]))
    lost = {one.name: one.reason for one in found if isinstance(one, Unreadable)}
    assert {one.name: one.text for one in found if isinstance(one, Document)} == {
        "caf\\xe9.txt": "bytes",
        "in/a.txt": "a",
    }
    assert set(lost) == {"loop", "nothing.txt", "out.txt", "pipe.txt"}
    assert lost["pipe.txt"] == "not a regular file"


def test_names_in_several_places(tmp_path: Path) -> None:
    for folder in ("one/docs", "two/docs"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.md").write_text(folder)
    places = [tmp_path / "one/docs", tmp_path / "two/docs", tmp_path / "one/docs/a.md", tmp_path / "one"]
    names = [one.name for one in find_documents(places)]
    assert names == ["a.md", "docs/a.md"]
    named = next(iter(find_documents([tmp_path / "one/docs/a.md"])))
    assert named == Source("a.md", tmp_path / "one/docs/a.md", named=True)


def test_nothing_to_read_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Check the spelling"):
        list(read_documents([tmp_path / "missing"]))
    with pytest.raises(UsageError, match="not a local file"):
        list(read_documents(["https://example.org/a.html"]))
    with pytest.raises(DataError, match=r"no documents.*\.md"):
        list(read_documents([tmp_path]))
    (tmp_path / "a.exe").write_bytes(b"MZ")
    with pytest.raises(DataError, match=r"a\.exe: no reader for \.exe files"):
        list(read_documents([tmp_path]))
    assert next(iter(read_documents([_named(tmp_path)]))).name == "notes.conf"


def _named(folder: Path) -> Path:
    """A file that is text under an ending nobody knows: read if it is named."""
    (folder / "notes.conf").write_text("hum = yes")
    return folder / "notes.conf"
