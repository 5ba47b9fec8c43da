"""The words of the laboratory's language model.

What the in-context tasks say is whole words, a space before each; everything else is read byte by byte, so there is no
text that the model cannot be given.
"""

from __future__ import annotations

import json
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, Final

from tacit.tuning.retention.tasks.making import LABELS
from tacit.tuning.retention.tasks.mapping import SENTENCES, WORDS
from tacit.tuning.retention.tasks.pattern import PATTERNS
from tacit.tuning.retention.tasks.protocol import Task

if TYPE_CHECKING:
    from pathlib import Path

START: Final = "<|start|>"
END: Final = "<|end|>"
SPECIAL: Final = (START, END, "<|user|>", "<|assistant|>", "<|system|>")
"""Where a text begins and ends, and who speaks in a chat; the start is what batches are padded with, too."""
LARGEST: Final = 99
"""Numbers from 0 to this one are single tokens."""
_SPLIT: Final = r"\n?[A-Z][a-z]+:|\n+| ?\d+| ?[A-Za-z]+| ?[^\sA-Za-z\d]|\s"
_CHAT: Final = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def words() -> list[str]:
    """What is one token beside single bytes; none twice.

    Example:
        >>> {" dog", " bofik", " 30", "Input:"} <= set(words())
        True
    """
    frame = Task("", (), (), ())
    told = {f" {word}" for sentence in SENTENCES for word in sentence.replace("{}", "").split()}
    told |= {f" {word}" for category, members in WORDS.items() for word in (category, *members)}
    told |= {f" {name.split()[-1]}" for name in PATTERNS}
    told |= {f" {word}" for word in (*LABELS, *ascii_lowercase, "=", ",")}
    told |= {f" {number}" for number in range(LARGEST + 1)}
    return [frame.before.strip(), frame.between, frame.after, *sorted(told)]


def write_tokenizer(folder: Path) -> int:
    """Write ``tokenizer.json``, ``tokenizer_config.json`` and the chat template.

    Args:
        folder: Is there already.

    Returns:
        Number of tokens.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

    letters = pre_tokenizers.ByteLevel.alphabet()
    pieces: Any = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    vocabulary = [*SPECIAL, *sorted(letters), *(pieces.pre_tokenize_str(word)[0][0] for word in words())]
    # Without merges and with `ignore_merges`, as in Llama 3: a piece that is a word is one token, else its bytes are.
    model = models.BPE({word: at for at, word in enumerate(vocabulary)}, [], ignore_merges=True)
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(_SPLIT), "isolated"), pieces])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(SPECIAL))
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": START,
        "eos_token": END,
        "pad_token": START,
        "clean_up_tokenization_spaces": False,
        "chat_template": _CHAT,
        "model_max_length": 1024,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    return len(vocabulary)
