"""The two lines of a user's own script: with transformers' trainer and with TRL's."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
import torch
from safetensors.torch import load_file
from tests.tuning.train.train_work import encoded, load

from tacit.errors import DataError, UsageError
from tacit.tuning.data.collate import Collator
from tacit.tuning.train.checkpoints import newest_complete
from tacit.tuning.train.tuning import ValueTuning

if TYPE_CHECKING:
    from pathlib import Path


def arguments(place: Path, kind: str = "transformers.TrainingArguments", **more: Any) -> Any:
    module, name = kind.split(".")
    told = {
        "max_steps": 6, "per_device_train_batch_size": 2, "gradient_accumulation_steps": 2, "learning_rate": 1e-2,
        "weight_decay": 0.1, "use_cpu": True, "bf16": False, "report_to": "none", "disable_tqdm": True,
        "logging_steps": 1, "save_steps": 3, "log_level": "error", **more,
    }  # fmt: skip
    return getattr(import_module(module), name)(str(place), **told)


def trainer_of(tuning: ValueTuning, tokenizer: Any, place: Path, **more: Any) -> Any:
    return tuning.trainer(
        import_module("transformers").Trainer, args=arguments(place, **more), train_dataset=encoded(tokenizer, 10),
        data_collator=Collator(0), processing_class=tokenizer,
    )  # fmt: skip


def value_rows(name: str, rows: int) -> torch.Tensor:
    """Which rows of a tensor of GPT-NeoX with two heads of eight are values: the last third of each head's."""
    mask = torch.zeros(rows, dtype=torch.bool)
    if "query_key_value" in name:
        for head in range(2):
            mask[24 * head + 16 : 24 * head + 24] = True
    return mask


@pytest.mark.parametrize("keep", ["none", "few-shot", "kl"])
def test_only_values_change_and_plain_transformers_loads_it(keep: str, neox: Path, tmp_path: Path) -> None:
    model, tokenizer = load(neox)
    tuning = ValueTuning(model, update="value", keep=keep, shots=2)
    trainer = trainer_of(tuning, tokenizer, tmp_path / "run")
    trainer.train()
    trainer.save_model()
    before, after = load_file(neox / "model.safetensors"), load_file(tmp_path / "run" / "model" / "model.safetensors")
    assert list(before) == list(after)
    moved = 0
    for name, tensor in before.items():
        trained = value_rows(name, len(tensor))
        assert torch.equal(tensor[~trained], after[name][~trained]), name
        moved += int((tensor[trained] != after[name][trained]).sum())
    assert moved > 0.9 * tuning.held.trained
    again, _ = load(tmp_path / "run" / "model")
    ids = torch.arange(3, 12)[None]
    with torch.no_grad():
        torch.testing.assert_close(again.eval()(ids).logits, tuning.release().eval()(ids).logits)


def test_a_checkpoint_holds_what_trains_and_goes_on_to_the_same_weights(llama: Path, tmp_path: Path) -> None:
    ends = []
    for place, limit in (("whole", 6), ("parts", 3), ("parts", 6)):
        model, tokenizer = load(llama)
        tuning = ValueTuning(model, keep="few-shot", few_shot_loss=0.5, shots=2, tokenizer=tokenizer)
        trainer = trainer_of(tuning, tokenizer, tmp_path / place)
        if limit < 6:
            trainer.add_callback(_stop_after(limit))
        trainer.train(resume_from_checkpoint=place == "parts" and limit == 6)
        ends.append((tuning.held.state(), trainer.state.log_history))
    checkpoint = newest_complete(tmp_path / "parts")
    assert checkpoint is not None
    held = load_file(checkpoint / "trained.safetensors")
    assert sum(tensor.numel() for tensor in held.values()) == tuning.held.trained
    assert not list(checkpoint.glob("model*"))
    assert all(torch.equal(ends[0][0][name], ends[2][0][name]) for name in ends[0][0])
    told = [[{k: v for k, v in log.items() if "loss" in k} for log in logs if "loss" in log] for _, logs in ends]
    assert told[0] == told[2]
    assert len(told[1]) == 3


def _stop_after(step: int) -> Any:
    base: Any = import_module("transformers").TrainerCallback

    class Stop(base):  # type: ignore[misc]
        def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
            control.should_training_stop = state.global_step >= step

    return Stop()


