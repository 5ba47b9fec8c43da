"""Answers as files, each with where it comes from.

Annotators appear under a number. The links of a project and the names of its people are in no export.
"""

from __future__ import annotations

import json
import tarfile
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, Literal

from tacit.captions.elicit.images import SUFFIXES, ImageProblemError, read_image
from tacit.captions.elicit.review import is_flagged
from tacit.errors import DataError, UsageError
from tacit.report.spreadsheet import csv_text
from tacit.runs.atomic import move_atomic, write_atomic, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tacit.captions.elicit.records import Answer, Review
    from tacit.captions.elicit.store import Store

Only = Literal["all", "accepted"]
FORMATS: Final = ("parquet", "jsonl", "csv", "tar")


def accepted(answer: Answer, flags: Sequence[tuple[str, str]], reviews: Sequence[Review]) -> bool:
    """Whether an answer can be used as it is.

    Somebody's judgement outweighs the checks: with reviews, each must say that the text asserts something of the type
    and none that the image does not show it. Without, no check may have found more than a note. An answer without
    text is never accepted.

    Args:
        answer: The answer.
        flags: What the checks found in it.
        reviews: What others judged of it.
    """
    if answer.nothing or not answer.text:
        return False
    if reviews:
        return all(review.asserts and review.shows is not False for review in reviews)
    return not is_flagged(flags)


def rows(store: Store, only: Only = "all") -> list[dict[str, Any]]:
    """One row per answer, in order of their ids.

    Args:
        store: The project.
        only: ``accepted`` leaves out what `accepted` does.

    Returns:
        Rows with ``id``, ``image`` (relative path), ``sha256`` of the image, ``type``, ``text``, ``nothing``,
        ``annotator`` (a pseudonym), ``written_at``, ``seconds``, ``pasted``, ``stated``, ``flags``, ``reviews``,
        ``accepted``, ``question``, ``language``, ``detector``, ``tacit``, ``licence``.
    """
    flags, origins, settings = store.flags(), store.origins(), store.settings()
    reviews: dict[int, list[Review]] = {}
    for review in store.reviews():
        reviews.setdefault(review.answer, []).append(review)
    found = []
    for answer in store.answers():
        flagged, reviewed, origin = flags.get(answer.id, []), reviews.get(answer.id, []), origins[answer.id]
        good = accepted(answer, flagged, reviewed)
        if only == "accepted" and not good:
            continue
        found.append(
            {
                "id": answer.id,
                "image": answer.path,
                "sha256": origin.sha256,
                "type": answer.type,
                "text": answer.text,
                "nothing": answer.nothing,
                "annotator": f"annotator-{answer.annotator}",
                "written_at": answer.written_at,
                "seconds": answer.seconds,
                "pasted": answer.pasted,
                "stated": list(answer.stated),
                "flags": [{"check": name, "explanation": told} for name, told in flagged],
                "reviews": [
                    {
                        "reviewer": f"annotator-{review.reviewer}",
                        "asserts": review.asserts,
                        "shows": review.shows,
                        "reviewed_at": review.reviewed_at,
                    }
                    for review in reviewed
                ],
                "accepted": good,
                "question": origin.question,
                "language": settings.get("language", ""),
                "detector": origin.detector,
                "tacit": origin.tacit,
                "licence": settings.get("licence", ""),
            }
        )
    return found


def export_answers(store: Store, path: Path, *, only: Only = "all") -> int:
    """Write the answers to a file whose ending says how: parquet, jsonl, csv or tar.

    A tar is a WebDataset: for each answer that has a text, the image file, the text (``.txt``) and the row
    (``.json``), under the answer's id. A csv is made safe for spreadsheets: texts that would be formulas begin with an
    apostrophe.

    Args:
        store: The project.
        path: The file; an existing one is replaced, when the new one is complete.
        only: ``all`` or ``accepted``.

    Returns:
        How many answers were written.

    Raises:
        UsageError: If the ending is none of these.
        DataError: If the file cannot be written, or an image is not what was asked about (tar).
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise UsageError(f"{path} ends in none of {', '.join('.' + f for f in FORMATS)}. It says what to write.")
    found = rows(store, only)
    temporary = path.with_name(f".{path.name}.part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "jsonl":
            write_atomic(path, "".join(_json(row) + "\n" for row in found).encode())
        elif kind == "csv":
            write_atomic(path, _csv(found).encode())
        else:
            try:
                if kind == "parquet":
                    _write_parquet(temporary, found)
                else:
                    found = [row for row in found if row["text"]]
                    _write_tar(temporary, found, Path(store.settings().get("images", "")))
                move_atomic(temporary, path)
            finally:
                temporary.unlink(missing_ok=True)
    return len(found)


def _json(row: dict[str, Any]) -> str:
    # Escaped, so that no line separator in a text can be taken for the end of a line.
    return json.dumps(row, ensure_ascii=True)


def _csv(found: Sequence[dict[str, Any]]) -> str:
    if not found:
        return ""
    table = [[json.dumps(v) if isinstance(v, list) else v for v in row.values()] for row in found]
    return csv_text(list(found[0]), table)


def _write_parquet(path: Path, found: Sequence[dict[str, Any]]) -> None:
    import polars as pl

    flag = pl.Struct({"check": pl.String, "explanation": pl.String})
    review = pl.Struct({"reviewer": pl.String, "asserts": pl.Boolean, "shows": pl.Boolean, "reviewed_at": pl.String})
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "id": pl.Int64, "image": pl.String, "sha256": pl.String, "type": pl.String, "text": pl.String,
        "nothing": pl.Boolean, "annotator": pl.String, "written_at": pl.String, "seconds": pl.Float64,
        "pasted": pl.Boolean, "stated": pl.List(pl.String), "flags": pl.List(flag), "reviews": pl.List(review),
        "accepted": pl.Boolean, "question": pl.String, "language": pl.String, "detector": pl.String,
        "tacit": pl.String, "licence": pl.String,
    }  # fmt: skip
    pl.DataFrame(found, schema=schema, orient="row").write_parquet(path)


def _write_tar(path: Path, found: Iterable[dict[str, Any]], images: Path) -> None:
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for row in found:
            try:
                data, digest = read_image(images, row["image"])
            except ImageProblemError as problem:
                raise DataError(f"Image {row['image']!r} {problem}. It is needed to write {path.name}.") from None
            if digest != row["sha256"]:
                raise DataError(
                    f"Image {row['image']!r} in {images} has changed since it was asked about, so what was written "
                    "about it may be wrong. Put the earlier file back, or export without images (parquet, jsonl)."
                )
            suffix = PurePosixPath(row["image"]).suffix.lower()
            key = f"{row['id']:08d}"
            _add(archive, key + (suffix if suffix in SUFFIXES else ".img"), data)
            _add(archive, f"{key}.txt", row["text"].encode())
            _add(archive, f"{key}.json", _json(row).encode())


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)  # no owner and no time: the same answers give the same bytes
    member.size = len(data)
    archive.addfile(member, BytesIO(data))
