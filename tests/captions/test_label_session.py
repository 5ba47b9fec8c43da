"""Drawing captions to label, and labelling them in the terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.captions.audit_work import WordDetector, command, process, save, truth

from tacit.captions.audit.draw import MOST, Draw, draw, stratum_name
from tacit.captions.audit.labels import Labels, read_labels, write_labels
from tacit.captions.audit.session import HELP, describe, label_captions, read_answer
from tacit.captions.audit.tally import COMBINATIONS
from tacit.captions.detect import protocol
from tacit.captions.detect.hits import TYPES
from tacit.captions.validation.sample import sample_frame
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tacit.captions.audit.labels import Label

HOSTILE = ["two \x1b[31mdogs\x07", "three \u202etac", "two [bold]cats[/bold]", "three </script>\n\r\x00"]


@pytest.fixture(autouse=True)
def _detector() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(protocol._REGISTRY, ("words", "en"), WordDetector)
        yield


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    captions = [f"{word} w{i}" for i in range(300) for word in ("two", "dog", "near", "not two", "a after")]
    return save(tmp_path / "a.parquet", {"caption": captions})


def go(corpus: Path, file: Path, number: int = 40, seed: int = 0) -> Draw:
    return draw([str(corpus)], file, number=number, detector="words", seed=seed)


def labelled(drawn: Draw, number: int | None = None) -> Labels:
    done = tuple(replace(entry, states=truth(entry.caption)) for entry in drawn.queue[:number])
    return replace(drawn.labels, labels=(*drawn.labels.labels, *done))


def names(queue: tuple[Label, ...]) -> list[str]:
    return [entry.caption for entry in queue]


def test_the_same_seed_draws_the_same(corpus: Path, tmp_path: Path) -> None:
    first = go(corpus, tmp_path / "l.jsonl")
    assert len(first.queue) == 40
    assert names(go(corpus, tmp_path / "l.jsonl").queue) == names(first.queue)
    assert names(go(corpus, tmp_path / "l.jsonl", seed=1).queue) != names(first.queue)
    frame = pl.read_parquet(corpus).sample(fraction=1, shuffle=True, seed=4)
    for at, part in enumerate(frame.iter_slices(200)):
        save(tmp_path / "shards" / f"{at}.parquet", part)
    assert names(go(tmp_path / "shards", tmp_path / "l.jsonl").queue) == names(first.queue)
    assert {entry.stratum for entry in first.queue} == {*first.labels.strata}
    assert sum(first.labels.strata.values()) == 1500
    assert first.labels.strata["counting+negation"] == 300


def test_going_on_draws_the_next_at_random(corpus: Path, tmp_path: Path) -> None:
    """Whatever was labelled when, the labelled and the next of a stratum are those with the lowest hashes in it."""
    file = tmp_path / "l.jsonl"
    seen: list[str] = []
    for number, kept in ((30, 20), (17, 17), (50, None)):
        drawn = go(corpus, file, number)
        assert not set(names(drawn.queue)) & set(names(drawn.labels.labels))
        assert names(drawn.labels.labels) == seen
        both = names((*drawn.labels.labels, *drawn.queue))
        frame = pl.read_parquet(corpus).with_columns(hash=pl.col("caption").hash(seed=0)).sort("hash")
        for stratum in drawn.labels.strata:
            mine = [c for c in both if name_of(c) == stratum]
            lowest = [c for c in frame["caption"] if name_of(c) == stratum][: len(mine)]
            assert sorted(mine) == sorted(lowest), stratum
        labels = labelled(drawn, kept)
        write_labels(file, labels)
        seen = names(labels.labels)


def name_of(caption: str) -> str:
    return stratum_name(sum(1 << bit for bit, state in enumerate(truth(caption)) if state))


def test_every_stratum_gets_some(corpus: Path, tmp_path: Path) -> None:
    few = go(corpus, tmp_path / "l.jsonl", number=3)
    assert len({entry.stratum for entry in few.queue}) == 3
    more = go(corpus, tmp_path / "l.jsonl", number=10)
    counts = [sum(e.stratum == s for e in more.queue) for s in more.labels.strata]
    assert counts == [2] * 5
    every = go(corpus, tmp_path / "l.jsonl", number=MOST)
    assert len(every.queue) == 1500
    assert len(go(corpus, tmp_path / "l.jsonl", number=700).queue) == 700
    assert stratum_name(COMBINATIONS - 1) == "+".join(TYPES)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("seed", "seed 0 is now 1"),
        ("captions", "the captions are others"),
        ("detector", "detector 'words' is now 'kamath2026'"),
        ("table", "was not made by tacit label, so it cannot be added to"),
        ("language", "goes with one language"),
        ("number", "choose 1 to 5,000"),
    ],
)
def test_another_draw_is_refused(corpus: Path, tmp_path: Path, change: str, told: str) -> None:
    file = tmp_path / "l.jsonl"
    write_labels(file, labelled(go(corpus, file), 5))
    if change == "captions":
        save(corpus, pl.read_parquet(corpus).head(1499))
    if change == "table":
        file = save(tmp_path / "l.parquet", {"caption": ["two"], "counting": [1]})
    with pytest.raises(UsageError, match=told):
        draw(
            [str(corpus)], file, number=0 if change == "number" else 5, seed=int(change == "seed"),
            detector="kamath2026" if change == "detector" else "words",
            language="auto" if change == "language" else "en",
        )  # fmt: skip


def talk(drawn: Draw, file: Path, answers: list[str]) -> tuple[Labels, str]:
    """Label with these answers; the end of the input comes after them."""
    waiting = iter(answers)
    said: list[str] = []

    def ask(prompt: str) -> str | None:
        assert prompt == "> "
        return next(waiting, None)

    labels = label_captions(drawn, file, ask=ask, say=said.append)
    assert next(waiting, "all") == "all", "it stopped asking"
    return labels, "\n".join(said)


def states(labels: Labels) -> list[tuple[bool | None, ...]]:
    return [entry.states for entry in labels.labels]


def test_answers(corpus: Path, tmp_path: Path) -> None:
    file = tmp_path / "l.jsonl"
    drawn = go(corpus, file, number=6)
    labels, said = talk(drawn, file, ["cs", " C , n? ", "x", "z", "", "h", "t", "q"])
    assert states(labels) == [
        (True, True, False, False), (True, False, None, False), (False,) * 4, (False, False, False, True)
    ]  # fmt: skip
    assert names(labels.labels) == [names(drawn.queue)[at] for at in (0, 1, 3, 4)]
    assert read_labels(file).labels == labels.labels
    assert said.count(HELP) == 2
    assert "'z' is not one of c, s, n, t, x, b, h or q" in said
    assert "[5/6]" in said
    assert f"4 new labels, 4 in all, in {file}." in said


def test_going_back(corpus: Path, tmp_path: Path) -> None:
    file = tmp_path / "l.jsonl"
    drawn = go(corpus, file, number=4)
    labels, said = talk(drawn, file, ["b", "c", "s", "b", "b", "n", "x", "b", "t"])
    assert "This is the first one." in said
    assert states(labels) == [(False, False, True, False), (False, False, False, True)]
    assert names(labels.labels) == names(drawn.queue)[:2]
    assert read_labels(file).labels == labels.labels


def test_every_answer_is_kept_at_once(corpus: Path, tmp_path: Path) -> None:
    file = tmp_path / "l.jsonl"
    drawn = go(corpus, file, number=3)
    kept = []

    def ask(_: str) -> str:
        kept.append(len(read_labels(file).labels) if file.exists() else 0)
        return "c"

    label_captions(drawn, file, ask=ask, say=lambda _: None)
    assert kept == [0, 1, 2]
    assert len(read_labels(file).labels) == 3


def test_nothing_left(tmp_path: Path) -> None:
    corpus, file = save(tmp_path / "a.parquet", {"caption": ["two", "two", "a"]}), tmp_path / "l.jsonl"
    labels, _ = talk(go(corpus, file), file, ["c", ""])
    assert {entry.caption: entry.copies for entry in labels.labels} == {"two": 2, "a": 1}
    _, said = talk(go(corpus, file), file, [])
    assert said == f"There is nothing left to label: all that can be drawn is in {file}."


def test_hostile_captions_are_spelt_out(tmp_path: Path) -> None:
    corpus, file = save(tmp_path / "a.parquet", {"caption": HOSTILE}), tmp_path / "l.jsonl"
    labels, said = talk(go(corpus, file), file, ["c", "\x1b[2J", "c", "c", "c"])
    assert not set(said) & set("\x1b\x07\x00\r\u202e")
    assert "⟨ESC⟩[31m" in said
    assert "[bold]cats[/bold]" in said
    assert sorted(names(read_labels(file).labels)) == sorted(HOSTILE)
    assert len(labels.labels) == 4


@given(st.text(max_size=12))
def test_any_line_is_an_answer_or_not(keys: str) -> None:
    said = read_answer(keys)
    plain = [key for key in keys if key not in " ,"]
    readable = all(key in "csnt?" for key in plain) and (not plain or plain[0] != "?")
    assert (said is not None) == readable
    if said is not None:
        assert [state is not False for state in said] == [t[0] in plain for t in TYPES]


def test_what_is_not_known_is_said(corpus: Path, tmp_path: Path) -> None:
    from tacit.captions.audit.draw import standing

    file = tmp_path / "l.jsonl"
    drawn = go(corpus, file)
    one = describe(standing(drawn, labelled(drawn, 1)))
    assert "not known yet: no labels in stratum" in one
    told = describe(standing(drawn, labelled(drawn))).splitlines()
    assert [line.split()[0] for line in told] == list(TYPES)
    assert "precision 100" in told[0]
    assert "more labels would halve the interval" in told[0]


def test_the_command(tmp_path: Path) -> None:
    save(tmp_path / "a.parquet", sample_frame(400, 3))
    arguments = ("label", "a.parquet", "--labels", "l.jsonl", "--number", "6", "--detector", "kamath2026")
    done = process(*arguments, cwd=tmp_path, stdin=b"c\r\n\xff\xfe\n\ns\nb\nn\nx")
    assert done.returncode == 0, done.stderr
    assert "The captions are in column 'caption'; 400 could be drawn from." in done.stderr
    assert "is not one of c, s, n, t" in done.stdout
    assert "3 new labels, 3 in all, in l.jsonl." in done.stdout
    lines = [json.loads(line) for line in (tmp_path / "l.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [tuple(line[t] for t in TYPES) for line in lines[1:]] == [(1, 0, 0, 0), (0, 0, 0, 0), (0, 0, 1, 0)]
    again = command(*arguments, "--quiet", cwd=tmp_path, stdin=b"\n" * 6)
    assert (again.returncode, again.stderr) == (0, "")
    assert "6 new labels, 9 in all" in again.stdout
    refused = command(*arguments, "--seed", "1", cwd=tmp_path)
    assert refused.returncode == 2
    assert "seed 0 is now 1" in refused.stderr
    audited = command(
        "audit", "a.parquet", "--detector", "kamath2026", "--labels", "l.jsonl", "--json", "-q", cwd=tmp_path
    )
    assert audited.returncode == 0, audited.stderr
    result = json.loads(audited.stdout)
    assert {c["source"] for c in result["corrected"]} == {"labels"}
    assert {c["share"]["n"] for c in result["corrected"]} == {9}
    none = command(*arguments[:3], "m.jsonl", "-q", cwd=tmp_path)
    assert none.returncode == 0
    assert "0 new labels, 0 in all." in none.stdout
    assert not (tmp_path / "m.jsonl").exists()
