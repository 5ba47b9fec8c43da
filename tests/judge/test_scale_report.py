"""The report of `tacit scale`: says what the verdicts say, holds anything, and is the same bytes every time."""

from __future__ import annotations

import io
import math
import re
import time
from dataclasses import replace
from html import unescape

import pytest
from rich.cells import cell_len
from rich.console import Console
from tests.judge.scale_results import (
    HOSTILE,
    KINDS,
    bare,
    judgement,
    made_up_result,
    many,
    points,
    tidy_result,
    two_axes,
)
from tests.report.pages import Outline, assert_readable_unseen, assert_self_contained, words_of

from tacit.evidence.estimate import Estimate
from tacit.evidence.scaling.rule import Verdict
from tacit.judge.report import MAX_BYTES, print_scale, render_scale, scale_text
from tacit.judge.report_charts import score_chart, slope_chart
from tacit.judge.report_findings import class_sentence, forecast_text, headline, slope_words
from tacit.judge.report_view import STEPS, View
from tacit.judge.report_words import WORDS, word_of
from tacit.judge.result import Detail, ForecastAt, Judgement, Point, ScaleResult, Slope
from tacit.report.inert import active_content
from tacit.report.text import visible

RUN = {"inputs": "a <b>.csv", "host": "\x1b[2J\u202e"}


@pytest.fixture(scope="module")
def page() -> str:
    return render_scale(made_up_result(), run=RUN)


def flat(words: str) -> str:
    return re.sub(r"[\s\u00a0]+", "", words)


def only(*entries: Judgement, **changes: object) -> ScaleResult:
    return made_up_result(verdicts=entries, **changes)


def told(result: ScaleResult) -> str:
    return "".join(headline(View(result)))


def test_the_page_is_inert_and_self_contained(page: str) -> None:
    assert_self_contained(page)


def test_hostile_text_is_shown_as_text(page: str) -> None:
    shown = unescape(page)
    for name in HOSTILE:
        assert visible(name)[:12] in shown


def test_the_page_can_be_read_without_seeing_it(page: str) -> None:
    assert_readable_unseen(page)


def test_the_same_result_gives_the_same_bytes(page: str) -> None:
    assert render_scale(made_up_result(), run=RUN) == page


TOLD = (
    "1 of 21 capabilities gets worse with scale: negation.", "11 of 21 capabilities are undecided: spatial relations",
    "format artefact suspected", "confounded by family", "emergent, unresolved", "scaling: helps, not enough",
    "scaling: may close", "scaling: closes", "saturating", "−8.0 (−9.3 to −6.7)", "31.0 % (24.0–38.0)",
    "Forecast at 10×",
    "horizon 10×", "honest to 4×", "power law with offset 51.6 %", "Score pythia-410m and pythia-2.8b as well",
    "The noise between runs is 1.8 points", "all systems saw the same number of samples", "Between Points items 1.4",
    "degrees of freedom; by REML", "not known: no continuous metric was given", "0.82 (0.71 to 0.9)",
    "230 of 3,412 rows have no score", "Scores of “trivia” ran from 0 to 100", "Schuirmann 1987", "a <b>.csv",
    "no answer could be parsed: 1,200", "not drawn, for want", "delta 2",
)  # fmt: skip


def test_every_part_is_there(page: str) -> None:
    words = flat(words_of(page)).lower()
    for sentence in TOLD:
        assert flat(sentence).lower() in words, sentence


@pytest.mark.parametrize(("kind", "verdict", "detail"), KINDS)
def test_every_verdict_has_words(kind: str, verdict: Verdict, detail: Detail) -> None:
    entry = judgement(kind, "name")
    word = word_of(entry)
    assert (word.verdict, word.detail) == (verdict, detail)
    label = f"{verdict}: {detail}" if detail else verdict
    page, text = render_scale(only(entry)), scale_text(only(entry))
    assert label in words_of(page).replace("\u00a0", " ")
    assert label in re.sub(r"\s+", " ", text) or label.split()[0] in text
    assert f"“name”: {word.answer}" in text


def test_words_differ_in_more_than_colour() -> None:
    assert len({word.drawing for word in WORDS}) == len(WORDS) == len(KINDS)
    assert len({word.label for word in WORDS}) == len(WORDS)


