"""A language model that comes with the package: small, and it learns from demonstrations.

What `tacit tune laboratory` and `tacit retention laboratory ...` work on. It has been trained, by
``scripts/train_laboratory_language.py``, on demonstrations of tasks that were made up by the million; it knows the
words of these tasks and nothing else, and no result with it says anything about another model.

It learns made-up labels from demonstrations (`mapping`, `mapping-swapped`: right every time with four or more, and as
often as by guessing with none). `pattern` and `regression` are beyond it: it guesses, however much is demonstrated.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Final

from tacit.errors import UsageError
from tacit.runs.atomic import write_atomic, writing
from tacit.tuning.retention.tasks.mapping import make_mapping

LABORATORY: Final = "laboratory"
"""The address of the model, wherever one is asked for."""
SKILL_SEEDS: Final = 500_000
"""Skills have seeds from here on, so none is a task on which models are measured (below) or were trained (above)."""
MOST_SEEDS: Final = 500_000
MOST_EXAMPLES: Final = 384
HELD_OUT: Final = 96


def laboratory_model() -> Path:
    """The folder of the model: a checkpoint as transformers writes it.

    Example:
        >>> sorted(path.name for path in laboratory_model().iterdir())
        ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']
    """
    return Path(str(files("tacit.tuning.laboratory") / "weights" / "language"))


def is_laboratory(address: str) -> bool:
    """Whether an address is that of the model; a folder of this name goes before it.

    Example:
        >>> is_laboratory("laboratory"), is_laboratory("./laboratory")
        (True, False)
    """
    return address == LABORATORY and not Path(address).is_dir()


def make_skill(out: Path, *, seed: int = 0, examples: int = 192) -> Path:
    r"""Write a skill that the model does not have: categories of words under made-up labels, without demonstrations.

    Nothing but tuning can teach it, as which label stands for which category is drawn from the seed; before, the model
    is right as often as by guessing (one time in four). The words of the held-out examples are not among those that
    are trained on.

    Args:
        out: The file of JSON Lines to write, with ``prompt`` and ``completion``. Next to it comes one of 96 held-out
            examples, whose name ends in ``-held-out``.
        seed: Of the skill; 0 to 499,999.
        examples: To train on, 384 at most.

    Returns:
        The file.

    Raises:
        UsageError: If seed or number of examples are out of bounds.
        DataError: If it cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = make_skill(Path(folder, "skill.jsonl"), seed=3, examples=2)
        ...     print(file.read_text() + ", ".join(sorted(path.name for path in Path(folder).iterdir())))
        {"id": "shown-0", "prompt": "Input: we talked about the shoe\nOutput:", "completion": " yubat"}
        {"id": "shown-1", "prompt": "Input: we talked about the canoe\nOutput:", "completion": " mavok"}
        skill-held-out.jsonl, skill.jsonl
    """
    if not 0 <= seed < MOST_SEEDS:
        raise UsageError(f"The seed of a skill is 0 to {MOST_SEEDS - 1:,}, not {seed:,}.")
    if not 1 <= examples <= MOST_EXAMPLES:
        raise UsageError(f"A skill has 1 to {MOST_EXAMPLES} examples to train on, not {examples:,}.")
    task = make_mapping(SKILL_SEEDS + seed, HELD_OUT, examples)
    for path, items in ((out, task.pool), (out.with_name(f"{out.stem}-held-out{out.suffix}"), task.items)):
        rows = (
            {"id": item.id, "prompt": f"{task.before}{item.input}{task.between}", "completion": f" {item.answer}"}
            for item in items
        )
        with writing(path):
            write_atomic(path, "".join(json.dumps(row) + "\n" for row in rows).encode())
    return out
