"""The real server over loopback: what it answers, what it refuses, and what it never shows."""

from __future__ import annotations

import hashlib
import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
import pytest
from tests.captions.elicit_server import HOSTILE, Running, answer, fields, make_images, serving

from tacit.captions.elicit import web
from tacit.captions.elicit.turns import Written
from tacit.web.guard import CSP, LARGEST_REQUEST

if TYPE_CHECKING:
    from collections.abc import Iterator

STATIC = Path(web.__file__).parent / "static"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    place = tmp_path_factory.mktemp("web")
    people = ["Anna", "Ben", "<b>Cleo</b>\u202e", "Dora", "Emil"]
    with serving(make_images(place / "images", 8), place / "project", people=people) as server:
        yield server


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    with httpx2.Client(follow_redirects=True, trust_env=False) as made:
        yield made


def test_the_vendored_script_is_the_one_named() -> None:
    named = re.search(r"sha256\s+([0-9a-f]{64})\s+htmx\.min\.js", (STATIC / "README.md").read_text(encoding="utf-8"))
    assert named
    assert hashlib.sha256((STATIC / "htmx.min.js").read_bytes()).hexdigest() == named[1]


def test_templates_hold_no_script_and_no_style() -> None:
    for template in (STATIC.parent / "templates").iterdir():
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)|<style|\son[a-z]+=|\sstyle=|https?://", text), template
        assert not re.search(r"\|\s*safe", text) or template.name in {"review.html", "dashboard.html"}, template


@pytest.mark.parametrize("path", ["/", "/static/style.css", "/a/wrong", "/admin/wrong/export.csv", "/nowhere"])
def test_every_response_has_the_headers(running: Running, client: httpx2.Client, path: str) -> None:
    headers = client.get(running.base + path).headers
    assert headers["content-security-policy"] == CSP
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_only_those_with_a_link_get_in(running: Running, client: httpx2.Client) -> None:
    token = running.links.annotators[0][1]
    for path in (
        f"/a/{token[:-1]}", f"/a/{running.links.admin}", "/a/", "/a", f"/admin/{token}", f"/admin/{token}/export.csv",
        f"/admin/{token}/dashboard", "/a/x/image/1", "/a/x/review", "/a//", "/admin", "/a/%00", f"/a/{token}/image/99",
        f"/a/{token}/image/99999999999999999999999",
    ):  # fmt: skip
        response = client.get(running.base + path)
        assert response.status_code == 404, path
        assert running.links.admin not in response.text
    assert client.get(running.person()).status_code == 200
    assert client.get(running.admin).status_code == 200
    assert client.get(f"{running.admin}/dashboard").status_code == 200
    assert client.get(f"{running.person()}/review").status_code == 200


def raw(running: Running, request: bytes) -> bytes:
    where = urlsplit(running.base)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as link:
        link.sendall(request)
        return b"".join(iter(lambda: link.recv(65536), b""))


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/a/TOKEN/image/../../../links.txt",
     "/a/TOKEN/image/..%2flinks.txt", "/a/TOKEN/image/p0.jpg", "//etc/passwd", "/static//etc/passwd"],
)  # fmt: skip
def test_no_path_leads_to_another_file(running: Running, path: str) -> None:
    path = path.replace("TOKEN", running.links.annotators[0][1])
    said = raw(running, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert said.split()[1] == b"404"
    assert b"StrictUndefined" not in said


@pytest.mark.parametrize("host", [b"evil.example", b"evil.example:80", b"127.0.0.1.evil.example", b"", b"127.0.0.2"])
def test_foreign_names_are_refused(running: Running, host: bytes) -> None:
    path = urlsplit(running.person()).path.encode()
    said = raw(running, b"GET " + path + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    assert said.split(b"\r\n")[0].split()[1] in {b"421", b"400"}
    assert b"<form" not in said


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:1"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 303),
        ({"origin": "null"}, 303),
    ],
)
def test_only_our_own_pages_change_anything(running: Running, headers: dict[str, str], code: int) -> None:
    response = httpx2.post(f"{running.person(1)}/resume", headers=headers, trust_env=False)
    assert response.status_code == code


