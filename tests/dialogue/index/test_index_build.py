"""An index follows its documents: what changed is read again, what is gone is taken out, nothing else is touched."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.dialogue.documents.document_files import document_xml, docx, paragraph, pdf

from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.index.api import Index
from tacit.dialogue.index.manifest import Manifest
from tacit.dialogue.index.settings import IndexSettings
from tacit.errors import DataError, UsageError
from tacit.runs.lock import FolderLock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray


class Hashes:
    """Vectors that depend on the words; remembers what it was asked."""

    def __init__(self, name: str = "hashes", dimensions: int = 8) -> None:
        self.name, self.dimensions = name, dimensions
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        made = [np.random.default_rng(list(text.encode())).normal(size=self.dimensions) for text in texts]
        return np.array([vector / np.linalg.norm(vector) for vector in made], dtype=np.float32)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "deep").mkdir(parents=True)
    (folder / "llamas.md").write_text("# Llamas\n\nThey hum.\n\n## Food\n\nThey eat grass.")
    (folder / "deep" / "bees.txt").write_text("Bees hum in hives.")
    (folder / "cats.html").write_text("<h1>Cats</h1><p>They purr.</p>")
    (folder / "cows.docx").write_bytes(docx(document_xml(paragraph("Cows moo."))))
    (folder / "dogs.pdf").write_bytes(pdf(["Dogs bark."]))
    (folder / "rows.jsonl").write_text(
        "".join(
            json.dumps({"_id": f"r{at}", "text": f"Row {at}.", "document": f"d{at // 2}"}) + "\n" for at in range(4)
        )
    )
    age(folder)
    return folder


def age(folder: Path) -> None:
    """Make files old enough for their times to tell something."""
    for path in folder.rglob("*"):
        os.utime(path, ns=(0, path.stat().st_mtime_ns - 10_000_000_000))


def held(folder: Path) -> dict[str, str]:
    with Index.open(folder) as index:
        found = {passage.id: passage.text for passage in index.scan()}
        assert index.manifest.passages == index.engine.passages() == len(found)
        return found


def texts(folder: Path) -> set[str]:
    return set(held(folder).values())


def told(docs: Path, out: Path, **more: Any) -> tuple[int, int, int, int]:
    report = Index.build([docs], out, **more)
    assert not report.unreadable
    return report.added, report.changed, report.removed, report.unchanged


def test_every_format_is_found(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    assert told(docs, out) == (6, 0, 0, 0)
    assert texts(out) == {
        "They hum.", "They eat grass.", "Bees hum in hives.", "They purr.", "Cows moo.", "Dogs bark.",
        "Row 0.", "Row 1.", "Row 2.", "Row 3.",
    }  # fmt: skip
    with Index.open(out) as index:
        assert (index.name, index.embedder) == ("index", None)
        best = index.engine.search({"food": 1.0, "llama": 1.0}, 1)[0].passage
        assert (best.title, best.document, best.text) == ("Llamas > Food", "llamas.md", "They eat grass.")
        assert index.engine.get(["r3"])[0].document == "rows.jsonl#d1"


def test_only_what_changed_is_read(docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "index"
    told(docs, out)
    before = (out / "manifest.json").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("tacit.dialogue.index.build.hash_file", lambda path: pytest.fail(f"{path} was read"))
        assert told(docs, out) == (0, 0, 0, 6)
    assert (out / "manifest.json").read_bytes() == before
    (docs / "llamas.md").write_text("# Llamas\n\nThey spit.")
    (docs / "deep" / "bees.txt").unlink()
    (docs / "new.txt").write_text("Newts are quiet.")
    os.utime(docs / "cats.html")  # touched, but the same
    lines = (docs / "rows.jsonl").read_text().splitlines()
    (docs / "rows.jsonl").write_text("\n".join(lines[1:3]))
    assert told(docs, out) == (1, 2, 1, 3)
    assert texts(out) == {"They spit.", "Newts are quiet.", "They purr.", "Cows moo.", "Dogs bark.", "Row 1.", "Row 2."}


def test_a_change_of_the_same_size_right_after_reading_is_seen(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    (docs / "deep" / "bees.txt").write_text("Bees hum in trees.")
    told(docs, out)
    stamp = (docs / "deep" / "bees.txt").stat().st_mtime_ns
    (docs / "deep" / "bees.txt").write_text("Bees hum in boxes.")
    os.utime(docs / "deep" / "bees.txt", ns=(stamp, stamp))
    assert told(docs, out) == (0, 1, 0, 5)
    assert "Bees hum in boxes." in texts(out)


def test_other_settings_make_it_anew(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    (docs / "long.txt").write_text("Llamas hum a song about grass. " * 20)
    told(docs, out)
    few = len(held(out))
    assert told(docs, out, settings=IndexSettings(words=20, overlap=5)) == (0, 7, 0, 0)
    assert len(held(out)) > few
    with pytest.raises(UsageError, match="--overlap 30"):
        IndexSettings(words=50)
    with pytest.raises(UsageError, match="--words 3"):
        IndexSettings(words=3)


def test_the_index_may_lie_among_the_documents(docs: Path) -> None:
    out = docs / "index"
    told(docs, out)
    assert told(docs, out) == (0, 0, 0, 6)


def test_what_cannot_be_read_is_told_each_time_and_tried_again(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    (docs / "dogs.pdf").write_bytes(b"%PDF-1.4 broken")
    (docs / "a.exe").write_bytes(b"MZ")
    (docs / "odd.txt").write_bytes(b"na\xefve")
    (docs / "empty.txt").write_text("")
    for at in range(2):
        report = Index.build([docs], out)
        assert [(one.name, one.part) for one in sorted(report.unreadable, key=lambda one: one.name)] == [
            ("a.exe", False), ("dogs.pdf", False), ("odd.txt", True),
        ]  # fmt: skip
        assert (report.added, report.unchanged, report.empty) == ((7, 0, 1) if at == 0 else (0, 7, 0))
        assert "naïve" in texts(out)
    shown = report.summary()
    assert "no reader for .exe files (a.exe)" in shown
    assert max(map(len, shown.splitlines())) <= 80
    (docs / "dogs.pdf").write_bytes(pdf(["Dogs bark."]))
    assert Index.build([docs], out).added == 1
    assert "Dogs bark." in texts(out)


def test_nothing_readable_leaves_things_as_they_were(docs: Path, tmp_path: Path) -> None:
    out, bad = tmp_path / "index", tmp_path / "bad"
    bad.mkdir()
    (bad / "a.exe").write_bytes(b"MZ")
    with pytest.raises(DataError, match=r"no reader for \.exe"):
        Index.build([bad], out)
    assert not out.exists()
    told(docs, out)
    before = held(out)
    with pytest.raises(DataError, match=r"no reader for \.exe"):
        Index.build([bad], out)
    assert held(out) == before
    assert told(docs, out) == (0, 0, 0, 6)


def test_two_tables_with_the_same_ids(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    told(docs, out)
    (docs / "more.jsonl").write_text('{"_id": "r1", "text": "Other."}\n{"_id": "r9", "text": "Nine."}\n')
    for _ in range(2):
        report = Index.build([docs], out)
        (lost,) = report.unreadable
        assert (lost.name, lost.count, "another table" in lost.reason) == ("more.jsonl", 1, True)
        assert {"Row 1.", "Nine."} <= texts(out)
    (docs / "rows.jsonl").rename(docs / "moved.jsonl")
    (docs / "more.jsonl").unlink()
    assert told(docs, out) == (1, 0, 2, 5)
    assert {"Row 0.", "Row 1.", "Row 2.", "Row 3."} <= texts(out)


def test_vectors_are_made_for_new_texts_only(docs: Path, tmp_path: Path) -> None:
    out, first, again = tmp_path / "index", Hashes(), Hashes()
    told(docs, out, embedder=first)
    assert len(first.asked) == 10
    (docs / "llamas.md").write_text("# Llamas\n\nThey hum.\n\n## Food\n\nThey eat hay.")
    told(docs, out, embedder=again)
    assert again.asked == ["Llamas > Food\nThey eat hay."]
    with Index.open(out, embedder=again) as index:
        (vector,) = again.embed(["Llamas > Food\nThey eat hay."])
        assert index.engine.nearest(vector, 1)[0].passage.text == "They eat hay."
        assert index.embedder is again
    for other in (None, Hashes("other"), Hashes(dimensions=4)):
        with pytest.raises(UsageError, match="vectors of hashes"):
            Index.build([docs], out, embedder=other)
        if other:
            with pytest.raises(UsageError, match="vectors of hashes"):
                Index.open(out, embedder=other)
    (out / "embeddings.sqlite").write_bytes(b"broken" * 1000)
    (docs / "llamas.md").write_text("# Llamas\n\nThey nap.")
    assert told(docs, out, embedder=again) == (0, 1, 0, 5)


def test_an_index_without_vectors_gets_them(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    told(docs, out)
    with pytest.raises(UsageError, match="no vectors"):
        Index.open(out, embedder=Hashes())
    assert told(docs, out, embedder=Hashes()) == (0, 6, 0, 0)
    Index.open(out, embedder=Hashes()).close()


def test_a_reader_sees_the_last_commit_while_one_writes(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    told(docs, out)
    with Index.open(out) as index:
        seen: list[int] = []

        class Watched(TantivyEngine):
            """Looks, before it commits, at what a reader sees."""

            def commit(self) -> None:
                seen.append(len(index.engine.search({"spit": 1.0}, 9)))
                super().commit()

        engine = Watched(out / "engine")
        (docs / "llamas.md").write_text("They spit.")
        other = FolderLock(out)
        with pytest.raises(UsageError, match="Another run is writing"):
            Index.build([docs], out)
        other.release()
        Index.build([docs], out, engine=engine)
        assert seen == [0]
        assert len(index.engine.search({"spit": 1.0}, 9)) == 1
        engine.close()


def test_an_engine_that_lost_its_passages_is_filled_again(docs: Path, tmp_path: Path) -> None:
    import shutil

    out = tmp_path / "index"
    told(docs, out)
    shutil.rmtree(out / "engine")
    assert told(docs, out) == (0, 6, 0, 0)
    assert len(held(out)) == 10


def test_folders_that_are_no_index(docs: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no index\. Make one: tacit index"):
        Index.open(tmp_path / "missing")
    with pytest.raises(UsageError, match="holds other files"):
        Index.build([docs], docs)
    with pytest.raises(UsageError, match="is a file"):
        Index.build([docs], docs / "llamas.md")
    with pytest.raises(UsageError, match="No documents are named"):
        Index.build([], tmp_path / "index")
    out = tmp_path / "index"
    told(docs, out)
    content = json.loads((out / "manifest.json").read_text())
    for change, said in (
        ({"schema": "tacit.index/2"}, "format 2"), ({"schema": "tacit.run/1"}, "not the manifest of an index"),
        ({"files": [{"x": 1}]}, "damaged"), ({"built": False}, "not finished"), ({"engine": "qdrant"}, "that engine"),
    ):  # fmt: skip
        (out / "manifest.json").write_text(json.dumps(content | change))
        with pytest.raises((DataError, UsageError), match=said):
            Index.open(out)
    (out / "manifest.json").write_text('{"schema": "tacit.ind')
    with pytest.raises(DataError, match="not the manifest"):
        Index.open(out)


def test_the_manifest_says_what_was_read(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    (docs / "x.txt").write_text("a")
    told(docs, out)
    manifest = Manifest.read(out)
    assert manifest is not None
    assert (manifest.engine, manifest.current, manifest.settings["words"]) == ("tantivy", True, 180)
    entry = manifest.entries["rows.jsonl"]
    assert (entry.done, entry.passages, entry.documents) == (4, 4, ("rows.jsonl#d0", "rows.jsonl#d1"))
    assert manifest.entries["x.txt"].size == manifest.entries["x.txt"].passages == 1
    assert entry.digest.startswith("sha256:")
    assert manifest.entries["llamas.md"].mtime_ns < time.time_ns() - 2_000_000_000
