"""Captions that break careless detectors."""

from __future__ import annotations

from typing import Final

HOSTILE: Final = (
    "",
    " ",
    "\x00",
    "two\x00dogs\x00next to\x00a tree",
    "\t\n\r\x0b\x0c",
    "two\ndogs\r\nnext\tto\u00a0a\u2003tree",
    "\x1b[31mtwo dogs\x1b[0m \x07 \x08",
    "\ufefftwo dogs next to a tree",
    "two\u200bdogs not\u00adhere be\u200dfore",
    "👩‍👩‍👧‍👦 two 🐶🐶 next to 🌳 before ☔️",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿 2️⃣ dogs, not 3️⃣",
    "\u202etwo dogs under a tree\u202c",
    "כלב אחד ושני חתולים ליד two dogs under عربي قبل",
    "両手に two dogs 二匹の犬 next to 木の前",
    "e\u0301te\u0301 devant pre\u0300s no\u0308n ne\u030cni\u0301",
    "ﬁve dogs ſix cats K2 ıİ ẞß ǅ",
    "İSTANBUL İki TWO DOGS NOT UNDER",
    "٢ dogs ２ dogs ² dogs ⅔ dogs Ⅻ dogs",
    "TWO DOGS NEXT TO A TREE, NOT BEFORE THE RACE",
    "Isn’t it? isn't it? isn`t it? isn´t it?",
    "<script>alert('two dogs')</script> & \"not\" ' OR 1=1 --",
    "{two} %s %(dogs)s {{under}} \\d+ [a-z]* (?i) $1 \\1",
    'a,b;c"d"e|f\\g/two.dogs/next-to_a-tree.jpg?x=2&y=3#4',
    "two " * 50,
    "\U0010ffff two \ue000 dogs \ufffd not \ufffe",
    "Z̸̢͍̈́a̶̛͖l̵̗̇g̷̞͝o̸ two dogs not under before",
    "-- two--dogs—under…a…tree––before",
    "1e999 99999999999999999999999999999999 dogs 0x10 -2 1/0",
)
"""Short ones: empty, control characters, invisible and right-to-left text, odd digits and cases, markup, patterns."""

LONG: Final = "Two dogs doze next to a tree, not before the race; 3 cats. " * 1_700
"""About 100 kB in one caption."""


def large(name: str, size: int) -> str:
    """A large caption of a kind that makes careless patterns slow.

    Args:
        name: One of `LARGE`.
        size: Length in characters.

    Example:
        >>> large("one word", 5)
        'aaaaa'
    """
    unit = LARGE[name]
    return (unit * (size // len(unit) + 1))[:size]


LARGE: Final = {
    "sentences": "Two dogs doze next to a tree, not before the race; 3 cats. ",
    "one word": "a",
    "blanks": " ",
    "digits": "1",
    "numbers": "2 3 ",
    "half cues": "in the on the at the ",
    "punctuation": "-",
    "accents": "e\u0301",
}
"""What is repeated in each kind of large caption."""
