"""Two models on the same texts: losses, divergence, attention drift, and what was gained on the target."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.tuning.retention.local_work import model, tokenizer  # noqa: E402

from tacit.errors import DataError, InsufficientDataError, UsageError  # noqa: E402
from tacit.tuning.retention.divergence import divergence  # noqa: E402
from tacit.tuning.retention.drift import attention_drift  # noqa: E402
from tacit.tuning.retention.inside import drift_prompts, encode_target  # noqa: E402
from tacit.tuning.retention.language_model import LanguageModel  # noqa: E402
from tacit.tuning.retention.local import LocalAnswerer  # noqa: E402
from tacit.tuning.retention.settings import RetentionSettings  # noqa: E402
from tacit.tuning.retention.target import accuracy_change, ask_target, loss_change, read_target  # noqa: E402
from tacit.tuning.retention.tasks.protocol import make_task  # noqa: E402
from tacit.tuning.retention.tokens import Encoded, compare_tokens  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

torch.set_num_threads(1)


def texts(n: int = 5, length: int = 24) -> list[Encoded]:
    rng = np.random.default_rng(0)
    counts = np.arange(length) >= length // 2
    return [Encoded(rng.integers(2, 400, length).astype(np.int32), counts) for _ in range(n)]


def moved(base: Any, *parts: str) -> Any:
    """A copy whose entries of these names have moved."""
    tuned = copy.deepcopy(base)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        for name, parameter in tuned.named_parameters():
            if any(part in name for part in parts):
                parameter.data += 0.1 * torch.randn_like(parameter)
    return tuned


def test_values_leave_attention_of_the_first_layer_alone_and_queries_do_not() -> None:
    base = model("llama")
    prompts = [text.ids.tolist() for text in texts()]
    found = attention_drift(base, moved(base, "v_proj"), prompts)
    first, second = (layer.distance for layer in found.layers)
    assert (first.low, first.value, first.high) == (0.0, 0.0, 0.0)
    assert second.low is not None
    assert second.low > 0
    assert found.only_later
    for layer in attention_drift(base, moved(base, "q_proj"), prompts).layers:
        assert 0 < (layer.distance.value or 0) <= 1
    assert base.config._attn_implementation != "eager"


def test_drift_is_the_total_variation_distance() -> None:
    base, prompts = model("gpt2"), [text.ids.tolist() for text in texts(2)]
    tuned = moved(base, "c_attn")
    found = attention_drift(base, tuned, prompts)
    for at in range(2):
        wanted = []
        for ids in prompts:
            pair = []
            for one in (base, tuned):
                one.set_attn_implementation("eager")
                pair.append(one(torch.tensor([ids]), output_attentions=True).attentions[at].detach().double())
            wanted.append(float((pair[0] - pair[1]).abs()[:, :, 1:].sum(-1).mean() / 2))
        assert found.layers[at].distance.value == pytest.approx(np.mean(wanted), rel=1e-4)


def test_models_of_other_shapes_cannot_be_compared() -> None:
    with pytest.raises(UsageError, match="different numbers"):
        attention_drift(model("llama"), model("llama", num_hidden_layers=1), [[2, 3, 4]])
    with pytest.raises(UsageError, match="more than one token"):
        attention_drift(model("llama"), model("llama"), [[2]])


def test_losses_and_divergence_are_those_of_the_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tacit.tuning.retention.tokens._CHUNK", 5)
    base = model("llama")
    tuned, some = moved(base, "mlp"), texts()
    table = compare_tokens(base, tuned, some)
    kl, loss = [], []
    for text in some:
        ids = torch.tensor(text.ids.astype(np.int64))
        one, other = (m(ids[None]).logits[0, :-1].double().log_softmax(-1).detach() for m in (base, tuned))
        wanted = torch.from_numpy(text.counts[1:])
        kl.append((one.exp() * (one - other)).sum(-1)[wanted])
        loss.append(-other.gather(-1, ids[1:, None])[:, 0][wanted])
    assert table.divergence == pytest.approx(torch.cat(kl).numpy(), rel=1e-3, abs=1e-5)
    assert table.tuned_loss == pytest.approx(torch.cat(loss).numpy(), rel=1e-4)
    assert table.text.tolist() == [at for at in range(5) for _ in range(12)]
    found = divergence(table)
    assert found.nats.value == pytest.approx(table.divergence.mean())
    assert (found.examples, found.tokens) == (5, 60)
    assert "5 clusters" in found.nats.method
    change = loss_change(table, 0.95)
    assert change.gain.value == pytest.approx((change.base.value or 0) - (change.tuned.value or 0))


def test_a_model_that_was_not_tuned_has_not_moved() -> None:
    base = model("llama")
    table = compare_tokens(base, base, texts())
    assert divergence(table).nats.high == 0
    assert loss_change(table, 0.95).gain.high == 0
    drift = attention_drift(base, copy.deepcopy(base), [texts(1)[0].ids.tolist()])
    assert all(layer.distance.high == 0 for layer in drift.layers)
    assert not drift.only_later


def test_the_target_is_asked_for_its_completions_where_they_are_few(tmp_path: Path) -> None:
    rows = [{"prompt": f"Is {n} odd?", "completion": "yes" if n % 2 else "no"} for n in range(30)]
    file = tmp_path / "odd.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    target = read_target(str(file), 20, 0)
    assert len(target.examples) == 20
    assert target.options == ("no", "yes")
    assert target.prompts()[0].options == (" no", " yes")
    assert read_target(str(file), 20, 0).digest == target.digest != read_target(str(file), 20, 1).digest
    base = model("llama")
    answers = ask_target(LocalAnswerer(base, tokenizer(), name="a", identity="a"), target)
    change = accuracy_change(target, answers, answers, 0.95)
    assert change is not None
    assert change.gain.value == 0
    encoded = encode_target(LanguageModel(base, tokenizer()), target)
    assert len(encoded) == 20
    learned = tokenizer().decode(encoded[0].ids[encoded[0].counts])
    assert learned.strip().removesuffix("</s>") == target.examples[0].completion


def test_a_text_file_is_examples_without_prompts(tmp_path: Path) -> None:
    file = tmp_path / "some.txt"
    file.write_text("Input: one\n\nOutput: two\n", encoding="utf-8")
    target = read_target(str(file), 10, 0)
    assert [example.completion for example in target.examples] == ["Input: one", "Output: two"]
    assert target.prompts() == []
    encoded = encode_target(LanguageModel(model("llama"), tokenizer()), target)
    assert not encoded[0].counts[0]
    assert encoded[0].counts[1:].all()
    (tmp_path / "none.txt").write_text("\n")
    with pytest.raises(DataError, match="holds no text"):
        read_target(str(tmp_path / "none.txt"), 10, 0)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="UTF-8"):
        read_target(str(file), 10, 0)


def test_examples_that_are_all_too_long_are_told_of(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("word " * 400)
    with pytest.raises(InsufficientDataError, match="none fits"):
        encode_target(
            LanguageModel(model("llama", max_position_embeddings=16), tokenizer()), read_target(str(file), 5, 0)
        )


def test_drift_is_looked_at_on_prompts_of_all_tasks_and_draws() -> None:
    tasks = [make_task(name, seed=0, items=6, pool=64) for name in ("mapping", "regression")]
    found = drift_prompts(tasks, RetentionSettings(shots=(0, 4, 16), drift_prompts=6, draws=3))
    assert len({(prompt.context, prompt.question) for prompt in found}) == 6
    assert len({prompt.context for prompt in found}) == 6
    assert all(prompt.context for prompt in found)
