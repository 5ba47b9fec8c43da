"""What a reply does, told from its words alone: does it say that it has no answer, does it ask back?

They stand in for the benchmarks' two judges, which are large language models: "IDK" (yes, partial, no) and
"clarification" (yes, no). How often they agree with the judges is measured by tests and stated in the documentation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import words

if TYPE_CHECKING:
    from tacit.dialogue.replies import Kind

Admission = Literal["yes", "partial", "no"]
ADMISSIONS: Final[tuple[Admission, ...]] = ("yes", "partial", "no")

_SOURCE: Final = (
    r"(?:documents?|passages?|contexts?|texts?|sources?|excerpts?|materials?|conversations?|history|results?|"
    r"documentation|references?|information|details?|articles?|data|evidence|answers?)"
)
_NOT: Final = r"(?:(?:do(?:es)?|did|is|are|was|were|could|can|would)(?: not|n't)|cannot|fails? to)"
_TELL: Final = (
    r"(?:contain|provide|include|mention|specify|state|address|discuss|say|cover|offer|give|describe|indicate|explain|"
    r"have|clarify|detail|list|establish|support|define|answer|identify|refer|tell|allow|name)"
)
_ADMITS: Final = re.compile(
    "|".join((
        # The documents do not say.
        rf"\b{_SOURCE}\b(?! for\b)[^.!?:]{{0,60}}?\b{_NOT}\W+(?:\w+\W+){{0,3}}?{_TELL}",
        rf"\b{_SOURCE}\b[^.!?]{{0,60}}?\b(?:contains?|provides?|has|have|offers?|gives?|includes?|mentions?) no\b",
        rf"\b{_SOURCE}\b[^.!?]{{0,60}}?\b(?:lacks?|(?:is|are) (?:silent|insufficient|unclear))\b",
        # There is nothing on it.
        rf"\bthere(?:'s| is| are| was| were)(?: not|n't| no)\b[^.!?]{{0,50}}?\b{_SOURCE}\b",
        rf"\b(?:no|any|enough|sufficient) (?:\w+ ){{0,3}}?{_SOURCE} (?:is|are|was|were) (?:not )?"
        r"(?:available|provided|given|found|mentioned)\b",
        rf"\bno (?:\w+ ){{0,3}}?{_SOURCE} (?:about|on|regarding|concerning|to)\b",
        # I have nothing, cannot tell, am sorry.
        r"\bi(?:'m| am)? (?:\w+ )?(?:do not|don't|cannot|can't|could not|couldn't|not able|unable|have no)\b",
        r"\b(?:i'm|i am) (?:\w+ )?sorry\b|\bi apologi[sz]e\b[^.!?]{0,40}\b(?:not|no|unable)\b",
        r"\b(?:is|it's) not possible to (?:say|tell|determine|answer|confirm|identify|definitively)\b",
        r"\b(?:unable|not able) to (?:answer|determine|provide|find|confirm|help)\b",
        r"\bcannot be (?:determined|answered)\b",
        # It is not stated - a statement on its own, not the condition of another.
        r"(?<!if )(?<!unless )\b(?:is|are|was|were)(?: not|n't) (?:explicitly |specifically |directly |clearly )?"
        r"(?:mentioned|stated|addressed|discussed|described|detailed|specified in|provided in|included in|covered in|"
        r"known\b(?! as)(?! to))",
    )),
    re.IGNORECASE,
)  # fmt: skip
_NEGATION: Final = re.compile(r"n't|\b(?:no|not|cannot|lacks?|fails?|unable|sorry|silent|insufficient|unclear)\b", re.I)
"""Every admission holds one; most sentences hold none, and are told by this alone."""
_CONDITION: Final = re.compile(r"\b(?:if|unless|when|because)\b[^.!?]{0,40}$", re.IGNORECASE)
"""Before what reads like an admission: "if the option is not specified, ..." admits nothing."""
_FEW_WORDS: Final = 12
"""Fewer than this beside the admission are an apology, not an answer."""
_ELSEWHERE: Final = re.compile(
    r"\b(?:please|you (?:may|can|could|should|might)|recommend|suggest|would need|best to|consult|contact|refer to|"
    r"check|visit|additional (?:research|information|documents|context)|more (?:information|details|context)|"
    r"not (?:able|possible)|help you|assist)\b",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(r"\?[\s\"'”’)\]*_]*$")
_OFFER: Final = re.compile(
    r"\b(?:would you like|do you want|would you want|shall i|should i|can i (?:help|assist)|may i help|"
    r"is there (?:anything|something) else|anything else|does (?:this|that) (?:help|answer)|"
    r"how (?:can|may) i (?:help|assist)|need (?:any )?(?:more|further|additional) (?:help|assistance))\b",
    re.IGNORECASE,
)
_DIRECTIVE: Final = re.compile(
    r"\b(?:please|could you|can you|kindly)\b[^.!?]{0,30}\b(?:specify|clarify|indicate|rephrase|elaborate|"
    r"(?:provide|share|give|tell|let)\b[^.!?]{0,30}\b(?:which|what|who|where|when|the (?:name|specific)|referring|mean|"
    r"(?:more|additional) (?:details|context|information|specifics)))",
    re.IGNORECASE,
)


def admits(text: str) -> Admission:
    """Does a reply say that it has no answer: ``yes``, ``partial`` (it says so of a part), or ``no``?

    Read sentence by sentence. An admission with nothing beside it, or only with where else to look, is a ``yes``.

    Args:
        text: The reply; an empty one is a ``yes``.

    Example:
        >>> admits("I don't have an answer."), admits("It opened in 1912.")
        ('yes', 'no')
        >>> told = "It opened in the centre of Leeds in 1912, after years of delay and a strike."
        >>> admits(f"{told} The documents do not name who built it.")
        'partial'
    """
    plain = text.replace("’", "'")
    parts = [plain[start:end] for start, end in sentences(plain)]
    said = [_admission(part) for part in parts]
    if not parts or (any(said) and not _substance(parts, said)):
        return "yes"
    return "partial" if any(said) else "no"


def _admission(sentence: str) -> bool:
    if not _NEGATION.search(sentence):
        return False
    return any(not _CONDITION.search(sentence, 0, found.start()) for found in _ADMITS.finditer(sentence))


def _substance(parts: list[str], said: list[bool]) -> bool:
    """Whether the sentences that admit nothing tell something, other than where else to look."""
    rest = [part for part, admitted in zip(parts, said, strict=True) if not admitted]
    return sum(len(words(part)) for part in rest if not _ELSEWHERE.search(part)) >= _FEW_WORDS


def asks(text: str) -> bool:
    """Does a reply ask the user what is meant?

    It does if it ends in a question that is no offer of more help, or asks for something missing in other words
    ("Please specify ...") in one of its last two sentences.

    Example:
        >>> asks("There are several oceans. Which one do you mean?"), asks("It is deep. Would you like to know more?")
        (True, False)
        >>> asks("I cannot tell. Please provide more details about the book.")
        True
    """
    parts = [text[start:end] for start, end in sentences(text)]
    if not parts:
        return False
    last = parts[-1]
    if _ASKED.search(last):
        return not _OFFER.search(last)
    return any(_DIRECTIVE.search(part) for part in parts[-2:])


def told_kind(admission: Admission, *, clarifies: bool) -> Kind:
    """The decision that a reply carries out, for systems that return nothing but words.

    Args:
        admission: As `admits` finds.
        clarifies: As `asks` finds; it comes first, because a reply that asks back often says first what is not known.

    Example:
        >>> told_kind("yes", clarifies=True), told_kind("yes", clarifies=False), told_kind("no", clarifies=False)
        ('clarify', 'decline', 'answer')
    """
    if clarifies:
        return "clarify"
    return "decline" if admission == "yes" else "partial" if admission == "partial" else "answer"
