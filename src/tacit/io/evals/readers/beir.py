"""Runs of retrieval benchmarks: TREC run files beside BEIR or TREC relevance judgements (qrels)."""

from __future__ import annotations

import math
import re
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from tacit.errors import DataError, UsageError
from tacit.io.columns import quoted
from tacit.io.evals.long import as_long, empty_frame
from tacit.io.evals.protocol import EvalReader, register_eval_reader
from tacit.io.evals.qrels import FIRST_LINE, HEADER, LONGEST_LINE, numbered_lines, read_qrels
from tacit.io.files import open_decompressed
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import polars as pl

    from tacit.io.evals.protocol import Head

CUT: Final = 10
"""Ranks that nDCG looks at; BEIR's headline figure."""
DEPTH: Final = 100
"""Ranks that recall looks at; BEIR's second figure."""

_Judged = dict[str, dict[str, int]]
_Ranked = dict[str, dict[str, float]]


@register_eval_reader
class BeirReader(EvalReader):
    """Reads TREC run files (query, Q0, document, rank, score, tag) and the qrels they are judged by.

    Each query of the qrels with a relevant document gives a row ``<name>/nDCG@10`` and one ``<name>/recall@100``, as
    trec_eval works them out: documents by descending score, ties by descending name (the rank column is not looked
    at); gain is the judgement, discounted by log2(rank + 1) [Järvelin and Kekäläinen 2002, doi:10.1145/582415.582418,
    with trec_eval's discount]; a document is relevant from 1 on. A query for which a run returned nothing scores 0,
    as with ``trec_eval -c``, with a remark that says how many there are. Queries without a relevant document cannot be
    scored and are left out, as are those that are not in the qrels.

    The system is the name of the run file without its ending, because tags are often alike (``--map system=tag`` takes
    the tag). A run belongs to the qrels that share most of its path.
    """

    name: ClassVar[str] = "beir"
    files: ClassVar[str] = "TREC runs with their qrels"

    def recognises(self, head: Head) -> bool:
        """See `EvalReader.recognises`."""
        return bool(_kind(head.start))

    def read(self, paths: Sequence[str], columns: Mapping[str, str], remark: Callable[[str], None]) -> pl.DataFrame:
        """See `EvalReader.read`."""
        import polars as pl

        if set(columns) - {"system"} or columns.get("system", "tag") != "tag":
            raise UsageError("In runs of a retrieval benchmark only system can be mapped, to the tag (system=tag).")
        kinds = {path: _kind_of(path) for path in paths}
        qrels = [path for path, kind in kinds.items() if kind == "qrels"]
        runs = [path for path, kind in kinds.items() if kind == "run"]
        if not qrels or not runs:
            have, lack = ("qrels", "run") if qrels else ("run", "qrels")
            raise DataError(
                f"{shown(paths[0])}: there is a {have} file and no {lack} file. Name both, or their folder."
            )
        judged = {path: read_qrels(path) for path in qrels}
        frames = []
        for run in runs:
            beside = _nearest(run, qrels)
            ranked, tag = _ranking(run)
            system = tag if "system" in columns else _stem(run)
            rows = _rows(system, _name(beside), judged[beside], ranked, partial(_tell, remark, run))
            frames.append(as_long(rows, run))
        return pl.concat(frames) if frames else empty_frame()


def _tell(remark: Callable[[str], None], run: str, told: str) -> None:
    remark(f"{shown(run)}: {told}")


def ndcg(gains: Sequence[int], judgements: Sequence[int], cut: int = CUT) -> float:
    """Normalised discounted cumulative gain.

    Args:
        gains: Judgements of the documents returned, in order.
        judgements: Judgements of all documents judged; at least one above 0.
        cut: Ranks looked at.

    Example:
        >>> round(ndcg([0, 2, 1], [2, 1]), 4)
        0.6697
    """
    discount = 1 / np.log2(np.arange(2, cut + 2))
    got, best = np.zeros(cut), np.zeros(cut)
    got[: len(gains)] = np.maximum(gains[:cut], 0)
    ideal = sorted((judgement for judgement in judgements if judgement > 0), reverse=True)[:cut]
    best[: len(ideal)] = ideal
    return float(got @ discount / (best @ discount))


