"""German spatial: one thing placed relative to another, to the frame or to the viewer, beyond bare in/an/auf/bei."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.de.words import WORDS

RULES: Final[tuple[Rule, ...]] = (
    # -- names, titles -----------------------------------------------------------------------------------------------
    guard("brand", "brand", r"under armou?r|unter den linden|vor ort"),
    # -- vor: before an event, out of a feeling, as a verb particle --------------------------------------------------
    cue("in-front-of-sign", "projective", r"(?P<cue>vor) (?:<dat> )?(?:<adj> ){0,2}<before_event>-<w>"),
    cue("in-front-of-food", "projective", r"(?P<cue>vor) essen"),
    guard(
        "vor-time",
        "time",
        r"vor (?:<dat> )?(?:<adj> ){0,2}(?:<timeunit>|<before_event>)|vor (?:kurzem|langem|langer zeit|kurzer zeit"
        r"|christus)|vor <num> (?:<timeunit>)|kurz davor|(?:kurz|unmittelbar|direkt"
        r"|knapp) vor (?:<dat> )?(?:<adj> ){0,2}<event>",
    ),
    guard(
        "vor-feeling",
        "idiom",
        r"(?:nach wie|angst|furcht|scheu|schutz|respekt|flucht) vor|vor (?:<adj> )?<feeling>|vor allem(?: anderen)?"
        r"|(?:schütz|flieh|flücht|warn|bewahr|versteck|ekel|fürcht|rett)<w>(?: <w>){0,3} vor",
    ),
    guard(
        "vor-prepare",
        "idiom",
        r"(?:bereit(?:en?|et|ete|eten)|dar|stell(?:t|en)|beug(?:t|en)) ?(?:sich|darauf)(?: <w>){0,4} vor",
    ),
    cue("in-front-and", "projective", r"(?P<cue>vor) (?:und|oder) (?:in|im|neben|hinter|auf|über)"),
    guard(
        "vor-particle",
        "idiom",
        r"vor (?:und|oder|um|zu|auf|während|als|wie|für|mit|in|im|am|ans?|bei|beim|damit|sich hin|die seine)",
    ),
    neighbour("flight", "path", r"vor(?: <w>){1,5} davon<p>"),
    # -- hinter, her -------------------------------------------------------------------------------------------------
    cue("behind-oneself", "projective", r"(?P<cue>(?:hinter|vor) (?:sich|ihm|ihr|ihnen))(?: her<p>)?"),
    neighbour(
        "chase",
        "path",
        r"(?:jag|renn|läuf|lauf|hetz|sprint|spring|flitz)<p>(?: <w>){0,3} (?:hinter|vor)(?: <w>){1,4} her"
        r"|hinterher<p>|hinter(?: <w>){0,2} <h>(?:ball|frisbee|frisbeescheibe|stock|spielzeug|puck) her<p>",
    ),
    guard("behind-idiom", "idiom", r"hinter den kulissen|hinter gittern|von hinten"),
    # -- über: about, more than, across ------------------------------------------------------------------------------
    guard(
        "over-amount",
        "price",
        r"(?:über|unter) (?:\d{2,}[\d.,]*|(?:tausend|hundert)<p>|<num> (?:jahren?|euro|meter|metern|grad|prozent"
        r"|millionen|milliarden|tausend|stunden|kilometer))",
    ),
    guard(
        "over-time",
        "time",
        r"über (?:nacht|mittag|weihnachten|ostern|(?:das|die|den) (?:wochenende|feiertage|jahre|tag))",
    ),
    cue("bridge-over", "projective", r"brücken?(?: <w>){0,2} (?P<cue>über)"),
    guard(
        "about",
        "idiom",
        r"\b(?:<speak>)<p>(?: <w>){0,4} über\b|\büber und über\b|\büber (?:<acc> )?(?:<adj> )?<p>(?:telefon|handy"
        r"|mikrofon|megafon|megaphon|mikrophon|lautsprecher|internet|kopfhörer|strohhalm)<p>|\büber etwas\b"
        r"|\b(?:<speak>)<p>(?: <w>){0,4} darüber\b|\bdarüber,",
        bounded=False,
    ),
    guard(
        "look-over",
        "gaze",
        r"(?:<look>)(?: <w>){0,3} über|(?:blick|aussicht|ausblick|übersicht|überblick) (?:auf|über)",
    ),
    neighbour("across-surface", "path", r"über (?:<acc> (?:<adj> ){0,3}|(?:[a-zß-öø-ÿ]{3,}es? ){1,3})<surface>"),
    neighbour("across-verb", "path", r"quer (?:über|durch)|hin und her|hinweg"),
    # -- unter -------------------------------------------------------------------------------------------------------
    guard(
        "under-idiom",
        "idiom",
        r"unter (?:<adj> )?(?:<h>(?:risiko|stress|jubel|protest|schutz|verdacht|vorbehalt|beschuss|einfluss"
        r"|verschluss|zwang)|quarantäne|arrest|volldampf|anderem|anderen umständen|umständen|druck|strom|beifall"
        r"|applaus|tränen|verdacht|vertrag|beschuss|freiem himmel|tage|vier augen|beobachtung|kontrolle|schock"
        r"|<w>aufsicht|aufsicht|anleitung|einfluss)|unter (?:der|dem|den|dem) (?:leitung|aufsicht|anleitung|motto"
        r"|titel|namen|einfluss|woche|druck|schirmherrschaft|regie|verdacht)",
    ),
    guard(
        "including",
        "idiom",
        r"(?:menschen|personen|leuten?|kindern?|gruppe|männern?|frauen|menge)(?: <w>)?, darunter",
    ),
    # -- um: purpose, contest, motion --------------------------------------------------------------------------------
    guard(
        "around-time",
        "time",
        r"um (?:<num> uhr|mitternacht|halb <w>|viertel|die mittagszeit|weihnachten)|um die <num>",
    ),
    guard("um-zu", "idiom", r"um(?: <w>){0,5} (?:zu <w>n|<prefix>zu<w>n)|um zu|um so|um sich zu"),
    guard("um-care", "idiom", r"um(?: <w>){1,3} (?:kümmer|sorg|streit|kämpf)<p>"),
    guard(
        "um-contest",
        "idiom",
        r"um (?:<acc> )?(?:<adj> ){0,2}(?:<h>ball|puck|frisbee|frisbeescheibe|sieg|wette|punkte?|titel|pokal"
        r"|meisterschaft|geld|spenden|hilfe|knochen|stock|spielzeug|ballbesitz|besitz|medaillen?|kopfball|tennisball"
        r"|essen|leben|führung|vorherrschaft|stange geld)|(?:kämpf|streit|kümmer|bitt|bettel|handel|rauf|ring"
        r"|wetteifer|konkurrier|bemüh|sorg|zank)(?:t|en|ete?n?|ern|nd)?(?: <w>){0,3} um|(?:zweikampf|kampf|wettstreit"
        r"|wettkampf|geht es) um",
    ),
    neighbour(
        "around-bend",
        "path",
        r"um (?:<acc> )?(?:<adj> )?(?:<h>kurve|<h>ecke|biegung|wendeboje|boje|bahn|rennstrecke|strecke|block|welt"
        r"|laufbahn|rennbahn)",
    ),
    neighbour(
        "move-around",
        "path",
        r"(?:<move>)(?: <w>){0,3} (?:um|rund um) (?:(?:<acc>|ih[mnr]|sie)(?: <w>){1,3}(?: herum)?|<w>(?: <w>)? herum)",
    ),
    # -- directions and paths ----------------------------------------------------------------------------------------
    cue(
        "left-to-right",
        "frame",
        r"\bvon (?:links|rechts)(?: nach (?:rechts|links))?:|\bvon links nach rechts\b|\bv\. ?l\. ?n\. ?r\.?",
        bounded=False,
    ),
    neighbour(
        "direction",
        "path",
        r"(?:nach|von|halb) (?:links|rechts)|(?:links|rechts) ab<p>|(?:zur|auf die) seite|richtung",
    ),
    guard("handed", "idiom", r"mit (?:<w> ){0,2}(?:linken?|rechten?)r?"),
    # -- projective --------------------------------------------------------------------------------------------------
    cue("in-front-of", "projective", r"(?P<cue>vor|vorm|vors) (?:<w>|\d+)"),
    cue("behind", "projective", r"hinter(?:m|n|s)?|dahinter|davor|rücklings hinter|jenseits|diesseits"),
    cue("above", "projective", r"über(?:m|n|s)?|darüber|drüber|oberhalb|kopfüber über"),
    cue("below", "projective", r"unter(?:m|n|s)?|darunter|drunter|unterhalb|untendrunter"),
    cue(
        "left-of",
        "projective",
        r"(?:links|rechts|seitlich|nördlich|südlich|östlich|westlich) (?:von|vom|neben|vor|hinter|des|der|daneben"
        r"|davon)",
    ),
    cue(
        "hand-side",
        "projective",
        r"(?:zu|zur) (?:seiner|ihrer|deren|dessen)? ?(?:linken|rechten)(?: seite)?|linker hand|rechter hand",
    ),
    # -- proximity ---------------------------------------------------------------------------------------------------
    cue(
        "next-to",
        "proximity",
        r"neben|daneben|nebeneinander|beieinander|danaben|nebendran|seite an seite|dicht an dicht|gleich nebenan",
    ),
    cue(
        "near",
        "proximity",
        r"in (?:der|unmittelbarer|seiner|ihrer|deren|dessen) nähe|nahe? (?:an|am|bei|beim|zu|dem|der|den|einem|einer"
        r"|eines|des)|unweit|dicht (?:an|am|bei|neben|hinter|vor)|angrenzend(?:e[nrms]?)?",
    ),
    # -- topological -------------------------------------------------------------------------------------------------
    guard(
        "between-time",
        "time",
        r"(?:<h>spiel|partie|match|duell|kampf|finale|unterschied|beziehung|derby|begegnung)s? zwischen"
        r"|zwischen <num> und <num>(?: <timeunit>)?|zwischen (?:den |zwei |<dat> )?(?:spielen|runden|mahlzeiten"
        r"|vorlesungen|<month>|<timeunit>|pausen|auftritten|aufnahmen)",
    ),
    guard(
        "mid-action",
        "idiom",
        r"mitten (?:in der luft|im (?:<h>sprung|satz|flug|lauf|wurf|schwung|schlag|spiel|<h>kampf)|in (?:einem|einer"
        r"|seinem|ihrem) (?:<adj> )?(?:<event>|<h>sprung|<h>lauf|<h>schlag|<h>kurs|<h>kampf|<h>spiel|aktion|bewegung"
        r"|flug))",
    ),
    cue(
        "between",
        "topological",
        r"zwischen|dazwischen|inmitten|mittendrin|mitten (?:in|im|auf|unter|zwischen|auf der)|umeinander"
        r"|untereinander",
    ),
    cue(
        "surrounded",
        "topological",
        r"(?:umgeben|umringt|umzingelt|umrahmt|eingerahmt|umzäunt|flankiert|umschlossen|gesäumt"
        r"|umgebend)(?:e[nrms]?)?|eingekeilt",
    ),
    cue(
        "around",
        "topological",
        r"(?:(?:rings|rund) )?(?P<cue>um) (?:<acc>|ih[mnr]|ihnen|sie|sich|mich|dich|uns|ums"
        r"|<w>(?: <w>){0,2} herum)(?:(?: <w>){1,4} herum)?|ringsum|ringsherum|rundherum|drumherum|(?:darum"
        r"|drum) herum|gruppiert um",
    ),
    guard("crossed-legs", "idiom", r"übereinander ?geschlagenen?(?: beinen?)?"),
    cue("stacked", "topological", r"(?:über|auf|hinter|vor|an)einander"),
    cue(
        "within",
        "topological",
        r"innerhalb|außerhalb|im inner(?:en|n) (?:<genitive>)|im <h>inneren|an der (?:außenseite"
        r"|innenseite) (?:<genitive>)",
    ),
    guard(
        "leaning-back",
        "idiom",
        r"(?:nach (?:hinten|vorne?)|zurück) ?gelehnt(?:e[rnms]?)?|lehn(?:t|en) sich (?:nach|zurück|aus|vor)",
    ),
    cue(
        "leaning",
        "topological",
        r"lehn(?:t|en|te|ten|end|ende[rnms]?)(?: sich)?(?: <w>){0,4} (?:an|am|gegen|auf)|(?:(?:an|am"
        r"|gegen)(?: <w>){1,4} )?(?:ge|ange)lehnt(?:e[rnms]?)?|stützt? sich(?: <w>){0,3} (?:auf|an|gegen)|gestützt",
    ),
    cue(
        "against",
        "topological",
        r"(?P<cue>gegen) (?:<acc> )?(?:<adj> ){0,2}<p>(?:wand|mauer|zaun|baum|fenster|scheibe|tür|geländer|pfosten"
        r"|säule|fels|felsen|auto|glas)",
    ),
    # -- orientation -------------------------------------------------------------------------------------------------
    cue(
        "opposite",
        "orientation",
        r"gegenüber(?:liegende?[rnms]?|steh<w>|sitz<w>|gestellt)?|vis-à-vis|(?:zu|ab|zuge|abge)gewandte?[rnms]?|(?:zu"
        r"|ab)gewendet",
    ),
    cue(
        "back-to",
        "orientation",
        r"mit (?:dem|ihrem|seinem|den) (?:rücken|gesicht|gesichtern|kopf|blick) (?:zu|zur|zum|gegen|in richtung)"
        r"|rücken an rücken|angesicht zu angesicht|von der kamera weg",
    ),
    # -- the frame and regions ---------------------------------------------------------------------------------------
    cue(
        "ground",
        "frame",
        r"(?:im|in dem|in den|als|mit|ein|in) (?:<adj> ){0,3}(?:hinter|vorder|mittel)(?:-|)grund<p>",
    ),
    guard(
        "end-time",
        "time",
        r"(?:am|gegen|zum) (?:ende|anfang|beginn|rande?) (?:<genitive> )?(?:<w> )?(?:<event>|<timeunit>|tages|spiels"
        r"|rennens|jahres|saison|nacht|zeit|welt|lebens)",
    ),
    neighbour(
        "part",
        "part",
        r"(?:auf|an) (?:der|einer|seiner|ihrer|dessen|deren) (?:<adj> )?(?:<h>rückseite|<h>vorderseite|unterseite"
        r"|oberseite|<h>ladefläche)",
    ),
    cue(
        "side-of",
        "frame",
        r"(?:auf|an) (?:der|seiner|ihrer|einer|beiden|allen|jeder|den)(?: beiden)? (?:linken|rechten|anderen"
        r"|gegenüberliegenden|hinteren|vorderen|beiden|einen|<adj>)? ?<p>seiten?(?: (?:<genitive>))?",
    ),
    cue(
        "rand",
        "frame",
        r"(?:am|an dem|an den|an einem|an der|an einer|auf dem|auf einem|vom|auf der|nahe am|in der|bis zum"
        r"|über den) (?:<adj> )?(?:<edge>|<h>kante|spitze|gipfel) (?:<genitive>)|(?:am|an einem|an den"
        r"|an dem) (?:<adj> )?<edge>",
    ),
    cue(
        "end-of",
        "frame",
        r"(?:am|an dem|an einem|an beiden) (?:<adj> )?(?:ende|enden|fuße?|kopfende|kopf) (?:<genitive>)|(?:am"
        r"|an) (?:oberen|unteren|linken|rechten|anderen|hinteren|vorderen|gegenüberliegenden|beiden) enden?",
    ),
    cue(
        "corner-of",
        "frame",
        r"(?:in|an|auf) (?:der|einer|jeder) (?:<adj> )?<corner> (?:<genitive>|in|und)|in (?:der"
        r"|einer) (?:<adj> )?<corner>|an (?:der|einer) (?:<adj> )?(?:straßen|häuser|strassen|haus)ecken?"
        r"|um die ecke (?:<genitive>)",
    ),
    cue(
        "middle-of",
        "frame",
        r"in (?:der|deren|dessen|seiner|ihrer) <h>mitte|im zentrum (?:<genitive>)|im mittelpunkt",
    ),
    cue(
        "top-of",
        "topological",
        r"(?:ganz |hoch )?oben (?:auf|an|in|am|im)|obenauf|obendrauf|zuoberst|hoch über|(?:auf|an) (?:der"
        r"|einer) spitze",
    ),
    cue(
        "frame-side",
        "frame",
        r"(?:oben|unten|vorne?|hinten|mitte) (?:links|rechts)|(?:links|rechts|unten|oben|vorne|hinten) (?:im|am"
        r"|auf dem|in dem|in der|auf diesem) <h>(?:bild|foto|ecke|vordergrund|hintergrund|rand|mitte)<p>",
    ),
    cue("distance", "frame", r"(?:in|aus) (?:der|weiter) (?:<adj> )?ferne|im fernen hintergrund"),
    cue(
        "left",
        "frame",
        r"(?:ganz )?(?:links|rechts)(?:außen)?|(?:linke[rnms]?|rechte[rnms]?) (?:<h>seite|<edge>|<corner>|hälfte"
        r"|bildrand|bildhälfte|ende|straßenseite)",
    ),
    # -- neighbours --------------------------------------------------------------------------------------------------
    cue("along", "topological", r"(?:steh|sitz|lieg|park|aufgereiht|wart|lehn)<p>(?: <w>){0,5} (?P<cue>entlang)"),
    neighbour(
        "path",
        "path",
        r"entlang<p>|vorbei<p>|durch|hindurch|(?:hin|her)(?:auf|unter|ab|ein|aus|über|an)<p>|runter<p>|vorüber<p>",
    ),
    neighbour(
        "landmarkless",
        "landmarkless",
        r"draußen|drinnen|im freien|oben|unten|vorne?|hinten|herum<p>|umher<p>|nebenan|überall|drüben",
    ),
)

LEXER: Final = Lexer("spatial", RULES, WORDS, "de.spatial", unicode=True)
