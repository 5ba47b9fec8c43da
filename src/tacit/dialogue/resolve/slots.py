"""Finishing a clarification: what the user replies is merged into the question that is pending."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.dialogue.resolve.choices import by_name, by_position, unexplained
from tacit.dialogue.text.terms import words

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST: Final = 200
"""Characters of a reply or of an option that are merged: a slot is a name, not a text."""
_READ: Final = 600
"""Characters of a reply. What is longer is not the answer to a clarifying question."""
_FEW: Final = 6
"""Words of a free reply that say something: "the guideline of the Canadian Diabetes Association"."""
_MANY: Final = 12
"""Of one that says itself that it describes: "the one that stands by the river, near the old mill"."""
_BESIDE: Final = 4
"""Words beside the name of an option that are taken for a description of it: "Hemsworth, the one who plays Thor"."""

_ASKS: Final = re.compile(
    r"\A\W*(?:(?:so|but|and|well|ok|okay|hi|hello|hey|actually|yes|no|please|also|then)\b\W*)*"
    r"(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|can|could|will|would|should|shall|may"
    r"|might|has|have|had|tell|explain|describe|list|give|show|name|define|compare|summari[sz]e|find|help)\b",
    re.IGNORECASE,
)
_WHAT_ABOUT: Final = re.compile(r"\A\W*(?:(?:and|ok|well)\b\W*)?(?:what|how) about\b", re.IGNORECASE)
_NO_REPLY: Final = re.compile(
    r"\A\W*(?:never ?mind|forget (?:it|about it)|i (?:do ?n.?t|do not) (?:know|care|understand)|no idea|huh|stop"
    r"|(?:i'?m )?not sure|doesn'?t matter|it depends|are you sure|thanks?(?: you)?|(?:good)?bye|hi|hello|hey|sorry"
    r"|what)"
    r"(?:\s+(?:thanks?|thank you|please|at all|then|really|yet|there))*\W*\Z",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(
    r"\A\W*(?:(?:yes|yeah|yep|no|nope|ok|okay|sure|please|well|hmm|um|actually|sorry|but|the|neither"
    r"|none(?: of (?:them|these|those))?)\b\W*"
    r"|(?:i\s?(?:am|['’]?m|was)\s+(?:talking|asking|thinking|referring)\s+(?:about|of|to|for)"
    r"|i\s?(?:am|['’]?m|was)\s+(?=in\b|from\b|using\b|on\b)"
    r"|i\s?(?:am|['’]?m)\s+(?:interested\s+in|looking\s+for)"
    r"|i\s+(?:mean|meant|want|need|would like)|i['’]d like"
    r"|(?:it|that|this)(?:['’]?s|\s+is|\s+would be)|(?:it|he|she)(?=\s+[^\W_])|there(?:['’]?s|\s+is|\s+was)(?=\s+one)"
    r"|let['’]?s say|make it|take|what about|how about)\b\W*)*",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"(?:\W+(?:(?:that |this )?ones?|please|thanks|thank you|then|i think|i guess|of course))*\W*\Z", re.IGNORECASE
)
_YES: Final = re.compile(
    r"\A\W*(?:yes|yeah|yep|sure|right|correct|exactly|ok|okay|of course|please do)\b", re.IGNORECASE
)
_NO: Final = re.compile(r"\A\W*(?:no|nope|neither|none)\b", re.IGNORECASE)
_NEITHER: Final = re.compile(r"\A\W*(?:neither|none)\b", re.IGNORECASE)
_EITHER: Final = re.compile(r"\b(?:either|or|any)\b", re.IGNORECASE)
_NOT: Final = re.compile(r"\b(?:but |and |no, )?not\b", re.IGNORECASE)
_NOT_BUT: Final = re.compile(r"([^,;]+?)(?:[,;]|\bbut\b)(.+)", re.IGNORECASE | re.DOTALL)
"""Behind "not" at the beginning: what is turned down, and what is picked in its place."""
_ALL_BUT: Final = re.compile(
    r"\A\W*(?:all|any|every(?:thing)?)(?: of (?:them|these|those))? (?:but|except(?: for)?)\b", re.IGNORECASE
)
_OTHER: Final = re.compile(
    r"\A\W*(?:(?:i (?:mean|meant|want)|it['’]?s|no)\b\W*)*(?:(?:the |some )?other|another|a different|something else)"
    r"(?: ones?| thing)?(?: please)?\W*\Z",
    re.IGNORECASE,
)
_DESCRIBED: Final = re.compile(r"(?:\A|\bthe\s+)ones?\s+(?=[^\W_])", re.IGNORECASE)
"""Before what says which one is meant: "I went to the one that ..."."""
_DENIED: Final = re.compile(r"n['’]t\b|\bnever\b", re.IGNORECASE)
_CLAUSE: Final = re.compile(
    r"\A\W*(?:i|i['’]?m|we|you|they|that|this|there|if|because|since|although|not)\b", re.IGNORECASE
)
_MORE: Final = re.compile(r"[.!?]\s+\S")
"""The end of a sentence that is not the last."""
_OF_ITSELF: Final = re.compile(r"\A\W*(?:what|who|where|when|why|how)\b(?! about\b)", re.IGNORECASE)
_ASKED: Final = re.compile(
    r"\b(?:which|what)\s+(?:of\s+(?:the|these)\s+)?([^\W\d_][\w'’-]*(?:\s+[\w'’-]+){0,2}?)\s+"
    r"(?:are|do|did|is|would|were|was|have|should|exactly)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PendingQuestion:
    """A question that waits for the user to say what it means.

    Attributes:
        question: What the user asked.
        options: What was offered; empty if it was asked openly.
        asked: The clarifying question, as the user read it.
    """

    question: str
    options: tuple[str, ...] = ()
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A pending question with what the user replied.

    Attributes:
        question: The question with the reply merged into it, to be taken as the turn.
        chosen: Options that were picked; empty if the reply was in the user's own words.
        refused: Options that were turned down. With nothing else said, the question is as it was, and asking again
            with the same options is no use.
    """

    question: str
    chosen: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def fill(pending: PendingQuestion, turn: str) -> Filled | None:
    """Merge a reply to a clarifying question into the question.

    A reply picks options by place ("the second one", "2", "b)", "the last", "both", "neither"), by name or a part of
    it, typing errors allowed for, or answers in its own words ("in June", "the Canadian one"). With one option, "yes"
    takes it and "no" turns it down. Anything that asks or tells something of its own is no reply.

    Args:
        pending: What was asked, and what was offered.
        turn: What the user says now.

    Returns:
        The question to go on with, or ``None`` if the turn does not answer the clarifying question.

    Example:
        >>> pending = PendingQuestion(
        ...     "What is the population of the country?", ("Israel", "Egypt"), "Which country are you referring to?"
        ... )
        >>> fill(pending, "the second one").question
        'What is the population of the country (Egypt)?'
        >>> fill(pending, "isreal please").chosen
        ('Israel',)
        >>> fill(pending, "the one south of Libya").question
        'What is the population of the country (south of Libya)?'
        >>> fill(pending, "When was Rome founded?") is None
        True
    """
    turn = turn.strip()
    if not turn or len(turn) > _READ:
        return None
    options = pending.options
    said, denied = _halves(turn)
    picked, refused = _picked(pending, said), _picked(pending, denied) or ()
    if options and _OTHER.match(said):
        picked, refused = None, refused or ((0,) if len(options) == 1 else ())
        if not refused:  # of several, "the other one" may be any: it is asked again
            return Filled(pending.question)
    if picked and refused:
        picked = tuple(at for at in picked if at not in refused)
    if picked is None and refused:
        left = tuple(at for at in range(len(options)) if at not in refused)
        picked = left if len(left) == 1 else ()
    if picked:
        chosen = tuple(options[at] for at in picked)
        return Filled(_merged(pending, (" or " if _EITHER.search(turn) else " and ").join(chosen)), chosen)
    if picked is not None:
        return Filled(pending.question, refused=tuple(options[at] for at in refused) or options)
    words_said = None if options and turn.endswith("?") else _own_words(turn)
    if words_said is None:
        return None
    if len(options) == 1 and _YES.match(turn):
        return Filled(_merged(pending, f"{options[0]}, {words_said}"), options)
    return Filled(_merged(pending, words_said), refused=options if _NO.match(turn) else ())


