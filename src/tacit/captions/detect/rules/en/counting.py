"""English counting: the exact number of distinct things in the scene."""

from __future__ import annotations

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.en.words import WORDS, value_of

_FUNCTION = "the|these|those|all|with|and|of|has|have|are|by|for|from|like|show|shows|showing|see|between|contains?|his|her|their|our|my|other|another|at least|about|or|while|as|only|just"

_NUMBER_WORDS = (
    "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|two|three|four|five|six|sixes|seven|eight|nine|ten|eleven|twelve|"
    "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|fours|fives"
)


def _family(name: str, trigger: str, *rules: Rule) -> Lexer:
    return Lexer("counting", rules, WORDS, f"en.counting.{name}", value_of, trigger=trigger)


DIGITS = _family(
    "digits",
    "[1-9][0-9]?[0-9]?",
    guard("currency", "price", r"(?:(?u:[$£€¥₹])|\brs\.?|\busd|\beur|\bgbp) ?[0-9]+(?:[.,][0-9]+){0,2}(?: ?(?:k|m|bn|million|billion|thousand)\b)?", bounded=False),
    guard("amount", "price", r"[0-9]+(?:[.,][0-9]+){0,2} (?:<money>)"),
    guard("percent", "measure", r"\b[0-9]+(?:[.,][0-9]+){0,2} ?%", bounded=False),
    guard("clock", "time", r"[0-9]+(?: ?: ?[0-9]{2}(?: ?[ap]\.?m)?| ?[ap]\.? ?m| ?o'clock)"),
    guard("dimensions", "measure", r"[0-9]+(?:[.,][0-9]+){0,2}(?: ?(?:<measure>|\x22))? ?(?:x|×|by|\*) ?[0-9]+(?:[.,][0-9]+){0,2}"),
    guard("inches", "measure", r"\b[0-9]+(?:[.,][0-9]+){0,2} ?(?:\x22|(?u:[”″′])|'')", bounded=False),
    guard("age", "age", r"[0-9]+(?: ?- ?| )(?:year|yr|month|week|day)s?(?: ?- ?| )(?:old|olds|birthday|anniversary)s?"),
    guard("aged", "age", r"(?:aged?|ages|turns|turned|turning) [0-9]+"),
    guard("comma-age", "age", r"\b[A-Za-z]{2,} ?, (?:[1-9][0-9]) ?,", bounded=False),
    guard("duration", "time", r"[0-9]+(?:[.,][0-9]+){0,2}(?: ?- ?| )(?:more |or more |short |long |full |whole )?(?:<duration>)"),
    guard("measure", "measure", r"[0-9]+(?:[.,][0-9]+){0,2}(?: ?- ?| )?(?:<measure>)"),
    guard("month-day", "date", r"(?:<month>)\.? [0-9]+(?:st|nd|rd|th)?(?: ?, ?[0-9]{4})?"),
    guard("day-month", "date", r"[0-9]+(?: of)? (?:<month>)(?: [0-9]{4})?"),
    guard("world-war", "date", r"world war [12]"),
    guard("aperture", "measure", r"f ?/? ?[0-9]+(?:[.][0-9]+)?(?: ?- ?[0-9.]*[0-9])?|[0-9]+ ?- ?[0-9]+[.][0-9]+"),
    guard("score", "sport", r"[0-9]+ ?(?:-|–|:|to) ?[0-9]+"),
    cue("thousands", "exact", r"(?P<cue>[1-9][0-9]{0,2},[0-9]{3}) (?:<irregular>)"),
    guard("code", "model", r"[0-9]+(?: ?[-/–_.+] ?[0-9]+)+|[0-9]+[.,][0-9]+"),
    guard("jersey", "number", r"(?:#|\bno\.?|\bnos\.|\bnr\.?|\bn°|№) ?[0-9]+", bounded=False),
    guard("ranking", "rank", r"(?:top|best|first|last|final|worst|next) [0-9]+"),
    guard("of-one", "pronoun", r"one (?:out )?of (?:the |his |her |their |its |my |our |these |those )?[0-9]+"),
    guard("star", "rating", r"[0-9](?: ?- ?| )stars?"),
    guard("n-in-one", "sale", r"[0-9]+(?: ?- ?| )(?:in|for|to)(?: ?- ?| )(?:[0-9]+|one|two|a half)"),
    guard("pack", "sale", r"(?:pack|packs|lot|bundle|case|box|qty|quantity|pkg) (?:of )?[0-9]+"),
    cue("set-of", "exact", r"sets? of (?P<cue>[2-9]|[1-9][0-9]) (?:[a-z-]+ )?[a-z]{2,}s"),
    guard("set-of-bare", "sale", r"sets? of [0-9]+"),
    guard("product", "sale", r"[0-9]+(?: ?- ?| )(?:<product>)"),
    guard("in-brackets", "sale", r"[(\[] ?[0-9]+ [a-z]+(?: [a-z]+)? ?[)\]]", bounded=False),
    guard("series", "model", r"[0-9]+(?:(?: ?, ?| )[0-9]+){0,9} (?:and|&|or) (?:[0-9]+|more)|[0-9]+(?: [0-9]+)+|[0-9]x(?: ?, ?[0-9]x)+"),
    neighbour("approximate", "vague", r"(?:about|around|approximately|nearly|almost|over|more than|less than|at least|up to|some|roughly|under|below|above) [0-9][0-9,]*(?: (?:<animate>))?"),
    # Takes a function word, unreported for want of a digit, before "name-number" can take "With 2" for a model.
    guard("function-word", "number", _FUNCTION),
    guard("score-of", "sport", r"[0-9]+ (?:points?|rebounds|assists|goals|runs|wins|touchdowns|wickets|saves|strikeouts|tries)"),
    guard("table-for", "sale", r"(?:tables?|seats?|seating|dinner|service|recipe|room) for [0-9]+"),
    guard("number-then", "number", r"[1-9][0-9]+ (?:on|in|at|for|with|by|to|from|the|a|an|x|out)"),
    guard("boilerplate", "sale", r"[0-9]+ (?:similar|more|other|items?|results|photos?|images|reviews|votes|comments|views)"),
    guard("capitalised", "title", r"[0-9]+ (?-i:[A-Z][a-z]+)"),
    guard("listicle", "title", r"[0-9]+ (?:[a-z-]+ )?(?:best|top|common|inspiring|easy|simple|great|amazing|awesome|beautiful|creative|cool|fun|unique|tips|ways|reasons|things|ideas|facts|examples|problems|mistakes|recipes|secrets|signs|lessons|quotes|rules|hacks|projects|haircuts|hairstyles|outfits)"),
    guard("compound", "compound", r"[0-9]+-[a-z]+|[0-9]+ - (?:[a-z]+ed|stor(?:y|ey|ies)|way|lane|tone|toned|piece|pieces|person|man|seat|seater|door|level|wheel|wheeler|wheels|legged|part|point|time|ply|side|sided|layer|tier|star|bedroom|color|colour|page|pack|dimensional|step|hour|minute|day|month|week|inch|foot|mile|yard|pound|ounce|engine|stroke|string|course|fingered|fold|family|night|mast|masted|leaf|season|panel|quarter|car|button|pronged|faced|hand|handed|headed|eyed)s?"),
    cue("numeral", "exact", r"(?P<cue>[2-9]|[1-9][0-9]{1,2}) (?:[a-z][a-z-]* ){0,3}?(?:<irregular>|[a-z]{2,}(?:[b-hj-rtv-z]|ie|e)s)"),
    guard("name-number", "model", r"(?:(?:<label>)(?:[.] ?| )|(?-i:[A-Z][A-Za-z0-9]*(?:'s)?) |[a-z]+[0-9]+[a-z0-9]* )[0-9]+(?:[-/.:,][0-9]+)*"),
    cue("numeral-times", "exact", r"(?P<cue>[2-9]|[1-9][0-9]) ?x (?:[a-z-]+ ){0,2}?[a-z]{2,}s"),
    guard("number", "number", r"[0-9]+"),
)  # fmt: skip

