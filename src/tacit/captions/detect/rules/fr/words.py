"""Word lists that the French rules share, and the reading of French number words."""

from __future__ import annotations

from typing import Final

_UNITS: Final = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
_TEENS: Final = ("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf")
_TENS: Final = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "quatre-vingt": 80}


def _numbers() -> dict[str, int]:
    numbers = {word: n for n, word in enumerate(_UNITS) if n > 1} | {word: 10 + n for n, word in enumerate(_TEENS)}
    for ten, value in _TENS.items():
        numbers[ten] = value
        below = _UNITS + _TEENS if value in {60, 80} else _UNITS
        for n, word in enumerate(below[1:], start=1):
            for joint in ("-", " ", "-et-", " et "):
                numbers[f"{ten}{joint}{word}"] = value + n
    return numbers | {"quatre-vingts": 80, "quatre vingts": 80, "cent": 100}


NUMBERS: Final = _numbers()
_GROUPS: Final = {
    "quatre": 4,
    "trois": 3,
    "deux": 2,
    "duo": 2,
    "paire": 2,
    "jume": 2,
    "binôme": 2,
    "tandem": 2,
    "trio": 3,
    "triplé": 3,
    "quatuor": 4,
    "quintette": 5,
    "seul": 1,
    "unique": 1,
}


def value_of(cue: str) -> int | None:
    """The number a French counting cue states.

    Args:
        cue: The cue, lower-cased, white space folded.

    Returns:
        The number, or ``None`` when the cue names none.

    Example:
        >>> [value_of(c) for c in ("douze", "vingt et un", "quatre-vingt-douze", "les deux", "17")]
        [12, 21, 92, 2, 17]
    """
    if cue.isdecimal():
        return int(cue)
    known = NUMBERS.get(cue)
    if known is not None:
        return known
    return next((n for part, n in _GROUPS.items() if part in cue), None)


