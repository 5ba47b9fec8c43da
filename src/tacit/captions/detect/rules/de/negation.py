"""German negation: a word that negates something about the scene or what is said of it."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.de.words import WORDS

_QUOTED: Final = r'[^"“”„«»\n]'

RULES: Final[tuple[Rule, ...]] = (
    # -- signs, slogans, titles --------------------------------------------------------------------------------------
    guard(
        "quoted",
        "title",
        rf'[„«»]{_QUOTED}{{0,80}}?\b(?:nicht|nichts|kein[a-z]*|ohne|nie|niemals|niemand|weder)\b{_QUOTED}{{0,80}}?["“”«»]',
        bounded=False,
    ),
    guard(
        "quoted-plain",
        "title",
        rf'[ :(]"{_QUOTED}{{0,80}}?\b(?:nicht|nichts|kein[a-z]*|ohne|nie|niemals|niemand|weder)\b{_QUOTED}{{0,80}}?"',
        bounded=False,
    ),
    guard(
        "sign",
        "sign",
        r"(?:schild|plakat|aufschrift|shirt|banner|aufkleber|transparent|slogan)(?: <w>){0,2}[ :„\x22“]{1,3}(?:nicht"
        r"|kein[a-z]*|ohne|nie)|steht ?[:„\x22“] ?[„\x22“]?(?:nicht|kein[a-z]*|ohne|nie)|(?:bitte )?nicht (?:betreten"
        r"|berühren|parken|rauchen|stören|füttern)[- ]?<p>schild|kein (?:eintritt|zutritt|durchgang|zugang"
        r"|parkplatz)[- ]?<p>schild|nichtraucher<p>|nichtschwimmer<p>",
    ),
    guard("title", "title", r"im westen nichts neues|nichts wie weg|(?-i:[A-ZÄÖÜ]<w> Nicht [A-ZÄÖÜ]<w>)"),
    # -- set phrases -------------------------------------------------------------------------------------------------
    guard(
        "idiom",
        "idiom",
        r"eine?[nmrs]? keine?[rsnm]?|nicht nur|nicht bloß|nicht zuletzt|nicht wahr|warum nicht|ob oder nicht"
        r"|oder nicht|nicht umsonst|nicht weniger als|kein (?:problem|wunder|zweifel|thema|ding)|ohne (?:zweifel"
        r"|weiteres|frage|gewähr)|(?:ein|das) nichts|nichts als|so gut wie nichts|mir nichts,? dir nichts"
        r"|nicht zu vergessen|nicht zu fassen",
    ),
    # -- cues --------------------------------------------------------------------------------------------------------
    cue("no-longer", "never", r"nicht mehr|kein(?:e[nmrs]?)? <w> mehr|nicht länger|noch nicht|noch kein(?:e[nmrs]?)?"),
    cue("never", "never", r"nie|niemals|nimmer|nie mehr|noch nie"),
    cue(
        "nobody",
        "pronoun",
        r"niemand(?:e[nms])?|niemandem|nichts|nix|nirgends|nirgendwo(?:hin)?|keine[rs]? (?:von|der) (?:ihnen|beiden)",
    ),
    cue("neither", "neither", r"weder"),
    cue("not", "clausal", r"nicht|keineswegs|keinesfalls"),
    cue("no", "absence", r"kein(?:e[nmrs]?|s)?"),
    cue("without", "absence", r"ohne"),
    cue(
        "lack",
        "absence",
        r"frei von|fehl(?:t|en|te|ten)|(?:er)?mangelt|(?:das |in |bei )?(?:abwesenheit|fehlen) (?:von|der|des|eines"
        r"|einer)|mangels",
    ),
    # -- neighbours --------------------------------------------------------------------------------------------------
    neighbour(
        "affix",
        "affix",
        r"(?:[a-zß-öø-ÿ]{3,}los|un(?:bekannt|bekleidet|fertig|vollendet|vollständig|befestigt|sichtbar|scharf|bemalt"
        r"|geöffnet)|barfuß|barfüßig|oberkörperfrei|nicht-<w>)(?:e[rnms]?)?",
    ),
    neighbour("empty", "empty", r"(?:leer|verlassen|menschenleer|fehlend|unbesetzt)(?:e[rnms]?)?"),
)

LEXER: Final = Lexer("negation", RULES, WORDS, "de.negation", unicode=True)
