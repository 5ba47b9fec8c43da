"""A small project and its real server, for the tests of ``tacit elicit``."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx2
from PIL import Image, ImageDraw
from tests.loopback import served

from tacit.captions.elicit.links import Links, open_links
from tacit.captions.elicit.project import Project, Wanted, open_project
from tacit.captions.elicit.web.app import make_app

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

HOSTILE = (
    "</textarea><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\"> \" ' ` {{ 7*7 }} {% raw %}",
    "=HYPERLINK(\"http://x\") \u202egnirts\u202c \x00 \u2028 \x1b[31m é 犬 👩‍👧",
    "'; DROP TABLE answer; --\n\nsecond line ]]> &amp; %0d%0aSet-Cookie: a=b",
)  # fmt: skip
"""A text per type that tries to be something else."""


def make_images(folder: Path, count: int = 3) -> Path:
    """Small JPEG files ``p0.jpg``, ``p1.jpg`` ... that differ."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        image = Image.new("RGB", (640, 420), (214, 226, 238))
        pen = ImageDraw.Draw(image)
        for at in range(number + 2):
            pen.ellipse((40 + 95 * at, 150, 120 + 95 * at, 230), fill=(190, 60 + 30 * at, 70))
        image.save(folder / f"p{number}.jpg")
    return folder


@dataclass(frozen=True, slots=True)
class Running:
    """A server in a thread of this process."""

    base: str
    links: Links
    project: Project

    def person(self, number: int = 0) -> str:
        """Address of an annotator's page."""
        return f"{self.base}/a/{self.links.annotators[number][1]}"

    @property
    def admin(self) -> str:
        """Address of the admin's page."""
        return f"{self.base}/admin/{self.links.admin}"


@contextmanager
def serving(
    images: Path, out: Path, *, people: Sequence[str] = ("Anna",), ask: Sequence[str] = ("counting", "spatial")
) -> Iterator[Running]:
    """Serve a project over loopback, with the real server."""
    project = open_project(images, out, Wanted(tuple(ask), licence="CC0-1.0"))
    links = open_links(project.store, out, people)
    try:
        with served(make_app(project)) as base:
            yield Running(base, links, project)
    finally:
        project.close()


@contextmanager
def started(images: Path, out: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The command itself in a process of its own, and the links that it prints, by name."""
    command = [sys.executable, "-c", "import typer; from tacit.cli.elicit import elicit; typer.run(elicit)"]
    process = subprocess.Popen(
        [*command, str(images), "--out", str(out), "--port", "0", *options], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        said = ""
        while "Ctrl+C" not in said and process.poll() is None:
            said += process.stdout.readline()
        yield process, dict(re.findall(r"^  (\S.*?)  +(http://\S+)$", said, re.MULTILINE))
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def fields(page: str) -> dict[str, str]:
    """The form of an annotator's page as a browser would send it, texts empty."""
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    return found | dict.fromkeys(re.findall(r'<textarea [^>]*name="([^"]+)"', page), "")


def answer(client: httpx2.Client, link: str, **texts: str) -> httpx2.Response:
    """Answer the picture on the page; what is not given is ticked as nothing to say."""
    form = fields(client.get(link).text)
    for name in [name for name in form if name.startswith("text-")]:
        type_ = name.removeprefix("text-")
        if type_ in texts:
            form[name] = texts[type_]
        else:
            form[f"nothing-{type_}"] = "1"
    return client.post(f"{link}/answer", data=form)
