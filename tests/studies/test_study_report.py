"""The report of the study: claims no more than its claims, shows anything as text, and is the same bytes every time."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from tests.report.pages import assert_readable_unseen, assert_self_contained, words_of
from tests.studies.study_results import made_up_study, mean_accuracy

from tacit.captions.detect.hits import TYPES
from tacit.evidence.estimate import Estimate
from tacit.report.text import visible
from tacit.studies.claims import Claim
from tacit.studies.reporting_bias.report import MAX_BYTES, render_study, study_text
from tacit.studies.reporting_bias.report_view import View
from tacit.studies.reporting_bias.report_words import headline

if TYPE_CHECKING:
    from collections.abc import Callable

    from tacit.evidence.scaling.rule import Verdict as ScaleVerdict
    from tacit.studies.reporting_bias.result import Gain, ReportingBiasResult
    from tacit.verify.result import Verdict

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)> \x1b[2J\u202e"
RUN = {"duration": "5 min", HOSTILE: HOSTILE}


@pytest.fixture(scope="module")
def study() -> ReportingBiasResult:
    return made_up_study()


@pytest.fixture(scope="module")
def page(study: ReportingBiasResult) -> str:
    """With hostile text wherever text can come from, and the user's own models and captions."""
    found = study.unsaid[0]
    own = [replace(found, speaker="yours", language=HOSTILE, reported=Estimate.none("no facts were given"))]
    judged = tuple(replace(v, capability=f"{v.capability} {HOSTILE}") for v in study.verdicts.verdicts)
    return render_study(
        replace(
            study,
            unsaid=(*study.unsaid, *own),
            claims=(*study.claims, Claim(HOSTILE, 0.1, 0.0, 0.2, 3, holds=False, why=HOSTILE)),
            yours=replace(study.verdicts, verdicts=judged, remarks=(HOSTILE,)),
            remarks=(HOSTILE,),
            settings={**study.settings, HOSTILE: HOSTILE},
            tacit=HOSTILE,
        ),
        run=RUN,
    )


def told(result: ReportingBiasResult) -> str:
    return "".join(headline(View(result)))


def with_gain(study: ReportingBiasResult, change: Callable[[Gain], Estimate]) -> ReportingBiasResult:
    """The study with another gain of the elicited arm over the sham in spatial."""
    chosen = ("elicited", "sham", "spatial")
    return replace(study, gains=tuple(
        replace(g, difference=change(g)) if (g.arm, g.against, g.capability) == chosen else g for g in study.gains
    ))  # fmt: skip


def with_verdicts(study: ReportingBiasResult, verdict: ScaleVerdict) -> ReportingBiasResult:
    judged = tuple(replace(v, verdict=verdict) for v in study.verdicts.verdicts)
    return replace(study, verdicts=replace(study.verdicts, verdicts=judged))


def test_the_page_is_inert_readable_and_small(page: str) -> None:
    assert_self_contained(page)
    assert_readable_unseen(page)
    assert len(page.encode()) < MAX_BYTES
    assert visible(HOSTILE)[:40] in words_of(page)


SECTIONS = (
    "What captions leave unsaid", "What scale did", "The verdict on scale", "What asking did",
    "How much asking it takes", "What holds and what does not", "Your own captions and models", "How this was made",
    "“six green squares but no red square”", "✓ nine red circles", "What the sham did", "What choosing could reach",
    "the pool holds 41 captions", "What this cannot say", "not known: no facts were given", "Kamath et al. 2026",
    "More captions", "temporal: by number", "English and German rather than in English alone",
)  # fmt: skip


def test_no_part_is_missing(page: str) -> None:
    words = words_of(page).replace("\u00a0", " ")
    assert [part for part in SECTIONS if part not in words] == []


def test_numbers_are_those_of_the_result(study: ReportingBiasResult, page: str) -> None:
    words = words_of(page).replace("\u00a0", " ")
    for name in TYPES:
        gain = study.gain("elicited", name).difference.value or math.nan
        assert f"+{100 * gain:.1f} (" in words
        assert f"{100 * mean_accuracy(study, 'elicited', name):.1f} % (" in words
    assert "ordinary captions report counting in 5.1 %, spatial in 0.15 %" in words


def test_the_same_result_gives_the_same_bytes(study: ReportingBiasResult) -> None:
    few = replace(study, models=study.models[:9])
    assert render_study(few) == render_study(few)


