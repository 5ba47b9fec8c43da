"""The fast path finds exactly what the reference finds, on whatever text."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacit.captions.detect.ascii_image import CODES, LETTERS, SIGNS, canonical, decode, encode, translate
from tacit.captions.detect.lexer import Lexer, cue, guard, neighbour
from tacit.captions.detect.protocol import available, get_detector
from tacit.captions.detect.rules_detector import RuleDetector
from tacit.captions.validation import load

if TYPE_CHECKING:
    from tacit.captions.detect.protocol import Detector

ODD = (
    "\x00\x01\x1b\x1c\x1d\x1e\x1f\x7f\x85\u00a0\u00ad\u0301\u2009\u200b\u2028\u202e\u202f\ufeff\ufffd"
    "İıſKßẞﬁ²½ªµΣςдж中🐈"
)
SIGN_CHARACTERS = " \t\n.,;:!?()[]\"'’“”„«»–—…-/%$€£°×#&@_0123456789"
WORDS = {"num": "two|three|ten", "zahl": "zwei|drei|fünf|zwölf", "w": "[a-zß-öø-ÿ]+"}

ENGLISH = (
    Lexer(
        "counting",
        (
            guard("price", "price", r"(?:(?u:[$€]) ?)[0-9]+", bounded=False),
            guard("age", "age", "(?:<num>|[0-9]+)(?: ?- ?| )years? old"),
            cue("of", "exact", "all (?P<cue><num>) of"),
            cue("word", "exact", "<num>"),
            cue("digit", "exact", r"[2-9] [a-z]+s"),
        ),
        WORDS,
        "x.counting",
    ),
    Lexer(
        "spatial",
        (
            guard("u", "brand", "under ?armou?r"),
            cue("under", "projective", "under|next to"),
            neighbour("in", "bare", "in"),
        ),
        WORDS,
        "x.spatial",
        trigger="under|underarmou?r|next|in",
    ),
    Lexer(
        "negation", (neighbour("no", "affix", "not?"), guard("t", "idiom", "n't|t")), {}, "x.negation", trigger="not?|t"
    ),
    Lexer("temporal", (neighbour("while", "simultaneous", "while|as"),), WORDS, "x.temporal", plain=True),
)  # fmt: skip
GERMAN = (
    Lexer(
        "counting",
        (
            guard("preis", "price", r"[0-9]+ ?€", bounded=False),
            cue("zahl", "exact", "<zahl>"),
            guard("nr", "number", "nr[.] ?[0-9]+"),
        ),
        WORDS,
        "y.counting",
        unicode=True,
    ),
    Lexer(
        "spatial",
        (
            guard("name", "title", r"(?-i:Über [A-ZÄÖÜ]<w>)"),
            cue("über", "projective", "über|gegenüber <w>"),
            neighbour("zitat", "title", r"„[^“”_\n]{0,20}?“", bounded=False),
        ),
        WORDS,
        "y.spatial",
        unicode=True,
        trigger="über|gegenüber|[a-zß-öø-ÿ]+e",
    ),
    Lexer("negation", (neighbour("los", "affix", "größenlos|nie"),), WORDS, "y.negation", unicode=True, plain=True),
)  # fmt: skip


class English(RuleDetector):
    name = "english"
    version = "1"
    language = "en"
    lexers: ClassVar[tuple[Lexer, ...]] = ENGLISH


class German(RuleDetector):
    name = "german"
    version = "1"
    language = "de"
    lexers: ClassVar[tuple[Lexer, ...]] = GERMAN


PIECES = [
    "two", "Three", "ten", "all two of", "5 dogs", "$ 5", "€7", "7 €", "3 years old", "under", "Under Armour",
    "next to", "in", "not", "don't", "isn’t", "while", "AS", "zwei", "FÜNF", "zwölf", "über", "Über Ärger",
    "gegenüber Öl", "GRÖSSENLOS", "größenlos", "„zwei“", "nie", "nr. 5", "é", "ä_ö",
]  # fmt: skip
TEXT = st.lists(
    st.one_of(st.sampled_from(PIECES), st.sampled_from([*ODD, *SIGN_CHARACTERS]), st.text(max_size=3)), max_size=14
).map("".join)
SPACED = st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from([*ODD])), max_size=10).map(" ".join)


def found(detector: Detector, captions: list[str]) -> list[Counter[object]]:
    scan = detector.scan(pl.Series("caption", captions, dtype=pl.String))
    hits: list[Counter[object]] = [Counter() for _ in captions]
    for row, code in zip(scan.rows.tolist(), scan.codes.tolist(), strict=True):
        hits[row][scan.kinds[code]] += 1
    return hits


def agree(detector: Detector, captions: list[str]) -> None:
    for caption, fast in zip(captions, found(detector, captions), strict=True):
        slow = Counter(hit.kind for hit in detector.detect(caption))
        assert fast == slow, repr(caption)


@given(st.lists(st.one_of(TEXT, SPACED), min_size=1, max_size=8))
def test_made_up_rules(captions: list[str]) -> None:
    captions = [c.encode("utf-8", "ignore").decode() for c in captions]
    agree(English(), captions)
    agree(German(), captions)


@pytest.mark.parametrize(("name", "language"), available())
def test_shipped_rules_on_captions_and_their_ruins(name: str, language: str) -> None:
    """Whole captions, halves glued to halves, and captions with odd characters strewn in."""
    texts = [c.caption for c in load(language)]
    glued = [a[: len(a) // 2] + b[len(b) // 2 :] for a, b in zip(texts, texts[7:], strict=False)]
    strewn = [
        "".join(c + (ODD[i % len(ODD)] if i % 5 == n % 5 else "") for i, c in enumerate(t)) for n, t in enumerate(texts)
    ]
    shouted = [t.upper() for t in texts[::3]]
    agree(get_detector(name, language), [*texts, *glued[::2], *strewn[::3], *shouted])


@pytest.mark.parametrize("language", ["en", "de", "fr", "cs"])
@settings(max_examples=25)
@given(data=st.data())
def test_shipped_rules_on_random_words(language: str, data: st.DataObject) -> None:
    detector = get_detector("tacit", language)
    words = sorted({w for c in load(language)[:60] for w in c.caption.split()})
    part = st.one_of(
        st.sampled_from(words), st.sampled_from(words).map(str.upper), st.sampled_from([*ODD, *SIGN_CHARACTERS])
    )
    captions = data.draw(st.lists(st.lists(part, max_size=12).map(" ".join), min_size=1, max_size=6))
    agree(detector, captions)


@pytest.mark.real
def test_shipped_rules_on_real_captions(real_data: Path) -> None:
    folder = real_data / "captions"
    parallel = pl.read_parquet(folder / "multi30k_parallel.parquet").sample(150, seed=1)
    for language in ("de", "fr", "cs"):
        agree(get_detector("tacit", language), parallel[language].to_list())
    for name, column in (
        ("web_alt_text", "TEXT"),
        ("cc3m_val", "caption"),
        ("flickr30k_en", "caption"),
        ("vsr", "caption"),
    ):
        captions = pl.read_parquet(folder / f"{name}.parquet")[column].drop_nulls().sample(300, seed=2).to_list()
        for detector in ("tacit", "kamath2026"):
            agree(get_detector(detector, "en"), captions)


def test_triggers_wake_and_their_absence_silences() -> None:
    detector = English()
    assert [h.kind.rule for h in detector.detect("a cat under a tree")] == ["x.spatial.under"]
    silent = Lexer("spatial", (cue("a", "x", "cat"),), {}, "p", trigger="dog")
    assert list(silent.find("a cat and a dog")) == []
    assert list(silent.find("a cat")) == []


def test_spans_are_those_of_the_original_text() -> None:
    caption = "Ein\u00a0Bild: zwei Kätzchen\u0301 über dem Öl"
    for hit in German().detect(caption):
        assert caption[hit.start : hit.end].lower() == hit.kind.cue


@pytest.mark.parametrize("pattern", ["a(?=b)", "(?<!a)b", r"\1", "^a", "a$", "a.b", r"\d", r"\W"])
def test_syntax_on_which_the_engines_differ_is_refused(pattern: str) -> None:
    if pattern == r"\d":
        return
    with pytest.raises(ValueError, match="not allowed"):
        Lexer("spatial", (cue("x", "y", pattern),), {}, "p")


def test_other_mistakes_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown word list"):
        Lexer("spatial", (cue("x", "y", "<nothing>"),), {}, "p")
    with pytest.raises(ValueError, match="single words"):
        Lexer("spatial", (cue("x", "y", "a b"),), {}, "p", trigger="a b")
    with pytest.raises(ValueError, match="single words"):
        Lexer("spatial", (cue("x", "y", "a b"),), {}, "p", plain=True)


@given(st.text())
def test_the_image_is_faithful(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    image = encode(pl.Series([text]))[0]
    assert image.isascii()
    assert decode(image) == canonical(text)
    assert len(canonical(text)) == len(text)


def test_the_code_of_letters_keeps_case_and_boundaries() -> None:
    assert len({*CODES.values(), *SIGNS.values()}) == len(LETTERS) + len(SIGNS)
    for letter, code in CODES.items():
        assert re.fullmatch(r"_[A-Za-z]{2}", code)
        assert CODES[letter.lower()] == code.lower()
        assert (
            CODES[letter.upper() if len(letter.upper()) == 1 and letter.upper() in CODES else letter].lower()
            == code.lower()
        )
    with pytest.raises(ValueError, match="negated class"):
        translate("[^äb]")
