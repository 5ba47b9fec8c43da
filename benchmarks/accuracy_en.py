"""How right the English detector is, on every labelled text that is at hand; prints the tables of docs/methods.md.

Usage: python benchmarks/accuracy_en.py [DETECTOR]

Reads TACIT_REAL_DATA (default: ../shared/data beside the project) and says what is not there. The captions shipped with
tacit are always there.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tacit.captions.detect.hits import TYPES
from tacit.captions.detect.protocol import get_detector
from tacit.captions.validation import load
from tacit.evidence.classification import score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.captions.detect.hits import Scan
    from tacit.captions.detect.protocol import Detector
    from tacit.evidence.estimate import Estimate

DATA = Path(os.environ.get("TACIT_REAL_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")

BARE = frozenset({"in", "on", "at", "with"})
"""VSR relations that the labelling standard leaves out as bare prepositions."""
PATHS = frozenset(
    {"across", "along", "into", "through", "toward", "past", "down", "down from", "up", "off", "out of", "onto"}
)
"""VSR relations that are pure paths."""
TEMPLATES = frozenset(
    {"touching", "contains", "attached to", "connected to", "detached from", "parallel to", "perpendicular to"}
)
"""VSR relations whose rules were written with VSR in view; rare in captions that people write."""
BARE_LEMMAS = frozenset({"in", "on", "at", "of", "with", "to", "from", "for", "as", "by"})
"""STREUSLE lemmas that the labelling standard leaves out however spatial their sense."""
NEAR = {("spatial", "bare"), ("spatial", "landmarkless"), ("spatial", "path")}
"""Neighbours: reported by the detector as spatial, and not counted, because the standard excludes them."""
PLACE = frozenset({"p.Locus", "p.Source", "p.Goal", "p.Path", "p.Direction", "p.Extent"})
"""STREUSLE supersenses (SNACS) of a spatial function; most belong to bare prepositions and to paths."""
SEQUENCE = frozenset({"before", "after", "until", "till", "prior", "following"})
"""Lemmas whose temporal sense relates two moments, rather than giving a clock time or date."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of STREUSLE with what its gold annotation says of it."""

    text: str
    states: dict[str, bool]


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "tacit"
    detector = get_detector(name, "en")
    print(f"detector {detector.name} {detector.version} ({detector.language})\n")
    validation(detector)
    for section in (gold, vsr, streusle):
        section(detector)


def rows_of(scan: Scan, wanted: set[tuple[str, str]] | None, type_: str) -> list[int]:
    """1 for captions that state the type, or that hold one of the (type, sub-type) pairs as well."""
    found = [0] * scan.height
    for row in scan.counted_rows(type_):
        found[row] = 1
    for row, code in zip(scan.rows, scan.codes, strict=True) if wanted else ():
        if (scan.kinds[code].type, scan.kinds[code].subtype) in (wanted or ()):
            found[row] = 1
    return found


def line(what: str, truth: Sequence[int], found: Sequence[int]) -> None:
    scores = score(list(truth), list(found))
    told = "  ".join(
        f"{name} {shown(estimate)}"
        for name, estimate in (("P", scores.precision), ("R", scores.recall), ("F1", scores.f1))
    )
    print(f"{what:<28} {told}  ({sum(truth)} of {len(truth)})")


