"""English temporal: the pictured moment related to what came before it or comes after."""

from __future__ import annotations

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.en.words import WORDS

_IRREGULAR = (
    "won|got|gotten|been|come|came|left|made|done|had|hit|caught|taken|took|given|gave|begun|began|eaten|ate|woken|woke|thrown|threw|"
    "become|became|bought|found|lost|sold|met|broken|broke|fallen|fell|gone|went|seen|shot|struck|swung|ridden|rode|risen|rose|"
    "said|told|taught|written|wrote|put|cut|let|read|run|ran|flown|flew|grown|held|kept|laid|led|paid|sent|set|shown|spent|stuck|"
    "swum|torn|born|built|brought|blown|beaten|hatched|wed|heard|scored|popped|touched"
)
_EVENT = (
    "death|match|game|win|victory|loss|defeat|announcement|ceremony|storm|fire|attack|accident|meeting|crash|race|concert|show|performance|"
    "wedding|funeral|earthquake|hurricane|flood|flooding|floods|tornado|explosion|shooting|incident|election|protest|protests|riot|riots|service|surgery|"
    "season|tournament|practice|session|interview|conference|visit|arrival|arrest|trial|verdict|sentence|raid|fight|war|release|launch|"
    "premiere|screening|final|finals|semi-finals?|goal|speech|talks|collapse|war|blast|outbreak|rain|snow|snowfall|rains|[a-z]+tion|[a-z]+ment|summit|festival|bath|shower|operation|birth|meal|lunch|dinner|marathon|holiday|christmas|anniversary"
)


def _title(words: str) -> Rule:
    return guard(
        "title",
        "title",
        rf"(?-i:(?:[A-Z][A-Za-z']+ )?(?:{words}) (?:The|A|An|Us|You|I|We|My|Me|Party|Dark|Hours|Life|Effects|School|Shave|Sale|Sales))",
    )


def _family(name: str, trigger: str, *rules: Rule) -> Lexer:
    return Lexer("temporal", rules, WORDS, f"en.temporal.{name}", trigger=trigger)


AROUND_EVENT = _family(
    "before-after",
    "before|beforehand|prior|leading|eve|pre|pregame|prematch|prerace|prewedding|preshow|preseason|after|afterwards?|aftermath|"
    "wake|post|postgame|postmatch|postrace|postwedding|postwar|postseason|ahead|following|afterparty|aftersales?|afterschool|"
    "afterhours|aftershave|aftermarket|aftercare",
    _title("After|Before"),
    guard("title-short", "title", r"(?-i:After|Before) (?-i:Effects|Sunset|Sunrise|Midnight|Dark|Hours|Party|Sales?)|happily ever after|ever after|the morning after pill"),
    guard("idiom", "idiom", r"after all|before (?:my|your|our|his|her|their) (?:very )?eyes|(?:as|like|than) (?:ever |never )before|time after time|day after day|year after year|one after (?:another|the other)|long before|before long|looked after|sought(?: ?- ?| )after|after ?- ?(?:party|sales?|school|hours|shave|market|care)|after (?:party|parties|sales service|school (?:program|club|special|activities)|market)|before christ"),
    guard("before-date", "clock", r"(?:before|after) (?:about |around |approximately )?(?:[0-9]{1,2}(?:(?:th|st|nd|rd)|(?: ?: ?[0-9]{2})? ?[ap]\.?m)?|[0-9]{4}|midnight|noon|dark|dawn|dusk|sunset|sunrise|(?:<month>)|(?:<day>)|eight|nine|ten|christmas day|tomorrow|then|now)"),
    guard("clock-face", "clock", r"(?:minutes?|half|quarter|five|ten|twenty) (?:before|after) (?:<num>|one)"),
    guard("pursuit", "pursuit", r"(?:run|runs|ran|running|chase|chases|chasing|go|goes|going|went|race|races|racing|diving|dives|dive|dash|dashes|rush|rushes|rushing|jump|jumps|jumping|reach|reaches|reaching|swim|swims|swimming|come|comes|coming|leaping|leaps|sprint|sprints|sprinting|chased|lunges|lunging|get|gets|getting)(?: (?:around|out|quickly|hard|fast|back))? after (?:<poss>|some|one another|each other|two|three|[a-z]+) (?:[a-z-]+ )?(?:ball|balls|soccer|football|frisbee|frisbees|dogs?|cats?|birds?|toys?|stick|man|men|woman|women|boys?|girls?|child|children|kids?|player|players|pigeons?|duck|ducks|geese|seagulls?|him|her|them|it|bull|calf|sheep|bus|train|thief|opponent|rabbit|puck|disc|object|tennis|balloon|bubbles|other|another)"),
    guard("look-after", "style", r"(?:look|looks|looking|take|takes|taking|took|named|modell?ed|patterned|styled|shaped|designed|inquir\w+|ask\w*|called) after"),
    guard("chase-after", "pursuit", r"(?:chases?|chasing|chased|running around|runs around|runs|running) after"),
    guard("before-place", "style", r"(?:stand|stands|standing|stood|sit|sits|sitting|seated|kneel|kneels|kneeling|bow|bows|bowing|pose|poses|posing|playing|plays|speak|speaks|speaking|appear|appears|appearing|testif\w+|perform\w*|set|laid|spread|placed) (?:[a-z]+ ){0,1}?before (?:<poss>|some|two|three|him|her|them|it|me|us|[a-z]+)(?: (?:[a-z-]+ )?(?:<place>|microphones?|judge|committee|audience|altar|king|queen|court|congress|judges|cameras?|children|group|people|senate|house|students|food|spectators|shrine|backdrop))?"),
    guard("before-people", "style", r"before (?:(?:<det>) )?(?:[a-z-]+ )?(?:audiences?|judges?|juries|jury|committee|court|congress|altar|shrine|flag|television|microphones?|cameras?|mirror)"),
    guard("before-pronoun", "style", r"(?:food|plate|plates|meal|table|spread|laid out|laptop|landscape|valley|cake|drink|drinks|[a-z]+s) before (?:him|her|them|it|me|us)"),
    cue("before-and-after", "before", r"before (?:and|&|/|n|'n'|or|,)? ?after|after (?:and|&) before"),
    cue("before", "before", r"before|beforehand|prior to|leading up to|on the eve of|pre ?- ?(?:game|match|race|wedding|show|season)"),
    cue("ahead-of", "before", rf"ahead of (?:<poss>|tonight's|today's|next|this|tomorrow's|[a-z]+day's|the [a-z]+)(?: [a-z0-9'-]+){{0,4}}? (?:{_EVENT}|weekend|week|clash|derby|cup|games)"),
    cue("after", "after", r"after|afterwards?|in the aftermath|aftermath of|in the wake of|post ?- ?(?:game|match|race|wedding|war|season)"),
    cue("following", "after", rf"following (?:<poss>)(?: [a-z0-9'-]+){{0,4}}? (?:{_EVENT})|following (?:their|his|her) [a-z-]+ (?:win|loss|game)"),
)  # fmt: skip

