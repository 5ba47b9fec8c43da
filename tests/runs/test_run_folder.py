"""What a run folder accepts, refuses and holds in the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.runs.runs_work import FINGERPRINT

from tacit.errors import DataError, UsageError
from tacit.runs.folder import RunFolder
from tacit.runs.manifest import InputRecord, hash_file, make_manifest

OTHER = "0" * 64


def finish(path: Path, results: dict[str, str], fingerprint: str = FINGERPRINT, *, force: bool = False) -> None:
    with RunFolder.open(path, fingerprint=fingerprint, force=force) as run:
        for name, text in results.items():
            run.write_text(name, text)
        run.finish({"kind": "test", "finished": "today"})


def leave_unfinished(path: Path, fingerprint: str = FINGERPRINT) -> None:
    with RunFolder.open(path, fingerprint=fingerprint) as run:
        run.journal.record(4, b"four")
        run.write_text("half.txt", "never seen")


def files(path: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(path.iterdir())}


def test_a_finished_run_is_plain_files(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    with RunFolder.open(out, fingerprint=FINGERPRINT) as run:
        run.journal.record(0, b"x")
        run.write_text("a.txt", "line\r\nčau \ud800")
        run.write_bytes("b.bin", b"\0\1")
        scratch = run.scratch("c.parquet")
        scratch.write_bytes(b"c" * 10)
        run.replace("c.parquet", scratch)
        assert sorted(p.name for p in out.iterdir() if not p.name.startswith(".")) == [
            "journal.sqlite",
            "journal.sqlite-wal",
        ]
        run.finish({"kind": "test"})
    found = files(out)
    assert sorted(found) == ["a.txt", "b.bin", "c.parquet", "manifest.json"]
    assert found["a.txt"] == "line\r\nčau \\ud800".encode()
    manifest = json.loads(found["manifest.json"])
    assert manifest["fingerprint"] == FINGERPRINT
    assert [(o["name"], o["bytes"], o["digest"]) for o in manifest["outputs"]] == [
        (name, *hash_file(out / name)) for name in ("a.txt", "b.bin", "c.parquet")
    ]


def test_a_file_from_elsewhere_is_moved_in(tmp_path: Path) -> None:
    made = Path("/dev/shm") / f"tacit-test-{os.getpid()}"  # noqa: S108 - another file system, mostly
    if not made.parent.is_dir():
        made = tmp_path / "made"
    made.write_bytes(b"elsewhere")
    with RunFolder.open(tmp_path / "out", fingerprint=FINGERPRINT) as run:
        run.replace("a.bin", made)
        run.finish({})
    assert not made.exists()
    assert (tmp_path / "out" / "a.bin").read_bytes() == b"elsewhere"


def test_an_unfinished_run_is_continued(tmp_path: Path) -> None:
    leave_unfinished(tmp_path)
    assert not (tmp_path / "half.txt").exists()
    with RunFolder.open(tmp_path, fingerprint=FINGERPRINT, force=True) as run:  # force never drops one's own work
        assert run.resumed
        assert dict(run.journal.payloads()) == {4: b"four"}
        run.write_text("whole.txt", "seen")
        run.finish({})
    assert sorted(files(tmp_path)) == ["manifest.json", "whole.txt"]


def test_a_finished_run_is_made_again_and_replaced_at_the_end(tmp_path: Path) -> None:
    finish(tmp_path, {"a.txt": "1", "old.txt": "old"})
    with RunFolder.open(tmp_path, fingerprint=FINGERPRINT) as run:
        assert not run.resumed
        run.write_text("a.txt", "2")
        assert (tmp_path / "a.txt").read_text() == "1"
        assert (tmp_path / "manifest.json").exists()
        run.finish({})
    assert sorted(files(tmp_path)) == ["a.txt", "manifest.json"]
    assert (tmp_path / "a.txt").read_text() == "2"


def test_an_attempt_that_fails_keeps_the_finished_results(tmp_path: Path) -> None:
    finish(tmp_path, {"a.txt": "1"})
    before = files(tmp_path)

    def attempt() -> None:
        with RunFolder.open(tmp_path, fingerprint=OTHER, force=True) as run:
            run.write_text("a.txt", "2")
            raise KeyError

    with pytest.raises(KeyError):
        attempt()
    assert files(tmp_path) == before


def test_another_runs_folder_is_refused(tmp_path: Path) -> None:
    finish(tmp_path, {"a.txt": "1"})
    with pytest.raises(UsageError, match=r"results of another run \(test, today\).*another --out.*--force"):
        RunFolder.open(tmp_path, fingerprint=OTHER)
    assert sorted(files(tmp_path)) == ["a.txt", "manifest.json"]
    finish(tmp_path, {"b.txt": "1"}, OTHER, force=True)
    assert sorted(files(tmp_path)) == ["b.txt", "manifest.json"]


def test_another_unfinished_run_is_refused_unless_it_did_nothing(tmp_path: Path) -> None:
    leave_unfinished(tmp_path)
    with pytest.raises(UsageError, match=r"was not finished \(1 items done\).*--force"):
        RunFolder.open(tmp_path, fingerprint=OTHER)
    with RunFolder.open(tmp_path, fingerprint=OTHER, force=True) as run:
        assert not run.resumed
    finish(tmp_path, {"a.txt": "1"})


def test_an_attempt_that_did_nothing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyError), RunFolder.open(tmp_path / "out", fingerprint=FINGERPRINT):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_strangers_folders_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    (tmp_path / "manifest.json").write_text('{"schema": "npm"}')
    before = files(tmp_path)
    with pytest.raises(UsageError, match=r"not a run of tacit: it holds 'manifest\.json', 'thesis\.tex'"):
        RunFolder.open(tmp_path, fingerprint=FINGERPRINT)
    assert files(tmp_path) == before
    finish(tmp_path, {"a.txt": "1"}, force=True)
    assert sorted(files(tmp_path)) == ["a.txt", "manifest.json", "thesis.tex"]


def test_hidden_files_do_not_make_a_folder_a_strangers(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"")
    finish(tmp_path, {"a.txt": "1"})
    assert sorted(files(tmp_path)) == [".DS_Store", "a.txt", "manifest.json"]


def test_a_hostile_manifest_cannot_have_other_files_removed(tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    out = tmp_path / "out"
    finish(out, {"a.txt": "1"})
    manifest = json.loads((out / "manifest.json").read_text())
    names = ["../victim.txt", str(victim), "link", "..", "", None, 3, {"a": 1}, "manifest.json"]
    manifest["outputs"] = [{"name": name} for name in names] + ["text", None]
    manifest["kind"] = "\x1b[31mred\n" * 100
    (out / "manifest.json").write_text(json.dumps(manifest))
    (out / "link").symlink_to(victim)
    with pytest.raises(UsageError) as caught:
        RunFolder.open(out, fingerprint=OTHER)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500
    finish(out, {"b.txt": "1"}, OTHER, force=True)
    assert victim.read_text() == "mine"
    assert not (out / "link").exists()  # the link went, as a listed result; not what it points to


def test_a_staging_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").write_text("1")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".staging").symlink_to(tmp_path / "elsewhere")
    finish(tmp_path / "out", {"a.txt": "1"})
    assert files(tmp_path / "elsewhere") == {"precious": b"1"}


@pytest.mark.parametrize("content", [b"", b"[" * 100_000, b"\xff\xfe", b"[1]", b'{"schema": "tacit.run/1"}', b"3"])
def test_a_broken_manifest_is_a_strangers(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(UsageError, match="not a run of tacit"):
        RunFolder.open(tmp_path, fingerprint=FINGERPRINT)


def test_a_damaged_journal_is_dropped_only_by_force(tmp_path: Path) -> None:
    leave_unfinished(tmp_path)
    journal = tmp_path / "journal.sqlite"
    journal.write_bytes(b"x" * journal.stat().st_size)
    with pytest.raises(DataError, match=r"journal\.sqlite is damaged.*--force"):
        RunFolder.open(tmp_path, fingerprint=FINGERPRINT)
    with RunFolder.open(tmp_path, fingerprint=FINGERPRINT, force=True) as run:
        assert run.journal.finished() == set()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "/etc/x", ".hidden", "a\nb", "manifest.json", "Journal.sqlite", "é.txt", "x" * 300]
)
def test_results_have_plain_names(tmp_path: Path, name: str) -> None:
    with RunFolder.open(tmp_path, fingerprint=FINGERPRINT) as run, pytest.raises(ValueError, match="plain file name"):
        run.write_text(name, "x")


def test_a_manifest_must_be_this_runs(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path, fingerprint=FINGERPRINT) as run:
        run.write_text("a.txt", "1")
        with pytest.raises(ValueError, match="fingerprint"):
            run.finish({"fingerprint": OTHER})
    assert files(tmp_path) == {}


def test_nothing_is_added_to_a_closed_folder(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path, fingerprint=FINGERPRINT) as run:
        run.finish({})
        with pytest.raises(ValueError, match="closed"):
            run.write_text("a.txt", "1")
        run.close()


def test_manifest_and_folder_agree(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from tacit.runs.manifest import fingerprint

    inputs = [InputRecord("a.csv", 3, "sha256:00")]
    with RunFolder.open(tmp_path, fingerprint=fingerprint("audit", {"x": 1}, inputs)) as run:
        run.finish(make_manifest("audit", {"x": 1}, inputs, seed=3, started=datetime.now(UTC)))
    assert json.loads((tmp_path / "manifest.json").read_text())["seed"] == 3


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"file is a file, and results need a folder"):
        RunFolder.open(tmp_path / "file", fingerprint=FINGERPRINT)


@pytest.mark.parametrize("place", ["file/out", "file/a/b/out", "x" * 300])
def test_where_no_folder_can_be_made(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"Cannot write .*--out"):
        RunFolder.open(tmp_path / place, fingerprint=FINGERPRINT)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no /proc to stand for a read-only file system")
@pytest.mark.parametrize("place", ["/proc", "/proc/self/tacit"])
def test_a_read_only_place(place: str) -> None:
    with pytest.raises(DataError, match=rf"Cannot write {place}"):
        RunFolder.open(Path(place), fingerprint=FINGERPRINT, force=True)


FILL = """
import resource, sys
from pathlib import Path
from tacit.errors import DataError
from tacit.runs.folder import RunFolder
run = RunFolder.open(Path(sys.argv[1]), fingerprint="f")
run.journal.record(1, b"kept")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)) if sys.argv[2] == "limit" else None
for write in (lambda: run.write_bytes("big.bin", bytes(3_000_000)), lambda: run.journal.record(2, bytes(3_000_000))):
    try:
        write()
    except DataError as error:
        print(error)
run.close()
"""


def filled(out: Path, how: str, *before: str) -> list[str]:
    command = [*before, sys.executable, "-c", FILL, str(out), how]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    if before and done.returncode and "DataError" not in done.stderr:
        pytest.skip(f"no small file system can be mounted here: {done.stderr.strip()[:100]}")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    messages = filled(tmp_path / "out", "limit")
    assert messages[0].startswith(f"Cannot write {tmp_path}/out/big.bin: File too large. Free some space")
    assert str(tmp_path) in messages[1]
    with RunFolder.open(tmp_path / "out", fingerprint="f") as run:
        assert dict(run.journal.payloads()) == {1: b"kept"}


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small file system, as Linux can")
def test_a_full_disk(tmp_path: Path) -> None:
    mount = f'mount -t tmpfs -o size=1m tmpfs {tmp_path} && exec "$0" "$@"'
    messages = filled(tmp_path / "out", "mount", "unshare", "--map-root-user", "--mount", "sh", "-c", mount)
    assert messages[0].startswith(f"Cannot write {tmp_path}/out/big.bin: No space left on device. Free some space")
    assert messages[1].startswith(f"Cannot write {tmp_path}/out/journal.sqlite: the disk is full. Free some space")
