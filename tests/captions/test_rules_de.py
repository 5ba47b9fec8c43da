"""The German detector: what states a type, what only looks like it, and that the fast path is the slow one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.captions.detect.protocol import get_detector
from tacit.captions.detect.rules.de import TacitGerman
from tacit.captions.detect.rules.de.words import value_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tacit.captions.detect.hits import Kind, Scan

DETECTOR = TacitGerman()
AGREEMENT = {"counting": 0.98, "spatial": 0.91, "negation": 0.985, "temporal": 0.985}
"""Floors of the share of captions in which a type is stated in both languages or in neither."""
LETTERS = {"c": "counting", "s": "spatial", "n": "negation", "t": "temporal"}

CASES = [
    # counting
    ("Zwölf Ziegel liegen auf der Palette", "c"),
    ("Eine Kellnerin trägt fünf Krüge auf einmal", "c"),
    ("17 Ruderer warten auf dem Steg", "c"),
    ("Die Enkel zweier Winzer stoßen an", "c"),
    ("Beide Katzen dösen auf dem Sofa", "c"),
    ("Ein Trio aus Bläsern zieht durch die Gasse", "c"),
    ("Zwillinge in gestreiften Pullovern", "c"),
    ("Auf dem Ast hockt nur ein Spatz", "c"),
    ("Ein einzelner Kranich im Nebel", "c"),
    ("Zu dritt schleppen sie das Klavier die Treppe hinauf", "c"),
    ("Ein Set mit 4 Tassen auf einem Holztablett", "c"),
    ("Einige Wanderer rasten auf einer Bank", ""),
    ("Ein paar Möwen auf dem Dach", ""),
    ("Ein Paar tanzt im Regen", ""),
    ("Der zweite Läufer trägt Gelb", ""),
    ("Ein dreijähriges Kind mit Lutscher", ""),
    ("Das Rennrad kostet 900 Euro", ""),
    ("Ein zwei Meter großer Basketballer", ""),
    ("Sofa 3-teilig in Grau, Modell 5500", ""),
    ("Der Torwart mit der Nummer 12", ""),
    ("Sie krabbelt auf allen vieren durch den Flur", ""),
    ("Treffpunkt um 8 Uhr am Bahnhof", ""),
    ("Zwei oder drei Fischer flicken Netze", ""),
    ("Samsung Galaxy 8 Hülle in Blau", ""),
    # spatial
    ("Ein Roller steht neben der Litfaßsäule", "s"),
    ("Die Leiter lehnt an der Scheune", "s"),
    ("Hinter dem Tresen poliert der Wirt Gläser", "s"),
    ("Die Gäste sitzen um ein Lagerfeuer herum", "s"),
    ("Im Hintergrund ragt der Dom auf", "s"),
    ("Sie trägt eine Kette um den Hals", "s"),
    ("Ein Falke kreist über dem Kornfeld", "s"),
    ("Ein Pony springt über eine Hürde", "s"),
    ("Unter der Brücke ankert ein Kahn", "s"),
    ("Das Rathaus steht gegenüber der Post", "s"),
    ("Ein Angler am Rand des Stegs", "s"),
    ("Der Teich ist von Schilf umgeben", "s"),
    ("Links im Bild die Bürgermeisterin", "s"),
    ("Sie posieren vor einer bemalten Mauer", "s"),
    ("Eine Katze auf dem Fensterbrett", ""),
    ("Ein Bus fährt durch den Tunnel", ""),
    ("Kinder rennen über die Wiese", ""),
    ("Er weint vor Freude", ""),
    ("Sie lachen über einen Witz", ""),
    ("Er nimmt einen Lappen, um die Tafel zu wischen", ""),
    ("Zwei Teams kämpfen um den Pokal", "c"),
    ("Touristen blicken über die Dächer", ""),
    ("Der Hund rennt hinter dem Ball her", ""),
    ("Im Wald unter anderem Pilze und Farne", ""),
    ("Der Radler biegt nach links ab", ""),
    ("Altbau unter Denkmalschutz", ""),
    # negation
    ("Ein Stuhl ohne Lehne", "n"),
    ("Auf dem Bahnsteig wartet niemand", "n"),
    ("Der Brunnen führt kein Wasser", "n"),
    ("Sie trägt weder Hut noch Schal", "n"),
    ("Das Karussell dreht sich nicht", "n"),
    ("Dem Teddy fehlt ein Ohr", "n"),
    ("Ein ärmelloses Kleid auf einem Bügel", ""),
    ("Ein leerer Hörsaal", ""),
    ("Nicht nur Kinder mögen Zuckerwatte", ""),
    ("Ein Aufkleber „Bitte nicht füttern“ an der Tür", ""),
    ("Obdachloser mit Einkaufswagen", ""),
    # temporal
    ("Die Braut kurz vor der Trauung", "t"),
    ("Vor dem Anpfiff singen die Fans", "t"),
    ("Nach dem Gewitter glänzt das Pflaster", "t"),
    ("Sie bereitet sich auf den Auftritt vor", "t"),
    ("Der Torwart hat gerade den Elfmeter gehalten", "t"),
    ("Ein Schwimmer, bereit zum Sprung", "t"),
    ("Die Kerzen brennen immer noch", "t"),
    ("Das Geschäft ist bereits geschmückt", "t"),
    ("Er will gerade in den Apfel beißen", "t"),
    ("Nachdem sie gewonnen hat, jubelt sie", "t"),
    ("Die Brücke ist nicht mehr befahrbar", "nt"),
    ("Küche vorher und nachher", "t"),
    ("Er liest gerade Zeitung", ""),
    ("Während sie kocht, spielt das Kind", ""),
    ("Der Hund springt nach dem Stock", ""),
    ("Er geht nach Hause", ""),
    ("Die Bühne nach Einbruch der Dunkelheit", ""),
    ("Neben dem Sessel liegt noch ein Buch", "s"),
    ("Drei gleich gekleidete Kellner", "c"),
    ("Sie bereitet eine Suppe zu", ""),
]


def stated(caption: str) -> str:
    """The initials of the types that a caption states, in the order of `LETTERS`."""
    found = {h.kind.type for h in DETECTOR.detect(caption) if h.kind.counts}
    return "".join(letter for letter, type_ in LETTERS.items() if type_ in found)


@pytest.mark.parametrize(("caption", "types"), CASES)
def test_types_stated(caption: str, types: str) -> None:
    assert stated(caption) == types


@pytest.mark.parametrize(
    ("caption", "rule", "subtype", "value"),
    [
        ("einundzwanzig Tauben", "de.counting.word", "exact", 21),
        ("Ein Quartett aus Celli", "de.counting.ensemble", "collective", 4),
        ("beide Schuhe", "de.counting.both", "both", 2),
        ("rechts von der Kanzel", "de.spatial.left-of", "projective", None),
        ("ihr gegenüber", "de.spatial.opposite", "orientation", None),
        ("im Vordergrund", "de.spatial.ground", "frame", None),
        ("keine Schienen", "de.negation.no", "absence", None),
        ("kaum und nie", "de.negation.never", "never", None),
        ("schon gelandet", "de.temporal.already", "completed", None),
    ],
)
def test_hits_say_what_was_found(caption: str, rule: str, subtype: str, value: int | None) -> None:
    kinds = [h.kind for h in DETECTOR.detect(caption) if h.kind.rule == rule]
    assert [(k.subtype, k.counts, k.value) for k in kinds] == [(subtype, True, value)]


@pytest.mark.parametrize(
    ("caption", "type_", "guard"),
    [
        ("Sie ist drei Jahre alt", "counting", "age"),
        ("Platz zwei beim Springreiten", "counting", "rank"),
        ("Er zittert vor Kälte", "spatial", "idiom"),
        ("Sie singt „Nie ohne dich“", "negation", "title"),
        ("Der Kater schnappt nach dem Wollknäuel", "temporal", "pursuit"),
    ],
)
def test_guards_name_their_reason(caption: str, type_: str, guard: str) -> None:
    reasons = [h.kind.guard for h in DETECTOR.detect(caption) if h.kind.type == type_]
    assert guard in reasons
    assert type_ not in {LETTERS[letter] for letter in stated(caption)}


def test_the_span_is_the_cue() -> None:
    caption = "Ein Kahn liegt vor der Insel"
    (hit,) = [h for h in DETECTOR.detect(caption) if h.kind.type == "spatial" and h.kind.counts]
    assert caption[hit.start : hit.end] == "vor"


def test_number_words_up_to_a_hundred_have_values() -> None:
    words = ["zwei", "elf", "siebzehn", "dreißig", "dreissig", "vierundvierzig", "neunundneunzig", "hundert"]
    assert [value_of(w) for w in words] == [2, 11, 17, 30, 30, 44, 99, 100]


def test_it_is_registered() -> None:
    assert isinstance(get_detector("tacit", "de"), TacitGerman)
    assert DETECTOR.validated


def same(captions: Sequence[str]) -> Scan:
    """Scan a batch, and assert that `detect` finds the same one by one."""
    scan = DETECTOR.scan(pl.Series(captions, dtype=pl.String))
    found: list[list[Kind]] = [[] for _ in captions]
    for row, code in zip(scan.rows, scan.codes, strict=True):
        found[row].append(scan.kinds[code])
    for caption, kinds in zip(captions, found, strict=True):
        assert sorted(kinds) == sorted(h.kind for h in DETECTOR.detect(caption)), caption
    return scan


PIECES = st.one_of(
    st.sampled_from([w for caption, _ in CASES for w in caption.split()]),
    st.sampled_from(["zwei", "ÜBER", "vor", "um", "zu", "nach", "noch", "kein", "„", "“", "ẞ", "’", "-", "2", "3,5"]),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FFF), max_size=6),
)


@given(st.lists(st.lists(PIECES, max_size=14), min_size=1, max_size=8), st.sampled_from([" ", "", ", ", "\n", "-"]))
def test_scan_equals_detect(rows: list[list[str]], joint: str) -> None:
    same([joint.join(pieces) for pieces in rows])


@pytest.mark.slow
@pytest.mark.real
def test_real_captions_agree_with_their_english_originals(real_data: Path) -> None:
    captions = pl.read_parquet(real_data / "captions" / "multi30k_parallel.parquet", columns=["en", "de"])
    captions = captions.gather_every(14)[:800]
    ours = same(captions["de"].to_list())
    english = get_detector("tacit", "en")
    originals = [{h.kind.type for h in english.detect(c) if h.kind.counts} for c in captions["en"][:600]]
    for type_, floor in AGREEMENT.items():
        here = np.isin(np.arange(600), ours.counted_rows(type_))
        there = np.array([type_ in found for found in originals])
        assert (here == there).mean() > floor, type_
