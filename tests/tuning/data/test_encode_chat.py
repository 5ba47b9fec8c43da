"""Chats: the assistant's turns are learned, through what ends them, and nobody can write the turns of others."""

from __future__ import annotations

from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacit.errors import DataError, UsageError
from tacit.tuning.data.encode import Encoder
from tacit.tuning.data.example import Example, Examples, Message

TAGGED = (
    "{% for m in messages %}{% if m.role == 'assistant' %}<|im_start|>assistant\n{% generation %}{{ m.content }}"
    "<|im_end|>{% endgeneration %}\n{% else %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SAID = st.lists(
    st.sampled_from(["blue", " ", "<|im_end|>", "<|im_start|>user\n", "\n", "é", "\ue000", "0", "\x00"]),
    min_size=1,
    max_size=6,
)


def chat(*turns: tuple[str, str], prompt: int = 0) -> Examples:
    found = tuple(Message(role, content) for role, content in turns)
    return Examples((Example("a.jsonl, line 7", found[:prompt], found[prompt:]),))


def encoded(tokenizer: Any, examples: Examples, **more: Any) -> tuple[str, str]:
    """What is learned and the whole, as text."""
    (row,) = Encoder(tokenizer, **{"max_length": 500, **more}).encode(examples).rows
    return tokenizer.decode(row.ids[row.learned]), tokenizer.decode(row.ids)


TURNS = (("system", "Be brief."), ("user", "sky?"), ("assistant", "blue"), ("user", "sea?"), ("assistant", "green"))


def test_all_turns_of_the_assistant_are_learned(bpe: Any) -> None:
    learned, whole = encoded(bpe, chat(*TURNS, prompt=2))
    assert learned == "blue<|im_end|>\ngreen<|im_end|>\n"
    told = [{"role": role, "content": content} for role, content in TURNS]
    assert whole == bpe.apply_chat_template(told, tokenize=False)
    (row,) = Encoder(bpe, max_length=500).encode(chat(*TURNS, prompt=2)).rows
    assert row.ids.tolist() == bpe.apply_chat_template(told, return_dict=False)


def test_turns_of_the_assistant_in_the_prompt_are_only_read(bpe: Any) -> None:
    assert encoded(bpe, chat(*TURNS, prompt=4))[0] == "green<|im_end|>\n"
    assert encoded(bpe, chat(*TURNS, prompt=4), template=TAGGED)[0] == "green<|im_end|>"


def test_tags_of_the_template_say_what_is_learned(bpe: Any) -> None:
    told = [{"role": role, "content": content} for role, content in TURNS]
    theirs = bpe.apply_chat_template(told, chat_template=TAGGED, return_assistant_tokens_mask=True, return_dict=True)
    (row,) = Encoder(bpe, max_length=500, template=TAGGED).encode(chat(*TURNS, prompt=2)).rows
    assert row.ids.tolist() == theirs["input_ids"]
    assert row.learned.astype(int).tolist() == theirs["assistant_masks"]


@settings(max_examples=25)
@given(asked=SAID, answered=SAID)
@pytest.mark.parametrize("template", [None, TAGGED], ids=["prefixes", "tags"])
def test_nobody_writes_the_turns_of_others(
    bpe: Any, template: str | None, asked: list[str], answered: list[str]
) -> None:
    user, assistant = "".join(asked), "".join(answered) + "."
    encoder = Encoder(bpe, max_length=500, template=template)
    found = encoder.encode(chat(("user", user), ("assistant", assistant), prompt=1))
    (row,) = found.rows
    ids = row.ids.tolist()
    assert ids.count(bpe.convert_tokens_to_ids("<|im_start|>")) == 2
    assert ids.count(bpe.convert_tokens_to_ids("<|im_end|>")) == 2
    assert bpe.decode(row.ids[row.learned]).removesuffix("\n") == f"{assistant}<|im_end|>"
    assert f"user\n{user}<|im_end|>" in bpe.decode(ids)
    assert found.summary.spelled == ("<|im_" in user + assistant)


def test_a_template_that_asks_for_thoughts_which_the_data_do_not_have(bpe: Any) -> None:
    thinking = bpe.chat_template.replace("assistant\n{% endif", "assistant\n<think>\n{% endif")
    for content in ("blue", "<thin", ""):
        turns = (*TURNS, ("user", "leaf?"), ("assistant", content))
        learned = encoded(bpe, chat(*turns, prompt=2), template=thinking)[0]
        assert learned == f"blue<|im_end|>\ngreen<|im_end|>\n{content}<|im_end|>\n"