def shown(estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "not known        "
    return f"{estimate.value:.3f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def validation(detector: Detector) -> None:
    print("captions shipped with tacit (English, half of them hard on purpose)")
    captions = load("en")
    scan = detector.scan(pl.Series([c.caption for c in captions]))
    for type_ in TYPES:
        line(type_, [int(c.states(type_)) for c in captions], rows_of(scan, None, type_))


def gold(detector: Detector) -> None:
    path = DATA / "captions" / "gold" / "dev.parquet"
    if not there(path, "captions labelled by hand (dev; the rules were tuned on them)"):
        return
    frame = pl.read_parquet(path)
    scan = detector.scan(frame["caption"])
    for type_ in TYPES:
        truth, found = [int(x == 1) for x in frame[type_].to_list()], rows_of(scan, None, type_)
        line(type_, truth, found)
        for register in sorted(frame["register"].unique().to_list()):
            at = [i for i, r in enumerate(frame["register"].to_list()) if r == register]
            line(f"  {register}", [truth[i] for i in at], [found[i] for i in at])


def vsr(detector: Detector) -> None:
    path = DATA / "captions" / "vsr.parquet"
    if not there(path, "VSR: recall of spatial statements (every caption is one)"):
        return
    frame = pl.read_parquet(path).select("caption", "relation")
    frame = frame.with_columns(found=pl.Series(rows_of(detector.scan(frame["caption"]), None, "spatial")))
    for what, keep in (
        ("all relations", pl.lit(True)),
        ("without bare prepositions", ~pl.col("relation").is_in(list(BARE))),
        ("and without paths", ~pl.col("relation").is_in(list(BARE | PATHS))),
        ("and without VSR's own", ~pl.col("relation").is_in(list(BARE | PATHS | TEMPLATES))),
    ):
        part = frame.filter(keep)
        print(f"{what:<28} R {part['found'].sum() / part.height:.3f}  ({part.height})")
    relations = frame.group_by("relation").agg(pl.len().alias("n"), pl.col("found").mean())
    for row in relations.sort("n", "relation", descending=[True, False]).to_dicts():
        print(f"  {row['relation']:<26} R {row['found']:.3f}  ({row['n']})")


def streusle(detector: Detector) -> None:
    everything: list[Sentence] = []
    for part in ("dev", "test"):
        path = DATA / "captions" / f"streusle_{part}.conllulex"
        if there(path, f"STREUSLE {part}: reviews with gold preposition senses"):
            sentences = list(read_streusle(path))
            streusle_part(detector, sentences)
            everything += sentences
    if everything:
        print("\nSTREUSLE, the parts above together")
        streusle_part(detector, everything)
        print("spatial: a preposition with a spatial function; 'locus beyond bare': of function Locus, other than bare")
        print("in/on/at/...; neighbours: bare, landmarkless and path sub-types, which do not count by the standard;")
        print("counting: a cardinal from 2; negation: Polarity=Neg (not/no, not never/without/nothing);")
        print("temporal: before/after/until in a temporal sense")


def streusle_part(detector: Detector, sentences: Sequence[Sentence]) -> None:
    scan = detector.scan(pl.Series([s.text for s in sentences]))
    for type_ in TYPES:
        line(type_, [int(s.states[type_]) for s in sentences], rows_of(scan, None, type_))
    near = rows_of(scan, NEAR, "spatial")
    line("spatial, neighbours too", [int(s.states["spatial"]) for s in sentences], near)
    beyond = [int(s.states["locus"]) for s in sentences]
    line("locus beyond bare", beyond, rows_of(scan, None, "spatial"))
    line("  neighbours too", beyond, near)


def read_streusle(path: Path) -> Iterator[Sentence]:
    """Sentences of a conllulex file (https://github.com/nert-nlp/streusle/blob/master/CONLLULEX.md)."""
    text, tokens = "", []
    for row in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if row.startswith("# text = "):
            text = row.removeprefix("# text = ")
        elif row and not row.startswith("#"):
            tokens.append(row.split("\t"))
        elif not row and tokens:
            yield Sentence(text, _states(tokens))
            tokens = []


def _states(tokens: list[list[str]]) -> dict[str, bool]:
    return {
        "counting": any("NumType=Card" in t[5] and t[2] not in {"1", "one"} for t in tokens),
        "spatial": any(t[14] in PLACE for t in tokens),
        "locus": any(t[14] == "p.Locus" and t[12].lower() not in BARE_LEMMAS for t in tokens),
        "negation": any("Polarity=Neg" in t[5] for t in tokens),
        "temporal": any(t[13].startswith("p.") and "Time" in t[13] and t[2] in SEQUENCE for t in tokens),
    }


def there(path: Path, what: str) -> bool:
    print(f"\n{what}")
    if not path.is_file():
        print(f"  not here: {path} (set TACIT_REAL_DATA)")
    return path.is_file()


if __name__ == "__main__":
    main()
