"""The page of `tacit chat --serve` in a real browser: Debian's chromium, driven headless."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.dialogue.serve.chat_work import HOSTILE, Serving, make_index, serving, world_index
from tests.models.endpoint.endpoint_work import Handler, chat, endpoint

from tacit.report.theme import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Page

    from tacit.dialogue.simulate.world import Thing, World


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    return world_index(tmp_path_factory.mktemp("paged"))


@pytest.fixture(scope="module")
def server(made: tuple[World, Path]) -> Iterator[Serving]:
    with serving(made[1]) as running:
        yield running


@contextmanager
def visiting(browser: Browser, link: str, *, allowed: str = "$^", **options: Any) -> Iterator[Page]:
    """A page in a fresh context; whatever the console says is an error, and so are dialogs and foreign requests."""
    context = browser.new_context(**options)
    context.set_default_timeout(5000)
    page = context.new_page()
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))

    def dismiss(dialog: Dialog) -> None:
        seen.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    base = re.match(r"http://[^/]+/", link)
    assert base
    page.on("request", lambda request: None if request.url.startswith(base[0]) else seen.append(request.url))
    page.goto(link)
    yield page
    context.close()
    assert [text for text in seen if not re.search(allowed, text)] == []


def ask(page: Page, text: str, replies: int) -> None:
    """Ask by keyboard, and wait until there are so many replies."""
    page.locator("#say").fill(text)
    page.keyboard.press("Enter")
    page.locator(".assistant .kind").nth(replies - 1).wait_for()


def museum(world: World) -> Thing:
    return next(thing for thing in world.things if thing.kind.noun == "museum")


def test_a_conversation(browser: Browser, server: Serving, made: tuple[World, Path]) -> None:
    thing = museum(made[0])
    unclear = thing.told[0].question.format(name="the museum")
    with visiting(browser, f"{server.base}/", viewport={"width": 1280, "height": 860}) as page:
        page.get_by_text("index · 30 passages").wait_for()
        assert page.evaluate("document.activeElement.id") == "say"
        ask(page, unclear, 1)
        assert page.locator(".assistant .kind").inner_text() == "Asks back"
        assert page.locator(".assistant .reason").inner_text()
        assert page.locator(".options button").count() > 1
        page.locator(".options button", has_text=thing.name).click()
        page.locator(".assistant .kind").nth(1).wait_for()
        assert page.locator(".options").count() == 0  # they belong to a question that is answered
        assert page.locator(".user").all_inner_texts()[1].endswith(thing.name)
        page.locator(".assistant summary").nth(1).click()
        assert page.locator(".assistant .query").nth(1).inner_text() == f"{unclear.rstrip('?')} ({thing.name})?"
        # A citation is highlighted where it stands, in view beside the answer.
        cite = page.locator(".assistant .text .cite").last
        number = cite.inner_text().strip("[]")
        cite.click()
        mark = page.locator("mark.now")
        assert mark.get_attribute("data-number") == number
        assert mark.evaluate(
            "it => { const r = it.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight }"
        )
        assert page.locator(".passage.here h3").inner_text().startswith(f"[{number}]")
        ask(page, "What is the boiling point of plutonium?", 3)
        assert page.locator(".assistant .kind").nth(2).inner_text() == "Not in the documents"
        page.get_by_role("button", name="New conversation").click()
        assert page.locator(".turn").count() == 0
        ask(page, "Thanks!", 1)
        assert page.locator(".assistant .text").inner_text() == "You're welcome."
        assert page.locator("#evidence").inner_text().startswith("For: Thanks!")


def test_by_keyboard_alone_on_a_narrow_dark_screen(browser: Browser, server: Serving, made: tuple[World, Path]) -> None:
    thing = museum(made[0])
    with visiting(browser, f"{server.base}/", viewport={"width": 360, "height": 640}, color_scheme="dark") as page:
        page.keyboard.insert_text("line")
        page.keyboard.press("Shift+Enter")
        assert page.locator("#say").input_value() == "line\n"
        ask(page, thing.told[0].question.format(name=thing.name), 1)
        assert page.evaluate("document.activeElement.id") == "say"
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"
        page.locator(".assistant .text .cite").first.focus()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        assert page.locator("mark.now").evaluate("it => it.getBoundingClientRect().top < innerHeight")


def test_hostile_documents_stay_text(browser: Browser, tmp_path: Path) -> None:
    with (
        serving(make_index(tmp_path, HOSTILE)) as running,
        visiting(browser, f"{running.base}/", viewport={"width": 900, "height": 700}) as page,
    ):
        for turn, verb in enumerate(("eat", "drink", "sleep", "weigh"), 1):
            ask(page, f"<b>What</b> do zorbles {verb}? <img src=http://evil.example/q.png onerror=alert(5)>", turn)
        for element in page.locator("#evidence details").all():
            element.evaluate("it => { it.open = true }")
        shown = page.locator("body").inner_text()
        assert "<img src=http://evil.example/p.png onerror=\"alert('x')\">" in shown
        assert "⟨U+202E⟩" in shown
        assert not re.search("[\u202a-\u202e\x1b]", shown)
        assert "x" * 1_000 in shown  # the index cuts a word of ten thousand
        assert page.locator("img, script:not([src]), main a, b, iframe").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 900
        assert page.title() == "index · tacit chat"


@pytest.mark.slow
def test_what_fails_can_be_asked_again(browser: Browser, made: tuple[World, Path]) -> None:
    thing = museum(made[0])
    attribute = thing.told[0]
    sentence = attribute.statement.format(name=thing.name, it=f"The {thing.name}", value=thing.facts[attribute.key])

    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        if number <= 2:
            handler.send(b"<b>out of order</b>", 500)
        else:
            handler.send(chat(f"{sentence} [1] It is also painted purple."))

    with (
        endpoint(behave) as seen,
        serving(made[1], model=f"endpoint:tiny@{seen.url}") as running,
        visiting(browser, f"{running.base}/", allowed="status of 502") as page,
    ):
        page.locator("#say").fill(attribute.question.format(name=thing.name))
        page.get_by_role("button", name="Ask", exact=True).click()
        page.locator(".failed .problem").wait_for()
        assert "gave no answer in 2 tries" in page.locator(".problem").inner_text()
        page.get_by_role("button", name="Ask again").click()
        page.locator(".assistant .kind").wait_for()
        assert page.locator(".turn").count() == 2
        assert "purple" in page.locator(".unsupported").inner_text()
        assert page.locator(".assistant .text .cite").count() == 1


@pytest.mark.slow
def test_the_key_stands_in_the_address(browser: Browser, made: tuple[World, Path]) -> None:
    with (
        serving(made[1], key="sesame") as running,
        visiting(browser, f"{running.base}/", allowed="status of 401") as page,
    ):
        page.get_by_text("This server asks for its key.").wait_for()
        page.goto(f"{running.base}/#key=sesame")
        ask(page, "Thanks!", 1)


def test_colours_are_those_of_reports() -> None:
    style = Path(__file__).parents[3] / "src/tacit/dialogue/serve/page/static/chat.css"
    used = set(re.findall(r"var\(--([\w-]+)\)", style.read_text()))
    assert used - {"font"} <= ROLES.keys()
    assert "#" not in re.sub(r"var\([^)]*\)", "", style.read_text())
