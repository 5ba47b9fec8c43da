"""English spatial, above and below, in front and behind, left and right: one thing placed relative to another.

Everything beyond bare in/on/at counts, except motion along a path. Each family of cues is a lexer of its own, so that
a guard about "over" never hides a cue about "next to" in the same caption.
"""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.en.words import WORDS


def family(name: str, trigger: str, *rules: Rule) -> Lexer:
    """A lexer for one family of spatial cues."""
    return Lexer("spatial", rules, WORDS, f"en.spatial.{name}", trigger=trigger)


def title(words: str) -> Rule:
    """A capitalised cue between capitalised words is a title or a product ("Around The London Eye")."""
    return guard("title", "title", rf"(?-i:[A-Z][A-Za-z']* (?:{words}) (?:[A-Z][A-Za-z']*|[0-9]+))")


def amount(words: str) -> Rule:
    """A cue before a number is a price, an age or a limit ("under $25")."""
    return guard(
        "amount", "price", rf"\b(?:{words}) ?(?:age |\x23)?(?:(?:[$£€¥₹]|rs|usd) ?)?[0-9][0-9.,]*[a-z%]*", bounded=False
    )


ABOVE: Final = family(
    "above", "under|underneath|beneath|underside|above|below|overhead|high|underarmou?r",
    guard("brand", "brand", r"under ?armou?r|under the (?:weather|influence|radar|hood)|(?:above|under|over) (?:and|&) (?:beyond|above|over)|above ?- ?(?:ground|average|knee)|below(?: ?- ?| )(?:knee|zero|freezing|average|deck|market|par)"),
    title("Under|Above|Below|Beneath"),
    amount("under|above|below|beneath"),
    guard("amount-word", "price", r"(?:under|above|below) (?:a |one |two |three |four |five |six |seven |eight |nine |ten |twenty |thirty |forty |fifty |the age|half a |an )(?:hundred|thousand|million|billion|dollars?|bucks|years?|minutes?|hours?|days?|age|century|of)"),
    guard("state", "idiom", r"under (?:construction|control|arrest|way|fire|pressure|attack|repairs?|renovation|restoration|investigation|review|siege|contract|cover|study|threat|stress|scrutiny|development|maintenance|guard|licen[cs]e|warranty|canvas|sail|wraps|protest)|under (?:no|his|her|their|the|its|your|my|new|[a-z]+'s) (?:circumstances?|influence|name|rule|direction|leadership|command|guidance|supervision|auspices|age|theme|title|knife|patronage|reign|management|care|authority|terms|assumption|impression|act|law|guise|control|gun|category|skin)|under (?:[a-z]+ )?(?:temperatures?|conditions|circumstances)"),
    guard("deixis", "idiom", r"(?:structure|picture|pictured|image|images|photo|photos|links?|info|information|details?|videos?|see|seen|click|comments?|map|chart|table|shown|described|mentioned|listed|read|form|button|example|instructions|diagram|code|list|as|noted|questions?|the|one|ones|gallery|caption|article|text|check out|slideshow|post|scroll) (?:(?:from|right|just|down) )?(?:below|above)|(?:below|above) (?:is|are|:|all|we|i|the fold|photos?|images?|pictures?|average|par|expectations|suspicion|board)"),
    guard("sign-under", "idiom", r"(?:not|don't|never) (?:to )?(?:[a-z]+ ){1,2}under"),
    cue("under", "projective", r"under|underneath|beneath|underside of"),
    cue("above", "projective", r"above|below|overhead|high over"),
)  # fmt: skip

OVER: Final = family(
    "over", "over|overs?i?z?ed?",
    guard("brand", "brand", r"over ?- ?the ?- ?(?:counter|top|hill|knee|door|shoulder|air)|over the (?:moon|rainbow|hedge)|over(?: ?- ?| )(?:priced|cooked|charged|rated|worked|crowded|loaded|joyed|grown|sized|weight|seas|coat|alls?|flowing|exposed|head)"),
    title("Over"),
    amount("over"),
    guard("amount-word", "price", r"over (?:a |one |two |three |four |five |six |seven |eight |nine |ten |twenty |thirty |forty |fifty |the age|half a |an )(?:hundred|thousand|million|billion|dollars?|bucks|years?|minutes?|hours?|days?|decades?|age|century|of)"),
    guard("time", "time", r"over (?:the |this )?(?:past|last|next|coming|course|[a-z]+ (?:week|weekend|month|year|season|summer|winter|holidays?)|years?|centuries|weekends?|holidays?|christmas|easter|new year|months?|weeks?|days|time|times|winter|spring|lunch|dinner|breakfast|night|summer|decades?|ages|long|entire)"),
    guard("look-over", "gaze", r"(?:look|looks|looking|looked|gaze|gazes|gazing|stare|stares|staring|peer|peers|peering|glanc[a-z]+|views?) (?:out )?over"),
    guard("topic", "idiom", r"(?:all|watch|watches|watching|victory|presides?|presiding|triumph|fight|fights|fighting|argue|argues|arguing|laugh|laughing|laughs|talk|talking|chat|bond|bonding|debate|concerns?|control|protests?|mourn[a-z]*|cry[a-z]*|power|exuberance|excite[a-z]*|excited|joy|anger|outrage|worried|fuss|obsess[a-z]*|drool[a-z]*|struggle|struggling|battle|dispute|sues?|arrested|clash|tensions?|gush[a-z]*) over|(?:wins?|won|winning|beats?|defeats?|meetings?|talks|choos[a-z]+|chose|prefer[a-z]*) (?:[a-z]+ ){0,3}over"),
    guard("adverb", "idiom", r"(?:bend|bends|bending|bent|lean|leans|leaning|hunched|hunching|fall|falls|fell|fallen|falling|tip|tips|tipped|tipping|knock|knocked|turned|turns|turning|rolls?|rolling|pulled|pulls|pulling|hand|hands|handing|flipped|flips|flipping|take|takes|taking|taken|took|game|come|comes|coming|came|moves?|doubled|going|goes|go|think) over(?: (?:to|and|with|in|on|at|while|as|by|from|for|backwards?|there|here))"),
    guard("words", "idiom", r"over (?:here|there|again|and over|and out|easy|all|with|half|for|another (?:year|season|week|day|month))|(?:is|was|are) over(?: (?:and|for|now))|takes? over|taking over|overs?ized"),
    cue("over", "projective", r"over (?:the|a|an|his|her|their|its|it|him|them|my|our|your|one|each|another|some|two|three|that|this|these|those|top|what|which|body|[a-z]+ed|[a-z]{3,}s|[a-z]{3,} [a-z]{3,}|water|snow|land|rock|ice|london|fire|grass|ground|head|sand|england|town)"),
    neighbour("bare", "landmarkless", r"over"),
)  # fmt: skip

