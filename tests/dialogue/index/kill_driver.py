"""Builds an index again and again, killed with SIGKILL at one step after the other; run as a program.

The kills are real: a forked child kills itself before it writes a manifest, deletes or writes passages,
commits, or ends.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars

from tacit.dialogue.documents.registry import available_formats
from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.index import build
from tacit.dialogue.index.api import Index
from tacit.dialogue.index.manifest import Manifest
from tacit.io.tables import available_readers

if TYPE_CHECKING:
    from collections.abc import Callable


def dying_at(step: int) -> None:
    """Make the process kill itself at its n-th step."""
    left = [step]

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def dying(*args: Any, **named: Any) -> Any:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return call(*args, **named)

        return dying

    for owner, names in ((Manifest, ("write",)), (TantivyEngine, ("delete", "write", "commit", "close"))):
        for name in names:
            setattr(owner, name, counted(getattr(owner, name)))


def forked(work: Callable[[], object]) -> int:
    child = os.fork()
    if not child:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed(docs: Path, folder: Path, step: int) -> None:
    dying_at(step)
    Index.build([docs], folder)


def repaired(docs: Path, before: Path, folder: Path) -> None:
    """Build to the end, on to the newer documents and back to the older ones, and print what the indexes hold."""
    back = folder.with_name(f"{folder.name}-back")
    shutil.copytree(folder, back)
    found = []
    for place, index_folder in ((docs, folder), (before, back)):
        Index.build([place], index_folder)
        with Index.open(index_folder) as index:
            rows = sorted((one.id, one.text, one.title, one.document, one.start, one.end) for one in index.scan())
            same = index.manifest.passages == len(rows) == len({row[0] for row in rows})
        found.append([same, rows])
    print(json.dumps(found), flush=True)


def main() -> None:
    docs, before, out = map(Path, sys.argv[1:])
    # What every child would import, once.
    available_formats()
    available_readers()
    polars.DataFrame()
    build.BATCH = 5  # type: ignore[misc]
    # The index of an older state of the documents; then of the newer one, killed; then repaired.
    assert forked(partial(Index.build, [before], out / "before")) == 0
    ended, step = -signal.SIGKILL, 0
    while ended:
        folder = out / str(step)
        shutil.copytree(out / "before", folder)
        ended = forked(partial(killed, docs, folder, step))
        assert ended in {0, -signal.SIGKILL}
        assert forked(partial(repaired, docs, before, folder)) == 0
        step += 1


if __name__ == "__main__":
    main()
