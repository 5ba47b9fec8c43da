"""The dashboard tells what was counted, with n and interval, and the reason where there is no number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient
from tests.captions.elicit.elicit_people import HOSTILE, answer, app_of, project, review_all

from tacit.captions.elicit.dashboard_charts import count_chart, time_chart, yield_chart
from tacit.captions.elicit.store import Store
from tacit.report.inert import active_content

if TYPE_CHECKING:
    from pathlib import Path


def page_of(store: Store) -> str:
    with TestClient(app_of(store, 1)) as client:
        response = client.get("/admin/secret/dashboard")
    assert response.status_code == 200
    return response.text


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> str:
    store, _ = project(tmp_path_factory.mktemp("full"), "Ada", HOSTILE, "Cleo")
    review_all(store, 1, 30)
    return page_of(store)


def test_every_part_is_there(full: str) -> None:
    for heading in ("Yield", "People", "Cost", "What the checks found", "Agreement", "Answers"):
        assert f">{heading}</h2>" in full
    assert full.count("<svg") >= 3 + 3  # the charts, and the key of the first
    assert 'href="/admin/secret/export.parquet"' in full


def test_nothing_from_data_acts_and_nothing_needs_an_inline_style(full: str) -> None:
    body = full.partition("<main")[2].partition("</main>")[0]
    assert "style=" not in body
    assert "<style" not in body
    assert "<img src=x" not in body
    links = {found for found in active_content(body) if not found.startswith(("href='/", "<link>"))}
    assert links == set()


def test_numbers_have_n_and_intervals(full: str) -> None:
    assert "n = 20" in full
    assert "50.0\u00a0% (40.0–60.0)" in full
    assert "EUR" in full


def test_unknown_times_are_counted(full: str) -> None:
    assert "The time of 2 answers is not known and not in it." in full


def test_an_empty_project_has_a_page(tmp_path: Path) -> None:
    page = page_of(Store.open(tmp_path / "elicit.sqlite"))
    assert "There are no answers yet." in page
    assert "no wage is set" in page
    assert "no answer has two reviews" in page
    assert "<svg" not in page


def test_new_answers_are_seen(tmp_path: Path) -> None:
    store, _ = project(tmp_path, "Ada")
    with TestClient(app_of(store, 1)) as client:
        assert "16 answers" in client.get("/admin/secret/dashboard").text
        store.add_annotator("Ben")
        assert "Ben" in client.get("/admin/secret/dashboard").text


def test_charts_without_anything_to_draw_are_left_out() -> None:
    assert yield_chart([], {}) is None
    assert count_chart([answer("A dog")], "en") is None
    assert time_chart([answer("A dog", written_at="never")]) is None


@pytest.mark.parametrize(("until", "per"), [("05T10:30", "hour"), ("06T20:00", "hour"), ("25T10:00", "day")])
def test_time_is_cut_into_hours_or_days(until: str, per: str) -> None:
    drawn = time_chart([answer("A dog"), answer("A dog", 2, written_at=f"2026-01-{until}:00Z")])
    assert drawn is not None
    assert f"Answers per {per}." in drawn


def test_years_of_answers_are_cut_into_few_bars() -> None:
    drawn = time_chart([answer("A dog"), answer("A dog", 2, written_at="2031-01-05T10:00:00+02:00")])
    assert drawn is not None
    assert "days." in drawn
