"""Tiny models and data to train on, as files."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tacit.models.runtime import transformers_ready

if TYPE_CHECKING:
    from pathlib import Path

CHAT = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}</s>{% endfor %}"


def byte_tokenizer() -> Any:
    """One token per byte, after three special ones; a text begins with one of them."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = {word: at for at, word in enumerate(["<pad>", "<s>", "</s>", *letters])}
    inner = Tokenizer(models.BPE(vocab=words, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    names = {"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>"}
    made: Any = PreTrainedTokenizerFast
    return made(tokenizer_object=inner, **names)


def make_checkpoint(folder: Path, kind: str = "llama", **options: Any) -> Path:
    """A random model of a few thousand numbers, with its tokenizer, as transformers saves it."""
    with transformers_ready():
        import torch

        transformers: Any = import_module("transformers")
        tokenizer = byte_tokenizer()
        shape: dict[str, Any] = {
            "vocab_size": len(tokenizer), "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2,
            "num_attention_heads": 2, "max_position_embeddings": 512, "bos_token_id": 1, "eos_token_id": 2,
            "pad_token_id": 0, **options,
        }  # fmt: skip
        names = {"llama": "LlamaConfig", "neox": "GPTNeoXConfig"}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            model = transformers.AutoModelForCausalLM.from_config(getattr(transformers, names[kind])(**shape))
            # Larger than they start out, so that the model has opinions that can be kept or lost.
            for parameter in model.parameters():
                parameter.data.mul_(4.0) if parameter.ndim > 1 else None
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    return folder


def write_examples(path: Path, count: int = 24) -> Path:
    """Prompts with a number, and its parity."""
    rows = [{"prompt": f"Number {n}:", "completion": " even" if n % 2 == 0 else " odd"} for n in range(count)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def load(folder: Path) -> tuple[Any, Any]:
    """The model and its tokenizer."""
    with transformers_ready():
        import transformers

        return (
            transformers.AutoModelForCausalLM.from_pretrained(folder),
            transformers.AutoTokenizer.from_pretrained(folder),
        )


def encoded(tokenizer: Any, count: int = 12) -> list[dict[str, list[int]]]:
    """Some of `write_examples` as tokens."""
    found = []
    for n in range(count):
        prompt = tokenizer(f"Number {n}:")["input_ids"]
        answer = [*tokenizer(" even" if n % 2 == 0 else " odd", add_special_tokens=False)["input_ids"], 2]
        found.append({"input_ids": [*prompt, *answer], "labels": [-100] * len(prompt) + answer})
    return found
