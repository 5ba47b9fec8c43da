"""The annotator's page in a real browser: Debian's chromium, driven headless."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from PIL import Image
from tests.captions.elicit_server import HOSTILE, Running, make_images, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page


ASK = ("counting", "spatial", "negation", "temporal")


@contextmanager
def visiting(browser: Browser, link: str, **options: Any) -> Iterator[Page]:
    """A page in a fresh context; whatever the console says is an error, and so is whatever is fetched elsewhere."""
    context = browser.new_context(**options)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(link[:16]) else said.append(request.url))
    page.goto(link)
    yield page
    context.close()
    # An incomplete form comes back as 422, which the console of a browser tells of as well.
    assert [text for text in said if "status of 422" not in text] == []


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    images = make_images(tmp_path / "images", 6)
    with serving(images, tmp_path / "project", people=["Anna", "Ben", "Cleo"], ask=ASK) as server:
        yield server


def field(page: Page, type_: str) -> str:
    return page.locator(f"#text-{type_}").input_value()


def test_from_the_link_to_the_export(browser: Browser, running: Running, tmp_path: Path) -> None:
    with visiting(browser, running.person(), viewport={"width": 1280, "height": 900}) as page:
        assert page.locator("h1").inner_text() == "Picture 1 of 6"
        assert page.locator(".picture img").evaluate("image => image.complete && image.naturalWidth") == 640
        page.locator("#text-counting").press_sequentially("There are two circles.", delay=5)
        page.wait_for_selector("#mark-counting mark")
        page.locator("#text-spatial").fill("One is to the left of the other.")
        page.get_by_label("Nothing one would expect is missing").check()
        page.get_by_label("The picture gives away no before or after").check()
        page.get_by_role("button", name="Send and go on").click()
        page.wait_for_selector("text=Picture 2 of 6")
        # Nothing filled in: it says so, and goes on when that is put right.
        page.get_by_role("button", name="Send and go on").click()
        page.wait_for_selector("text=4 of the fields below need another look")
        assert page.evaluate("document.activeElement.id") == "text-counting"
    with visiting(browser, running.admin, accept_downloads=True) as page:
        with page.expect_download() as download:
            page.get_by_role("link", name="parquet, all answers").click()
        download.value.save_as(tmp_path / "a.parquet")
        page.get_by_role("link", name="Dashboard").click()
        page.wait_for_selector("text=Yield")
    rows = pl.read_parquet(tmp_path / "a.parquet")
    assert rows["type"].to_list() == list(ASK)
    assert rows["text"].to_list() == ["There are two circles.", "One is to the left of the other.", "", ""]
    assert rows["nothing"].to_list() == [False, False, True, True]
    assert 0 < rows["seconds"].sum() < 30
    assert rows["stated"].to_list()[:2] == [["counting"], ["spatial"]]


def test_by_keyboard_alone(browser: Browser, running: Running) -> None:
    with visiting(browser, running.person()) as page:
        for type_ in ASK:
            assert page.evaluate("document.activeElement.id") == f"text-{type_}"
            if type_ == "spatial":
                page.keyboard.insert_text("Left of it.")
            else:
                page.keyboard.press("Alt+n")
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.name") == f"nothing-{type_}"
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "send"
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("text=Picture 2 of 6")
        assert page.evaluate("document.activeElement.id") == "text-counting"
    assert [a.text for a in running.project.store.answers()] == ["", "Left of it.", "", ""]


@pytest.mark.slow
def test_three_at_once_get_different_pictures(browser: Browser, running: Running) -> None:
    contexts = [browser.new_context() for _ in range(3)]
    pages = [context.new_page() for context in contexts]
    for number, page in enumerate(pages):
        page.goto(running.person(number))
    for turn in range(2):
        shown = [page.locator("form[data-picture]").get_attribute("data-picture") for page in pages]
        assert len(set(shown)) == 3
        for page in pages:
            for type_ in ASK:
                page.locator(f"#text-{type_}").fill(f"text {turn}")
        for page in pages:
            page.keyboard.press("Control+Enter")
        for page in pages:
            page.wait_for_selector("text=Thank you" if turn else "text=Picture 2 of")
    for context in contexts:
        context.close()
    answers = running.project.store.answers()
    assert len({(a.picture, a.type) for a in answers}) == len(answers) == 24


@pytest.mark.slow
def test_a_reload_in_the_middle_loses_nothing(browser: Browser, running: Running) -> None:
    with visiting(browser, running.person()) as page:
        page.locator("#text-spatial").press_sequentially("typed just now")
        page.reload()  # before any autosave
        assert field(page, "spatial") == "typed just now"
        with page.expect_response("**/draft"):
            page.locator("#text-negation").fill("kept by the server")
    with visiting(browser, running.person()) as page:  # another tab, another day
        assert (field(page, "spatial"), field(page, "negation")) == ("typed just now", "kept by the server")
        page.get_by_role("button", name="Pause").click()
        page.wait_for_selector("text=The clock has stopped")
        page.get_by_role("button", name="Go on").click()
        assert field(page, "negation") == "kept by the server"


def test_hostile_text_in_every_field_stays_text(browser: Browser, running: Running) -> None:
    with visiting(browser, running.person()) as page:
        for type_, text in zip(ASK, HOSTILE, strict=True):
            page.locator(f"#text-{type_}").fill(text)
        for type_ in ASK:
            page.wait_for_selector(f"#mark-{type_} p")
        page.reload()
        # A field holds line feeds only, and browsers replace NUL.
        assert [field(page, t).replace("\ufffd", "\0") for t in ASK] == list(HOSTILE)
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("text=Picture 2 of 6")
        assert page.title() == "Picture 2 of 6"
    for link in (f"{running.person(1)}/review", f"{running.admin}/dashboard"):
        with visiting(browser, link) as page:
            assert "owned" not in page.title()
            assert page.locator("main script:not([src]), main img[src='x']").count() == 0


@pytest.mark.slow
def test_an_answer_that_could_not_be_sent_stays_on_the_page(browser: Browser, running: Running) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(running.person())
    for type_ in ASK:
        page.locator(f"#text-{type_}").fill("one text")
    page.route("**/answer", lambda route: (route.fetch(), route.abort()))  # stored, and the response lost
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Nothing you wrote is lost")
    assert field(page, "spatial") == "one text"
    page.unroute("**/answer")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Picture 2 of 6")
    assert page.locator("#status").inner_text() == ""
    context.close()
    assert len(running.project.store.answers()) == len(ASK)


@pytest.mark.slow
def test_without_script_the_page_works(browser: Browser, running: Running) -> None:
    with visiting(browser, running.person(), java_script_enabled=False) as page:
        for type_ in ASK:
            page.locator(f"#text-{type_}").fill("plain")
        page.get_by_role("button", name="Send and go on").click()
        assert page.locator("h1").inner_text() == "Picture 2 of 6"
        page.get_by_role("button", name="Skip this picture").click()
        assert page.locator("h1").inner_text() == "Picture 2 of 5"
        page.get_by_role("button", name="Send and go on").click()
        assert page.locator("text=Please write something").count() == len(ASK)
    assert {a.seconds for a in running.project.store.answers()} == {None}


@pytest.mark.slow
def test_a_phone_shows_all_of_it(browser: Browser, running: Running) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    with visiting(browser, running.person(), **phone) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        image = page.locator(".picture img").bounding_box()
        assert image is not None
        assert image["height"] <= 844 * 0.4
        assert page.evaluate("document.activeElement.id") == "main"  # no keyboard over the picture
        for target in page.locator("button, .tick").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= 40


@pytest.mark.slow
def test_a_huge_image_is_shown_and_a_broken_one_listed(browser: Browser, tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    Image.new("RGB", (5480, 3650), (10, 90, 60)).save(images / "huge.jpg")
    (images / "broken.jpg").write_bytes((images / "huge.jpg").read_bytes()[:9000])
    with serving(images, tmp_path / "project") as server:
        with visiting(browser, server.person()) as page:
            assert page.locator("h1").inner_text() == "Picture 1 of 1"
            assert page.locator(".picture img").evaluate("image => image.naturalWidth") == 1600
        with visiting(browser, server.admin) as page:
            assert "broken.jpg is damaged" in page.locator("main").inner_text()


@pytest.mark.slow
def test_hidden_tabs_do_not_count(browser: Browser, running: Running) -> None:
    with visiting(browser, running.person()) as page:
        page.clock.install()
        page.reload()
        spent = "document.querySelector('[name=seconds-counting]').value"
        page.clock.run_for(4000)
        seen = float(page.evaluate(spent))
        assert seen == pytest.approx(4, abs=0.6)
        page.evaluate(
            "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        page.clock.run_for(60_000)
        assert float(page.evaluate(spent)) == pytest.approx(seen, abs=0.6)