FIRST: tuple[tuple[dict[str, int], str], ...] = (
    ({"closes": 2, "flat": 3, "undecided": 5},
     "For 2 of 10 capabilities yes; for 3 it does not; for 5 these systems cannot tell."),
    ({"may": 1, "helps": 2, "untargeted": 1, "inverse": 1, "saturating": 1},
     "For 1 of 6 capabilities perhaps; for 1 it helps; for 2 it helps, but not enough; for 2 it does not."),
    ({"emergent": 1, "format": 1, "confounded": 1, "undecided": 1},
     "For all 4 capabilities: these systems cannot tell."),
    ({"flat": 1}, "For “flat 0”: it does not."),
    ({}, "Nothing was judged; the remarks below say why."),
)  # fmt: skip


@pytest.mark.parametrize(("counts", "sentence"), FIRST)
def test_the_first_sentence_follows_from_the_verdicts(counts: dict[str, int], sentence: str) -> None:
    assert told(only(*(judgement(kind, f"{kind} {at}") for kind, n in counts.items() for at in range(n)))) == sentence


def test_several_axes_are_told_apart() -> None:
    result = two_axes()
    assert told(result).startswith("For 1 of 6 pairs of capability and axis yes")
    words = flat(words_of(render_scale(result)))
    assert flat("Each capability along each axis Capability compute unique_data") in words
    assert flat("capability 2 inverse scaling: closes") in words
    text = scale_text(result)
    assert "Along compute" in text
    assert "Along unique_data" in text
    view = View(result)
    word, found = view.classes[0]
    assert "".join(class_sentence(view, word, found)).endswith("capability 2 (compute).")


def test_missing_is_never_a_number() -> None:
    odd = Estimate(math.nan, math.nan, math.nan, 3, "REML", 0.9)
    strange = replace(judgement("flat", "odd"), slopes=(Slope("params", "alone", odd),), noise=None, fan=None)
    for words in (words_of(render_scale(only(bare("x"), strange))), scale_text(only(bare("x"), strange))):
        assert "undecided" in words
        assert "not known" in words
        assert not re.search(r"\b(nan|inf)\b", words, re.IGNORECASE)
        assert not re.search(r"\bNone\b", words)
    assert "two systems are too few for a slope" in words_of(render_scale(only(bare("x"))))


@pytest.mark.parametrize("changes", [{}, {"findings": (), "remarks": (), "missing": {}, "rows": 0, "settings": {}}])
def test_parts_without_data_are_left_out(changes: dict[str, object]) -> None:
    page = render_scale(only(**changes))
    assert active_content(page) == []
    assert "Scores along scale" not in page
    assert "What would settle" not in page
    assert "Nothing was judged" in page
    assert len(scale_text(only(**changes))) > 60


def test_a_capability_without_a_name_can_be_pointed_at() -> None:
    page = render_scale(only(judgement("flat", "")))
    assert Outline(page).links.count("#verdict-1") == 2
    assert words_of(page).count("(empty)") >= 4
    assert "(empty)" in scale_text(only(judgement("flat", "")))


def test_charts_are_of_every_kind() -> None:
    view = View(many(60))
    drawn = view.charted(24)
    assert len(drawn) == 24
    assert {word_of(entry).label for entry in drawn} == {word_of(entry).label for entry in view.entries}
    assert [view.entries.index(entry) for entry in drawn] == sorted(view.entries.index(entry) for entry in drawn)
    assert view.charted(100) == list(view.entries)


def test_forty_capabilities_take_seconds() -> None:
    result = many(40)
    began = time.process_time()
    page = render_scale(result)
    assert time.process_time() - began < 4
    assert f"{STEPS[0].charts} of 40 verdicts are drawn" in words_of(page)
    assert page.count('role="img"') == 2 * STEPS[0].charts
    assert len(page.encode()) <= MAX_BYTES


@pytest.mark.slow
@pytest.mark.long
def test_any_amount_of_anything_stays_small() -> None:
    long = "\U0010ffff<&\"'" * 80
    entry = judgement("undecided", long, systems=60)
    full = replace(entry, reasons=(long,) * 90, settle=(long,) * 90, axis=long, slopes=entry.slopes * 30)
    base = made_up_result()
    result = made_up_result(
        verdicts=tuple(replace(full, capability=f"{at}{long}") for at in range(40)),
        findings=tuple(replace(base.findings[0], topic=f"{at % 10}{long}", note=f"{at}{long}") for at in range(150)),
        remarks=(long,) * 1_000,
        missing={f"{at}{long}": 1 for at in range(1_000)},
        settings=dict.fromkeys((f"{at}{long}" for at in range(300)), long),
        tacit=long,
    )
    page = render_scale(result, run={f"{at}{long}": long * 100 for at in range(300)})
    assert len(page.encode()) <= MAX_BYTES
    assert active_content(page) == []
    assert max(cell_len(line) for line in scale_text(result).split("\n")) <= 80