def test_a_claim_that_does_not_hold_is_never_said_to_hold(study: ReportingBiasResult) -> None:
    none = replace(study, claims=tuple(replace(claim, holds=False) for claim in study.claims), models=())
    words = words_of(render_study(none))
    assert "✓ holds" not in words
    assert words.count("✗ does not hold") == len(none.claims)
    assert f"0 of {len(none.claims)} claims" in words
    assert f"0 of {len(none.claims)} claims hold" in study_text(none)
    every = replace(study, claims=tuple(replace(claim, holds=True) for claim in study.claims), models=())
    words = words_of(render_study(every))
    assert "does not hold" not in words
    assert f"All {len(study.claims)} claims that were checked hold." in words


def test_the_headline_claims_a_rise_only_where_the_whole_interval_is_above_zero(study: ReportingBiasResult) -> None:
    assert "Asking people raised all 4 types by" in told(study)
    wide = with_gain(study, lambda g: replace(g.difference, low=-0.01))
    assert "raised counting, negation and temporal by" in told(wide)
    assert "for spatial no rise is shown" in told(wide)
    missing = with_gain(study, lambda _: Estimate.none("too few seeds"))
    assert "for spatial no rise is shown" in told(missing)
    assert "not known: too few seeds" in words_of(render_study(replace(missing, models=())))
    assert "not known: too few seeds" in re.sub(r"\s+", " ", study_text(missing))
    assert "What asking does was not measured here." in told(replace(study, gains=()))


def test_the_headline_follows_the_verdicts(study: ReportingBiasResult) -> None:
    assert "Scale helped counting (+" in told(study)
    assert "spatial, negation and temporal stayed within 5 points of guessing" in told(study)
    assert "Scale did not help: all 4 types stayed flat." in told(with_verdicts(study, "flat"))
    assert "Scale helped counting (" in told(with_verdicts(study, "scaling"))
    assert "the verdict is open or mixed" in told(with_verdicts(study, "undecided"))
    assert "stayed" not in told(with_verdicts(study, "undecided"))
    denied = Claim("Models stay within 5 points of chance at spatial", 0.01, -0.06, 0.08, 9, holds=False, why="")
    assert "for spatial the verdict is open or mixed" in told(replace(study, claims=(denied,)))
    far = tuple(replace(m, accuracy={**m.accuracy, "spatial": 0.4}) for m in study.models)
    assert "for spatial the verdict is open or mixed" in told(replace(study, models=far))


def test_the_headline_says_what_broke(study: ReportingBiasResult) -> None:
    def retained(verdict: Verdict) -> ReportingBiasResult:
        entries = tuple(
            replace(c, verdict=verdict) if c.role == "retain" else c for c in study.compared.comparisons
        )  # fmt: skip
        return replace(study, compared=replace(study.compared, comparisons=entries))

    broken = retained("broken")
    surely = tuple(replace(g, difference=replace(g.difference, high=-0.01)) for g in broken.gains)
    assert told(replace(broken, gains=surely)).endswith("It broke colour and naming.")
    assert told(broken).endswith("Whether it broke colour and naming is open."), "seeds may say otherwise"
    assert told(retained("kept")).endswith("It broke nothing that was to be kept.")
    drawn = retained("kept")
    lower = tuple(replace(g, difference=replace(g.difference, low=-0.06)) for g in drawn.gains)
    assert told(replace(drawn, gains=lower)).endswith("Whether it broke anything is open.")
    assert told(retained("not shown to be kept")).endswith("Whether it broke colour and naming is open.")


def test_the_terminal_fits_and_holds_the_story(study: ReportingBiasResult) -> None:
    text = study_text(replace(study, remarks=(HOSTILE,)))
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert "\x1b" not in text
    assert "\u202e" not in text
    flat = re.sub(r"\s+", " ", text)
    assert "4 of 6 claims hold. Not these" in flat
    assert "Choosing does as well as asking: -27.0 (-29.0 to -25.0), n 5." in flat
    assert "Counting is known to be told truly: not known, n 0." in flat
    assert study.summary() == study_text(study)


def test_a_study_of_nothing_still_says_so(study: ReportingBiasResult) -> None:
    bare = replace(
        study, unsaid=(), models=(), gains=(), doses=(), curated=None, claims=(), remarks=(),
        verdicts=replace(study.verdicts, verdicts=()), compared=replace(study.compared, comparisons=()),
    )  # fmt: skip
    words = words_of(render_study(bare))
    assert "was not judged here" in words
    assert "was not measured here" in words
    assert "No claim was checked" in words
    assert study_text(bare)
