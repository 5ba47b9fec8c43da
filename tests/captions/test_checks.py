"""Checks: what can be written, and that the least favourable end decides."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.captions.audit.checks import Expression, judge, parse_check
from tacit.captions.audit.result import ALL, Corrected, Rate
from tacit.captions.detect.hits import TYPES
from tacit.errors import UsageError
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import wilson

SIGNS = (">=", ">", "<=", "<")


def one(
    type_: str, subtype: str, share: Estimate, *, group: str = ALL, language: str = ALL, counts: bool = True
) -> Rate:
    return Rate(group, language, type_, subtype, counts, "" if counts else subtype, 0, share)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("negation >= 0.01", ("negation", "", ">=", 0.01)),
        ("negation.true>=1%", ("negation", "true", ">=", 0.01)),
        (" counting.exact  <  .5 ", ("counting", "exact", "<", 0.5)),
        ("spatial.frame-position <= 2.5 %", ("spatial", "frame-position", "<=", 0.025)),
        ("temporal > 0", ("temporal", "", ">", 0.0)),
        ("counting <= 1.", ("counting", "", "<=", 1.0)),
        ("counting < 100%", ("counting", "", "<", 1.0)),
    ],
)
def test_what_can_be_written(text: str, expected: tuple[str, str, str, float]) -> None:
    assert parse_check(text) == Expression(text, *expected)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "cannot be read"),
        ("negation", "cannot be read"),
        ("negation >=", "cannot be read"),
        ("negation == 0.1", "cannot be read"),
        ("negation => 0.1", "cannot be read"),
        ("negation >= -0.1", "cannot be read"),
        ("negation >= nan", "cannot be read"),
        ("negation >= 0.1; counting >= 0.1", "cannot be read"),
        ("0.1 <= negation", "cannot be read"),
        ("negation. >= 0.1", "cannot be read"),
        ("__import__('os').system('x')", "cannot be read"),
        ("negation >= ١", "cannot be read"),
        ("verbs >= 0.1", "no type 'verbs'. The types are counting, spatial, negation, temporal"),
        ("counting > 5", "a share lies between 0 and 1. Did you mean 5%"),
        ("counting > 120%", "a share lies between 0 and 1"),
        ("counting > " + "9" * 400, "a share lies between 0 and 1"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, told: str) -> None:
    with pytest.raises(UsageError, match="--check") as raised:
        parse_check(text)
    assert told in str(raised.value)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_check(text)
    except UsageError:
        return
    assert found.type in TYPES
    assert 0 <= found.bound <= 1


@given(st.integers(0, 200), st.integers(1, 200), st.sampled_from(SIGNS), st.floats(0, 1), st.booleans())
def test_the_least_favourable_end_decides(k: int, n: int, sign: str, bound: float, exact: bool) -> None:
    share = wilson(min(k, n), n)
    assert share.low is not None
    assert share.high is not None
    if exact:  # at the very end of the interval >= and > differ
        bound = share.low if sign.startswith(">") else share.high
    check = judge(Expression("text", "counting", "", sign, bound), [one("counting", "", share)], [])
    expected = {">=": share.low >= bound, ">": share.low > bound, "<=": share.high <= bound, "<": share.high < bound}
    assert check.holds is expected[sign]
    assert check.estimate is share
    assert ("lower" if sign.startswith(">") else "upper") in check.detail
    assert ("does not satisfy" in check.detail) is not check.holds


def test_the_rate_over_everything_is_meant() -> None:
    rates = [
        one("counting", "", wilson(9, 10), group="a"),
        one("counting", "", wilson(9, 10), language="de"),
        one("counting", "exact", wilson(1, 10), counts=True),
        one("counting", "exact", wilson(9, 10), counts=False),
        one("counting", "", wilson(5, 10)),
    ]
    assert judge(parse_check("counting >= 0"), rates, []).estimate == wilson(5, 10)
    assert judge(parse_check("counting.exact >= 0"), rates, []).estimate == wilson(1, 10)


@pytest.mark.parametrize("sign", SIGNS)
def test_what_is_not_known_never_holds(sign: str) -> None:
    rates = [one("counting", "", wilson(0, 50)), one("counting", "exact", wilson(0, 50))]
    missing = judge(parse_check(f"counting.exat {sign} 0.5"), rates, [])
    assert not missing.holds
    assert missing.estimate.value is None
    assert missing.estimate.n == 50
    assert "no caption has a hit of sub-type 'exat' (there are hits of: exact)" in missing.detail
    nothing = judge(parse_check(f"counting.true {sign} 0.5"), rates, [])
    assert not nothing.holds
    assert "no labels" in nothing.detail
    empty = judge(parse_check(f"counting {sign} 0.5"), [one("counting", "", wilson(0, 0))], [])
    assert not empty.holds


def test_true_takes_the_best_founded_share_that_is_known() -> None:
    none = Estimate.none("no labels in stratum x")
    labels, shipped = Estimate(0.2, 0.1, 0.3, 99, "prediction-powered"), Estimate(0.5, 0.4, 0.6, 9, "Rogan-Gladen")

    def corrected(group: str, type_: str, source: str, share: Estimate) -> Corrected:
        return Corrected(group, type_, source, share, "")

    entries = [
        corrected("a", "spatial", "labels", Estimate(0.9, 0.8, 1.0, 9, "Rogan-Gladen")),
        corrected(ALL, "counting", "labels", none),
        corrected(ALL, "spatial", "labels", labels),
        corrected(ALL, "spatial", "shipped validation", shipped),
        corrected(ALL, "counting", "shipped validation", shipped),
    ]
    assert judge(parse_check("spatial.true >= 0.1"), [], entries).estimate == labels
    second = judge(parse_check("counting.true >= 0.4"), [], entries)
    assert second.holds
    assert "Rogan-Gladen; shipped validation" in second.detail
    only_missing = judge(parse_check("counting.true >= 0"), [], entries[:2])
    assert not only_missing.holds
    assert "no labels in stratum x" in only_missing.detail


def test_percent_is_a_hundredth() -> None:
    assert math.isclose(parse_check("counting > 0.5%").bound, 0.005)