IMMINENT = _family(
    "imminent",
    "about|due|verge|brink|poised|set|ready|readies|readying|prepare[sd]?|preparing|preps?|prepping|preparations?|preparation|brac(?:e|es|ing)|"
    "winds?|winding|warm|warms|warming|starts?|starting|started|begins?|beginning|began|begun|readymade|oven",
    guard("ready-made", "style", r"(?:and |is |are )?ready(?: ?- ?| )(?:to(?: ?- ?| )(?:wear|use|ship|hang|download|install|post|assemble|finish)|made|mix|mixed|meals?|steady|player|set go)|(?:hd|tv|4k|web|print|vr)(?: ?- ?| )ready|(?:oven|camera|runway|beach|summer|party|holiday|fall)-ready|ready ?,? ?due"),
    cue("about-to", "imminent", r"(?:is |are |was |were |be |just )?about to(?: be)?|on the verge of|on the brink of|(?:is|are) poised to|(?:is|are|was|were|all) set to|due to (?:be|open|close|start|begin|finish|arrive|leave|land|launch|take place|retire)"),
    cue("getting-ready", "imminent", r"(?:get|gets|getting|got|make|makes|making) (?:[a-z'-]+ ){0,6}?ready"),
    cue("ready", "imminent", r"ready to|ready for|ready (?:position|positions|stance)|readies|readying|at the ready|poised to|stands? ready|waits? ready|(?:is|are) ready|and ready|lined up ready"),
    cue("prepare", "imminent", r"(?:prepare|prepares|preparing|prepared|prep|preps|prepping) (?:(?:him|her|it|them)sel(?:f|ves) |(?:his|her|its|their) [a-z]+ )?(?:to|for)|in preparation (?:for|of|to)|preparations for|brac(?:e|es|ing) (?:himself |herself |themselves )?for|winds? up to|winding up to|warm(?:s|ing) up|warm up (?:for|before)"),
    cue("starting-to", "imminent", r"(?:start|starts|starting|started|begin|begins|beginning|began|begun) to"),
)  # fmt: skip

