"""Markdown (CommonMark with tables), as people read it: without marks, with code."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from tacit.dialogue.documents.builder import Builder
from tacit.dialogue.documents.decode import decode
from tacit.dialogue.documents.formats.html import add_html
from tacit.dialogue.documents.formats.rst import as_read
from tacit.dialogue.documents.registry import document_format
from tacit.dialogue.documents.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from tacit.dialogue.documents.source import Source
    from tacit.dialogue.protocols import Document

_FRONT: Final = re.compile(r"---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE: Final = re.compile(
    r"^title:[ \t]*(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'|(?P<plain>[^\n]*))", re.MULTILINE
)
_LONGEST: Final = 1_048_576
"""Characters that are parsed, in some seconds; what is longer is data, and is read as plain text."""
_DEEPEST: Final = 100
"""Lists and quotations within each other."""
_LONGEST_BLOCK: Final = 65_536
"""Characters of a paragraph whose marks are taken out: parsing takes time by the square for some of what is longer."""


_DIRECTIVE: Final = re.compile(r"\s*\{(?P<name>[\w:.-]+)\}(?P<title>.*)")
_LISTINGS: Final = frozenset(("code", "code-block", "code-cell", "sourcecode", "parsed-literal", "math"))
_NOT_READ: Final = frozenset(
    ("toctree", "contents", "include", "literalinclude", "image", "raw", "index", "bibliography")
)
"""Directives that say what to put there, not what there is to read."""
_OPTIONS: Final = re.compile(r"\A(?:[ \t]*:[\w-]+:[^\n]*(?:\n|\Z))+")
_DEEPEST_NOTE: Final = 3
"""Directives within each other that are read; deeper ones are shown as they stand."""
_DEFINED: Final = re.compile(r"(?<=\S)\n:[ \t]+")
"""Between a term and its definition."""
_MARKS: Final = re.compile(r"[\\`*_\[\]<>&!]")


@document_format(".md", ".markdown", ".mdx")
def read_markdown(source: Source) -> Iterator[Document | Unreadable]:
    """Read Markdown; the title is that of the front matter or the first heading.

    Raises:
        DataError: If it is not text or too large.
    """
    text, remark = decode(source.data())
    if remark:
        yield Unreadable(source.name, remark, part=True)
    title = ""
    if front := _FRONT.match(text):
        text = text[front.end() :]
        if named := _TITLE.search(front[1]):
            title = (named["double"] or named["single"] or named["plain"] or "").strip()
    made = Builder()
    if len(text) > _LONGEST:
        yield Unreadable(source.name, f"longer than {_LONGEST:,} characters: read as plain text", part=True)
        made.block(text)
    else:
        tokens = _parser().parse(text)
        if any(token.level >= _DEEPEST - 1 for token in tokens):
            yield Unreadable(
                source.name, "lists or quotations are nested too deeply: the innermost are left out", part=True
            )
        _add_blocks(made, tokens)
    yield made.document(source.name, title)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Marks within paragraphs are parsed one paragraph at a time below, so that a hostile one costs only itself.
    return MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").disable("inline")


@cache
def _inline_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


def _add_blocks(made: Builder, tokens: Sequence[Token], depth: int = 0) -> None:
    lists: list[int | None] = []  # The next number of each list that is open; None in one with bullets.
    prefix = heading = ""
    cells: list[str] | None = None
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append(int(token.attrs.get("start", 1)) if token.type[0] == "o" else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif token.type == "list_item_open":
            number = lists[-1]
            prefix = "  " * (len(lists) - 1) + ("- " if number is None else f"{number}. ")
            lists[-1] = None if number is None else number + 1
        elif token.type == "heading_open":
            heading = token.tag
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            made.block(" | ".join(cells or ()))
            cells = None
        elif token.type == "inline":
            words = _as_read(token.content)
            if heading:
                made.heading(int(heading[1]), words)
            elif cells is not None:
                cells.append(words)
            else:
                made.block(prefix + _DEFINED.sub(": ", words, count=1))
            prefix = heading = ""
        elif token.type in {"fence", "code_block"}:
            _add_fence(made, token, depth)
        elif token.type == "html_block":
            add_html(made, token.content)


def _add_fence(made: Builder, token: Token, depth: int) -> None:
    """A listing; or what stands in a directive of MyST, such as a note."""
    directive = _DIRECTIVE.match(token.info)
    if directive is None or directive["name"] in _LISTINGS or depth == _DEEPEST_NOTE:
        made.listing(token.content)
    elif directive["name"] == "eval-rst":
        made.block(as_read(token.content))
    elif directive["name"] not in _NOT_READ:
        made.block(_as_read(directive["title"].strip()))
        _add_blocks(made, _parser().parse(_OPTIONS.sub("", token.content)), depth + 1)


def _as_read(text: str) -> str:
    """A paragraph without its marks: text of links and code, descriptions of pictures."""
    if len(text) > _LONGEST_BLOCK or not _MARKS.search(text):
        return text
    words = []
    for token in _inline_parser().parseInline(text)[0].children or ():
        if token.type in {"text", "code_inline", "image", "text_special"}:
            words.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            words.append("\n")
    return "".join(words)