def _halves(turn: str) -> tuple[str, str]:
    """What is picked, and what is turned down: "the first, not the second", "not that, the other", "all but one"."""
    if (all_but := _ALL_BUT.match(turn)) is not None:
        return "all", turn[all_but.end() :]
    found = _NOT.search(turn)
    if found is None:
        return turn, ""
    said, denied = turn[: found.start()], turn[found.end() :]
    if not words(said) and (instead := _NOT_BUT.fullmatch(denied)) is not None:
        return instead[2].strip(), instead[1].strip()
    return said, denied


def _picked(pending: PendingQuestion, said: str) -> tuple[int, ...] | None:
    """Places of the options that are picked; empty if all are turned down, ``None`` if nothing is said of them."""
    options = [option[:_LONGEST] for option in pending.options]
    if not options:
        return None
    places = by_position(said, len(options))
    if places is not None:
        return places
    if not unexplained(said, options if len(options) == 1 else ()):
        if _YES.match(said) and len(options) == 1:
            return (0,)
        if _NO.match(said):
            return ()
    return _named(said, options, pending.question[:_READ])


def _named(said: str, options: Sequence[str], question: str) -> tuple[int, ...] | None:
    """Places of the options that are named, unless something else is asked besides."""
    places = by_name(said, options)
    if not places or (len(options) == 1 and _NO.match(said)):
        return None
    if _OF_ITSELF.match(said) and not unexplained(said, options):  # "What is the Prado?"
        return None
    if _NEITHER.match(said):
        return ()
    beside = unexplained(_LEAD.sub("", said, count=1), [*options, question])
    return places if len(beside) <= (0 if _is_question(said) else _BESIDE) else None


