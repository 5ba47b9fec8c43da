"""Word lists that the English rules share. A list is an alternation; it may name other lists as ``<name>``."""

from __future__ import annotations

from typing import Final

UNITS: Final = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

VALUES: Final = (
    {word: n for n, word in enumerate(UNITS, start=1)}
    | {word: 10 * n for n, word in enumerate(TENS, start=2)}
    | {f"{t}{sep}{u}": 10 * i + j for i, t in enumerate(TENS, 2) for j, u in enumerate(UNITS[:9], 1) for sep in "- "}
    | {"duo": 2, "both": 2, "pair": 2, "twins": 2, "twin": 2, "trio": 3, "triplets": 3, "quartet": 4, "quintet": 5}
)


def value_of(cue: str) -> int | None:
    """The number a counting cue states.

    Example:
        >>> value_of("twenty-one"), value_of("1,200"), value_of("several")
        (21, 1200, None)
    """
    digits = cue.replace(",", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= 9:
        return int(digits)
    return VALUES.get(cue, VALUES.get(cue.rsplit(" ", maxsplit=1)[-1] if cue.startswith("both") else cue))


WORDS: Final = {
    # -- numbers -----------------------------------------------------------------------------------------------------
    "num": (
        r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:(?: ?- ?| )(?:one|two|three|four|five|six|seven|eight|nine))?"
        r"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
        r"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    ),
    "month": (
        "january|february|march|april|may|june|july|august|september|october|november|december"
        "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    ),
    "day": "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    "duration": (
        "seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|weekends?|months?|years?|yrs?|decades?"
        "|centur(?:y|ies)|o'clock"
    ),
    "measure": (
        "mm|cm|m|km|mi|in|inch(?:es)?|ft|feet|foot|yards?|yds?|miles?|mph|kmh|kph|met(?:er|re)s?|kilomet(?:er|re)s?"
        "|centimet(?:er|re)s?|mg|g|gr|grams?|kg|kilos?|kilograms?|oz|ounces?|lbs?|pounds?|tons?|tonnes?|ml|cl|l|lit(?:er|re)s?|gallons?"
        "|cups?|tbsp|tsp|tablespoons?|teaspoons?|degrees?|deg|hz|khz|mhz|ghz|kw|w|watts?|v|volts?|amps?|mah|gb|mb|tb|kb"
        "|mp|megapixels?|pixels?|px|dpi|fps|bit|bits|cc|hp|rpm|acres?|hectares?|sq|ply|inning|carat|ct|karat|k|gsm|percent|psi|cals?|calories|liters|times|fold"
    ),
    "money": "dollars?|cents|bucks?|euros?|eur|usd|gbp|pounds?|pence|yen|rupees?|rs|inr|millions?|billions?|thousand|hundred|trillion",
    "product": (
        "packs?|pk|pcs?|pieces?|pc|sets?|bedrooms?|beds?|baths?|bathrooms?|br|ba|burners?|drawers?|doors?|seaters?|seats?|slots?|shelves|shelf"
        "|tiers?|persons?|speeds?|ports?|channels?|lights?|panels?|ways?|stars?|count|colou?rs?|sizes?|sided|row|pockets?|jars?|hooks?|holes?"
        "|sheets?|pages?|cards?|rolls?|tabs?|tablets|capsules|vials|bulbs?|ingredients?|styles|shades|options|designs|patterns|lots|steps?|ideas|tips|ways|reasons|things|facts"
    ),
    "label": (
        "size|sizes|no|nos|nr|number|numbers|vol|volume|issue|chapter|chapters|part|parts|pt|episode|ep|season|series|page|pages|pg|p|fig|figure|figures|image|images|img"
        "|photo|picture|pic|slide|step|steps|day|week|month|year|grade|class|form|level|phase|stage|round|rounds|lap|game|heat|match|race"
        "|route|highway|hwy|interstate|i|rt|road|exit|gate|track|platform|terminal|bus|flight|line|room|apt|apartment|suite|unit|lot|hole|bay|pier|area|zone|sector|district|ward"
        "|channel|version|v|ver|model|mk|mark|type|series|generation|gen|iphone|ipad|ipod|galaxy|windows|playstation|ps|xbox|android|ios|macbook|canon|nikon|boeing|airbus|formula|catch|opus|op|psalm|act|scene|article|section|item|code|ref|sku|id|isbn|tel|call"
        "|top|best|under|over|age|aged|ages|rank|ranked|base|bases|second|channel|star|group|team|u|under|act|matthew|john|luke|genesis|romans|verse|july|ward|division|mile|km|plate|table|figure|world war|ww|part"
    ),
    "animate": (
        "people|persons|men|women|boys|girls|kids|children|guys|ladies|gentlemen|teens?|teenagers|adults|babies|toddlers|players|friends|dogs|cats|birds|horses|cows|sheep"
        "|students|workers|soldiers|police|officers|runners|cyclists|dancers|musicians|zebras?|giraffes?|elephants?|bears|fish|deer|geese|mice|ducks|puppies|kittens"
    ),
    "irregular": (
        "people|persons|men|women|children|babies|ladies|gentlemen|police|fish|sheep|deer|geese|mice|zebras?|pandas|koalas|llamas|gorillas|sofas|pizzas|umbrellas|cameras"
    ),
    "garment": (
        "shoes|sneakers|boots|sandals|heels|slippers|flip ?-? ?flops|socks|stockings|tights|leggings|pants|trousers|jeans|shorts|slacks|overalls|pajamas|pyjamas|underwear|panties|briefs"
        "|glasses|sunglasses|eyeglasses|spectacles|goggles|shades|scissors|pliers|tongs|tweezers|clippers|shears|binoculars|headphones|earphones|earbuds|earrings?|gloves|mittens|skis|skates|roller ?skates"
        "|rollerblades|ice ?skates|cleats|loafers|pumps|wedges|crutches|handcuffs|chopsticks|cufflinks|suspenders|swim trunks|trunks|tennis shoes|flats|bottoms"
    ),
    # -- places and things -------------------------------------------------------------------------------------------
    "det": "the|a|an|his|her|their|its|it's|my|our|your|this|that|these|those|some|another|each|any|many|several|two|three|four|five|one|both|other|various|all",
    "poss": "his|her|their|its|my|our|your|the|a|an|this|that",
    "pron": "him|her|them|it|me|us|you|himself|herself|itself|themselves|one another|each other",
    "place": (
        "sea|seaside|river|riverside|lake|lakeside|ocean|water|waterside|waterfall|pond|pool|poolside|beach|shore|shoreline|bay|harbou?r|dock|pier|stream|creek|canal|fountain|bank|cliff|coast|hill|hills|mountain|mountains|rock|rocks|boulder"
        "|road|roadside|street|streets|curb|kerb|sidewalk|highway|intersection|crosswalk|path|trail|track|tracks|railing|rail|rails|railroad|bridge|station|stop|bus stop|parking lot|driveway|garage|gate|corner|crossing|traffic light|stop sign|sign|signs|pole|post|lamp|lamppost|meter|hydrant|mailbox"
        "|window|windows|door|doors|doorway|entrance|exit|wall|walls|fence|fences|stairs|staircase|steps|ladder|column|pillar|porch|balcony|building|buildings|house|houses|home|barn|shed|church|castle|tower|store|shop|shops|cafe|restaurant|bar|counter|stand|stands|stall|booth|market|tent|tents|stage|field|court|goal|net|park|garden|plants?|flowers?|bush|bushes|tree|trees|palm tree|grass|woods|forest|hedge|pumpkins?|log|logs"
        "|table|tables|desk|desks|chair|chairs|bench|benches|couch|sofa|bed|crib|cabinet|counter|dresser|shelf|shelves|mirror|piano|fireplace|fire|campfire|bonfire|stove|oven|sink|toilet|tub|bathtub|shower|fridge|refrigerator|microwave|tv|television|computer|laptop|monitor|screen|camera|lamp|cart|truck|trucks|car|cars|van|vans|bus|buses|train|trains|boat|boats|ship|plane|planes|airplane|jet|bike|bikes|bicycle|bicycles|motorcycle|motorcycles|scooter|taxi|vehicle|vehicles|tractor|trailer"
        "|dog|dogs|cat|horse|horses|cow|cows|side|edge|statue|sculpture|monument|painting|paintings|poster|christmas tree|vending machine|grill|barbecue|trash can|dumpster|suitcase|luggage|bag|bags|box|boxes|basket|bottle|glass|bowl|plate|cake|umbrella|umbrellas"
    ),
    "scene": (
        "wall|walls|fence|railing|rail|sky|skies|sun|sunset|sunrise|horizon|background|backdrop|backgrounds|skyline|city|clouds?|mountains?|hills?|ocean|sea|water|glass|window|door|tree|trees|rock|rocks|building|house|car|truck|pole|post|column|pillar|counter|table|couch|chair|bed|board|boards|curb|bench"
        "|ground|floor|snow|sand|grass|side|sides|light|darkness|moon|night|stone|brick|wood|wooden|white|black|blue|red|green|yellow|gr[ae]y|pink|orange|brown|dark|light|bright|colou?rful|shoulder|chest|face|head|body|leg|back|cheek|ear|hip|shore|cliff|barrier|barricade|hedge|tombstone|lamp|motorcycle|bike|vehicle|surface|curtain|screen|mirror|tile|metal|cement|concrete"
    ),
    "adjs": r"(?:[a-z]+(?:-[a-z]+)* ){0,3}",
    # -- verbs -------------------------------------------------------------------------------------------------------
    "posture": (
        "sit|sits|sat|sitting|seated|stand|stands|stood|standing|lie|lies|lay|lays|lying|laying|laid|rest|rests|rested|resting|lean|leans|leaned|leaning|kneel|kneels|kneeling|squat|squats|squatting|crouch|crouches|crouching|perch|perches|perched|perching"
        "|pose|poses|posed|posing|wait|waits|waiting|park|parks|parked|parking|located|situated|placed|set|sets|setting|gather|gathers|gathered|gathering|huddle|huddled|huddling|docked|moored|anchored|camp|camps|camping|camped|relax|relaxes|relaxing|relaxed|sleep|sleeps|sleeping|asleep|nap|naps|napping|hang|hangs|hanging|hung|stay|stays|staying|graze|grazes|grazing|stationed|tied|displayed|crowd|crowded|crowding|line|lined|arranged|stacked|stooping|reading|read|reads|eat|eats|eating|drinking|smoking|fishing|talk|talks|talking|chat|chats|chatting|play|plays|playing|grow|grows|growing|live|lives|living|dine|dining|sunbathing|is|are|was|were|be|stop|stops|stopped|propped|built|dance|dances|dancing|work|works|working|look|looks|looking|hugging|kiss|kissing|squatted|bent|wraps?|wrapped|tie|wears?|wearing|float|floating|floats|nestled"
    ),
    "motion": (
        "walk|walks|walked|walking|run|runs|ran|running|jog|jogs|jogging|race|races|raced|racing|ride|rides|rode|riding|drive|drives|drove|driving|travel|travels|traveling|travelling|skate|skates|skating|skateboards?|skateboarding|ski|skis|skiing|swim|swims|swimming|sail|sails|sailing|move|moves|moving|go|goes|going|went|roam|roams|roaming|wander|wanders|wandering|stroll|strolls|strolling|cycle|cycles|cycling|bike|bikes|biking|hike|hikes|hiking|march|marches|marching|head|heads|heading|come|comes|coming|pass|passes|passing|rush|rushes|rushing|sprint|sprints|sprinting|slide|slides|sliding|chase|chases|chasing|crawl|crawls|crawling|climb|climbs|climbing|gallop|gallops|galloping|trot|trots|trotting|speed|speeds|speeding|make|makes|making|push|pushes|pushing|pull|pulls|pulling|turn|turns|turning|round|rounds|rounding|get|gets|getting|parade|parades|parading|bicycling|prance|prancing|dash|dashes|dashing|surfs?|surfing|hurries|hurrying|tour|touring|snowboards?|snowboarding|paddle|paddles|paddling|row|rows|rowing|navigat(?:e|es|ing)|zoom|zooms|zooming|motorcycling|strut|struts|strutting|bikers|carry|carries|carrying"
    ),
    "particle": "up|down|out|alone|together|still|outside|outdoors|inside|idle|idly|quietly|side|and|closely|close|right|over|just",
}  # fmt: skip