WORDS: Final = {
    # a word with what is elided before it, the rest of a word; a determiner with what follows it
    "w": "[a-zß-öø-ÿœ](?:[a-zß-öø-ÿœ]|-[a-zß-öø-ÿœ])*(?:'[a-zß-öø-ÿœ](?:[a-zß-öø-ÿœ]|-[a-zß-öø-ÿœ])*)?",
    "p": "(?:[a-zß-öø-ÿœ]|-[a-zß-öø-ÿœ])*",
    "d": "(?:(?:une?|les?|la|des|du|de la|de|son|sa|ses|leurs?|ces?|cet|cette|deux|trois|plusieurs|quelques|chaque|mon|ma|mes|"
    "notre|nos|tout|toute|tous|toutes|certains|certaines|plusieurs|quatre|aux?|beaucoup de|(?:de |d')autres|ce qui) |[ld]')",
    # -- numbers
    "tens": "vingt|trente|quarante|cinquante|soixante|quatre[- ]vingts?",
    "unit": "deux|trois|quatre|cinq|six|sept|huit|neuf",
    "numword": "(?:<tens>)(?:(?:[- ]et[- ]|-| )(?:une?|onze))?(?:[- ](?:<unit>|dix(?:-(?:sept|huit|neuf))?|onze|douze|treize|quatorze|"
    "quinze|seize))?|onze|douze|treize|quatorze|quinze|seize|dix(?:[- ](?:sept|huit|neuf))?|deux|trois|quatre|cinq|six|"
    "sept|huit|cent",
    "digits": r"\d{1,3}(?:[.,]\d+)*|\d+",
    "small": r"[2-9]|[1-9]\d|100",
    "num": "<numword>|neuf|<digits>",
    "before_digit": "les|des|de|avec|et|par|sur|dans|entre|à|montre|aux|ces|ses|voit|sont|où|pour",
    "plural": "[a-zß-öø-ÿœ](?:[a-zß-öø-ÿœ]|-[a-zß-öø-ÿœ])+[sx]",
    "month": "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "timeunit": "secondes?|minutes?|heures?|jours?|journées?|nuits?|semaines?|week-?ends?|mois|ans?|années?|siècles?|"
    "décennies?|instants?|moments?|temps|longtemps|lune",
    "measure": "centimètres?|kilomètres?|mètres?|millimètres?|mm|cm|dm|m|km|litres?|ml|cl|l|kg|g|gr|grammes?|kilos?|tonnes?|"
    "degrés?|gallons?|pieds de (?:haut|long)|watts?|volts?|ch|cv|gb|go|mo|tb|to|mp|mégapixels?|hz|carats?|miles?|km/h|hectares?|pixels?|bits?",
    "label": "numéro|chapitre|partie|tome|volume|épisode|saison|image|photo|page|quai|ligne|chambre|jour|niveau|"
    "version|taille|pointure|article|modèle|type|série|étape|phase|groupe|classe|iphone|ipad|galaxy|windows|playstation|"
    "ps|xbox|formule|chaîne|figure|fig|rue|route|autoroute|lot|réf|ref|maillot|dossard|apple|canal",
    "product": "pièces?|places?|portes?|tiroirs?|chambres?|lots?|pcs|vitesses|feux|étoiles?|points?|étages?|roues|cylindres|"
    "ports|sièges|pages|capsules|sachets|boîtes|barres|saisons|chevaux|couleurs|tailles|couverts|voies|faces|temps|"
    "tons|volets|pans|niveaux|branches|poches|euros|brins|plis|côtés|dimensions|quarts|mains|pattes|mâts|pieds|bras|coups|cordes|"
    "essieux|ponts|cases|lames|têtes",
    "garment": "(?:<w> ){0,2}(?:chaussures|bottes|baskets|sandales|talons|chaussettes|collants|jeans?|shorts?|pantalons?|gants|"
    "moufles|lunettes|ciseaux|pinces|jumelles|écouteurs|raquettes|skis|patins|rollers|tongs|boucles|culottes?|tennis|béquilles|menottes|"
    "bretelles|bas|mitaines|chaussons|mocassins)",
    # -- events and states, for avant / après
    "event": "(?:match|course|départ|début|fin|combat|concert|spectacle|cérémonie|mariage|repas|dîner|déjeuner|décollage|"
    "atterrissage|arrivée|coup|tir|saut|lancer|plongeon|chute|accident|tempête|orage|pluie|guerre|fête|entraînement|partie|"
    "tournoi|compétition|représentation|opération|naissance|mort|victoire|défaite|but|travail|journée|école|jeu|"
    "rénovation|restauration|travaux|soirée|épreuve|manche|service|douche|bain|engagement|performance|visite|événement|fête|vol|match|tournage|photo|séance|défilé|parade|voyage|départ)",
    "infinitive": "[a-zß-öø-ÿœ]<p>(?:er|ir|re|oir)",
    "participle": "<w>(?:és?|ées?|is?|ies?|ises?|us?|ues?|tes?|ts?|rts?|rtes?)",
    # -- verbs and places
    "run": "(?:court|courent|courant|courir|tourne|tournent|tournant|tourner|marche|marchent|marchant|marcher|roule|roulent|roulant|"
    "rouler|vole|volent|volant|nage|nagent|nageant|navigue|naviguent|galope|promène|promènent|glisse|conduit|pédale|"
    "pédalent|patine|patinent|fait|font|déplace|déplacent|saute|sautent|circule|circulent|virevolte|dribble|voyage)",
    "posture": "(?:assise?s?|assis|debout|allongée?s?|couchée?s?|garée?s?|stationnée?s?|alignée?s?|installée?s?|agenouillée?s?|accroupie?s?|"
    "appuyée?s?|adossée?s?|pressée?s?|collée?s?|posée?s?|attend|attendent|située?s?|plaquée?s?|calée?s?|penchée?s?|tient|tiennent|"
    "blottie?s?|endormie?s?|pose|posent|posant|serrée?s?|repose|reposent|dort|sont|est)",
    "scene": "(?:murs?|mur|murets?|arbres?|barrières?|clôtures?|grillages?|rambardes?|poteaux?|vitres?|fenêtres?|portes?|rochers?|"
    "voitures?|camions?|bâtiments?|piliers?|colonnes?|sol|ciel|paroi|falaise|rampe|balustrade|façade|comptoir|poitrine|"
    "joue|visage|oreille|épaule|tronc|rocher|banc|lit|canapé|table|fond|soleil|torse|corps)",
}
