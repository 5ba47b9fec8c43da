from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError, TacitError, UsageError
from tacit.io.columns import USUAL, check_same_columns, choose_text_column
from tacit.io.discover import Source, find_sources

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "cap\x1b[2J\u202etion\n\x07"


def choose(columns: dict[str, str] | list[str], wanted: str | None = None, where: str = "a.parquet") -> str:
    types = columns if isinstance(columns, dict) else dict.fromkeys(columns, "text")
    return choose_text_column(types, wanted, where=where)


@pytest.mark.parametrize("name", USUAL)
@pytest.mark.parametrize("change", [str, str.upper, str.title])
def test_usual_names_are_found_in_any_case(name: str, change: type[str]) -> None:
    assert choose(["url", change(name), "zzz"]) == change(name)


def test_the_likelier_name_wins_wherever_it_stands() -> None:
    for likelier, other in pairwise(USUAL):
        assert choose([other, likelier]) == choose([likelier, other]) == likelier
    assert choose({"caption": "list", "title": "text"}) == "title"
    assert choose({"caption": "binary", "title": "text"}) == "title"


def test_the_only_column_of_text_is_the_text() -> None:
    assert choose({"a": "integer", "weird": "text", "image": "binary"}) == "weird"


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"TEXT": "text", "text": "text"}, r"'TEXT' \(text\), 'text' \(text\) are equally good"),
        ({"Caption": "text", "CAPTION": "text", "text": "text"}, r"--text COL"),
        ({"a": "text", "b": "text", "n": "integer"}, r"no column has a usual name.*'n' \(integer\)"),
        ({"caption": "binary"}, r"no column has a usual name.*'caption' \(binary\)"),
        ({"caption": "list"}, r"no column has a usual name"),
        ({}, r"no column has a usual name"),
    ],
)
def test_what_cannot_be_guessed_is_asked_for(columns: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=rf"a\.parquet: .*{told}"):
        choose(columns)


def test_the_name_given_is_taken_as_it_is() -> None:
    columns = {"caption": "text", "Caption": "text", "bytes": "binary", "n": "integer", "words": "list"}
    for name in ("caption", "Caption", "bytes"):
        assert choose(columns, name) == name
    for name, kind in (("n", "integer"), ("words", "list")):
        with pytest.raises(UsageError, match=f"column '{name}' is {kind}, not text"):
            choose(columns, name)
    with pytest.raises(UsageError, match=r"has no column 'captoin'\. Did you mean 'caption'\? There are: 'caption'"):
        choose(columns, "captoin")
    with pytest.raises(UsageError, match=r"has no column 'CAPTION'\. Did you mean"):
        choose(columns, "CAPTION")
    with pytest.raises(UsageError, match=r"has no column ''\. There are"):
        choose(columns, "")


def test_long_listings_are_cut() -> None:
    with pytest.raises(UsageError, match=r"'39' \(text\) and 60 more") as caught:
        choose([str(i) for i in range(100)])
    assert len(str(caught.value)) < 1_500
    with pytest.raises(UsageError) as caught:
        choose(["x" * 100_000, "y" * 100_000], "x" * 99_999)
    assert len(str(caught.value)) < 2_000


@given(
    names=st.lists(st.text(min_size=1, max_size=30), max_size=6, unique=True),
    wanted=st.none() | st.text(max_size=30),
    where=st.text(min_size=1, max_size=30),
    kind=st.sampled_from(["text", "binary", "integer"]),
)
def test_no_name_reaches_a_message_raw(names: list[str], wanted: str | None, where: str, kind: str) -> None:
    columns = dict.fromkeys([*names, HOSTILE], kind)
    message = "fine"
    try:
        assert choose(columns, wanted, where) in columns
    except UsageError as error:
        message = str(error)
    assert message.isprintable()
    with pytest.raises(UsageError) as caught:
        choose(columns, HOSTILE + "x", where)
    assert str(caught.value).isprintable()
    assert "\\x1b[2J\\u202e" in str(caught.value)


def save(folder: Path, name: str, columns: dict[str, list[object]]) -> str:
    path = folder / name
    frame = pl.DataFrame(columns, strict=False)
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    elif path.suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_ndjson(path)
    return str(path)


def test_files_of_several_formats_that_agree(tmp_path: Path) -> None:
    save(tmp_path, "a.parquet", {"caption": ["x"], "lang": ["en"], "width": [1]})
    save(tmp_path, "b.csv", {"lang": ["en"], "caption": ["x"]})
    save(tmp_path, "c.jsonl", {"height": [2.5], "caption": ["x"], "lang": ["en"]})
    sources = find_sources([str(tmp_path)])
    assert [source.reader for source in sources] == ["parquet", "delimited", "jsonlines"]
    check_same_columns(sources, ["caption", "lang"])
    check_same_columns([], ["caption"])


def check(*paths: str, needed: tuple[str, ...]) -> None:
    check_same_columns([Source(path, find_sources([path])[0].reader) for path in paths], needed)


def test_the_file_that_lacks_a_column_is_named(tmp_path: Path) -> None:
    first = save(tmp_path, "a.parquet", {"caption": ["x"], "lang": ["en"]})
    other = save(tmp_path, "b.csv", {"text": ["x"], "lang": ["en"]})
    with pytest.raises(DataError, match=r"b\.csv has no column 'caption', which .*a\.parquet has\. It has: 'text'"):
        check(first, other, needed=("caption", "lang"))
    # What the first file lacks is the request's fault.
    with pytest.raises(UsageError, match=r"b\.csv has no column 'caption'"):
        check(other, first, needed=("caption",))
    with pytest.raises(UsageError, match=r"a\.parquet has no column 'langs'\. Did you mean 'lang'\?"):
        check(first, needed=("caption", "langs"))


def test_a_column_that_is_text_in_some_files_only(tmp_path: Path) -> None:
    first = save(tmp_path, "a.parquet", {"caption": ["x"], "group": ["g"]})
    lists = save(tmp_path, "b.parquet", {"caption": [["x", "y"]], "group": ["g"]})
    numbers = save(tmp_path, "c.jsonl", {"caption": [1], "group": ["g"]})
    raw = save(tmp_path, "d.parquet", {"caption": [b"x"], "group": [7]})
    for path, kind in ((lists, "list"), (numbers, "integer")):
        with pytest.raises(DataError, match=rf"column 'caption' is {kind}, and text elsewhere"):
            check(first, path, needed=("caption", "group"))
    check(first, raw, needed=("caption", "group"))


def test_nulls_only_in_one_file_are_no_contradiction(tmp_path: Path) -> None:
    first = save(tmp_path, "a.jsonl", {"caption": ["x"], "group": ["g"]})
    nulls = save(tmp_path, "b.jsonl", {"caption": [None], "group": [None]})
    empty = str(tmp_path / "c.parquet")
    pl.DataFrame({"caption": pl.Series([], dtype=pl.Null)}).write_parquet(empty)
    check(first, nulls, needed=("caption", "group"))
    check(first, empty, needed=("caption",))


def test_hostile_names_in_files(tmp_path: Path) -> None:
    first = save(tmp_path, "a.parquet", {"caption": ["x"]})
    other = save(tmp_path, "b.parquet", {HOSTILE: ["x"], "y" * 50_000: ["x"]})
    for files in ((first, other), (other,)):
        with pytest.raises(TacitError) as caught:
            check(*files, needed=("caption",))
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 2_000
