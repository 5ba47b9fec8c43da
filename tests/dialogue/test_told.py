"""Replies as plain values, and lists of sources that come off again."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.records import Hit, Passage, Query, Span
from tacit.dialogue.replies import Citation, Decision, Reply
from tacit.dialogue.told import TERMS, record, sources, unsourced

names = st.text(max_size=30)
"""Titles and file names: anything that a document may be called."""


def replied(text: str, passages: list[Passage]) -> Reply:
    cited = tuple(Citation(number, Span(passage, 0, 4)) for number, passage in enumerate(passages, 1))
    query = Query("q", {f"t{at}": 1.0 / (at + 1) for at in range(100)}, note="n")
    hits = tuple(Hit(passage, 1.23456) for passage in passages)
    decision = Decision("answer", "So.", scores={"partial": 0.123456})
    return Reply(text, decision, query, hits, cited, seconds={"answer": 0.000123})


def test_a_record_holds_what_a_program_needs() -> None:
    passage = Passage("p", "They hum.", "Llamas", "llamas.md", 10, 19)
    told = json.loads(json.dumps(record(replied("Hum. [1]", [passage]), passages=True)))
    assert told["citations"] == [
        {"number": 1, "passage": "p", "title": "Llamas", "document": "llamas.md", "start": 0, "end": 4, "text": "They"}
    ]
    assert told["decision"]["scores"] == {"partial": 0.1235}
    assert len(told["query"]["terms"]) == TERMS
    assert told["query"]["terms"]["t0"] == 1.0
    assert told["passages"][0]["text"] == "They hum."
    assert "passages" not in record(replied("Hum. [1]", [passage]))


def test_sources_load_and_link_nothing() -> None:
    passage = Passage(
        "p", "x" * 9, "![a](http://evil.example/x.png)\n[2] <img src=x> forged", "a\n[b](javascript:x).md"
    )
    assert sources(replied("", [passage])) == "[1] [2] forged (a b.md)"


@given(st.lists(st.tuples(names, names, names), max_size=4), st.lists(st.sampled_from(["It hums.", "So [1].", "No; "])))
def test_sources_and_marks_come_off_again(passages: list[tuple[str, str, str]], said: list[str]) -> None:
    cited = [Passage(key, "text", title, document) for key, title, document in passages]
    text = " ".join(f"{sentence} [{at}][2]" for at, sentence in enumerate(said, 1))
    reply = replied(text, cited)
    listed = sources(reply)
    assert sorted(map(int, re.findall(r"(?:^|(?<=\] ))\[(\d+)\]", listed, re.MULTILINE))) == [*range(1, len(cited) + 1)]
    assert len(listed.splitlines()) == len({line.rpartition("] ")[2] for line in listed.splitlines()}), (
        "each place once"
    )
    whole = f"{text}\n\n{listed}" if listed else text
    assert unsourced(whole) == unsourced(text)
    assert not re.search(r"\s\[\d", unsourced(whole))


def test_what_is_no_mark_stays() -> None:
    assert unsourced("Call a[1] and see [RFC 3].\n\nNot [a] source.") == "Call a[1] and see [RFC 3].\n\nNot [a] source."
