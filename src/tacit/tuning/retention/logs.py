"""Retention from results that are there already: lm-eval's, or others that `tacit.io.evals` reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError, UsageError
from tacit.io.evals.read import read_evals
from tacit.io.folders import expand
from tacit.io.places import shown
from tacit.runs.manifest import InputRecord
from tacit.tuning.retention.answers import TaskRecord
from tacit.tuning.retention.measure import Measured
from tacit.tuning.retention.sources import ModelRecord, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

SHOTS: Final = re.compile(r"(\d+)-shot")
_SEED: Final = "config.fewshot_seed"
"""Where lm-eval says with which seed demonstrations were drawn."""
_SUFFIXES: Final = (".json", ".jsonl", ".csv", ".parquet")
OTHER_DRAWS: Final = (
    "Base and tuned model were shown demonstrations drawn with different seeds, so only items are paired; give both "
    "the same --seed in lm-eval."
)
ONE_DRAW: Final = (
    "The logs hold one draw of demonstrations for each number of shots. The intervals say how other items would come "
    "out, not what other demonstrations would give; run lm-eval with several seeds (--seed 0,1234,1234,N)."
)


@dataclass(frozen=True, slots=True)
class Logs:
    """What some logs hold.

    Attributes:
        models: The base, then the tuned models.
        measured: What each answered.
        tasks: What was asked about.
        inputs: The files.
        remarks: What was assumed, in sentences.
    """

    models: tuple[ModelRecord, ...]
    measured: tuple[Measured, ...]
    tasks: tuple[TaskRecord, ...]
    inputs: tuple[InputRecord, ...]
    remarks: tuple[str, ...]


def are_logs(places: Sequence[str]) -> bool:
    """Whether addresses are those of results rather than of models.

    Raises:
        UsageError: If some are and some are not.
    """
    found = [_is_log(Path(named(place)[1])) for place in places]
    if any(found) and not all(found):
        at = found.index(False)
        raise UsageError(f"{shown(places[at])} is no log of results, and others are. Name logs only, or models only.")
    return all(found)


def _is_log(path: Path) -> bool:
    if path.is_file():
        return path.suffix.lower() in _SUFFIXES
    if not path.is_dir() or any(path.glob("*.safetensors")):
        return False
    return next(path.rglob("results_*.json"), None) is not None


def read_logs(places: Sequence[str], chance: Mapping[str, float]) -> Logs:
    """Read results of the base and of tuned models.

    Items are told by their ids, so both sides must have been evaluated on the same version of a task. Several runs of
    a model with different seeds for demonstrations are several draws.

    Args:
        places: Files or folders, one per model, the base first; ``NAME=`` before one says what to call it.
        chance: Accuracy of guessing where logs do not say it: per task, or under ``*``.

    Raises:
        DataError: If logs hold several models, no single items, or do not say chance or shots.
    """
    remarks: list[str] = []
    tables = [_table(place, remarks) for place in places]
    records = [_record(place, table) for place, table in zip(places, tables, strict=True)]
    tables = _aligned([_rows(table) for table in tables], remarks)
    tasks = _tasks(tables, chance)
    of = {task.name: task.chance for task in tasks}
    measured = tuple(
        Measured(record.name, record.identity, of, table) for record, table in zip(records, tables, strict=True)
    )
    files = [Path(file) for place in places for file in expand(named(place)[1])]
    return Logs(tuple(records), measured, tuple(tasks), tuple(InputRecord.of(file) for file in files), tuple(remarks))


def _table(place: str, remarks: list[str]) -> pl.DataFrame:
    path = named(place)[1]
    try:
        return read_evals([path], columns={"repeat": _SEED}, remark=remarks.append)
    except UsageError:  # logs that do not say their seed, and tables
        return read_evals([path], remark=remarks.append)


def _record(place: str, table: pl.DataFrame) -> ModelRecord:
    name, path = named(place)
    systems = table["system"].unique(maintain_order=True).to_list()
    if len(systems) > 1:
        raise DataError(
            f"{shown(path)} holds results of {len(systems)} models ({shown(systems[0])}, {shown(systems[1])}, ...). "
            "Name the results of one."
        )
    return ModelRecord(name or f"{systems[0]}", path, "")


def _rows(table: pl.DataFrame) -> pl.DataFrame:
    """As `tacit.tuning.retention.measure.Measured` has them, with ``chance`` and the seed of the draw."""
    import polars as pl

    main = set(table["capability"].to_list())
    # Further metrics of a task are called task:metric; its first one is the one that is wanted.
    others = [name for name in main if name.rpartition(":")[0].partition(":")[0] in main]
    found = table.filter(
        pl.col("item").is_not_null() & pl.col("variant").str.contains(f"^{SHOTS.pattern}$")
        & ~pl.col("capability").is_in(others)
    )  # fmt: skip
    if not found.height:
        raise DataError(
            f"{shown(str(table['system'][0]))}: the results hold no single items with a number of shots. Run lm-eval "
            "with --log_samples and --num_fewshot."
        )
    keys = ["task", "shots", "seed", "item"]
    rows = found.select(
        pl.col("capability").alias("task"),
        pl.col("variant").str.extract(SHOTS.pattern).cast(pl.Int64).alias("shots"),
        pl.col("repeat").fill_null("").alias("seed"),
        "item", pl.col("score").alias("right"), pl.col("missing"), "chance",
    )  # fmt: skip
    # The same draw asked again (a run that was repeated) is no new draw of demonstrations, but without seeds it may be.
    rows = rows.with_columns(pl.int_range(pl.len()).over(keys).alias("again"))
    return rows.with_columns(pl.concat_str("seed", pl.col("again").cast(pl.String), separator="/").alias("seed"))


def _aligned(tables: Sequence[pl.DataFrame], remarks: list[str]) -> list[pl.DataFrame]:
    """Draws by number: equal seeds are equal draws; single draws of unequal seeds are paired by item alone."""
    import polars as pl

    seeds = sorted({seed for table in tables for seed in table["seed"].unique()})
    number = {seed: at for at, seed in enumerate(seeds)}
    single = all(table.group_by("task", "shots").agg(pl.col("seed").n_unique())["seed"].max() == 1 for table in tables)
    shared = set.intersection(*(set(table["seed"].unique()) for table in tables))
    if single:
        remarks.append(ONE_DRAW)
    if single and not shared:
        remarks.append(OTHER_DRAWS)
        number = dict.fromkeys(number, 0)
    made = []
    for table in tables:
        zero = pl.when(pl.col("shots") == 0).then(0)
        draw = zero.otherwise(pl.col("seed").replace_strict(number, return_dtype=pl.Int64))
        kept = table.with_columns(draw.alias("draw"), in_form=pl.lit(None, pl.Boolean), margin=pl.lit(None, pl.Float64))
        # Without demonstrations nothing is drawn: repeated runs are one.
        once = kept.unique(["task", "shots", "draw", "item"], keep="first", maintain_order=True)
        made.append(once.drop("seed", "again"))
    return made


def _tasks(tables: Sequence[pl.DataFrame], chance: Mapping[str, float]) -> list[TaskRecord]:
    found = []
    names = tables[0]["task"].unique(maintain_order=True).to_list()
    common = [name for name in names if all(name in set(table["task"].unique()) for table in tables[1:])]
    if not common:
        raise DataError("The logs have no task in common.")
    for name in common:
        rows = tables[0].filter(tables[0]["task"] == name)
        said: Any = rows["chance"].drop_nulls()
        value = chance.get(name, said[0] if len(said) else chance.get("*"))
        if value is None:
            raise DataError(
                f"The logs do not say what guessing gives on {shown(name)!r}. Say it with --chance {shown(name)}=SHARE "
                "(0 where answers are written freely)."
            )
        found.append(TaskRecord(name, float(value), rows["item"].n_unique(), "logs"))
    return found
