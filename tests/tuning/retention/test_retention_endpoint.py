from __future__ import annotations

import contextlib
import json
import time
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import pytest
from tests.models.endpoint.endpoint_work import Handler, chat, endpoint

from tacit.errors import EndpointError
from tacit.models.endpoint.http import Patience
from tacit.tuning.retention.endpoint import EndpointAnswerer, parse_answer
from tacit.tuning.retention.protocol import Answer, Prompt

if TYPE_CHECKING:
    from tests.models.endpoint.endpoint_work import Seen

KEY = "sk-very-secret"
QUICK = Patience(seconds=5, tries=3, first_wait=0.02, longest_wait=0.2, reply_bytes=20_000)


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("TACIT_API_KEY", raising=False)


def prompts(n: int) -> list[Prompt]:
    return [Prompt("Input: 1\nOutput: red\n\n", f"Input: {at}\nOutput:", (" red", " blue")) for at in range(n)]


def ask(seen: Seen, n: int = 1, patience: Patience = QUICK, kind: str = "endpoint") -> list[Answer]:
    answerer = EndpointAnswerer(f"{kind}:tiny@{seen.url}", concurrency=4, patience=patience)
    try:
        return answerer.answer(prompts(n))
    finally:
        answerer.close()


def test_answers_come_back_in_order_and_are_parsed() -> None:
    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        at = int(content["messages"][0]["content"].split("Input: ")[-1].split("\n")[0])
        time.sleep(0.01 * (5 - at % 5))
        handler.send(chat(["Blue!", "red", "I think red", None][at % 4]))

    with endpoint(behave) as seen:
        found = ask(seen, 12)
    assert [answer.choice for answer in found] == [1, 0, None, None] * 3
    assert [answer.in_form for answer in found] == [True, True, False, False] * 3
    assert not any(answer.missing for answer in found)
    first = seen.asked[0]
    assert (first["path"], first["model"], first["temperature"]) == ("/v1/chat/completions", "tiny", 0)
    assert "Authorization" not in seen.headers[0]


def test_a_base_model_continues_the_text() -> None:
    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        assert content["prompt"].endswith("Output:")
        handler.send(b'{"choices": [{"text": " blue\\n\\nInput: 7"}]}')

    with endpoint(behave) as seen:
        assert ask(seen, kind="completions")[0] == Answer(1, in_form=True)
    assert seen.asked[0]["path"] == "/v1/completions"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_waited_out(status: int) -> None:
    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        handler.send(chat("red") if number > 2 else b"busy", 200 if number > 2 else status)

    with endpoint(behave) as seen:
        assert ask(seen)[0].choice == 0
    assert len(seen.asked) == 3


def test_what_the_endpoint_wishes_for_is_waited_but_not_longer_than_the_bound() -> None:
    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        wish = {1: "0", 2: formatdate(time.time() + 3600, usegmt=True)}.get(number, "0")
        handler.send(chat("red") if number > 2 else b"", 200 if number > 2 else 429, Retry_After=wish)

    with endpoint(behave) as seen:
        ask(seen, patience=Patience(tries=3, first_wait=30, longest_wait=0.3))
    first, second, third = seen.times
    assert second - first < 0.25 <= third - second < 5


def test_a_failure_that_lasts_says_what_came() -> None:
    with (
        endpoint(lambda handler, content, number: handler.send(b"the moon is full", 500)) as seen,
        pytest.raises(EndpointError, match=r"3 tries.*status 500, the moon is full.*--out") as error,
    ):
        ask(seen)
    assert error.value.exit_code == 4


def test_one_that_hangs_is_given_up() -> None:
    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        time.sleep(3)

    started = time.monotonic()
    with endpoint(behave) as seen, pytest.raises(EndpointError, match=r"Timeout"):
        ask(seen, patience=Patience(seconds=0.2, tries=2, first_wait=0.01))
    assert time.monotonic() - started < 2


