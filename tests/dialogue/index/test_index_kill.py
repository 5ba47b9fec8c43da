"""kill -9 at any step of a build: the next one repairs the index, and it holds what it would have held."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tacit.dialogue.index.api import Index
from tacit.dialogue.index.manifest import Manifest
from tacit.errors import DataError

DRIVER = Path(__file__).with_name("kill_driver.py")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="forks and signals as Unix has them")


def rows(folder: Path, name: str, ids: range, said: str) -> None:
    lines = [json.dumps({"_id": f"{name}{at}", "text": f"{said} {at}.", "document": f"{at // 2}"}) for at in ids]
    (folder / f"{name}.jsonl").write_text("\n".join(lines))


@pytest.mark.slow
@pytest.mark.long
def test_killed_at_every_step(tmp_path: Path) -> None:
    before, docs = tmp_path / "before", tmp_path / "docs"
    for folder, said in ((before, "Old"), (docs, "New")):
        folder.mkdir()
        (folder / "same.md").write_text("# Same\n\nLlamas hum.")
        (folder / "changed.md").write_text(f"# Changed\n\n{said} words.\n\n## More\n\n{said} again.")
    (before / "gone.txt").write_text("Gone.")
    rows(before, "t", range(5), "Old")
    rows(docs, "t", range(2, 7), "New")
    (docs / "added.txt").write_text("Added.")
    ran = subprocess.run(
        [sys.executable, str(DRIVER), str(docs), str(before), str(tmp_path / "out")],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(found) > 10, "steps at which it was killed"
    (on_said, on), (back_said, back) = found[-1]
    assert on_said
    assert back_said, "the manifest says what they hold when nobody kills anything"
    for held, said, more, ids in ((on, "New", "Added.", range(2, 7)), (back, "Old", "Gone.", range(5))):
        words = {"Llamas hum.", f"{said} words.", f"{said} again.", more, *(f"{said} {at}." for at in ids)}
        assert {row[1] for row in held} == words
    assert all(one == found[-1] for one in found)


def test_a_table_goes_on_from_its_last_batch(tmp_path: Path) -> None:
    rows(tmp_path, "t", range(4000), "Row")
    out = tmp_path / "out"
    program = (
        "import sys, time\nfrom tacit.dialogue.index import build\nfrom tacit.dialogue.index.api import Index\n"
        "build.BATCH = 100\nflush = build.Build._flush\n"
        "build.Build._flush = lambda self: (flush(self), time.sleep(.05))\nIndex.build(sys.argv[1:2], sys.argv[2])"
    )
    running = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "t.jsonl"), str(out)])
    done = 0
    while done < 200 and running.poll() is None:
        time.sleep(0.02)
        manifest = Manifest.read(out)
        done = manifest.entries["t.jsonl"].done if manifest else 0
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    with pytest.raises(DataError, match="not finished"):
        Index.open(out)
    manifest = Manifest.read(out)
    assert manifest is not None
    entry = manifest.entries["t.jsonl"]
    assert 200 <= entry.done < 4000
    assert not entry.whole
    written: list[int] = []

    class Counting:
        """Told of passages."""

        def start(self, total_rows: int | None, *, done_rows: int = 0) -> None: ...
        def advance(self, rows: int) -> None:
            written.append(rows)

        def close(self) -> None: ...

    Index.build([tmp_path / "t.jsonl"], out, progress=Counting())
    assert sum(written) == 4000 - entry.done
    with Index.open(out) as index:
        assert {passage.id for passage in index.scan()} == {f"t{at}" for at in range(4000)}
        assert index.engine.passages() == index.manifest.passages == 4000
