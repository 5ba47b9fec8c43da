"""Word lists that the Czech rules share, and the reading of Czech number words."""

from __future__ import annotations

from typing import Final

_FORMS: Final = {
    2: "dva dvě dve dvou dvěma dvouma dvoum dvoje",
    3: "tři tří třech třem třemi třema troje",
    4: "čtyři ctyri čtyř čtyřech čtyřem čtyřmi čtyřma čtvero",
    5: "pět pěti patero",
    6: "šest šesti sest",
    7: "sedm sedmi",
    8: "osm osmi",
    9: "devět devíti devet",
    10: "deset deseti desíti",
    11: "jedenáct jedenácti",
    12: "dvanáct dvanácti",
    13: "třináct třinácti",
    14: "čtrnáct čtrnácti",
    15: "patnáct patnácti",
    16: "šestnáct šestnácti",
    17: "sedmnáct sedmnácti",
    18: "osmnáct osmnácti",
    19: "devatenáct devatenácti",
    100: "sto stovku",
}
_TENS: Final = {
    20: "dvacet dvaceti",
    30: "třicet třiceti",
    40: "čtyřicet čtyřiceti",
    50: "padesát padesáti",
    60: "šedesát šedesáti",
    70: "sedmdesát sedmdesáti",
    80: "osmdesát osmdesáti",
    90: "devadesát devadesáti",
}
_ONE: Final = "jeden jedna jedno jednoho"


def _numbers() -> dict[str, int]:
    numbers = {form: n for n, forms in (_FORMS | _TENS).items() for form in forms.split()}
    units = [(form, n) for n, forms in ({1: _ONE} | _FORMS).items() if n < 10 for form in forms.split()]
    for ten, forms in _TENS.items():
        numbers |= {f"{form} {unit}": ten + n for form in forms.split() for unit, n in units}
    return numbers


NUMBERS: Final = _numbers()
_GROUPS: Final = {
    "ob": 2,
    "dvoj": 2,
    "duo": 2,
    "dua": 2,
    "troj": 3,
    "trio": 3,
    "tria": 3,
    "čtveř": 4,
    "čtyřčat": 4,
    "kvartet": 4,
    "pětice": 5,
    "pětici": 5,
    "šestic": 6,
    "sedmic": 7,
    "osmic": 8,
    "jed": 1,
}


def value_of(cue: str) -> int | None:
    """The number a Czech counting cue states.

    Args:
        cue: The cue, lower-cased, white space folded.

    Returns:
        The number, or ``None`` when the cue names none.

    Example:
        >>> [value_of(c) for c in ("třech", "dvacet jedna", "oběma", "dvojice", "17")]
        [3, 21, 2, 2, 17]
    """
    if cue.isdecimal():
        return int(cue)
    known = NUMBERS.get(cue)
    if known is not None:
        return known
    last = cue.rsplit(maxsplit=1)[-1] if cue else ""
    return next((n for part, n in _GROUPS.items() if last.startswith(part)), None)


_LETTER: Final = "[a-záčďéěíňóřšťúůýž]"

