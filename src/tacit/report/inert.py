"""A check that HTML or SVG does nothing: no scripts, no requests, no frames, no handlers."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_ACTIVE: Final = frozenset({
    "script", "iframe", "frame", "frameset", "object", "embed", "applet", "base", "form", "input", "button",
    "textarea", "select", "link", "foreignobject", "image", "img", "audio", "video", "source", "track", "portal",
    "use", "animate", "animatemotion", "animatetransform", "set", "handler", "listener", "template", "slot",
    "noscript", "marquee", "bgsound", "isindex", "math",
})  # fmt: skip
_LINKS: Final = frozenset({
    "href", "xlink:href", "src", "srcset", "action", "formaction", "data", "poster", "background", "cite", "ping",
    "manifest",
})  # fmt: skip
_CSS: Final = re.compile(
    r"url\s*\(|@import|expression\s*\(|javascript:|-moz-binding|(?<![-\w])behavior\s*:", re.IGNORECASE
)


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        if tag in _ACTIVE:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            target = "".join((value or "").split()).lower()
            if name.startswith("on"):
                self.found.append(f"{name} on <{tag}>")
            elif name in _LINKS and not target.startswith("#") and not (tag == "a" and target.startswith("https://")):
                self.found.append(f"{name}={target[:40]!r} on <{tag}>")
            elif name == "style" and _CSS.search(value or ""):
                self.found.append(f"style={target[:40]!r} on <{tag}>")
            elif name == "http-equiv" and target == "refresh":
                self.found.append("a refresh")

    def handle_endtag(self, tag: str) -> None:
        self._style = self._style and tag != "style"

    def handle_data(self, data: str) -> None:
        match = _CSS.search(data) if self._style else None
        if match:
            self.found.append(f"{match[0]!r} in <style>")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data[:20]}>")


def active_content(markup: str) -> list[str]:
    """What in a piece of HTML or SVG could run, load or send something.

    Links to https addresses are allowed on ``<a>``, because they do nothing until a person follows them.

    Args:
        markup: A page or a part of one.

    Returns:
        One short description per finding; empty when the markup is inert.

    Example:
        >>> active_content('<p>fine</p><svg onload="x()"><a xlink:href="javascript:x()">no</a></svg>')
        ['onload on <svg>', "xlink:href='javascript:x()' on <a>"]
    """
    finder = _Finder()
    finder.feed(markup)
    finder.close()
    return finder.found
