"""Czech counting: the exact number of distinct things in the scene."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.cs.words import WORDS, value_of

RULES: Final[tuple[Rule, ...]] = (
    # -- numerals that are not counts: ages, times, prices, measures, codes ------------------------------------------
    guard(
        "age",
        "age",
        r"(?:ve )?věku (?:od )?<num>(?: (?:do|až|a) <num>)?(?: let| měsíců)?|<num>-?let(?:ý|á|é|ého|ou|ých|ým)"
        r"|<num> (?:let|roky|roků|měsíců|měsíce) star<p>",
    ),
    guard("clock", "time", r"<num> hodin<p>|\d{1,2}[:.]\d{2} ?h<p>|\d{1,2}:\d{2}|půl <numword>"),
    guard(
        "date",
        "date",
        r"\d{1,2}\. ?(?:<month>)(?: \d{4})?|\d{1,2}\. ?\d{1,2}\. ?\d{2,4}|(?:1[5-9]|20)\d{2}|<month> \d{4}",
    ),
    guard("span", "time", r"<num>(?: (?:až|nebo|-|či) <num>)? (?:<timeunit>)"),
    guard("price", "price", r"\$ ?\d[\d.,]*|\d[\d.,]* ?(?:[$%]|kč\b)", bounded=False),
    guard("money", "price", r"<num> (?:korun<p>|kč|euro?|eur|dolar<p>|liber|milion<p>|miliard<p>|tisíc<p>|procent<p>)"),
    guard("dimensions", "measure", r"\d[\d.,]* ?(?:x|\*|krát) ?\d[\d.,]*(?: ?(?:cm|mm|m))?"),
    guard(
        "measure",
        "measure",
        r"<num> (?:<measure>)|\d[\d.,]*[ -]?(?:<measure>|mm|cm|dm|m|km|ml|l|kg|g|w|v|hz|mp|gb|mb|tb|px|palc<p>)",
    ),
    guard(
        "times",
        "idiom",
        r"<num> (?:krát|třetin<p>|čtvrtin<p>)|časn<p> <numword>|dáv<p>(?: si)? dvacet|po čtyřech|všech čtyřech"
        r"|mezi čtyřma očima",
    ),
    guard("score", "sport", r"<num>(?::| : )<num>|(?:číslo|číslem|čísla|číslu|dresu|startovní) <num>"),
    guard("rating", "rating", r"<num> (?:hvězd(?:y|iček|ičky)?|bod(?:y|ů)?)|\d[\d.,]* z \d+"),
    guard("rank", "rank", r"(?:top|místo) <num>|<num>\. místo"),
    guard("label", "number", r"(?:<label>)\.? ?\d+|(?:číslo|kapitola|díl) <num>"),
    guard("decimal", "number", r"\d+(?:[.,/–-]\d+)+|\d{1,3} \d{3}"),
    guard(
        "product",
        "sale",
        r"(?:balení|set) (?:po )?<num>|sada (?:po )?\d+ (?:ks|kusů)|balení <num>(?: ks| kusů)?|\d+ ?(?:ks|díln<p>"
        r"|dílů|dveř<p>|osob(?:y|ní|ový)?|rychlost<p>|stran)|pro \d+ osob<p>",
    ),
    guard("code", "model", r"[a-z]+-?\d+[a-z\d-]*|\d+[a-z]+[a-z\d-]*"),
    guard("kind-of", "compound", r"\d+-?(?:patrov|kolov|míst|dílný|cestn|členn)<p>"),
    # -- amounts that are no exact number ----------------------------------------------------------------------------
    neighbour(
        "approximate",
        "vague",
        r"(?:asi|zhruba|přibližně|téměř|skoro|nejméně|alespoň|minimálně|více než|až) <num>|(?:kolem|okolo|přes) \d+"
        r"|<num> (?:až|nebo|či|-) <num>",
    ),
    neighbour(
        "vague",
        "vague",
        r"několik(?:a|i|ero)?|pár<p>|mnoho|mnoha|hodně|spoust[auy]|řad[auy]|skupin(?:a|y|u|ou|ě|ka|ky|ku|kou)|dav(?:u"
        r"|em)?|většin[auy]|desítk(?:y|ami|ách)|desítek|stovk(?:y|ami|ách)|stovek|tisíce|tucet<p>|málo",
    ),
    neighbour(
        "ordinal",
        "ordinal",
        r"prvn(?:í|ího|ím)|druh(?:ý|á|é|ého|ou|ým|ém)|třet(?:í|ího|ím)|čtvrt(?:ý|á|é|ého|ou|ým)|pát(?:ý|á|é|ého|ou"
        r"|ým)|šest(?:ý|á|é|ého|ou|ým)|sedm(?:ý|á|é|ého|ou|ým)",
    ),
    # -- what counts -------------------------------------------------------------------------------------------------
    cue("both", "both", r"oba(?: dva)?|obě(?: dvě)?|obou(?: dvou)?|oběma|obadva"),
    cue(
        "group",
        "collective",
        r"dvojic(?:e|i|í)|trojic(?:e|i|í)|čtveřic(?:e|i|í)|pětic(?:e|i|í)|šestic(?:e|i|í)|sedmic(?:e|i|í)|dvojčat<p>"
        r"|dvojčaty|trojčat<p>|čtyřčat<p>|tri[oa]|du[oa]|kvartet(?:o|a|u)?",
    ),
    cue(
        "only-one",
        "one",
        r"(?:jen|pouze|jenom|jediný|jediná|přesně)(?: ten| ta)? jed(?:en|na|no|noho|nu|nou|nom|né|ním)|jedin(?:ý|á|é"
        r"|ého|ou|ém|ým|ému|í)",
    ),
    neighbour("pronoun", "pronoun", r"jed(?:en|na|no|noho|nu|nou|nom|né|ním)(?: (?:z|ze) (?:<num>|obou|nich|<w>))?"),
    cue("word", "exact", r"<numword>"),
    guard(
        "amount-after-word",
        "measure",
        r"(?:<before_digit>) \d[\d.,]* ?(?:<timeunit>|<measure>|korun<p>|kč|euro?|milion<p>|miliard<p>|tisíc<p>"
        r"|procent<p>|krát|hvězd<p>|bod<p>)",
    ),
    cue("digit-after-word", "exact", r"(?:<before_digit>) (?P<cue><small>) <lower>"),
    guard("name-number", "model", r"(?-i:[A-ZÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ][A-Za-záčďéěíňóřšťúůýž]+) \d+"),
    cue("digit", "exact", r"(?P<cue><small>) <lower>"),
    guard("number", "number", r"\d+"),
)

LEXER: Final = Lexer("counting", RULES, WORDS, "cs.counting", value_of, unicode=True)
