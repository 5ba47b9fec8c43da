"""Qdrant: where it is, and what is said when it is not."""

from __future__ import annotations

import numpy as np
import pytest

from tacit.dialogue.records import Passage
from tacit.errors import DataError, EndpointError, UsageError

pytest.importorskip("qdrant_client")

from tacit.dialogue.engines.qdrant import QdrantEngine


@pytest.mark.parametrize("place", ["folder", "/tmp/folder", "", "file:///folder"])  # noqa: S108
def test_folders_are_refused_for_they_hold_pickles(place: str) -> None:
    with pytest.raises(UsageError, match="no Qdrant server; give http"):
        QdrantEngine(place, "docs", create=True)


def test_no_collection_is_told() -> None:
    with pytest.raises(DataError, match="has no collection 'docs'"):
        QdrantEngine(":memory:", "docs")


@pytest.mark.filterwarnings("ignore:Api key is used with an insecure connection")
def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDRANT_API_KEY", "secret")
    with pytest.raises(EndpointError, match="did not do as asked") as caught:
        QdrantEngine("http://127.0.0.1:9", "docs")
    assert "secret" not in str(caught.value)


def test_vectors_are_refused_where_none_are_kept() -> None:
    engine = QdrantEngine(":memory:", "docs", create=True)
    with pytest.raises(UsageError, match="keeps no vectors"):
        engine.write([Passage("a", "A.")], np.ones((1, 2), np.float32))
    assert engine.nearest(np.ones(2, np.float32), 1) == []


def test_longer_passages_score_lower() -> None:
    engine = QdrantEngine(":memory:", "docs", create=True)
    engine.write([Passage("long", "hum " + "la " * 300), Passage("short", "hum la"), Passage("none", "la")])
    engine.commit()
    assert [hit.passage.id for hit in engine.search({"hum": 1.0}, 5)] == ["short", "long"]
