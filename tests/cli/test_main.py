"""Every ending of the command line: what it says, and its exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import pytest
import typer

from tacit import __version__
from tacit.cli import main as cli
from tacit.errors import CheckFailedError, DataError, EndpointError, MissingExtraError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Registers a function as ``tacit try``."""

    def install(function: Callable[..., None], *, resumes: bool = False) -> None:
        module = ModuleType("tacit.cli.made_up")
        module.__spec__ = cli.__spec__
        vars(module)["go"] = function
        monkeypatch.setitem(sys.modules, module.__name__, module)
        table: Mapping[str, cli.Command] = {"try": cli.Command(module.__name__, "go", "Try it.", resumes=resumes)}
        monkeypatch.setattr(cli, "COMMANDS", table)

    return install


def raises(error: BaseException) -> Callable[[], None]:
    def go() -> None:
        raise error

    return go


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"tacit {__version__}\n"


def test_help_lists_every_command_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    for name, command in cli.COMMANDS.items():
        assert name in shown
        assert command.help[:40] in shown


def test_a_command_shows_its_own_options_when_asked(
    command: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    def go(size: Annotated[int, typer.Option(help="How [large].")] = 3) -> None:
        """Do it.

        In full.
        """

    command(go)
    assert cli.main(["try", "--help"]) == 0
    shown = capsys.readouterr().out
    assert "--size" in shown
    assert "How [large]." in shown
    assert "In full." in shown
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "--size" not in shown
    assert "Try it." in shown


@pytest.mark.parametrize("args", [["nonsense"], ["doctor", "--nonsense"], ["doctor", "extra"], ["--nonsense"]])
def test_usage_errors_exit_2(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(args) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CheckFailedError("a < b"), 1),
        (UsageError("no column 'x'"), 2),
        (MissingExtraError("--engine ray", "cluster"), 2),
        (DataError("a.csv: row 3"), 3),
        (EndpointError("no answer"), 4),
    ],
)
def test_expected_errors_are_one_message(
    error: Exception, code: int, command: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    command(raises(error))
    assert cli.main(["try"]) == code
    assert capsys.readouterr().err == f"tacit: error: {error}\n"


def test_messages_cannot_drive_the_terminal(command: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    command(raises(DataError("column 'a\x1b[2Jb\x07\u202ec\u00a0d\ud800'\nnext")))
    cli.main(["try"])
    assert capsys.readouterr().err == "tacit: error: column 'a\\u001b[2Jb\\u0007\\u202ec\u00a0d\\ud800'\nnext\n"


def test_a_file_that_cannot_be_written_is_no_bug(
    command: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    command(raises(OSError(28, "No space left on device", "out/report.html")))
    assert cli.main(["try"]) == 3
    assert capsys.readouterr().err == "tacit: error: out/report.html: No space left on device\n"


def test_a_missing_package_is_named(command: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    command(raises(ModuleNotFoundError("No module named 'polars'", name="polars")))
    assert cli.main(["try"]) == 2
    assert "'polars' is not installed" in capsys.readouterr().err


def test_a_bug_is_owned_without_a_traceback(
    command: Callable[..., None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TACIT_DEBUG", raising=False)
    command(raises(KeyError("oops")))
    assert cli.main(["try"]) == 70
    said = capsys.readouterr().err
    assert f"this is a bug in tacit {__version__}: KeyError: 'oops'" in said
    assert "Traceback" not in said
    monkeypatch.setenv("TACIT_DEBUG", "1")
    assert cli.main(["try"]) == 70
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "this is a bug" in said


@pytest.mark.parametrize(
    ("args", "resumes", "hint"),
    [
        (["try", "--out", "x"], True, True),
        (["try", "--out=x"], True, True),
        (["try"], True, False),
        (["try", "--out", "x"], False, False),
    ],
)
def test_interruption_says_how_to_go_on(
    args: list[str],
    resumes: bool,
    hint: bool,
    command: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def go(out: str = "") -> None:
        raise KeyboardInterrupt

    command(go, resumes=resumes)
    assert cli.main(args) == 130
    said = capsys.readouterr().err
    assert said.startswith("tacit: interrupted.")
    assert ("run the same command again" in said) is hint


def test_interruption_at_a_prompt(command: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    command(raises(typer.Abort()))
    assert cli.main(["try"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_a_command_may_choose_its_exit_code(command: Callable[..., None]) -> None:
    command(raises(typer.Exit(5)))
    assert cli.main(["try"]) == 5
    command(lambda: None)
    assert cli.main(["try"]) == 0


def child(*args: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [sys.executable, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


def test_closed_pipe_is_quiet() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "tacit", "doctor"], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_ctrl_c_in_a_real_process(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    code = (
        "import sys, time, types, pathlib\n"
        "from tacit.cli import main as cli\n"
        "def go():\n"
        "    pathlib.Path(sys.argv[1]).touch()\n"
        "    time.sleep(30)\n"
        "module = types.ModuleType('tacit.cli.made_up'); module.__spec__ = cli.__spec__; module.go = go\n"
        "sys.modules[module.__name__] = module\n"
        "cli.COMMANDS = {'try': cli.Command(module.__name__, 'go', 'Try it.')}\n"
        "sys.exit(cli.main(['try']))\n"
    )
    with child("-c", code, str(ready)) as process:
        deadline = time.monotonic() + 20
        while not ready.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said == "tacit: interrupted.\n"


def test_a_terminal_that_cannot_show_a_character() -> None:
    code = (
        "import sys; from tacit.cli import main as cli\n"
        "cli.main = lambda args: print(args[0]) or 0\n"
        "sys.argv = ['tacit', '\\u2603']; cli.run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, env={**os.environ, "PYTHONIOENCODING": "latin-1"}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "\\u2603\n", "")


def test_shell_completion_knows_every_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tacit"],
        capture_output=True, text=True, check=False,
        env={**os.environ, "_TACIT_COMPLETE": "complete_bash", "COMP_WORDS": "tacit doctor --", "COMP_CWORD": "2"},
    )  # fmt: skip
    assert done.stdout.split() == ["--json", "--help"]


def test_everything_that_is_listed_can_be_loaded() -> None:
    names = {command.name for command in cli.build(everything=True).registered_commands}
    assert names == set(cli.COMMANDS)
