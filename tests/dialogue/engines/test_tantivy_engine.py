"""The default engine: several processes, crashes, folders that are none, and real passages."""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.engines.vectors import VectorFolder, unit
from tacit.dialogue.records import Passage
from tacit.errors import DataError, UsageError

ONE = Passage("one", "Llamas hum.")
TWO = Passage("two", "Bees hum in hives.")


def test_scores_are_those_of_bm25(tmp_path: Path) -> None:
    rng = random.Random(0)
    # Lengths below 40 terms are kept as they are; longer ones are rounded.
    bodies = [[rng.choice("abcdefgh") for _ in range(rng.randint(1, 39))] for _ in range(30)]
    engine = TantivyEngine(tmp_path, create=True)
    engine.write([Passage(f"p{at:02d}", " ".join(body)) for at, body in enumerate(bodies)])
    engine.commit()
    weights, average = {"b": 1.0, "c": 0.3, "h": 2.5}, sum(map(len, bodies)) / 30
    wanted = {}
    for at, body in enumerate(bodies):
        score = 0.0
        for term, weight in weights.items():
            held = sum(term in other for other in bodies)
            count, length = body.count(term), 1.2 * (0.25 + 0.75 * len(body) / average)
            score += weight * math.log(1 + (30.5 - held) / (held + 0.5)) * count * 2.2 / (count + length)
        wanted[f"p{at:02d}"] = score
    found = {hit.passage.id: hit.score for hit in engine.search(weights, 30)}
    assert found == pytest.approx({name: score for name, score in wanted.items() if score}, abs=1e-3)


def test_readers_see_each_commit_of_a_writer(tmp_path: Path) -> None:
    writer = TantivyEngine(tmp_path, create=True, vectors=True)
    reader = TantivyEngine(tmp_path)
    writer.write([ONE], np.eye(1, 2, dtype=np.float32))
    assert reader.passages() == 0
    writer.commit()
    assert [hit.passage for hit in reader.search({"hum": 1.0}, 5)] == [ONE]
    assert reader.frequency("hum") == 1
    writer.write([TWO], np.eye(1, 2, 1, dtype=np.float32))
    writer.commit()
    assert reader.frequency("hum") == 1  # figures belong to what was found last
    assert [hit.passage for hit in reader.nearest(np.array([0, 1], np.float32), 1)] == [TWO]
    assert reader.frequency("hum") == 2


def test_threads_search_while_another_writes(tmp_path: Path) -> None:
    writer = TantivyEngine(tmp_path, create=True, vectors=True)
    writer.write([ONE], np.eye(1, 2, dtype=np.float32))
    writer.commit()
    reader = TantivyEngine(tmp_path)
    done = threading.Event()

    def read() -> int:
        rounds = 0
        while not done.is_set() or not rounds:
            near = reader.nearest(np.array([1, 0], np.float32), 99)
            assert near[0].passage.text == ONE.text
            assert len(reader.search({"hum": 1.0}, 99)) <= reader.frequency("hum") <= reader.passages()
            rounds += 1
        return rounds

    with ThreadPoolExecutor(3) as pool:
        rounds = [pool.submit(read) for _ in range(3)]
        for at in range(6):
            writer.write([Passage(f"z{at}", "More hum.")], np.eye(1, 2, 1, dtype=np.float32))
            writer.write([Passage("one", ONE.text)], np.eye(1, 2, dtype=np.float32))
            writer.commit()
        done.set()
        assert all(number.result() for number in rounds)
    assert reader.frequency("hum") == 7


def test_only_one_writes_at_a_time(tmp_path: Path) -> None:
    first = TantivyEngine(tmp_path, create=True)
    second = TantivyEngine(tmp_path)
    first.write([ONE])
    with pytest.raises(DataError, match=r"being written by another process. Wait"):
        second.write([TWO])
    first.commit()
    second.write([TWO])
    second.commit()
    assert first.passages() == 2


def test_closing_gives_up_what_was_not_committed(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, create=True, vectors=True)
    engine.write([ONE], np.eye(1, 2, dtype=np.float32))
    engine.close()
    again = TantivyEngine(tmp_path, vectors=True)
    again.write([TWO], np.eye(1, 2, dtype=np.float32))
    again.commit()
    assert list(again.scan()) == [TWO]
    assert len(again.nearest(np.array([1, 0], np.float32), 5)) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.records import Passage
