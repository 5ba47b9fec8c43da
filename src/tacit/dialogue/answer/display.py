"""Words of documents made fit to be read in a reply: no markup, nothing invisible, nothing that loads or links."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Final

from tacit.dialogue.answer.disguises import invisible

_COMMENT: Final = re.compile(r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_IMAGE: Final = re.compile(r"!\[([^\]\n]*)\]\s*(?:\([^)\n]*\)|\[[^\]\n]*\])")
_LINK: Final = re.compile(r"\[([^\[\]\n]+)\]\s?\([^)\n]*\)")
_TAG: Final = re.compile(
    r"</?(?:a|abbr|b|blockquote|body|br|button|center|code|dd|div|dl|dt|em|embed|font|form|h[1-6]|head|hr|html|i|iframe|"
    r"img|input|kbd|label|li|link|meta|object|ol|option|p|pre|s|section|select|small|span|strong|sub|sup|svg|table|tbody|"
    r"td|th|thead|tr|u|ul|video|audio)\b[^<>]*>?",
    re.IGNORECASE,
)
_LINE_MARK: Final = re.compile(r"(?m)^[ \t]*(?:#{1,6}[ \t]+|[-*•+>|][ \t]+|:[ \t]+|={3,}$|-{3,}$)")
_NOTE: Final = re.compile(r"\A\s*\[\d{1,3}\]\s+(?=[A-Z\"“])|(?<=[.!?])\[\d{1,3}\](?=\s|\Z)")
"""References to footnotes of the document, which would look like citations."""
_DEFINED: Final = re.compile(r"(?<=\S)[ \t]*\n[ \t]*:[ \t]+")
"""Between a term and its definition, as extensions of Markdown write it."""
_STRONG: Final = re.compile(r"(?<!\w)(\*\*|__(?!\w+__))(?=[\"'“‘(\[]?\w)(.+?)(?<=[^\s\"'])\1")
_EMPHASIS: Final = re.compile(r"(?<![\w*\\/])\*(?=[\"'“‘(\[]?\w)([^*\n]{0,100}?[^\s*])\*(?![\w*])")
"""Names such as ``__init__`` and signs such as ``**`` in quotation marks are none."""
URL: Final = re.compile(r"(?:\b(?:https?|ftp|file|data|javascript|mailto)\s*:|\bwww\.)[^\s<>\"'”’)\]]*", re.IGNORECASE)


def clean(text: str) -> str:
    r"""A text as a person would read it aloud: of links the words, of images nothing, on one line.

    Example:
        >>> clean("## See\n* the **[guide](https://a.b/c?d)** ![map](x.png)<br>now")
        'See the guide now'
        >>> clean("[4] Llamas hum.[12] See x[0] and [1].")
        'Llamas hum. See x[0] and [1].'
        >>> clean('*args* of "__init__()", and the "**" of *power*')
        'args of "__init__()", and the "**" of power'
    """
    text = _IMAGE.sub(" ", _COMMENT.sub(" ", invisible(text)))
    text = _NOTE.sub("", text)
    text = _DEFINED.sub(": ", _TAG.sub(" ", _LINK.sub(r"\1", text)))
    return " ".join(_EMPHASIS.sub(r"\1", _STRONG.sub(r"\2", _LINE_MARK.sub("", text))).split())


def listing(text: str) -> str:
    r"""A listing as it stands, line by line, but for what is invisible, loads or links; indented as little as can be.

    Example:
        >>> listing("   if x:\n       run([a](b))  # **now**\n   ![x](http://evil.example/a.png)")
        'if x:\n    run([a](b))  # **now**'
    """
    text = _IMAGE.sub("", _COMMENT.sub("", "\n".join(map(invisible, text.splitlines()))))
    text = _TAG.sub("", _LINK.sub(lambda link: link[1] if URL.search(link[0]) else link[0], text))
    return dedent("\n".join(line.rstrip() for line in text.expandtabs(4).splitlines() if line.strip()))


def without_links(text: str, allowed: str = "") -> str:
    """A model's words without images, tags and web addresses, but for addresses that the documents hold.

    Args:
        text: Any; its lines stay.
        allowed: The documents.

    Example:
        >>> without_links("See [it](http://evil.example/?q=1) or https://ours.example/a.", "https://ours.example/a")
        'See it or https://ours.example/a.'
    """
    known = {match[0].rstrip(".,;:!?") for match in URL.finditer(allowed)}
    text = _IMAGE.sub("", _COMMENT.sub("", invisible(text)))
    text = _TAG.sub("", _LINK.sub(lambda link: link[1] if _target(link[0]) not in known else link[0], text))
    return URL.sub(lambda url: url[0] if url[0].rstrip(".,;:!?") in known else "(link left out)", text)


def _target(link: str) -> str:
    return link[link.rindex("(") + 1 : -1].strip().rstrip(".,;:!?")
