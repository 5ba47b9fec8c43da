from __future__ import annotations

from pathlib import Path

import pytest

from tacit.errors import DataError, UsageError
from tacit.io.discover import Source, find_sources
from tacit.io.tables import available_readers


def write(folder: Path, *names: str) -> None:
    for name in names:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"")


def found(folder: Path, *patterns: str) -> list[tuple[str, str]]:
    sources = find_sources([str(folder / pattern) for pattern in patterns])
    return [(str(Path(source.path).relative_to(folder)), source.reader) for source in sources]


def test_every_ending_has_its_reader(tmp_path: Path) -> None:
    endings = {suffix: name for name, reader in available_readers().items() for suffix in reader.suffixes}
    assert {"parquet", "jsonlines", "delimited", "webdataset", "arrow"} <= set(endings.values())
    for ending, reader in endings.items():
        for name in (f"a{ending}", f"B.C{ending.upper()}"):
            write(tmp_path, name)
            assert find_sources([str(tmp_path / name)]) == [Source(str(tmp_path / name), reader)]


def test_the_longest_ending_decides(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl.tar.gz", "b.tar.jsonl.gz", "c.csv.parquet")
    assert found(tmp_path, "") == [
        ("a.jsonl.tar.gz", "webdataset"),
        ("b.tar.jsonl.gz", "jsonlines"),
        ("c.csv.parquet", "parquet"),
    ]


def test_order_is_that_of_the_arguments_and_sorted_within(tmp_path: Path) -> None:
    write(tmp_path, "z/10.csv", "z/2.csv", "z/1.parquet", "z/README.md", "z/.hidden.csv", "a.jsonl", "m/x.tsv")
    assert found(tmp_path, "z", "a.jsonl", "m/*") == [
        ("z/1.parquet", "parquet"),
        ("z/10.csv", "delimited"),
        ("z/2.csv", "delimited"),
        ("a.jsonl", "jsonlines"),
        ("m/x.tsv", "delimited"),
    ]
    assert [path for path, _ in found(tmp_path, "**/*.csv", "a.jsonl")] == ["z/10.csv", "z/2.csv", "a.jsonl"]
    assert find_sources([]) == []


def test_an_unknown_ending_is_the_users_mistake_when_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "notes.md", "csv", "a.gz", "a.csv.bz2", "folder/notes.md")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("notes.md", "csv", "a.gz", "a.csv.bz2", "./notes.md", "~/notes.md", f"file://{tmp_path}/notes.md"):
        with pytest.raises(UsageError, match=r"has an ending that no reader reads.*\.csv, .*\.parquet"):
            find_sources([name])
    with pytest.raises(DataError, match=r"folder holds nothing that can be read: notes\.md\. The endings"):
        find_sources(["folder"])
    with pytest.raises(DataError, match="holds nothing that can be read"):
        find_sources(["*.md"])
    write(tmp_path, *(f"folder/{i}.md" for i in range(8)))
    with pytest.raises(DataError, match=r"0\.md, 1\.md, 2\.md, 3\.md, 4\.md and 4 more"):
        find_sources(["folder"])


@pytest.mark.parametrize("name", ["gone.csv", "gone/*.csv", "empty", "*.parquet", "a.csv/b.csv"])
def test_what_is_not_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path, "a.csv")
    with pytest.raises(DataError):
        find_sources([str(tmp_path / "a.csv"), str(tmp_path / name)])


def test_an_empty_path_and_the_web() -> None:
    with pytest.raises(UsageError, match="A path is empty"):
        find_sources([""])
    with pytest.raises(UsageError, match="Nothing is read from"):
        find_sources(["https://user:secret@host/a.csv"])


@pytest.mark.parametrize(
    "paths",
    [
        ["a.csv", "a.csv"],
        ["a.csv", "./a.csv"],
        ["a.csv", "*.csv"],
        ["d", "d/b.csv"],
        ["d", "d/../d/*"],
        ["link.csv", "a.csv"],
        ["*.csv"],
        ["d", "other"],
    ],
)
def test_a_file_is_never_counted_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paths: list[str]) -> None:
    write(tmp_path, "a.csv", "d/b.csv")
    monkeypatch.chdir(tmp_path)
    Path("link.csv").symlink_to("a.csv")
    Path("other").symlink_to("d", target_is_directory=True)
    with pytest.raises(UsageError, match=r"[ab]\.csv is named twice.*Name it once"):
        find_sources(paths)


def test_links_to_one_file_are_read_once_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "real/a.csv")
    monkeypatch.chdir(tmp_path)
    Path("link.csv").symlink_to("real/a.csv")
    assert find_sources(["link.csv"]) == [Source("link.csv", "delimited")]


def test_hostile_names_are_shown_harmless(tmp_path: Path) -> None:
    write(tmp_path, "d/\x1b[2J\u202e.md", "e\u202e\n.csv")
    for path in ("d", "d/\x1b[2J\u202e.md", "gone\x1b.csv"):
        with pytest.raises((DataError, UsageError)) as caught:
            find_sources([str(tmp_path / path)])
        assert str(caught.value).isprintable()
    with pytest.raises(UsageError) as caught:
        find_sources([str(tmp_path / "*.csv")] * 2)
    assert str(caught.value).isprintable()


def test_object_stores() -> None:
    fs = pytest.importorskip("fsspec").filesystem("memory")
    for name in ("b.csv", "a.parquet", "notes.md"):
        fs.pipe(f"/tacit-discover/{name}", b"x")
    sources = find_sources(["memory://tacit-discover"])
    assert [(Path(s.path).name, s.reader) for s in sources] == [("a.parquet", "parquet"), ("b.csv", "delimited")]
    with pytest.raises(UsageError, match="twice"):
        find_sources(["memory://tacit-discover", "memory://tacit-discover/b.csv"])
    with pytest.raises(UsageError, match="ending that no reader"):
        find_sources(["memory://tacit-discover/notes.md"])
