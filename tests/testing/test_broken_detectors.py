"""Each kind of broken detector fails the conformance check that is meant for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pytest

from tacit.captions.detect.hits import Hit, Kind, Scan
from tacit.captions.detect.protocol import Detector
from tacit.captions.validation import load
from tacit.errors import CheckFailedError
from tacit.testing import check_detector, detector_checks

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl


class Sound(Detector):
    """A small detector with nothing wrong; the broken ones below change one thing each."""

    name = "sound"
    version = "1"
    language = "en"
    cues: ClassVar[dict[str, str]] = {"two": "counting", "under": "spatial", "not": "negation", "after": "temporal"}

    def kind(self, cue: str) -> Kind:
        value = 2 if cue == "two" else None
        return Kind(self.cues[cue], "keyword", True, f"sound.{cue}", cue=cue, value=value)

    def detect(self, caption: str) -> list[Hit]:
        found = re.finditer(r"\b(?:two|under|not|after)\b", caption, re.IGNORECASE | re.ASCII)
        return [Hit(self.kind(m[0].lower()), m.start(), m.end()) for m in found]


class WithKind(Sound):
    """Changes fields of every kind."""

    changed: ClassVar[dict[str, Any]] = {}

    def kind(self, cue: str) -> Kind:
        fields: dict[str, Any] = {
            "type": self.cues[cue], "subtype": "keyword", "counts": True, "rule": f"sound.{cue}", "cue": cue,
        }  # fmt: skip
        return Kind(**{**fields, **self.changed})


def with_kind(**changed: object) -> type[Sound]:
    return type("Changed", (WithKind,), {"changed": changed})


def with_identity(**changed: object) -> type[Sound]:
    return type("Changed", (Sound,), changed)


class Unrelated:
    name, version, language, validated = "unrelated", "1", "en", ""


class SpansBeyond(Sound):
    def detect(self, caption: str) -> list[Hit]:
        return [Hit(h.kind, h.start, len(caption) + 1) for h in super().detect(caption)]


class SpansInBytes(Sound):
    def detect(self, caption: str) -> list[Hit]:
        def at(n: int) -> int:
            return len(caption[:n].encode())

        return [Hit(h.kind, at(h.start), at(h.end)) for h in super().detect(caption)]


class SpansEmpty(Sound):
    def detect(self, caption: str) -> list[Hit]:
        return [Hit(h.kind, h.start, h.start) for h in super().detect(caption)]


class Tuples(Sound):
    def detect(self, caption: str) -> list[Hit]:
        return tuple(super().detect(caption))  # type: ignore[return-value]


class Backwards(Sound):
    def detect(self, caption: str) -> list[Hit]:
        return super().detect(caption)[::-1]


class Twice(Sound):
    def detect(self, caption: str) -> list[Hit]:
        return [hit for hit in super().detect(caption) for _ in range(2)]


class StumblesOverNul(Sound):
    def detect(self, caption: str) -> list[Hit]:
        if "\x00" in caption:
            raise ValueError("NUL")
        return super().detect(caption)


class StumblesOverNothing(Sound):
    def detect(self, caption: str) -> list[Hit]:
        assert caption[0]
        return super().detect(caption)


class ScanSeesLess(Sound):
    def scan(self, captions: pl.Series) -> Scan:
        return super().scan(captions.str.replace_all("\n", ""))


class ScanLosesValues(Sound):
    def scan(self, captions: pl.Series) -> Scan:
        scan = super().scan(captions)
        kinds = tuple(Kind(k.type, k.subtype, k.counts, k.rule, k.guard, k.cue) for k in scan.kinds)
        return Scan(scan.height, scan.rows, scan.codes, kinds)


class ScanMiscounts(Sound):
    def scan(self, captions: pl.Series) -> Scan:
        scan = super().scan(captions)
        return Scan(scan.height + 1, scan.rows, scan.codes, scan.kinds)


class ScanUnordered(Sound):
    def scan(self, captions: pl.Series) -> Scan:
        scan = super().scan(captions)
        return Scan(scan.height, scan.rows[::-1], scan.codes[::-1], scan.kinds)


class ScanRepeatsKinds(Sound):
    def scan(self, captions: pl.Series) -> Scan:
        scan = super().scan(captions)
        return Scan(scan.height, scan.rows, np.arange(len(scan.codes)), tuple(scan.kinds[c] for c in scan.codes))


class ScanOutOfRange(Sound):
    def scan(self, captions: pl.Series) -> Scan:
        scan = super().scan(captions)
        return Scan(scan.height, scan.rows, scan.codes + 1, scan.kinds)


class ScanOfFloats(Sound):
    def scan(self, captions: pl.Series) -> Scan:
        scan = super().scan(captions)
        return Scan(scan.height, scan.rows.astype(float), scan.codes, scan.kinds)


class ScanOfNothing(Sound):
    def scan(self, captions: pl.Series) -> Scan:
        return None  # type: ignore[return-value]


class Fickle(Sound):
    """Forgets every fifth answer."""

    def __init__(self) -> None:
        self.asked = 0

    def detect(self, caption: str) -> list[Hit]:
        self.asked += 1
        return super().detect(caption) if self.asked % 5 else []


class Remembers(Sound):
    """Finds a repeated first word only once in a row: the answer depends on the caption before."""

    def __init__(self) -> None:
        self.before = ""

    def detect(self, caption: str) -> list[Hit]:
        before, self.before = self.before, caption[:3]
        return [] if before == caption[:3] else super().detect(caption)


class SharesLists(Sound):
    def __init__(self) -> None:
        self.known: dict[str, list[Hit]] = {}

    def detect(self, caption: str) -> list[Hit]:
        return self.known.setdefault(caption, super().detect(caption))


class MissesTheLast(Sound):
    """Drops the hits of the last caption of a batch longer than one."""

    def scan(self, captions: pl.Series) -> Scan:
        scan = super().scan(captions)
        kept = scan.rows != len(captions) - 1 if len(captions) > 60 else np.ones(len(scan.rows), dtype=bool)
        return Scan(scan.height, scan.rows[kept], scan.codes[kept], scan.kinds)


class ReadsOneChunk(Sound):
    def scan(self, captions: pl.Series) -> Scan:
        scan = super().scan(captions.get_chunks()[0])
        return Scan(len(captions), scan.rows, scan.codes, scan.kinds)


class FailsOnEmptyBatches(Sound):
    def scan(self, captions: pl.Series) -> Scan:
        assert captions[0] is not None
        return super().scan(captions)


class NeedsArguments(Sound):
    def __init__(self, threshold: float) -> None:
        self.threshold = threshold


class Unlike(Sound):
    """The next instance is another detector."""

    made: ClassVar[int] = 0

    def __init__(self) -> None:
        type(self).made += 1
        self.blind = type(self).made > 1

    def detect(self, caption: str) -> list[Hit]:
        return [] if self.blind else super().detect(caption)


BROKEN: list[tuple[Callable[[], object], str, str]] = [
    (with_identity(name=""), "identity", "'name'"),
    (with_identity(version=1), "identity", "'version'"),
    (with_identity(validated=None), "identity", "'validated'"),
    (with_identity(language="English"), "identity", "ISO 639-1"),
    (with_identity(name="\x1b[31m"), "identity", "cannot be printed"),
    (Unrelated, "identity", "subclass"),
    (SpansBeyond, "hits_are_valid", "does not lie"),
    (SpansInBytes, "hits_are_valid", "does not lie"),
    (SpansEmpty, "hits_are_valid", "does not lie"),
    (Tuples, "hits_are_valid", "instead of a list of Hit"),
    (with_kind(type="colour"), "hits_are_valid", "no type 'colour'"),
    (with_kind(subtype=""), "hits_are_valid", "sub-type"),
    (with_kind(rule=""), "hits_are_valid", "rule"),
    (with_kind(cue="TWO"), "hits_are_valid", "lower-cased"),
    (with_kind(cue=" two  dogs"), "hits_are_valid", "lower-cased"),
    (with_kind(cue=None), "hits_are_valid", "cannot be checked"),
    (with_kind(value=7), "hits_are_valid", "value"),
    (with_kind(value=2.5, type="counting"), "hits_are_valid", "value"),
    (StumblesOverNul, "hits_are_valid", "raised ValueError: 'NUL'"),
    (StumblesOverNothing, "hits_are_valid", r"detect\(''\) raised IndexError"),
    (Backwards, "hits_are_ordered", "order of their start"),
    (Twice, "hits_are_ordered", "one match twice"),
    (with_kind(guard="price"), "guards_do_not_count", "guard 'price'"),
    (with_kind(counts=1), "guards_do_not_count", "True or False"),
    (ScanSeesLess, "scan_equals_detect", "disagree"),
    (ScanLosesValues, "scan_equals_detect", "disagree"),
    (ScanMiscounts, "scan_equals_detect", "says that it scanned"),
    (ScanUnordered, "scan_equals_detect", "not ascending"),
    (ScanRepeatsKinds, "scan_equals_detect", "distinct"),
    (ScanOutOfRange, "scan_equals_detect", "names kind"),
    (ScanOfFloats, "scan_equals_detect", "int64"),
    (ScanOfNothing, "scan_equals_detect", "instead of a Scan"),
    (Fickle, "is_deterministic", "the second time"),
    (Remembers, "keeps_no_state", "depend on the captions"),
    (SharesLists, "keeps_no_state", "changes its next answer"),
    (MissesTheLast, "ignores_batch_splits", "in parts"),
    (ReadsOneChunk, "ignores_batch_splits", "chunk"),
    (FailsOnEmptyBatches, "ignores_batch_splits", "raised IndexError"),
    (lambda: NeedsArguments(0.5), "can_be_made_again", "without arguments"),
    (Unlike, "can_be_made_again", "second"),
]


def checks_of(detector: object, **options: Any) -> dict[str, Callable[[], None]]:
    return dict(detector_checks(detector, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(("make", "name", "message"), BROKEN)
def test_a_broken_detector_fails_the_check_meant_for_it(make: Callable[[], object], name: str, message: str) -> None:
    check = checks_of(make())[name]
    with pytest.raises(CheckFailedError, match=message):
        check()


def test_a_sound_detector_passes_everything() -> None:
    report = check_detector(Sound())
    assert report.passed
    assert {check.status for check in report.checks} == {"passed"}
    assert [check.name for check in report.checks] == list(checks_of(Sound()))
    report.raise_for_failures()
    assert [a.type for a in report.accuracy] == ["counting", "spatial", "negation", "temporal"]
    assert all(a.captions == len(load("en")) for a in report.accuracy)
    assert report == check_detector(Sound())
