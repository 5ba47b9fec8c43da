from __future__ import annotations

import contextlib
import json
import logging
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.models.endpoint.endpoint_work import Handler, chat, endpoint

from tacit.errors import EndpointError, UsageError
from tacit.models.endpoint.chat import ChatEndpoint
from tacit.models.endpoint.embeddings import EmbeddingEndpoint
from tacit.models.endpoint.http import Patience

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.models.endpoint.endpoint_work import Seen

KEY = "sk-very-secret"
QUICK = Patience(seconds=5, tries=3, first_wait=0.02, longest_wait=0.2, reply_bytes=20_000)
HELLO = [{"role": "user", "content": "Hello"}]


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("TACIT_API_KEY", raising=False)


def complete(seen: Seen, patience: Patience = QUICK) -> str:
    model = ChatEndpoint(f"endpoint:tiny@{seen.url}", patience=patience)
    with contextlib.closing(model):
        return model.complete(HELLO, max_tokens=9)


def stream(seen: Seen, patience: Patience = QUICK) -> list[str]:
    model = ChatEndpoint(f"endpoint:tiny@{seen.url}", patience=patience)
    pieces = []
    with contextlib.closing(model):
        for piece in model.stream(HELLO, max_tokens=9):
            pieces.append(piece)  # noqa: PERF402 - what came before an error is looked at too
    return pieces


def event(text: str | None, finish: str | None = None) -> bytes:
    delta = {} if text is None else {"content": text}
    return b"data: " + json.dumps({"choices": [{"delta": delta, "finish_reason": finish}]}).encode() + b"\n\n"


def send_events(handler: Handler, pieces: Sequence[bytes], wait: float = 0, kind: str = "text/event-stream") -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", kind)
    handler.send_header("Connection", "close")
    handler.end_headers()
    with contextlib.suppress(OSError):
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(wait)
    handler.close_connection = True


def test_a_reply_comes_whole() -> None:
    with endpoint(lambda handler, content, number: handler.send(chat("Hi, é."))) as seen:
        assert complete(seen) == "Hi, é."
    assert seen.asked[0] == {
        "path": "/v1/chat/completions", "model": "tiny", "temperature": 0, "max_tokens": 9, "messages": HELLO,
    }  # fmt: skip


def test_a_reply_comes_piece_by_piece_however_the_bytes_are_cut() -> None:
    whole = b": hello\n\n" + event("") + event("Hé") + event("llo") + event(None, "stop") + b"data: [DONE]\n\n"
    pieces = [whole[at : at + 3] for at in range(0, len(whole), 3)]
    with endpoint(lambda handler, content, number: send_events(handler, pieces)) as seen:
        assert stream(seen) == ["Hé", "llo"]
    assert seen.asked[0]["stream"] is True


def test_an_endpoint_that_does_not_stream_gives_one_piece() -> None:
    with endpoint(lambda handler, content, number: handler.send(chat("All at once."))) as seen:
        assert stream(seen) == ["All at once."]


def test_settings_that_a_model_does_not_take_are_left_out_from_then_on() -> None:
    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        wrong = [name for name in ("max_tokens", "temperature") if name in content]
        said = json.dumps({"error": {"message": "Unsupported", "param": wrong[0]}}).encode() if wrong else chat("Hi.")
        handler.send(said, 400 if wrong else 200)

    with endpoint(behave) as seen:
        model = ChatEndpoint(f"endpoint:tiny@{seen.url}", patience=QUICK)
        with contextlib.closing(model):
            assert list(model.stream(HELLO, max_tokens=9)) == ["Hi."]
            assert model.complete(HELLO, max_tokens=9) == "Hi."
    assert len(seen.asked) == 4
    assert seen.asked[3] == {
        "path": "/v1/chat/completions", "model": "tiny", "max_completion_tokens": 9, "messages": HELLO,
    }  # fmt: skip


def test_thoughts_are_not_part_of_a_reply() -> None:
    with endpoint(lambda handler, content, number: handler.send(chat("<think>Llamas?</think>\n\nThey hum."))) as seen:
        assert complete(seen) == "They hum."
        assert stream(seen) == ["They hum."]


def test_words_come_before_the_end_of_the_reply() -> None:
    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        send_events(handler, [event("first"), event("second", "stop")], wait=0.3)

    with endpoint(behave) as seen:
        model = ChatEndpoint(f"endpoint:tiny@{seen.url}", patience=QUICK)
        started = time.monotonic()
        assert next(model.stream(HELLO, max_tokens=9)) == "first"
        assert time.monotonic() - started < 0.3
        model.close()


