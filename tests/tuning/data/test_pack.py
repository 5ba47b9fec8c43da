"""Packing loses nothing, splits nothing, and lets no example see another."""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import UsageError
from tacit.models.runtime import transformers_ready
from tacit.tuning.data.collate import Collator, packed_collator, pad_of
from tacit.tuning.data.encode import Encoder
from tacit.tuning.data.example import Example, Examples
from tacit.tuning.data.pack import length_batches, pack
from tacit.tuning.data.rows import IGNORED, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 20
SIZES = {"vocab_size": 60, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}


def rows_of(lengths: Sequence[int], seed: int = 0) -> list[Row]:
    rng = np.random.default_rng(seed)
    made = []
    for at, length in enumerate(lengths):
        learned = rng.random(length) < 0.5
        learned[0] = False
        made.append(Row(str(at), rng.integers(60, size=length).astype(np.int32), learned))
    return made


def parts(row: Row) -> list[tuple[str, bytes, bytes]]:
    """The examples in a row."""
    pieces = zip(np.split(row.ids, row.starts[1:]), np.split(row.learned, row.starts[1:]), strict=True)
    return [
        (name, ids.tobytes(), learned.tobytes())
        for name, (ids, learned) in zip(row.id.split("; "), pieces, strict=True)
    ]


@given(lengths=st.lists(st.integers(1, MOST), min_size=1, max_size=40), seed=st.integers(0, 9))
def test_packing_loses_nothing_and_splits_nothing(lengths: list[int], seed: int) -> None:
    rows = rows_of(lengths)
    packed, again = (pack(rows, MOST, seed) for _ in range(2))
    assert sorted(part for row in packed for part in parts(row)) == sorted(part for row in rows for part in parts(row))
    assert max(len(row.ids) for row in packed) <= MOST
    # Two rows that are at most half full would have been put together.
    assert sum(len(row.ids) <= MOST / 2 for row in packed) <= 1
    assert [parts(row) for row in packed] == [parts(row) for row in again]


def test_rows_that_are_too_long_to_pack() -> None:
    with pytest.raises(UsageError, match="1 has 21 tokens"):
        pack(rows_of([3, 21]), MOST, 0)


@given(lengths=st.lists(st.integers(1, 99), max_size=300), size=st.integers(1, 7))
def test_batches_hold_each_row_once_and_like_with_like(lengths: list[int], size: int) -> None:
    batches = length_batches(lengths, size, seed=1)
    assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
    assert max(map(len, batches), default=0) <= size
    if len(lengths) <= 50 * size:
        spans = sorted((min(lengths[at] for at in batch), max(lengths[at] for at in batch)) for batch in batches)
        assert all(low >= high for (_, high), (low, _) in pairwise(spans))


def test_batches_are_padded_on_the_right() -> None:
    batch = Collator(pad=7, multiple=4)([row.features() for row in rows_of([3, 5])])
    assert batch["input_ids"].shape == (2, 8)
    assert batch["input_ids"][0, 3:].tolist() == [7] * 5
    assert batch["labels"][0, 3:].tolist() == [IGNORED] * 5
    assert batch["attention_mask"].sum(1).tolist() == [3, 5]


def test_rows_of_one_example_among_packed_ones() -> None:
    batch = Collator(pad=0, multiple=4, apart="mask")([row.features() for row in rows_of([3, 4])])
    assert batch["position_ids"].tolist() == [[0, 1, 2, 0], [0, 1, 2, 3]]
    assert (batch["attention_mask"][0, 0] == 0).int().tolist() == [
        [1, 0, 0, 0],
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [0, 0, 0, 1],
    ]


def test_packed_rows_are_told_in_the_summary(words: Any) -> None:
    examples = Examples(tuple(Example(str(n), "what is the sky?", "blue") for n in range(5)))
    encoded = Encoder(words, max_length=12).encode(examples).packed(12, seed=0)
    assert (encoded.summary.sequences, encoded.summary.used) == (3, 5)
    assert encoded.summary.fill == pytest.approx(30 / 36)
    first = max(encoded.features(), key=lambda one: len(one["input_ids"]))
    assert first["position_ids"].tolist() == [*range(6), *range(6)]
    assert pad_of(words) == words.pad_token_id


