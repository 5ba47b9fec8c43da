"""HTML: what a reader sees of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tacit.dialogue.documents.builder import Builder
from tacit.dialogue.documents.decode import decode
from tacit.dialogue.documents.registry import document_format
from tacit.dialogue.documents.source import Unreadable
from tacit.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.dialogue.documents.source import Source
    from tacit.dialogue.protocols import Document

_UNSEEN: Final = frozenset((
    "head", "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed", "audio", "video",
    "canvas", "select", "textarea", "button", "input", "dialog", "nav",
))  # fmt: skip
"""Elements whose text is no part of what a page says; ``nav`` is the same on every page."""
_BLOCKS: Final = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "li", "main",
    "menu", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
))  # fmt: skip
_HIDING: Final = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_LEVEL: Final = re.compile(r"h[1-6]")
_BLANKS: Final = re.compile(r"[ \t\n\f\r\u200b]+")
_DECLARED: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_LONG_TAG: Final = re.compile(r"<[a-zA-Z][^<>]{65536}")
"""No page has such a tag, and thousands of attributes take time by their square."""


@document_format(".html", ".htm", ".xhtml")
def read_html(source: Source) -> Iterator[Document | Unreadable]:
    """Read a page: title, headings and visible text, of its ``main`` part if it has one.

    Raises:
        DataError: If it is not text, or too large.
        MissingExtraError: If lxml is not installed.
    """
    text, remark = _decoded(source.data())
    if remark:
        yield Unreadable(source.name, remark, part=True)
    made = Builder()
    title, whole = add_html(made, text)
    if not whole:
        yield Unreadable(source.name, "elements are nested too deeply: the page is read up to there", part=True)
    yield made.document(source.name, title)


def add_html(made: Builder, text: str) -> tuple[str, bool]:
    r"""Add what is visible of a page, or of a piece of one.

    Returns:
        The page's title, and whether it was read to the end.

    Raises:
        DataError: If a tag is absurdly long.
        MissingExtraError: If lxml is not installed.

    Example:
        >>> made = Builder()
        >>> add_html(made, "<title>Zoo</title><h1>Llamas</h1><p>They <b>hum</b>.<script>spit()</script>")
        ('Zoo', True)
        >>> made.document("a.html").text
        'Llamas\n\nThey hum.'
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise MissingExtraError("Reading HTML", "dialogue") from error
    if _LONG_TAG.search(text):
        raise DataError("holds a tag of more than 65,536 characters")
    if not text.strip():
        return "", True
    # Beyond 256 levels the parser stops; without that bound, some pages would take hours.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(text.replace("\0", "\ufffd").encode("utf-8", "replace"), parser)
    whole = all(entry.type_name != "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
    if root is None:
        return "", whole
    title = next(root.iter("title"), None)
    mains = [found for found in root.iter("main", "article") if not _hidden(found)]
    main = next((found for found in mains if found.tag == "main"), mains[0] if len(mains) == 1 else root)
    _Page(made).walk(main)
    return "" if title is None or not title.text else title.text.strip(), whole


class _Page:
    """Gathers visible text into blocks."""

    def __init__(self, made: Builder) -> None:
        self._made = made
        self._words: list[str] = []
        self._as_is = 0

    def walk(self, root: Any) -> None:  # noqa: ANN401 - lxml has no types
        from lxml import etree

        steps = etree.iterwalk(root, events=("start", "end"))
        for event, element in steps:
            tag = element.tag
            if event == "start":
                if tag in _UNSEEN or _hidden(element):
                    steps.skip_subtree()
                    continue
                self._begin(tag)
                self._say(element.text)
                continue
            if tag not in _UNSEEN and not _hidden(element):
                self._end(tag)
            if element is not root:
                self._say(element.tail)
        self._flush()

    def _begin(self, tag: str) -> None:
        if tag in _BLOCKS or _LEVEL.fullmatch(tag):
            self._flush()
            if tag == "li":
                self._words.append("- ")
        elif tag == "br":
            self._words.append("\n")
        elif tag in {"td", "th"} and self._words:
            self._words.append(" | ")
        self._as_is += tag == "pre"

    def _end(self, tag: str) -> None:
        if _LEVEL.fullmatch(tag):
            words, self._words = "".join(self._words), []
            self._made.heading(int(tag[1]), words.replace("¶", ""))
        elif tag in _BLOCKS:
            self._flush()
        self._as_is -= tag == "pre"

    def _say(self, text: str | None) -> None:
        if text:
            self._words.append(text if self._as_is else _BLANKS.sub(" ", text))

    def _flush(self) -> None:
        text, self._words = "".join(self._words), []
        if not text.strip(" -\n"):
            return
        if self._as_is:
            self._made.listing(text)
        else:
            self._made.block("\n".join(" ".join(line.split(" ")).strip() for line in text.split("\n")))


def _hidden(element: Any) -> bool:  # noqa: ANN401 - lxml has no types
    held = element.attrib
    if not held:
        return False
    return (
        "hidden" in held
        or held.get("aria-hidden", "").strip().lower() == "true"
        or _HIDING.search(held.get("style", "")) is not None
    )


def _decoded(data: bytes) -> tuple[str, str]:
    text, remark = decode(data)
    declared = _DECLARED.search(data[:4096])
    if remark and declared:
        try:
            return data.decode(declared[1].decode("ascii"), "replace"), ""
        except (LookupError, UnicodeError):
            pass
    return text, remark
