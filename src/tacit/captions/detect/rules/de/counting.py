"""German counting: the exact number of distinct things in the scene."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.de.words import WORDS, value_of

RULES: Final[tuple[Rule, ...]] = (
    # -- numerals that are not counts: ages, times, prices, measures, codes ------------------------------------------
    guard("age-of", "age", r"(?:im )?alter (?:von|ab|zwischen) <num>(?: (?:bis|und) <num>)?(?: jahren?)?"),
    guard(
        "age-old",
        "age",
        r"<num>(?: (?:bis|oder|und) <num>)?[ -]?(?:jahren?|monaten?|wochen|tagen?) alte?[rmns]?"
        r"|<num>-?jährige?[rmns]?|(?:anfang|mitte|ende) <numword>",
    ),
    guard("clock", "time", r"<num> uhr|\d{1,2}[:.]\d{2} uhr|halb <numword>|\d{1,2}:\d{2}"),
    guard(
        "date",
        "date",
        r"\d{1,2}\. ?<month>(?: \d{4})?|\d{1,2}\.\d{1,2}\.\d{2,4}|<month> \d{2,4}|(?:1[5-9]|20)\d{2}",
    ),
    guard("span", "time", r"<num>(?: (?:bis|oder|und|-) <num>)?[ -]?(?:<adj> )?<timeunit>"),
    guard("price", "price", r"\$ ?\d[\d.,]*|\d[\d.,]* ?[$%]", bounded=False),
    guard(
        "money",
        "price",
        r"<num> (?:euro|eur|dollars?|cents?|franken|pfund|mark|mio|millionen|milliarden|tausend|prozent)",
    ),
    guard("dimensions", "measure", r"\d[\d.,]* ?(?:x|\*|mal) ?\d[\d.,]*(?: ?(?:cm|mm|m))?"),
    guard("measure", "measure", r"<num>[ -]?<measure>|<num> <h>metern?"),
    guard("times", "idiom", r"<num>[ -]?(?:mal|fach)|<num> (?:drittel|viertel|achtel)"),
    guard(
        "idiom",
        "idiom",
        r"(?:auf )?allen? vieren|unter vier augen|(?:in|außer) acht|acht (?:geben|gibt|nehmen)|von acht bis|die elf",
    ),
    guard("score", "sport", r"<num> zu <num>|<num>(?::| - |:? : )<num>|(?:trikot|rücken|start)?nummer <num>"),
    guard("rating", "rating", r"<num>(?: von <num>)?[ -]?(?:sternen?|punkten?)(?:[ -]hotel)?"),
    guard("rank", "rank", r"(?:top|platz|rang) ?<num>|<num>\. (?:platz|rang|liga|mal)"),
    guard(
        "label",
        "number",
        r"nr\.? ?\d+|no\.? ?\d+|<label> (?:nr\.? ?)?\d+|(?:platz|nummer|kapitel|teil|band) <numword>",
    ),
    guard("decimal", "number", r"\d+(?:[.,/–-]\d+)+"),
    guard("set", "sale", r"<num>er[- ]?(?:set|pack|box)|<num>[ -]?(?:teilige?[rsn]?|stück|tlg|zimmer|stk|pcs)"),
    guard("code", "model", r"[a-z]+-?\d+[a-z\d-]*|\d+[a-z]+[a-z\d-]*"),
    cue("file-name", "exact", r"(?P<cue><numword>)(?:-[a-zß-öø-ÿ]+){2,}"),
    guard(
        "kind-of",
        "compound",
        r"<num>-<w>|<num>- (?:bis|und|oder) <w>|(?:mit|auf|über|von) <num> (?:stockwerken|etagen|ebenen|geschossen"
        r"|gängen)|<num> (?:stockwerke|etagen|meter) (?:hohe?[rsnm]?|hoch)",
    ),
    # -- amounts that are no exact number ----------------------------------------------------------------------------
    neighbour("approximate", "vague", r"(?:<about>) <num>|<num> (?:bis|oder|-) <num>|<num> oder mehr"),
    cue(
        "pair",
        "collective",
        r"(?:ein|einem|das|dem|dieses) (?:<adj> )?(?P<cue>(?-i:Paar)) (?:<adj> )?(?:hände|füße|beine|augen|stoßzähne"
        r"|<h>hunde|kühe|katzen|pferde|vögel|enten|schwäne|esel|ochsen|tauben|papageien|tänzer|zwillinge)n?",
    ),
    neighbour(
        "vague",
        "vague",
        r"paare?[ns]?|pärchens?|(?:ehe|braut|liebes)paare?s?|einige[nrm]?|mehrere[nrm]?|viele[nrm]?|wenige[nrm]?"
        r"|zahlreiche[nrm]?|etliche[nrm]?|dutzend(?:e|en)?|hunderte[nr]?|tausende?[nr]?|(?:gruppe|menge|reihe|haufen"
        r"|schar|herde)n?",
    ),
    neighbour("ordinal", "ordinal", r"(?:zweit|dritt|viert|fünft|sechst|siebt|acht|neunt|zehnt)e[rsnm]?"),
    neighbour(
        "pronoun",
        "pronoun",
        r"eine?[rsnm]? (?:von|der|dieser) (?:ihnen|anderen|beiden|<num>)|ein(?:er|e|es)? andere[rsn]?"
        r"|eine?[rs]? davon|der eine|die eine",
    ),
    # -- what counts -------------------------------------------------------------------------------------------------
    cue("both", "both", r"alle beiden?|(?:die|den|der|diese[nr]?) beiden|beide[nrs]?"),
    cue("zu-zweit", "exact", r"zu (?:zweit|dritt|viert|fünft|sechst)"),
    cue(
        "multiples",
        "collective",
        r"zwilling(?:e[ns]?|s<p>)|drilling(?:e[ns]?|s<p>)|vierlingen?|(?:zweier|dreier|vierer)(?:gruppe|team|kette"
        r"|mannschaft)|(?:hunde|pferde|enten|schwanen|vogel|geschwister|tauben|storchen|ochsen|papageien|katzen|tier"
        r"|tänzer|tanz|läufer)paare?s?",
    ),
    cue("ensemble", "collective", r"(?:ein|das|dieses|einem|dem|ein <w>|das <w>) (?P<cue>duo|trio|quartett|quintett)"),
    cue("ensemble-of", "collective", r"(?P<cue>duo|trio|quartett) (?:aus|von)"),
    guard("only-clothes", "idiom", r"(?:nur|bloß|lediglich)(?: mit| in)? eine?[nmrs]? (?:<adj> )?<garment>"),
    cue("only-one", "one", r"(?:nur|bloß|lediglich|genau)(?: noch)? eine?[nmrs]?|einzige[rsnm]?"),
    cue("single", "one", r"eine?[nmrs]? einzelne[rsnm]?"),
    cue("word", "exact", r"<numword>"),
    guard(
        "amount-after-word",
        "measure",
        r"(?:<before_digit>) \d[\d.,]* ?(?:<timeunit>|<measure>|euro|dollar|millionen|milliarden|tausend|prozent|grad"
        r"|uhr|mal|sterne|punkte)",
    ),
    cue("digit-after-word", "exact", r"(?:<before_digit>) (?P<cue><small>)(?: <adj>,?){0,3} <plural>"),
    guard("name-number", "model", r"(?-i:[A-ZÄÖÜ][A-Za-zäöüß]+) \d+"),
    cue("digit", "exact", r"(?P<cue><small>)(?: <adj>,?){0,3} (?:<being>|<thing>|<plural>)"),
    cue("digit-more", "exact", r"(?P<cue><small>) (?:andere|weitere|anderen|weiteren|davon)"),
    guard("number", "number", r"\d+"),
)

LEXER: Final = Lexer("counting", RULES, WORDS, "de.counting", value_of, unicode=True)