@pytest.fixture(scope="module")
def models() -> dict[str, Any]:
    """Configurations by name."""
    with transformers_ready():
        transformers: Any = import_module("transformers")
        auto = transformers.AutoModelForCausalLM
        configs = {
            "llama": transformers.LlamaConfig(**SIZES, intermediate_size=16, num_key_value_heads=1),
            "gpt_neox": transformers.GPTNeoXConfig(**SIZES, intermediate_size=16),
            "opt": transformers.OPTConfig(**SIZES, ffn_dim=16, word_embed_proj_dim=16),
            "mistral": transformers.MistralConfig(
                **SIZES, intermediate_size=16, num_key_value_heads=1, sliding_window=3
            ),
            "bloom": transformers.BloomConfig(vocab_size=60, hidden_size=16, n_layer=2, n_head=2),
            "mamba": transformers.MambaConfig(vocab_size=60, hidden_size=16, num_hidden_layers=2),
        }

        def build(name: str, attention: str | None) -> Any:
            torch.manual_seed(0)
            return auto.from_config(configs[name], attn_implementation=attention).eval()

        keys = [(name, how) for name in ("llama", "gpt_neox", "opt", "mistral") for how in ("eager", "sdpa")]
        return {f"{name} {how}": build(name, how) for name, how in keys} | {
            name: build(name, None) for name in ("bloom", "mamba")
        }


@pytest.mark.parametrize(
    ("name", "apart"),
    [
        ("llama eager", "positions"),
        ("llama sdpa", "positions"),
        ("gpt_neox eager", "positions"),
        ("gpt_neox sdpa", "positions"),
        ("mistral sdpa", "positions"),
        ("opt eager", "mask"),
        ("opt sdpa", "mask"),
    ],
)
def test_a_packed_example_has_the_logits_and_the_loss_that_it_has_alone(
    models: dict[str, Any], name: str, apart: str
) -> None:
    model = models[name]
    collator = packed_collator(model, 0)
    assert collator.apart == apart
    packed = pack(rows_of([5, 9, 4, 7, 3, 11]), MOST, seed=0)
    batch = collator([row.features(packed=True) for row in packed])
    with torch.no_grad():
        told = model(**batch)
        summed, count = 0.0, 0
        for row, logits in zip(packed, told.logits, strict=True):
            for start, stop in zip(row.starts, [*row.starts[1:], len(row.ids)], strict=True):
                labels = torch.from_numpy(row.labels[start:stop].astype(np.int64))[None]
                alone = model(input_ids=torch.from_numpy(row.ids[start:stop].astype(np.int64))[None], labels=labels)
                torch.testing.assert_close(logits[start:stop], alone.logits[0], rtol=0, atol=1e-6)
                learned = int((labels[0, 1:] != IGNORED).sum())
                summed, count = summed + (float(alone.loss) * learned if learned else 0.0), count + learned
    assert float(told.loss) == pytest.approx(summed / count, rel=1e-5)


def test_with_a_cache_transformers_mixes_packed_examples(models: dict[str, Any]) -> None:
    """Why the collator switches it off; should this fail one day, it need not."""
    model = models["llama sdpa"]
    batch = packed_collator(model, 0)([row.features(packed=True) for row in pack(rows_of([5, 9]), MOST, seed=0)])
    with torch.no_grad():
        apart, mixed = model(**batch).logits, model(**batch | {"use_cache": True}).logits
    assert (apart - mixed).abs().max() > 1e-3


@pytest.mark.parametrize("name", ["bloom", "mamba"])
def test_models_that_cannot_keep_examples_apart(models: dict[str, Any], name: str) -> None:
    with pytest.raises(UsageError, match=rf"see each other in this model \({name}\).*--packing"):
        packed_collator(models[name], 0)


def test_a_mask_would_undo_a_window(models: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    model = models["opt sdpa"]
    monkeypatch.setattr(model.config, "sliding_window", 64, raising=False)
    with pytest.raises(UsageError, match="--packing"):
        packed_collator(model, 0)
