"""English negation: a word that negates something about the scene or what is said of it."""

from __future__ import annotations

from tacit.captions.detect.lexer import Lexer, cue, guard, neighbour
from tacit.captions.detect.rules.en.words import WORDS

_QUOTED = "[ !#-~]"
"""Within quotation marks; ASCII only, and counted before the word only: counting on both sides costs the automaton a
state for every pair of places."""

RULES = (
    # -- signs, slogans and titles --------------------------------------------------------------------------------------
    guard("quoted", "title", rf"(?u:[\x22“«„]){_QUOTED}{{0,60}}?\b(?:not|no|never|nothing|none|nobody|without|don't|won't|can't|isn't)\b{_QUOTED}*(?u:[\x22”»])", bounded=False),
    guard("prohibition-sign", "sign", r"(?:no|not|do not|don't|never)(?: ?- ?| )(?:[a-z/-]+ ){0,3}?(?:parking|smoking|entry|enter|trespassing|swimming|diving|fishing|littering|dumping|loitering|standing|stopping|walk|turns?|left turn|right turn|u-turn|vehicles|dogs|bicycles|exit|feeding|photography|sign)(?: [a-z]+){0,2}? (?:signs?|symbols?|zones?|area|sticker|signal|light|notice)"),
    guard("walk-sign", "sign", r"(?:do not|don't) (?:walk|enter|cross)(?: [a-z]+)? (?:signs?|signals?|lights?|symbols?)|walk or do not walk"),
    guard("sign-says", "sign", r"(?:says?|saying|reads?|reading|states?|stating) (?:(?:please|you|we|i|it|is|just) )?(?:no|not|don't|never|do not)"),
    guard("no-parking", "sign", r"no (?:parking|smoking|trespassing|entry)|no [a-z]+ing (?:[a-z]+ )?(?:signs?|symbols?|zones?|cones?)"),
    guard("title-case", "title", r"(?-i:(?:No|Not|Never|Nothing|Without|None|Nobody|Dont|(?:Don|Can|Won|Isn|Doesn|Ain)(?:'|(?u:’))t) (?:an? |the )?[A-Z][A-Za-z']*)"),
    guard("slogan", "title", r"(?:no|not|never|nothing|without|none|don't|won't|can't|dont) (?:[a-z'-]+ ){1,4}?(?:magnets?|keychains?|bumper stickers?|decals?|memes?|wallpapers?|greeting cards?)"),
    guard("markup", "sign", r"\.no\b|['=]none\b|\bcourtesy of none\b", bounded=False),
    guard("dos-and-donts", "idiom", r"do'?s (?:and|&) (?:the )?don'?t'?s?"),
    guard("foreign-no", "number", r"(?-i:[A-Z]\w+ no [A-Z]\w+)|(?:do|da|de|e|em|el|la|que|y|si|los|las|un|una|il|di|per) no|no (?:se|es|me|te|hay|puede|la|el|los|las|le|lo|mi|tu|su|do|da|de|e|ka|wa|ni|caso|dia|mundo|brasil|jardim|campo|sul|norte|centro|parque|ano)"),
    # -- numbers and set phrases ----------------------------------------------------------------------------------------
    guard("number-no", "number", r"\bno(?:s|\.|s\.|°)? ?\.? ?(?:[0-9]+|one(?: ?- ?| )(?:hit|single|fan|ranked|draft)|#)|#[a-z]*no[a-z]*", bounded=False),
    guard("not-only", "idiom", r"not (?:only|just|simply|merely|to mention)|(?:is|are|was|were|do|does|did|has|have|had|wo|would|ca|could|should|must|need|ai|might)n't (?:just|only)|'re not (?:just|only)|if not|why not|whether or not|or not|not so much"),
    guard("cannot-wait", "idiom", r"(?:can't|cannot|can not|couldn't|cant) (?:wait|help|get enough|go wrong|beat|stop)"),
    guard("no-matter", "idiom", r"no (?:problem|problems|doubt|wonder|worries|brainer|matter|way|bake|sew|show|iron|tie|pull|slip|wrap|touch|deposit|credit card|minimum|moq|obligation|1|i|ii|vat|tax|fee|fees|risk|kidding|thanks)|yes (?:or|and|/) no|no (?:or|and|/) yes|say(?:s|ing)? no|no ?- ?[a-z]+|no less than|no more than|no fewer than|none other|up to no good|second to none|bar none|all or nothing|nothing but|without (?:a )?doubt|without question|never ?- ?[a-z]+|never ?mind|never before|(?:it's )?now or never|never forget|never land|neverland|not ?- ?for|nor'easter|not to be missed|not to mention|knot"),
    guard("imperative", "idiom", r"(?:please )?don't (?:forget|miss|worry|panic|mess)|do not (?:disturb|forget|miss|use|copy)|why (?:don't|not)|(?:isn't|aren't|wasn't|doesn't|don't|didn't) (?:it|they|he|she|you|we) ?\?", bounded=False),
    guard("free-of-charge", "idiom", r"free of (?:charge|cost)|lack thereof|(?:at|in) no (?:charge|cost|time|extra)|no such thing|(?:middle of|out of|to) nowhere"),
    # -- cues -----------------------------------------------------------------------------------------------------------
    cue("no-longer", "never", r"no (?:longer|more)|not (?:any ?more|any longer)|not yet"),
    cue("never", "never", r"never"),
    cue("no-one", "pronoun", r"no ?- ?one|no one|nobody|nothing|none|nowhere"),
    cue("neither", "neither", r"neither|nor"),
    cue("not", "clausal", r"not"),
    cue("nt", "clausal", r"(?:is|are|was|were|do|does|did|has|have|had|wo|would|ca|could|should|must|need|ai|might)n't|n't|cannot|don't|dont|doesnt|isnt|didnt|wasnt|arent|wouldnt|couldnt|ain't|aint|havent|hasnt"),
    cue("without", "absence", r"without|w/o|sans (?:a|the|his|her|their|any|shirt|pants|shoes|clothes|clothing|helmet|makeup)"),
    cue("lack", "absence", r"lack of|lacks|lacking|lacked|(?:a|the) lack|absence of|devoid of|free of|free from|void of"),
    cue("no", "absence", r"no (?:[a-z][a-z'-]*)"),
)  # fmt: skip

