"""Statements in words: grammar, and whether the detectors read from them what they say."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import permutations, product
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from tacit.captions.detect.hits import TYPES
from tacit.captions.detect.protocol import get_detector
from tacit.captions.world.language import LANGUAGES, Mixed, get_language
from tacit.captions.world.scene import EVENTS, LANDMARKS, PHASES, RELATIONS, SIZES, SORTS, Sort
from tacit.captions.world.statement import Phrase, Statement
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


def _groups() -> Iterator[Statement]:
    for sort, size, colour in product((*SORTS, *LANDMARKS), (None, *SIZES), (True, False)):
        yield Statement((Phrase(sort, size=size, colour=colour),))
        yield Statement((Phrase(sort, plural=True, size=size, colour=colour),))
        for many in range(1, 11):
            yield Statement((Phrase(sort, many, many > 1, size, colour),))
    for sort, many, first in product(SORTS, (None, *range(2, 11)), (False, True)):
        yield Statement((Phrase(sort, many, plural=True),), denied=SORTS[5], denied_first=first)


def _denials() -> Iterator[Statement]:
    for (one, other), first in product(permutations(SORTS, 2), (False, True)):
        yield Statement((Phrase(one),), denied=other, denied_first=first)


def _events() -> Iterator[Statement]:
    for sort, event, phase, plural in product(SORTS, EVENTS, (None, *PHASES), (False, True)):
        yield Statement((Phrase(sort, plural=plural),), event=event, phase=phase)


def _placed() -> Iterator[Statement]:
    """What is said of a thing and a landmark: everything at once, and every part of it."""
    happens = (*product(EVENTS, (None, *PHASES)), (None, None))
    for sort, landmark, further, name, (event, phase), (denied, first) in product(
        SORTS,
        LANDMARKS,
        ((), (Phrase(Sort("blue", "square")),)),
        (None, *RELATIONS),
        happens,
        ((None, False), (SORTS[5], False), (SORTS[5], True)),
    ):
        named = (Phrase(sort), Phrase(landmark), *further)
        yield Statement(named, name, denied, first, event, phase)
        if name is None and event is None:
            yield Statement(named[::-1], name, denied, first)


@cache
def statements() -> tuple[Statement, ...]:
    return (*_groups(), *_denials(), *_events(), *_placed())


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_detector_finds_exactly_what_every_statement_states(code: str) -> None:
    captions = [get_language(code).say(statement) for statement in statements()]
    scan = get_detector("tacit", code).scan(pl.Series(captions))
    for type_ in TYPES:
        stated = [row for row, statement in enumerate(statements()) if type_ in statement.states()]
        found = scan.counted_rows(type_).tolist()
        assert found == stated, [captions[row] for row in set(found) ^ set(stated)][:5]


@pytest.mark.parametrize("code", LANGUAGES)
def test_different_statements_are_said_differently_and_splitting_at_spaces_tells_the_words(code: str) -> None:
    captions = [get_language(code).say(statement) for statement in statements()]
    assert len(set(captions)) == len(set(map(_meaning, statements())))
    for caption in captions:
        assert all(word.isalpha() and word.islower() for word in caption.split(" ")), caption


def _meaning(statement: Statement) -> Statement:
    """The statement with the colours blanked out that are not said."""
    unsaid = [not phrase.colour or phrase.sort in LANDMARKS for phrase in statement.phrases]
    phrases = tuple(
        phrase._replace(sort=Sort("", phrase.sort.shape), colour=False) if blank else phrase
        for phrase, blank in zip(statement.phrases, unsaid, strict=True)
    )
    return replace(statement, phrases=phrases)


RED_CIRCLE, BLUE_SQUARE = Phrase(Sort("red", "circle")), Phrase(Sort("blue", "square"))
HOUSE, TREE = (Phrase(sort) for sort in LANDMARKS)
GREEN_TRIANGLE = Sort("green", "triangle")


@pytest.mark.parametrize(
    ("statement", "english", "german"),
    [
        (
            Statement((BLUE_SQUARE, TREE, RED_CIRCLE)),
            "a blue square and a tree and a red circle",
            "ein blaues quadrat und ein baum und ein roter kreis",
        ),
        (
            Statement((RED_CIRCLE, HOUSE), "above"),
            "a red circle above a house",
            "über einem haus ein roter kreis",
        ),
        (
            Statement((RED_CIRCLE, TREE, BLUE_SQUARE), "left", GREEN_TRIANGLE, event="spin", phase="after"),
            "a red circle after the spin left of a tree plus a blue square but no green triangle",
            "ein blaues quadrat und links von einem baum ein roter kreis nachdem er sich gedreht hat "
            "aber kein grünes dreieck",
        ),
        (
            Statement((BLUE_SQUARE, HOUSE), "right", GREEN_TRIANGLE, denied_first=True, event="flash", phase="before"),
            "no green triangle but a blue square before the flash right of a house",
            "kein grünes dreieck aber rechts von einem haus ein blaues quadrat bevor es blinkt",
        ),
        (
            Statement((RED_CIRCLE, TREE, BLUE_SQUARE), event="jump"),
            "a red circle with a jump and a tree and a blue square",
            "ein roter kreis der springt und ein baum und ein blaues quadrat",
        ),
        (
            Statement((RED_CIRCLE, Phrase(LANDMARKS[0], plural=True)), "below"),
            "a red circle below houses",
            "unter häusern ein roter kreis",
        ),
        (
            Statement((BLUE_SQUARE, Phrase(LANDMARKS[1], 1, size="large")), "left"),
            "a blue square left of exactly one large tree",
            "links von genau einem großen baum ein blaues quadrat",
        ),
        (Statement((Phrase(Sort("red", "circle"), plural=True, colour=False),)), "circles", "kreise"),
        (
            Statement((Phrase(GREEN_TRIANGLE, 10, True, "small"),)),
            "ten small green triangles",
            "zehn kleine grüne dreiecke",
        ),
        (
            Statement((Phrase(Sort("blue", "square"), 2, True),), event="jump", phase="before"),
            "two blue squares before the jump",
            "zwei blaue quadrate bevor sie springen",
        ),
        (Statement((), denied=Sort("blue", "circle")), "no blue circle", "kein blauer kreis"),
    ],
)
def test_grammar(statement: Statement, english: str, german: str) -> None:
    assert get_language("en").say(statement) == english
    assert get_language("de").say(statement) == german


def test_a_mixture_keeps_its_weights() -> None:
    rng = np.random.default_rng(3)
    drawn = [Mixed(("en", "de"), (3, 1)).draw(rng).code for _ in range(4000)]
    assert drawn.count("de") == pytest.approx(1000, abs=4 * np.sqrt(4000 * 0.25 * 0.75))


@pytest.mark.parametrize(
    ("codes", "weights"), [((), ()), (("en",), (1, 2)), (("en", "de"), (1, 0)), (("en", "de"), (1, float("nan")))]
)
def test_a_mixture_needs_a_weight_for_each_language(codes: tuple[str, ...], weights: tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match="positive weight for each"):
        Mixed(codes, weights)


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(UsageError, match=r"no language 'fr'\. It has: en, de\."):
        Mixed(("en", "fr"), (1, 1))
