"""Conformance checks for engines: whoever brings another library or server runs these on it.

An engine has to find by weighted terms and by vectors in the way that retrieval and decisions count on. How BM25 is
computed in detail is left open: what is checked is what every form of it has in common.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.dialogue.engines.vectors import unit
from tacit.dialogue.records import Passage
from tacit.dialogue.text.terms import terms
from tacit.errors import DataError, UsageError
from tacit.testing.running import run_checks
from tacit.testing.subject import fail, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tacit.dialogue.protocols import Engine
    from tacit.dialogue.records import Hit
    from tacit.testing.result import CheckOutcome

    Maker = Callable[[], Engine]
    Reopener = Callable[[Engine], Engine]

_TEXTS: Final = (
    ("llama", "Llamas hum softly. A llama hums to its young.", "Animals"),
    ("bee", "Bees hum in hives; hives hold honey.", "Insects"),
    ("alpaca", "Alpacas hum too, when they are worried, tired or curious about what people do.", "Animals"),
    ("train", "The night train to Kraków leaves at nine.", ""),
)
_PASSAGES: Final = tuple(
    Passage(name, text, title, f"{name}.txt", at, at + len(text)) for at, (name, text, title) in enumerate(_TEXTS)
)
_HOSTILE: Final = (
    "a", "A", " a", "a ", "a/b", "../a", "..", "*", "id:a OR id:*", '"a"', "a\\", "a\nb", "<script>a</script>",
    "ä", "a\u0308", "東京", "🦙", "' OR 1=1 --", "{}", "%00", "a" * 500, "0", "-1", "null", "_doc", "#a?b&c=d",
)  # fmt: skip
_NEAR: Final = 0.02
"""What a cosine may lose by keeping vectors in 8 bits a number."""
_SAME: Final = 1e-3


class LetterEmbedder:
    """A toy that makes vectors of the letters in a text: for tests of what needs an embedder, not of how good one is.

    Example:
        >>> vectors = LetterEmbedder().embed(["llama", "mallal", "bee"])
        >>> vectors.shape, bool(vectors[0] @ vectors[1] > vectors[0] @ vectors[2])
        ((3, 26), True)
    """

    name = "letters"
    dimensions = 26

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, shape (texts, 26): how often each letter occurs."""
        letters = "abcdefghijklmnopqrstuvwxyz"
        counts = [[text.lower().count(letter) for letter in letters] for text in texts]
        return unit(np.array(counts, np.float32).reshape(-1, self.dimensions))


def _filled(make: Maker, passages: Sequence[Passage] = _PASSAGES, *, vectors: bool = False) -> Engine:
    engine = make()
    engine.write(passages, LetterEmbedder().embed([passage.text for passage in passages]) if vectors else None)
    engine.commit()
    return engine


def _ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


def _expect(what: str, found: object, expected: object) -> None:
    if found != expected:
        fail(f"{what}: {quoted(found)} instead of {quoted(expected)}.")


def _empty(make: Maker) -> None:
    engine = make()
    _expect("passages() of an empty engine", engine.passages(), 0)
    _expect("search in an empty engine", engine.search({"hum": 1.0}, 5), [])
    _expect("scan of an empty engine", list(engine.scan()), [])
    _expect("get from an empty engine", engine.get(["llama"]), [])
    _expect("frequency in an empty engine", engine.frequency("hum"), 0)
    engine.commit()
    _expect("passages() after a commit of nothing", engine.passages(), 0)


def _commits(make: Maker) -> None:
    engine = make()
    engine.write(_PASSAGES)
    _expect("search before the commit", _ids(engine.search({"hum": 1.0}, 5)), [])
    _expect("passages() before the commit", engine.passages(), 0)
    engine.commit()
    _expect("passages() after the commit", engine.passages(), len(_PASSAGES))
    engine.delete(["bee.txt"])
    _expect("passages() before the commit of a deletion", engine.passages(), len(_PASSAGES))
    engine.commit()
    _expect("passages() after the commit of a deletion", engine.passages(), len(_PASSAGES) - 1)


