"""The French detector: what states a type, what only looks like it, and that the fast path is the slow one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.captions.detect.protocol import get_detector
from tacit.captions.detect.rules.fr import TacitFrench
from tacit.captions.detect.rules.fr.words import value_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tacit.captions.detect.hits import Kind, Scan

DETECTOR = TacitFrench()
AGREEMENT = {"counting": 0.985, "spatial": 0.91, "negation": 0.985, "temporal": 0.98}
"""Floors of the share of captions in which a type is stated in both languages or in neither."""
LETTERS = {"c": "counting", "s": "spatial", "n": "negation", "t": "temporal"}

CASES = [
    # counting
    ("Douze tuiles sont empilées sur la palette", "c"),
    ("Une serveuse porte cinq chopes à la fois", "c"),
    ("17 rameurs attendent sur le ponton", "c"),
    ("Les deux cousines rient aux éclats", "c"),
    ("Ils sont tous deux coiffés d'un béret", "c"),
    ("Un trio de cuivres défile dans la ruelle", "c"),
    ("Des jumeaux en pulls rayés", "c"),
    ("Il ne reste qu'une seule cerise", "c"),
    ("Une paire de cygnes glisse sur l'étang", "c"),
    ("vingt-deux bougies sur un gâteau", "c"),
    ("Neuf plongeurs sur un zodiac", "c"),
    ("Un plateau avec 4 tasses en grès", "c"),
    ("Quelques randonneurs se reposent sur un banc", ""),
    ("Plusieurs mouettes sur un toit", ""),
    ("Un couple danse sous la pluie", ""),
    ("La deuxième coureuse porte un maillot jaune", ""),
    ("Une fillette de trois ans avec une tétine", ""),
    ("Un vélo à 900 euros", ""),
    ("Un basketteur de deux mètres", ""),
    ("Une paire de lunettes sur un livre", ""),
    ("Il rampe à quatre pattes dans le couloir", ""),
    ("Rendez-vous à 8 heures à la gare", ""),
    ("Deux ou trois pêcheurs réparent des filets", ""),
    ("Un immeuble à deux étages", ""),
    ("Coque pour iPhone 8 bleue", ""),
    ("Il regarde le port avec des jumelles", ""),
    ("Un homme seul lit le journal", ""),
    # spatial
    ("Un scooter garé à côté de la colonne", "s"),
    ("L'échelle est appuyée contre la grange", "s"),
    ("Derrière le comptoir, le patron essuie des verres", "s"),
    ("Les invités sont assis autour d'un feu", "s"),
    ("En arrière-plan se dresse la cathédrale", "s"),
    ("Elle porte un collier autour du cou", "s"),
    ("Un faucon plane au-dessus du champ", "s"),
    ("Un poney saute par-dessus une haie", "s"),
    ("Sous le pont est amarrée une péniche", "s"),
    ("La mairie se trouve en face de la poste", "s"),
    ("Un pêcheur au bord de l'étang", "s"),
    ("L'étang est entouré de roseaux", "s"),
    ("À gauche de la maire, un pompier", "s"),
    ("Ils posent devant un mur peint", "s"),
    ("Un chat près d’une cheminée", "s"),
    ("Deux bancs côte à côte", "cs"),
    ("Un chat sur le rebord", "s"),
    ("Un chat sur un coussin", ""),
    ("Un bus roule à travers le tunnel", ""),
    ("Elle marche sous la pluie", ""),
    ("Match nul contre le champion en titre", ""),
    ("Il entre dans la cave", ""),
    ("Le conducteur tourne à gauche", ""),
    ("Des joggeurs courent autour du lac", ""),
    ("Un sous-marin jaune", ""),
    ("Les joueurs discutent entre eux", ""),
    ("Près de 200 badauds applaudissent", ""),
    ("Il passe devant la boulangerie", ""),
    ("Des enfants jouent dehors", ""),
    # negation
    ("Une chaise sans dossier", "n"),
    ("Personne n'attend sur le quai", "n"),
    ("Il n'y a pas d'eau dans la fontaine", "n"),
    ("Elle ne porte ni chapeau ni écharpe", "n"),
    ("Le manège ne tourne pas", "n"),
    ("Aucun bateau au port", "n"),
    ("Un sapin dépourvu d'aiguilles", "n"),
    ("Il n’a jamais neigé ici", "n"),
    ("Un sans-abri avec un chariot", ""),
    ("Un amphithéâtre vide", ""),
    ("Il fait ses premiers pas", ""),
    ("Une souris sans fil", ""),
    ("Panneau « Ne pas nourrir les cygnes »", ""),
    ("Un homme torse nu", ""),
    ("Une personne âgée tricote", ""),
    # temporal
    ("La mariée juste avant la cérémonie", "t"),
    ("Après l'orage, les pavés brillent", "t"),
    ("Elle se prépare pour le récital", "t"),
    ("Le gardien vient d'arrêter le penalty", "t"),
    ("Une plongeuse prête à sauter", "t"),
    ("Les bougies brûlent encore", "t"),
    ("La boutique est déjà décorée", "t"),
    ("Il s'apprête à croquer la pomme", "t"),
    ("Un skieur sur le point de tomber", "t"),
    ("Le pont n'est plus praticable", "nt"),
    ("Cuisine avant/après", "t"),
    ("Après avoir gagné, elle saute de joie", "t"),
    ("Le train va partir", "t"),
    ("Il est en train de lire", ""),
    ("Pendant qu'elle cuisine, l'enfant joue", ""),
    ("Le chien court après le bâton", ""),
    ("Une pause dans l'après-midi", ""),
    ("Tatouage sur l'avant-bras", ""),
    ("Dessin d'après une photo", ""),
    ("Robe de prêt-à-porter", ""),
    ("Elle prépare une soupe", ""),
    ("Il vient de Bretagne", ""),
    ("Encore un gâteau sur la table", ""),
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
        ("vingt et un pigeons", "fr.counting.word", "exact", 21),
        ("un quatuor de violons", "fr.counting.ensemble", "collective", 4),
        ("les deux souliers", "fr.counting.both", "both", 2),
        ("à droite de la chaire", "fr.spatial.left-of", "projective", None),
        ("en face de lui", "fr.spatial.facing", "orientation", None),
        ("au premier plan", "fr.spatial.ground", "frame", None),
        ("pas de rails", "fr.negation.no", "absence", None),
        ("jamais vu", "fr.negation.never", "never", None),
        ("déjà posé", "fr.temporal.already", "completed", None),
    ],
)
def test_hits_say_what_was_found(caption: str, rule: str, subtype: str, value: int | None) -> None:
    kinds = [h.kind for h in DETECTOR.detect(caption) if h.kind.rule == rule]
    assert [(k.subtype, k.counts, k.value) for k in kinds] == [(subtype, True, value)]


@pytest.mark.parametrize(
    ("caption", "type_", "guard"),
    [
        ("Elle a trois ans", "counting", "age"),
        ("Une tarte coupée en deux", "counting", "idiom"),
        ("Il dort sous la neige", "spatial", "idiom"),
        ("Il chante « Jamais sans toi »", "negation", "title"),
        ("Le chat saute après la pelote", "temporal", "pursuit"),
    ],
)
def test_guards_name_their_reason(caption: str, type_: str, guard: str) -> None:
    reasons = [h.kind.guard for h in DETECTOR.detect(caption) if h.kind.type == type_]
    assert guard in reasons
    assert type_ not in {LETTERS[letter] for letter in stated(caption)}


def test_the_span_is_the_cue() -> None:
    caption = "Une barque devant l'île"
    (hit,) = [h for h in DETECTOR.detect(caption) if h.kind.type == "spatial" and h.kind.counts]
    assert caption[hit.start : hit.end] == "devant"


def test_number_words_up_to_a_hundred_have_values() -> None:
    words = ["deux", "onze", "dix-sept", "soixante et onze", "quatre-vingts", "quatre-vingt-dix-neuf", "cent"]
    assert [value_of(w) for w in words] == [2, 11, 17, 71, 80, 99, 100]


def test_it_is_registered() -> None:
    assert isinstance(get_detector("tacit", "fr"), TacitFrench)
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
    st.sampled_from(
        ["deux", "À", "CÔTÉ", "de", "d’", "l'", "ne", "pas", "plus", "avant", "vient", "«", "»", "œ", "-", "2", "3,5"]
    ),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FFF), max_size=6),
)


@given(st.lists(st.lists(PIECES, max_size=14), min_size=1, max_size=8), st.sampled_from([" ", "", ", ", "\n", "-"]))
def test_scan_equals_detect(rows: list[list[str]], joint: str) -> None:
    same([joint.join(pieces) for pieces in rows])


@pytest.mark.slow
@pytest.mark.real
def test_real_captions_agree_with_their_english_originals(real_data: Path) -> None:
    captions = pl.read_parquet(real_data / "captions" / "multi30k_parallel.parquet", columns=["en", "fr"])
    captions = captions.gather_every(14)[:800]
    ours = same(captions["fr"].to_list())
    english = get_detector("tacit", "en")
    originals = [{h.kind.type for h in english.detect(c) if h.kind.counts} for c in captions["en"][:600]]
    for type_, floor in AGREEMENT.items():
        here = np.isin(np.arange(600), ours.counted_rows(type_))
        there = np.array([type_ in found for found in originals])
        assert (here == there).mean() > floor, type_
