"""Passages are pieces of the text, at their places, under their headings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.documents.builder import Builder
from tacit.dialogue.documents.cut import cut
from tacit.dialogue.documents.source import Row
from tacit.dialogue.protocols import Document


def test_titles_say_what_stands_above() -> None:
    made = Builder()
    made.block("Before.")
    for level, words in ((1, "Guide"), (2, "Install"), (3, "Linux"), (2, "Empty"), (2, "Use")):
        made.heading(level, words)
        if words != "Empty":
            made.block(f"About {words}.")
    document = made.document("g.md")
    assert [(passage.title, passage.text) for passage in cut(document)] == [
        ("Guide", "Before."),
        ("Guide", "About Guide."),
        ("Guide > Install", "About Install."),
        ("Guide > Install > Linux", "About Linux."),
        ("Guide", "Empty"),
        ("Guide > Use", "About Use."),
    ]


def test_windows_end_with_paragraphs_or_sentences_and_overlap() -> None:
    told = [f"Llama number {at} hums a song." for at in range(12)]
    text = " ".join(told[:5]) + "\n\n" + " ".join(told[5:])
    passages = cut(Document("a", text), words=36, overlap=7)
    assert [passage.text.split("\n\n")[-1].split(".")[0] for passage in passages]
    assert passages[0].text == " ".join(told[:5]), "more than half full where the paragraph ends"
    assert passages[1].text.startswith(told[4]), "the last sentence again"
    assert all(len(passage.text.split()) <= 36 for passage in passages)
    assert cut(Document("a", text), words=36, overlap=0)[1].text.startswith(told[5])


def test_a_listing_stays_whole_with_what_leads_up_to_it() -> None:
    made = Builder()
    made.block("Llamas hum. " * 8 + "To feed one, say:")
    made.listing("feed --hay\nfeed --grass now")
    made.listing("\n".join(f"step {at}" for at in range(40)))
    first, second, *rest = cut(made.document("a"), words=20, overlap=4)
    assert "--hay" not in first.text
    assert second.text.startswith("To feed one, say:\n\n    feed --hay\n    feed --grass now")
    assert all(line.startswith("    step ") for passage in rest[1:] for line in passage.text.splitlines()[1:])


def test_rows_stay_whole() -> None:
    text = "word " * 1000
    (passage,) = cut(Row("t.jsonl#d", text, "Title", whole=True, id="d-0"))
    assert (passage.id, passage.document, passage.text, passage.end) == ("d-0", "t.jsonl#d", text, 5000)
    assert cut(Row("t.jsonl", " \n", whole=True, id="d-1")) == []


@given(
    st.lists(st.tuples(st.integers(0, 3), st.text(st.sampled_from("ab .!?\n\t-#é一\u2028"), max_size=60)), max_size=12),
    st.integers(10, 40),
    st.integers(0, 5),
)
def test_every_word_is_in_a_passage_at_its_place(parts: list[tuple[int, str]], words: int, overlap: int) -> None:
    made = Builder()
    for level, text in parts:
        if level:
            made.heading(level, text)
        else:
            made.block(text)
    document = made.document("a")
    passages = cut(document, words, overlap)
    covered = set[int]()
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text != ""
        covered.update(range(passage.start, passage.end))
    for start, _, words_above in document.headings:
        covered.update(range(start, start + len(words_above)))
    assert all(at in covered or letter.isspace() for at, letter in enumerate(document.text))
    assert len({passage.id for passage in passages}) == len(passages)


@pytest.mark.parametrize("text", ["一种简单的语言。" * 2000, "x" * 30_000, "word " * 20_000, "a\n" * 9000])
def test_nothing_makes_endless_passages(text: str) -> None:
    passages = cut(Document("a", text))
    assert max(len(passage.text) for passage in passages) <= 2400
    starts = [passage.start for passage in passages]
    assert starts == sorted(set(starts))
