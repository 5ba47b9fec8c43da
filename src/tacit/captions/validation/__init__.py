"""The project's own labelled captions, on which detectors are checked and shipped accuracy rests.

577 captions written for tacit (none copied from a corpus), each labelled for the four types by the same standard. The
data card is ``README.md`` beside this file. Half of the captions are hard on purpose, so **rates and precision in this
set are not those of any corpus**: label a sample of your own to know those.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from tacit.captions.detect.hits import TYPES
from tacit.captions.validation.sample import write_sample
from tacit.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

__all__ = [
    "COUNTED", "NOT_COUNTED", "REGISTERS", "ValidationCaption", "languages", "load", "to_frame", "write_sample",
]  # fmt: skip

REGISTERS: Final = ("crowd", "social", "alt", "news", "model")
"""Paid annotators, chatty posts, web alt text, press captions, descriptions in the manner of a language model."""

COUNTED: Final[Mapping[str, frozenset[str]]] = {
    "counting": frozenset({"exact", "both", "collective", "one"}),
    "spatial": frozenset({"projective", "topological", "proximity", "orientation", "frame"}),
    "negation": frozenset({"clausal", "absence", "never", "pronoun", "neither"}),
    "temporal": frozenset({"before", "after", "imminent", "completed", "continuing", "sequence"}),
}
"""Sub-types that make a caption state the type."""

NOT_COUNTED: Final[Mapping[str, frozenset[str]]] = {
    "counting": frozenset({
        "vague", "ordinal", "pronoun", "age", "date", "time", "price", "measure", "model", "sport", "rating", "rank",
        "compound", "idiom", "sale", "number",
    }),
    "spatial": frozenset({"path", "landmarkless", "part", "brand", "idiom", "title", "price", "time", "agent", "gaze"}),
    "negation": frozenset({"affix", "empty", "number", "idiom", "sign", "title"}),
    "temporal": frozenset({"simultaneous", "pursuit", "clock", "only", "title", "style", "place"}),
}  # fmt: skip
"""Neighbours and look-alikes that a good detector reports without counting them."""


@dataclass(frozen=True, slots=True)
class ValidationCaption:
    """A caption and what it truly states.

    Attributes:
        id: ``language-register-number``.
        language: ISO 639-1 code.
        register: One of `REGISTERS`.
        caption: The text.
        counting: Whether it states an exact number of things in the scene.
        spatial: Whether it places one thing relative to another or to the frame.
        negation: Whether it negates something.
        temporal: Whether it relates the scene to an event before or after it.
        subtypes: (type, sub-type) pairs present, those that do not count included.
        note: Why the caption is tricky, or the empty string.
    """

    id: str
    language: str
    register: str
    caption: str
    counting: bool
    spatial: bool
    negation: bool
    temporal: bool
    subtypes: tuple[tuple[str, str], ...]
    note: str = ""

    def states(self, type_: str) -> bool:
        """Whether the caption states a type.

        Raises:
            UsageError: If there is no such type.
        """
        if type_ not in TYPES:
            raise UsageError(f"There is no type {type_!r}. The types are: {', '.join(TYPES)}.")
        return bool(getattr(self, type_))

    @property
    def hard(self) -> bool:
        """Whether it holds a neighbour or look-alike that must not be counted."""
        return any(subtype not in COUNTED[type_] for type_, subtype in self.subtypes)


def _parse(line: str, number: int) -> ValidationCaption:
    try:
        row: dict[str, Any] = json.loads(line)
        return ValidationCaption(
            id=row["id"],
            language=row["language"],
            register=row["register"],
            caption=row["caption"],
            **{type_: bool(row[type_]) for type_ in TYPES},
            subtypes=tuple((type_, subtype) for type_, found in row["subtypes"].items() for subtype in found),
            note=row["note"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise DataError(
            f"captions.jsonl of tacit's validation set cannot be read at line {number}: {problem!r}. Reinstall tacit."
        ) from problem


@cache
def _all() -> tuple[ValidationCaption, ...]:
    text = files(__name__).joinpath("captions.jsonl").read_text(encoding="utf-8")
    return tuple(_parse(line, number) for number, line in enumerate(text.split("\n"), start=1) if line)


def languages() -> tuple[str, ...]:
    """ISO 639-1 codes of the languages in the set, sorted.

    Example:
        >>> languages()
        ('cs', 'de', 'en', 'fr')
    """
    return tuple(sorted({c.language for c in _all()}))


def load(language: str | None = None, register: str | None = None) -> tuple[ValidationCaption, ...]:
    """The validation captions, or those of a language and register.

    Args:
        language: ISO 639-1 code; all languages by default.
        register: One of `REGISTERS`; all by default.

    Returns:
        Captions in the order of the file; empty when the language has none of the register.

    Raises:
        UsageError: If the set has no such language or register.

    Example:
        >>> load("en", "alt")[2].caption
        'Cute Summer Dresses Under $25'
        >>> [t for t in ("counting", "spatial") if load("en", "alt")[2].states(t)]
        []
    """
    if language is not None and language not in languages():
        raise UsageError(
            f"tacit has no validation captions in language {language!r}. It has: {', '.join(languages())}."
        )
    if register is not None and register not in REGISTERS:
        raise UsageError(f"There is no register {register!r}. The registers are: {', '.join(REGISTERS)}.")
    return tuple(c for c in _all() if language in (None, c.language) and register in (None, c.register))


def to_frame(captions: Iterable[ValidationCaption] | None = None) -> pl.DataFrame:
    """Validation captions as a table, in the columns that ``tacit audit --labels`` reads.

    Args:
        captions: Which; all by default.

    Returns:
        One row per caption: ``id``, ``language``, ``register``, ``caption``, the four types as 0/1, ``subtypes`` as a
        list of ``type/subtype``, and ``note``.

    Example:
        >>> to_frame(load("fr"))["spatial"].sum()
        16
    """
    import polars as pl

    chosen = _all() if captions is None else tuple(captions)
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "id": pl.String, "language": pl.String, "register": pl.String, "caption": pl.String,
        **dict.fromkeys(TYPES, pl.Int8), "subtypes": pl.List(pl.String), "note": pl.String,
    }  # fmt: skip
    rows = [
        (
            c.id,
            c.language,
            c.register,
            c.caption,
            *(int(c.states(t)) for t in TYPES),
            [f"{type_}/{subtype}" for type_, subtype in c.subtypes],
            c.note,
        )
        for c in chosen
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")
