"""A conversation: what it remembers, what it takes up from outside, and what happens when a step fails."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.dialogue.serve.chat_work import make_index, world_index

from tacit.dialogue import Conversation, Index, make_steps
from tacit.dialogue.answer.extractive import ExtractiveAnswerer
from tacit.dialogue.clarify.ask import ask
from tacit.dialogue.clarify.asked import offered
from tacit.dialogue.meant import Meant
from tacit.dialogue.protocols import Draft
from tacit.dialogue.records import Turn
from tacit.dialogue.replies import Reply
from tacit.dialogue.told import sources
from tacit.errors import EndpointError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tacit.dialogue import Decision, Span, Steps
    from tacit.dialogue.protocols import Situation
    from tacit.dialogue.simulate.world import World

Made = tuple["World", Index, "Steps"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    world, folder = world_index(tmp_path_factory.mktemp("world"))
    with Index.open(folder) as index:
        yield world, index, make_steps(index)


class Scripted(ExtractiveAnswerer):
    """Answers in pieces, and fails as often as told, half-way."""

    def __init__(self, failures: int = 0) -> None:
        super().__init__()
        self.failures = failures
        self.given: list[Situation] = []

    def stream(self, situation: Situation, decision: Decision, spans: Sequence[Span]) -> Iterator[str | Draft]:
        self.given.append(situation)
        yield "One "
        if self.failures:
            self.failures -= 1
            raise EndpointError("It broke off. Ask again.")
        yield "two."
        yield Draft("One two.", ())

    def answer(self, situation: Situation, decision: Decision, spans: Sequence[Span]) -> Draft:
        *_, draft = self.stream(situation, decision, spans)
        assert isinstance(draft, Draft)
        return draft


nouns = st.from_regex(r"\A[a-z]{3,9}( [a-z]{3,9})?\Z")
options = st.lists(
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
    | st.sampled_from(["Paris, Texas", "Now or Never", "1. Elbe", "Who Is It? Which one do you mean?", "Po. Which"]),
    max_size=6,
)


@given(nouns, options)
@example("city", ["Paris, Texas", "Paris"])
def test_a_question_back_can_be_read_again(noun: str, given_options: list[str]) -> None:
    assert offered(ask(noun, given_options)) == tuple(given_options)


@pytest.mark.parametrize(
    "text", ["", "It hums. [1]", "Which one do you mean?", "Do you mean it?", "Which do you mean? No."]
)
def test_other_words_are_no_question_back(text: str) -> None:
    assert offered(text) is None
    assert offered(f"There are several {'x' * 5000}") is None


def questions(world: World) -> tuple[str, str, str]:
    """One that needs asking back, one on what is told of a thing, and one that leans on it."""
    thing = next(thing for thing in world.things if thing.kind.noun == "museum")
    first, second = thing.told[:2]
    return (
        first.question.format(name="the museum"),
        first.question.format(name=thing.name),
        second.question.format(name="it"),
    )


@pytest.mark.parametrize("listed", [False, True])
def test_a_conversation_from_outside_goes_on_as_its_own(made: Made, listed: bool) -> None:
    world, index, steps = made
    unclear, clear, leaning = questions(world)
    live = Conversation(index, steps=steps)
    history: list[Turn] = []
    kinds = []
    for text in (
        unclear,
        "the second one",
        leaning,
        "Are you sure?",
        unclear,
        "neither",
        "the third",
        clear,
        "Thanks!",
    ):
        here = live.ask(text)
        there = Conversation(index, history=history, steps=steps).ask(text)
        assert (there.text, there.decision, there.query) == (here.text, here.decision, here.query)
        said = f"{here.text}\n\n{sources(here)}" if listed and sources(here) else here.text
        history += [Turn("user", text), Turn("assistant", said)]
        kinds.append(here.decision.kind)
    assert kinds[0] == "clarify"
    assert len(live.replies) == 9
    if not listed:
        assert live.history == history


def test_a_clarified_question_is_one_turn_and_is_not_asked_about_again(made: Made) -> None:
    world, index, steps = made
    unclear, _, leaning = questions(world)
    answerer = Scripted()
    conversation = Conversation(index, steps=replace(steps, answerer=answerer))
    asked_back = Conversation(index, steps=steps).ask(unclear)
    assert asked_back.decision.kind == "clarify"
    assert len(asked_back.decision.options) > 1
    conversation = Conversation(
        index,
        history=[Turn("user", unclear), Turn("assistant", asked_back.text)],
        steps=replace(steps, answerer=answerer),
    )
    chosen = asked_back.decision.options[1]
    reply = conversation.ask("the second one")
    assert reply.decision.kind != "clarify"
    assert chosen in reply.query.text
    conversation.ask(leaning)
    assert [turn.text for turn in answerer.given[-1].history] == [reply.query.text, "One two."]
    assert [turn.text for turn in conversation.history[:3]] == [unclear, asked_back.text, "the second one"]


def test_what_was_turned_down_is_not_offered_again(made: Made) -> None:
    world, index, steps = made
    unclear = questions(world)[0]
    conversation = Conversation(index, steps=steps)
    first = conversation.ask(unclear)
    again = conversation.ask("neither")
    assert again.decision.kind == "clarify"
    assert not set(again.decision.options) & set(first.decision.options)
    assert again.text != first.text
    assert conversation.ask(f"the {first.decision.options[0]}").decision.kind != "clarify"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["user", "assistant"]),
            st.sampled_from(["What is the river?", "Which river do you mean?", "neither", "the second", "Po", "", "no"])
            | st.text(max_size=20)
            | st.just(ask("river", ("Po", "Elbe", "Oder", "Nile"))),
        ),
        max_size=8,
    ),
    st.text(max_size=20),
)
def test_any_history_is_taken(history: list[tuple[str, str]], text: str) -> None:
    meant = Meant([Turn("user" if role == "user" else "assistant", said) for role, said in history])
    before = list(meant.turns)
    taken = meant.take(text)
    assert len(before) <= len(history)
    assert meant.turns == before  # nothing is kept of a turn until it was answered
    assert list(taken.history) in ([*before], before[:-2])


def test_a_turn_that_fails_can_be_taken_again(made: Made) -> None:
    world, index, steps = made
    _, clear, _ = questions(world)
    conversation = Conversation(index, steps=replace(steps, answerer=Scripted(failures=2)))
    with pytest.raises(EndpointError):
        conversation.ask(clear)
    pieces = conversation.stream(clear)
    assert next(pieces) == "One "
    with pytest.raises(EndpointError):
        next(pieces)
    assert (conversation.history, conversation.replies) == ([], [])
    assert conversation.ask(clear).text == "One two."
    assert [turn.text for turn in conversation.history] == [clear, "One two."]


def test_a_clarification_survives_a_failure(made: Made) -> None:
    world, index, steps = made
    unclear = questions(world)[0]
    conversation = Conversation(index, steps=steps)
    options = conversation.ask(unclear).decision.options
    conversation._steps = replace(steps, answerer=Scripted(failures=1))
    with pytest.raises(EndpointError):
        conversation.ask("the first")
    assert options[0] in conversation.ask("the first").query.text


def test_a_stream_gives_pieces_and_then_the_reply(made: Made) -> None:
    world, index, steps = made
    conversation = Conversation(index, steps=replace(steps, answerer=Scripted()))
    *pieces, reply = conversation.stream(questions(world)[1])
    assert pieces == ["One ", "two."]
    assert isinstance(reply, Reply)
    assert reply.text == "One two."
    assert set(reply.seconds) == {"resolve", "retrieve", "decide", "compress", "answer"}


def test_a_stream_that_is_left_holds_nothing_up(made: Made) -> None:
    world, index, steps = made
    clear = questions(world)[1]
    conversation = Conversation(index, steps=replace(steps, answerer=Scripted()))
    kept = conversation.stream(clear)
    next(kept)
    with pytest.raises(UsageError, match="still being streamed"):
        conversation.ask(clear)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(conversation.ask, clear)
        kept.close()
        assert waiting.result(timeout=5).text == "One two."
    assert len(conversation.replies) == 1


def test_without_holding_up_the_event_loop(made: Made) -> None:
    world, index, steps = made
    clear = questions(world)[1]

    async def talk() -> tuple[list[str | Reply], Reply]:
        conversation = Conversation(index, steps=replace(steps, answerer=Scripted()))
        async for _ in conversation.astream(clear):
            break
        pieces = [piece async for piece in conversation.astream(clear)]
        return pieces, await conversation.aask(clear)

    pieces, reply = asyncio.run(asyncio.wait_for(talk(), 10))
    assert pieces[:2] == ["One ", "two."]
    assert reply.text == "One two."


def test_threads_take_turns(made: Made) -> None:
    world, index, steps = made
    conversation, other = Conversation(index, steps=steps), Conversation(index, steps=steps)
    asked = [thing.told[0].question.format(name=thing.name) for thing in world.things[:6]]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda text: (conversation.ask(text), other.ask(text)), asked))
    for talked in (conversation, other):
        assert [turn.role for turn in talked.history] == ["user", "assistant"] * 6
        assert sorted(turn.text for turn in talked.history[::2]) == sorted(asked)
        assert [turn.text for turn in talked.history[1::2]] == [reply.text for reply in talked.replies]


def test_documents_are_indexed_meanwhile(tmp_path: Path) -> None:
    folder = make_index(tmp_path, {"llamas.md": "# Llamas\n\nLlamas live in the Andes."})
    with Conversation(folder) as conversation:
        assert conversation.ask("Where do llamas live?").decision.kind == "answer"
        (tmp_path / "docs" / "emus.md").write_text("# Emus\n\nEmus live in Australia.")
        writer = threading.Thread(target=Index.build, args=([tmp_path / "docs"], folder))
        writer.start()
        while writer.is_alive():
            assert conversation.ask("Where do llamas live?").citations
        assert "Australia" in conversation.ask("Where do emus live?").text


def test_an_index_is_closed_by_who_opened_it(tmp_path: Path) -> None:
    folder = make_index(tmp_path, {"llamas.md": "# Llamas\n\nLlamas live in the Andes."})
    with Index.open(folder) as index:
        with Conversation(index) as first:
            first.ask("Where do llamas live?")
        assert Conversation(index).ask("Where do llamas live?").citations


@pytest.mark.parametrize(("text", "said"), [("", "Nothing was said"), (" \n", "Nothing"), ("x" * 20_001, "20,000")])
def test_what_cannot_be_asked(made: Made, text: str, said: str) -> None:
    _, index, steps = made
    conversation = Conversation(index, steps=steps)
    with pytest.raises(UsageError, match=said):
        conversation.ask(text)
    assert conversation.history == []


def test_what_a_dispute_was_judged_by_is_what_is_cited(made: Made) -> None:
    world, index, steps = made
    thing = next(thing for thing in world.things if "founded" in thing.facts)
    talk = Conversation(index, steps=steps)
    talk.ask(f"When was {thing.name} founded?")
    reply = talk.ask("No, I think it was founded in 1066.")
    judged = reply.decision.judgement
    assert judged is not None
    assert reply.decision.verdict == judged.verdict == "kept"
    assert reply.citations[0].span is judged.answer  # the very one, so it was not judged twice
