"""English spatial, closeness, containment, orientation and the frame: the other families of cues."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, cue, guard, neighbour
from tacit.captions.detect.rules.en.spatial import ABOVE, FRONT, LEFT, OVER, amount, family, title
from tacit.captions.detect.rules.en.words import WORDS

_TIME = "days?|nights?|weeks?|months?|years?|seasons?|games?|match|matches|races?|wars?|century|summer|winter|spring|autumn|fall|morning|afternoon|evening|hour|world|class|charts?|range|era|life|movie|story|film|series|school|term|semester|concert|show|ceremony|journey|trip|career|conversation|action|storm|song|period|decade|queue|meeting|party|event|speech|session|episode|attention|excellence|gravity|pandemic|crisis|battle|discussion|controversy|trend"
_REGION = "side|sides|top|tops|bottom|bottoms|edge|edges|end|ends|middle|midst|cent(?:er|re)|corner|corners|base|foot|rear|head|mouth|tip|perimeter|border|outskirts|entrance|fringe|heart|left side|right side|left-hand side|right-hand side|far end|far side|other side|opposite side|opposite end|opposite sides|either side|each side|both sides|back side|front side|upper left|upper right|lower left|lower right|bottom left|bottom right|top left|top right"
_AGENT = "made|drawn|written|driven|shown|taken|held|led|sung|eaten|worn|built|thrown|hit|caught|given|done|seen|shot|sent|sold|bought|brought|blown|fed|read|told|taught|run|ridden|beaten|struck|bitten|won|sponsored|[a-z]+ed"
_GO = "walk|walks|walked|walking|run|runs|ran|running|jog|jogs|jogging|race|races|raced|racing|ride|rides|rode|riding|drive|drives|driven|driving|travel|travels|skate|skates|skating|skateboarding|roam|roams|roaming|wander|wanders|wandering|stroll|strolls|strolling|swim|swims|swimming|sail|sailing|move|moves|moving|go|goes|going|come|comes|coming|chase|chases|chasing|gallop|gallops|galloping|prance|prances|prancing|skiing|biking|bikes|cycling|march|marching|turn|turns|turning|spin|spins|spinning|slides?|sliding|speeds?|speeding|maneuver[a-z]*|curv[a-z]+|round[a-z]*|leads?|leading|get|gets|getting"

NEAR: Final = family(
    "near", "next|nest|net|besides?|alongside|side|abut[a-z]*|shoulder|cheek|near|nearby|nearest|vicinity|reach|close|closer|closest|adjacent|adjoining|neighbou?ring|far|away|distance|miles",
    title("Near"),
    amount("near"),
    guard("product", "idiom", r"(?-i:Side by Side|Side By Side|SIDE BY SIDE) (?:[a-z]+ ){0,2}(?:refrigerator|fridge|freezer|utv|atv)"),
    guard("near-idiom", "idiom", r"near (?:future|miss|me|you|perfect|death|completion|record|impossible|collapse|the end|field)|near ?- ?(?:perfect|death|mint|new|[a-z]+)|near (?:east|christmas|dawn|dusk|midnight|sunset|zero|freezing)"),
    guard("close-idiom", "idiom", r"close ?-? ?ups?|close to (?:home|tears|you|me|[a-z]+ing|[0-9]+|completion|the (?:end|finish|action|edge|heart)|(?:his|her|their|my|your) heart)|next to (?:nothing|no|last)"),
    guard("beside-idiom", "idiom", r"beside the point|beside (?:himself|herself|themselves|itself)"),
    cue("next-to", "proximity", r"next to|nest to|net to|beside|besides (?:a|the)|alongside|side by side|side ?- ?by ?- ?side|abut(?:s|ting)?|shoulder to shoulder|cheek to cheek"),
    cue("near", "proximity", r"(?:near|nearby)(?: to)?|in the vicinity of|within reach of"),
    cue("close-to", "proximity", r"(?:close|closer|adjacent|nearest|closest|close up|close by) to|close by|adjacent|adjoining|neighbou?ring"),
    neighbour("leave", "path", r"(?:<motion>|look|looks|looking|fly|flies|flying|blow|throw) away from"),
    cue("far", "proximity", r"(?:far|far away|miles|feet away|yards away|away|meters away|distance) from (?:the|a|an|each other|one another|his|her|their|its|it|him|them|other)"),
)  # fmt: skip

BY: Final = family(
    "by", "by",
    guard("idiom", "idiom", r"by the way|by far|by and large|one by one|two by two|step by step|day by day|bit by bit|piece by piece|year by year|side(?: ?- ?| )by(?: ?- ?| )side|close by"),
    title("By"),
    amount("by"),
    cue("posture-by", "proximity", r"(?:sit|sits|sat|sitting|seated|stands?|stood|standing|lies|lay|lays|lying|laying|parked|perched|rests?|resting|kneel|kneels|kneeling|docked|moored|posed|posing|poses|waits|waiting|located|situated|leaning|squatting|crouching) (?:(?:<particle>) ){0,2}(?P<cue>by) (?:the|a|an|his|her|their|its|some|another|one|each|two|him|her|them|it|my)"),
    cue("static-by-place", "proximity", r"(?:gathered|huddled|stopped|propped|tied|displayed|stationed|lined|anchored|camped|relaxed|nestled|bent|hung) (?:(?:<particle>) ){0,2}(?P<cue>by) (?:(?:<det>) )?(?:[a-z-]+ ){0,2}?(?:<place>)"),
    guard("agent", "agent", rf"(?:{_AGENT}) (?:[a-z]+ly |up |down |out |on |over |off |apart |together |around |in )?by"),
    guard("credit", "agent", r"(?:photos?|photographs?|pictures?|images?|paintings?|art|artwork|works?|book|novel|poem|song|film|designs?|illustration|drawing|print|poster|sculpture|courtesy|story|video|words|quotes?|music|lyrics|recipe|portrait|hair|makeup|styling|collection|report|production|mural|album|series|performance|speech|visit|attack|goal|dress|gown|jacket|shoes) by"),
    guard("means", "agent", r"by (?:hand|car|train|bus|boat|foot|air|land|bike|bicycle|plane|taxi|ferry|helicopter|mail|email|phone|accident|chance|mistake|name|design|law|order|night|day|candlelight|moonlight|itself|himself|herself|themselves|myself|yourself|the (?:hand|arm|neck|hair|tail|leash|reins|hour|minute|past|end|time)|means|default|nature|person|artist|actor|author|[a-z]+ing)"),
    neighbour("path", "path", r"(?:<motion>) (?:on |right |slowly |quickly |back |up |down |over |straight |his way |her way |their way )?by"),
    cue("by-place", "proximity", r"(?:just |right )?(?P<cue>by) (?:the|a|an|his|her|their|its|some|another) (?:[a-z-]+ ){0,2}?(?:<place>)"),
    cue("by-bare-place", "proximity", r"(?P<cue>by) (?:[a-z-]+ ){0,1}?(?:sea|water|trees|rocks|buildings|cars|railroad tracks|train tracks|flowers|windows|boats|bushes)"),
    neighbour("bare", "landmarkless", r"by"),
)  # fmt: skip

AROUND: Final = family(
    "around", "around|surrounds?|surrounded|surrounding|flanked|bordered|encircled|ringed|framed|enclosed|fenced|sandwiched|engulfed",
    title("Around"),
    amount("around"),
    guard("time", "time", r"around (?:the )?(?:past|last|next|christmas|easter|new year|lunch|dinner|breakfast|night|midnight|noon|dawn|dusk|year|clock|holidays?)"),
    guard("world", "idiom", r"(?:from )?(?:all )?around the (?:world|globe|town|country|corner|clock|house|state|city|web|block|neighborhood|campus|nation|region)|around here|around us all|around and around"),
    guard("gaze", "gaze", r"(?:look|looks|looking|looked|gaz[a-z]+|glanc[a-z]+) around"),
    neighbour("walk-around", "path", rf"(?:{_GO}) (?:[a-z]+ )?around"),
    neighbour("adverb", "path", r"(?:play|plays|playing|mess|messes|messing|lounge|lounges|lounging|goof|goofs|goofing|hang|hangs|hanging|joke|joking|clown|clowning|fool|fooling|kid|kidding|jump|jumps|jumping|dance|dances|dancing|fly|flies|flying|toss|tosses|tossing|throw|throws|throwing|kick|kicks|kicking|splash|splashes|splashing|swing|swings|swinging|sit|sits|sitting|stand|stands|standing|lay|laying|lie|lying|turned|turn|show|shown|pass|passes|passing|other way|way|wait|waiting|mill|milling) around(?: (?:in|on|at|with|while|and|together|during|for|outside|to|as|waiting|talking|after|near|[a-z]+ing))"),
    cue("surrounded-by", "topological", r"(?:surrounded|flanked|bordered|encircled|ringed|framed|enclosed|fenced in|sandwiched|engulfed) (?:by|with|between|in)|surrounds|surrounding (?:the|a|an|it|him|her|them|his|their|its)"),
    cue("around", "topological", r"(?P<cue>around) (?:<poss>|some|each|one|another|him|them|it|us|me|two|three|four|both|[a-z]{3,})|all around (?:him|her|them|it)"),
    neighbour("bare", "landmarkless", r"around"),
)  # fmt: skip

INSIDE: Final = family(
    "inside", "inside|outside|within|between|inbetween|among(?:st)?|amid(?:st)?|midst",
    guard("brand", "brand", r"inside(?: ?- ?| )out|outside lands|outside (?:of )?(?:your|the|his|her) (?:box|norm|comfort zone)|between us|just between us"),
    title("Between|Inside|Outside|Among|Within"),
    amount("between|within"),
    guard("times", "time", r"(?:in )?between (?:takes|classes|meals|games|matches|sets|shows|events|songs|practices?|sessions|shifts|shots|scenes|performances|(?:<month>)|(?:<day>))|within (?:(?:a|an|the|one|two|three|a few|the next) )?(?:<duration>)"),
    guard("relation", "idiom", r"(?:difference|differences|relationship|relations|match|matches|game|games|fight|fights|battle|final|finals|conversation|clash|war|wars|race|meeting|talks|deal|agreement|contest|tie|bout|bond|friendship|love|balance|interaction|dispute|series|communication|competition|duel|connection|choose|choosing|rivalry|comparison|contrast|switch|link|partnership|encounter|semifinal|semi-final|showdown|kiss|scene|dialogue|argument|exchange|ties|marriage|collaboration|cooperation|conflict|tension|tensions) ?(?:[a-z]+ ){0,3}?between"),
    guard("idiom", "idiom", r"(?:rank(?:s|ed)?|listed|counted) (?:[a-z]+ )?among|among (?:the )?(?:most|best|first|top|largest|biggest|finest|worst|greatest)|amid(?:st)? (?:the )?(?:[a-z]+ )?(?:coronavirus|covid|pandemic|crisis|protests?|fears?|concerns?|criticism|outbreak|controversy|tensions?|reports|scandal|rumou?rs|calls|uncertainty|violence)|between (?:us|you and me|friends|jobs|the lines|the ears)"),
    neighbour("part", "part", r"the (?:inside|outside) of"),
    guard("gaze", "gaze", r"(?:look|looks|looking|looked|peer[a-z]*|gaz[a-z]+|star(?:e|es|ing)) (?:out )?(?:inside|outside|between)"),
    cue("between", "topological", r"(?:in )?(?:between|amongst|among|amid|amidst)|in ?- ?between|in the midst of"),
    cue("inside", "topological", r"(?P<cue>inside|outside|within) (?:of )?(?:the|a|an|his|her|their|its|it|my|our|your|this|that|these|those|some|one|another|each|two|what)|(?:inside|outside) of|(?:inside|outside) (?:[a-z]+ing |[a-z]+ed )?(?:<place>|museum|school|hospital|theat(?:er|re)|hotel|mall|cathedral|temple|cage|bag|box|bulb|glass|light bulb|courthouse|stadium|palace|factory|office|prison|airport)|(?:inside|outside) (?-i:[A-Z])[a-z]+"),
    neighbour("bare", "landmarkless", r"outside|inside|within"),
)  # fmt: skip

AGAINST: Final = family(
    "against", "against|lean|leans|leaned|leaning|leant|prop|props|propped|propping|touching|contains?|attached|connected|detached|perpendicular|parallel|contact",
    title("Against"),
    guard("opposition", "idiom", r"(?:match|games?|play|plays|played|playing|compet[a-z]+|fight|fights|fighting|fought|protest[a-z]*|demonstrat[a-z]*|rally|rallies|win|victory|wins|won|score[sd]?|scoring|goals?|defend[a-z]*|pitch[a-z]*|bats?|batting|race[sd]?|racing|vote[sd]?|warn[a-z]*|charges?|crimes?|violence|discriminat[a-z]+|insur[a-z]+|speak[a-z]*|debut|guard|campaign|allegations|lawsuit|war|battle|start|fixture|finals?|clash|series|opener|test|loss|defeat|vaccin[a-z]+|immunization|protect[a-z]*|case|complaint|advice|odds) (?:[a-z]+ ){0,2}?against"),
    cue("against", "topological", r"(?:<posture>|silhouett[a-z]+|pressed|press|presses|pressing|pushed|pinned|set|up|head|back|backs|feet|foot|bikes?|ladder|board|hand|hands|isolated|contrast[a-z]*|stand out|visible|seen|shining|crash|crashes|crashing|slam[a-z]*|[a-z]+) (?P<cue>against) (?:(?:<det>) )?(?:[a-z-]+ ){0,4}?(?:<scene>)|lean(?:s|ed|ing|t)? (?:up |back |over )?(?:on|against|into)|prop(?:s|ped|ping) (?:up )?(?:on|against)|rub[a-z]* against|against each other|against one another|against (?:a|the|his|her|it|an)"),
    cue("contact", "topological", r"(?:is|are) (?:attached|connected|detached|perpendicular|parallel) (?:to|from|with)|(?:attached|connected|perpendicular|parallel) to (?:the|a|an|each|his|her|one)|(?:is|are|were|was) touching the|contains? the|in contact with"),
    guard("word", "idiom", r"against"),
)  # fmt: skip

FACING: Final = family(
    "facing", "facing|faces|faced|face|across|opposite|back|nose|turned",
    guard("challenge", "idiom", r"(?:facing|faces|faced) (?:a |an |the |new |many |serious |his |her |their |up to |today's |criminal |tough )*(?:challenges?|crisis|problems?|charges?|trial|future|threats?|extinction|foreclosure|eviction|difficult[a-z]*|issues?|deportation|death|danger|prison|pressure|criticism|criminal|deadlines?|decisions?|competition|off|today's|backlash|questions|calls|rivals?|opponents?|defending|champions?)"),
    neighbour("across-path", "path", r"(?:<motion>|jump|jumps|jumping|leap|leaps|leaping|fly|flies|flying|look|looks|looking|throw|throws|throwing|hit|hits|hitting) (?:[a-z]+ ){0,2}?across"),
    cue("across-from", "orientation", r"across from|(?:is|are|sit|sits|sitting|stand|standing|just|right|directly|located|house|building|stretched|draped|lying|laying|slung|spread|strung|hung|hanging|painted|written|lies) (?P<cue>across) (?:the|a|his|her|their|its|from)|opposite (?:of|to|the|a|an|each|one|his|her|him|them|sides?|ends?)|on (?:the )?opposite (?:sides?|ends?)"),
    cue("facing", "orientation", r"(?:facing|faces|faced) (?:(?:away|towards?|forwards?|back|in|out)(?: (?:from|to|towards?|onto|the))?|the|an?|each|one|his|her|him|them|it|their|its|some|another|other|me|us|off|north|south|east|west|forward|backward|left|right|camera|opposite|traffic|[a-z]+s)"),
    cue("face-to-face", "orientation", r"face(?: ?- ?| )to(?: ?- ?| )face|back(?: ?- ?| )to(?: ?- ?| )back|nose to nose|turned away from"),
    neighbour("across", "path", r"across|opposite"),
)  # fmt: skip

BACKGROUND: Final = family(
    "background", "background|foreground|backdrop|distance|midground",
    guard("gaze", "gaze", r"(?:(?:look|gaz|star|peer|point)[a-z]* (?:out |off |away )?(?:into|in)|into) the distance"),
    neighbour("backdrop-colour", "part", r"on (?:the |a |an )?(?:[a-z]+ ){0,3}(?:background|backdrop)(?: of)?"),
    cue("background", "frame", r"(?:in|from|into|at|to|with) (?:the |a |an |its |his |her |their )?(?:(?:far|distant|immediate|near|left|right|blurred|blurry|dark|extreme|center|very|middle|lower) ){0,2}(?:background|foreground|backdrop|distance|midground)(?: of)?|foreground"),
)  # fmt: skip

REGION: Final = family(
    "region", "sides?|tops?|atop|ontop|bottoms?|edges?|ends?|middle|midst|cent(?:er|re)s?|corners?|base|foot|rear|head|tip|perimeter|border|outskirts|entrance|fringe|heart|back|sideof|centerpieces?|topdown",
    guard("brand", "brand", r"(?:top|bottom) of the (?:league|standings|list|line|morning|rock|pops|world|range|class)|on top of the world|(?-i:On Top)|in the middle of nowhere|center ?- ?(?:piece|pieces|fold)|top ?-? ?down|side of (?:fries|rice|bacon|salad|beef|beans|fruit|chips|vegetables|bread|sauce|broccoli|[a-z]+ sauce)|side job|end of the line|out of the box|on top of (?:everything|things|it all)|on the (?:small|big|pricey|expensive|spicy|sweet|salty|short|heavy) side|on the side ?,? ?(?:of )?(?:caution)|head of (?:state|government|the|department|lettuce|cabbage|hair)|at (?:the )?heart"),
    guard("middle-of-time", "time", rf"(?:in |at |near |toward |towards |by )?(?:the )?(?:very )?(?:middle|midst|end|start|beginning|top|bottom|height|center|centre|heart) of (?:the |a |an |his |her |their |this |my |our )?(?:[a-z]+ )?(?:{_TIME})"),
    # A gerund with an article is a noun: "in the middle of a parking lot" is a place.
    guard("middle-of-doing", "time", r"(?:in )?(?:the )?(?:middle|midst) of (?:[a-z]+ing|(?:a |an |the |his |her |their )?(?:performance|game|match|jump|swing|trick|throw|dance|kick|fight|celebration|routine|backswing|pitch|play|race|stunt|flight|leap|serve))"),
    guard("place-name", "idiom", r"(?:in|at|from|to|around|near) (?:the |a |an )?(?:city|town|shopping|garden|convention|community|visitor|visitors?'?|sports?|medical|civic|conference|arts?|health|data|call|fitness|training|science|trade|world|learning|care|day care|rec|recreation|nature|cultural|village|student) (?:cent(?:er|re))|cent(?:er|re) of (?:excellence|attention|gravity)"),
    guard("gaze-side", "gaze", r"(?:look|looks|looking) (?:off )?to (?:the|one|his|her) side"),
    neighbour("surface", "part", r"(?:painted|written|writing|printed|logo|words?|letters|graffiti|name|design|picture|image) on the (?:side|front|top|bottom|end) of"),
    cue("on-top", "projective", r"on ?top(?: of)?|atop|(?:on|at|near|in|to|from|by) (?:the )?(?:very )?top of|(?:on|upon) the top|on tops of"),
    cue("region", "frame", rf"(?:in|at|on|near|along|from|off|to|towards?|around|by|against|over|through) (?:the |a |an |his |her |their |its |each |one |either |both |opposite |any |all |four )?(?:very |far |other |front |back |left |right |opposite |outer |inner |top |bottom |upper |lower |north |south |east |west |northern |southern |sunny |wrong |same |near |busy |street |dead )?(?:{_REGION})(?:-hand side)? of (?:(?:<det>) )?[a-z]+"),
    cue("at-the-back", "frame", r"at (?:the )?(?:very )?(?:back|head|foot) of"),
    cue("corner", "frame", r"(?:in|on|at) (?:a|the|an|one|each|every) (?:street |far |back |top |bottom |left |right |upper |lower |very |busy |dark |room |field )?(?:corner|corners|middle|cent(?:er|re)|edge)|in (?:the )?(?:middle|corner)|off to (?:the|one) side|to (?:the|one|his|her|their|its) (?:side|rear|back)|(?:on|at|from) (?:the|either|both|each|one|all|opposite|every|its|his|her|other|two) (?:[a-z]+ )?(?:sides?|bottom)|on bottom|(?:on|at) the (?:very )?(?:top|bottom|edge|end)"),
    cue("roadside", "frame", r"(?:road|street|water|river|lake|track|pool|bed|hill|mountain|cliff)(?: ?- ?|')?s? ?side of|in (?:the )?rear of"),
    cue("off-side", "topological", r"off (?:of )?the (?:side|edge|end) of"),
    neighbour("part", "part", r"(?:in |on |at |from |to )?(?:the |its |his |her )?back of|(?:the )?(?:front|side|end|top|bottom|edge) of"),
)  # fmt: skip

ALONG: Final = family(
    "along", "along|off|beyond|part",
    guard("idiom", "idiom", r"beyond (?:meat|the pale|belief|compare|words|repair)|bath (?:&|and) beyond|(?:above|over) (?:and|&) beyond"),
    neighbour("walk-along", "path", r"(?:<motion>) (?:[a-z]+ ){0,2}?along"),
    cue("along", "topological", r"(?:<posture>|lies|lie|lined|line|up|collects?|located|houses|buildings|trees|trail|road|shops|boats|fence|cars|people|plants|flowers|situated|down|walls?|path|benches|rocks|crowd|spectators|stretch[a-z]*|runs|running) (?P<cue>along) (?:the|a|an|its|his|their|both|either|one|each|side)|along (?:the )?(?:side|sides|edge|wall|fence|coast|coastline|shore|shoreline|banks?|waterfront|roadside)(?: of)?"),
    cue("off-coast", "topological", r"off (?:of )?the (?:coast|shore) of|just off (?:the|a)|beyond (?:the|a|an|his|it|them)"),
    neighbour("part", "part", r"part of"),
)  # fmt: skip

PATH: Final = Lexer(
    "spatial",
    (neighbour("path", "path", "past|through|towards?|into|onto"),),
    WORDS,
    "en.spatial.path",
    plain=True,
)

BEFORE: Final = family(
    "before", "before",
    cue("posture-before", "projective", r"(?:stand|stands|standing|stood|sit|sits|sitting|seated|kneel|kneels|kneeling|bow|bows|bowing|pose|poses|posing|playing|plays) (?:[a-z]+ )?(?P<cue>before) (?:(?:<det>) )(?:[a-z-]+ )?(?:<place>|microphones?|judges?|committee|audience|altar|king|queen|cameras?|children|group|people|students|food|spectators|shrine|backdrop)|(?:stand|stands|standing|sit|sits|sitting|kneel|kneels|kneeling|playing|plays) before (?:microphones?|microphone stands?)"),
    cue("before-people", "projective", r"before (?:(?:<det>) )?(?:[a-z-]+ )?(?:audiences?|judges?|juries|jury|committee|court|congress|altar|shrine|flag|television|microphones?|cameras?|mirror)"),
    cue("before-pronoun", "projective", r"(?:food|plate|plates|meal|table|spread|out|laptop|landscape|valley|cake|drinks?|[a-z]+s) (?P<cue>before) (?:him|her|them|it|me|us)"),
)  # fmt: skip

BARE: Final = Lexer("spatial", (neighbour("bare", "bare", "in|on|at"),), WORDS, "en.spatial.bare", plain=True)

LEXERS: Final = (
    ABOVE,
    OVER,
    FRONT,
    LEFT,
    NEAR,
    BY,
    AROUND,
    INSIDE,
    AGAINST,
    FACING,
    BACKGROUND,
    REGION,
    ALONG,
    PATH,
    BEFORE,
    BARE,
)
