"""Requests and responses of chat completions, as clients of OpenAI's interface write and read them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.records import Passage, Query, Span, Turn
from tacit.dialogue.replies import Citation, Decision, Reply
from tacit.dialogue.serve.wire import MOST_TURNS, Chunks, RequestError, completion, event, read
from tacit.dialogue.told import unsourced

HELLO = {"role": "user", "content": "Hello"}


def body(**fields: Any) -> bytes:
    return json.dumps({"messages": [HELLO], **fields}).encode()


def reply() -> Reply:
    cited = Citation(1, Span(Passage("p", "Llamas hum.", "Llamas", "llamas.md"), 0, 11))
    return Reply("They hum. [1]", Decision("answer", "So."), Query("llamas?", {"llama": 1.0}), citations=(cited,))


def test_what_clients_send_is_read() -> None:
    parts = [{"type": "text", "text": "What"}, {"type": "image_url", "image_url": {"url": "x"}},
             {"type": "text", "text": "is it?"}]  # fmt: skip
    wanted = read(
        body(
            model="gpt-9", temperature=0.3, tools=[], n=1, seed=None, stream=None, user="me",
            messages=[
                {"role": "system", "content": "Rhyme."}, {"role": "developer", "content": "Or not."},
                {"role": "assistant", "content": None, "tool_calls": []}, {**HELLO, "name": "Ada"},
                {"role": "assistant", "content": "Hi.", "refusal": None}, {"role": "tool", "content": "7"},
                {"role": "user", "content": parts},
            ],
        )
    )  # fmt: skip
    assert not wanted.stream
    assert wanted.conversation() == ([Turn("user", "Hello"), Turn("assistant", "Hi.")], "What\nis it?")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (b"{", None), (b"", None), (b"[]", None), (b"\xff{}", None), (b"[" * 100_000, None),
        (b"{}", "messages"), (body(messages=[]), "messages"), (body(messages={}), "messages"),
        (body(messages=[HELLO] * (MOST_TURNS + 1)), "messages"),
        (body(messages=["Hello"]), "messages.0"), (body(messages=[{"content": "x"}]), "messages.0.role"),
        (body(messages=[{"role": "wizard", "content": "x"}]), "messages.0.role"),
        (body(messages=[HELLO, {"role": "user", "content": 3}]), "messages.1.content"),
        (body(messages=[{"role": "user", "content": [{"text": "x"}]}]), "messages.0.content.0.type"),
        (body(stream="yes"), "stream"), (body(model=3), "model"), (body(stream_options=[]), "stream_options"),
        (body(stream_options={"include_usage": 1}), "stream_options.include_usage"),
    ],
)  # fmt: skip
def test_a_wrong_request_names_the_field(sent: bytes, field: str | None) -> None:
    with pytest.raises(RequestError) as error:
        read(sent)
    assert error.value.field == field
    assert str(error.value).startswith(error.value.field or "The request")
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    "messages",
    [[HELLO, {"role": "assistant", "content": "Hi."}], [{"role": "system", "content": "x"}],
     [{"role": "user", "content": " \n"}], [{"role": "user", "content": [{"type": "image_url"}]}]],
)  # fmt: skip
def test_the_last_word_must_be_the_users(messages: list[dict[str, Any]]) -> None:
    with pytest.raises(RequestError, match="the last one must be the user's") as error:
        read(body(messages=messages)).conversation()
    assert error.value.field == "messages"


def test_a_response_lists_its_sources_and_counts_words() -> None:
    told = completion(reply(), read(body()), "chatcmpl-1")
    assert (told["id"], told["object"]) == ("chatcmpl-1", "chat.completion")
    message = told["choices"][0]["message"]
    assert message["content"] == "They hum. [1]\n\n[1] Llamas (llamas.md)"
    assert told["choices"][0]["finish_reason"] == "stop"
    assert told["usage"] == {"prompt_tokens": 1, "completion_tokens": 6, "total_tokens": 7}
    assert told["tacit"]["decision"]["kind"] == "answer"
    assert "passages" not in told["tacit"]
    assert unsourced(message["content"]) == "They hum."


def decoded(events: list[bytes]) -> list[dict[str, Any]]:
    assert all(said.startswith(b"data: ") and said.endswith(b"\n\n") and said.count(b"\n") == 2 for said in events)
    return [json.loads(said[6:]) for said in events]


def test_chunks_of_a_stream() -> None:
    chunks = Chunks(read(body(stream=True, stream_options={"include_usage": True})), "chatcmpl-2")
    begin, piece, listed, end, usage = decoded([chunks.begin(), chunks.piece("They\nhum."), *chunks.end(reply())])
    assert {said["id"] for said in (begin, piece, listed, end, usage)} == {"chatcmpl-2"}
    assert len({said["created"] for said in (begin, end, usage)}) == 1
    assert begin["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert piece["choices"][0] == {
        "index": 0, "delta": {"content": "They\nhum."}, "logprobs": None, "finish_reason": None,
    }  # fmt: skip
    assert listed["choices"][0]["delta"]["content"] == "\n\n[1] Llamas (llamas.md)"
    assert (end["choices"][0]["delta"], end["choices"][0]["finish_reason"]) == ({}, "stop")
    assert end["tacit"]["text"] == "They hum. [1]"
    assert (usage["choices"], usage["usage"]["total_tokens"]) == ([], 7)
    assert all(said["usage"] is None for said in (begin, piece, listed, end))
    without = Chunks(read(body(stream=True)), "chatcmpl-3")
    assert all("usage" not in said for said in decoded([without.begin(), *without.end(reply())]))


@given(st.text())
def test_no_text_can_begin_an_event_of_its_own(text: str) -> None:
    said = event({"x": text})
    assert said.count(b"\n") == 2
    assert said.isascii()
    assert json.loads(said[6:])["x"] == text
