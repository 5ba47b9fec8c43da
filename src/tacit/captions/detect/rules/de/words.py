"""Word lists that the German rules share, and the reading of German number words."""

from __future__ import annotations

from typing import Final

_UNITS: Final = {
    "ein": 1,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "fünf": 5,
    "fuenf": 5,
    "sechs": 6,
    "sieben": 7,
    "acht": 8,
    "neun": 9,
}
_TEENS: Final = {
    "zehn": 10,
    "elf": 11,
    "zwölf": 12,
    "zwoelf": 12,
    "dreizehn": 13,
    "vierzehn": 14,
    "fünfzehn": 15,
    "fuenfzehn": 15,
    "sechzehn": 16,
    "siebzehn": 17,
    "achtzehn": 18,
    "neunzehn": 19,
}
_TENS: Final = {
    "zwanzig": 20,
    "dreißig": 30,
    "dreissig": 30,
    "vierzig": 40,
    "fünfzig": 50,
    "fuenfzig": 50,
    "sechzig": 60,
    "siebzig": 70,
    "achtzig": 80,
    "neunzig": 90,
}
_INFLECTED: Final = {
    "zwo": 2,
    "zweien": 2,
    "zweier": 2,
    "dreien": 3,
    "dreier": 3,
    "vieren": 4,
    "fünfen": 5,
    "sechsen": 6,
    "zu zweit": 2,
    "zu dritt": 3,
    "zu viert": 4,
    "zu fünft": 5,
    "zu sechst": 6,
    "hundert": 100,
}
NUMBERS: Final = (
    {word: n for word, n in _UNITS.items() if n > 1}
    | _TEENS
    | _TENS
    | {f"{unit}und{ten}": u + t for unit, u in _UNITS.items() for ten, t in _TENS.items()}
    | {f"{unit}hundert": 100 * n for unit, n in _UNITS.items()}
    | _INFLECTED
)
_GROUPS: Final = {
    "duo": 2,
    "paar": 2,
    "zwilling": 2,
    "zweier": 2,
    "trio": 3,
    "drilling": 3,
    "dreier": 3,
    "quartett": 4,
    "vierling": 4,
    "vierer": 4,
    "quintett": 5,
    "beid": 2,
    "einzig": 1,
    "einzeln": 1,
    "nur ein": 1,
    "bloß ein": 1,
    "lediglich ein": 1,
}


def value_of(cue: str) -> int | None:
    """The number a German counting cue states.

    Args:
        cue: The cue, lower-cased, white space folded.

    Returns:
        The number, or ``None`` when the cue names none.

    Example:
        >>> [value_of(c) for c in ("zwölf", "einundzwanzig", "beiden", "zwillinge", "17")]
        [12, 21, 2, 2, 17]
    """
    if cue.isdecimal():
        return int(cue)
    known = NUMBERS.get(cue)
    if known is not None:
        return known
    return next((n for part, n in _GROUPS.items() if part in cue), None)


_UNIT: Final = "zwei|drei|vier|fünf|fuenf|sechs|sieben|acht|neun"
_TEN: Final = "zwanzig|drei(?:ß|ss)ig|vierzig|f(?:ü|ue)nfzig|sechzig|siebzig|achtzig|neunzig"