def test_too_much_at_once_is_refused(running: Running, client: httpx2.Client) -> None:
    link = running.person(1)
    form = fields(client.get(link).text)
    before = len(running.project.store.answers())
    form["text-spatial"] = "x" * LARGEST_REQUEST
    assert client.post(f"{link}/answer", data=form).status_code == 413

    def parts() -> Iterator[bytes]:
        yield b"text-spatial="
        for _ in range(LARGEST_REQUEST // 1024 + 1):
            yield b"x" * 1024

    said = client.post(f"{link}/answer", content=parts(), headers={"content-type": "application/x-www-form-urlencoded"})
    assert said.status_code == 413
    many = {f"field{n}": "x" for n in range(500)}
    assert client.post(f"{link}/answer", data=many).status_code == 400
    file = client.post(f"{link}/answer", data=form | {"text-spatial": ""}, files={"text-counting": b"x"})
    assert file.status_code == 400
    assert len(running.project.store.answers()) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(running: Running, client: httpx2.Client, method: str) -> None:
    assert client.request(method, running.person()).status_code == 405


def test_hostile_text_is_kept_and_never_acts(running: Running, client: httpx2.Client) -> None:
    link = running.person(0)
    form = fields(client.get(link).text)
    texts = {"text-counting": HOSTILE[0] + HOSTILE[1], "text-spatial": "\n" + HOSTILE[2] + HOSTILE[3]}
    client.post(f"{link}/draft", data=form | texts)
    page = client.get(link).text
    assert "<script>" not in page
    assert "<img src=x" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
    for type_ in ("counting", "spatial"):
        marked = client.post(f"{link}/mark", data=form | texts | {"type": type_}).text
        assert "<script" not in marked
        assert "<img" not in marked
    assert client.post(f"{link}/answer", data=form | texts).status_code == 200
    kept = [a.text for a in running.project.store.answers(annotator=1)]
    assert kept[-2:] == [texts["text-counting"], texts["text-spatial"].strip()]
    for address in (f"{running.person(1)}/review", running.admin, f"{running.admin}/dashboard"):
        page = client.get(address).text
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert "<b>Cleo</b>" not in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Please write something"),
        ({"text-spatial": "Left.", "nothing-spatial": "1", "nothing-counting": "1"}, "keep one of the two"),
        ({"text-spatial": "x" * 2001, "nothing-counting": "1"}, "2,001 characters"),
    ],
)
def test_what_is_no_answer_comes_back_with_what_was_written(
    running: Running, client: httpx2.Client, sent: dict[str, str], told: str
) -> None:
    link = running.person(1)
    form = fields(client.get(link).text)
    response = client.post(f"{link}/answer", data=form | sent)
    assert response.status_code == 422
    assert told in response.text
    assert sent.get("text-spatial", "") in response.text
    assert fields(response.text)["submission"] == form["submission"]


def test_the_same_page_sent_again_is_stored_once(running: Running, client: httpx2.Client) -> None:
    link = running.person(3)
    form = fields(client.get(link).text) | {"nothing-counting": "1", "text-spatial": "A dog left of a tree."}
    store = running.project.store
    before = len(store.answers())
    assert client.post(f"{link}/answer", data=form).status_code == 200
    assert client.post(f"{link}/answer", data=form).status_code == 200
    assert len(store.answers()) == before + 2
    other = client.post(f"{link}/answer", data=form | {"submission": "0" * 32, "text-spatial": "Another text."})
    assert other.status_code == 409
    assert "Another text." in other.text
    assert len(store.answers()) == before + 2


@pytest.mark.parametrize("changed", [{"picture": "x"}, {"picture": "99"}, {"picture": "9" * 30}, {"submission": "x"}])
def test_damaged_forms_are_refused_in_words(running: Running, client: httpx2.Client, changed: dict[str, str]) -> None:
    link = running.person(3)
    form = fields(client.get(link).text) | {"nothing-counting": "1", "nothing-spatial": "1"} | changed
    response = client.post(f"{link}/answer", data=form)
    assert response.status_code == 409
    assert "your link" in response.text


def test_pausing_keeps_what_was_typed(running: Running, client: httpx2.Client) -> None:
    link = running.person(4)
    form = fields(client.get(link).text) | {"text-spatial": "half a sen", "seconds-spatial": "3.5"}
    assert "The clock has stopped" in client.post(f"{link}/pause", data=form).text
    assert "The clock has stopped" in client.get(link).text
    assert "half a sen" in client.post(f"{link}/resume").text
    assert running.project.store.drafts(5, int(form["picture"]))["spatial"].seconds is not None


def test_what_was_not_looked_at_before_a_kill_is_looked_at_when_it_starts(tmp_path: Path) -> None:
    images = make_images(tmp_path / "images", 1)
    with serving(images, tmp_path / "project") as server:
        store = server.project.store
        picture = store.next_picture(1)
        assert picture is not None
        store.submit(1, picture.id, "a", [Written("counting", "Two", seconds=0.0), Written("spatial", nothing=True)])
        assert store.unchecked() == [1, 2]
    with serving(images, tmp_path / "project") as server:
        assert server.project.store.unchecked() == []
        assert 1 in server.project.store.flags()


def test_a_bug_is_told_of_without_its_details(tmp_path: Path, client: httpx2.Client) -> None:
    with serving(make_images(tmp_path / "images", 1), tmp_path / "project") as server:
        server.project.store.put_settings({"language": "xx"})
        response = client.get(server.person())
    assert response.status_code in {409, 500}
    assert response.headers["content-security-policy"] == CSP
    with serving(make_images(tmp_path / "more", 1), tmp_path / "other") as server:
        server.project.store.close()
        response = client.get(server.person())
    assert response.status_code == 500
    assert response.headers["content-security-policy"] == CSP
    assert "Nothing was stored" in response.text
    assert "sqlite" not in response.text.lower()


def test_everything_answered_is_said(tmp_path: Path, client: httpx2.Client) -> None:
    with serving(make_images(tmp_path / "images", 2), tmp_path / "project", people=["Anna", "Ben"]) as server:
        # The second image is damaged while the server runs.
        (tmp_path / "images" / "p1.jpg").write_bytes(b"gone")
        assert "Picture 1 of 2" in client.get(server.person()).text
        assert "Nothing to describe" in client.get(server.person(1)).text
        done = answer(client, server.person(), counting="Two red circles.")
        assert "You have answered 1 picture," in done.text
        assert "has changed since" in client.get(server.admin).text
        assert [a.stated for a in server.project.store.answers()] == [("counting",), ()]
        assert server.project.store.unchecked() == []
        image = client.get(f"{server.person()}/image/1")
        assert image.headers["content-type"] == "image/jpeg"
        assert "no-store" not in image.headers["cache-control"]