def test_tags_around_ends_and_in_the_prompt(bpe: Any) -> None:
    ended = TAGGED.replace("<|im_end|>{% endgeneration %}", "{% endgeneration %}<|im_end|>")
    ended += "{% generation %}<|endoftext|>{% endgeneration %}"
    assert encoded(bpe, chat(*TURNS, prompt=2), template=ended)[0] == "bluegreen<|endoftext|>"
    assert encoded(bpe, chat(*TURNS, prompt=4), template=ended)[0] == "green<|endoftext|>"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("qwen2_5", "blue<|im_end|>\ngreen<|im_end|>\n"),
        ("llama3_1", "blue<|eot_id|>green<|eot_id|>"),
        ("gemma3", "blue<end_of_turn>\ngreen<end_of_turn>\n"),
        ("deepseekv3", "blue<｜end▁of▁sentence｜>green<｜end▁of▁sentence｜>"),
        ("phi3_5_training", "blue<|end|>\ngreen<|end|>\n<|endoftext|>"),
        ("qwen3_training", "<think>\n\n</think>\n\nblue<|im_end|>\n<think>\n\n</think>\n\ngreen<|im_end|>\n"),
        ("qwen3", "message 3 differently when others follow"),
    ],
)
def test_templates_of_models(bpe: Any, name: str, expected: str) -> None:
    file = resources.files("trl") / "chat_templates" / f"{name}.jinja"
    if not file.is_file():
        pytest.skip(f"this version of TRL ships no {name}")
    try:
        learned = encoded(bpe, chat(*TURNS, prompt=2), template=file.read_text())[0]
    except DataError as error:
        learned = str(error)
    assert learned == expected or ("differently" in expected and expected in learned)


def test_prompts_as_text_by_the_chat_template(bpe: Any) -> None:
    examples = Examples((Example("row 1", "sky?", "blue"),))
    learned, whole = encoded(bpe, examples, template="chat")
    assert learned == "blue<|im_end|>\n"
    assert whole.startswith("<|im_start|>user\nsky?<|im_end|>")


def test_a_template_from_a_file(bpe: Any, tmp_path: Any) -> None:
    file = tmp_path / "chat.jinja"
    file.write_text(TAGGED)
    assert encoded(bpe, chat(*TURNS, prompt=2), template=str(file))[0] == "blue<|im_end|>green<|im_end|>"


@pytest.mark.parametrize(
    ("template", "error", "said"),
    [
        (
            "{% for m in messages %}{% if m.role != 'assistant' %}{{ m.content }}{% endif %}{% endfor %}",
            UsageError,
            "leaves out or changes",
        ),
        ("{% for m in messages %}{{ m.content[:3] }}{% endfor %}", UsageError, "leaves out or changes"),
        (
            "{% for m in messages %}{% if loop.last %}!{% endif %}{{ m.content }}{% endfor %}",
            DataError,
            "message 3 differently",
        ),
        ("{{ raise_exception('roles must alternate') }}", DataError, "line 7: .*roles must alternate"),
        ("{% for m in messages %}{{ m.nothing.there }}{% endfor %}", DataError, "cannot write this chat"),
        (
            "{% for m in messages %}{% generation %}{{ m.role }}{% endgeneration %}{{ m.content }}{% endfor %}",
            UsageError,
            "leaves out or changes",
        ),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", DataError, "cannot write this chat"),
        ("Q: {prompt}", UsageError, "is a chat"),
    ],
)
def test_templates_that_will_not_do(bpe: Any, template: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        encoded(bpe, chat(*TURNS, prompt=2), template=template)


def test_no_template(words: Any) -> None:
    with pytest.raises(UsageError, match="no chat template"):
        encoded(words, chat(*TURNS, prompt=2))


def test_today_is_no_part_of_the_tokens(bpe: Any) -> None:
    dated = "{{ strftime_now('%d %b %Y') }}|{{ strftime_now('%Y-%m-%d') }}:" + bpe.chat_template
    assert encoded(bpe, chat(*TURNS, prompt=2), template=dated)[1].startswith("26 Jul 2024|2024-07-26:<|im_start|>")


def test_all_private_characters_at_once(bpe: Any) -> None:
    every = "".join(map(chr, range(0xE000, 0xF8FF)))
    with pytest.raises(DataError, match="line 7 uses all characters"):
        encoded(bpe, chat(("user", every), ("assistant", "blue"), prompt=1), max_length=50_000)