def _keeps_passages(make: Maker) -> None:
    odd = [
        Passage(
            "odd", 'Tab\there, "quotes", line\nbreak, \\, 東京 🦙 <b>&amp;</b> \x00\x1b[2J', "T\n", "a/b ä.md", 7, 99
        ),
        Passage("empty", ""),
        Passage("long", "hum " * 20_000, "Long", "long.txt", 0, 80_000),
    ]
    engine = _filled(make, [*_PASSAGES, *odd])
    wanted = {passage.id: passage for passage in (*_PASSAGES, *odd)}
    _expect("scan()", {passage.id: passage for passage in engine.scan()}, wanted)
    _expect("get() of what search finds", engine.search({"train": 1.0}, 1)[0].passage, wanted["train"])
    asked = ["odd", "train", "nobody", "empty", "llama"]
    _expect("get() in the order asked for", engine.get(asked), [wanted[name] for name in asked if name in wanted])


def _replaces(make: Maker) -> None:
    engine = _filled(make)
    twice = [Passage("new", "One."), Passage("new", "Two stings.")]
    engine.write([Passage("bee", "A bee stings.", "", "other.txt"), *twice])
    engine.commit()
    _expect("passages() after replacing one and adding one twice", engine.passages(), len(_PASSAGES) + 1)
    _expect("search for a word that was replaced", _ids(engine.search({"hive": 1.0}, 5)), [])
    _expect("search for words that came instead", sorted(_ids(engine.search({"sting": 1.0}, 5))), ["bee", "new"])
    _expect("frequency of a word that was replaced", engine.frequency("hive"), 0)
    _expect("one written twice at once", engine.get(["new"]), twice[1:])
    engine.delete(["bee.txt"])
    engine.commit()
    _expect("a passage after its former document was deleted", len(engine.get(["bee"])), 1)


def _deletes(make: Maker) -> None:
    engine = _filled(make, [*_PASSAGES, Passage("bee2", "More hum.", "", "bee.txt")])
    engine.delete(["bee.txt", "nothing.txt"])
    engine.commit()
    _expect("scan() after a deletion", sorted(passage.id for passage in engine.scan()), ["alpaca", "llama", "train"])
    _expect("frequency after a deletion", engine.frequency("hum"), 2)
    engine.delete(["llama.txt"])
    engine.write([_PASSAGES[0]])
    engine.commit()
    _expect("a passage written after its document was deleted", engine.get(["llama"]), [_PASSAGES[0]])


def _ranks(make: Maker) -> None:
    engine = _filled(make)
    hits = engine.search({"hum": 1.0}, 10)
    _expect("who holds 'hum'", sorted(_ids(hits)), ["alpaca", "bee", "llama"])
    _expect("the best for 'hum', which it has twice", _ids(hits)[0], "llama")
    _expect("the last for 'hum', the longest", _ids(hits)[-1], "alpaca")
    _expect("a title's word", sorted(_ids(engine.search({"anim": 1.0}, 5))), ["alpaca", "llama"])
    _expect("k of fewer than there are", _ids(engine.search({"hum": 1.0}, 2)), _ids(hits)[:2])
    _expect("the same search again", engine.search({"hum": 1.0}, 10), hits)
    if not all(isinstance(hit.score, float) and math.isfinite(hit.score) and hit.score > 0 for hit in hits):
        fail("A score is no finite number above 0.")
    rare, common = engine.search({"hive": 1.0}, 1)[0].score, engine.search({"hum": 1.0}, 3)[1].score
    if not rare > common:
        fail("A rare term is worth no more than a common one.")


def _weighs(make: Maker) -> None:
    engine = _filled(make)
    _expect("more weight on 'hive'", _ids(engine.search({"llama": 0.1, "hive": 1.0}, 2)), ["bee", "llama"])
    _expect("more weight on 'llama'", _ids(engine.search({"llama": 1.0, "hive": 0.1}, 2)), ["llama", "bee"])

    def score(weights: dict[str, float]) -> float:
        return next(hit.score for hit in engine.search(weights, 10) if hit.passage.id == "bee")

    one, other = score({"hum": 1.0}), score({"honey": 1.0})
    for weights, wanted in (
        ({"hum": 0.03}, 0.03 * one),
        ({"hum": 7.0}, 7.0 * one),
        ({"hum": 1.0, "honey": 1.0}, one + other),
        ({"hum": 0.5, "honey": 0.25, "llama": 3.0}, 0.5 * one + 0.25 * other),
    ):
        if not math.isclose(found := score(weights), wanted, rel_tol=_SAME, abs_tol=_SAME):
            fail(f"Scores have to add up by weight: {quoted(weights)} gives {found:.4f}, its terms {wanted:.4f}.")