NUMERIC = Lexer(
    "counting",
    (
        guard("year", "date", "(?:18|19|20)[0-9][0-9]s?"),
        guard("unit", "measure", "[0-9]+(?:mm|cm|m|km|in|ft|mph|mg|g|kg|oz|lbs?|ml|l|hz|mhz|ghz|w|v|mah|gb|mb|tb|mp|px|k|cc|hp|rpm|x|am|pm|yo|yr|yrs|pcs?|pk)"),
        guard("code", "model", r"[a-z_]\w*[0-9]\w*|[0-9]+[a-z_]\w*"),
        guard("long-number", "number", "0[0-9]*|[0-9][0-9][0-9][0-9]+"),
    ),
    WORDS,
    "en.counting",
    plain=True,
)  # fmt: skip


WORDS_ = _family(
    "words",
    _NUMBER_WORDS,
    guard("amount-word", "price", r"(?:<num>) (?:dollars?|cents|bucks|euros?|pounds|pence|million|billion|thousand|hundred)"),
    guard("clock-word", "time", r"(?:<num>) (?:o'clock|[ap]\.?m|thirty|fifteen)|(?:five|ten|twenty|quarter) (?:past|after|to|till) (?:<num>|one)"),
    guard("hours-days", "idiom", r"nine to five|seven eleven"),
    guard("age", "age", r"(?:one|<num>)(?: ?- ?| )(?:year|yr|month|week|day)s?(?: ?- ?| )(?:old|olds|birthday|anniversary)s?"),
    guard("aged", "age", r"(?:aged?|ages|turns|turned|turning) (?:<num>)"),
    guard("duration", "time", r"(?:one|<num>)(?: ?- ?| )(?:more |or more |short |long |full |whole )?(?:<duration>)"),
    guard("measure-word", "measure", r"(?:<num>) (?:feet|foot|oz|ounces?|lbs?|gallons?|quarts?|lit(?:er|re)s?|inch(?:es)?|miles?|met(?:er|re)s?|yards?|pounds|degrees|percent|times|thirds?|quarters|fifths|halves|fold|tablespoons?|teaspoons?|layer)"),
    guard("world-war", "date", r"world war (?:two|one)"),
    neighbour("approximate", "vague", r"(?:one|<num>) or (?:more|<num>)"),
    guard("hash-word", "number", r"(?:number|numbers|jersey|figure|chapter|game|match|race|book|lesson|unit|lot|hole|pier|terminal|studio|room|suite|floor|plan|scene|verse|article|track|disc|volume|issue|edition|generation|tier|category|zone|district|ward|group|block|part|volume|day|week|phase|stage|round|act|year|grade|level|season|episode|psalm|catch|page|channel|route|highway|gate|platform|area|route|size|section|class|formula|step|type|take) (?:one|<num>)"),
    guard("ranking", "rank", r"(?:top|best|first|last|final|worst|next) (?:five|ten|twenty|fifty|hundred|three|seven)"),
    guard("of-one", "pronoun", r"one (?:out )?of (?:the |his |her |their |its |my |our |these |those )?(?:<num>|both)"),
    guard("star", "rating", r"(?:one|<num>)(?: ?- ?| )stars?"),
    guard("n-in-one", "sale", r"(?:<num>)(?: ?- ?| )(?:in|for|to)(?: ?- ?| )(?:one|two|a half)"),
    guard("pack", "sale", r"(?:pack|packs|lot|bundle|case|box|qty|quantity|pkg) (?:of )?(?:<num>)"),
    cue("set-of", "exact", r"sets? of (?P<cue><num>) (?:[a-z-]+ ){0,2}?[a-z]{2,}s"),
    guard("set-of-bare", "sale", r"sets? of (?:<num>)"),
    guard("product-word", "sale", r"(?:<num>)(?: ?- ?| )(?:packs?|pcs|bedrooms?|baths?|bathrooms?|speed|drawers?|seater|tier|burner|in one)|(?:<num>) (?:[a-z-]+ ){0,2}?(?:colou?rs|styles|sizes|flavou?rs|ingredients|steps|ways|tips|reasons|ideas|things)|(?:table|seats?|seating|dinner|service|recipe|meal|romance|picnic|tea|bed|room) for (?:<num>)"),
    cue("file-name", "exact", r"(?P<cue><num>)-(?:[a-z]{2,}s|<irregular>)-[a-z]+"),
    guard("compound", "compound", r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)-[a-z]+|(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve) - (?:[a-z]+ed|stor(?:y|ey|ies)|way|lane|tone|toned|piece|pieces|person|man|seat|seater|door|level|wheel|wheeler|wheels|legged|part|point|time|ply|side|sided|layer|tier|star|bedroom|color|colour|page|pack|dimensional|step|hour|minute|day|month|week|inch|foot|mile|yard|pound|ounce|engine|stroke|string|course|fingered|fold|family|night|mast|masted|leaf|season|panel|quarter|car|button|pronged|faced|hand|handed|headed|eyed)s?"),
    guard("name", "title", r"(?:six nations|(?:seven|7) (?:dwarfs|dwarves|wonders|seas|sisters)|four points|fantastic four|ten commandments|twelve apostles|big ten)|(?:two|three|four|five|six|seven|eight|nine|ten) of (?:cups|swords|wands|pentacles|hearts|spades|clubs|diamonds)|(?-i:[Ff]or (?:Two|Four|Six|Eight))"),
    guard("parent-of", "idiom", r"(?:mother|father|mum|mom|dad|parents?)(?: ?- ?| )of(?: ?- ?| )(?:<num>)"),
    guard("score-word", "sport", r"(?:<num>) (?:points|rebounds|assists|touchdowns|wickets|runs|innings)"),
    guard("compound-open", "compound", r"(?:one|two|three|four|five|six|seven|eight|nine|ten) (?:light|lights|phase|frame|frames|multi|strand|drawer|draw|tray|panel|pocket|ring|way|ways|lane|tone|toned|tiered|tier|story|storey|stories|storeys|storied|wheeled|wheeler|sided|piece suit|piece swimsuit|piece bathing suit|piece|seater|door|legged|level|levels|layered|handed|masted|pronged|point|pointer|star|bladed|engine|engined|headed|leaf clovers?|leafed|course|dimensional|family|color|speed)"),
    guard("mid-title", "title", r"\b(?-i:[A-Z][A-Za-z]+,? (?:Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|Twenty|Thirty|Forty|Fifty)(?: [A-Z][a-z]+\b| ?[|:–]| - ))", bounded=False),
    guard("inside-word", "foreign", r"(?u:[À-ž])ten\b", bounded=False),
    guard("idiom", "idiom", r"(?:high|low|give|gives|giving|gimme)(?: ?- ?| )(?:a )?(?:five|fives|ten)|two(?: ?- ?| )(?:step|timing|face)|three (?:wise men|musketeers|amigos|stooges|kings|point)|the big (?:two|three|five|apple)|two by four|(?:four|six|five)(?: ?- ?| )(?:wheel|square|corners|seasons|leaf)|on all fours|four(?: ?- ?| )poster|seven(?: ?- ?| )up|ten(?: ?- ?| )gallon|ten(?: ?- ?| )pin|back (?:two|one)|two of a kind|(?:two|three) (?:sizes|times|thirds|fold)|cloud nine|sixes|pick up two"),
    cue("one-in-list", "one", r"(?P<cue>one) (?:[a-z]+ ){1,2}and (?:<num>)"),
    cue("word", "exact", r"<num>"),
)  # fmt: skip