engine = TantivyEngine(Path(sys.argv[1]), vectors=True)
engine.write([Passage("one", "Replaced."), Passage("three", "New.")], np.ones((2, 2), dtype=np.float32))
engine._vectors.save()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_writer_that_is_killed_leaves_the_last_commit(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, create=True, vectors=True)
    engine.write([ONE, TWO], np.eye(2, dtype=np.float32))
    engine.commit()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, env=os.environ.copy())
    assert killed.returncode == -signal.SIGKILL
    assert sorted(passage.id for passage in engine.scan()) == ["one", "two"]
    assert [hit.passage for hit in engine.nearest(np.array([1, 0], np.float32), 2)] == [ONE, TWO]
    engine.write([Passage("three", "Written again.")], np.eye(1, 2, dtype=np.float32))
    engine.commit()
    assert engine.passages() == 3
    assert sum(len(np.load(path)) for path in (tmp_path / "vectors").iterdir()) == 3, "rows of the killed one are kept"


def test_vectors_are_put_together_as_they_are_replaced(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, create=True, vectors=True)
    rng = np.random.default_rng(0)
    for _ in range(4):
        vectors = unit(rng.normal(size=(3, 4)))
        engine.write([ONE, TWO, Passage("three", "Third.")], vectors)
        engine.commit()
    [file] = (tmp_path / "vectors").iterdir()
    assert len(np.load(file)) == 3
    assert [hit.passage.id for hit in engine.nearest(vectors[1], 1)] == ["two"]


def test_many_files_of_vectors_become_one(tmp_path: Path) -> None:
    folder = VectorFolder(tmp_path)
    for _ in range(33):
        folder.add(np.eye(1, 4, dtype=np.float32))
        folder.save()
    folder.tidy(range(33))
    assert len(list(tmp_path.iterdir())) == 1
    assert len(folder.view(range(33))) == 33
    assert folder.add(np.eye(1, 4, dtype=np.float32)) == range(33, 34)


def test_lost_vectors_are_told(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, create=True, vectors=True)
    engine.write([ONE], np.eye(1, 2, dtype=np.float32))
    engine.commit()
    next((tmp_path / "vectors").iterdir()).unlink()
    with pytest.raises(DataError, match=r"1 vectors of the index .* are lost"):
        TantivyEngine(tmp_path).nearest(np.array([1, 0], np.float32), 1)


def test_a_disk_that_refuses_vectors_leaves_the_last_commit(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, create=True, vectors=True)
    (tmp_path / "vectors").write_text("in the way")
    engine.write([ONE], np.eye(1, 2, dtype=np.float32))
    with pytest.raises(DataError, match="Cannot write"):
        engine.commit()
    assert engine.passages() == 0
    (tmp_path / "vectors").unlink()
    engine.write([TWO], np.eye(1, 2, dtype=np.float32))
    engine.commit()
    assert list(engine.scan()) == [TWO]


def test_folders_that_hold_no_index_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be opened|holds no index"):
        TantivyEngine(tmp_path / "nothing")
    with pytest.raises(DataError, match=r"holds no index. Build one first"):
        TantivyEngine(tmp_path)
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(DataError, match="cannot be opened"):
        TantivyEngine(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot be opened"):
        TantivyEngine(tmp_path / "file", create=True)


def test_an_index_of_another_layout_is_refused(tmp_path: Path) -> None:
    import tantivy

    tantivy.Index(tantivy.SchemaBuilder().add_text_field("words").build(), path=str(tmp_path))
    with pytest.raises(DataError, match="build it again in a new folder"):
        TantivyEngine(tmp_path)


def test_an_index_that_goes_away_is_told(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, create=True)
    (tmp_path / "meta.json").unlink()
    with pytest.raises(DataError, match="is gone"):
        engine.passages()


def test_vectors_of_another_model_are_refused(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, create=True, vectors=True)
    engine.write([ONE], np.eye(1, 2, dtype=np.float32))
    engine.commit()
    with pytest.raises(UsageError, match="keeps vectors of 2 dimensions, and these have 3"):
        engine.nearest(np.ones(3, np.float32), 1)
    with pytest.raises(UsageError, match="keeps vectors of 2 dimensions, and these have 3"):
        engine.write([TWO], np.ones((1, 3), np.float32))


def test_rows_in_two_files_count_once(tmp_path: Path) -> None:
    folder = VectorFolder(tmp_path)
    folder.add(np.eye(2, dtype=np.float32))
    folder.save()
    whole = next(tmp_path.iterdir())
    np.save(tmp_path / "000000000001.npy", np.load(whole)[1:], allow_pickle=False)
    assert folder.view({0, 1}).nearest(np.array([0, 1], np.float32), 5) == [(1, 1.0), (0, 0.0)]
