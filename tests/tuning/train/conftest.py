"""Checkpoints made once, and one thread: several are slow on tiny tensors, and need not add in one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tacit.models.runtime import transformers_ready

torch = pytest.importorskip("torch")
with transformers_ready():
    for name in ("transformers", "accelerate"):
        pytest.importorskip(name)

from tests.tuning.train.train_work import make_checkpoint  # noqa: E402 - after what it needs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _quietly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("tacit.tuning.train.tuning.KEEP_PROMPTS", 24)
    monkeypatch.setattr("tacit.tuning.train.gauge.ITEMS", 6)
    monkeypatch.setattr("tacit.tuning.train.gauge.DRAWS", 1)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with transformers_ready():
        yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("llama") / "base")


@pytest.fixture(scope="session")
def neox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("neox") / "base", "neox")