def test_the_logged_loss_is_the_sum_of_its_terms(llama: Path, tmp_path: Path) -> None:
    model, tokenizer = load(llama)
    tuning = ValueTuning(model, keep="l2", keep_weight=3.0, few_shot_loss=0.5, shots=2)
    trainer = trainer_of(tuning, tokenizer, tmp_path / "run", save_strategy="no")
    trainer.train()
    logs = [log for log in trainer.state.log_history if "loss" in log]
    for step, log in enumerate(logs):
        weight = 0.5 * (5 - step) / 5
        assert log["loss"] == pytest.approx(
            log["task_loss"] + 3 * log["keep_loss"] + weight * log["few_shot_loss"], rel=1e-5
        )
    assert logs[0]["keep_loss"] == 0 < logs[-1]["keep_loss"]


def test_gradient_accumulation_is_the_same_as_a_larger_batch(llama: Path, tmp_path: Path) -> None:
    found = []
    for batch, accumulate in ((4, 1), (2, 2)):
        model, tokenizer = load(llama)
        tuning = ValueTuning(model, keep="l2", tokenizer=tokenizer)
        trainer = trainer_of(
            tuning, tokenizer, tmp_path / f"{batch}", save_strategy="no", max_steps=4,
            per_device_train_batch_size=batch, gradient_accumulation_steps=accumulate,
        )  # fmt: skip
        trainer.train()
        found.append([(log["loss"], log["keep_loss"]) for log in trainer.state.log_history if "loss" in log])
    for one, other in zip(*found, strict=True):
        assert one == pytest.approx(other, rel=1e-3)


def test_a_loss_that_is_no_number_ends_with_the_base(llama: Path, tmp_path: Path) -> None:
    model, tokenizer = load(llama)
    tuning = ValueTuning(model)
    trainer = trainer_of(tuning, tokenizer, tmp_path / "run", learning_rate=1e30, max_grad_norm=0.0, save_strategy="no")
    with pytest.raises(DataError, match=r"not a number any more in step \d.*--lr \(it was 1e\+30\)"):
        trainer.train()
    start = tuning.held.originals()
    assert all(torch.equal(now, start[name]) for name, now in tuning.held.state().items())


def test_own_examples_are_kept(llama: Path, tmp_path: Path) -> None:
    model, tokenizer = load(llama)
    own = [{"prompt": f"Q{n}", "completion": f" A{n}"} for n in range(5)]
    tuning = ValueTuning(model, keep="few-shot", prompts=own, shots=2)
    trainer = trainer_of(tuning, tokenizer, tmp_path / "run", save_strategy="no", max_steps=2)
    trainer.train()
    prompts = tuning.keeper._prompts  # type: ignore[attr-defined]
    texts = [tokenizer.decode(row) for batch in prompts.batches for row in batch.ids]
    assert prompts.prompts == 5
    assert all(text.count("Q") == 3 for text in texts)


def test_what_cannot_be_done_is_refused(llama: Path, tmp_path: Path) -> None:
    model, tokenizer = load(llama)
    with pytest.raises(UsageError, match="no setting 'keeps'"):
        ValueTuning(model, keeps="kl")
    tuning = ValueTuning(model, keep="few-shot")
    with pytest.raises(UsageError, match=r"needs transformers\.Trainer"):
        tuning.trainer(dict)
    trainer = tuning.trainer(
        import_module("transformers").Trainer, args=arguments(tmp_path / "run"), train_dataset=encoded(tokenizer)
    )
    with pytest.raises(UsageError, match="need a tokenizer"):
        trainer.train()
    with pytest.raises(UsageError, match="no complete checkpoint"):
        trainer.train(resume_from_checkpoint=True)


@pytest.mark.slow
def test_trl(neox: Path, tmp_path: Path) -> None:
    trl = pytest.importorskip("trl")
    datasets = pytest.importorskip("datasets")
    model, tokenizer = load(neox)
    tuning = ValueTuning(model, update="value", keep="few-shot", shots=2)
    rows = [{"prompt": f"Number {n}:", "completion": " even" if n % 2 == 0 else " odd"} for n in range(8)]
    trainer = tuning.trainer(
        trl.SFTTrainer, args=arguments(tmp_path / "run", "trl.SFTConfig", max_steps=3),
        train_dataset=datasets.Dataset.from_list(rows), processing_class=tokenizer,
    )  # fmt: skip
    trainer.train()
    logs = [log for log in trainer.state.log_history if "loss" in log]
    assert logs[-1]["keep_loss"] > 0
    assert logs[-1]["loss"] == pytest.approx(logs[-1]["task_loss"] + logs[-1]["keep_loss"], rel=1e-5)
    before, after = (
        load_file(neox / "model.safetensors"),
        load_file(tuning.save(tmp_path / "out") / "model.safetensors"),
    )
    changed = [name for name in before if not torch.equal(before[name], after[name])]
    assert changed
    assert all("query_key_value" in name for name in changed)
