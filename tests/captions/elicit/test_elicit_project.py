"""Projects made, taken up again, served by the real command, killed, and exported."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import tarfile
from typing import TYPE_CHECKING

import httpx2
import polars as pl
import pytest
from tests.captions.elicit_server import HOSTILE, answer, make_images, started

from tacit.captions.curate.plan import Plan, PlannedImage
from tacit.captions.elicit.api import export, serve, wanted_of
from tacit.captions.elicit.links import open_links
from tacit.captions.elicit.project import Wanted, open_project
from tacit.captions.elicit.records import Review
from tacit.captions.elicit.turns import Written
from tacit.cli.elicit import elicit
from tacit.cli.main import main
from tacit.errors import DataError, UsageError
from tacit.web.listening import Address

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.captions.elicit.project import Project

ASK = Wanted(("spatial", "negation"))


def plan_of(*items: PlannedImage) -> Plan:
    return Plan(items=items, wanted={}, yields=(), wage=15, seconds={})


def filled(tmp_path: Path) -> Project:
    """A project with two answers that have text, one of them reviewed and refuted."""
    project = open_project(make_images(tmp_path / "images", 2), tmp_path / "p", Wanted(ASK.ask, licence="CC0-1.0"))
    store = project.store
    for name in ("Anna", "Ben"):
        store.add_annotator(name)
    picture = store.next_picture(1)
    assert picture is not None
    first, _ = store.submit(1, picture.id, "a", [Written("spatial", HOSTILE[2]), Written("negation", nothing=True)])
    picture = store.next_picture(1)
    assert picture is not None
    store.submit(1, picture.id, "b", [Written("spatial", nothing=True), Written("negation", "No one is there.")])
    store.add_review(Review(first, 2, True, False, "2026-01-01T00:00:00+00:00"))
    return project


def test_the_same_command_goes_on_and_another_is_refused(tmp_path: Path) -> None:
    images = make_images(tmp_path / "images", 2)
    open_project(images, tmp_path / "p", ASK).close()
    project = open_project(images, tmp_path / "p", ASK)
    with pytest.raises(UsageError, match="Another run is writing"):
        open_project(images, tmp_path / "p", ASK)
    project.close()
    with pytest.raises(UsageError, match="asks for spatial,negation and not for temporal"):
        open_project(images, tmp_path / "p", Wanted(("temporal",)))
    make_images(images, 3)
    with pytest.raises(UsageError, match="1 new here, 0 not there"):
        open_project(images, tmp_path / "p", ASK)
    project = open_project(images, tmp_path / "p", ASK, force=True)
    assert [p.path for p in project.store.pictures()] == ["p0.jpg", "p1.jpg", "p2.jpg"]
    project.close()


def test_a_broken_image_is_listed_with_its_reason(tmp_path: Path) -> None:
    images = make_images(tmp_path / "images", 2)
    (images / "p0.jpg").write_bytes((images / "p0.jpg").read_bytes()[:2000])
    project = open_project(images, tmp_path / "p", ASK)
    assert "is damaged" in project.store.pictures()[0].problem
    project.store.add_annotator("Anna")
    picture = project.store.next_picture(1)
    assert picture is not None
    assert picture.path == "p1.jpg"
    project.close()


def test_a_plan_says_what_is_asked_of_whom(tmp_path: Path) -> None:
    images = make_images(tmp_path / "images", 3)
    plan = plan_of(
        PlannedImage(image="p2", ask=("negation",), annotators=2), PlannedImage(image="p0.jpg", ask=("spatial",)),
        PlannedImage(image="gone", ask=("spatial",)), PlannedImage(image="p1", ask=("temporal",)),
    )  # fmt: skip
    (tmp_path / "plan.json").write_text(plan.model_dump_json())
    wanted = wanted_of("spatial,negation", plan=tmp_path / "plan.json")
    project = open_project(images, tmp_path / "p", wanted)
    assert [(p.path, p.ask, p.annotators, bool(p.problem)) for p in project.store.pictures()] == [
        ("p2.jpg", ("negation",), 2, False), ("p0.jpg", ("spatial",), 1, False), ("gone", ("spatial",), 1, True),
    ]  # fmt: skip
    assert project.store.plan() == plan
    project.close()
    twice = plan_of(PlannedImage(image="p1", ask=("spatial",)), PlannedImage(image="p1.jpg", ask=("negation",)))
    with pytest.raises(DataError, match="twice"):
        open_project(images, tmp_path / "q", Wanted(ASK.ask, twice))
    with pytest.raises(UsageError, match="None of the images"):
        open_project(images, tmp_path / "q", Wanted(ASK.ask, plan_of(PlannedImage(image="x", ask=("spatial",)))))


@pytest.mark.parametrize("content", ["", "[]", "{", '{"items": 3}', "\xff"])
def test_what_is_no_plan_is_said(tmp_path: Path, content: str) -> None:
    (tmp_path / "plan.json").write_text(content, encoding="latin-1")
    with pytest.raises(DataError, match="is not an annotation plan"):
        Plan.read(tmp_path / "plan.json")


def test_the_images_may_be_left_out_for_export_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["elicit", "--out", str(tmp_path)]) == 2
    assert "Name the folder of images to ask about" in capsys.readouterr().err
    assert main(["elicit", "--out", str(tmp_path), "--export", str(tmp_path / "a.csv")]) == 2
    assert "There is no project in" in capsys.readouterr().err


@pytest.mark.parametrize("ask", ["", "colour", "spatial,spatial"])
def test_types_are_checked(ask: str) -> None:
    with pytest.raises(UsageError):
        wanted_of(ask)


def test_links_stay_the_same_and_are_for_the_owner_only(tmp_path: Path) -> None:
    project = open_project(make_images(tmp_path / "images", 1), tmp_path / "p", ASK)
    links = open_links(project.store, project.folder, ["Anna\tor\nso", "Ben"])
    path = links.write(project.folder, "http://127.0.0.1:1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = open_links(project.store, project.folder, ["Ben", "Cleo"])
    assert (again.admin, again.annotators[:2], again.renewed) == (links.admin, links.annotators, ())
    assert [name for name, _ in again.annotators] == ["Anna\tor\nso", "Ben", "Cleo"]
    path.unlink()
    renewed = open_links(project.store, project.folder, [])
    assert renewed.renewed == ("admin", "Anna\tor\nso", "Ben", "Cleo")
    assert project.store.annotator_of(links.annotators[0][1]) is None
    project.close()


def test_exports_hold_everything_with_its_origin(tmp_path: Path) -> None:
    project = filled(tmp_path)
    assert export(project.folder, tmp_path / "a.jsonl") == 4
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["text"] for line in lines] == [HOSTILE[2], "", "", "No one is there."]
    assert {line["licence"] for line in lines} == {"CC0-1.0"}
    assert {line["annotator"] for line in lines} == {"annotator-1"}
    assert lines[0]["sha256"] == project.store.digest(1)
    assert lines[0]["reviews"][0]["shows"] is False
    assert [line["accepted"] for line in lines] == [False, False, False, True]
    assert export(project.folder, tmp_path / "a.parquet") == 4
    assert pl.read_parquet(tmp_path / "a.parquet").to_dicts() == lines
    export(project.folder, tmp_path / "a.csv")
    assert "\n1,p0.jpg," in (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert "\"'=HYPERLINK" in (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert export(project.folder, tmp_path / "b.jsonl", only="accepted") == 1
    assert "Anna" not in (tmp_path / "a.jsonl").read_text(encoding="utf-8")
    project.close()


def test_a_tar_is_a_webdataset_and_the_same_every_time(tmp_path: Path) -> None:
    from tacit import audit

    project = filled(tmp_path)
    assert export(project.folder, tmp_path / "a.tar") == 2
    with tarfile.open(tmp_path / "a.tar") as archive:
        assert archive.getnames() == [
            "00000001.jpg", "00000001.txt", "00000001.json", "00000004.jpg", "00000004.txt", "00000004.json"
        ]  # fmt: skip
        image = archive.extractfile("00000004.jpg")
        assert image is not None
        assert image.read() == (tmp_path / "images" / "p1.jpg").read_bytes()
    first = (tmp_path / "a.tar").read_bytes()
    export(project.folder, tmp_path / "a.tar")
    assert (tmp_path / "a.tar").read_bytes() == first
    assert audit(tmp_path / "a.tar").audited == 2
    (tmp_path / "images" / "p1.jpg").write_bytes(b"another")
    with pytest.raises(DataError, match="has changed since"):
        export(project.folder, tmp_path / "a.tar")
    assert (tmp_path / "a.tar").read_bytes() == first
    project.close()


def test_an_empty_project_can_be_exported(tmp_path: Path) -> None:
    project = open_project(make_images(tmp_path / "images", 1), tmp_path / "p", ASK)
    for kind in ("parquet", "jsonl", "csv", "tar"):
        assert export(project.folder, tmp_path / f"a.{kind}") == 0
    assert "text" in pl.read_parquet(tmp_path / "a.parquet").columns
    with pytest.raises(UsageError, match="ends in none of"):
        export(project.folder, tmp_path / "a.zip")
    with pytest.raises(UsageError, match="There is no project"):
        export(tmp_path / "nowhere", tmp_path / "a.csv")
    project.close()


@pytest.mark.parametrize(
    ("address", "told"),
    [(Address("192.0.2.7"), "--exposed"), (Address("0.0.0.0", exposed=True), "Name with --host")],  # noqa: S104
)
def test_other_machines_are_let_in_only_on_purpose(tmp_path: Path, address: Address, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        serve(make_images(tmp_path / "images", 1), wanted=ASK, out=tmp_path / "p", address=address)
    assert not (tmp_path / "p").exists()


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="Choose another one"):
        serve(tmp_path, wanted=ASK, out=tmp_path / "p", address=Address(port=taken.getsockname()[1]))


def test_the_command_checks_its_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="all or accepted"):
        elicit(tmp_path, export=tmp_path / "a.csv", only="some")
    with pytest.raises(UsageError, match="from 1 to 1000"):
        elicit(tmp_path, annotators="0")


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    images, out = make_images(tmp_path / "images", 3), tmp_path / "p"
    words = ("--ask", "spatial,negation", "--annotators", "Anna,Ben")
    with httpx2.Client(follow_redirects=True, trust_env=False) as client:
        with started(images, out, *words) as (process, links):
            assert set(links) == {"admin", "Anna", "Ben"}
            assert answer(client, links["Anna"], spatial="The dog is left of the tree.").status_code == 200
            process.send_signal(signal.SIGKILL)
            process.wait()
        with started(images, out, *words) as (process, again):
            tokens = {name: link.rpartition("/")[2] for name, link in links.items()}
            assert {name: link.rpartition("/")[2] for name, link in again.items()} == tokens
            page = client.get(again["Anna"]).text
            assert "Picture 2 of" in page
            assert answer(client, again["Anna"], negation="No one is there.").status_code == 200
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
    assert export(out, tmp_path / "a.jsonl") == 4
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["text"] for line in lines] == ["The dog is left of the tree.", "", "", "No one is there."]
