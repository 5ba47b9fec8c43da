#!/usr/bin/env python3
"""Set tacit up on a machine that has only Python 3.11 and git, and run it.

    python3 bootstrap.py demo    create .venv, install tacit and PyTorch, run `tacit study reporting-bias`
    python3 bootstrap.py test    create .venv with what the tests need, run ruff, mypy and pytest

Words after ``--`` go to ``tacit study`` or to ``pytest``. The second time nothing is installed unless pyproject.toml or
constraints.txt changed. Only the standard library is used, and syntax that old Pythons can read, so that they can say
that they are too old.

Exit codes: 0 done, 1 a test or the study failed, 2 the request is wrong, 3 the environment could not be set up.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
STAMP = "tacit-bootstrap.json"
"""File in the environment that says that this script made it, and from what."""

INSTALLS = {
    "demo": ["-e", ".[laboratory]"],
    "test": [
        *(
            "-e",
            ".[languages,remote,cluster,elicit,overlap,laboratory,checkpoints,tuning,endpoints,dialogue,embeddings,qdrant]",
        ),
        *("--group", "test", "--group", "evals", "--group", "docs"),
    ],
}
"""What pip installs for each command."""

OLDEST = (3, 11)

NETWORK = re.compile(
    r"NameResolutionError|NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|SSLError|"
    r"Failed to establish a new connection|Temporary failure in name resolution|Network is unreachable"
)
"""What pip prints when the package index cannot be reached."""


class SetupError(Exception):
    """The environment cannot be set up; the message says what to do."""


def say(message: str) -> None:
    """Print at once, so that the order is right when the output goes to a file."""
    print("bootstrap: " + message, flush=True)


def require_python(version: tuple[int, ...], interpreter: str) -> None:
    """Refuse a Python that is too old, naming a newer one if there is one."""
    if version >= OLDEST:
        return
    newer = [shutil.which(f"python3.{minor}") for minor in range(OLDEST[1], 20)]
    found = [path for path in newer if path]
    raise SetupError(
        "tacit needs Python {}.{} or later; {} is {}.{}. {}".format(
            *OLDEST,
            interpreter,
            *version[:2],
            f"There is a newer one: {found[-1]} bootstrap.py ..."
            if found
            else "Install a newer one and start this script with it, or name it with --python.",
        )
    )


def probe(interpreter: str) -> tuple[int, ...]:
    """The version of an interpreter that can make virtual environments."""
    code = "import sys; print(*sys.version_info[:3]); import venv, ensurepip"
    try:
        done = subprocess.run([interpreter, "-c", code], capture_output=True, text=True, check=False)
    except OSError as error:
        raise SetupError(f"cannot run {interpreter}: {error.strerror or error}") from None
    words = done.stdout.split()
    if not words:
        raise SetupError(f"{interpreter} is not a working Python:\n{done.stderr.strip()}")
    version = tuple(int(word) for word in words)
    require_python(version, interpreter)
    if done.returncode:
        raise SetupError(
            f"{interpreter} cannot make virtual environments ({done.stderr.strip().splitlines()[-1]}).\n"
            f"On Debian and Ubuntu: sudo apt install python{version[0]}.{version[1]}-venv"
        )
    return version


class Environment:
    """The virtual environment of a checkout.

    Args:
        root: The checkout.
        place: Where the environment is or will be.
    """

    def __init__(self, root: Path, place: Path) -> None:
        self.root = root
        self.place = place
        self.bin = place / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.bin / ("python.exe" if os.name == "nt" else "python")

    def environ(self) -> dict[str, str]:
        """The caller's variables, without those that would let other packages in.

        Nor with the one that keeps bytecode from being written: tests start hundreds of processes, and each would
        compile tacit anew, which is a quarter of what most of them take.
        """
        left = {"PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"}
        kept = {key: value for key, value in os.environ.items() if key not in left}
        kept["VIRTUAL_ENV"] = str(self.place)
        kept["PATH"] = os.pathsep.join([str(self.bin), kept.get("PATH", "")])
        return kept

    def inputs(self) -> str:
        """A hash of everything that decides what is installed."""
        digest = hashlib.sha256(json.dumps(INSTALLS, sort_keys=True).encode())
        for name in ("pyproject.toml", "constraints.txt"):
            digest.update((self.root / name).read_bytes())
        return digest.hexdigest()

    def stamp(self) -> dict[str, object]:
        """What was recorded about the environment; empty if this script did not make it."""
        try:
            read = json.loads((self.place / STAMP).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def write_stamp(self, **facts: object) -> None:
        """Record facts, in one step, so that an interrupted run never leaves half of them."""
        new = self.place / (STAMP + ".new")
        new.write_text(json.dumps({"root": str(self.root), **facts}), encoding="utf-8")
        new.replace(self.place / STAMP)

    def works(self, wanted: tuple[int, ...]) -> bool:
        """Whether the environment runs, belongs to this checkout and has the wanted version of Python."""
        stamp = self.stamp()
        if stamp.get("root") != str(self.root) or stamp.get("python") != list(wanted):
            return False
        done = subprocess.run([str(self.python), "-c", "import pip"], capture_output=True, check=False)
        return done.returncode == 0

    def create(self, interpreter: str, version: tuple[int, ...]) -> None:
        """Make the environment anew, unless something that is not ours stands in its place."""
        if self.place.exists() and not self.stamp():
            raise SetupError(
                f"{self.place} exists and was not made by this script, so it is left alone. "
                "Move it away, or choose another place with --venv."
            )
        if self.place.exists():
            shutil.rmtree(self.place)
        say(f"creating {self.place} with Python {'.'.join(map(str, version))}")
        self.place.mkdir(parents=True)
        self.write_stamp(python=[], inputs="", installed=[])  # ours from here on, finished or not
        done = subprocess.run([interpreter, "-m", "venv", str(self.place)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise SetupError(f"{interpreter} -m venv failed:\n{(done.stdout + done.stderr).strip()}")
        self.write_stamp(python=list(version), inputs="", installed=[])

    def pip(self, *words: str) -> None:
        """Run pip quietly; when it fails, show the end of what it said."""
        command = [str(self.python), "-m", "pip", "--disable-pip-version-check", "--no-input", *words]
        done = subprocess.run(
            command,
            cwd=str(self.root),
            env=self.environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode == 0:
            return
        said = "\n".join(done.stdout.strip().splitlines()[-15:])
        if NETWORK.search(done.stdout):
            raise SetupError(
                f"{said}\n\nThe package index cannot be reached. Check the network; behind a proxy set HTTPS_PROXY, "
                "with a mirror set PIP_INDEX_URL. Then run the same command again."
            )
        raise SetupError(f"{said}\n\npip failed. Its last lines are above; the command was:\n  {' '.join(command)}")

    def install(self, purpose: str, version: tuple[int, ...]) -> None:
        """Install what a purpose needs, if it is not there yet."""
        stamp, inputs = self.stamp(), self.inputs()
        installed = stamp.get("installed") if stamp.get("inputs") == inputs else []
        done = set(installed) if isinstance(installed, list) else set()
        if purpose in done or (purpose == "demo" and "test" in done):
            return
        say("installing pinned packages (a minute or two the first time)")
        self.write_stamp(python=list(version), inputs="", installed=[])
        # The pip that Python brings along may be too old for dependency groups.
        self.pip("install", "-q", "-c", "constraints.txt", "--upgrade", "pip")
        pins = ["-c", "constraints.txt", "--build-constraint", "constraints.txt"]
        self.pip("install", "-q", *pins, *INSTALLS[purpose])
        self.write_stamp(python=list(version), inputs=inputs, installed=sorted({*done, purpose}))

    def run(self, *words: str) -> int:
        """Run a program of the environment in the checkout, showing what it is."""
        say("running " + " ".join(words))
        program = shutil.which(words[0], path=str(self.bin)) or words[0]
        return subprocess.run([program, *words[1:]], cwd=str(self.root), env=self.environ(), check=False).returncode


def prepare(purpose: str, interpreter: str | None, place: Path) -> Environment:
    """The environment, ready for a purpose.

    Args:
        purpose: A key of `INSTALLS`.
        interpreter: The Python that was asked for, or ``None`` for the one that runs this script.
        place: Where the environment is or will be.
    """
    started = time.monotonic()
    chosen = interpreter or sys.executable
    version = probe(chosen)
    environment = Environment(ROOT, place)
    if not environment.works(version):
        environment.create(chosen, version)
    environment.install(purpose, version)
    say(f"environment ready after {time.monotonic() - started:.1f} s")
    return environment


def demo(environment: Environment, extra: list[str]) -> int:
    """Run the first study, which takes some minutes, and say where the report is; run again, it goes on."""
    out = ROOT / "demo-report"
    failed = environment.run("tacit", "study", "reporting-bias", "--out", str(out), *extra)
    report = out / "report.html"
    if report.is_file():
        say(f"the report is at {report}")
    return int(failed != 0)


def test(environment: Environment, extra: list[str]) -> int:
    """Run the linters, the type checker and the tests; the tests' closing line comes last when all is well."""
    checks = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",))
    failed = [" ".join(check) for check in checks if environment.run(*check)]
    if failed:
        say("FAILED so far: " + ", ".join(failed))
    # On all processors; words that the user gives come later and win.
    if environment.run("pytest", "-n", "auto", "--dist", "worksteal", *extra):
        failed.append("pytest")
    if failed:
        say("FAILED: " + ", ".join(failed))
    return int(bool(failed))


def parse(words: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Split the command line into this script's options and the words passed on."""
    cut = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        description="Set tacit up and run it.",
        epilog="Words after -- go to tacit study or pytest.",
    )
    parser.add_argument("command", choices=sorted(INSTALLS), help="demo: a first study; test: everything CI checks")
    parser.add_argument("--python", metavar="PATH", help="the Python that the environment is made with")
    parser.add_argument("--venv", metavar="DIR", type=Path, default=ROOT / ".venv", help="default: .venv")
    return parser.parse_args(words[:cut]), words[cut + 1 :]


def main(words: list[str]) -> int:
    """Run one command line; see the top of this file for the exit codes."""
    options, extra = parse(words)
    try:
        require_python(sys.version_info[:3] if not options.python else OLDEST, "python3")
        environment = prepare(options.command, options.python, options.venv.resolve())
    except SetupError as error:
        print(f"bootstrap: error: {error}", file=sys.stderr)
        return 3
    except OSError as error:
        print(f"bootstrap: error: {error}", file=sys.stderr)
        return 3
    return demo(environment, extra) if options.command == "demo" else test(environment, extra)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("bootstrap: interrupted; run the same command again")
