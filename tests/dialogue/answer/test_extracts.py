from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dialogue.answer.answer_work import situation, whole

from tacit.dialogue.answer.display import clean, without_links
from tacit.dialogue.answer.extractive import ExtractiveAnswerer
from tacit.dialogue.answer.quoting import QuotingSettings
from tacit.dialogue.measure.detectors import admits, asks
from tacit.dialogue.records import Passage, Span, Turn
from tacit.dialogue.replies import Decision, Kind
from tacit.dialogue.text.terms import words
from tacit.errors import UsageError

LLAMAS = Passage(
    "l", "Llamas\nLlamas live in the Andes. **They hum** when [tired](http://a.example/x). What else? See also wool.",
    "Llamas", "llamas.md",
)  # fmt: skip
WEIGHT = Passage("w", "An adult llama weighs between 130 and 200 kg. Alpacas weigh less than half of that.", "Weights")
ANSWERER = ExtractiveAnswerer()


def decision(kind: Kind, **more: object) -> Decision:
    return Decision(kind, "Because.", **more)  # type: ignore[arg-type]


def test_sentences_are_quoted_with_exact_places_and_shown_clean() -> None:
    draft = ANSWERER.answer(situation("Where do llamas live?", [LLAMAS, WEIGHT]), decision("answer"), whole(LLAMAS))
    assert draft.text == "Llamas live in the Andes. They hum when tired. [1]"
    assert [span.text for span in draft.spans] == [
        "Llamas live in the Andes. **They hum** when [tired](http://a.example/x)."
    ]
    assert draft.unsupported == ()


def test_a_number_is_quoted_for_a_question_about_one() -> None:
    settings = QuotingSettings(words=10)
    draft = ExtractiveAnswerer(settings).answer(
        situation("How much does an adult llama weigh?", [LLAMAS, WEIGHT]), decision("answer"), whole(LLAMAS, WEIGHT)
    )
    assert draft.text == "An adult llama weighs between 130 and 200 kg. [1]"


def test_only_what_was_chosen_is_quoted() -> None:
    spans = [Span(WEIGHT, 46, len(WEIGHT.text))]
    draft = ANSWERER.answer(situation("How much does a llama weigh?", [WEIGHT]), decision("answer"), spans)
    assert draft.text == "Alpacas weigh less than half of that. [1]"


def test_a_partial_answer_says_what_is_missing() -> None:
    draft = ANSWERER.answer(
        situation("How much does a llama weigh and cost?", [WEIGHT]), decision("partial", looked_for=("cost",)),
        whole(WEIGHT),
    )  # fmt: skip
    assert "200 kg." in draft.text
    assert draft.text.endswith("The documents do not say more about “cost”.")
    assert admits(draft.text) == "partial"


def test_declining_names_what_was_looked_for_and_what_is_near() -> None:
    near = situation("What does a llama cost?", [WEIGHT, Passage("x", "Trains run hourly to Leeds.", "Trains")])
    draft = ANSWERER.answer(near, decision("decline", looked_for=("llama", "cost")), [])
    assert draft.text.startswith("The documents don't say. I looked for “llama” and “cost”.")
    assert "Weights [1]" in draft.text
    assert "Trains" not in draft.text
    assert draft.spans[0].passage is WEIGHT
    assert admits(draft.text) == "yes"
    assert not asks(draft.text)
    bare = ANSWERER.answer(situation("Where is Zorblax?", []), decision("answer"), [])
    assert bare.text == "The documents don't say. I looked for “Zorblax”."


def test_asking_back_gives_the_options() -> None:
    unclear = situation("What about the country?", [LLAMAS])
    assert "Peru or Chile" in ANSWERER.answer(unclear, decision("clarify", options=("Peru", "Chile")), []).text
    assert asks(ANSWERER.answer(unclear, decision("clarify"), []).text)


def test_a_dispute_is_met_with_evidence() -> None:
    said = [Turn("user", "Where do llamas live?"), Turn("assistant", "Llamas live in the Andes.")]
    disputed = situation("Are you sure that llamas live in the Andes?", [LLAMAS], said)
    draft = ANSWERER.answer(disputed, decision("repair", verdict="kept"), whole(LLAMAS))
    assert "Llamas live in the Andes." in draft.text
    assert "[1]" in draft.text
    assert draft.spans[0].passage is LLAMAS


@pytest.mark.parametrize(
    ("turn", "reply"),
    [("Thanks a lot!", "You're welcome."), ("hello", "Hello."), ("Bye", "Goodbye."), ("ok", "All right.")],
)
def test_small_talk_is_short(turn: str, reply: str) -> None:
    draft = ANSWERER.answer(situation(turn, []), decision("small_talk"), [])
    assert draft.text.startswith(reply)
    assert not draft.spans


@given(st.lists(st.text(max_size=200), max_size=4), st.text(max_size=60), st.integers(1, 40))
def test_any_text_is_quoted_within_the_bound_and_exactly(texts: list[str], turn: str, most: int) -> None:
    passages = [Passage(str(at), text) for at, text in enumerate(texts)]
    draft = ExtractiveAnswerer(QuotingSettings(words=most)).answer(
        situation(turn, passages), decision("answer"), whole(*passages)
    )
    if not draft.text.startswith("The documents don't say"):
        assert sum(len(words(clean(span.text))) for span in draft.spans) <= most
    assert all(0 <= span.start < span.end <= len(span.passage.text) for span in draft.spans)


