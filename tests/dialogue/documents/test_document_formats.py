"""What is read of each format: text as people read it, headings at their places, titles."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.dialogue.documents.document_files import document_xml, docx, paragraph, pdf, read_one, text_of

from tacit.dialogue.documents.source import Row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tacit.dialogue.protocols import Document


def one(folder: Path, name: str, data: str | bytes) -> Document:
    (document,), lost = read_one(folder, name, data)
    assert not lost
    for start, _, words in document.headings:
        assert document.text.startswith(words, start)
    return document


def test_markdown_is_read_without_its_marks(tmp_path: Path) -> None:
    read = one(
        tmp_path,
        "a.md",
        textwrap.dedent("""\
            ---
            author: me
            title: "The zoo"
            ---
            # Llamas *of* the `zoo`

            They **hum**, see [here](http://x.example/secret) ![a llama](l.png)
            and &amp; spit\\*.

            2. first
            3. second
               - inner

            ```python
            feed(llama)  # **kept**
            ```

            | a | b |
            |---|---|
            | 1 | 2 |

            <div>plain <b>bold</b><script>no()</script></div>

            Under
            -----
            """),
    )
    assert read.title == "The zoo"
    assert [(level, words) for _, level, words in read.headings] == [(1, "Llamas of the zoo"), (2, "Under")]
    blocks = read.text.split("\n\n")
    assert blocks == [
        "Llamas of the zoo",
        "They hum, see here a llama\nand & spit*.",
        "2. first",
        "3. second",
        "  - inner",
        "    feed(llama)  # **kept**",
        "a | b",
        "1 | 2",
        "plain bold",
        "Under",
    ]


def test_markdown_with_directives_and_definitions(tmp_path: Path) -> None:
    text = textwrap.dedent("""\
        # Zoo

        `--feed KIND`
        : What the llamas get.

        ````{note} Mind
        They *spit*.

        ```{code-block} sh
        feed --all
        ```
        ````

        ```{toctree}
        llamas
        ```

        ```{eval-rst}
        .. autofunction:: zoo.feed
        ```
        """)
    assert text_of(tmp_path, "a.md", text.encode()).split("\n\n") == [
        "Zoo", "--feed KIND: What the llamas get.", "Mind", "They spit.", "    feed --all",
    ]  # fmt: skip
    nested = "\n".join("`" * (40 - at) + "{note}" for at in range(37)) + "\ndeep"
    assert "deep" in text_of(tmp_path / "b", "b.md", nested.encode())


def test_restructured_text_is_read_without_its_marks(tmp_path: Path) -> None:
    text = textwrap.dedent("""\
        Zoo
        ===

        .. _here:
        .. note:: See :func:`~zoo.feed` and `the guide <http://x.example>`_.

           They hum.

        .. function:: feed(kind)

           Gives ``kind``.

        .. code-block:: sh

           feed --all

        .. toctree::

           llamas

        +-----+-------+
        | a   | one   |
        |     | two   |
        +=====+=======+
        | b   | x     |
        +-----+-------+
        """)
    assert text_of(tmp_path, "a.rst", text.encode()).split("\n\n") == [
        "Zoo", "Note: See zoo.feed and the guide.", "They hum.", "feed(kind)", "   Gives kind.", "    feed --all",
        "a | one two", "b | x",
    ]  # fmt: skip


def test_html_is_what_a_reader_sees(tmp_path: Path) -> None:
    page = """<!doctype html><html><head><title>Zoo &amp; more</title><style>p{}</style></head><body>
      <nav>Home</nav><header>Above</header>
      <h1>Llamas<a href="#l">¶</a></h1><p>They&nbsp;<b>hu</b>m &eacute;<br>twice<script>alert(1)</script>
      <p hidden>h1</p><p style="color:red; display : none">h2</p><div aria-hidden="true">h3</div>
      <template><p>h4</p></template><noscript>h5</noscript><select><option>h6</select>
      <ul><li>one<li>two</ul><pre>a\n  b</pre><table><tr><td>x<td>y</table>
      after</body></html>"""
    read = one(tmp_path, "a.html", page)
    assert read.title == "Zoo & more"
    assert read.text.split("\n\n") == [
        "Above", "Llamas", "They\xa0hum é\ntwice", "- one", "- two", "    a\n      b", "x | y", "after",
    ]  # fmt: skip
    assert [words for _, _, words in read.headings] == ["Llamas"]


def test_a_title_that_only_repeats_the_heading_is_the_heading(tmp_path: Path) -> None:
    assert one(tmp_path / "a", "a.html", "<title>Food - Zoo</title><h2>Food</h2><h3>Hay</h3>").title == "Food"
    assert one(tmp_path / "b", "a.html", "<title>Zoo</title><h1>Food</h1>").title == "Zoo"
    assert one(tmp_path / "c", "two.md", "# Food\n\n# Drink\n\nx").title == "two"


def test_html_main_part_and_declared_encoding(tmp_path: Path) -> None:
    page = '<meta charset="iso-8859-2"><body><div>menu</div><main><p>\xb1</p></main><footer>end</footer>'
    assert text_of(tmp_path, "a.htm", page.encode("latin-1")) == "ą"


def test_pdf_by_pages(tmp_path: Path) -> None:
    read = one(tmp_path, "a.pdf", pdf(["They hum.", "They spit."], "Llamas"))
    assert (read.title, read.text) == ("Llamas", "page 1\n\nThey hum.\n\npage 2\n\nThey spit.")
    assert [level for _, level, _ in read.headings] == [2, 2]


def test_docx_headings_by_style_tables_and_what_was_deleted(tmp_path: Path) -> None:
    body = (
        paragraph("Llamas", "Titre1") + paragraph("Food", "Titre2")
        + "<w:p><w:r><w:t>Gra</w:t></w:r><w:r><w:t>ss</w:t><w:tab/><w:t>hay</w:t></w:r>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r></w:p>"
        + f"<w:tbl><w:tr><w:tc>{paragraph('x')}</w:tc><w:tc>{paragraph('y')}</w:tc></w:tr></w:tbl>"
    )  # fmt: skip
    read = one(tmp_path, "a.docx", docx(document_xml(body)))
    assert read.title == "The zoo"
    assert read.text == "Llamas\n\nFood\n\nGrass\thay\n\nx | y"
    assert [(level, words) for _, level, words in read.headings] == [(1, "Llamas"), (2, "Food")]


def test_plain_text_with_underlined_headings(tmp_path: Path) -> None:
    read = one(
        tmp_path, "a.rst", "====\nZoo\n====\n\nLlamas\n======\nThey hum.\n\nFood\n----\nGrass.\n\n====\nNo title"
    )
    assert [(level, words) for _, level, words in read.headings] == [(1, "Zoo"), (2, "Llamas"), (3, "Food")]
    assert read.text == "Zoo\n\nLlamas\n\nThey hum.\n\nFood\n\nGrass.\n\n====\nNo title"
    assert read.title == "Zoo"
    assert one(tmp_path / "b", "notes.txt", "no heading").title == "notes"


def test_python_source_at_its_definitions_and_tables_of_texts(tmp_path: Path) -> None:
    source = (
        '"""Zoo."""\n\nX = 1\n\n\n@cached\ndef feed(a):\n    return a\n\n\n'
        'class Llama:\n    """Hums."""\n\n    def spit(self): ...\n'
    )
    read = one(tmp_path, "zoo.py", source)
    assert [words for _, _, words in read.headings] == ["feed", "Llama", "Llama.spit"]
    assert "feed\n\n@cached\ndef feed(a):\n    return a" in read.text
    topics = {"llama": "Humming\n*******\n\n" + "hum " * 60, "cat": "purr " * 60}
    read = one(tmp_path / "b", "topics.py", f"topics = {topics!r}\n")
    assert [(level, words) for _, level, words in read.headings] == [(1, "llama"), (2, "Humming"), (1, "cat")]
    assert "'" not in read.text
    (kept,), (remark,) = read_one(tmp_path / "c", "broken.py", "def (:\n")
    assert remark.part
    assert kept.text == "def (:"


@pytest.mark.parametrize("name", ["p.jsonl", "p.parquet", "p.csv"])
def test_rows_are_passages_already(tmp_path: Path, name: str) -> None:
    rows = [
        {"_id": "7-0", "title": "Llamas \n of the zoo", "text": "They hum.", "document": "7"},
        {"_id": "7-1", "title": None, "text": " ", "document": "7"},
        {"_id": "7-0", "title": None, "text": "twice", "document": "8"},
        {"_id": None, "title": None, "text": "without", "document": None},
        {"_id": "8-0", "title": None, "text": "They spit.", "document": None},
    ]
    frame, path = pl.DataFrame(rows), tmp_path / name
    write: dict[str, Callable[[Path], object]] = {
        "p.jsonl": frame.write_ndjson, "p.parquet": frame.write_parquet, "p.csv": frame.write_csv,
    }  # fmt: skip
    write[name](path)
    documents, lost = read_one(tmp_path, name, path.read_bytes())
    assert documents == [
        Row(f"{name}#7", "They hum.", "Llamas of the zoo", whole=True, id="7-0"),
        Row(name, "They spit.", whole=True, id="8-0"),
    ]
    assert {(found.reason, found.count, found.part) for found in lost} == {
        ("rows: no text", 1, True), ("rows: no id", 1, True), ("rows: an id that an earlier row has", 1, True),
    }  # fmt: skip


def test_a_table_without_text_says_what_rows_have(tmp_path: Path) -> None:
    documents, (lost,) = read_one(tmp_path, "a.jsonl", json.dumps({"caption": "x"}))
    assert not documents
    assert "no column text" in lost.reason
    assert not lost.part


@pytest.mark.parametrize(
    ("data", "text", "remark"),
    [
        ("née\r\n".encode(), "née", ""),
        (b"\xef\xbb\xbfn\xc3\xa9e", "née", ""),
        ("née".encode("utf-16"), "née", ""),
        ("née llama".encode("utf-16-le"), "née llama", ""),
        ("née".encode("utf-32"), "née", ""),
        ("née “x”".encode("cp1252"), "née “x”", "Latin-1"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, text: str, remark: str) -> None:
    (document,), lost = read_one(tmp_path, "a.txt", data)
    assert document.text == text
    assert [remark in found.reason and found.part for found in lost] == [True] * bool(remark)
