"""Keeping, correcting or leaving open, with evidence."""

import time

import pytest
from tests.dialogue.pool import Pool

from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Hit, Passage, Query, Turn
from tacit.dialogue.repair.conflicts import conflicts
from tacit.dialogue.repair.judge import judge_claim
from tacit.dialogue.repair.values import values
from tacit.dialogue.repair.wording import say


def hits(*texts: str) -> list[Hit]:
    return [Hit(Passage(str(at), text), 9.0 - at) for at, text in enumerate(texts)]


def dispute(
    turn: str, answer: str = "The bridge opened in 1925.", question: str = "When did the bridge open?"
) -> Situation:
    return Situation((Turn("user", question), Turn("assistant", answer)), turn, Query(turn, {}), (), Pool())


OLD, NEW, OTHER = "The bridge opened in 1889.", "The bridge opened in 1925.", "Otters eat fish."


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [((NEW, OTHER), "kept"), ((OLD, OTHER), "corrected"), ((OLD, NEW), "open"), ((OTHER,), "open"), ((), "open")],
)
def test_the_documents_decide_between_two_values(texts: tuple[str, ...], verdict: str) -> None:
    judged = judge_claim(dispute("But I heard it opened in 1889."), hits(*texts))
    assert judged.verdict == verdict
    assert (judged.answer.text if judged.answer else None) == (NEW if NEW in texts else None)
    assert (judged.against.text if judged.against else None) == (OLD if OLD in texts else None)


def test_names_are_values_too() -> None:
    situation = dispute("I thought Anna Berg built it.", "Otto Lund built the bridge.", "Who built the bridge?")
    assert judge_claim(situation, hits("The bridge was built by Anna Berg.")).verdict == "corrected"
    assert judge_claim(situation, hits("The bridge was built by Otto Lund.")).verdict == "kept"


def test_claims_without_values_need_the_words_and_the_same_denial() -> None:
    situation = dispute(
        "But I heard on-premises storage is possible", "Only cloud storage.", "Which storage is possible?"
    )
    assert judge_claim(situation, hits("On-premises storage is also possible.")).verdict == "corrected"
    assert judge_claim(situation, hits("On-premises storage is not possible.")).against is None
    assert judge_claim(situation, hits("Storage is possible in summer.")).against is None


def test_doubt_alone_corrects_nothing() -> None:
    assert judge_claim(dispute("Are you sure?"), hits(NEW)).verdict == "kept"
    assert judge_claim(dispute("Are you sure?"), hits(OLD)).verdict == "open"


def test_a_question_or_a_correction_of_the_question_is_not_judged() -> None:
    for turn in ("How long is it?", "No, I meant the tunnel"):
        judged = judge_claim(dispute(turn), hits(OLD, NEW))
        assert (judged.verdict, judged.answer, judged.against) == ("open", None, None)


@pytest.mark.parametrize(
    ("texts", "begins", "cited"),
    [
        ((NEW,), "I looked again, and I stand by it:", (NEW,)),
        ((OLD,), "You are right:", (OLD,)),
        ((OLD, NEW), "The documents do not settle this.", (NEW, OLD)),
        ((OTHER,), "I looked again, and the documents do not settle this", ()),
    ],
)
def test_the_reply_cites_what_it_says(texts: tuple[str, ...], begins: str, cited: tuple[str, ...]) -> None:
    draft = say(judge_claim(dispute("But I heard it opened in 1889."), hits(*texts)))
    assert draft.text.startswith(begins)
    assert tuple(span.text for span in draft.spans) == cited
    assert all(f'"{text}" [{at}]' in draft.text for at, text in enumerate(cited, 1))


def pages(**texts: str) -> list[Hit]:
    return [Hit(Passage(name, text, f"{name} Museum"), 1.0) for name, text in texts.items()]


class Names(Pool):
    """Names are rare."""

    def frequency(self, term: str) -> int:
        return 2 if term in {"kew", "prado"} else 300


def about_kew(
    turn: str, answer: str, *before: str, question: str = "How much is a ticket for Kew Museum?"
) -> Situation:
    said = [Turn("assistant" if at % 2 else "user", text) for at, text in enumerate((*before, question, answer))]
    return Situation(said, turn, Query(turn, {}), (), Names())


