"""A checkpoint is complete or does not count."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import torch

from tacit.errors import DataError
from tacit.tuning.train.checkpoints import MARKER, is_complete, newest_complete, read_tensors, seal, write_tensors

if TYPE_CHECKING:
    from pathlib import Path


def checkpoint(place: Path, step: int) -> Path:
    folder = place / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    write_tensors(folder / "trained.safetensors", {"v": torch.arange(4.0) * step})
    (folder / "optimizer.pt").write_bytes(b"state")
    return folder


def test_the_newest_of_the_complete_ones_is_taken(tmp_path: Path) -> None:
    assert newest_complete(tmp_path / "nothing") is None
    for step in (9, 10, 100):
        seal(checkpoint(tmp_path, step))
    checkpoint(tmp_path, 200)  # not sealed: it was being written when the run was killed
    (tmp_path / "checkpoint-x").mkdir()
    found = newest_complete(tmp_path)
    assert found is not None
    assert found.name == "checkpoint-100"
    assert read_tensors(found / "trained.safetensors")["v"].tolist() == [0, 100, 200, 300]


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "optimizer.pt").write_bytes(b"stat"),
        lambda folder: (folder / "optimizer.pt").write_bytes(b"other"),
        lambda folder: (folder / "optimizer.pt").unlink(),
        lambda folder: (folder / MARKER).write_text("{"),
        lambda folder: (folder / MARKER).write_text("[" * 100_000),
        lambda folder: (folder / MARKER).write_text('{"files": {}}'),
        lambda folder: (folder / MARKER).write_text('{"files": 3}'),
        lambda folder: (folder / MARKER).write_text(json.dumps({"files": {"../a": [0, "sha256:0"]}})),
        lambda folder: (folder / MARKER).write_bytes(b" " * (2 << 20)),
    ],
)
def test_a_damaged_one_is_passed_over(damage: object, tmp_path: Path) -> None:
    folder = checkpoint(tmp_path, 1)
    seal(folder)
    assert is_complete(folder)
    damage(folder)  # type: ignore[operator]
    assert newest_complete(tmp_path) is None


def test_tensors_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"not tensors")
    with pytest.raises(DataError, match="Cannot read"):
        read_tensors(tmp_path / "a")
    with pytest.raises(DataError, match="Cannot write"):
        write_tensors(tmp_path / "nowhere" / "a", {"v": torch.zeros(1)})
