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
    # a word, the rest of one, the first half of a compound; matches start and end with letters
    "w": "[a-zß-öø-ÿ](?:[a-zß-öø-ÿ]|-[a-zß-öø-ÿ])*",
    "p": "(?:[a-zß-öø-ÿ]|-[a-zß-öø-ÿ])*",
    "h": "(?:[a-zß-öø-ÿ](?:[a-zß-öø-ÿ]|-[a-zß-öø-ÿ])*-?)?",
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
    "adj": "<w>(?:e[mnrs]?)",
    "genitive": "des|der|eines|einer|von|vom|dieses|dieser|(?:sein|ihr)e[rs]",
    # points in time and events, for vor / nach
    "timeunit": "sekunden?|minuten?|stunden?|tage?n?|wochen?|monat(?:e|en)?|jahr(?:e|en)?|jahrhunderten?|jahrzehnten?|"
    "wochenenden?|ewigkeiten|momenten?|augenblicken?",
    "event": "<before_event>|(?:<h>(?:unfall|sturz|unwetter|kampf|tag|einkauf|treffer|crash|explosion|brand|schlag|kauf)|"
    "wettrennen|lauf|duell|show|vorstellung|party|abpfiff|taufe|abitur|workout|picknick|erdbeben|hurrikan|tornado|"
    "überschwemmung|hochwasser|gewitter|schneefall|regen|anschlag|niederlage|erfolg|tor|tod|diät|pause|bad|dusche|"
    "baden|duschen|schwimmen|tauchen|surfen|laufen|joggen|kochen|einsatz|verhaftung|festnahme|abschied|trennung|"
    "parade|umzug|demonstration|reise|flug|fahrt|dreh|urteil|prozess|gottesdienst|tauchgang)",
    "before_event": "(?:(?:<h>ball|<h>hockey|liga|heim|auswärts|pokal|länder|test|final|tennis|cricket|rugby|eröffnungs)?spiel"
    "(?:e?s|e)?|<h>(?:rennen|turnier|wettbewerb|wettkampf|marathon|konzert|zeremonie|feier|ehrung|training|"
    "aufführung|behandlung|prüfung|hochzeit|auftritt|trauung|ernte|renovierung|sanierung|restaurierung)|partie|snap|ereignis|"
    "event|anstoß|abstoß|match|premiere|start|abflug|abfahrt|anpfiff|ankunft|landung|beginn|(?:jahres|saison|schul|"
    "kriegs|spiel)?ende|abschluss|schluss|beerdigung|veranstaltung|vortrag|(?:mittag|abend)?essen|mahlzeit|mahl|frühstück|"
    "feierabend|sturm|gewitter|krieg|angriff|sieg|wurf|schuss|abwurf|abschlag|aufschlag|schlag|absprung|"
    "(?:fallschirm|weit|hoch|kopf|ab)?sprung|aufprall|zieleinlauf|geburt|operation|umbau|schlafengehen|weihnachten|"
    "ostern|silvester|einbruch|interview|wahl)",
    # what a digit counts, when nothing else says that it counts something
    "being": "<h>(?:männern?|frauen|kindern?|jungen|jungs|mädchen|mädels|personen|menschen|leuten?|herren|damen|"
    "babys?|kleinkindern?|teenagern?|jugendlichen?|erwachsenen?|hunden?|welpen|katzen|kätzchen|vögeln?|enten|"
    "gänsen?|hühnern?|pferden?|kühen?|schafen?|ziegen|schweinen?|elefanten|affen|fischen?|rindern?|spielern?|"
    "spieler(?:innen)?|läufern?|läuferinnen|fahrern?|fahrerinnen|arbeitern?|tänzern?|tänzerinnen|sängern?|"
    "sängerinnen|musikern?|schülern?|schülerinnen|studenten|studentinnen|soldaten|polizisten|freunden?|"
    "freundinnen|brüdern?|schwestern|geschwistern?|touristen|typen|kerlen?|köchen?|reitern?|boxern?|ringern?|"
    "kämpfern?|surfern?|wanderern?|zuschauern?|passanten|asiaten|asiatinnen|mönchen?|nonnen|cowboys|clowns|bands?|"
    "teams|mannschaften|basketballern?|fußballern?|sportlern?|sportlerinnen|models|kollegen|ärzten?|gruppen)",
    "plural": "(?-i:[A-ZÄÖÜ][a-zäöüß-]+(?:en|er|ern|eln|e|s|n))",
    "before_digit": "die|der|den|diese|alle|und|mit|von|zwischen|vor|hinter|neben|aus|für|zeigt|auf|in|an|über|unter|bei|um|sind|"
    "haben|hat|stehen|sitzen|noch|spielen",
    "thing": "<h>(?:autos|fahrrädern?|rädern?|motorrädern?|bussen?|lkws|booten?|schiffen?|flugzeugen?|zügen?|bällen?|"
    "stühlen?|tischen?|bänken?|flaschen|gläsern?|tassen|tellern?|schüsseln|büchern?|blumen|rosen|bäumen?|palmen|"
    "häusern?|gebäuden?|fenstern?|türen|äpfeln?|kerzen|luftballons?|ballons|taschen|koffern?|körben?|kisten|eimern?|"
    "fackeln|fahnen|flaggen|gitarren|mikrofonen?|laptops|computern?|bildschirmen?|schirmen?|regenschirmen?|"
    "zelten?|pfannen|töpfen?|händen?|beinen?|armen?|stöcken?|stangen|plastikrollen|kugeln|pfeilen?|sternen?|"
    "brücken|statuen|felsen|steinen?|kürbissen?|torten|kuchen|schildern?|kissen)",
    "month": "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember",
    "measure": "zentimetern?|kilometern?|metern?|millimetern?|mm|cm|dm|m|km|qm|litern?|ml|cl|l|kg|g|gramm|kilo|"
    "kilogramm|tonnen|grad|zoll|fuß|watt|volt|ps|gb|mb|tb|mp|megapixel|hz|karat|meilen|quadratmetern?|kmh|bit|pixel",
    "label": "nummer|kapitel|teil|band|folge|staffel|bild|seite|gleis|linie|zimmer|tag|klasse|stufe|version|größe|gr|"
    "artikel|art|modell|typ|serie|saison|runde|episode|hausnummer|level|iphone|ipad|galaxy|windows|playstation|ps|"
    "xbox|golf|formel|kanal|ausgabe|heft|jahrgang|schritt|woche|gruppe|tor|halle|haus|foto|abb|abbildung",
    "about": "etwa|ungefähr|circa|ca|rund|fast|knapp|mindestens|höchstens|mehr als|weniger als|bis zu|an die|um die",
    "garment": "<h>(?:handtuch|badehose|badehosen|bikini|hose|shorts|unterhose|unterwäsche|windel|lendenschurz|slip|hemd|"
    "kleid|schürze|rock|t-shirt|shirt|tuch|badeanzug|bikinihose|socken?|schuh|tanga|mütze|jeans|string)",
    "feeling": "freude|freuden|wut|zorn|angst|kälte|lachen|schmerz|schmerzen|aufregung|begeisterung|glück|erschöpfung|"
    "müdigkeit|hunger|durst|scham|stolz|überraschung|energie|kraft|liebe|langeweile|schreck|verzweiflung|dingen",
    "corner": "(?:straßen|strassen|häuser|haus|zimmer|raum|wohnzimmer|bild|küchen|tisch|park)?ecken?",
    "edge": "(?:(?:straßen|strassen|wald|weges?|becken|bild|feld|see|fluss|ufer|wasser|stadt|pool|spielfeld|blatt|dach|klippen|tisch|bett|fahrbahn|bürgersteig|meeres|schwimmbad|schwimmbecken|bahn|brunnen|ring|park|hof|wiesen)?rande?)",
    "speak": "lach|stolper|rede|reden|redet|sprech|spricht|sprach|diskut|freu|unterhalt|unterhält|debatt|nachdenk|denkt|buch|film|"
    "artikel|bericht|magazin|zeitschrift|ärger|streit|beschwer|lernt|spott|jubel|vortrag|erzähl|nachricht|informier|staun|wunder|"
    "telefonier|doku|nachdenklich|aufschluss|information|glücklich|kontrolle|gespräch|debattier|staunen|quatsch|plauder",
    "look": "(?:schau|blick|sieht|sehen|gucken|guckt|kuckt|späht|starrt|starren|überblick|betracht)<p>",
    "surface": "<h>(?:straßen?|strassen?|wege?|pfade?|felde?r?|wiesen?|rasen|gras|sand|strand|schnee|eis|plätze|platz|"
    "brücken?|hof|zebrastreifen|fußgängerüberweg|fussgängerüberweg|fußgängerübergang|übergang|kreuzung|flüsse|fluss|"
    "wasser|meer|ozean|boden|gleise|schienen|gelände|terrain|piste|strecke|bahn|gehweg|bürgersteig|gehsteig|flur|"
    "teppich|bühne|laufsteg|treppen?|stufen|markt|gewässer|fläche|flächen|land|landschaft|see|spielfeld|acker|"
    "asphalt|pflaster|erde|grund|wüste|weide|rampen?|grünfläche|deck|steg|holzsteg)",
    "prefix": "(?:ab|an|auf|aus|ein|fest|vor|weg|zu|hin|her|hoch|um|los|mit|nach|heraus|hinein|herunter|hinunter|zurück|"
    "durch|teil|vorbei|zusammen|runter|rauf|rein|raus|herum|wieder|auszu|hinauf|herauf|fern|statt|unter|über|weiter|"
    "fort|dar|auseinander|kennen|sauber|frei|warm)",
    "punctual": "(?:werfen|schlagen|springen|fangen|treffen|schießen|schiessen|treten|betreten|starten|landen|fallen|stürzen|"
    "kentern|stehen|laufen|fliegen|brechen|gehen|rutschen|fahren|kippen|nehmen|heben|beißen|kicken|steigen|platzen|setzen|stoßen|tauchen|überqueren|verlassen)",
    "move": "(?:läuft|laufen|laufend<p>|rennt|rennen|fährt|fahren|geht|gehen|joggt|joggen|reitet|reiten|spaziert|spazieren|"
    "tanzt|tanzen|fliegt|fliegen|kreist|kreisen|schwimmt|schwimmen|rast|rasen|segelt|kurvt|flitzt|jagt|jagen|"
    "wandert|wandern|marschiert|marschieren|biegt|biegen|springt|hüpft)",
    "participle": "(?:<h>ge[a-zß-öø-ÿ]{2,}(?:t|en)|(?:ver|er|be|ent|zer|über)[a-zß-öø-ÿ]{2,}(?:t|en)|<h>iert)",
}