FRONT: Final = family(
    "front", "front|infront|behind|ahead",
    title("Behind"),
    guard("behind-idiom", "idiom", r"behind(?: ?- ?| )(?:the(?: ?- ?| )scenes?|bars|closed doors|schedule|the (?:music|name|brand|idea|story|success|camera lens))|left behind|leave[s]? behind|(?:story|stories|idea|ideas|brains|meaning|inspiration|science|reason|reasons|mastermind|genius|history|truth|philosophy|concept|thinking) behind|(?:driving )from behind|behind(?: ?- ?)the(?: ?- ?)ear"),
    guard("front-idiom", "idiom", r"up front|out front|front of house|in the front of"),
    guard("gaze", "gaze", r"(?:look|looks|looking|looked|glanc[a-z]+) (?:out )?behind"),
    cue("in-front-of", "projective", r"(?:in|at|to) ?(?:the )?front of(?: of)?|infront of|in front|(?:stand|sit|is|are|walk|walks|walking|run|runs|running|just|far|slightly|car|rider|runner|person) ahead of (?:the|a|him|her|them|it|his|another)"),
    cue("behind", "projective", r"behind"),
)  # fmt: skip

LEFT: Final = family(
    "left", "left|right|l|r|cent(?:er|re)|c|top|bottom|above|below|2nd",
    guard("side-word", "idiom", r"left ?4 ?dead|left bank|left ?-? ?hand(?:ed)?(?: [a-z]+)?|right ?-? ?hand(?:ed)?(?: (?:drive|man|corner))?|right(?: ?-? ?)of(?: ?-? ?)way|(?:human|civil|equal|animal|women's|voting|all) rights?"),
    cue("is-left-of", "projective", r"(?:is|are|was|were|just|far|directly) (?P<cue>(?:left|right) of)"),
    cue("to-the-left", "projective", r"(?:to|on|at|from|off to) (?:the |his |her |their |its |my |your |our )?(?:far |very |extreme |immediate |upper |lower |bottom |top )?(?:left|right)(?: ?- ?hand)? side(?: of)?"),
    guard("look-right", "gaze", r"(?:look|looks|looking|glanc[a-z]+|turns?|turning) (?:off |over |out )?(?:to|toward|towards) (?:the|his|her|their|its) (?:left|right)"),
    guard("left-verb", "idiom", r"(?:is|all|that's|just) right|(?:has|have|had|is|are|was|were|been|be|just|never|being|he|she|they|who|get|only|nothing|no|day|days|time|minutes|one|seconds|pan) left|left (?:the|a|for|his|her|their|in|with|to|unattended|out|alone|him|them|us|by|on|over|behind|at|off|wing|winger|back|field|fielder|foot|turn|lane|hook|jab|tackle|arm|hand|leg|knee|ear|eye|shoulder|wrist|thumb)"),
    guard("right-word", "idiom", r"right (?:now|here|there|away|time|place|way|wing|winger|back|field|fielder|foot|turn|lane|hook|jab|tackle|arm|hand|leg|knee|ear|eye|shoulder|wrist|thumb|angle|choice|person|one|thing|on|up|down|in|at|out|off|before|after|through|into|around|next|beside|behind)"),
    cue("left-of", "projective", r"(?:to|on|at|from|off to) (?:the |his |her |their |its |my |your |our )?(?:far |very |extreme |immediate |upper |lower |bottom |top )?(?:left|right)(?: ?- ?hand)?(?: of)?|(?:left|right)(?: side)? of|(?:left|right) (?:to|and) (?:left|right)|from left|from right|(?:top|bottom|upper|lower|far|second|third|fourth) (?:left|right)"),
    cue("parenthesis", "frame", r"\( ?(?:[a-z ]{1,12} )?(?:left|right|cent(?:er|re)|top|bottom|above|below)(?:, [a-z ]{1,16})? ?\)|(?-i:[A-Za-z.] \((?:[0-9][a-z]{2} |[a-zA-Z]{3,6} )?[LRC](?:-R| to R)?\))", bounded=False),
    cue("apposition", "frame", r", ?(?:left|right|center|centre)(?: ?,| and)", bounded=False),
    cue("at-start", "frame", r"\b(?:(?:right|left) ,|(?:left|right|above|below) ?:)", bounded=False),
    guard("word", "idiom", r"left|right"),
)  # fmt: skip