def _breaks_ties(make: Maker) -> None:
    vectors, engine = _keeps_vectors(make), make()
    # 7 has no common divisor with 60: each comes once, and not in order.
    same = [Passage(f"p{at * 7 % 60:03d}", "An equal hum.") for at in range(60)]
    for part in (same[:20], same[20:]):
        engine.write(part, LetterEmbedder().embed([passage.text for passage in part]) if vectors else None)
        engine.commit()
    wanted = [f"p{at:03d}" for at in range(7)]
    _expect("equal scores", _ids(engine.search({"hum": 1.0, "equal": 0.5}, 7)), wanted)
    if vectors:
        _expect("equal cosines", _ids(engine.nearest(LetterEmbedder().embed(["hum"])[0], 7)), wanted)


def _bounds(make: Maker) -> None:
    engine = _filled(make)
    _expect("k of more than there are", len(engine.search({"hum": 1.0}, 1_000_000)), 3)
    for weights in ({}, {"hum": 0.0}, {"nobodysaysthis": 1.0}):
        _expect(f"search for {weights}", engine.search(weights, 5), [])
    many = {f"word{at}": 0.1 for at in range(500)} | {"hive": 1.0}
    _expect("search for 501 terms", _ids(engine.search(many, 5)), ["bee"])
    for hostile in ("*", "hum OR bee", "body:hum", '"hum', "a" * 3000, "", "hum^9", "\x00", "東京"):
        _expect(f"search for {hostile[:20]!r}, no term of a passage", engine.search({hostile: 1.0}, 5), [])
    wrong: tuple[tuple[dict[str, float], int], ...] = (
        ({"hum": 1.0}, 0), ({"hum": -1.0}, 5), ({"hum": math.nan}, 5), ({"hum": math.inf}, 5),
    )  # fmt: skip
    for weights, k in wrong:
        try:
            engine.search(weights, k)
        except UsageError:
            continue
        fail(f"search({weights}, k={k}) has to raise a UsageError.")


def _unicode(make: Maker) -> None:
    words = ("Straße", "東京", "café", "Ελλάδα", "مرحبا", "İstanbul", "x" * 100)
    engine = _filled(make, [Passage(f"p{at}", f"{word} one") for at, word in enumerate(words)])
    for at, word in enumerate(words):
        weights = dict.fromkeys(terms(word), 1.0)
        _expect(f"search for {word[:20]!r}", _ids(engine.search(weights, 5)), [f"p{at}"])
        _expect(f"frequency of {word[:20]!r}", [engine.frequency(term) for term in weights], [1] * len(weights))


def _hostile_names(make: Maker) -> None:
    passages = [Passage(name, f"hum number{at}", "", name) for at, name in enumerate(_HOSTILE)]
    engine = _filled(make, passages)
    _expect("passages() with names of every kind", engine.passages(), len(_HOSTILE))
    _expect("get() of names of every kind", engine.get(_HOSTILE), passages)
    engine.write([Passage(name, "buzz", "", name) for name in _HOSTILE[::2]])
    engine.commit()
    _expect("passages() after replacing every other", engine.passages(), len(_HOSTILE))
    _expect("what was replaced", engine.frequency("buzz"), len(_HOSTILE[::2]))
    engine.delete(_HOSTILE[1::2])
    engine.commit()
    _expect("what is left", sorted(passage.id for passage in engine.scan()), sorted(_HOSTILE[::2]))
    for name in ("", "\ud800"):
        try:
            engine.write([Passage(name, "hum")])
        except DataError:
            continue
        fail(f"An id {name!r} has to raise a DataError.")


def _keeps_vectors(make: Maker) -> bool:
    engine = make()
    try:
        engine.write([_PASSAGES[0]], LetterEmbedder().embed(["a"]))
    except UsageError:
        return False
    finally:
        engine.close()
    return True


