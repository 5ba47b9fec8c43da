"""German rules for stated numbers."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Rule, cue, guard, neighbour

RULES: Final[tuple[Rule, ...]] = (
    # --- ages, times, prices, measures: the number counts no thing in the scene
    guard("age-of", "age", "(?:im )?alter (?:von|ab|zwischen) <num>(?: (?:bis|und) <num>)?(?: jahren?)?"),
    guard(
        "age-old",
        "age",
        "<num>(?: (?:bis|oder|und) <num>)?[ -]?(?:jahren?|monaten?|wochen|tagen?) alte?[rmns]?|"
        "<num>-?(?:jährige?[rmns]?)|(?:anfang|mitte|ende|über|unter|ab) (?:<numword>)(?: jahren?)?",
    ),
    guard("clock", "time", r"(?:um|gegen|ab|seit|halb|bis) (?:<numword>|\d{1,2}) uhr|halb <numword>|\d{1,2}[:.]\d{2} uhr|<num> uhr"),
    guard(
        "date",
        "date",
        r"\d{1,2}\. ?(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)(?: \d{4})?"
        r"|\d{1,2}\.\d{1,2}\.(?:\d{2,4})?|(?:19|20)\d{2}(?:er)?",
        bounded=False,
    ),
    guard("span", "time", "<num>(?: (?:bis|oder|und|-) <num>)?[ -]?(?:<timeunit>)"),
    guard("price", "price", r"(?:€|\$|£) ?\d[\d.,]*|\d[\d.,]* ?(?:€|\$|£|%)", bounded=False),
    guard("money", "price", "<num> (?:euro|dollar|cent|franken|pfund|mark|millionen|milliarden|tausend|prozent)"),
    guard(
        "measure",
        "measure",
        r"<num>[ -]?(?:x|×|mal) ?<num>(?: ?(?:cm|mm|m))?|<num>[ -]?(?:<p>metern?|mm|cm|dm|m|km|m²|qm|<p>litern?|ml|l|kg|"
        r"g|<p>gramm|tonnen|grad|zoll|fuß|watt|volt|ps|gb|mb|tb|mp|megapixel|hz|karat|meilen|quadratmetern?)",
    ),
    guard("times", "idiom", "<num>[ -]?(?:mal|fach)|zwei drittel|drei viertel|<numword> (?:drittel|viertel|achtel)"),
    guard("fours", "idiom", "(?:auf )?alle[nr]? vieren?|unter vier augen|(?:in|außer) acht|acht (?:geben|gibt|nehmen)"),
    guard("score", "sport", r"<num>(?: zu |:)<num>|(?:trikot|rücken)?nummern? <num>|startnummer <num>"),
    guard("rating", "rating", r"<num>(?: von <num>)?[ -]?(?:sternen?|punkten?)(?: hotel)?"),
    guard("rank", "rank", r"(?:top|platz|rang) <num>|<num>\. (?:platz|rang|liga)"),
    guard(
        "label",
        "number",
        r"(?:nr|no)\.? ?\d+|(?:nummer|kapitel|teil|band|folge|staffel|bild|seite|gleis|linie|zimmer|tag|klasse|stufe|"
        r"version|größe|gr|artikel|art|modell|typ|serie|saison|runde|episode|hausnummer|level) (?:nr\.? ?)?<num>",
    ),
    guard("decimal", "number", r"\d+[.,]\d+"),
    guard("set", "sale", r"<num>er[- ]?(?:set|pack|box)|<num>[ -]?(?:teilige?[rsn]?|stück|tlg|zimmer(?: wohnung)?|stk)"),
    guard("product-code", "model", r"[a-z]+-?\d+[a-z\d-]*|\d+[a-z]+[a-z\d-]*"),
    guard(
        "kind-of",
        "compound",
        "<num>-(?:<w>)|<num>- (?:bis|und|oder) <w>|(?:mit|von) <numword> (?:stockwerken|etagen|stöcken|geschossen|gängen)|"
        "<numword> (?:stockwerke|etagen|stöcke) (?:hohe?[rsnm]?|hoch)",
    ),
    # --- amounts that are no exact number
    neighbour(
        "approximate",
        "vague",
        "(?:etwa|ungefähr|circa|ca|rund|fast|knapp|mindestens|höchstens|mehr als|weniger als|bis zu|an die) <num>|"
        "<num> (?:bis|oder) <num>",
    ),
    neighbour(
        "vague",
        "vague",
        r"(?:ein|das|die|den|der|dem|einem|eines|des) (?:<w> ){0,2}paars?|paare?n?|pärchens?|(?:ein|die) paar|einige[nrm]?|"
        r"mehrere[nrm]?|viele[nrm]?|wenige[nrm]?|zahlreiche[nrm]?|etliche[nrm]?|verschiedene[nrm]?|dutzende?n?|"
        r"hunderte[nr]?|tausende?[nr]?|(?:gruppe|menge|reihe|haufen|schar|herde)n?",
    ),
    neighbour(
        "ordinal",
        "ordinal",
        "zweite[rsnm]?|dritte[rsnm]?|vierte[rsnm]?|fünfte[rsnm]?|sechste[rsnm]?|siebte[rsnm]?|achte[rsnm]?|"
        "neunte[rsnm]?|zehnte[rsnm]?",
    ),
    neighbour("pronoun", "pronoun", "eine?[rs]? (?:von|der|dieser) (?:ihnen|anderen)|ein(?:er|e|es)? andere[rsn]?|eine?[rs] davon"),
    # --- what counts
    cue("both", "both", "alle beiden?|die beiden|den beiden|beide[nrs]?"),
    cue("zu-zweit", "exact", "zu (?:zweit|dritt|viert|fünft|sechst)"),
    cue(
        "group",
        "collective",
        "<p>zwillinge?n?(?:s(?:brüdern?|schwestern|mädchen|jungen|jungs|babys|paar))?|<p>drillingen?|vierlingen?|"
        "(?:zweier|dreier|vierer)(?:gruppe|team|mannschaft|kette)|"
        "(?:hunde|pferde|enten|schwanen|vogel|geschwister|tauben|storchen|ochsen|esel|papageien|katzen|tier)paare?s?|"
        "(?:ein|das|dieses|<w>sches|einem|dem) (?:<w> ){0,2}(?P<cue>duo|trio|quartett|quintett)|"
        "(?P<cue_two>duo|trio|quartett) (?:aus|von)".replace("(?P<cue_two>duo|trio|quartett)", "(?:duo|trio|quartett)"),
    ),
    cue(
        "only-one",
        "one",
        "(?:ein|der|die|das|den|dem|eine[nmrs]?)? ?(?P<cue>einzige[rsnm]?)|eine? (?P<cue_b>x)".replace("|eine? (?P<cue_b>x)", ""),
    ),
    cue("single", "one", "eine?[nmrs]? einzelne[rsnm]?"),
    cue("digit", "exact", "(?P<cue><small>)(?: <adj>){0,3} (?:<being>|<thing>)"),
    cue("word", "exact", "<numword>"),
)
