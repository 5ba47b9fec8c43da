"""Nouns that name a class of many: "the country", "this form". On their own they do not say which one."""

from typing import Final

_PEOPLE: Final = """
actor actress artist athlete author band candidate celebrity champion character chef composer dancer director doctor
driver emperor employee employer founder governor guitarist hero host inventor king landlord lawyer leader mayor
minister musician officer owner painter pilot player poet politician president producer professor queen ruler
scientist senator singer soldier student teacher tenant villain winner writer
"""
_PLACES: Final = """
airport bridge building capital castle church city colony community continent country county district empire island
kingdom lake monument mountain museum nation neighborhood neighbourhood ocean palace park planet port province region
river road school site stadium state street temple territory theater theatre town university valley village volcano
"""
_WORKS: Final = """
album anime article award book cartoon championship character club comic competition cup documentary episode event
festival film final franchise game league lyrics match movie musical newspaper novel opera painting play poem
programme race record release sculpture season sequel series show sitcom song soundtrack sport story team title
tournament trilogy trophy video
"""
_GROUPS: Final = """
agency airline bank board branch brand broker brokerage bureau business college commission committee company
corporation council court department firm foundation fund government group hospital institute institution insurer
manufacturer ministry office organisation organization parliament party provider union vendor
"""
_RULES: Final = """
act agreement application ballot battle bill certificate code constitution contract decision declaration deduction
election exam form grant law lease licence license loan mandate mission mortgage permit plan policy procedure program
project regulation revolution rule scheme statute tax test treaty visa war
"""
_THINGS: Final = """
account acronym animal api app asset bird boat bond bot bottle breed browser bug car card catalog cell chemical child
class cluster command compound crop currency database dataset device disease disorder dog drink drug element engine
environment error fish food format fruit gateway gene god goddess index ingredient insect instance instrument
investment job language machine material medicine metal method mineral model module molecule network node object
operation organ parameter plant platform plugin pod policy portfolio product protein protocol queue religion resource
role server service ship software spacecraft species star stock storage store system technique technology telescope
template tool toolkit treatment tribe type vaccine vegetable vehicle version virus vitamin weapon workspace
"""
_TIMES: Final = """
age century dynasty era incident movement phase stage
"""
_CASES: Final = """
case context instance issue kind matter problem scenario situation sort topic type
"""

CLASSES: Final[frozenset[str]] = frozenset(
    (_PEOPLE + _PLACES + _WORKS + _GROUPS + _RULES + _THINGS + _TIMES + _CASES).split()
)
"""English, singular, lower case: what has many instances and is often asked about by its class alone."""

_OF_NAMES: Final = """
anniversary awards ceremony championship cup edition election episode final game match release season tournament
version
"""
PARTS: Final[frozenset[str]] = frozenset(_OF_NAMES.split())
"""What a name does not pin down: "the Grey's Anatomy season" is one of many."""


def singular(word: str) -> str:
    """A noun without the ending of its plural; good enough to look it up.

    Example:
        >>> [singular(word) for word in ("Countries", "movies", "boxes", "class", "series")]
        ['country', 'movie', 'box', 'class', 'series']
    """
    word = word.lower()
    if word in CLASSES or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    for ending, instead in (("ies", "y"), ("es", "")):
        if word.endswith(ending) and word.removesuffix(ending) + instead in CLASSES:
            return word.removesuffix(ending) + instead
    if word.endswith(("xes", "shes", "ches", "sses")):
        return word[:-2]
    return word[:-1]
