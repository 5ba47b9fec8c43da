"""How fast questions after demonstrations are scored, against one pass per question and option over the whole prompt.

Usage: python benchmarks/retention.py [--items 24] [--draws 1] [--threads 1] [--device cpu]

The model is Llama-shaped, has 11 million random parameters and a word-level vocabulary, so nothing is downloaded. Both
ways score the same prompts of the built-in tasks with 0 to 16 demonstrations. The naive way is the loop one would write
first; it is also what the tests hold the scores against. The last number printed is the ratio; the script fails if any
choice differs, or any log-likelihood by more than 1e-4.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import torch

from tacit.models.runtime import transformers_ready
from tacit.tuning.retention.local import LocalAnswerer
from tacit.tuning.retention.prompts import plan_prompts
from tacit.tuning.retention.protocol import Answer
from tacit.tuning.retention.tasks.protocol import make_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.tuning.retention.protocol import Prompt

TASKS: Final = ("mapping", "regression", "pattern")
CLOSE: Final = 1e-4


class NaiveAnswerer:
    """One pass per prompt and option, over all of it."""

    def __init__(self, model: Any, tokenizer: Any) -> None:  # noqa: ANN401 - transformers has no types
        self.name, self.identity = "naive", "naive"
        self._model, self._tokenizer = model, tokenizer

    def answer(self, prompts: Sequence[Prompt]) -> list[Answer]:
        """See `tacit.tuning.retention.protocol.Answerer.answer`."""
        with torch.no_grad():
            return [self._answer(prompt) for prompt in prompts]

    def _answer(self, prompt: Prompt) -> Answer:
        start = len(self._tokens(prompt.context + prompt.question))
        scores = []
        for option in prompt.options:
            tokens = self._tokens(prompt.context + prompt.question + option)
            ids = torch.tensor([tokens], device=self._model.device)
            told = self._model(input_ids=ids).logits[0].float().log_softmax(-1)
            scores.append(sum(float(told[at - 1, tokens[at]]) for at in range(start, len(tokens))))
        return Answer(scores.index(max(scores)), tuple(scores))

    def _tokens(self, text: str) -> list[int]:
        tokens: list[int] = self._tokenizer(text)["input_ids"]
        return tokens


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--items", type=int, default=24)
    parser.add_argument("--draws", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    tasks = [make_task(name, seed=0, items=options.items, pool=32) for name in TASKS]
    prompts = [asked.prompt for task in tasks for asked in plan_prompts(task, draws=options.draws)]
    model, tokenizer = build(prompts)
    model = model.to(options.device)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.1f}M parameters, {len(prompts):,} prompts, "
          f"the longest of {max(len(p.context.split()) for p in prompts)} words of context")  # fmt: skip
    shared = LocalAnswerer(model, tokenizer, name="shared", identity="1")
    naive = NaiveAnswerer(model, tokenizer)
    for answerer in (shared, naive):  # the first passes are slower
        answerer.answer(prompts[:2])
    fast, quick = timed(shared, prompts)
    slow, plain = timed(naive, prompts)
    pairs = list(zip(quick, plain, strict=True))
    apart = max(abs(a - b) for one, two in pairs for a, b in zip(one.scores or (), two.scores or (), strict=True))
    other = sum(one.choice != two.choice for one, two in pairs)
    print(
        f"largest difference of a log-likelihood {apart:.1e}; {other} choices differ; {shared.remarks or 'no remarks'}"
    )
    print(f"sharing {1e3 * fast / len(prompts):.1f} ms per prompt, naive {1e3 * slow / len(prompts):.1f} ms")
    print(f"ratio {slow / fast:.1f}")
    if other or apart > CLOSE:
        sys.exit("the scores are not the same")


def timed(answerer: LocalAnswerer | NaiveAnswerer, prompts: Sequence[Prompt]) -> tuple[float, list[Answer]]:
    # CPU time, for which it does not matter who else is on the machine.
    start = time.process_time()
    answers = answerer.answer(prompts)
    return time.process_time() - start, answers


def build(prompts: Sequence[Prompt]) -> tuple[Any, Any]:
    """A random model and a tokenizer of words; a made-up label is two tokens, as it would be for real ones."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    with transformers_ready():
        from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
    texts = [prompt.context + prompt.question + option for prompt in prompts for option in prompt.options]
    # Words of five letters are cut behind the third: labels are, and so are some others.
    pattern = r"\n| ?\w{3}(?=\w\w\b)| ?\w+| ?[^\w\s]"
    words = sorted({word for text in texts for word in re.findall(pattern, text)})
    cutter = Tokenizer(models.WordLevel({word: at for at, word in enumerate(["<unk>", *words])}, unk_token="<unk>"))  # noqa: S106 - no password
    cutter.normalizer = normalizers.Sequence([])
    cutter.pre_tokenizer = pre_tokenizers.Split(Regex(pattern), behavior="isolated")
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=8192, hidden_size=320, intermediate_size=864, num_hidden_layers=5, num_attention_heads=8,
        num_key_value_heads=4, max_position_embeddings=2048, tie_word_embeddings=False, initializer_range=0.1,
    )  # fmt: skip
    model: Any = LlamaForCausalLM(config)
    make: Any = PreTrainedTokenizerFast
    return model.eval(), make(tokenizer_object=cutter, unk_token="<unk>")  # noqa: S106


if __name__ == "__main__":
    main()