WORDS: Final = {
    # one word, a bare stem for the first half of a compound, up to three further words
    "w": "[a-zß-öø-ÿ-]+",
    "p": "[a-zß-öø-ÿ-]*",
    "w_two": "(?: <w>){0,2}",
    "w_three": "(?: <w>){0,3}",
    "numword": f"(?:ein|{_UNIT})und(?:{_TEN})|{_TEN}|dreizehn|vierzehn|f(?:ü|ue)nfzehn|sechzehn|siebzehn|achtzehn|"
    f"neunzehn|(?:ein|{_UNIT})?hundert|zw(?:ö|oe)lf|elf|zehn|zwo|zwei(?:en|er)?|drei(?:en|er)?|vier(?:en)?|"
    "fünf(?:en)?|fuenf|sechs(?:en)?|sieben|acht|neun",
    "digits": r"\d{1,3}(?:[.,]\d+)*|\d+",
    "small": r"[2-9]|[1-9]\d|100",
    "num": "<numword>|<digits>",
    "dat": "dem|der|den|einem|einer|diesem|dieser|diesen|jedem|jeder|allen|beiden|mehreren|vielen|einigen|anderen|"
    "(?:sein|ihr|mein|dein|unser|euer|kein)e[mrn]|deren|dessen|zwei|drei",
    "acc": "den|die|das|dies|diese[ns]?|eine?|einen|(?:sein|ihr|mein|unser)(?:e|en)?|jede[ns]?|mehrere|viele|einige|"
    "zwei|drei|etwas",
    "adj": "<p>[a-zß-öø-ÿ](?:e[mnrs]?)",
    "genitive": "des|der|eines|einer|von|vom|dieses|dieser|(?:sein|ihr)e[rs]",
    # points in time and events, for vor / nach
    "timeunit": "sekunden?|minuten?|stunden?|tage?n?|wochen?|monat(?:e|en)?|jahr(?:e|en)?|jahrhunderten?|jahrzehnten?|"
    "wochenenden?|ewigkeiten|momenten?|augenblicken?",
    "event": "<p>(?:spiel(?:en?|s)?|match|rennen|wettrennen|lauf|marathon|kampf|wettkampf|turnier|wettbewerb|duell|"
    "auftritt|konzert|aufführung|vorstellung|show|premiere|start|abflug|abfahrt|anpfiff|abpfiff|ankunft|landung|"
    "beginn|ende|abschluss|schluss|einbruch|hochzeit|trauung|zeremonie|feier|siegerehrung|taufe|beerdigung|"
    "party|veranstaltung|vortrag|prüfung|abitur|training|workout|essen|mahlzeit|frühstück|picknick|feierabend|"
    "sturz|unfall|crash|brand|explosion|erdbeben|sturm|gewitter|unwetter|hurrikan|tornado|überschwemmung|"
    "hochwasser|regen|schneefall|krieg|angriff|anschlag|sieg|niederlage|erfolg|treffer|tor|wurf|schlag|schuss|"
    "abwurf|abschlag|aufschlag|absprung|sprung|aufprall|zieleinlauf|einkauf|ernte|arbeitstag|schultag|geburt|tod|"
    "operation|renovierung|sanierung|restaurierung|restauration|umbau|behandlung|diät|pause|bad|dusche|baden|"
    "duschen|schwimmen|tauchen|surfen|laufen|joggen|kochen|einsatz|verhaftung|festnahme|abschied|trennung|"
    "parade|umzug|demonstration|reise|flug|fahrt|dreh|interview|wahl|urteil|prozess|gottesdienst|tauchgang|"
    "schlafengehen|weihnachten|ostern|silvester|mitternacht|sonnenaufgang|sonnenuntergang|morgengrauen)",
    "before_event": "<p>(?:spiel(?:en?|s)?|match|rennen|wettrennen|marathon|wettkampf|turnier|wettbewerb|auftritt|"
    "konzert|aufführung|premiere|start|abflug|abfahrt|anpfiff|ankunft|landung|beginn|ende|abschluss|schluss|"
    "hochzeit|trauung|zeremonie|feier|siegerehrung|beerdigung|veranstaltung|vortrag|prüfung|training|essen|"
    "mahlzeit|frühstück|feierabend|sturm|gewitter|regen|krieg|angriff|sieg|wurf|schuss|abwurf|abschlag|aufschlag|"
    "absprung|sprung|aufprall|zieleinlauf|ernte|geburt|tod|operation|renovierung|sanierung|restaurierung|umbau|"
    "behandlung|schlafengehen|weihnachten|ostern|silvester|mitternacht|sonnenaufgang|einbruch|kampf|interview|wahl)",
    # what a digit counts, when nothing else says that it counts something
    "being": "<p>(?:männern?|frauen|kindern?|jungen|jungs|mädchen|mädels|personen|menschen|leuten?|herren|damen|"
    "babys?|kleinkindern?|teenagern?|jugendlichen?|erwachsenen?|hunden?|welpen|katzen|kätzchen|vögeln?|enten|"
    "gänsen?|hühnern?|pferden?|kühen?|schafen?|ziegen|schweinen?|elefanten|affen|fischen?|rindern?|spielern?|"
    "spieler(?:innen)?|läufern?|läuferinnen|fahrern?|fahrerinnen|arbeitern?|tänzern?|tänzerinnen|sängern?|"
    "sängerinnen|musikern?|schülern?|schülerinnen|studenten|studentinnen|soldaten|polizisten|freunden?|"
    "freundinnen|brüdern?|schwestern|geschwistern?|touristen|typen|kerlen?|köchen?|reitern?|boxern?|ringern?|"
    "kämpfern?|surfern?|wanderern?|zuschauern?|passanten|asiaten|asiatinnen|mönchen?|nonnen|cowboys|clowns|bands?|"
    "teams|mannschaften|basketballern?|fußballern?|sportlern?|sportlerinnen|models|kollegen|ärzten?|gruppen)",
    "thing": "<p>(?:autos|fahrrädern?|rädern?|motorrädern?|bussen?|lkws|booten?|schiffen?|flugzeugen?|zügen?|bällen?|"
    "stühlen?|tischen?|bänken?|flaschen|gläsern?|tassen|tellern?|schüsseln|büchern?|blumen|rosen|bäumen?|palmen|"
    "häusern?|gebäuden?|fenstern?|türen|äpfeln?|kerzen|luftballons?|ballons|taschen|koffern?|körben?|kisten|eimern?|"
    "fackeln|fahnen|flaggen|gitarren|mikrofonen?|laptops|computern?|bildschirmen?|schirmen?|regenschirmen?|"
    "zelten?|pfannen|töpfen?|händen?|beinen?|armen?|stöcken?|stangen|plastikrollen|kugeln|pfeilen?|sternen?|"
    "brücken|statuen|felsen|steinen?|kürbissen?|torten|kuchen|schildern?|kissen)",
}
