"""`tacit chat` and `tacit serve`: what they print, their exit codes, and the servers as processes."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from tests.dialogue.serve.chat_work import HOSTILE, make_index
from tests.models.endpoint.endpoint_work import Handler, chat, endpoint

from tacit.cli import main as cli

if TYPE_CHECKING:
    from pathlib import Path

LLAMAS = {"llamas.md": "# Llamas\n\nLlamas live in the Andes. They weigh up to 200 kg.\n"}
ASKED = "Where do llamas live?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_index(tmp_path_factory.mktemp("llamas"), LLAMAS))


def pipe(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_questions_on_the_command_line(index: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["chat", index, "--ask", ASKED, "--ask", "What do llamas weigh?"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("Answer - ")
    assert "Llamas live in the Andes." in said.out
    assert said.out.count("[1] Llamas (llamas.md)") == 2
    assert said.err == ""


def test_replies_as_json(index: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["chat", index, "--json", "--ask", ASKED, "--ask", "Thanks!"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["citations"][0]["document"] == "llamas.md"
    assert first["written_by"] == "extracts"
    assert second["decision"]["kind"] == "small_talk"


def test_a_conversation_through_a_pipe(
    index: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, "/why", ASKED, "", "/evidence", "/why", "/dance", "/new", "/evidence", "/quit", "Never asked.")
    assert cli.main(["chat", index]) == 0
    said = capsys.readouterr().out
    for line in (
        "> /why\nNothing was asked yet.", f"> {ASKED}\nAnswer - ", "[1] Llamas\n", f"Looked for: {ASKED}",
        "Probability of", "There is no /dance.", "A new conversation.\n\n> /evidence\nNothing was",
    ):  # fmt: skip
        assert line in said
    assert "Never asked." not in said


def test_documents_do_not_drive_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_index(tmp_path, HOSTILE)
    pipe(monkeypatch, "What do zorbles eat?", "/evidence", "How do zorbles sleep?", "/evidence", "/why", "a\x1b[2Jb?")
    assert cli.main(["chat", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "⟨ESC⟩" in said
    assert not {"\x1b", "\u202e"} & set(said)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["chat", "--json"], "Add --ask TEXT"),
        (["chat", "--serve", "--ask", "x"], "exclude each other"),
        (["chat", "--ask", ""], "Nothing was said"),
        (["chat", "--ask", "x" * 20_001], "Documents are read by `tacit index`"),
        (["chat", "--ask", "x", "--model", "gpt"], "endpoint:MODEL@http://HOST:PORT/v1"),
        (["chat", "--ask", "x", "--verify", "gpt"], "nli:FOLDER"),
        (["chat", "--ask", "x", "--rewrite"], "needs --model"),
        (["chat", "--ask", "x", "--risk", "0.0001"], "cannot be reached"),
        (["chat", "--ask", "x", "--risk", "7"], "less than or equal to 1"),
        (["serve", "--host", "0.0.0.0"], "Name with --host"),  # noqa: S104 - it is refused
        (["serve", "--host", "192.0.2.1"], "add --exposed"),
        (["chat", "--serve", "--host", "192.0.2.1", "--exposed"], "Cannot listen"),
    ],
)
def test_requests_that_cannot_be_met(
    index: str, capsys: pytest.CaptureFixture[str], command: list[str], said: str
) -> None:
    assert cli.main([command[0], index, *command[1:]]) == 2
    shown = capsys.readouterr()
    assert said in shown.err.replace("\n", " ")
    assert "Traceback" not in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("command", ["chat", "serve"])
def test_what_is_no_index(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    for place in (tmp_path, tmp_path / "missing"):
        assert cli.main([command, str(place)]) == 3
        assert "tacit index DOCUMENTS --out" in capsys.readouterr().err


def test_a_port_that_is_taken(index: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert cli.main(["serve", index, "--port", str(taken.getsockname()[1])]) == 2
    assert "Choose another one with --port" in capsys.readouterr().err


def test_a_model_writes_and_fails(
    index: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with endpoint(
        lambda handler, content, number: handler.send(
            chat("They live in the Andes. [1] They also breathe purple fire.")
        )
    ) as seen:
        assert cli.main(["chat", index, "--model", f"endpoint:tiny@{seen.url}", "--ask", ASKED]) == 0
    said = capsys.readouterr().out
    assert "They live in the Andes. [1]" in said
    assert "Not supported by what was found: They also breathe purple fire." in said
    with endpoint(lambda handler, content, number: handler.send(b"no", 404)) as seen:
        assert cli.main(["chat", index, "--model", f"endpoint:tiny@{seen.url}", "--ask", ASKED]) == 4
        pipe(monkeypatch, ASKED, "Thanks!")  # nobody is there to ask again
        assert cli.main(["chat", index, "--model", f"endpoint:tiny@{seen.url}"]) == 4
    assert "You're welcome" not in capsys.readouterr().out


def started(*arguments: str, **options: object) -> subprocess.Popen[str]:
    """The command itself, in a process of its own."""
    code = "import sys; from tacit.cli.main import main; sys.exit(main(sys.argv[1:]))"
    environment = {**os.environ, "TACIT_SERVE_KEY": "sesame", "TERM": "dumb"}
    return subprocess.Popen([sys.executable, "-c", code, *arguments], text=True, env=environment, **options)  # type: ignore[call-overload,no-any-return]


def test_a_server_until_it_is_interrupted(index: str) -> None:
    process = started("serve", index, "--port", "0", stderr=subprocess.PIPE)
    try:
        assert process.stderr
        first, second = process.stderr.readline(), process.stderr.readline()
        assert second == "The key is what TACIT_SERVE_KEY holds.\n"
        base = first.split()[1]
        hello = {"messages": [{"role": "user", "content": ASKED}]}
        assert httpx2.post(f"{base}/chat/completions", json=hello, timeout=10).status_code == 401
        headers = {"Authorization": "Bearer sesame"}
        told = httpx2.post(f"{base}/chat/completions", json=hello, headers=headers, timeout=10).json()
        assert "the Andes" in told["choices"][0]["message"]["content"]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 130
        assert process.stderr.read() == "tacit: interrupted.\n"
    finally:
        process.kill()
        process.wait()


def test_a_person_at_a_terminal_asks_again(index: str) -> None:
    """With a real terminal: a model that fails ends nothing, Ctrl-C stops a reply, Ctrl-D ends the conversation."""
    ours, theirs = pty.openpty()

    unread = b""

    def read_until(end: str) -> str:
        nonlocal unread
        while end.encode() not in unread:
            assert select.select([ours], [], [], 20)[0], unread
            unread += os.read(ours, 4096)
        said, _, unread = unread.partition(end.encode())
        return said.decode()

    asked_again = threading.Event()

    def behave(handler: Handler, content: dict[str, Any], number: int) -> None:
        if number == 1:
            handler.send(b"no", 404)
        else:
            asked_again.set()
            time.sleep(20)

    with endpoint(behave) as seen:
        model = f"endpoint:tiny@{seen.url}"
        process = started("chat", index, "--model", model, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        try:
            read_until("> ")
            os.write(ours, f"{ASKED}\n".encode())
            assert "You can ask again" in read_until("the conversation is as it was.")
            read_until("> ")
            os.write(ours, f"{ASKED}\n".encode())
            assert asked_again.wait(10)
            process.send_signal(signal.SIGINT)
            read_until("Stopped; the conversation is as it was.")
            read_until("> ")
            os.write(ours, b"Thanks!\n")
            read_until("You're welcome.")
            read_until("> ")
            os.write(ours, b"\x04")
            assert process.wait(timeout=10) == 0
        finally:
            process.kill()
            process.wait()
            os.close(ours)
