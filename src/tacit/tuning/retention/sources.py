"""From addresses to models that can be asked: found first, loaded when there is something left to ask."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from tacit.errors import UsageError
from tacit.io.places import shown
from tacit.models.checkpoint import files_of, find_folder, identity_of
from tacit.models.endpoint.address import is_endpoint
from tacit.runs.scrub import scrub_url
from tacit.tuning.laboratory.language import LABORATORY, is_laboratory, laboratory_model
from tacit.tuning.retention.endpoint import EndpointAnswerer
from tacit.tuning.retention.language_model import check_folder, is_adapter, load_language_model
from tacit.tuning.retention.protocol import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tacit.runs.journal import Journal
    from tacit.tuning.retention.protocol import Answerer, Prompt
    from tacit.tuning.retention.settings import RetentionSettings

_CHUNK: Final = 16
"""Questions between two entries of the journal, for models behind an endpoint."""
_FIRST: Final = 1 << 62
"""Single answers are kept under numbers from here on, beyond all those of whole draws."""


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """What is known of a model.

    Attributes:
        name: What results call it.
        address: Where it is, without secrets.
        identity: Hash of whatever its answers depend on.
    """

    name: str
    address: str
    identity: str


class Source:
    """A model that was found; an `Answerer` that loads it when it is asked for the first time.

    Args:
        record: What is known of it.
        settings: How it is loaded and asked.
        folder: Where its files are; ``None`` for an endpoint.
        under: The model that an adapter in `folder` is put on.

    Attributes:
        record: As given.
        name: What results call it.
        identity: Hash of whatever its answers depend on.
        folder: As given.
        under: As given.
        remarks: What the loaded model had to say, in sentences.
    """

    def __init__(
        self, record: ModelRecord, settings: RetentionSettings, *, folder: Path | None = None, under: Path | None = None
    ) -> None:
        self.record, self.name, self.identity = record, record.name, record.identity
        self.folder, self.under = folder, under
        self.remarks: tuple[str, ...] = ()
        self._settings = settings
        self._journal: Journal | None = None
        self._answerer: Answerer | None = None

    def remember(self, journal: Journal) -> None:
        """Keep single answers in a journal; those of an endpoint cost money and time each."""
        self._journal = None if self.folder is not None else journal

    def answer(self, prompts: Sequence[Prompt]) -> list[Answer]:
        """See `tacit.tuning.retention.protocol.Answerer.answer`."""
        if self._answerer is None:
            self._answerer = self._load()
        if self._journal is None:
            return self._answerer.answer(prompts)
        return _remembering(self._answerer, prompts, self._journal)

    def close(self) -> None:
        """Let go of the model."""
        self.remarks = tuple(getattr(self._answerer, "remarks", ()))
        if isinstance(self._answerer, EndpointAnswerer):
            self._answerer.close()
        self._answerer = None

    def _load(self) -> Answerer:
        if self.folder is None:
            return EndpointAnswerer(self.record.address, concurrency=self._settings.loading.batch)
        from tacit.tuning.retention.local import LocalAnswerer

        how = self._settings.loading
        model, tokenizer = load_language_model(self.folder, how, under=self.under)
        return LocalAnswerer(model, tokenizer, name=self.name, identity=self.identity, batch=how.batch)


def find_sources(base: str, tuned: Sequence[str], settings: RetentionSettings) -> list[Source]:
    """Find the base and the tuned models, the base first.

    Args:
        base: A folder, a name on the Hugging Face hub, ``laboratory``, or an endpoint
            (`tacit.models.endpoint.address.FORM`); ``NAME=`` before it says what to call it.
        tuned: The same; folders may be adapters of PEFT, which are put on the base.
        settings: How models are loaded.

    Raises:
        UsageError: If one is not there, there is no tuned model, or two have one name.
        DataError: If the files are not those of a language model.
    """
    if not tuned:
        raise UsageError("Name at least one tuned model beside the base.")
    first = _find(base, settings, None)
    if first.folder is not None and is_adapter(first.folder):
        raise UsageError(f"{shown(base)} is an adapter. Name the model it was trained on as BASE.")
    found = [first, *(_find(address, settings, first) for address in tuned)]
    names = [source.name for source in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"Two models are called {shown(twice)!r}. Say what each is called: NAME=PATH.")
    return found


def _find(address: str, settings: RetentionSettings, base: Source | None) -> Source:
    name, place = named(address)
    if is_endpoint(place):
        answerer = EndpointAnswerer(place)
        answerer.close()
        return Source(ModelRecord(name or answerer.name, place, answerer.identity), settings)
    own, folder = (LABORATORY, laboratory_model()) if is_laboratory(place) else find_folder(place, settings.loading)
    check_folder(folder)
    files = files_of(folder)
    under = base.folder if base is not None and is_adapter(folder) else None
    if under is not None:
        files += files_of(under)
    identity = identity_of(files, settings.loading, kind="language model")
    return Source(ModelRecord(name or own, scrub_url(place), identity), settings, folder=folder, under=under)


def named(address: str) -> tuple[str, str]:
    """Name and place of ``NAME=PLACE``; an equals sign in a path or an address is none."""
    name, sign, place = address.partition("=")
    if not sign or not name.strip() or any(mark in name for mark in ":/\\"):
        return "", address
    return name.strip(), place


def _remembering(answerer: Answerer, prompts: Sequence[Prompt], journal: Journal) -> list[Answer]:
    """Ask what the journal does not hold, and keep each answer as it comes."""
    numbers = [_number(answerer.identity, prompt) for prompt in prompts]
    wanted = set(numbers)
    found = {number: _answer_of(told) for number, told in journal.payloads() if number in wanted}
    todo = [at for at, number in enumerate(numbers) if number not in found]
    for start in range(0, len(todo), _CHUNK):
        part = todo[start : start + _CHUNK]
        for at, answer in zip(part, answerer.answer([prompts[at] for at in part]), strict=True):
            found[numbers[at]] = answer
            journal.record(numbers[at], json.dumps(asdict(answer)).encode())
    return [found[number] for number in numbers]


def _number(identity: str, prompt: Prompt) -> int:
    told = json.dumps([identity, prompt.context, prompt.question, prompt.options]).encode()
    return _FIRST + int.from_bytes(hashlib.sha256(told).digest()[:7], "big")


def _answer_of(told: bytes) -> Answer:
    kept = json.loads(told)
    return Answer(kept["choice"], None, kept["in_form"], kept["missing"])
