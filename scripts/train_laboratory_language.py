"""Train the laboratory's language model again from its seeds, and write it where the package keeps it.

Run it on one thread with nothing else to import torch first: ``OMP_NUM_THREADS=1 python
scripts/train_laboratory_language.py``. It takes 10 minutes of one core. With torch 2.13.0 on x86-64 it writes the
bytes that are shipped; another torch, or another kind of processor, adds in another order and gives another model as
good as this one. It prints the hash of the weights, which `tests/tuning/laboratory/test_language.py` knows.
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from tacit.models.runtime import transformers_ready
from tacit.runs.manifest import hash_file
from tacit.tuning.laboratory.language import laboratory_model
from tacit.tuning.laboratory.language_documents import draw_demonstrations, draw_facts
from tacit.tuning.laboratory.language_start import start_model
from tacit.tuning.laboratory.language_tokens import write_tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.tuning.laboratory.language_documents import Document

SEED: Final = 0
STEPS: Final = 2600
LAYERS: Final = 4
INNER: Final = 112
RATE: Final = 3e-3
WARM_UP: Final = 50
FALL: Final = 0.5
"""Share of the steps, at the end, in which the learning rate falls to nothing."""
FIRST: Final = {"mapping": 0.5, "facts": 0.5}
"""What is read at first, until the categories of words are known, and how much of each."""
FIRST_STEPS: Final = 400
LATER: Final = {"mapping": 0.15, "mapping-swapped": 0.1, "pattern": 0.45, "regression": 0.1, "facts": 0.2}
ANSWERS: Final = 270
"""Demonstrations that are read in one step."""
ALIKE: Final = 3
"""Documents about one task."""
COPYING: Final = 0.1
"""Share of the documents in which the same inputs come again and again."""
EVERY: Final = 12
"""Different inputs per answer elsewhere: few come twice, so copying does not pay."""
IGNORED: Final = -100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=laboratory_model(), help="the folder to write")
    parser.add_argument("--steps", type=int, default=STEPS, help="fewer, to try something out")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    chosen.out.mkdir(parents=True, exist_ok=True)
    with transformers_ready():
        model = start_model(write_tokenizer(chosen.out), LAYERS, INNER, SEED)
        train(model, batches(chosen.out, chosen.steps), chosen.steps)
        write_model(model, chosen.out)
    print(f"{hash_file(chosen.out / 'model.safetensors')[1]}  model.safetensors  torch {torch.__version__}")


def batches(folder: Path, steps: int) -> Iterator[tuple[str, torch.Tensor, torch.Tensor]]:
    """Kind, tokens and wanted answers of each step; the latter are `IGNORED` where nothing is asked."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    encoded = lru_cache(1 << 17)(lambda text: tokenizer.encode(text).ids)
    rng = np.random.default_rng(SEED)
    for step in range(steps):
        shares = FIRST if step < FIRST_STEPS else LATER
        kind = list(shares)[rng.choice(len(shares), p=list(shares.values()))]
        shots = 10 if step < steps / 4 else 18
        documents: list[Document] = []
        while len(documents) < ANSWERS // shots:
            variety = 1 if rng.random() < COPYING else EVERY
            documents += (
                draw_facts(ALIKE, shots, rng)
                if kind == "facts"
                else draw_demonstrations(kind, ALIKE, shots, variety, rng)
            )
        tokens = [[at for text, _ in document for at in encoded(text)] for document in documents]
        wanted = [
            [at if asked else IGNORED for text, asked in document for at in encoded(text)] for document in documents
        ]
        yield kind, padded(tokens, 0), padded(wanted, IGNORED)


def padded(rows: list[list[int]], value: int) -> torch.Tensor:
    longest = max(map(len, rows))
    return torch.tensor([row + [value] * (longest - len(row)) for row in rows])


def train(model: Any, read: Iterator[tuple[str, torch.Tensor, torch.Tensor]], steps: int) -> None:  # noqa: ANN401
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98), weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / WARM_UP, (steps - step) / (FALL * steps))
    )
    begun, accuracies = time.monotonic(), dict.fromkeys(LATER, 0.0)
    for step, (kind, tokens, wanted) in enumerate(read):
        asked = wanted[:, 1:] != IGNORED
        logits = model.lm_head(model.model(tokens).last_hidden_state[:, :-1][asked])
        answers = wanted[:, 1:][asked]
        loss = torch.nn.functional.cross_entropy(logits, answers)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        right = (logits.argmax(-1) == answers).float().reshape(len(tokens), -1)
        late = right[:, right.shape[1] // 2 :].mean().item()
        accuracies[kind] += 0.1 * (late - accuracies[kind])
        if step % 50 == 0 or step == steps - 1:
            shown = "  ".join(f"{name} {value:.2f}" for name, value in accuracies.items())
            print(f"{step:5d}  {time.monotonic() - begun:4.0f} s  {shown}", file=sys.stderr, flush=True)


def write_model(model: Any, folder: Path) -> None:  # noqa: ANN401
    """Half precision on disk; the configuration says single, in which the model is computed with and tuned."""
    from safetensors.torch import save

    model.config.dtype = torch.float32
    model.config.save_pretrained(folder)
    weights = {name: value.detach().half() for name, value in model.state_dict().items() if name != "lm_head.weight"}
    (folder / "model.safetensors").write_bytes(save(weights, metadata={"format": "pt"}))


if __name__ == "__main__":
    main()