def test_one_that_drips_is_given_up() -> None:
    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(100):
                handler.wfile.write(b" ")
                time.sleep(0.05)

    started = time.monotonic()
    with endpoint(behave) as seen, pytest.raises(EndpointError, match=r"not finished after 0\.3 seconds"):
        ask(seen, patience=Patience(seconds=0.3, tries=2, first_wait=0.01))
    assert time.monotonic() - started < 3


def test_a_gigabyte_is_cut_off() -> None:
    sent = [0]

    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(1 << 30))
        handler.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(1 << 14):
                handler.wfile.write(b"x" * (1 << 16))
                sent[0] += 1 << 16

    with endpoint(behave) as seen, pytest.raises(EndpointError, match=r"more than 20,000 bytes"):
        ask(seen)
    time.sleep(0.1)
    assert sent[0] < 1 << 26
    assert len(seen.asked) == 1


def test_a_reply_that_was_compressed_unasked_is_refused() -> None:
    with (
        endpoint(lambda handler, content, number: handler.send(b"x", Content_Encoding="gzip")) as seen,
        pytest.raises(EndpointError, match="compressed"),
    ):
        ask(seen)
    assert seen.headers[0]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    "body",
    [chat("red")[:-9], b"", b"[]", b'"red"', b'{"choices": []}', b'{"choices": [{"message": {"content": 3}}]}',
     b"\xff\xfe<html>", b"[" * 15_000],
)  # fmt: skip
def test_half_json_and_strange_json_are_named(body: bytes) -> None:
    with endpoint(lambda handler, content, number: handler.send(body)) as seen, pytest.raises(EndpointError) as error:
        ask(seen)
    said = str(error.value)
    assert "holds no reply of a model" in said
    assert "\x1b" not in said
    assert len(said) < 600


def test_a_reply_that_breaks_off_is_asked_for_again() -> None:
    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        if number > 1:
            handler.send(chat("red"))
            return
        handler.send_response(200)
        handler.send_header("Content-Length", "500")
        handler.end_headers()
        handler.wfile.write(chat("red")[:20])
        handler.close_connection = True

    with endpoint(behave) as seen:
        assert ask(seen)[0].choice == 0


def test_redirects_are_not_followed() -> None:
    with endpoint(lambda handler, content, number: handler.send(chat("red"))) as elsewhere:
        to = f"{elsewhere.url}/chat/completions"
        with (
            endpoint(lambda handler, content, number: handler.send(b"", 307, Location=to)) as seen,
            pytest.raises(EndpointError, match=r"points to .*instead of answering"),
        ):
            ask(seen)
        assert not elsewhere.asked


def test_the_key_is_sent_and_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    monkeypatch.setenv("TACIT_API_KEY", KEY)

    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        handler.send(json.dumps({"error": f"bad key {handler.headers['Authorization']}"}).encode(), 401)

    with endpoint(behave) as seen, pytest.raises(EndpointError, match="TACIT_API_KEY") as error:
        ask(seen)
    assert seen.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert KEY not in str(error.value)
    assert "***" in str(error.value)
    assert error.value.__cause__ is None


def test_too_long_is_missing_and_not_wrong() -> None:
    said = b'{"error": {"code": "context_length_exceeded"}}'
    with endpoint(lambda handler, content, number: handler.send(said, 400)) as seen:
        assert ask(seen)[0] == Answer(None, missing="longer than the model reads")


def test_nobody_there() -> None:
    with endpoint(lambda handler, content, number: handler.send(b"")) as seen:
        pass
    with pytest.raises(EndpointError, match="ConnectError"):
        ask(seen, patience=Patience(tries=2, first_wait=0.01))


@pytest.mark.parametrize(
    ("text", "choice"),
    [(" red", 0), ("RED.", 0), ("redder", None), ("dark red", 2), ("`dark red`", 2), ("dark", None), ("", None),
     ("\n\nblue", 1), ("not red", None), ("-1", 3), ("-12", None)],
)  # fmt: skip
def test_an_answer_begins_with_an_option(text: str, choice: int | None) -> None:
    assert parse_answer(text, (" red", " blue", " dark red", " -1")) == choice