@given(st.text(alphabet="ab [](){}<>!/:.#*_\n|-=?&\"'hrefimgscpt", max_size=120))
def test_clean_text_loads_nothing(text: str) -> None:
    said = clean(text)
    assert "\n" not in said
    assert "<img" not in said.lower()
    assert "<script" not in said.lower()
    bare = without_links(text)
    assert "http:" not in bare
    assert "![](" not in bare.replace(" ", "")


def test_a_quotation_of_no_words_is_refused() -> None:
    with pytest.raises(UsageError, match="0 words"):
        QuotingSettings(words=0)


def test_most_of_an_answer_comes_from_one_place() -> None:
    mine = Passage("m", "It takes cartridges of type T-9. It prints 40 pages.", "Belan Printer")
    others = [
        Passage(str(at), f"The printer takes cartridges of type K-{at}.", f"Corvik{at} Printer") for at in range(4)
    ]
    draft = ANSWERER.answer(
        situation("Which type of cartridge does Belan Printer take?", [*others, mine]), decision("answer"),
        whole(*others, mine),
    )  # fmt: skip
    assert draft.text.startswith("It takes cartridges of type T-9.")
    assert draft.spans[0].passage is mine
    assert len({span.passage.id for span in draft.spans}) <= 2


def test_there_are_never_more_citations_than_asked_for() -> None:
    many = [Passage(str(at), f"Llamas eat plant{at} and moss{at} on hill{at}.", "Llamas") for at in range(9)]
    draft = ANSWERER.answer(situation("What do llamas eat?", many), decision("answer"), whole(*many))
    assert 1 <= len(draft.spans) <= QuotingSettings().citations


COMMAND = Passage(
    "c",
    "To shear a llama, call the tool:\n\n$ llama shear --all\n$ llama [rest](http://e.example)\n\nwool | kilograms",
    "Shearing",
)  # fmt: skip


def test_a_listing_is_shown_in_its_lines_when_asked_how() -> None:
    draft = ANSWERER.answer(situation("How do I shear a llama?", [COMMAND]), decision("answer"), whole(COMMAND))
    assert draft.text.startswith("To shear a llama, call the tool: [1]\n\n    $ llama shear --all\n    $ llama rest")
    plain = ANSWERER.answer(situation("Who can shear a llama?", [COMMAND]), decision("answer"), whole(COMMAND))
    assert "$ llama" not in plain.text


def test_a_corrected_question_is_answered_without_a_verdict() -> None:
    said = [Turn("user", "Where do alpacas live?"), Turn("assistant", "In Peru.")]
    meant = situation("No, I meant where llamas live.", [LLAMAS], said)
    draft = ANSWERER.answer(meant, decision("repair"), whole(LLAMAS))
    assert draft.text.startswith("Looked for again as you meant it. Llamas live in the Andes.")


OPTIONS = Passage(
    "o",
    "--hay KIND: What llamas get to eat in winter and in spring, by weight.\n\n--herd-size N: How many llamas there "
    "are. The default is 8.\n\nshear(llama, *, all=False)\n\n   Take the wool off. It needs scissors.\n\n"
    "spit()\n\n   Be rude.",
    "Options",
)  # fmt: skip


@pytest.mark.parametrize(
    ("turn", "reply"),
    [
        ("What does --herd-size do?", "--herd-size N: How many llamas there are. The default is 8. [1]"),
        ("What does shear() do?", "    shear(llama, *, all=False)\n\nTake the wool off. It needs scissors. [1]"),
    ],
)
def test_what_is_named_is_found_and_told_to_the_end_of_its_entry(turn: str, reply: str) -> None:
    draft = ANSWERER.answer(situation(turn, [LLAMAS, OPTIONS]), decision("answer"), whole(LLAMAS, OPTIONS))
    assert draft.text == reply


def test_what_something_is_is_told_by_the_sentence_that_begins_with_it() -> None:
    said = Passage("s", "Nobody forgets the with statement. Use it often, for files and locks.", "Files")
    defined = Passage("d", 'It can be nested. The "with" statement is used to wrap a block.', "Compound statements")
    asked = situation("What is the with statement?", [said, defined])
    draft = ExtractiveAnswerer(QuotingSettings(citations=1)).answer(asked, decision("answer"), whole(said, defined))
    assert 'The "with" statement is used to wrap a block.' in draft.text
    assert draft.spans[0].passage is defined


def test_what_was_said_is_not_said_again_where_there_is_more() -> None:
    more = Passage("m", "Llamas live in the Andes. Llamas live in herds, and in zoos.")
    told = [Turn("user", "Where do llamas live?"), Turn("assistant", "Llamas live in the Andes.")]
    brief = ExtractiveAnswerer(QuotingSettings(words=7))
    assert brief.answer(situation("Where do llamas live?", [more]), decision("answer"), whole(more)).text.startswith(
        "Llamas live in the Andes."
    )
    again = brief.answer(situation("Where do llamas live?", [more], told), decision("answer"), whole(more))
    assert again.text == "Llamas live in herds, and in zoos. [1]"