def _own_words(turn: str) -> str | None:
    """A reply in the user's own words, without what is said around it, or ``None`` if it is no reply."""
    if _NO_REPLY.match(turn) or _is_question(turn):
        return None
    said = _TAIL.sub("", _LEAD.sub("", turn, count=1))
    described = _DESCRIBED.search(said)
    if described is not None and not _DENIED.search(said[: described.start()]):
        said, most = said[described.end() :], _MANY
    elif _CLAUSE.match(said):
        return None
    else:
        most = _FEW
    meaning = unexplained(said, ())
    return said if meaning and len(meaning) <= most and not _MORE.search(said) else None


def _is_question(turn: str) -> bool:
    if _WHAT_ABOUT.match(turn):
        return False
    return bool(_ASKS.match(turn)) or (turn.endswith("?") and len(words(turn)) > _FEW)


def _merged(pending: PendingQuestion, slot: str) -> str:
    """The question with the slot behind the words that were asked about, or at its end.

    In brackets rather than in their place: "the country (Egypt)" keeps the word that documents may use.
    """
    slot = " ".join("".join(c if c.isprintable() else " " for c in slot).split())[:_LONGEST].strip()
    question = pending.question.strip()
    if (asked := _ASKED.search(pending.asked)) is not None:
        head = re.escape(asked[1])
        place = re.search(
            rf"\b(?:the|this|that|these|those)\s+(?:\w+\s+){{0,2}}?{head}(?:['’]s)?(?!\w)", question, re.I
        )
        if place is not None:
            return f"{question[: place.end()]} ({slot}){question[place.end() :]}"
    body = question.rstrip("?.!… ")
    return f"{body} ({slot}){question[len(body) :].strip()}"
