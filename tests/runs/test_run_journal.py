"""The journal keeps what was recorded, says so when it cannot, and never gives back anything else."""

from __future__ import annotations

import random
import sqlite3
import threading
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError
from tacit.runs.journal import DamagedJournalError, Journal

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

steps = st.lists(
    st.one_of(st.tuples(st.integers(0, 2**63 - 1) | st.integers(0, 20), st.binary(max_size=300)), st.just("reopen")),
    max_size=40,
)


@given(steps)
def test_holds_the_first_payload_of_each_item_in_order(steps: list[tuple[int, bytes] | str]) -> None:
    kept: dict[int, bytes] = {}
    with TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder, "journal.sqlite")
        journal = Journal(path, "mine")
        for step in steps:
            if isinstance(step, str):
                journal.close()
                journal = Journal(path, "ignored")
            else:
                journal.record(*step)
                kept.setdefault(*step)
        assert journal.fingerprint == "mine"
        assert journal.finished() == set(kept)
        assert journal.count() == len(kept)
        assert list(journal.payloads()) == sorted(kept.items())
        journal.remove()
        assert list(Path(folder).iterdir()) == []


def test_payloads_are_read_one_at_a_time(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite", "f")
    for index in range(400):
        journal.record(index, bytes([index % 256]) * 100_000)
    tracemalloc.start()
    total = sum(len(payload) for _, payload in journal.payloads())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    journal.close()
    assert total == 40_000_000
    assert peak < 1_000_000


def test_payloads_see_what_is_recorded_meanwhile(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite", "f")
    for index in (0, 2):
        journal.record(index, b"x")
    seen = []
    for index, _ in journal.payloads():
        seen.append(index)
        journal.record(index + 3, b"y") if index < 5 else None
    journal.close()
    assert seen == [0, 2, 3, 5, 6]


def test_threads_may_record_together(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite", "f")

    def record(start: int) -> None:
        for index in range(start, 400, 4):
            journal.record(index, str(index).encode())

    threads = [threading.Thread(target=record, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(journal.payloads()) == [(i, str(i).encode()) for i in range(400)]
    journal.close()


@pytest.mark.parametrize("index", [-1, 2**63])
def test_refuses_numbers_it_cannot_hold(tmp_path: Path, index: int) -> None:
    journal = Journal(tmp_path / "journal.sqlite", "f")
    with pytest.raises(ValueError, match="item numbers"):
        journal.record(index, b"")
    with pytest.raises(TypeError, match="not bytes"):
        journal.record(1, "text")  # type: ignore[arg-type]
    journal.close()


def full_journal(path: Path) -> dict[int, bytes]:
    kept = {i * 3: bytes([i]) * (i * 40) for i in range(120)}
    journal = Journal(path, "f")
    for item in kept.items():
        journal.record(*item)
    journal.close()
    return kept


def test_never_returns_what_was_not_recorded_whatever_happens_to_the_file(memory_path: Path) -> None:
    path = memory_path / "journal.sqlite"
    kept = full_journal(path)
    sound = path.read_bytes()
    draw = random.Random(20260)
    caught: list[str] = []
    for round_ in range(250):
        damaged = bytearray(sound)
        if round_ % 5 == 0:
            del damaged[draw.randrange(1, len(damaged)) :]
        else:
            for _ in range(draw.choice([1, 4])):
                damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
        path.write_bytes(damaged)
        try:
            journal = Journal(path, "f")
            try:
                found = dict(journal.payloads())
            finally:
                journal.close()
        except DataError as error:
            caught.append(str(error))
        else:
            assert found.items() <= kept.items()
        for side in ("-wal", "-shm", "-journal"):
            path.with_name(path.name + side).unlink(missing_ok=True)
    assert len(caught) > 100
    assert all(str(path) in message and "\n" not in message for message in caught)


@pytest.mark.parametrize("content", [b"{}", b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 4096, b"x" * 100_000])
def test_a_file_of_something_else_is_named_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(content)
    with pytest.raises(DamagedJournalError, match="--force"):
        Journal(path, "f")
    assert path.read_bytes() == content


def test_another_programs_database_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    full_journal(path)
    database = sqlite3.connect(path)
    database.execute("CREATE TRIGGER t AFTER INSERT ON items BEGIN DELETE FROM items; END")
    database.close()
    with pytest.raises(DamagedJournalError, match="not a tacit journal"):
        Journal(path, "f")


def test_a_journal_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    full_journal(path)
    database = sqlite3.connect(path)
    with database:
        database.execute("UPDATE run SET version = 2")
    database.close()
    with pytest.raises(DataError, match=r"journal version 2"):
        Journal(path, "f")


def test_links_and_folders_in_its_place_are_refused(tmp_path: Path) -> None:
    full_journal(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "folder").mkdir()
    for name in ("link", "folder"):
        with pytest.raises(DamagedJournalError, match="not a regular file"):
            Journal(tmp_path / name, "f")


def test_a_full_disk_is_a_message_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = Journal(path, "f")
    journal._db.execute("PRAGMA max_page_count=20")  # SQLite then answers as it does when the disk is full

    def fill() -> None:
        for index in range(100):
            journal.record(index, b"x" * 3000)

    with pytest.raises(DataError, match=r"journal\.sqlite: the disk is full\. Free some space"):
        fill()
    done = journal.finished()
    assert 0 < len(done) < 100
    journal._db.execute("PRAGMA max_page_count=100000")
    journal.record(50, b"later")
    journal.close()
    again = Journal(path, "f")
    assert again.finished() == done | {50}
    again.close()


def test_a_second_opener_is_told(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite", "f")
    with pytest.raises(DataError, match="open in another program"):
        Journal(tmp_path / "journal.sqlite", "f")
    journal.close()


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Cannot write .*missing"):
        Journal(tmp_path / "missing" / "journal.sqlite", "f")
