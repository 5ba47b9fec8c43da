"""Two audits side by side: the differences of their rates, and files that are not audits."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.captions.audit_results import example, made_up_result, rate
from tests.captions.audit_work import command, save

import tacit
from tacit.captions.audit.diff import diff, read_result
from tacit.captions.audit.result import ALL, AuditResult, Rate
from tacit.captions.detect.hits import TYPES
from tacit.captions.validation.sample import sample_frame
from tacit.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

BIDI = "\u202egnp.exe"


def result(*rates: Rate, **changes: Any) -> AuditResult:
    types = {r.type for r in rates if (r.group, r.language, r.subtype) == (ALL, ALL, "")}
    size = next((r.share.n for r in rates if (r.group, r.language) == (ALL, ALL)), 100)
    rest = [rate(t, "", size // 20, size) for t in TYPES if t not in types]
    return made_up_result(rates=(*rates, *rest), **changes)


def test_differences_are_newcombe_intervals() -> None:
    """Newcombe 1998, table II (a) and others; the limits are also those of statsmodels."""
    compare = pytest.importorskip("statsmodels.stats.proportion").confint_proportions_2indep
    cases = [(56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20), (10, 10, 0, 20)]
    for k2, n2, k1, n1 in cases:
        found = diff(result(rate("spatial", "", k1, n1)), result(rate("spatial", "", k2, n2)))
        (change,) = [c for c in found.changes if c.type == "spatial"]
        low, high = compare(k2, n2, k1, n1, compare="diff", method="newcomb")
        d = change.difference
        assert (d.value, d.low, d.high) == pytest.approx((k2 / n2 - k1 / n1, low, high), abs=1e-12)
        assert (d.n, d.method) == (n1 + n2, "Newcombe")
        assert change.clear == (low > 0 or high < 0)
    published = diff(result(rate("spatial", "", 48, 80)), result(rate("spatial", "", 56, 70)))
    d = next(c.difference for c in published.changes if c.type == "spatial")
    assert (round(d.low or 0, 4), round(d.high or 0, 4)) == (0.0524, 0.3339)


counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts)
def test_swapping_the_audits_turns_the_sign(old: tuple[int, int], new: tuple[int, int]) -> None:
    first, second = result(rate("spatial", "", *old)), result(rate("spatial", "", *new))
    forth, back = diff(first, second), diff(second, first)
    for there, here in zip(forth.changes, back.changes, strict=True):
        ends = [there.difference.value, there.difference.low, there.difference.high]
        other = [here.difference.value, here.difference.high, here.difference.low]
        assert ends == pytest.approx([-(x or 0.0) for x in other])
    assert not any(c.clear for c in diff(first, first).changes)


def test_what_is_in_one_audit_only() -> None:
    before = result(
        rate("counting", "exact", 40, 100), rate("counting", "", 50, 60, group="gone"),
        rate("counting", "", 5, 50, language="de"),
    )  # fmt: skip
    after = result(
        rate("counting", "vague", 7, 200), rate("counting", "", 3, 60, group=BIDI), rate("counting", "", 9, 200)
    )
    found = diff(before, after)
    changes = {(c.group, c.language, c.subtype): c for c in found.changes if c.type == "counting"}
    exact, vague = changes[ALL, ALL, "exact"], changes[ALL, ALL, "vague"]
    # A sub-type that is not listed was in no caption; that is a zero, not a gap.
    assert (exact.before.value, exact.after.value, exact.after.n) == (0.4, 0.0, 200)
    assert (vague.before.value, vague.before.n, vague.after.value) == (0.0, 100, 7 / 200)
    for place in (("gone", ALL, ""), (BIDI, ALL, ""), (ALL, "de", "")):
        change = changes[place]
        assert change.difference.value is None
        assert change.difference.missing == "one of the audits has no such group of captions"
        assert not change.clear
    assert [r for r in found.remarks if r.startswith("Only")] == [
        "Only before, and so not compared: group 'gone'.",
        "Only after, and so not compared: group '\\u202egnp.exe'.",
    ]
    assert BIDI not in found.summary()


def test_remarks_on_what_cannot_be_compared() -> None:
    plain = made_up_result()
    assert diff(plain, plain).remarks == ()
    newer = replace(plain, detectors=({**plain.detectors[0], "version": "4"},), group_by="")
    remarks = diff(plain, newer).remarks
    assert remarks[0].startswith("The detectors differ (tacit 3 (en), tacit 3 (de) and tacit 4 (en))")
    assert remarks[1] == "The groups differ: by 'source <i>' and by 'nothing'."
    assert len(remarks) == 2
    told = diff(plain, newer).summary()
    assert "The detectors differ" in told
    assert max(len(line) for line in told.splitlines()) <= 80


def test_tables_and_json_hold_every_change() -> None:
    found = diff(made_up_result(), made_up_result(rates=made_up_result().rates[:30]))
    frame = found.to_frame()
    assert frame.height == len(found.changes)
    content = json.loads(found.to_json())
    assert content["schema"] == "tacit.diff/1"
    assert len(content["changes"]) == len(found.changes)
    assert frame["difference"].to_list() == [c["difference"]["value"] for c in content["changes"]]


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    odd = example("counting", "exact", "</script>\x00\u202e two =1+1", "two")
    written = made_up_result(examples=(odd,))
    (tmp_path / "result.json").write_text(written.to_json(), encoding="utf-8")
    assert read_result(tmp_path / "result.json") == written
    assert read_result(tmp_path) == written


def damaged(**changes: Any) -> bytes:
    return json.dumps({**json.loads(made_up_result().to_json()), **changes}).encode()


def first_rate(**changes: Any) -> list[Any]:
    rates = json.loads(made_up_result().to_json())["rates"]
    return [{**rates[0], **changes}, *rates[1:]]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not JSON"),
        (b"\xb5PAR1", "is not JSON"),
        (damaged()[:-900], "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "its schema is None"),
        (b'{"schema": "tacit.audit/2"}', "its schema is 'tacit.audit/2', not 'tacit.audit/1'"),
        (b'{"schema": "tacit.audit/1"}', "is damaged: tacit: Field required"),
        (damaged(rates=5), "is damaged: rates"),
        (damaged(read="many"), "is damaged: read"),
        (damaged(detectors=[{"name": 5}]), "is damaged: detectors"),
        (damaged(rates=first_rate(captions=None)), "is damaged: rates.0.captions"),
        (damaged(rates=first_rate(captions=10**6)), "is damaged: rates.0: 1000000 captions of 40000"),
        (damaged(rates=first_rate(captions=-1)), "is damaged: rates.0: -1 captions"),
        (damaged(rates=first_rate(captions=10**30)), "too large a number"),
        (damaged(rates=first_rate(share=float("nan"))), "is not JSON: NaN is not a number"),
        (damaged().replace(b'"level": 0.95', b'"level": 1e999', 1), "not a number that can be worked with"),
    ],
)  # fmt: skip
def test_what_is_no_audit_is_refused(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_bytes(content)
    with pytest.raises(DataError) as raised:
        diff(read_result(tmp_path), read_result(tmp_path)).to_json()
    assert told in str(raised.value)


def test_no_such_audit(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(DataError, match=r"Cannot read .*No such file.*--out folder of a finished audit"):
            read_result(place)


def test_the_command(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 2)):
        save(tmp_path / f"{name}.parquet", sample_frame(600, seed))
        tacit.audit(tmp_path / f"{name}.parquet", detector="kamath2026", group_by="source", out=tmp_path / name)
    shown = command("diff", "a", "b/result.json", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "600 captions before, 600 after" in shown.stdout
    done = command("diff", "a", "b", "--json", cwd=tmp_path)
    content = json.loads(done.stdout)
    assert content == json.loads(diff(read_result(tmp_path / "a"), read_result(tmp_path / "b")).to_json())
    refused = command("diff", "a", "a.parquet", cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "a.parquet is not JSON" in refused.stderr