PAIR = _family(
    "pair",
    "pairs?|twins?|duo|trio|triplets|quartet|quintet|foursome|threesome|twosome|quadruplets|both",
    guard("pair-garment", "compound", r"(?:(?:a|an|the|this|that|another|with|one|his|her|my|your) (?:[a-z-]+ )?)?pairs? of (?:[a-z-]+ ){0,4}?(?:<garment>)"),
    cue("pair-of", "collective", r"(?P<cue>pair) of"),
    cue("a-pair", "collective", r"(?:a|the|this|that|another|with|one) (?:[a-z-]+ )?(?P<cue>pair)"),
    guard("team-name", "sport", r"minnesota twins|twins (?:game|stadium|baseball|cap|hat)"),
    guard("product-name", "title", r"(?-i:[A-Z][a-z]+ (?:Duo|Trio|Quartet|Quintet)|(?:Duo|Trio) [A-Z][a-z]+)"),
    cue("twin", "collective", r"(?P<cue>twin) (?:girls|boys|babies|brothers|sisters|sons|daughters|toddlers|infants|newborns|cubs|lambs|calves|fawns)"),
    cue("duo", "collective", r"duo|trio|twins|triplets|quartet|quintet|foursome|threesome|twosome|quadruplets"),
    guard("both-and", "idiom", r"both (?:[a-z'-]+ ){1,3}and (?:[a-z'-]+)|both (?:as|an?|inside|indoors)"),
    cue("both-numeral", "both", r"both"),
)  # fmt: skip