CORE = Lexer(
    "negation",
    RULES,
    WORDS,
    "en.negation",
    trigger="not?|nos|t|nor|neither|never[a-z]*|nothing|none|nobody|nowhere|without|w|sans|lack(?:s|ing|ed)?|absence|devoid|"
    "free|void|cannot|cant|dont|doesnt|isnt|didnt|wasnt|arent|wouldnt|couldnt|aint|havent|hasnt",
)

AFFIX = Lexer(
    "negation",
    (
    guard("less-words", "idiom", r"unless|regardless|nevertheless|nonetheless|bless|godless america|stainless|wireless|cordless|seamless|seamlessly|timeless|endless|countless|priceless|flawless|effortless|effortlessly"),
    neighbour("less", "affix", r"[a-z]{3,}less|non ?- ?[a-z]+|[a-z]+ ?- ?free|unfinished|unopened|unidentified|unknown|unpaved|uncooked|unmade|unlit"),
    neighbour("empty", "empty", r"empty|missing|vacant|deserted|abandoned|bare|unoccupied"),
    ),
    WORDS,
    "en.negation",
    trigger="[a-z]+less(?:ly)?|nonetheless|non[a-z]*|[a-z]*free|unfinished|unopened|unidentified|unknown|unpaved|uncooked|"
    "unmade|unlit|empty|missing|vacant|deserted|abandoned|bare|unoccupied",
)  # fmt: skip

LEXERS = (CORE, AFFIX)
