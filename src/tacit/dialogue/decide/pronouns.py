"""Pronouns that nothing in the turn itself stands behind: "When was it founded?". English, by word lists; no parser."""

from __future__ import annotations

import re
from typing import Final

from tacit.dialogue.decide.nouns import singular
from tacit.dialogue.decide.phrases import GRAMMAR, TOKEN, VERBS
from tacit.dialogue.text.stopwords import STOPWORDS

_PERSONAL: Final = frozenset({"it", "they", "them", "he", "him", "she"})
_POSSESSIVE: Final = frozenset({"its", "their", "his", "her"})
_POINTING: Final = frozenset({"this", "that", "these", "those"})
_BEFORE_ONE: Final = frozenset({"the", "this", "that", "which", "other", "another", "these", "those"})
_AFTER_ONE: Final = frozenset({"that", "who", "which", "of", "in", "with", "from", "for", "on", "at"})
_CLAUSES: Final = """
after also although and because before but how if or since so than that then what when where whether which while who why
"""
_OPENS: Final = frozenset(_CLAUSES.split())
"""Words that begin a clause."""
_DETERMINERS: Final = frozenset(
    {"a", "an", "the", "my", "our", "your", "some", "any", "every", "each", "this", "these"}
)
_BRACKETED: Final = re.compile(r"\([^()]*[^\W_][^()]*\)\W*$")
_EXPLETIVE: Final = re.compile(
    r"\bit (?=(?:takes?|costs?|mean|possible|necessary|required|safe|legal|allowed|ok(?:ay)?|easy|easier|hard|harder"
    r"|better|worth)\b[^.!?]{0,80}?\bto \w+ \w)",
    re.IGNORECASE,
)
"""An "it" that stands for the clause to come: "how long does it take to restore a backup"."""
_HYPHENS: Final = frozenset("-'’/&%$€£+#*_\"“”")


def dangling(text: str) -> int:
    """How many pronouns of a turn have nothing before them in the turn that they can stand for.

    A personal pronoun stands for something in a clause before its own, since in its own it would be reflexive (Chomsky
    1981, Lectures on Government and Binding, principle B); a possessive may stand for something in its own clause. What
    is in brackets at the end of the turn was given to say what is meant.

    Example:
        >>> [dangling(text) for text in ("When was it founded?", "When was the Louvre founded, and where is it?")]
        [1, 0]
        >>> [dangling(text) for text in ("How do cats wash their fur?", "What is the age of it?", "Is that so?")]
        [0, 1, 1]
        >>> [dangling(text) for text in ("Is it possible to wash a cat?", "How long does it take?")]
        [0, 1]
    """
    if _BRACKETED.search(text):
        return 0
    tokens = TOKEN.findall(_EXPLETIVE.sub("", text))
    count, earlier, mine, phrase = 0, False, False, False
    for at, token in enumerate(tokens):
        word = token.lower()
        if (not token[0].isalnum() and token not in _HYPHENS) or word in _OPENS:
            earlier, mine, phrase = earlier or mine, False, False
        if (_stands_alone(tokens, at) and not earlier) or (word in _POSSESSIVE and not (earlier or phrase)):
            count += 1
        elif _names(word):
            mine = True
            before = tokens[at - 1].lower() if at else ""
            phrase = phrase or token[0].isupper() or before in _DETERMINERS or singular(word) != word
    return count


def _stands_alone(tokens: list[str], at: int) -> bool:
    """Whether a word is a pronoun on its own: not "this form", not the "that" of a clause, not a number."""
    word = tokens[at].lower()
    if word in _PERSONAL:
        return True
    before = tokens[at - 1].lower() if at else ""
    after = tokens[at + 1].lower() if at + 1 < len(tokens) else ""
    if word in {"one", "ones"}:
        return before in _BEFORE_ONE and after not in _AFTER_ONE
    if word not in _POINTING:
        return False
    joins = word == "that" and at > 0 and before not in GRAMMAR and before[-1:].isalnum()  # "the one I saw that ..."
    return not joins and (not after or not after[0].isalnum() or after in GRAMMAR or after in VERBS)


def _names(word: str) -> bool:
    """Whether a word may name a thing."""
    return word[0].isalnum() and not (
        word in GRAMMAR or word in VERBS or word in STOPWORDS or word.endswith(("ed", "ly")) or len(word) < 2
    )
