"""French counting: the exact number of distinct things in the scene."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.fr.words import WORDS, value_of

RULES: Final[tuple[Rule, ...]] = (
    # -- numerals that are not counts: ages, times, prices, measures, codes ------------------------------------------
    guard(
        "age",
        "age",
        r"(?:âgée?s? |à l'âge )(?:de |d')<num>(?: (?:à|et|ou) <num>)?(?: ans| mois)?|(?:de |d'"
        r"|des )<num> (?:à <num> )?(?:ans|mois)|<num> ans",
    ),
    guard("clock", "time", r"<num> ?(?:heures?|h)(?: ?\d{2})?|\d{1,2}:\d{2}"),
    guard("date", "date", r"<num> <month>(?: \d{4})?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|(?:1[5-9]|20)\d{2}|<month> \d{2,4}"),
    guard("span", "time", r"<num>(?: (?:ou|à|et) <num>)? (?:<timeunit>)"),
    guard("price", "price", r"\$ ?\d[\d.,]*|\d[\d.,]* ?[$%]", bounded=False),
    guard(
        "money",
        "price",
        r"<num> (?:euros?|eur|dollars?|francs?|centimes?|livres sterling|millions?|milliards?|mille|pour ?cents?)",
    ),
    guard("dimensions", "measure", r"\d[\d.,]* ?(?:x|\*|sur) ?\d[\d.,]*(?: ?(?:cm|mm|m))?"),
    guard("measure", "measure", r"<num>[ -]?<measure>|\d[\d.,]*[ -]?pouces"),
    guard("times", "idiom", r"<num> (?:fois|tiers|quarts?|cinquièmes)|(?:de )?trois[- ]quarts|moitié"),
    guard(
        "idiom",
        "idiom",
        r"(?:à )?quatre[- ]pattes|(?:<num>) par <num>|entre deux eaux|en deux(?: temps)?|tiré à quatre épingles"
        r"|deux[- ]pièces|à deux mains|un sur deux",
    ),
    cue("file-name", "exact", r"(?P<cue><numword>)(?:-[a-zß-öø-ÿœ]{2,}){2,}"),
    cue("file-name-end", "exact", r"(?P<cue>deux|trois|quatre|cinq)-[a-zß-öø-ÿœ]{2,}s-<w>"),
    guard("vehicle", "compound", r"(?:deux|trois|quatre)-[a-zß-öø-ÿœ]+|(?:à|en|de|avec) <num> (?:<product>)"),
    guard("score", "sport", r"<num> (?:à|contre) <num>|\d+ ?[:-] ?\d+|(?:numéro|dossard|maillot) <num>"),
    guard("rating", "rating", r"<num> (?:étoiles?|points?)|\d[\d.,]* sur \d+"),
    guard("rank", "rank", r"(?:top|rang) <num>|(?:les|des|aux) <num> (?:premi[eè]re?s?|derni[eè]re?s?|meilleure?s?)"),
    guard("label", "number", r"(?:<label>) ?\d+|no\.? ?\d+|(?:chiffre|numéro|chapitre|partie|tome|saison) <num>"),
    guard("decimal", "number", r"\d+(?:[.,/–-]\d+)+|<numword> cents?|<numword> mille|\d{1,3} \d{3}"),
    guard("product", "sale", r"(?:lot|pack|paquet) de <num>|(?:pour )<num> (?:personnes|couverts)|\d+ ?(?:<product>)"),
    guard("code", "model", r"[a-z]+-?\d+[a-z\d-]*|\d+[a-z]+[a-z\d-]*"),
    # -- amounts that are no exact number ----------------------------------------------------------------------------
    neighbour(
        "approximate",
        "vague",
        r"(?:environ|près (?:de |d')|plus de|moins de|au moins|quelque|à peu près|presque|jusqu'à) <num>"
        r"|<num> ou <num>",
    ),
    guard("pair-garment", "compound", r"(?:une|des|sa|leur|deux|la) (?:<w> )?paires? (?:de |d')<garment>"),
    cue("pair", "collective", r"(?:une|deux|la|cette) (?:<w> )?(?P<cue>paires?) (?:de|d)"),
    neighbour(
        "vague",
        "vague",
        r"quelques|plusieurs|beaucoup|nombreux|nombreuses|une? (?:<w> )?(?:couple|groupe|foule|poignée|tas|dizaine"
        r"|douzaine|vingtaine|trentaine|cinquantaine|centaine|bande|série|ensemble|rangée|file)|(?:des"
        r"|les) (?:dizaines|centaines|milliers)|couples?|groupes?",
    ),
    neighbour(
        "ordinal",
        "ordinal",
        r"premi(?:er|ère)s?|seconde?|(?:deux|trois|quatr|cinqu|six|sept|huit|neuv|dix)ièmes?|derni(?:er|ère)|\d+(?:e"
        r"|è|ème|er|ère|nd)",
    ),
    neighbour(
        "pronoun",
        "pronoun",
        r"(?:l'une?|une?) (?:des|de ces|de ses) (?:<num>)|l'une?|l'autre|une? autre|une? (?:d'entre )?(?:eux|elles)",
    ),
    # -- what counts -------------------------------------------------------------------------------------------------
    cue(
        "both",
        "both",
        r"(?:tous|toutes) (?:les )?deux|(?:les|des|aux|ses|leurs|ces|chacun des|chacune des|nos|vos|mes) deux",
    ),
    guard(
        "binoculars",
        "idiom",
        r"(?:avec|dans|de|des|ses|leurs|aux|une? paire de|par|longues|les|tient|utilise|utilisant"
        r"|tenant)(?: <w>)? jumelles|lits? jume(?:aux|lles)|villes? jumel\w+",
    ),
    cue("twins", "collective", r"jumeaux|jumelles|triplée?s|quadruplée?s"),
    cue("ensemble", "collective", r"(?:une?|le|ce|du|en|deux) (?:<w> )?(?P<cue>duo|trio|quatuor|quintette|binôme)"),
    guard(
        "alone",
        "idiom",
        r"(?:une?|la|le) seule? fois|toute? seule?s?|unique en son genre|taille unique|sens unique|pièce unique",
    ),
    cue(
        "only-one",
        "one",
        r"une? (?:seule?|unique) <w>|seulement une?|juste une? seule?|l'unique|uniquement une?|le seul|la seule",
    ),
    cue("neuf", "exact", r"(?P<cue>neuf) (?:<plural>|gens)"),
    cue("word", "exact", r"<numword>"),
    guard(
        "amount-after-word",
        "measure",
        r"(?:<before_digit>) \d[\d.,]* ?(?:<timeunit>|<measure>|<product>|euros|dollars|millions|milliards|pouces"
        r"|fois|h)",
    ),
    cue("digit", "exact", r"(?:<before_digit>) (?P<cue><small>) (?:<w> )?(?:<plural>|gens)"),
    guard("name-number", "model", r"(?-i:[A-Z][A-Za-z]+) \d+(?:[/.,-]\d+)*"),
    cue("digit-plural", "exact", r"(?P<cue><small>) (?:<w> )?(?:<plural>|gens)"),
    guard("number", "number", r"\d+"),
)

LEXER: Final = Lexer("counting", RULES, WORDS, "fr.counting", value_of, unicode=True)