def test_the_terminal_shows_text_and_nothing_else() -> None:
    out = io.StringIO()
    print_scale(made_up_result(), Console(file=out, width=200, force_terminal=False, no_color=True))
    shown = out.getvalue()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[bold red]markup" in shown
    assert max(cell_len(line) for line in shown.split("\n")) <= 80
    for number in ("-8.0 (-9.3 to -6.7)", "31 (24 to 38)", "%, at 10×", "+18 (+17 to +19)"):
        assert number in shown
    assert tidy_result().summary() == scale_text(tidy_result())


def test_colour_is_only_used_where_it_is_wanted() -> None:
    out = io.StringIO()
    print_scale(tidy_result(), Console(file=out, width=80, force_terminal=True, no_color=True, color_system=None))
    assert "\x1b" not in out.getvalue()


def marks_of(drawn: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'translate\(([\d.]+),([\d.]+)\)" d=', drawn)]


def test_a_chart_shows_every_scored_system_at_its_place() -> None:
    view = View(only(judgement("closes", "x")))
    entry = view.entries[0]
    drawn = score_chart(view, entry, STEPS[0])
    assert drawn is not None
    scored = [p for p in entry.points if p.score is not None]
    marks = marks_of(drawn)
    assert len(marks) == len(scored)
    # The axis is logarithmic: equal ratios are equal distances.
    places = [x for x, _ in sorted(marks)]
    sizes = [math.log10(p.scale) for p in sorted(scored, key=lambda p: p.scale)]
    per_decade = (places[-1] - places[0]) / (sizes[-1] - sizes[0])
    for place, size in zip(places, sizes, strict=True):
        assert place == pytest.approx(places[0] + per_decade * (size - sizes[0]), abs=0.02)
    # Two error bars each, the inner one thick, and all of it named for those who do not see it.
    assert drawn.count('stroke-width="3"') == len(scored)
    assert "target 80.0" in drawn
    assert "chance 25.0" in drawn


def test_places_without_a_meaning_on_the_scale_are_not_drawn() -> None:
    unplaced = (Point("zero", "f", 0.0, 0.4, 9, 0.0, 0.0, {}), Point("none", "f", 1e9, None, 0, 0.0, 0.0, {"x": 1}))
    entry = replace(judgement("flat", "x"), points=(*points(lambda _: 0.5, 5, 1), *unplaced), fan=None, forecast=None)
    view = View(only(entry))
    drawn = score_chart(view, entry, STEPS[0])
    assert drawn is not None
    assert len(marks_of(drawn)) == 5
    assert "Not drawn, for want of a score or of a scale: 2." in words_of(render_scale(only(entry)))
    assert score_chart(view, replace(entry, points=unplaced), STEPS[0]) is None


def test_families_keep_their_look_and_the_thirteenth_has_none() -> None:
    base = points(lambda _: 0.5, 30, 1)
    entry = replace(judgement("flat", "x"), points=tuple(replace(p, family=f"f{at:02}") for at, p in enumerate(base)))
    view = View(only(entry))
    looks = list(view.families.values())
    assert len(looks) == len(set(looks)) == 12
    assert len({(look.shape, look.filled) for look in looks}) == 12
    assert view.unnamed_families == 18
    assert "18 other families" in words_of(render_scale(only(entry)))


def test_slopes_stand_around_zero_with_the_band() -> None:
    entry = judgement("inverse", "x")
    view = View(only(entry))
    drawn = slope_chart(view, entry, STEPS[0])
    assert drawn is not None
    assert "within families: −7.2 (−9.1 to −5.3)" in drawn
    assert drawn.count("<path") == 4 + 2 + 1  # four slopes, two arrowheads for the interval that is cut, one band
    assert slope_chart(View(only(entry, settings={})), entry, STEPS[0]) != drawn
    assert slope_chart(view, replace(entry, slopes=()), STEPS[0]) is None
    assert slope_words(Estimate.none("too few systems")) == "not known: too few systems"


def test_a_forecast_is_told_with_its_interval() -> None:
    assert forecast_text(ForecastAt(1.0, 0.612, 0.52, 0.7, 0.9, 2.0)).replace("\u00a0", " ") == "61.2 % (52.0–70.0)"
