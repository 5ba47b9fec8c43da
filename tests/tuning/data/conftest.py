"""Tokenizers, made on the spot: nothing is downloaded."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from tacit.models.runtime import transformers_ready

START, END, EOS = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LINES = [
    "The capital of France is Paris. What is the answer?",
    "Question: what is the colour of the sky?\n\nAnswer: blue",
    "naïve café — 日本語  ",
] * 5


def _wrap(tokenizer: Tokenizer, **more: Any) -> Any:  # noqa: ANN401 - transformers has no types
    with transformers_ready():
        from transformers import PreTrainedTokenizerFast

        return PreTrainedTokenizerFast(
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
def bpe(request: pytest.FixtureRequest) -> Any:  # noqa: ANN401
    """A byte-level BPE with a chat template, as GPT-2 and Qwen have; once with white space left out of its offsets."""
    return _wrap(
        _byte_level(request.param),
        eos_token=EOS,
        additional_special_tokens=[START, END],
        chat_template=CHATML,
    )


@pytest.fixture(scope="session")
def spaced() -> Any:  # noqa: ANN401
    """Puts a space before every text and a token before that, as Llama 2 does."""
    vocabulary = {"<unk>": 0, "<s>": 1, "</s>": 2}
    for text in sorted(set("".join(LINES))) + ["▁", "▁is", "▁the", "Paris", "▁Paris"]:
        vocabulary.setdefault(text, len(vocabulary))
    tokenizer = Tokenizer(models.BPE(vocabulary, [("▁", "is")][:0], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return _wrap(tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>")


@pytest.fixture(scope="session")
def words() -> Any:  # noqa: ANN401
    """One token to a word, and none that ends a text."""
    vocabulary = {"[UNK]": 0, "[PAD]": 1}
    for word in ("the", "sky", "is", "blue", "red", "what", "?"):
        vocabulary[word] = len(vocabulary)
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return _wrap(tokenizer, unk_token="[UNK]", pad_token="[PAD]")