TICKETS = pages(
    Prado="A ticket costs 68 crowns.", Kew="The museum has 9 rooms. A ticket costs 23 crowns. It has a shop."
)


def test_pages_of_other_things_support_nothing() -> None:
    judged = judge_claim(about_kew("No, I think it is 68", "It has 9 rooms. A ticket costs 23 crowns."), TICKETS)
    assert (judged.verdict, judged.against, judged.conflicts) == ("kept", None, ())
    assert judged.answer is not None
    assert judged.answer.text == "A ticket costs 23 crowns."


def test_doubt_is_met_with_the_sentence_that_answers_the_question() -> None:
    judged = judge_claim(about_kew("Are you sure?", "The museum has 9 rooms. A ticket costs 23 crowns."), TICKETS)
    assert say(judged).text == 'I looked again, and I stand by it: "A ticket costs 23 crowns." [1]'


def test_what_it_is_about_may_have_been_said_before() -> None:
    before = "Where is Kew Museum?", "In London."
    situation = about_kew("Are you sure?", "A ticket costs 23 crowns.", *before, question="And how much is a ticket?")
    judged = judge_claim(situation, TICKETS)
    assert judged.answer is not None
    assert judged.answer.passage.id == "Kew"


def test_where_neither_is_right_the_documents_are_quoted() -> None:
    judged = judge_claim(about_kew("I think it is 68", "The museum has 9 rooms."), TICKETS)
    assert (judged.verdict, judged.answer, judged.against) == ("open", None, None)
    assert say(judged).text == 'I looked again. What the documents say: "A ticket costs 23 crowns." [1]'


def test_values_of_two_things_do_not_contradict_each_other() -> None:
    said = "A ticket for adults costs {} crowns in summer."
    assert conflicts(pages(Prado=said.format(40), Kew=said.format(23))) == ()
    twice = [Hit(Passage(name, said.format(price), "Kew Museum"), 1.0) for name, price in (("a", 40), ("b", 23))]
    assert len(conflicts(twice)) == 1


def test_values_are_numbers_years_and_names_but_not_the_first_word() -> None:
    found = {(value.kind, value.text) for value in values("Llamas weigh 1,200 pounds in Peru since 1998, three said.")}
    assert found == {("number", "1200"), ("name", "peru"), ("year", "1998"), ("number", "3")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bridge over the fjord opened in 1889.", "The bridge over the fjord opened in 1925."),
        ("The Harbour Bridge was designed by Anna Berg.", "The Harbour Bridge was designed by Otto Lund."),
        ("A permit for burning costs $25 per year.", "A permit for burning costs $40 per year."),
    ],
)
def test_passages_that_contradict_each_other_are_flagged(one: str, other: str) -> None:
    assert [(first.text, second.text) for first, second in conflicts(hits(one, OTHER, other))] == [(one, other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bridge over the fjord opened in 1889.", "The bridge over the fjord opened in 1889."),
        ("The bridge over the fjord opened in 1889.", "The tunnel below a mountain closed in 1925."),
        ("The festival in Oslo drew 300 visitors in 1990.", "The festival in Rome drew 500 visitors in 2001."),
        ("Read the fact sheet for parents [PDF 1.9 MB].", "Read the fact sheet for parents [PDF 1.2 MB]."),
        ("City of Dublin Garbage Collection Days", "City of Auburn Garbage Collection Days"),
    ],
)
def test_different_things_are_no_conflict(one: str, other: str) -> None:
    assert conflicts(hits(one, other)) == ()


def test_sentences_of_one_passage_are_not_compared() -> None:
    assert conflicts(hits("The bridge over the fjord opened in 1889. The bridge over the fjord opened in 1925.")) == ()


def test_long_hostile_passages_are_judged_in_time() -> None:
    texts = [
        "The A" + " A" * 20_000,
        "1 " * 20_000,
        "(" * 40_000,
        'x" [1] ' * 5_000,
        "The bridge opened in 9. " * 2_000,
    ]
    start = time.process_time()
    judge_claim(dispute("But I heard it opened in 1889. " + "no " * 5_000), hits(*texts))
    assert time.process_time() - start < 1.5
