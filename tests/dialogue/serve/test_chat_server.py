"""The real server over loopback: a whole offline conversation, its limits, and a model that fails behind it."""

from __future__ import annotations

import json
import socket
import time
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from tests.dialogue.serve.chat_work import Serving, messages, serving, world_index
from tests.models.endpoint.endpoint_work import Handler, chat, endpoint

from tacit.dialogue.serve.wire import LARGEST_REQUEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tacit.dialogue.simulate.world import Thing, World

World_ = tuple["World", "Path"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World_:
    return world_index(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def server(made: World_) -> Iterator[Serving]:
    with serving(made[1]) as running:
        yield running


def museum(world: World) -> Thing:
    return next(thing for thing in world.things if thing.kind.noun == "museum")


def question(world: World) -> str:
    thing = museum(world)
    return thing.told[0].question.format(name=thing.name)


def said(response: dict[str, Any]) -> str:
    found: str = response["choices"][0]["message"]["content"]
    return found


def streamed(response: httpx2.Response) -> list[dict[str, Any]]:
    """The events of a streamed response, without the last one, which says that it is."""
    assert response.headers["content-type"].startswith("text/event-stream")
    *events, done, rest = response.text.split("\n\n")
    assert (done, rest) == ("data: [DONE]", "")
    return [json.loads(event.removeprefix("data: ")) for event in events]


def test_an_answer_with_a_citation(server: Serving, made: World_) -> None:
    told = server.ask(question(made[0]), model="anything", temperature=1, tacit_passages=True)
    reply = told["tacit"]
    assert reply["decision"]["kind"] in {"answer", "partial"}
    cited = reply["citations"][0]
    passage = next(one for one in reply["passages"] if one["id"] == cited["passage"])
    assert passage["text"][cited["start"] : cited["end"]] == cited["text"]
    assert f"[1] {cited['title']} ({cited['document']})" in said(told)
    assert told["choices"][0]["finish_reason"] == "stop"


def test_what_no_document_holds_is_declined(server: Serving) -> None:
    reply = server.ask("What is the boiling point of plutonium?")["tacit"]
    assert reply["decision"]["kind"] == "decline"
    assert "plutonium" in reply["decision"]["looked_for"]


def test_a_clarification_is_finished_by_a_server_that_remembers_nothing(server: Serving, made: World_) -> None:
    unclear = museum(made[0]).told[0].question.format(name="the museum")
    first = server.ask(unclear)
    options = first["tacit"]["decision"]["options"]
    assert first["tacit"]["decision"]["kind"] == "clarify"
    assert len(options) > 1
    second = server.ask(unclear, said(first), "the second one")
    assert second["tacit"]["decision"]["kind"] != "clarify"
    assert options[1] in second["tacit"]["query"]["text"]


def test_a_dispute_is_looked_at_again(server: Serving, made: World_) -> None:
    asked = question(made[0])
    first = server.ask(asked)
    again = server.ask(asked, said(first), "Are you sure?")["tacit"]
    assert again["decision"]["kind"] == "repair"
    assert again["decision"]["verdict"] is not None
    assert again["citations"]


def test_a_stream_says_the_same(server: Serving, made: World_) -> None:
    asked = {"messages": messages(question(made[0])), "stream": True, "stream_options": {"include_usage": True}}
    begin, *pieces, end, usage = streamed(server.post(asked))
    whole = server.ask(question(made[0]))
    assert begin["choices"][0]["delta"]["role"] == "assistant"
    assert "".join(piece["choices"][0]["delta"]["content"] for piece in pieces) == said(whole)
    assert end["choices"][0]["finish_reason"] == "stop"
    assert end["tacit"]["decision"] == whole["tacit"]["decision"]
    assert usage["usage"] == whole["usage"]
    assert len({event["id"] for event in (begin, *pieces, end, usage)}) == 1


@pytest.mark.parametrize(
    ("content", "param"),
    [({}, "messages"), ({"messages": [{"role": "user", "content": 3}]}, "messages.0.content"),
     ({"messages": messages("x" * 20_001)}, "messages"), ({"messages": messages("Hi"), "stream": "no"}, "stream"),
     ([], None)],
)  # fmt: skip
def test_a_wrong_request_is_told_what_is_wrong(server: Serving, content: object, param: str | None) -> None:
    response = server.post(content)
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert error["message"]


def test_what_is_refused(server: Serving) -> None:
    hello = {"messages": messages("Hello")}
    refused = server.post(hello, Host="evil.example")
    assert (refused.status_code, refused.json()["error"]["type"]) == (421, "invalid_request_error")
    assert server.post(hello, Origin="http://evil.example").status_code == 403
    assert server.post(hello, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert httpx2.get(f"{server.base}/v1/chat/completions").status_code == 405
    assert httpx2.get(f"{server.base}/v1/nothing").json()["error"]["message"] == "Not Found"
    large = b'{"messages": "' + b"x" * LARGEST_REQUEST + b'"}'
    assert httpx2.post(f"{server.base}/v1/chat/completions", content=large).status_code == 413
    halves = (large[at : at + 65536] for at in range(0, len(large), 65536))  # with no length told beforehand
    assert httpx2.post(f"{server.base}/v1/chat/completions", content=halves).status_code == 413
    assert server.post(hello).status_code == 200


def test_what_it_says_of_itself(server: Serving) -> None:
    models = httpx2.get(f"{server.base}/v1/models").json()["data"]
    assert models == [httpx2.get(f"{server.base}/v1/models/tacit").json()]
    assert models[0]["id"] == "tacit"
    page = httpx2.get(f"{server.base}/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert httpx2.get(f"{server.base}/about.json").json() == {"index": "index", "passages": 30}


def test_a_server_with_a_key(made: World_) -> None:
    with serving(made[1], key="sesame", page=False) as running:
        hello = {"messages": messages("Hello")}
        for wrong in ("", "Bearer", "Bearer Sesame", "Basic sesame", "sesame"):
            refused = running.post(hello, Authorization=wrong)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == "Bearer"
            assert "Authorization: Bearer KEY" in refused.json()["error"]["message"]
        assert httpx2.get(f"{running.base}/v1/models").status_code == 401
        assert httpx2.get(f"{running.base}/").status_code == 404  # no page was wanted
        assert running.post(hello, Authorization="bearer  sesame").status_code == 200


def send_events(handler: Handler, pieces: Iterator[str]) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    for piece in pieces:
        event = {"choices": [{"delta": {"content": piece}, "finish_reason": None}]}
        handler.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        handler.wfile.flush()


def test_a_model_that_fails_is_an_error_and_the_turn_can_be_asked_again(made: World_) -> None:
    thing = museum(made[0])
    sentence = thing.told[0].statement.format(name=thing.name, it="The museum", value=thing.facts[thing.told[0].key])

    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        if number <= 2:
            handler.send(b"out of order", 500)
        elif number == 3:
            send_events(handler, iter([f"{sentence} [1] ", "And", " then it"]))  # and breaks off
        else:
            handler.send(chat(f"{sentence} [1]"))

    with endpoint(behave) as seen, serving(made[1], model=f"endpoint:tiny@{seen.url}") as running:
        asked = {"messages": messages(question(made[0]))}
        failed = running.post({**asked, "stream": True})
        assert failed.status_code == 502
        assert failed.json()["error"]["type"] == "endpoint_error"
        begin, *_, error = streamed(running.post({**asked, "stream": True}))
        assert begin["choices"][0]["delta"]["role"] == "assistant"
        assert error["error"]["type"] == "endpoint_error"
        assert sentence.rstrip(".") in running.ask(question(made[0]))["tacit"]["text"]


def test_a_client_that_goes_away_stops_the_work(made: World_) -> None:
    thing = museum(made[0])
    sentence = thing.told[0].statement.format(name=thing.name, it="The museum", value=thing.facts[thing.told[0].key])
    left: list[float] = []

    def drip(handler: Handler, content: dict[str, Any], number: int) -> None:
        def sentences() -> Iterator[str]:
            for _ in range(200):
                yield f"{sentence} "
                time.sleep(0.02)

        try:
            send_events(handler, sentences())
        except OSError:
            left.append(time.monotonic())

    with endpoint(drip) as seen, serving(made[1], model=f"endpoint:tiny@{seen.url}") as running:
        body = json.dumps({"messages": messages(question(made[0])), "stream": True}).encode()
        host, _, port = running.base.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as client:
            head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {len(body)}\r\n\r\n"
            client.sendall(head.encode() + body)
            assert client.recv(100).startswith(b"HTTP/1.1 200")
        until = time.monotonic() + 2
        while not left and time.monotonic() < until:
            time.sleep(0.02)
        assert left, "the model still writes for nobody"
        assert running.ask("Thanks!")["tacit"]["decision"]["kind"] == "small_talk"


def test_a_client_that_breaks_off_its_request_is_no_bug(server: Serving, capfd: pytest.CaptureFixture[str]) -> None:
    host, _, port = server.base.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99\r\n\r\n{{".encode())
    assert server.ask("Thanks!")["tacit"]["decision"]["kind"] == "small_talk"
    assert capfd.readouterr().err == ""
