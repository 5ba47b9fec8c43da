"""Pages and their parts: whatever is put in stays text."""

from __future__ import annotations

import io
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.report.html import Html, bar, data, el, figure, highlighted, join, table, text
from tacit.report.inert import active_content
from tacit.report.page import POLICY, page, style_sheet
from tacit.report.terminal import WIDTH, bullet, grid, plain
from tacit.report.text import shorten, visible
from tacit.report.theme import ROLES, colour, css_colour

ANY_TEXT = st.text(st.characters(codec=None), max_size=80)
MARKUP = st.one_of(ANY_TEXT, st.text("<>/\"'=&;! -scriptonerdatx:()", max_size=60))


class Reader(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.attributes: dict[str, str | None] = {}
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(MARKUP)
def test_text_stays_text(value: str) -> None:
    read = Reader(el("p", value, el("b", value), title=value))
    assert read.tags == ["p", "b"]
    assert read.text == 2 * visible(value)
    assert read.attributes == {"title": visible(value)}


@given(MARKUP, st.integers(-3, 90), st.integers(-3, 90))
def test_data_is_isolated_and_marked(value: str, start: int, end: int) -> None:
    assert Reader(data(value, 40)).text == shorten(visible(value), 40)
    read = Reader(highlighted(value, start, end))
    assert read.tags == (["bdi", "mark"] if value[max(start, 0) : max(end, start, 0)] else ["bdi"])
    assert active_content(highlighted(value, start, end)) == []


@given(MARKUP)
def test_tables_hold_what_they_are_given(value: str) -> None:
    made = table(value, ["a", value], [[data(value), 1], [None, el("b", "x")]], numeric=[1])
    assert active_content(made) == []
    assert Reader(made).tags.count("td") == 2


@pytest.mark.parametrize("tag", ["script", "style", "iframe", "img", "form", "object", "p onload=x", "meta"])
def test_elements_that_act_are_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        el(tag)


def test_attributes_that_act_are_refused() -> None:
    for name in ("onclick", "src", "srcset"):
        with pytest.raises(ValueError, match="no place"):
            el("p", **{name: "x"})
    with pytest.raises(ValueError, match="links go"):
        el("a", href="javascript:alert(1)")
    assert el("a", "x", href="#part", hidden=True, title=None) == '<a href="#part" hidden>x</a>'


def test_parts() -> None:
    assert join(["<", None, Html("<br>"), 3]) == "&lt;<br>3"
    assert bar(None, "ink") == ""
    assert "width:100.00%" in bar(7.0, "ink", hollow=True)
    assert figure(Html("<svg></svg>")) == "<figure><svg></svg></figure>"
    assert text("'") == "&#x27;"


@pytest.mark.parametrize(
    "markup",
    [
        "<script>1</script>", "<SCRIPT/src=x>", "<img src=x onerror=y>", "<a href=' java\nscript:x'>", "<a href=http://x>",
        "<svg><use xlink:href=x></svg>", "<svg><foreignObject/></svg>", "<p style='background:url(x)'>",
        "<style>@import 'x';</style>", "<style>p{background:URL (x)}</style>", "<?xml-stylesheet href='x'?>",
        "<meta http-equiv=refresh content='0;x'>", "<base href=//x>", "<body background=//x>", "<svg onload=x>",
        "<link rel=stylesheet href=x>", "<form action=x>", "<video poster=x>", "<div style='behavior: url(x)'>",
    ],
)  # fmt: skip
def test_active_content_is_found(markup: str) -> None:
    assert active_content(markup)


def test_inert_markup_passes() -> None:
    fine = '<style>html{scroll-behavior:smooth}</style><p style="width:3%">url(x) <a href="#a">a</a> javascript:</p>'
    assert active_content(fine) == []


def test_a_page_is_whole_and_inert() -> None:
    made = page(
        "<T>", el("h1", "T"), [("a", "Part & <b>", el("p", "x")), ("b", "Empty", Html("")), ("c", "C", el("p"))]
    )
    assert active_content(made) == []
    assert made.startswith('<!doctype html>\n<html lang="en">')
    assert POLICY in made
    assert "default-src 'none'" in POLICY
    assert "<title>&lt;T&gt;</title>" in made
    assert "Part &amp; &lt;b&gt;" in made
    assert "Empty" not in made
    assert made.count("<section") == 2
    assert page("t", el("h1"), []) == page("t", el("h1"), [])


def contrast(one: str, other: str) -> float:
    def luminance(hexadecimal: str) -> float:
        parts = [int(hexadecimal[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("role", sorted(ROLES))
def test_colours_can_be_told_from_the_page(role: str, mode: str) -> None:
    least = {"page": 1.0, "panel": 1.0, "line": 1.0, "mark": 1.0, "edge": 3.0}.get(role, 4.5)
    for ground in ("page", "panel"):
        assert contrast(getattr(ROLES[role], mode), getattr(ROLES[ground], mode)) >= least
    if role == "mark":
        assert contrast(getattr(ROLES[role], mode), getattr(ROLES["ink"], mode)) >= 4.5


def test_every_colour_of_the_sheet_is_a_role() -> None:
    sheet = style_sheet()
    used = {part.split(")")[0] for part in sheet.split("var(--")[1:]} - {"c", "font"}
    assert used <= set(ROLES)
    assert css_colour(colour("ink")).startswith("var(--ink,")


@given(st.lists(st.lists(MARKUP, min_size=3, max_size=3), max_size=4), MARKUP)
def test_terminal_output_is_plain_and_narrow(rows: list[list[str]], line: str) -> None:
    from rich.cells import cell_len
    from rich.console import Console

    out = Console(width=WIDTH, force_terminal=False, no_color=True, record=True, file=io.StringIO())
    out.print(grid(["a", "b", "c"], rows, notes=[line], numeric=[1]), width=WIDTH)
    out.print(bullet(line), plain(line), width=WIDTH)
    told = out.export_text()
    assert "\x1b" not in told
    assert max((cell_len(row) for row in told.split("\n")), default=0) <= WIDTH
    assert visible(told.replace("\n", "")) == told.replace("\n", "")