COMPLETED = _family(
    "completed",
    "just|having|already|recently|lately|previously|finished|completed|ended|concluded|landed|arrived|stopped|fallen|crashed|begun|"
    "started|done",
    guard("title", "title", r"(?-i:Just [A-Z][a-z]+)"),
    guard("idiom", "idiom", r"just in time|just then|(?:recently|just|newly|previously) (?:released|added|viewed|listed|updated|published|announced|owned|in)"),
    cue("just-done", "completed", rf"(?:(?:has|have|had|having|is|are|was|were|'s|'ve|'d) )?just (?:been |finished |now |recently )?(?:[a-z]{{3,}}ed|{_IRREGULAR})"),
    guard("just-only", "only", r"just"),
    cue("having", "completed", r"having (?:just |already |been |finished )?(?:[a-z]{3,}ed|won|been|made|taken|done|gotten|lost|eaten|caught|thrown)|(?:has|have|had) (?:just |recently |already |now )?(?:finished|completed|ended|concluded|landed|arrived|stopped|fallen|crashed|begun|started)|(?:is|are|was) (?:done|finished) (?:[a-z]+ing|with)"),
    cue("already", "completed", r"already"),
    cue("recently", "completed", r"recently|lately|previously"),
)  # fmt: skip

CONTINUING = _family(
    "continuing",
    "still|stills|longer|anymore|any|yet|until|till?|then|moment|thereafter|later|soon|sooner|shortly|earlier|ago|eventually|"
    "upcoming|forthcoming|time|ends?|ended|ending|winds?|winding|turns?|turned",
    _title("Then|Until|Still|Soon|Later"),
    guard("surname", "title", r"(?-i:[A-Z][a-z]+ Till)"),
    guard("idiom", "idiom", r"still being|but still|once and for all|now and then|every now and then|back then|since then|even then|then and now|then again|sooner or later|just then|(?:if|or) then|if (?:[a-z',-]+ ){1,8}then|the then|(?:better|more|less|rather|other|greater|bigger|faster|larger|smaller)(?: [a-z]+){0,3}? then"),
    guard("until-date", "clock", r"(?:until|till|til) (?:about |around |approximately )?(?:[0-9]{1,2}(?:(?:th|st|nd|rd)|(?: ?: ?[0-9]{2})? ?[ap]\.?m)?|[0-9]{4}|midnight|noon|dark|dawn|dusk|sunset|sunrise|(?:<month>)|(?:<day>)|eight|nine|ten|christmas day|tomorrow|then|now)"),
    guard("motionless", "style", r"(?:stand|stands|standing|stood|sit|sits|sitting|sat|stay|stays|staying|hold|holds|holding|held|keep|keeps|keeping|kept|lie|lies|lying|lay|stock|very|perfectly|completely|remain|remains|so|totally|calm|and) still"),
    guard("still-image", "title", r"still(?: ?- ?| )?(?:life|lifes|image|images|photo|photos|photograph|photography|shot|shots|frame|frames|camera|water|waters|picture|pictures|film|born|of|from)|(?:film|movie|video|production|publicity|a|the|and|this|animation|scene|dvd|blu-ray) stills?|stills|moonshine still|whiskey still|(?-i:[A-Z][A-Za-z']+ Still [A-Z]\w+ (?:One|Mine|Alice|Standing|Waters))"),
    cue("still", "continuing", r"still"),
    cue("no-longer", "continuing", r"no longer|not (?:any ?more|any longer)|anymore|not yet"),
    cue("until", "continuing", r"until|till|'til|til"),
    cue("ago", "completed", r"(?:minutes|hours|seconds|moments) (?:ago|earlier)"),
    guard("later-idiom", "idiom", r"see you (?:later|soon)|(?:buy now )?pay later|as soon as possible|get well soon|soon to be available|later than|soon enough|read later|for later|sooner|an earlier|earlier (?:post|version|model|work|works|than)"),
    cue("then", "sequence", r"then|and then|next moment|thereafter"),
    cue("later", "sequence", r"later|soon|soon ?- ?to ?- ?be|shortly|earlier|eventually"),
    cue("upcoming", "sequence", r"upcoming|forthcoming|yet to|(?:for|of) the (?:very )?first time since"),
    cue("ends-up", "sequence", r"end(?:s|ed|ing)? up|wind(?:s|ing)? up in|turn(?:s|ed)? out"),
)  # fmt: skip

WHILE = Lexer(
    "temporal",
    (neighbour("while", "simultaneous", "while|whilst|during|when|whenever|meanwhile"),),
    WORDS,
    "en.temporal",
    plain=True,
)

AS = _family(
    "as",
    "as",
    neighbour("as", "simultaneous", "as (?:he|she|it|they|the|a|an|his|her|their|two|people)"),
)

LEXERS = (AROUND_EVENT, IMMINENT, COMPLETED, CONTINUING, WHILE, AS)
