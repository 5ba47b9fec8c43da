"""Kinds of answers: how each is asked for, and what a sentence holds that gives it. English, by word lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer.

    Attributes:
        name: For people.
        cue: How it is asked for; begins with the question word.
        shape: What a sentence holds that gives it, whatever it is about.
        loose: What a sentence holds that may give it, if it is about what is asked.
        telling: Whether `shape` says by itself what it is about: metres are of a length. Years may be of anything.
    """

    name: str
    cue: re.Pattern[str]
    shape: re.Pattern[str]
    loose: re.Pattern[str]
    telling: bool


def _kind(name: str, cue: str, shape: str, loose: str = "", *, telling: bool = False) -> Kind:
    cues, shapes, looser = (re.compile(pattern, re.IGNORECASE) for pattern in (cue, shape, loose or shape))
    return Kind(name, cues, shapes, looser, telling)


def _figures(units: str) -> str:
    return rf"{_FIGURE}[^.;]{{0,25}}?(?<!square )(?<!cubic )\b(?:{units})"


_WHICH: Final = r"(?:what|which)(?: of the| kind of| type of)? "
_MONTHS: Final = "january|february|march|april|may|june|july|august|september|october|november|december"
_SEASONS: Final = "spring|summer|autumn|winter"
_DAYS: Final = "(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_SPANS: Final = "seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)"
_FIGURE: Final = (
    r"(?:\d|\b(?:no|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty"
    r"|hundreds?|thousands?|millions?|billions?|dozens?|half|single|several|once|twice|both|many|few|pair|couple)\b)"
)
_LENGTHS: Final = (
    r"met(?:er|re)s?|feet|foot|ft|inch(?:es)?|miles?|[kcm]?m\b|kilomet(?:er|re)s?|yards?|stor(?:y|ies|eys?)\b"
)
_DATE: Final = (
    rf"\b(?:1\d\d\d|20\d\d)s?\b|\b(?:{_MONTHS}|{_SEASONS}|{_DAYS}|centur(?:y|ies)|ago|decades?|today|yesterday|tomorrow|BC"
    r"|AD)\b"
)
_TIME: Final = (
    rf"{_DATE}|\d|\b(?:when(?:ever)?|if|after|before|until|till|once|while|during|upon|as soon as|every|each|{_SPANS}"
    r"|daily|weekly|monthly|annual(?:ly)?|always|never|now|immediately|soon|currently|times?|first|last|night|evening"
    r"|morning|season|war|era|period|early|late|childhood|age|at the end)\b"
)
_NAME: Final = r"(?-i:[A-Z][\w'’-]+)"
_PERSON: Final = (
    rf"(?<=[\w,'’] ){_NAME}|\b(?:by|he|she|they|who|someone|people|person|m[ae]n|wom[ae]n|company|team|group|committee"
    r"|family|\w{2,}(?:ers?|ors?|ists?|ants?|ees?|ians?))\b"
)
_PLACE: Final = (
    r"\b(?:in|at|near|from|to|above|outside|within|around|across|between|beside|along|off|into|through) (?:the )?"
    rf"(?:\w+ (?:of|and) )?(?!(?:{_MONTHS}|{_DAYS})\b){_NAME}"
    r"|\b(?:north|south|east|west)(?:ern)?\b|\b(?:coast|island|mountains?|rivers?|located|situated|headquarter\w*)\b"
)
_INSIDE: Final = (
    r"\b(?:in|at|on|near|from|to|inside|within|under|over|above|below|outside|through|via|across|between|around|here"
    r"|website|page|online)\b"
)
KINDS: Final = (
    _kind("date", rf"when (?:was|were|did|had)\b|{_WHICH}(?:year|date|century|decade)\b", _DATE, _TIME),
    _kind("month", rf"{_WHICH}(?:month|season)\b", rf"\b(?:{_MONTHS}|{_SEASONS})\b|\d/\d"),
    _kind("day", rf"{_WHICH}(?:day|weekday)\b", rf"\b(?:{_MONTHS}|{_DAYS}|weekends?|daily)\b|\d/\d"),
    _kind("time", rf"when\b|{_WHICH}time\b", _DATE, _TIME),
    _kind("person", r"who(?:m|se)?\b", _PERSON),
    _kind(
        "place",
        rf"where\b|{_WHICH}(?:city|town|village|country|state|county|continent|region|place|street|location)\b",
        _PLACE, _INSIDE, telling=True,
    ),
    _kind("age", r"how old\b", _figures(rf"{_SPANS}|old|aged?"), _DATE, telling=True),
    _kind("length", r"how (?:tall|high|wide|deep|thick|far|broad)\b", _figures(_LENGTHS), _FIGURE, telling=True),
    _kind("length", r"how long\b", _figures(rf"{_LENGTHS}|{_SPANS}"), _FIGURE, telling=True),
    _kind(
        "size", r"how (?:large|big|small)\b",
        rf"\b(?:square|cubic|acres?|hectares?|percent|population)\b|%|"
        rf"{_figures(rf'{_LENGTHS}|people|[GMkT]i?B|bytes?')}", _FIGURE, telling=True,
    ),
    _kind(
        "weight", r"how heavy\b|how much .*\bweighs?\b",
        _figures(r"kilo\w*|kgs?|grams?|pounds?|lbs?|ounces?|oz|tons?|tonnes?"), _FIGURE, telling=True,
    ),
    _kind(
        "speed", r"how fast\b",
        rf"{_FIGURE}.*(?:\b(?:per|an? (?:hour|minute|second)|mph|knots?)\b|/)", _FIGURE, telling=True,
    ),
    _kind(
        "price",
        r"how expensive\b|how much (?:do|does|did|is|are|was|will|would)\b.*\b(?:costs?|paid|pay|charged?|worth)\b",
        r"[$€£¥]|\b(?:free|prices?|costs?|fees?|charges?|euros?|dollars?)\b", _FIGURE, telling=True,
    ),
    _kind("number", r"how (?:many|much|often)\b", _FIGURE),
    _kind(
        "colour", rf"{_WHICH}colou?rs?\b",
        r"\b(?:black|white|gr[ea]y|red|green|blue|yellow|orange|brown|purple|violet|pink|gold(?:en)?|silver|colou?r\w*)"
        r"(?:ish)?\b", telling=True,
    ),
)  # fmt: skip
"""In order: the first whose cue is there counts."""
