"""What is held out is new, and a question is never among its own demonstrations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import InsufficientDataError, UsageError
from tacit.tuning.data.example import Example, Examples, Message
from tacit.tuning.data.split import few_shot_prompts, split

CONTENTS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("xyz")), min_size=2, max_size=30)


def examples(contents: list[tuple[str, str]]) -> Examples:
    return Examples(tuple(Example(str(at), prompt, completion) for at, (prompt, completion) in enumerate(contents)))


@given(contents=CONTENTS, share=st.floats(0.05, 0.6), seed=st.integers(0, 5))
def test_what_is_held_out_is_new(contents: list[tuple[str, str]], share: float, seed: int) -> None:
    found = examples(contents)
    try:
        train, held = split(found, held_out=share, seed=seed)
    except InsufficientDataError:
        assert len({prompt for prompt, _ in contents}) < 1 / (1 - share) + 8  # Few differ, and many are to be held out.
        return
    assert sorted([*train, *held], key=lambda one: int(one.id)) == list(found)
    assert len(held) >= share * len(found)
    assert train
    if len({prompt for prompt, _ in contents}) > 1:
        assert not {one.prompt for one in train} & {one.prompt for one in held}
    else:
        assert not {one.key for one in train} & {one.key for one in held}


def test_the_order_does_not_matter_and_the_seed_does() -> None:
    contents = [(f"{n}?", "x") for n in range(40)]
    held = [
        {one.prompt for one in split(examples(order), held_out=0.2, seed=0)[1]} for order in (contents, contents[::-1])
    ]
    assert held[0] == held[1] != {one.prompt for one in split(examples(contents), held_out=0.2, seed=1)[1]}
    assert len(held[0]) == 8


def test_nothing_or_too_much_to_hold_out() -> None:
    found = examples([("a", "x"), ("a", "x")])
    assert [len(side) for side in split(found, held_out=0, seed=0)] == [2, 0]
    with pytest.raises(InsufficientDataError, match="--held-out 0"):
        split(found, held_out=0.5, seed=0)
    with pytest.raises(UsageError, match="below 1"):
        split(found, held_out=1.0, seed=0)


@given(contents=CONTENTS, shots=st.integers(1, 4), seed=st.integers(0, 5))
def test_a_question_is_not_among_its_demonstrations(contents: list[tuple[str, str]], shots: int, seed: int) -> None:
    found = examples(contents)
    if len({prompt for prompt, _ in contents}) <= shots:
        with pytest.raises(InsufficientDataError, match=f"at least {shots + 1} examples"):
            few_shot_prompts(found.items, shots, seed)
        return
    prompts = few_shot_prompts(found.items, shots, seed)
    assert [one.asked for one in prompts] == [one.id for one in found]
    for prompt, asked in zip(prompts, found, strict=True):
        shown = [found.items[int(at)].prompt for at in prompt.shown]
        assert len(set(shown)) == shots
        assert asked.prompt not in shown
        assert prompt.text.endswith(f"\n\n{asked.prompt} {asked.completion}")
        assert [text for text, answer in prompt.told if answer][-1] == f" {asked.completion}"
        assert sum(answer for _, answer in prompt.told) == shots + 1
    assert prompts == few_shot_prompts(found.items, shots, seed)


def test_few_shot_prompts_of_chats_or_of_no_shots() -> None:
    chat = Example("row 3", (Message("user", "a"),), (Message("assistant", "b"),))
    with pytest.raises(UsageError, match="row 3 is a chat"):
        few_shot_prompts([chat], 1, 0)
    with pytest.raises(UsageError, match="at least one"):
        few_shot_prompts([], 0, 0)
