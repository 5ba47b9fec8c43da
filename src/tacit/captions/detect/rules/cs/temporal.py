"""Czech temporal: the pictured moment related to what came before it or comes after."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.cs.words import WORDS

RULES: Final[tuple[Rule, ...]] = (
    # -- names, clock times, comparison ------------------------------------------------------------------------------
    guard(
        "clock",
        "clock",
        r"(?:před|po|do|od|až do|kolem) (?:<num>(?: hodin<p>)?|(?:západ|východ)(?:em|u) slunce|půlnoc[ií]|poledn<p>"
        r"|setmění|setměním|stmívání|soumraku|kristem|roce \d+|<month>)|po(?:led|půl)<p>",
    ),
    guard(
        "than",
        "style",
        r"<w>(?:ší|ěji|eji|íce|íc|éně|ěj|íž|íže|ále|áře|ůře|épe|ší) než|jin(?:ý|á|é|ak|de|í|ého) než|(?:spíše|spíš"
        r"|dál|výš|níž|méně|dále) než|(?:více|větší|menší|víc|lepší) <w> než|stejn<p> jako",
    ),
    guard(
        "more-still",
        "style",
        r"ještě (?:jed<p>|dva|dvě|tři|více|víc|další<p>|několik|pár|jednou|něco|někdo|někoho|jin<p>|<w>ší|<w>ěji|lépe"
        r"|mnohem|o něco)|a ještě|(?:po)?řád(?:ek|ku|n<p>)",
    ),
    guard(
        "pursuit",
        "pursuit",
        r"(?:skáč|skok|skoč|sah|natah|chňap|běž|leží|chmat|vyskak)<p>(?: <w>){0,2} (?:po|za) (?:<w> )?(?:míč|míčk"
        r"|frisbee|disk|hračk|balón|talíř|puk)<p>",
    ),
    guard("prepare-food", "style", r"chyst<p> (?:jíd|oběd|večeř|snídan|stůl|pokrm)<p>"),
    guard("until-place", "style", r"ať už|až (?:po|na|k|ke|do (?:pasu|kolen|země|výše))|stále více|pak(?:liže)"),
    # -- before ------------------------------------------------------------------------------------------------------
    cue("before-after", "before", r"před(?: ?[-/–&+] ?| a )po|dříve a nyní"),
    cue(
        "before-event",
        "before",
        r"(?:těsně |krátce |chvíli |ihned )?před (?:<adjective> ){0,2}<before_event>|(?:těsně|krátce"
        r"|chvíli) před (?:<adjective> )?<instrumental>",
    ),
    cue("before", "before", r"před jídlem|předtím|předem|před tím|dříve|než|předchoz<p>|v předvečer"),
    # -- after -------------------------------------------------------------------------------------------------------
    guard(
        "place-noun",
        "style",
        r"po (?:lešení|pobřeží|zábradlí|schodišti|území|stavení|kořání|parkování|listování|vězení)",
    ),
    cue(
        "after-event",
        "after",
        r"(?:těsně |krátce |hned |ihned |chvíli )?po (?:<w>(?:ém|é|í|ím|ých|ích) |jejich |jeho |této "
        r"|svém? )?<after_event>|po (?:dlouh|náročn|těžk)<p> (?:dni|dnu|týdnu|cestě|jízdě|směně|noci|práci)"
        r"|po <w>(?:ání|ení|ění)|po tom,? co",
    ),
    cue("after", "after", r"poté,? co|poté|potom,? co|jakmile|od té doby|co se vrátil<p>"),
    # -- imminent ----------------------------------------------------------------------------------------------------
    cue(
        "about-to",
        "imminent",
        r"(?:se|si)(?: <w>){0,3} <chyst>|<chyst> (?:se|si|na|k|ke|<infinitive>)|<chyst> <w> <infinitive>|hodl(?:á"
        r"|ají)|na spadnutí|každou chvíli|už už|schyluje|(?:bude|budou)(?: <w>){0,2} <infinitive>",
    ),
    cue(
        "prepare",
        "imminent",
        r"připrav(?:uje|ují|ující<p>|oval[aioy]?|ujíc|il[aioy]?|ovat|it)(?: se(?: <w>){0,2})? (?:na|k|ke)"
        r"|připrav(?:uje|ují|ující<p>)(?: <w>){1,2} (?:k|ke)|se(?: <w>){0,4} připrav(?:uje|ují|ující<p>|oval[aioy]?"
        r"|ujíc|it|ovat)|připrav(?:uje|ují|ující|ujíc|ovat) se|připrav(?:uje|ují|ující) <infinitive>|příprav(?:a|y|u"
        r"|ách|ami|ě|ou) (?:na|k|ke|před)",
    ),
    guard(
        "laid-out",
        "style",
        r"připraven(?:é|ého|ých|ým|ými|ou|á|ý) na (?:<w>(?:ém|ím|ých) )?(?:stol|talíř|pult|gril|podnos|tác|zemi|lince"
        r"|stánk)<p>",
    ),
    cue(
        "ready",
        "imminent",
        r"připraven(?:ý|á|é|i|y|a|o|ého|ou|ých|ým|ými|ém)?(?: (?:na|k|ke|se|pro|vyraz<p>|<infinitive>))|(?:je|jsou"
        r"|stojí|stojící|čeká|čekají|sedí|a) připraven[aioy]?|připraven[aioy]?|(?:na|při)chystan<p>|pohotov<p>"
        r"|připravené pozici",
    ),
    guard("early", "clock", r"brz[yo] (?:pro|ráno|večer|zrána|odpoledne|na jaře)"),
    cue(
        "soon",
        "imminent",
        r"brzy|brzo|zanedlouho|za chvíli|za okamžik|zakrátko|nadcházející<p>|nastávající<p>|blížící<p> se|budoucí<p>",
    ),
    cue(
        "begin",
        "imminent",
        r"zač(?:íná|ínají|al[aioy]?|ne|nou|ít|ínající<p>)(?: <w>){0,2} <infinitive>|pouští se do|dá(?:vá|vají) se do",
    ),
    # -- completed ---------------------------------------------------------------------------------------------------
    guard(
        "just-eating",
        "style",
        r"(?:právě|zrovna)(?: <w>){0,4} (?:jídl<p>|židl<p>|kol[aoe]|škol<p>|divadl<p>|skál<p>|čísl<p>|mýdl<p>"
        r"|těl[aeo]|sídl<p>|křesl<p>|světl<p>|pravidl<p>|vesl<p>|skl[aeo]|letadl<p>|zábradlí|křídl<p>|sedadl<p>"
        r"|prádl[oa]|zrcadl<p>)",
    ),
    cue(
        "just-done",
        "completed",
        r"(?:právě|zrovna|akorát|sotva)(?: <w>){0,4} <past>|před (?:chvílí|okamžikem|(?:několika|mnoha|pár"
        r"|<num>) <timeunit>|lety)|nedávno|teprve <past>|právě (?:přistál|dokonč|skonč|vyhrál|dopad|dojed|naroz"
        r"|vzlét)<p>",
    ),
    cue("no-longer", "continuing", r"(?:už|již|ještě|dosud) ne<w>"),
    cue("already", "completed", r"už|již"),
    guard("in-order", "style", r"aby(?: <w>){0,3} (?:dokonč|skonč|ukonč|doběh|doraz)<p>"),
    cue("finished", "completed", r"(?:dokonč|dojed|dopi|dohr)(?:il|l|en|ál)[aioy]?|po všem"),
    # -- continuing --------------------------------------------------------------------------------------------------
    cue("still", "continuing", r"ještě(?: stále| pořád)?|stále(?: ještě)?|pořád|dosud|nadále|doposud"),
    cue("until", "continuing", r"dokud|až (?:do (?:konce|rána|večera|noci|doby|teď)|když|se|bude|budou|přijde)"),
    # -- sequence ----------------------------------------------------------------------------------------------------
    cue("then", "sequence", r"pak|potom|následně|nakonec|později|nejprve|nejdříve?|vzápětí|posléze"),
    # -- neighbours --------------------------------------------------------------------------------------------------
    neighbour("simultaneous", "simultaneous", r"zatímco|když|během|při|přičemž|právě|zrovna|přitom|současně|mezitím"),
)

_CHYST: Final = "chyst(?:á|ají|al[aioy]?|ající(?:mi|ho|ch)?|ám|áme|ajíc)"

LEXER: Final = Lexer("temporal", RULES, WORDS | {"chyst": _CHYST}, "cs.temporal", unicode=True)
