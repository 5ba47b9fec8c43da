"""What tests ask of a page: its outline and its words."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

from tacit.report.inert import active_content


class Outline(HTMLParser):
    """Headings, anchors, links, tables and drawings of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tables = self.captions = self.unnamed = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given.get("href")))
        self.tables += tag == "table"
        self.captions += tag == "caption"
        if tag == "svg" and not given.get("aria-hidden"):
            self.unnamed += not (given.get("role") == "img" and given.get("aria-label"))


def words_of(markup: str) -> str:
    """The text of a page, without its style sheet."""
    body = re.sub(r"<style>.*?</style>", "", markup, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def assert_self_contained(page: str) -> None:
    """A page runs nothing, asks for nothing and holds no character that acts; a made-up address is only text."""
    assert active_content(page) == []
    assert "default-src 'none'" in page
    rest = page.replace("http://www.w3.org/2000/svg", "").replace("http://evil.example", "")
    assert not re.search(r"https?://", rest)
    for name in ("<script", "<img", "<style>*", "onerror=alert(1)>&lt", "\u202e"):
        assert name not in page
    assert not [c for c in page if ord(c) < 32 and c != "\n"]
    assert page.encode("utf-8")


def assert_readable_unseen(page: str, *, tables: int = 10) -> None:
    """Headings in order, every table with a caption, every drawing with a name, every link with a goal."""
    outline = Outline(page)
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(deeper - higher <= 1 for higher, deeper in pairwise(outline.headings))
    assert outline.tables == outline.captions > tables
    assert outline.unnamed == 0
    assert len(set(outline.ids)) == len(outline.ids)
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)
