"""Tiny random language models, tokenizers of several kinds, and the plainest way of scoring options."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import torch
from tests.models.tiny_checkpoints import mend_torchvision

from tacit.models.runtime import transformers_ready
from tacit.tuning.retention.prompts import plan_prompts
from tacit.tuning.retention.tasks.protocol import make_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.tuning.retention.protocol import Prompt

TASKS = ("mapping", "regression")
VOCABULARY = 400
HEADS = {"num_attention_heads": 4, "num_key_value_heads": 2, "num_hidden_layers": 2, "hidden_size": 32}
LLAMA = {**HEADS, "intermediate_size": 48, "max_position_embeddings": 2000}
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "llama": ("llama", LLAMA),
    "gpt2": ("gpt2", {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 2000}),
    "gpt-neox": ("gpt_neox", {**LLAMA, "num_key_value_heads": 4}),
    "bloom": ("bloom", {"hidden_size": 32, "n_layer": 2, "n_head": 4}),
    "mistral, window of 40": ("mistral", {**LLAMA, "sliding_window": 40}),
    "gemma2, window of 40": ("gemma2", {**LLAMA, "head_dim": 8, "sliding_window": 40}),
    "falcon, alibi": ("falcon", {**HEADS, "alibi": True}),
    "opt": ("opt", {**LLAMA, "ffn_dim": 48, "word_embed_proj_dim": 32}),
    "mpt": ("mpt", {"d_model": 32, "n_heads": 4, "n_layers": 2, "max_seq_len": 2000}),
}


@cache
def prompts(items: int = 3, shots: tuple[int, ...] = (0, 1, 4, 8)) -> list[Prompt]:
    """One draw of each built-in task."""
    tasks = [make_task(name, seed=0, items=items, pool=16) for name in TASKS]
    return [asked.prompt for task in tasks for asked in plan_prompts(task, shots=shots, draws=1)]


@cache
def texts() -> list[str]:
    return [prompt.context + prompt.question + option for prompt in prompts() for option in prompt.options]


def model(name: str, dtype: torch.dtype = torch.float32, **changes: Any) -> Any:
    """A random model whose predictions are far from uniform."""
    kind, shape = MODELS[name]
    mend_torchvision()
    with transformers_ready():
        from transformers import AutoConfig, AutoModelForCausalLM

        config = AutoConfig.for_model(
            kind,
            **{"vocab_size": VOCABULARY, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1, **shape, **changes},
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            make: Any = AutoModelForCausalLM
            made = make.from_config(config)
            for parameter in made.parameters():
                if parameter.dim() > 1:
                    torch.nn.init.normal_(parameter, std=0.3)
    return made.to(dtype).eval()


@cache
def tokenizer(kind: str = "bytes") -> Any:
    """Tokenizers trained on the tasks' own texts.

    Args:
        kind: ``bytes`` (byte pairs as in GPT-2, a token that begins a text), ``ended`` (the same, and a token that
            ends it), ``sentences`` (pieces over whole lines as in Llama 1, which join the end of a question with what
            comes after it).
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

    inner = Tokenizer(models.BPE())
    special = ["<s>", "</s>"]
    if kind == "sentences":
        inner.pre_tokenizer = pre_tokenizers.Split("\n\n", "merged_with_next")
        alphabet = sorted({letter for text in texts() for letter in text})
    else:
        inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        inner.decoder = decoders.ByteLevel()
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        end = " </s>" if kind == "ended" else ""
        inner.post_processor = processors.TemplateProcessing(
            single=f"<s> $A{end}", special_tokens=[("<s>", 0), ("</s>", 1)]
        )
    # Few merges over whole lines, or lines would become tokens.
    size = len(alphabet) + 60 if kind == "sentences" else VOCABULARY
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=special, initial_alphabet=alphabet)
    inner.train_from_iterator(texts(), trainer)
    mend_torchvision()
    with transformers_ready():
        from transformers import PreTrainedTokenizerFast

        make: Any = PreTrainedTokenizerFast
        return make(tokenizer_object=inner, bos_token=special[0], eos_token=special[1])


def plain_scores(model: Any, tokenizer: Any, prompt: Prompt) -> list[float]:
    """Log-likelihood of each option from where the first of them departs from the question, one whole pass each."""

    def tokens(text: str) -> list[int]:
        begin = [0] if tokenizer("a")["input_ids"][0] == 0 else []
        return [*begin, *tokenizer(text, add_special_tokens=False)["input_ids"]]

    asked = prompt.context + prompt.question
    stem, ends = tokens(asked), [tokens(asked + option) for option in prompt.options]
    start = min(_alike(stem, end) for end in ends)
    found = []
    for end in ends:
        with torch.no_grad():
            told = model(input_ids=torch.tensor([end])).logits[0].double().log_softmax(-1)
        found.append(sum(float(told[at - 1, end[at]]) for at in range(start, len(end))))
    return found


def _alike(one: Sequence[int], other: Sequence[int]) -> int:
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    return count
