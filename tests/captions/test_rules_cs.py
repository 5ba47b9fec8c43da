"""The Czech detector: what states a type, what only looks like it, and that the fast path is the slow one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.captions.detect.protocol import get_detector
from tacit.captions.detect.rules.cs import TacitCzech
from tacit.captions.detect.rules.cs.words import value_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tacit.captions.detect.hits import Kind, Scan

DETECTOR = TacitCzech()
AGREEMENT = {"counting": 0.98, "spatial": 0.90, "negation": 0.985, "temporal": 0.98}
"""Floors of the share of captions in which a type is stated in both languages or in neither."""
LETTERS = {"c": "counting", "s": "spatial", "n": "negation", "t": "temporal"}

CASES = [
    # counting
    ("Dvanáct tašek leží na paletě", "c"),
    ("Servírka nese pět korbelů", "c"),
    ("17 veslařů čeká na molu", "c"),
    ("Obě sestřenice se smějí", "c"),
    ("Drží hrnek oběma rukama", "c"),
    ("Trojice trumpetistů pochoduje městem", "c"),
    ("Dvojčata v pruhovaných svetrech", "c"),
    ("Na větvi je jen jeden vrabec", "c"),
    ("Jediný jeřáb v mlze", "c"),
    ("Sada 4 hrnků na dřevěném tácu", "c"),
    ("dvacet dva svíček na dortu", "c"),
    ("Výlet se třemi psy", "c"),
    ("Několik turistů odpočívá na lavičce", ""),
    ("Pár racků na střeše", ""),
    ("Druhá běžkyně má žlutý dres", ""),
    ("Tříleté dítě s dudlíkem", ""),
    ("Kolo za 900 korun", ""),
    ("Basketbalista vysoký dva metry", ""),
    ("Leze po čtyřech chodbou", ""),
    ("Sraz v 8 hodin na nádraží", ""),
    ("Dva až tři rybáři opravují sítě", ""),
    ("Obal na iPhone 8 modrý", ""),
    ("Jeden z hostů odchází", ""),
    # spatial
    ("Skútr stojí vedle sloupu", "s"),
    ("Žebřík je opřený o stodolu", "s"),
    ("Za pultem hospodský leští sklenice", "s"),
    ("Hosté sedí kolem ohně", "s"),
    ("V pozadí se tyčí katedrála", "s"),
    ("Má řetízek kolem krku", "s"),
    ("Sokol krouží nad polem", "s"),
    ("Poník skáče přes překážku", "s"),
    ("Pod mostem kotví člun", "s"),
    ("Radnice stojí naproti poště", "s"),
    ("Rybář na okraji mola", "s"),
    ("Rybník je obklopen rákosím", "s"),
    ("Vlevo od starostky stojí hasič", "s"),
    ("Pózují před pomalovanou zdí", "s"),
    ("Kočka u krbu", "s"),
    ("Stan uprostřed louky", "s"),
    ("Kočka na polštáři", ""),
    ("Autobus jede tunelem", ""),
    ("Sedí u stolu a píše", ""),
    ("Drží dceru za ruku", ""),
    ("Běží kolem rybníka", ""),
    ("Přechází přes ulici", ""),
    ("Děti si hrají venku", ""),
    ("Přichází s kolem", ""),
    ("Zápas mezi Spartou a Slavií", ""),
    ("Památka pod ochranou státu", ""),
    ("Řidič odbočuje doleva", ""),
    # negation
    ("Židle bez opěradla", "n"),
    ("Na nástupišti nikdo nečeká", "n"),
    ("V kašně není voda", "n"),
    ("Nemá klobouk ani šálu", "n"),
    ("Kolotoč se netočí", "n"),
    ("V přístavu žádné lodě", "n"),
    ("Medvídkovi chybí ucho", "n"),
    ("Most nikdy nedostavěli", "n"),
    ("Stařenka nepospíchá", "n"),
    ("Nese nevěstě kytici", ""),
    ("Bezdomovec s vozíkem", ""),
    ("Prázdná posluchárna", ""),
    ("Nebe nad nemocnicí", "s"),
    ("Neznámý muž v kabátě", ""),
    ("Nejvyšší věž ve městě", ""),
    ("Nápis „Nekrmit labutě“ na bráně", ""),
    ("Nechává si růst vousy", ""),
    ("Nedělní oběd", ""),
    # temporal
    ("Nevěsta těsně před svatbou", "t"),
    ("Po bouřce se dlažba leskne", "t"),
    ("Připravuje se na koncert", "t"),
    ("Brankář právě chytil penaltu", "t"),
    ("Plavkyně připravená skočit", "t"),
    ("Svíčky ještě hoří", "t"),
    ("Obchod je už vyzdobený", "t"),
    ("Chystá se kousnout do jablka", "t"),
    ("Poté, co vyhrála, jásá", "t"),
    ("Kuchyně před a po", "t"),
    ("Most už není sjízdný", "nt"),
    ("Čeká, dokud nepřestane pršet", "nt"),
    ("Právě čte noviny", ""),
    ("Zatímco vaří, dítě si hraje", ""),
    ("Pes skáče po míčku", ""),
    ("Jde domů po chodníku", ""),
    ("Má větší klobouk než soused", ""),
    ("Ještě jeden dort na stole", ""),
    ("Náměstí po setmění", ""),
    ("Připravuje polévku", ""),
    ("Ve městě platí pořádek", ""),
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
        ("dvacet jedna holubů", "cs.counting.word", "exact", 21),
        ("čtveřice houslistů", "cs.counting.group", "collective", 4),
        ("oběma botami", "cs.counting.both", "both", 2),
        ("vpravo od kazatelny", "cs.spatial.left-of", "projective", None),
        ("naproti němu", "cs.spatial.opposite", "orientation", None),
        ("v popředí", "cs.spatial.ground", "frame", None),
        ("žádné koleje", "cs.negation.none", "absence", None),
        ("nikdy nespal", "cs.negation.never", "never", None),
        ("už přistál", "cs.temporal.already", "completed", None),
    ],
)
def test_hits_say_what_was_found(caption: str, rule: str, subtype: str, value: int | None) -> None:
    kinds = [h.kind for h in DETECTOR.detect(caption) if h.kind.rule == rule]
    assert [(k.subtype, k.counts, k.value) for k in kinds] == [(subtype, True, value)]


@pytest.mark.parametrize(
    ("caption", "type_", "guard"),
    [
        ("Jsou jí tři roky, tedy tři roky stará", "counting", "time"),
        ("Místo 2. místo", "counting", "rank"),
        ("Schovává se před deštěm", "spatial", "idiom"),
        ("Zpívá „Nikdy bez tebe“", "negation", "title"),
        ("Kotě skáče po míčku", "temporal", "pursuit"),
    ],
)
def test_guards_name_their_reason(caption: str, type_: str, guard: str) -> None:
    reasons = [h.kind.guard for h in DETECTOR.detect(caption) if h.kind.type == type_]
    assert guard in reasons
    assert type_ not in {LETTERS[letter] for letter in stated(caption)}


def test_the_span_is_the_cue() -> None:
    caption = "Loďka kotví před ostrovem"
    (hit,) = [h for h in DETECTOR.detect(caption) if h.kind.type == "spatial" and h.kind.counts]
    assert caption[hit.start : hit.end] == "před"


def test_number_words_up_to_a_hundred_have_values() -> None:
    words = ["dvou", "jedenácti", "sedmnáct", "třicet", "čtyřicet čtyři", "devadesát devět", "sto"]
    assert [value_of(w) for w in words] == [2, 11, 17, 30, 44, 99, 100]


def test_it_is_registered() -> None:
    assert isinstance(get_detector("tacit", "cs"), TacitCzech)
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
    st.sampled_from(["dvě", "PŘED", "za", "po", "u", "ne", "není", "už", "než", "se", "„", "“", "Ř", "-", "2", "3,5"]),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FFF), max_size=6),
)


@given(st.lists(st.lists(PIECES, max_size=14), min_size=1, max_size=8), st.sampled_from([" ", "", ", ", "\n", "-"]))
def test_scan_equals_detect(rows: list[list[str]], joint: str) -> None:
    same([joint.join(pieces) for pieces in rows])


@pytest.mark.slow
@pytest.mark.real
def test_real_captions_agree_with_their_english_originals(real_data: Path) -> None:
    captions = pl.read_parquet(real_data / "captions" / "multi30k_parallel.parquet", columns=["en", "cs"])
    captions = captions.gather_every(14)[:800]
    ours = same(captions["cs"].to_list())
    english = get_detector("tacit", "en")
    originals = [{h.kind.type for h in english.detect(c) if h.kind.counts} for c in captions["en"][:600]]
    for type_, floor in AGREEMENT.items():
        here = np.isin(np.arange(600), ours.counted_rows(type_))
        there = np.array([type_ in found for found in originals])
        assert (here == there).mean() > floor, type_
