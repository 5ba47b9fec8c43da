"""Every form of file and row that there is, and none of the wrong ones without a word."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import datasets
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError, InsufficientDataError, TacitError, UsageError
from tacit.tuning.data.example import Message
from tacit.tuning.data.read import read_examples

CHAT = [{"role": "user", "content": "sky?"}, {"role": "assistant", "content": "blue"}]
ROWS = [{"prompt": f"{n}?", "completion": f"{n}!"} for n in range(5)]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["role", "content", "from", "x"]), inner)
    ),
    max_leaves=8,
)


def written(folder: Path, *rows: Any, name: str = "a.jsonl") -> str:
    file = folder / name
    file.write_text("".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows))
    return str(file)


class TestFiles:
    """Where rows come from."""

    def test_all_kinds_of_files_give_the_same(self, tmp_path: Path) -> None:
        frame = pl.DataFrame(ROWS)
        frame.write_parquet(tmp_path / "a.parquet")
        frame.write_csv(tmp_path / "a.csv")
        frame.write_ipc(tmp_path / "a.arrow", compression="zstd")
        (tmp_path / "a.json").write_text(json.dumps(ROWS))
        with gzip.open(tmp_path / "a.jsonl.gz", "wt") as file:
            file.write("\n\n".join(map(json.dumps, ROWS)))
        datasets.Dataset.from_list(ROWS).save_to_disk(tmp_path / "saved")
        for name in ("a.parquet", "a.csv", "a.arrow", "a.json", "a.jsonl.gz", "saved", "a.par*"):
            found = read_examples([str(tmp_path / name)])
            assert [(one.prompt, one.completion) for one in found] == [(r["prompt"], r["completion"]) for r in ROWS], (
                name
            )
        assert read_examples([str(tmp_path / "a.jsonl.gz")]).items[1].id.endswith("a.jsonl.gz, line 3")

    def test_chats_nested_in_columns(self, tmp_path: Path) -> None:
        rows = [{"messages": CHAT, "prompt_id": "x"}, {"messages": CHAT * 2, "prompt_id": "y"}]
        pl.DataFrame(rows).write_parquet(tmp_path / "a.parquet")
        datasets.Dataset.from_list(rows).save_to_disk(tmp_path / "saved")
        for name in ("a.parquet", "saved"):
            found = read_examples([str(tmp_path / name)])
            assert found.items[1].prompt == (Message("user", "sky?"),)
            assert [turn.role for turn in found.items[1].completion] == ["assistant", "user", "assistant"]  # type: ignore[union-attr]
            assert found.unused == ("prompt_id",)

    def test_caches_beside_a_saved_dataset_are_no_data(self, tmp_path: Path) -> None:
        datasets.Dataset.from_list(ROWS).save_to_disk(tmp_path / "saved")
        pl.DataFrame(ROWS).write_ipc_stream(tmp_path / "saved" / "cache-0123.arrow")
        assert len(read_examples([str(tmp_path / "saved")])) == 5

    def test_splits_are_not_mixed(self, tmp_path: Path) -> None:
        parts = datasets.Dataset.from_list(ROWS)
        datasets.DatasetDict({"train": parts, "test": parts}).save_to_disk(tmp_path / "saved")
        with pytest.raises(UsageError, match=r"several splits: test, train. Name the files"):
            read_examples([str(tmp_path / "saved")])
        assert len(read_examples([str(tmp_path / "saved" / "train")])) == 5

    def test_an_address(self, tmp_path: Path) -> None:
        import fsspec

        with fsspec.open("memory://sets/a.jsonl", "w") as file:
            file.write("\n".join(map(json.dumps, ROWS)))
        assert len(read_examples(["memory://sets/a.jsonl"])) == 5

    def test_the_first_rows_only(self, tmp_path: Path) -> None:
        files = [written(tmp_path, *ROWS), written(tmp_path, *ROWS, name="b.jsonl")]
        some = read_examples(files, limit=6)
        assert (len(some), some.limited) == (6, True)
        assert not read_examples(files, limit=10).limited

    @pytest.mark.parametrize(
        ("places", "said"),
        [
            ([], "nothing to read"),
            (["org/name"], "hf://datasets/org/name"),
            (["a.jsonl", "a.jsonl"], "named twice"),
            (["a.txt"], "ending"),
        ],
    )
    def test_places_that_will_not_do(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, places: list[str], said: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        written(tmp_path, *ROWS)
        written(tmp_path, *ROWS, name="a.txt")
        with pytest.raises(UsageError, match=said):
            read_examples(places)

    def test_damaged_files(self, tmp_path: Path) -> None:
        pl.DataFrame(ROWS).write_parquet(tmp_path / "a.parquet")
        whole = (tmp_path / "a.parquet").read_bytes()
        (tmp_path / "a.parquet").write_bytes(whole[:30] + b"\xff" * 20 + whole[50:])
        (tmp_path / "b.arrow").write_bytes(b"ARROW1\0\0" + bytes(50))
        (tmp_path / "c.json").write_text('{"data": []}')
        (tmp_path / "d.json").write_text("[1]")
        for name in ("a.parquet", "b.arrow", "c.json", "d.json"):
            with pytest.raises(DataError, match=name):
                read_examples([str(tmp_path / name)])


class TestRows:
    """What rows hold."""

    @pytest.mark.parametrize(
        ("row", "columns", "expected"),
        [
            ({"instruction": "Add.", "input": "1 1", "output": "2"}, {}, ("Add.\n\n1 1", "2")),
            ({"instruction": "Add.", "input": "", "output": "2"}, {}, ("Add.", "2")),
            ({"instruction": "Add.", "context": "1 1", "response": "2"}, {}, ("Add.\n\n1 1", "2")),
            ({"question": "1+1?", "answer": "2"}, {}, ("1+1?", "2")),
            ({"input": "1+1?", "output": "2"}, {}, ("1+1?", "2")),
            ({"q": "1+1?", "answer": "2"}, {"prompt": "q"}, ("1+1?", "2")),
            ({"a": {"q": "1+1?", "a": "2"}}, {"prompt": "a.q", "completion": "a.a"}, ("1+1?", "2")),
            ({"prompt": "", "completion": "2"}, {}, ("", "2")),
            ({"prompt": "\x1b[2J\0", "completion": "{{ 7*7 }}"}, {}, ("\x1b[2J\0", "{{ 7*7 }}")),
        ],
    )
    def test_text(
        self, tmp_path: Path, row: dict[str, Any], columns: dict[str, str], expected: tuple[str, str]
    ) -> None:
        (one,) = read_examples([written(tmp_path, row)], columns=columns)
        assert (one.prompt, one.completion) == expected

    def test_lists_of_messages(self, tmp_path: Path) -> None:
        (one,) = read_examples([written(tmp_path, {"prompt": CHAT[:1], "completion": CHAT[1:]})])
        assert (one.prompt, one.completion) == ((Message("user", "sky?"),), (Message("assistant", "blue"),))
        shared = {"conversations": [{"from": "human", "value": "sky?"}, {"from": "gpt", "value": "blue"}]}
        (two,) = read_examples([written(tmp_path, shared)])
        assert two.key == one.key

    def test_fields_that_are_not_read_are_told(self, tmp_path: Path) -> None:
        chat = [{**CHAT[0], "name": "Ann", "tool_calls": None}, CHAT[1]]
        assert read_examples([written(tmp_path, {"messages": chat, "source": "x"})]).unused == ("source", "name")

    def test_rows_without_completion(self, tmp_path: Path) -> None:
        file = written(tmp_path, ROWS[0], {"prompt": "?", "completion": " \n"}, {"prompt": "?", "completion": None})
        with pytest.raises(DataError, match=r"a.jsonl, line 2 has no completion.*--drop-empty"):
            read_examples([file])
        found = read_examples([file], drop_empty=True)
        assert (len(found), dict(found.dropped)) == (1, {"empty completion": 2})
        silent = written(tmp_path, {"messages": CHAT[:1]})
        with pytest.raises(InsufficientDataError, match="of 1 rows none has a completion"):
            read_examples([silent], drop_empty=True)

    def test_duplicates_are_counted(self, tmp_path: Path) -> None:
        assert read_examples([written(tmp_path, *ROWS, ROWS[2], ROWS[2])]).duplicates == 2

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ({"prompt": 1, "completion": "a"}, "'prompt' is a number, and must be text"),
            ({"prompt": "a", "completion": ["a"]}, "must both be text or both"),
            ({"completion": "a"}, "'prompt' is not there"),
            ({"prompt": "a", "completion": "\ud800"}, "half of a surrogate pair"),
            ('{"prompt": "a", "prompt": "b", "completion": "c"}\n', "a key stands twice"),
            ('{"prompt": ' + "[" * 100_000 + "\n", "nested too deep|not JSON"),
            ("[1, 2]\n", "is not one JSON object"),
        ],
    )
    def test_wrong_rows_are_named(self, tmp_path: Path, row: Any, said: str) -> None:
        with pytest.raises(DataError, match=rf"a.jsonl, line 2:? .*({said})"):
            read_examples([written(tmp_path, ROWS[0], row)])

    def test_endless_lines_are_named(self, tmp_path: Path) -> None:
        with gzip.open(tmp_path / "a.jsonl.gz", "wb", compresslevel=1) as file:
            file.write(json.dumps(ROWS[0]).encode() + b'\n{"prompt": "' + bytes([97]) * 17_000_000)
        with pytest.raises(DataError, match="line 2 is too long to be read"):
            read_examples([str(tmp_path / "a.jsonl.gz")])

    @pytest.mark.parametrize(
        ("turns", "said"),
        [
            ([], "must be a list of messages"),
            ("hello", "must be a list of messages"),
            ([CHAT[0], "blue"], "message 2 is text"),
            ([{"role": "user"}], "message 1: 'content' is not there"),
            ([{"role": "user", "content": [{"type": "text"}]}], "'content' is a list"),
            ([{"role": "\x1b[2Jroot", "content": "a"}], r"has the role '\\x1b\[2Jroot'"),
            ([{"role": ["user"], "content": "a"}], "has the role a list"),
            (
                [CHAT[0], {"role": "assistant", "content": None, "tool_calls": [{"name": "f"}]}],
                "'tool_calls', which is not read",
            ),
        ],
    )
    def test_wrong_messages_are_named(self, tmp_path: Path, turns: Any, said: str) -> None:
        with pytest.raises(DataError, match=f"a.jsonl, line 2.*{said}"):
            read_examples([written(tmp_path, {"messages": CHAT}, {"messages": turns})])

    @pytest.mark.parametrize(
        ("columns", "said"),
        [
            ({"prompt": "nothing"}, "no column 'nothing'"),
            ({"caption": "prompt"}, "--map caption=...: the columns of examples are"),
            ({"messages": "prompt", "prompt": "prompt"}, "nothing else can be mapped"),
            ({"prompt": "id"}, ""),
        ],
    )
    def test_wrong_maps(self, tmp_path: Path, columns: dict[str, str], said: str) -> None:
        file = written(tmp_path, {"id": "1", "prompt": "a", "response": "b"})
        if said:
            with pytest.raises(UsageError, match=said):
                read_examples([file], columns=columns)
        else:
            assert read_examples([file], columns=columns).items[0].prompt == "1"

    def test_columns_that_cannot_be_guessed(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="--map prompt=COLUMN"):
            read_examples([written(tmp_path, {"text": "a"})])
        both = written(tmp_path, {**ROWS[0], "messages": CHAT})
        with pytest.raises(UsageError, match="Choose with --map messages=messages or --map prompt=prompt"):
            read_examples([both])
        assert read_examples([both], columns={"messages": "messages"}).items[0].is_chat
        assert not read_examples([both], columns={"prompt": "prompt"}).items[0].is_chat

    @given(value=VALUES, other=VALUES, chat=st.booleans())
    def test_whatever_rows_hold_there_is_an_example_or_an_error(
        self, tmp_path_factory: pytest.TempPathFactory, value: Any, other: Any, chat: bool
    ) -> None:
        row = {"messages": value} if chat else {"prompt": value, "completion": other}
        file = written(tmp_path_factory.mktemp("rows"), row)
        told, found = "", []
        try:
            found = [one.completion for one in read_examples([file])]
        except TacitError as error:
            told = str(error)
        assert "a.jsonl" in told or all(found)
        assert bool(told) != bool(found)
