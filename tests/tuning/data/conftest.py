"""Tokenizers, made on the spot: nothing is downloaded."""

from __future__ import annotations

import functools
from importlib import import_module
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from tacit.models.runtime import transformers_ready

START, END, EOS = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
FIRST, LAST, UNKNOWN, PAD = "<s>", "</s>", "<unk>", "<pad>"
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LINES = [
    "The capital of France is Paris. What is the answer?",
    "Question: what is the colour of the sky?\n\nAnswer: blue",
    "naïve café — 日本語  \n\n",
] * 5


def _wrap(tokenizer: Tokenizer, **more: Any) -> Any:
    with transformers_ready():
        transformers: Any = import_module("transformers")
        return transformers.PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, clean_up_tokenization_spaces=False, model_max_length=100_000, **more
        )


@functools.cache
def _byte_level(trim: bool) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=trim)
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=[START, END, EOS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(LINES, trainer)
    return tokenizer


@pytest.fixture(scope="session", params=[False, True], ids=["offsets", "trimmed-offsets"])
def bpe(request: pytest.FixtureRequest) -> Any:
    """A byte-level BPE with a chat template, as GPT-2 and Qwen have; once with white space left out of its offsets."""
    return _wrap(
        _byte_level(request.param),
        eos_token=EOS,
        additional_special_tokens=[START, END],
        chat_template=CHATML,
    )


@pytest.fixture(scope="session")
def spaced() -> Any:
    """Puts a space before every text and a token before that, as Llama 2 does."""
    signs = [UNKNOWN, FIRST, LAST, *sorted(set("".join(LINES))), "▁"]
    tokenizer = Tokenizer(models.BPE({sign: at for at, sign in enumerate(signs)}, [], unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[(FIRST, 1)])
    return _wrap(tokenizer, bos_token=FIRST, eos_token=LAST, unk_token=UNKNOWN)


@pytest.fixture(scope="session")
def words() -> Any:
    """One token to a word, and none that ends a text."""
    known = [UNKNOWN, PAD, "the", "sky", "is", "blue", "red", "what", "?"]
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(known)}, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return _wrap(tokenizer, unk_token=UNKNOWN, pad_token=PAD)
