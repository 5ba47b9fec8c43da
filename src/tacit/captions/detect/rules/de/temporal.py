"""German temporal: the pictured moment related to what came before it or comes after."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.de.words import WORDS

RULES: Final[tuple[Rule, ...]] = (
    # -- names, clock times, pursuit ---------------------------------------------------------------------------------
    guard("title", "title", r"(?-i:Vorher ?-? ?[Nn]achher[- ](?:Show|Shop|Effekt))|after effects|noch wach"),
    guard(
        "clock",
        "clock",
        r"(?:nach|vor|bei) (?:einbruch der <w>|(?:dem )?sonnen(?:unter|auf)gang|der dämmerung)|(?:vor|nach|bis|gegen"
        r"|seit) (?:<num>(?: uhr)?|mitternacht|christus|<month>(?: \d{4})?)|<num> (?:nach|vor) <num>|seit (?:<num>"
        r"|dem)",
    ),
    guard(
        "direction",
        "pursuit",
        r"nach (?:hause|oben|unten|links|rechts|vorne?|hinten|außen|innen|draußen|drinnen|vorlage|art|wie vor)",
    ),
    guard(
        "pursuit",
        "pursuit",
        r"\b(?:greif|spring|sprung|schnapp|such|hasch|streck|tret|tritt|schlag|schläg|jag|taucht|renn|lauf|läuf|schau"
        r"|blick|hechte|schieß|seh|sieht|guck|fass|beiß|angel|hüpf|wirf|ruf|frag|tast|riech|lang|bück)(?:t|en|et|te"
        r"|ten|end|e|ende[rns]?)? (?:<w> ){0,4}(?:nach|danach)\b|\bdanach (?:spr|greif|schnapp|such|streck|hasch"
        r"|tauch)<p>|\bnach (?:<dat> |etwas )?(?:<adj> ){0,2}<p>(?:ball|bällen|frisbee|frisbeescheibe|scheibe|puck"
        r"|stock|spielzeug|seil|fisch)\b",
        bounded=False,
    ),
    cue("still-always", "continuing", r"immer noch|noch immer|nach wie vor|noch nicht|noch kein<p>|noch nie"),
    guard(
        "still-more",
        "style",
        r"noch (?:<num>|mehr|weitere?[rnms]?|andere[rnms]?|einige|mehrere|viele|einer|eines|eine?[nmrs]?|jemand<p>"
        r"|einmal|mal|dazu|etwas|(?:sehr |viel )?<w>ere[rnms]?|<w>(?:lich|ig|isch|sam|bar|haft)er|(?:größ|klein|jüng"
        r"|ält|schnell|läng|weit|näh|höh|mehr)er)|(?:und|auch|dazu|außerdem|sowie|weder <w>|wo|nur|dabei) noch"
        r"|noch dazu|noch so",
    ),
    guard(
        "same",
        "style",
        r"gleich (?:dahinter|daneben|davor|nebenan|darunter|wie|neben|vor|hinter|groß<p>|alt<p>|<w>gekleidet<p>"
        r"|gekleidet<p>|bekleidet<p>|angezogen<p>|aussehend<p>|aussehen|aussieht|gefärbt<p>|beim?|an|am|mehrere|zwei"
        r"|drei|gestylt<p>|lang<p>|kappe)",
    ),
    guard(
        "ready-made",
        "style",
        r"fertig(?:e[rnms]?)?[- ](?:gericht<p>|haus<p>|teil<p>|essen)|bereitschaft<p>|startklarem",
    ),
    guard("then-place", "style", r"dann und wann|wenn <w> dann|erst recht|fürs erste|zu erst"),
    guard(
        "until-place",
        "style",
        r"bis (?:zu|zum|zur|an|auf|über|unter|ins?|hinauf) (?:<w> ){0,2}<w>|bis(?:-| )(?:drei|vier|fünf)",
    ),
    # -- before ------------------------------------------------------------------------------------------------------
    cue("before-after", "before", r"vorher(?: ?[-/–&+] ?| und | )nachher"),
    guard("place-before", "style", r"vor (?:<dat> )?(?:<adj> ){0,2}<before_event>-<w>|vor essen"),
    cue(
        "before-event",
        "before",
        r"(?:kurz |direkt |unmittelbar |noch |ein <timeunit> "
        r"|<num> <timeunit> )?vor (?:<dat> )?(?:<adj> ){0,2}<before_event>|(?:kurz"
        r"|unmittelbar) vor (?:<dat> )?(?:<adj> ){0,2}<event>|vorm (?:<adj> )?<before_event>",
    ),
    cue("before", "before", r"bevor|zuvor|vorher|im vorfeld|ehe (?:er|sie|es|der|die|das|man|ein<p>)|vorab"),
    # -- after -------------------------------------------------------------------------------------------------------
    cue(
        "after-event",
        "after",
        r"(?:kurz |direkt |unmittelbar |gleich |<num> <timeunit> )?(?:nach|seit) (?:<dat> |des "
        r"|vielen )?(?:<adj> ){0,2}(?:<event>|(?:langen|langem|anstrengenden|harten) <w>|<w>tag)(?: <genitive> <w>)?"
        r"|nach (?:<num>|einigen|langer|kurzer|vielen|mehreren) <timeunit>|nach getaner arbeit",
    ),
    cue("after", "after", r"nachdem|danach|nachher|im anschluss|seitdem|infolge|infolge(?:dessen)"),
    # -- imminent ----------------------------------------------------------------------------------------------------
    cue(
        "about-to",
        "imminent",
        r"(?:gerade |eben )?im begriff|steh<w> kurz davor|kurz davor|schick<w> sich an|drauf und dran"
        r"|schick<w> sich gerade an",
    ),
    cue(
        "will-now",
        "imminent",
        r"(?:will|wollen|möchte|möchten)(?: <w>){0,5} (?:gerade|gleich|eben)|(?:wird|werden)(?: <w>){0,5} (?:gleich"
        r"|bald|demnächst)|(?:gerade|eben|gleich)(?: <w>){1,7} (?:will|wollen|möchte|möchten)|(?:gleich"
        r"|bald)(?: <w>){1,7} (?:wird|werden)|setz<w> (?:<w> ){0,3}(?:zum|zur) <w>(?: <w>){0,3} an",
    ),
    cue(
        "about-punctual",
        "imminent",
        r"dabei(?: ist| sind)?,? (?:<w> ){0,8}(?:zu <punctual>|<prefix>zu<punctual>)|(?:ist|sind) (?:gerade "
        r"|eben )?dabei,? <prefix>zu<punctual>",
    ),
    cue(
        "prepare",
        "imminent",
        r"bereit(?:et|en|ete|eten|end)(?: <w>){0,2} (?:sich|uns|mich|dich|euch)(?: <w>){0,8} vor"
        r"|sich(?: <w>){0,9} vorbereite<w>|vorzubereiten|bereit(?:et|en)(?: <w>){1,6} (?:auf|für|darauf|zum"
        r"|zur)(?: <w>){0,4} vor|auf (?:<w> ){1,4}vorbereite<w>|vorbereitung(?:en)? (?:auf|für|zu|zum|zur)|(?:in|zur"
        r"|als) vorbereitung|darauf vor",
    ),
    cue(
        "ready",
        "imminent",
        r"(?:mach(?:t|en|end)(?: sich)?|halten sich|hält sich|ist|sind|steht|stehen|sich)(?: <w>){0,4} (?:bereit"
        r"|fertig)|bereit(?:,| zu| zum| zur| für| ist| sind| sich| zu<w>)|(?:start|sprung|einsatz|schuss|abflug"
        r"|schlag|spiel|wurf|abfahr|fahr|fang|kampf|schuß|verzehr|schlag|tanz|abschlag|angriffs|ess)(?:bereit|fertig"
        r"|klar)<p>|bereit|fertigmacht|fertigmachen",
    ),
    cue(
        "soon",
        "imminent",
        r"gleich|bald|demnächst|in kürze|bevorstehend<p>|(?:am|im|zum|für (?:das|die|den)) kommenden|anstehend<p>"
        r"|jeden moment|baldig<p>|angehend<p>",
    ),
    cue(
        "begin",
        "imminent",
        r"(?:beginn|begann)<p>(?:,| <w>){0,9} (?:zu <w>|<prefix>zu<w>n)|fäng<p>(?: <w>){0,5} an,? (?:<w> ){0,4}zu"
        r"|fang<w> an|begonnen",
    ),
    # -- completed ---------------------------------------------------------------------------------------------------
    neighbour("busy", "simultaneous", r"gerade(?: <w>){0,5} (?:beschäftigt|dabei|am <w>)"),
    cue(
        "just-done",
        "completed",
        r"(?:hat|haben|ist|sind|wurde|wurden|habend|hatte|hatten)(?: <w>){0,4} (?:gerade|soeben"
        r"|eben)(?: erst)?(?: <w>){0,6} <participle>|(?:gerade|soeben"
        r"|eben)(?: erst)?(?: <w>){0,7} <participle> (?:hat|haben|ist|sind|wurde|wurden|hatte|worden)|gerade erst"
        r"|soeben|kürzlich|neulich|vor kurzem|vor (?:<num>|einigen|wenigen|vielen|einem|einer) <timeunit>",
    ),
    cue("already", "completed", r"bereits|schon|längst"),
    guard("finish-line", "style", r"(?:die|eine|nicht) fertig<p>"),
    cue(
        "finished",
        "completed",
        r"fertig(?: mit)?|(?:hat|haben|ist|sind)(?: <w>){0,6} (?:beendet|abgeschlossen|fertiggestellt|absolviert"
        r"|vollendet)",
    ),
    # -- continuing --------------------------------------------------------------------------------------------------
    cue("no-longer", "continuing", r"nicht mehr|kein(?:e[nmrs]?)? (?:<w> )?mehr|noch nicht|noch kein<p>|noch nie"),
    cue("still", "continuing", r"immer noch|noch immer|nach wie vor|weiterhin|noch"),
    cue("until", "continuing", r"bis (?:er|sie|es)"),
    # -- sequence ----------------------------------------------------------------------------------------------------
    guard("earlier-than", "style", r"früher als"),
    cue(
        "then",
        "sequence",
        r"dann|anschließend|daraufhin|schließlich|später|zuletzt|als nächstes|zunächst|zuerst|früher",
    ),
    # -- neighbours --------------------------------------------------------------------------------------------------
    neighbour(
        "simultaneous",
        "simultaneous",
        r"während(?:dessen)?|als|wobei|dabei|gerade|beim|indem|gleichzeitig|solange",
    ),
)

LEXER: Final = Lexer("temporal", RULES, WORDS, "de.temporal", unicode=True)
