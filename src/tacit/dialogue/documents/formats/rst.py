"""reStructuredText: plain text with underlined headings, and directives, roles and tables as people read them."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING, Final

from tacit.dialogue.documents.builder import Builder
from tacit.dialogue.documents.decode import decode
from tacit.dialogue.documents.formats.text import add_text
from tacit.dialogue.documents.registry import document_format
from tacit.dialogue.documents.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.dialogue.documents.source import Source
    from tacit.dialogue.protocols import Document

_DIRECTIVE: Final = re.compile(
    r"^(?P<in>[ \t]*)\.\.[ \t]+(?:(?P<name>[\w:.+-]+)::[ \t]*(?P<title>[^\n]*)|[^\n]*)"
    r"(?P<body>(?:\n(?:[ \t]*|(?P=in)[ \t]+[^\n]*)(?=\n|\Z))*)",
    re.MULTILINE,
)
_OPTIONS: Final = re.compile(r"\A(?:\s*:[\w-]+:[^\n]*(?:\n|\Z))+")
_ROLE: Final = re.compile(r":[\w:+-]{1,40}:`[~!]?([^`<\n]+?)(?:\s*<[^`>\n]*>)?`")
_LINK: Final = re.compile(r"`([^`<\n]+?)\s*<[^`>\n]*>`__?")
_CODE: Final = re.compile(r"``([^`\n]+)``")
_NAMED: Final = re.compile(r"`([^`\n]+)`__?")
_EMPTY: Final = re.compile(r"\n(?:[ \t]*\n){2,}")
_LISTINGS: Final = frozenset(("code", "code-block", "sourcecode", "parsed-literal", "math", "doctest", "testcode"))
_NOT_READ: Final = frozenset((
    "toctree", "contents", "include", "literalinclude", "image", "figure", "raw", "index", "currentmodule", "module",
    "highlight", "default-domain", "meta", "role", "tabularcolumns", "sectionauthor", "moduleauthor",
))  # fmt: skip
_OBJECTS: Final = frozenset((
    "function", "class", "method", "attribute", "data", "exception", "option", "envvar", "glossary",
))  # fmt: skip
_DEEPEST: Final = 3
"""Directives within each other that are read; deeper ones are shown as they stand."""


@document_format(".rst")
def read_rst(source: Source) -> Iterator[Document | Unreadable]:
    """Read reStructuredText. Nothing is included, and directives are not carried out.

    Raises:
        DataError: If it is not text or too large.
    """
    text, remark = decode(source.data())
    if remark:
        yield Unreadable(source.name, remark, part=True)
    made = Builder()
    add_text(made, as_read(text))
    yield made.document(source.name)


def as_read(text: str, depth: int = 0) -> str:
    r"""Text without comments and marks, with what stands in notes and listings of directives.

    What a tool is to put in the place of a directive (``autoclass``, ``toctree``) is left out.

    Example:
        >>> print(as_read("See :func:`~zoo.feed`.\n\n.. note:: Llamas\n   hum.\n\n.. code-block:: sh\n\n   feed --all"))
        See zoo.feed.
        <BLANKLINE>
        Note: Llamas
        hum.
        <BLANKLINE>
            feed --all
    """
    if depth > _DEEPEST:
        return text
    text = _DIRECTIVE.sub(lambda match: _told(match, depth), text)
    if depth:
        return text
    for mark in (_CODE, _ROLE, _LINK, _NAMED):
        text = mark.sub(r"\1", text)
    return _EMPTY.sub("\n\n", text).strip("\n")


def _told(match: re.Match[str], depth: int) -> str:
    name, title = match["name"], (match["title"] or "").strip()
    if name is None or name in _NOT_READ or name.startswith("auto"):
        return "\n"
    body = dedent(_OPTIONS.sub("", match["body"].strip("\n"))).strip("\n")
    before = match["in"]
    if name in _LISTINGS:
        return f"\n{_indented(body, before + '    ')}\n"
    called = name.rpartition(":")[2].replace("-", " ").capitalize()
    if ":" in name or name in _OBJECTS:  # what is documented: its name, and below it what is said of it
        return f"\n{before}{title}\n\n{_indented(as_read(body, depth + 1), before + '   ')}\n"
    between = "\n\n" if match["body"].startswith("\n\n") else "\n"
    return f"\n{before}{called}: {title}{between}{_indented(as_read(body, depth + 1), before)}\n"


def _indented(text: str, before: str) -> str:
    return "\n".join(before + line if line.strip() else "" for line in text.split("\n"))
