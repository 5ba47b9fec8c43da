r"""Rules as a lexer: one left-to-right scan per type, in which guards and cues compete for the text.

A rule set is an ordered list of small regular expressions. They are joined into one alternation and the caption is
scanned from left to right; at each place the first rule that matches takes the text it covers. A *guard* is a rule
whose match is a look-alike ("under $25", "size 37"): by taking the text it keeps the cue inside it from being found,
and the hit list shows which guard did. So precedence is visible in the file (earlier rules win, longer left context
wins) and nothing is decided anywhere else.

Patterns use the subset of syntax that Python's `re` and the Rust `regex` crate read alike: no look-around, no
back-references, no anchors. Because a match can depend only on the text it covers (plus word boundaries), the same
rules run in two ways with equal results:

* `Lexer.find` is the reference: Python's `re`, caption by caption.
* `Lexer.scan` is the fast path: polars extracts all matches of a batch in Rust, and only the *distinct* matched
  strings (a few thousand in millions of captions) are classified in Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from tacit.captions.coding import encode
from tacit.captions.detect.ascii_image import canonical, decode, translate
from tacit.captions.detect.hits import Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import polars as pl
    from numpy.typing import NDArray

Role = Literal["cue", "neighbour", "guard"]

_CUE_GROUP: Final = "(?P<cue>"
_MACRO: Final = re.compile(r"<([a-z_]+)>")
_CLASS: Final = re.compile(r"\[(?:\\.|[^\]\\])*\]")
_PIECE: Final = re.compile(_CLASS.pattern + r"| \??|'|[^\x00-\x7f]")
_FORBIDDEN: Final = re.compile(r"\(\?[=!<]|\\[1-9]|(?<!\\)\$|(?<![\\\[])\^|\\[AZzBWDS]|(?<!\\)\.")
CACHE_LIMIT: Final = 200_000
"""Distinct matched strings remembered per lexer; beyond it the memory is emptied, never the results."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One regular expression and what its match means.

    Attributes:
        id: Short name, unique within its type and language.
        subtype: The sub-type of a cue or neighbour; the reason of a guard (``price``, ``brand`` ...).
        pattern: The expression. A blank stands for any white space, ``'`` for either apostrophe, ``<name>`` for a
            word list of the language. ``(?P<cue>...)`` marks the cue when the pattern covers context as well.
        role: ``cue`` counts, ``neighbour`` is reported but does not count, ``guard`` stops a look-alike.
        bounded: Whether word boundaries are required at both ends.
    """

    id: str
    subtype: str
    pattern: str
    role: Role = "cue"
    bounded: bool = True


def cue(id: str, subtype: str, pattern: str, *, bounded: bool = True) -> Rule:
    """A rule whose match states the type."""
    return Rule(id, subtype, pattern, "cue", bounded)


def neighbour(id: str, subtype: str, pattern: str, *, bounded: bool = True) -> Rule:
    """A rule whose match is worth reporting beside the type, though the labelling standard does not count it."""
    return Rule(id, subtype, pattern, "neighbour", bounded)


def guard(id: str, reason: str, pattern: str, *, bounded: bool = True) -> Rule:
    """A rule whose match looks like the type and is not."""
    return Rule(id, reason, pattern, "guard", bounded)


class Lexer:
    """The rules of one type in one language, ready to run.

    Args:
        type_: One of `tacit.captions.detect.hits.TYPES`.
        rules: In order of precedence.
        words: Word lists that patterns name as ``<name>``; a list is a ``|``-separated string and may name others.
        prefix: Put before rule identifiers in hits, e.g. ``en.spatial``.
        value_of: For counting, the number a cue states.
        trigger: Words (an alternation of patterns without blanks or punctuation) that wake the lexer: a caption
            without one has no hits, nor is a match without one reported. Empty to read everything. It keeps families
            of rules from reporting each other's finds, and lets the fast path skip most captions.
        unicode: Whether words of the language hold non-ASCII letters.
        plain: Whether every match is a single word and every such word a match. The words then are the trigger, and
            the fast path need not look at captions twice.

    Raises:
        ValueError: If a pattern uses syntax on which the two engines differ, or names an unknown word list.
    """

    def __init__(
        self,
        type_: str,
        rules: tuple[Rule, ...],
        words: Mapping[str, str],
        prefix: str,
        value_of: Callable[[str], int | None] | None = None,
        *,
        trigger: str = "",
        unicode: bool = False,
        plain: bool = False,
    ) -> None:
        self.type = type_
        self.rules = rules
        self.unicode = unicode
        self._prefix = prefix
        self._value_of = value_of
        self.plain = plain
        if plain:
            trigger = "|".join(rule.pattern for rule in rules)
        self.trigger = _expand_trigger(trigger, words, unicode=unicode)
        self._sources = tuple(_expand(rule, words, unicode=unicode) for rule in rules)
        self._marked: dict[int, re.Pattern[str]] = {}
        self._classified: dict[str, tuple[Kind, int, int] | None] = {}

    @cached_property
    def _flags(self) -> re.RegexFlag:
        return re.IGNORECASE if self.unicode else re.IGNORECASE | re.ASCII

    @cached_property
    def triggers(self) -> re.Pattern[str]:
        """The trigger; it matches whole words, so that no two matches overlap without being equal."""
        return re.compile(self.trigger, self._flags)

    def wakes(self, text: str) -> bool:
        """Whether the text holds a trigger word; always, for a lexer without triggers."""
        return not self.trigger or self.triggers.search(text) is not None

    @cached_property
    def pattern(self) -> str:
        """The whole alternation in the syntax of the Rust engine; of Unicode rules, for images of captions."""
        body = "|".join(source.replace(_CUE_GROUP, "(?:") for source in self._sources)
        return f"(?i-u)(?:{translate(body) if self.unicode else body})"

    @cached_property
    def _alternation(self) -> re.Pattern[str]:
        """All rules, each a group that tells which one matched."""
        body = "|".join(f"(?P<r{i}>{s.replace(_CUE_GROUP, '(?:')})" for i, s in enumerate(self._sources))
        return re.compile(body, self._flags)

    def _cue_span(self, index: int, matched: str) -> tuple[int, int]:
        """Where the cue is in what a rule matched: all of it, unless the rule marks a part."""
        if _CUE_GROUP in self._sources[index]:
            if index not in self._marked:
                self._marked[index] = re.compile(self._sources[index], self._flags)
            match = self._marked[index].match(matched)
            if match is not None and match.start("cue") >= 0:
                return match.span("cue")
        return 0, len(matched)

    def find(self, caption: str) -> Iterator[Hit]:
        """The reference: scan one caption with Python's `re`.

        Args:
            caption: Any text.

        Yields:
            Hits in order; a rule that marks its cue gives the span of the cue, others the span of the match.
        """
        text = canonical(caption) if self.unicode else caption
        if not self.wakes(text):
            return
        for match in self._alternation.finditer(text):
            found = self._classify(match[0])
            if found is not None:
                kind, start, end = found
                yield Hit(kind, match.start() + start, match.start() + end)

    def kind_of(self, word: str) -> Kind | None:
        """For a lexer of single words, what a trigger word stands for."""
        found = self._classify(word)
        return None if found is None else found[0]

    def scan(self, captions: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.int64], list[Kind]]:
        """The fast path: scan a batch with the Rust engine.

        Args:
            captions: Strings without nulls; for Unicode rules, their images (`tacit.captions.detect.ascii_image`). Of
                these, those that hold a trigger word; that is not looked at again.

        Returns:
            Row of each hit, index of its kind, and the kinds.
        """
        found = captions.str.extract_all(self.pattern)
        lengths = found.list.len().to_numpy()
        texts = found.explode(empty_as_null=False)
        if not len(texts):
            return np.zeros(0, np.int64), np.zeros(0, np.int64), []
        rows = np.repeat(np.arange(len(captions), dtype=np.int64), lengths)
        text_codes, distinct = encode(texts)
        kinds: dict[Kind, int] = {}
        lookup = np.zeros(len(distinct), dtype=np.int64)
        for code, text in enumerate(distinct):
            found_kind = self._classify(decode(text) if self.unicode else text)
            lookup[code] = -1 if found_kind is None else kinds.setdefault(found_kind[0], len(kinds))
        codes = lookup[text_codes]
        reported = codes >= 0
        return rows[reported], codes[reported], list(kinds)

    def _classify(self, matched: str) -> tuple[Kind, int, int] | None:
        """What a string that the alternation matched stands for: its kind, and where in it the cue is.

        Both paths decide by the matched text alone, so they cannot differ here. ``None`` when it is not reported:
        without a trigger word, or when the text that made it match is outside of it.
        """
        if matched in self._classified:
            return self._classified[matched]
        if len(self._classified) >= CACHE_LIMIT:
            self._classified.clear()
        self._classified[matched] = found = self._resolve(matched) if self.wakes(matched) else None
        return found

    def _resolve(self, matched: str) -> tuple[Kind, int, int] | None:
        match = self._alternation.match(matched)
        if match is None or match.lastgroup is None:
            return None
        index = int(match.lastgroup[1:])
        start, end = self._cue_span(index, matched)
        return self._kind(index, matched[start:end]), start, end

    def _kind(self, index: int, cue_text: str) -> Kind:
        rule = self.rules[index]
        words = " ".join(cue_text.lower().replace("’", "'").split())
        value = self._value_of(words) if self._value_of is not None and rule.role == "cue" else None
        return Kind(
            type=self.type,
            subtype=rule.subtype,
            counts=rule.role == "cue",
            rule=f"{self._prefix}.{rule.id}",
            guard=rule.subtype if rule.role == "guard" else "",
            cue=words,
            value=value,
        )


def _expand_trigger(trigger: str, words: Mapping[str, str], *, unicode: bool) -> str:
    """The trigger as an expression that matches whole words only."""
    source = _expand(Rule("trigger", "", trigger), words, unicode=unicode) if trigger else ""
    if re.search(r"\\s|[ '’.,]", source):
        raise ValueError(f"a trigger is made of single words, without blanks or punctuation: {trigger!r}")
    return source


def _expand(rule: Rule, words: Mapping[str, str], *, unicode: bool) -> str:
    """Turn a rule's pattern into plain regex: word lists filled in, blanks and apostrophes widened, bounded."""
    source = rule.pattern
    if _FORBIDDEN.search(_CLASS.sub("", source)):
        raise ValueError(f"rule {rule.id!r}: look-around, anchors, back-references and '.' are not allowed: {source!r}")
    for _ in range(5):
        if not _MACRO.search(source.replace(_CUE_GROUP, "(")):
            break
        kept = source.replace(_CUE_GROUP, "\0")
        try:
            kept = _MACRO.sub(lambda m: f"(?:{words[m[1]]})", kept)
        except KeyError as missing:
            raise ValueError(f"rule {rule.id!r} names an unknown word list <{missing.args[0]}>") from None
        source = kept.replace("\0", _CUE_GROUP)
    source = _PIECE.sub(lambda m: _widen(m[0], unicode=unicode), source)
    return rf"\b(?:{source})\b" if rule.bounded else f"(?:{source})"


def _widen(piece: str, *, unicode: bool) -> str:
    """Blanks match any white space, apostrophes either kind; non-ASCII characters are matched as such."""
    if piece == " ":
        return r"\s+"
    if piece == " ?":
        return r"\s*"
    if piece == "'":
        return "(?:'|’)" if unicode else "(?:'|(?u:’))"
    if unicode or piece.isascii():
        return piece
    if re.search("[A-Za-z]", re.sub(r"\\x..|\\.", "", piece)):
        raise ValueError(f"a character class mixes ASCII letters with others: {piece!r}; the engines fold them apart")
    return f"(?u:{piece})"