WORDS: Final = {
    # a word, the rest of one, the first half of one
    "w": f"{_LETTER}(?:{_LETTER}|-{_LETTER})*",
    "p": f"(?:{_LETTER}|-{_LETTER})*",
    "h": f"{_LETTER}*",
    "lower": "(?-i:[a-záčďéěíňóřšťúůýž]{3,})",
    # -- numbers
    "tens": "(?:dvacet|třicet|čtyřicet|padesát|šedesát|sedmdesát|osmdesát|devadesát)i?",
    "numword": "(?:<tens>)(?: (?:jeden|jedna|jedno|dva|dvě|tři|čtyři|pět|šest|sedm|osm|devět))?|"
    "(?:jedenáct|dvanáct|třináct|čtrnáct|patnáct|šestnáct|sedmnáct|osmnáct|devatenáct)i?|"
    "dva|dvě|dve|ctyri|sest|devet|dvou|dvěma|dvouma|dvoum|dvoje|tři|tří|třech|třem|třemi|třema|troje|čtyři|čtyř|čtyřech|čtyřem|čtyřmi|čtyřma|"
    "čtvero|pěti?|patero|šesti?|sedmi?|osmi?|devět|devíti|deset|deseti|desíti|sto",
    "digits": r"\d{1,3}(?:[.,]\d+)*|\d+",
    "before_digit": "s|se|a|na|ve|v|pro|mezi|jsou|má|mají|za|před|těch|tito|tyto|všech|z|ze|skupina|od|u|nad|pod|sada",
    "small": r"[2-9]|[1-9]\d|100",
    "num": "<numword>|<digits>",
    "month": "ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince",
    "timeunit": "sekund[ay]?|vteřin[ay]?|minut(?:y|a|ách|ami)?|hodin(?:y|a|ách|ami)?|dn(?:y|í|ů|ech|i|em)|den|týdn(?:y|ů|ech)|"
    "měsíc(?:e|ů|i|ích)?|let|lety|letech|rok(?:y|ů|u|em)?|století|dekád<p>|chvílí|chvíli|okamžik(?:y|ů|em)?|víkend(?:y|em|u)?",
    "measure": "metr(?:y|ů|u|ech|ová|ový|ové)?|centimetr<p>|kilometr<p>|milimetr<p>|litr(?:y|ů|u)?|gram<p>|"
    "kilo<p>|tun(?:y|a)?|stup(?:ňů|ně)|watt<p>|mil(?:e|í)|kusů|kusy|ks|patr(?:a|ech|y)?|pater",
    "label": "číslo|č|kapitola|díl|svazek|epizoda|obr|obrázek|foto|fotografie|strana|linka|pokoj|den|verze|velikost|vel|model|typ|"
    "řada|série|fáze|skupina|třída|iphone|ipad|galaxy|windows|playstation|ps|xbox|formule|kanál|ročník|dres",
    # -- endings: instrumental nouns and adjectives
    "adjective": f"{_LETTER}+(?:ým|ím|ou|ými|ími|í|ma|mi|ého|jeho|jejich|svým|svou|svými|čím|ky|ka)",
    "instrumental": f"(?:{_LETTER}+(?:em|ěm|ou|ím|ým|ami|emi|ěmi|mi|ími|ými|í|ma)|ním|ní|nimi|sebou|mnou|tebou|čím|jehož|jejímž)",
    "plural_y": f"{_LETTER}{{3,}}y",
    # -- events, for před and po
    "before_event": "(?:<h>zápasem|závodem|závody|startem|začátkem|vystoupením|představením|koncertem|svatbou|hrou|obřadem|utkáním|"
    "soutěží|obědem|večeří|snídaní|koncem|odjezdem|odletem|příjezdem|bouřkou|bouří|válkou|tréninkem|skokem|úderem|"
    "odpalem|výkopem|rozhozem|zkouškou|smrtí|narozením|operací|rekonstrukcí|opravou|přistáním|dopadem|vánocemi|zahájením|turnajem|"
    "maratonem|bojem|soubojem|premiérou|předáváním|odchodem|spaním|cvičením|natáčením|výletem|událostí|akcí|"
    "výstupem|závěrem|maturitou|hodem|podáním|hodinou|školou)",
    "after_event": "(?:<h>zápas[eu]|závod[ěuy]|závodech|hře|dešti|bouř[i]|bouřce|jídle|obědě|obědu|večeři|snídani|skončení|dokončení|"
    "ukončení|dopadu|skoku|odpalu|odpálení|úderu|vystoupení|představení|koncert[ěu]|svatbě|obřadu|nehodě|pádu|výhře|"
    "vítězství|prohře|gólu|škole|práci|tréninku|cvičení|koupání|plavání|sprše|válce|smrti|narození|operaci|rekonstrukci|"
    "opravě|dni|dnu|hodu|hození|přistání|utkání|požáru|výbuchu|zemětřesení|povodni|povodních|sněžení|maratonu|maratónu|"
    "boji|souboji|párty|oslavě|výletu|startu|příjezdu|odjezdu|návratu|premiéře|turnaji|soutěži|rozchodu|porodu|nákupu|"
    "nákupech|tanci|projevu|střelbě|hurikánu|tornádu|vichřici|útoku|bombardování|porážce|operaci|maturitě|promoci|bitvě|zásahu)",
    "infinitive": f"(?:{_LETTER}{{2,}}(?:at|át|it|ít|et|ět|ýt|out|ést|íst|ézt|ást|ct)|jít|jíst|jet|lézt|hrát|psát|pít|brát|spát)",
    "past": f"{_LETTER}{{2,}}(?:al|il|el|ěl|nul|dl|kl|zl|hl|tl|ál|yl|sl|oupl|stl)[aioy]?",
    # -- verbs
    "run": "(?:běž|běh|pobíh|obíh|utík|jed|jezd|jde|jdou|jdouc|chod|procház|projížd|projed|kráč|let[íě]|pluj|plav|závod|cválá|klus|"
    "objížd|krouž|točí|otáč|tanč|šlap|brusl|bruslí|skáče|honí|pochod|procház|probíh|procházej|míj|driblu|řítí|jízd|tlač|táhn|vez|pohyb)<p>",
    "posture": "(?:stoj|sto[jí]|sed[íě]|sedíc|lež|leh|zaparkovan|seřazen|sedají|usazen|shromážd|postaven|stojíc|pózuj|ček|rozmístěn|"
    "rost|klečí|dřep|visí|visíc|odpočív)<p>",
}
