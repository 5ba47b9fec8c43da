"""Audit results to draw: one made up to hold everything a report must survive, one counted from real captions."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tacit.captions.audit.result import (
    ALL,
    Accuracy,
    AuditResult,
    Check,
    Contrast,
    Corrected,
    Example,
    LanguageShare,
    Rate,
)
from tacit.captions.detect.hits import TYPES
from tacit.captions.validation import COUNTED
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import wilson

if TYPE_CHECKING:
    import polars as pl

    from tacit.captions.detect.hits import Kind, Scan
    from tacit.captions.detect.protocol import Detector

HOSTILE_CAPTIONS = (
    "</script><script>alert('two dogs')</script> <img src=x onerror=alert(1)> & \"two\" cats",
    "\u202etwo dogs\u202c under a tree \u2066two\u2069",
    "NUL \x00 two \x1b[31mred\x1b[0m \x07 dogs\u0085\u2028",
    "two" + "o" * 380,
    '{{two}} {"signal": "alert(1)"} ${two} %s [bold]two[/bold] =cmd|\'/c calc\'!A0 \ud800',
    "Z" + "\u0351\u0328\u0345" * 60 + " two dogs",
    "two دوكلب كلبان שני כלבים 二匹の犬 👩‍👩‍👧‍👦",
    "<style>*{display:none}</style><base href=//evil.example><svg/onload=alert(1)>two",
)
HOSTILE_NAMES = (
    "<img src=x onerror=alert(1)>",
    "\u202egnp.exe\u202c",
    "datum['x'] || signal('width')",
    "[bold red]markup[/] \x1b[2J",
    '=HYPERLINK("http://evil.example")',
    "a" * 300,
    "",
)

GUARDS = {
    "counting": {"age": 620, "price": 2140, "measure": 1560, "model": 3010, "date": 890, "sale": 1205, "compound": 450},
    "spatial": {"brand": 310, "idiom": 270, "gaze": 96},
    "negation": {"sign": 41, "title": 77},
    "temporal": {"pursuit": 350, "clock": 120, "style": 410},
}
NEIGHBOURS = {
    "counting": {"vague": 5300, "ordinal": 410, "pronoun": 2210},
    "spatial": {"path": 4100, "landmarkless": 930, "part": 640},
    "negation": {"affix": 505, "empty": 214},
    "temporal": {"simultaneous": 6120},
}
SHARES = {"counting": 0.118, "spatial": 0.152, "negation": 0.0068, "temporal": 0.0121}
GROUPS = {"crowd": (21_000, 1.5), "web alt text": (14_400, 0.35), "news": (3_100, 0.9), "social": (480, 1.1)}
SIZE = 40_000
COMBINATIONS = (
    ((), 30_211), (("counting",), 3_320), (("spatial",), 4_702), (("counting", "spatial"), 1_280),
    (("negation",), 190), (("temporal",), 240), (("spatial", "temporal"), 33), (("counting", "temporal"), 12),
    (("negation", "spatial"), 9), (tuple(TYPES), 3),
)  # fmt: skip
NUMBERS = {1: 130, 2: 3_080, 3: 812, 4: 305, 5: 121, 6: 60, 7: 14, 8: 22, 9: 5, 10: 31, 12: 9, 24: 4, 101: 1}


def rate(
    type_: str, subtype: str, k: int, n: int, *, kind: str = "counts", group: str = ALL, language: str = ALL
) -> Rate:
    """One rate with a Wilson interval; `kind` is ``counts``, ``neighbour`` or ``guard``."""
    guard = subtype if kind == "guard" else ""
    return Rate(group, language, type_, subtype, kind == "counts", guard, k, wilson(k, n))


def _rates() -> list[Rate]:
    rates = []
    for t in TYPES:
        rates.append(rate(t, "", round(SHARES[t] * SIZE), SIZE))
        counted = sorted(COUNTED[t])
        rates += [rate(t, s, round(SHARES[t] * SIZE / 2 ** (i + 1)), SIZE) for i, s in enumerate(counted)]
        rates += [rate(t, s, k, SIZE, kind="neighbour") for s, k in NEIGHBOURS[t].items()]
        rates += [rate(t, s, k, SIZE, kind="guard") for s, k in GUARDS[t].items()]
        for g, (n, factor) in GROUPS.items():
            rates.append(rate(t, "", round(SHARES[t] * factor * n), n, group=g))
        for g in HOSTILE_NAMES:
            rates.append(rate(t, "", 3, 146, group=g))
        rates.append(rate(t, "", round(SHARES[t] * 34_000), 34_000, language="en"))
        rates.append(rate(t, "", round(SHARES[t] * 0.9 * 6_000), 6_000, language="de"))
    rates.append(rate("spatial", "diagonal <b>", 17, SIZE))
    rates.append(rate("counting", "plugged", 5, SIZE, kind="guard"))
    return rates


def example(type_: str, subtype: str, caption: str, cue: str, *, kind: str = "counts") -> Example:
    """An example with its cue found in the caption."""
    start = max(caption.find(cue), 0)
    guard = subtype if kind == "guard" else ""
    return Example(
        type_, subtype, kind == "counts", guard, f"en.{type_}.{subtype}", caption, start, start + len(cue)
    )  # fmt: skip


def _examples() -> list[Example]:
    plain = [
        ("counting", "exact", "Two dogs doze next to a tree in the late afternoon sun", "Two", "counts"),
        ("counting", "exact", "A street with three parked bicycles", "three", "counts"),
        ("counting", "both", "A mother and son, both in raincoats", "both", "counts"),
        ("counting", "vague", "Several people wait for a bus", "Several", "neighbour"),
        ("counting", "price", "Summer dresses under $25, free shipping", "$25", "guard"),
        ("counting", "model", "iPhone 5 case in matte black, size 37", "iPhone 5", "guard"),
        ("spatial", "projective", "A cat asleep behind the television", "behind", "counts"),
        ("spatial", "proximity", "A lamp next to an unmade bed", "next to", "counts"),
        ("spatial", "path", "A cyclist rides along the canal", "along", "neighbour"),
        ("spatial", "brand", "Men's Under Armour running shoes", "Under Armour", "guard"),
        ("negation", "absence", "A boy with no shoes on a wet pier", "no", "counts"),
        ("negation", "sign", "A “No Parking” sign leans against a wall", "No Parking", "guard"),
        ("temporal", "imminent", "A goalkeeper about to dive to her left", "about to", "counts"),
        ("temporal", "simultaneous", "A man reads while he waits", "while", "neighbour"),
        ("temporal", "pursuit", "A dog running after a ball", "running after", "guard"),
    ]
    made = [example(t, s, caption, cue, kind=kind) for t, s, caption, cue, kind in plain]
    places = [(t, s) for t in TYPES for s in sorted(COUNTED[t]) if (t, s) not in {(e.type, e.subtype) for e in made}]
    return made + [example(t, s, caption, "two") for caption, (t, s) in zip(HOSTILE_CAPTIONS, places, strict=False)]


def _accuracy() -> tuple[tuple[Accuracy, ...], tuple[Corrected, ...]]:
    none = Estimate.none("fewer than 10 labelled captions state it")
    accuracy = (
        Accuracy("counting", "labels", wilson(93, 100), wilson(84, 97), 97),
        Accuracy("spatial", "labels", wilson(88, 96), wilson(61, 102), 102),
        Accuracy("negation", "shipped validation", wilson(50, 53), wilson(50, 55), 55),
        Accuracy("temporal", "labels", none, none, 4),
    )
    spatial = Estimate(0.234, 0.201, 0.271, 400, "prediction-powered")
    corrected = (
        Corrected(ALL, "counting", "labels", Estimate(0.126, 0.112, 0.141, 400, "prediction-powered"),
                  "The labels are right."),
        Corrected(ALL, "spatial", "labels", spatial, "The labels are right and the sample was drawn at random."),
        Corrected(ALL, "negation", "shipped validation", Estimate(0.0071, 0.0049, 0.0094, 106, "Rogan-Gladen"),
                  "The detector errs here as often as on the captions shipped with tacit."),
        Corrected(ALL, "temporal", "labels", none, "The labels are right."),
    )  # fmt: skip
    return accuracy, corrected


def made_up_result(**changes: Any) -> AuditResult:
    """A result with everything in it; keyword arguments replace fields."""
    accuracy, corrected = _accuracy()
    this = (example("spatial", "projective", "A cat asleep behind the television", "behind"),)
    other = (example("spatial", "keyword", "Shoes by Under Armour <b>now</b>", "Under"),)
    contrasts = tuple(
        Contrast(t, "kamath2026", k, 2 * k, k // 4, SIZE - 3 * k - k // 4, this, other)
        for t, k in zip(TYPES, (3_900, 420, 210, 330), strict=True)
    )
    names = {"crowd": 1.0, "web alt text": 0.6}
    base = AuditResult(
        tacit="0.1.0",
        detectors=(
            {"name": "tacit", "version": "3", "language": "en", "validated": "577 captions shipped with tacit"},
            {"name": "tacit", "version": "3", "language": "de", "validated": "87 captions shipped with tacit"},
        ),
        group_by="source <i>",
        read=43_210,
        audited=SIZE,
        not_audited=(("language without a validated detector", 2_650), ("empty caption", 500), ("not text <x>", 60)),
        language_check="all",
        languages=(
            LanguageShare("en", 34_000, wilson(34_000, 42_650), True, ""),
            LanguageShare("de", 6_000, wilson(6_000, 42_650), True, ""),
            LanguageShare("pl", 1_900, wilson(1_900, 42_650), False, "no validated detector for this language"),
            LanguageShare("und", 750, wilson(750, 42_650), False, "too short to tell"),
        ),
        rates=tuple(_rates()),
        combinations=tuple((ALL, types, n) for types, n in COMBINATIONS),
        counts=(
            *((ALL, v, n) for v, n in NUMBERS.items()),
            *((g, v, round(n * f)) for g, f in names.items() for v, n in NUMBERS.items()),
        ),
        accuracy=accuracy,
        corrected=corrected,
        examples=tuple(_examples()),
        contrasts=contrasts,
        checks=(
            Check("negation >= 1%", False, wilson(272, SIZE), "The upper end of the interval is below 1 %."),
            Check("counting >= 5%", True, wilson(4_720, SIZE), "The lower end of the interval is above 5 %."),
            Check("temporal:<b> >= 1%", False, Estimate.none("no such sub-type was counted"), "Nothing to compare."),
        ),
        seed=7,
    )  # fmt: skip
    return replace(base, **changes)


def many_groups(groups: int, seed: int = 0) -> AuditResult:
    """A result with thousands of groups and 400-character captions, most of them hostile."""
    import random

    draw = random.Random(seed)
    rates = _rates()
    for at in range(groups):
        name = f"{draw.choice(HOSTILE_NAMES)[:200]} {at}"
        n = draw.randrange(1, 5_000)
        rates += [rate(t, "", draw.randrange(n + 1), n, group=name) for t in TYPES]
    kinds = [
        (r.type, r.subtype, "guard" if r.guard else "counts" if r.counts else "neighbour") for r in rates if r.subtype
    ]
    long = [(caption * 40)[:400] for caption in HOSTILE_CAPTIONS] + ["\x00\u202e<&\"'" * 66, "\U0010ffff" * 400]
    shown = [example(t, s, draw.choice(long), "two", kind=k) for t, s, k in kinds for _ in range(5)]
    return made_up_result(rates=tuple(rates), examples=tuple(shown))


def counted_result(captions: pl.Series, groups: list[str], detector: Detector, **changes: Any) -> AuditResult:
    """A result counted from captions with a detector: rates, combinations, numbers and examples, nothing more."""
    scan = detector.scan(captions)
    size = Counter(groups) | Counter({ALL: len(groups)})
    rates: list[Rate] = []
    states: dict[int, list[str]] = defaultdict(list)
    for t in TYPES:
        found = scan.counted_rows(t).tolist()
        for row in found:
            states[row].append(t)
        per_group = Counter(groups[row] for row in found) | Counter({ALL: len(found)})
        rates += [rate(t, "", per_group[g], n, group=g) for g, n in size.items()]
    by_kind: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    numbers: dict[int, set[int]] = defaultdict(set)
    for row, code in zip(scan.rows.tolist(), scan.codes.tolist(), strict=True):
        kind = scan.kinds[code]
        by_kind[kind.type, kind.subtype, _kind_of(kind)].add(row)
        if kind.counts and kind.value is not None:
            numbers[kind.value].add(row)
    rates += [rate(t, s, len(rows), len(groups), kind=k) for (t, s, k), rows in sorted(by_kind.items())]
    sets = Counter(tuple(states[row]) if row in states else () for row in range(len(groups)))
    name = {"name": detector.name, "version": detector.version, "language": "en", "validated": detector.validated}
    base = made_up_result(
        detectors=(name,), group_by="annotator", read=len(groups), audited=len(groups), not_audited=(),
        language_check="none", languages=(), rates=tuple(rates), accuracy=(), corrected=(), contrasts=(), checks=(),
        combinations=tuple((ALL, types, n) for types, n in sets.items()),
        counts=tuple((ALL, value, len(rows)) for value, rows in sorted(numbers.items())),
        examples=tuple(_found_examples(captions, scan, detector)),
    )  # fmt: skip
    return replace(base, **changes)


def _kind_of(kind: Kind) -> str:
    return "guard" if kind.guard else "counts" if kind.counts else "neighbour"


def _found_examples(captions: pl.Series, scan: Scan, detector: Detector, each: int = 4) -> list[Example]:
    taken: Counter[tuple[str, str, str]] = Counter()
    found = []
    for row, code in zip(scan.rows.tolist(), scan.codes.tolist(), strict=True):
        kind = scan.kinds[code]
        key = (kind.type, kind.subtype, _kind_of(kind))
        if taken[key] >= each:
            continue
        hit = next((h for h in detector.detect(captions[row]) if h.kind == kind), None)
        if hit is not None:
            taken[key] += 1
            found.append(
                Example(kind.type, kind.subtype, kind.counts, kind.guard, kind.rule, captions[row], hit.start, hit.end)
            )
    return found