ONE = _family(
    "one",
    "one|single|lone",
    guard("single-kind", "compound", r"(?:(?:a|one|the|only a|just a|another|lone|every) )?single (?:beds?|malt|mom|moms|mother|mothers|dad|dads|father|parents?|file|family|engine|engined|speed|lane|track|lens|breasted|player|use|serve|origin|people|ladies|ones|digit|cover|album|lever|handle|sided|layer|panel|door|duvet|size|pass|room|stall|horn|stor(?:y|ey)|prop|masted)|every single|single-[a-z]+|not (?:a|one) single"),
    guard("one-of", "pronoun", r"(?:only|just) one (?:of|who|that|where|to|which|way|thing)"),
    cue("single", "one", r"(?:a|one|the|only a|just a|another|lone) (?P<cue>single) (?:[a-z]+)"),
    cue("only-one", "one", r"(?:only|just|exactly) one|one single|one lone"),
    neighbour("one-pronoun", "pronoun", r"one"),
)  # fmt: skip

VAGUE = Lexer(
    "counting",
    (
        neighbour("ordinal", "ordinal", r"[0-9]+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"),
        neighbour("vague", "vague", r"several|many|few|multiple|numerous|various|couple|group|bunch|crowd|handful|lots|dozens?|hundreds|thousands"),
    ),
    WORDS,
    "en.counting",
    plain=True,
)  # fmt: skip

LEXERS = (DIGITS, NUMERIC, WORDS_, PAIR, ONE, VAGUE)