@pytest.mark.parametrize(
    ("pieces", "said"),
    [([event("half")], "stopped before the end"),
     ([event("half"), b'data: {"choices": [{"del'], "stopped before the end"),
     ([b'data: {"choices": [{"del\n\n'], "holds no reply of a model"),
     ([b'data: {"error": "no memory"}\n\n'], "no memory"),
     ([b'data: {"choices": [{"delta": {"content": [1]}}]}\n\n'], "holds no reply of a model"),
     ([b"data: " + b"[" * 9_000 + b"\n\n"], "holds no reply of a model"),
     ([], "stopped before the end")],
)  # fmt: skip
def test_a_stream_that_is_cut_or_strange_is_named(pieces: list[bytes], said: str) -> None:
    with (
        endpoint(lambda handler, content, number: send_events(handler, pieces)) as seen,
        pytest.raises(EndpointError, match=said) as error,
    ):
        stream(seen)
    assert len(str(error.value)) < 600


def test_a_stream_is_asked_for_again_only_before_it_begins() -> None:
    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        if number < 3:
            handler.send(b"busy", 429 if number == 1 else 500, Retry_After="0")
        else:
            send_events(handler, [event("half"), event(" and", None)], wait=1)

    with endpoint(behave) as seen, pytest.raises(EndpointError, match=r"broke off in its reply: .*Ask again"):
        stream(seen, Patience(seconds=0.5, tries=4, first_wait=0.01))
    assert len(seen.asked) == 3


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json"])
def test_a_gigabyte_is_cut_off(kind: str) -> None:
    with (
        endpoint(
            lambda handler, content, number: send_events(handler, [b"x" * (1 << 16)] * (1 << 14), kind=kind)
        ) as seen,
        pytest.raises(EndpointError, match=r"more than 20,000 bytes"),
    ):
        stream(seen)
    assert len(seen.asked) == 1


def test_one_that_hangs_or_drips_is_given_up() -> None:
    def hang(handler: Handler, content: dict[str, Any], number: int) -> None:
        time.sleep(2)

    def drip(handler: Handler, content: dict[str, Any], number: int) -> None:
        send_events(handler, [b":\n"] * 100, wait=0.05)

    impatient = Patience(seconds=0.2, tries=2, first_wait=0.01)
    for behave, ask in ((hang, complete), (hang, stream), (drip, stream), (drip, complete)):
        started = time.monotonic()
        with endpoint(behave) as seen, pytest.raises(EndpointError, match=r"no answer in 2 tries.*Try again"):
            ask(seen, impatient)
        assert time.monotonic() - started < 1.5


def test_a_refusal_says_what_to_do_and_not_the_key(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TACIT_API_KEY", KEY)
    caplog.set_level(logging.DEBUG)

    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        handler.send(json.dumps({"error": f"bad key {handler.headers['Authorization']}"}).encode(), 401)

    for ask in (complete, stream):
        with endpoint(behave) as seen, pytest.raises(EndpointError, match="TACIT_API_KEY") as error:
            ask(seen)
        assert seen.headers[0]["Authorization"] == f"Bearer {KEY}"
        assert KEY not in str(error.value)
    with endpoint(
        lambda handler, content, number: send_events(handler, [event(f"It is {KEY}."), event(None, "stop")])
    ) as seen:
        assert stream(seen) == ["It is ***."]
        model = ChatEndpoint(f"endpoint:tiny@{seen.url}")
        assert KEY not in repr(model) + repr(model._poster)
        model.close()
    assert KEY not in caplog.text


def test_a_model_that_only_continues_texts_is_refused() -> None:
    with pytest.raises(UsageError, match="holds no conversations"):
        ChatEndpoint("completions:tiny@http://localhost/v1")


def test_vectors_come_in_order_and_of_unit_length() -> None:
    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        rows = [{"index": at, "embedding": [len(text), 1.0]} for at, text in enumerate(content["input"])]
        handler.send(json.dumps({"data": rows[::-1]}).encode())

    with endpoint(behave) as seen:
        model = EmbeddingEndpoint(f"endpoint:tiny@{seen.url}", patience=QUICK)
        vectors = model.embed(["a" * at for at in range(70)])
        assert model.dimensions == 2
        model.close()
    assert vectors.shape == (70, 2)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.all(np.diff(vectors[:, 0]) > 0)
    assert [len(asked["input"]) for asked in seen.asked] == [64, 6]
    assert seen.asked[0]["path"] == "/v1/embeddings"


@pytest.mark.parametrize(
    "data",
    [None, [], [{"index": 0, "embedding": [1, 2]}], [{"index": 0, "embedding": "QUJD"}, {"index": 1, "embedding": ""}],
     [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1]}], [{"index": 0}, {"index": 1}],
     [{"index": 0, "embedding": [1, float("nan")]}, {"index": 1, "embedding": [1, 2]}]],
)  # fmt: skip
def test_what_holds_no_vectors_is_named(data: object) -> None:
    with endpoint(lambda handler, content, number: handler.send(json.dumps({"data": data}).encode())) as seen:
        model = EmbeddingEndpoint(f"endpoint:tiny@{seen.url}", patience=QUICK)
        with contextlib.closing(model), pytest.raises(EndpointError, match="one vector for each of 2 texts"):
            model.embed(["a", "b"])