def _vectors(make: Maker) -> None:
    toy = LetterEmbedder()
    if not _keeps_vectors(make):
        _expect("nearest() without vectors", _filled(make).nearest(toy.embed(["hum"])[0], 5), [])
        return
    engine = _filled(make, vectors=True)
    engine.write([Passage("bare", "A passage without a vector.")])
    engine.commit()
    _expect("search for one without a vector", _ids(engine.search({"vector": 1.0}, 5)), ["bare"])
    vector = toy.embed(["humming llamas"])[0]
    cosines = dict(
        zip([name for name, _, _ in _TEXTS], toy.embed([text for _, text, _ in _TEXTS]) @ vector, strict=True)
    )
    hits = engine.nearest(vector, 10)
    _expect("nearest()", _ids(hits), sorted(cosines, key=lambda name: -cosines[name]))
    if not all(math.isclose(hit.score, cosines[hit.passage.id], abs_tol=_NEAR) for hit in hits):
        fail(f"The scores of nearest() are no cosines: {quoted([hit.score for hit in hits])}.")
    engine.delete(["bee.txt"])
    engine.write([Passage("train", "Hum")], toy.embed(["humming llamas"]))
    engine.commit()
    _expect("nearest() after a replacement and a deletion", _ids(engine.nearest(vector, 1)), ["train"])
    _expect("those left", sorted(_ids(engine.nearest(vector, 10))), ["alpaca", "llama", "train"])
    for wrong in (np.ones((1, 3), np.float32), np.ones((2, toy.dimensions), np.float32)):
        try:
            engine.write([Passage("wrong", "hum")], wrong)
        except UsageError:
            continue
        fail(f"Vectors of the shape {wrong.shape} for one passage have to raise a UsageError.")


def _lasts(make: Maker, reopen: Reopener) -> None:
    engine = reopen(_filled(make, vectors=_keeps_vectors(make)))
    _expect("passages() after it was opened again", engine.passages(), len(_PASSAGES))
    _expect("search after it was opened again", len(engine.search({"hum": 1.0}, 5)), 3)
    if _keeps_vectors(make):
        found = engine.nearest(LetterEmbedder().embed(["humming llamas"])[0], 5)
        _expect("nearest() after it was opened again", len(found), len(_PASSAGES))
    engine.write([Passage("lost", "never committed hum")])
    engine = reopen(engine)
    _expect("what was not committed, after it was opened again", engine.get(["lost"]), [])
    engine.write([Passage("kept", "hum")])
    engine.commit()
    _expect("passages() after writing again", reopen(engine).passages(), len(_PASSAGES) + 1)


_CHECKS: Final[dict[str, Callable[[Maker], None]]] = {
    "begins empty": _empty,
    "shows what was committed": _commits,
    "keeps passages whole": _keeps_passages,
    "replaces by id": _replaces,
    "deletes by document": _deletes,
    "ranks as BM25 does": _ranks,
    "weighs terms": _weighs,
    "breaks ties by id": _breaks_ties,
    "holds at the bounds": _bounds,
    "takes every script": _unicode,
    "takes names of every kind": _hostile_names,
    "finds by vector": _vectors,
}


def engine_checks(make: Maker, reopen: Reopener | None = None) -> list[tuple[str, Callable[[], None]]]:
    """The checks of an engine, for a test suite: one test per check, which raises `CheckFailedError`.

    Args:
        make: Makes an engine with nothing in it, which keeps vectors if it can.
        reopen: Closes an engine and opens what it left; without it, whether anything lasts is not checked.

    Example:
        >>> [name for name, _ in engine_checks(lambda: None)][:3]
        ['begins empty', 'shows what was committed', 'keeps passages whole']
    """
    checks: list[tuple[str, Callable[[], None]]] = [(name, partial(check, make)) for name, check in _CHECKS.items()]
    return [*checks, ("lasts", partial(_lasts, make, reopen))] if reopen else checks


def check_engine(make: Maker, reopen: Reopener | None = None) -> tuple[CheckOutcome, ...]:
    """Run every check on an engine.

    Args:
        make: Makes an engine with nothing in it, which keeps vectors if it can; one that is broken gives failed checks,
            never a traceback.
        reopen: Closes an engine and opens what it left; without it, whether anything lasts is not checked.

    Example:
        >>> import pathlib, tempfile
        >>> from tacit.dialogue.engines.tantivy import TantivyEngine
        >>> def make():
        ...     return TantivyEngine(pathlib.Path(tempfile.mkdtemp()), create=True, vectors=True)
        >>> {outcome.status for outcome in check_engine(make)}
        {'passed'}
    """
    return run_checks(engine_checks(make, reopen))