def _rows(
    system: str, name: str, judged: _Judged, ranked: _Ranked, remark: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    scored = {query: found for query, found in judged.items() if max(found.values()) > 0}
    if not scored:
        raise DataError(f"The qrels of {quoted(name)} hold no relevant document.")
    absent = sum(query not in ranked for query in scored)
    stray = sum(query not in judged for query in ranked)
    if absent == len(scored):
        raise DataError(
            f"The run of {quoted(system)} has none of the queries of {quoted(name)}. Do they belong together?"
        )
    if len(scored) < len(judged):
        remark(f"{len(judged) - len(scored)} queries have no relevant document and are left out.")
    if absent:
        remark(f"{absent} of {len(scored)} queries have no results; they score 0, as with trec_eval -c.")
    if stray:
        remark(f"{stray} queries are not in the qrels and are left out.")
    for query, judgements in scored.items():
        order = sorted(ranked.get(query, {}).items(), key=lambda entry: (entry[1], entry[0]), reverse=True)[:DEPTH]
        gains = [judgements.get(document, 0) for document, _ in order]
        relevant = sum(judgement > 0 for judgement in judgements.values())
        row = {"system": system, "item": query}
        yield {**row, "capability": f"{name}/nDCG@{CUT}", "score": ndcg(gains, list(judgements.values()))}
        found = sum(gain > 0 for gain in gains) / relevant
        yield {**row, "capability": f"{name}/recall@{DEPTH}", "score": found}


def _ranking(path: str) -> tuple[_Ranked, str]:
    found: _Ranked = {}
    tags: set[str] = set()
    for number, line in numbered_lines(path):
        fields, place = line.split(), f"{shown(path)}, line {number:,}"
        if len(fields) != 6:
            raise DataError(
                f"{place} has {len(fields)} columns; a run has 6. Was the file copied while it was written?"
            )
        query, _, document, _, text, tag = fields
        score = _score(text)
        if score is None:
            raise DataError(f"{place}: the score {quoted(text)} is no number.")
        if document in found.setdefault(query, {}):
            raise DataError(f"{place}: document {quoted(document)} is returned twice for query {quoted(query)}.")
        found[query][document] = score
        tags.add(tag)
        if len(tags) > 1:
            raise DataError(f"{place}: the tag is {quoted(tag)} and differs from those above. Split the file by run.")
    return found, next(iter(tags), "")


def _score(text: str) -> float | None:
    try:
        score = float(text)
    except ValueError:
        return None
    return score if math.isfinite(score) else None


def _kind_of(path: str) -> str:
    with open_decompressed(path) as file:
        kind = _kind(file.read(LONGEST_LINE))
    if not kind:
        raise DataError(f"{shown(path)} is neither a TREC run (6 columns) nor qrels (3 or 4 columns).")
    return kind


def _kind(start: bytes) -> str:
    """``run``, ``qrels`` or neither, by the first line."""
    first = start.lstrip().split(b"\n", 1)[0].decode(FIRST_LINE, "replace").split()
    if tuple(first) == HEADER:
        return "qrels"
    if len(first) == 6 and first[3].isdecimal() and _score(first[4]) is not None:
        return "run"
    return "qrels" if len(first) == 4 and first[1] in ("0", "Q0") and first[3].lstrip("+-").isdecimal() else ""


def _nearest(run: str, qrels: Sequence[str]) -> str:
    """The qrels whose folder shares most with that of the run."""

    def shared(path: str) -> int:
        pairs = zip(PurePath(run).parent.parts, PurePath(path).parent.parts, strict=False)
        return next((place for place, (one, other) in enumerate(pairs) if one != other), len(PurePath(run).parts))

    best = max(map(shared, qrels))
    fitting = [path for path in qrels if shared(path) == best]
    if len(fitting) > 1:
        raise DataError(
            f"{shown(run)} could belong to {shown(fitting[0])} or {shown(fitting[1])}. Name one split of the "
            "qrels, and put each run in the folder of its dataset."
        )
    return fitting[0]


def _stem(path: str) -> str:
    name = PurePath(path).name
    return re.sub(r"(\.(trec|run|txt|tsv|res|results))?(\.gz|\.zst)?$", "", name, flags=re.IGNORECASE) or name


def _name(qrels: str) -> str:
    """What a dataset is called: the folder above ``qrels``, else what is left of the file's name, else its folder."""
    parts = PurePath(qrels).parts
    folders = [part for part in parts[:-1] if part not in ("", ".", "..", "/")]
    if folders and folders[-1].lower() == "qrels" and len(folders) > 1:
        return folders[-2]
    words = [word for word in re.split(r"[._]", parts[-1]) if word.lower() not in _COMMON]
    return ".".join(words) or (folders[-1] if folders else "retrieval")


_COMMON: Final = frozenset({"", "qrels", "qrel", "tsv", "txt", "trec", "gz", "zst", "test", "dev", "train"})
