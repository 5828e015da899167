"""A simulation in figures: levels, movements and warnings before and after, by group, and the work beside the capacity."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from minsheng.engine.indicators.grammar import LEVELS
from minsheng.engine.simulation.alarms import CAUSES
from minsheng.engine.simulation.arrays import Ints
from minsheng.engine.simulation.capacity import Capacity, queue, workload
from minsheng.engine.simulation.groups import SPLITS
from minsheng.engine.simulation.movements import ALL, Movements
from minsheng.engine.simulation.simulating import Simulation
from minsheng.kernel.divisions import CODE_DIGITS, Level

Counts = dict[str, int]


@dataclass(frozen=True)
class Moved:
    """One group of households: how many, by level before and after, and how many move up or down."""

    group: str
    households: int
    before: Counts
    after: Counts
    up: int
    down: int


@dataclass(frozen=True)
class Warned:
    """Warnings of a month: sent and suppressed, those sent by level and by cause."""

    sent: int
    suppressed: int
    by_level: Counts
    by_cause: Counts


@dataclass(frozen=True)
class Work:
    """A township's warnings beside what it can verify in a month (None: no limit); `over` is what is urgent above the capacity."""

    township: str
    capacity: int | None
    before: Counts
    after: Counts


@dataclass(frozen=True)
class Figures:
    """What a change does, in figures. movements: level before → level after → households."""

    all: Moved
    movements: Mapping[str, Counts]
    splits: Mapping[str, list[Moved]]
    warnings_before: Warned
    warnings_after: Warned
    work: list[Work]


WORK = ("warnings", "urgent", "deferred", "over")


def figures(simulation: Simulation, capacity: Capacity) -> Figures:
    """Count a simulation."""
    found = simulation.movements
    matrix = found.of(ALL, ALL)
    return Figures(
        all=_moved(ALL, matrix),
        movements={before: dict(zip(LEVELS, map(int, row), strict=True)) for before, row in zip(LEVELS, matrix, strict=True)},
        splits={split: _groups(found, split) for split in SPLITS},
        warnings_before=_warned(simulation.warnings_before),
        warnings_after=_warned(simulation.warnings_after),
        work=_work(simulation, capacity),
    )


def queued(warnings: pl.DataFrame, capacity: Capacity) -> pl.DataFrame:
    """The warnings that go out, as their townships take them up: see `capacity.queue`."""
    township = pl.col("division").str.slice(0, Level.TOWNSHIP.digits).str.pad_end(CODE_DIGITS, "0")
    known = pl.when(pl.col("division") == "").then(pl.lit("")).otherwise(township)
    return queue(warnings.filter(~pl.col("suppressed")).with_columns(township=known), capacity)


def _groups(found: Movements, split: str) -> list[Moved]:
    return [_moved(group, matrix) for group, matrix in sorted(found.splits.get(split, {}).items())]


def _moved(group: str, matrix: Ints) -> Moved:
    return Moved(
        group=group,
        households=int(matrix.sum()),
        before=dict(zip(LEVELS, map(int, matrix.sum(axis=1)), strict=True)),
        after=dict(zip(LEVELS, map(int, matrix.sum(axis=0)), strict=True)),
        up=int(np.triu(matrix, 1).sum()),
        down=int(np.tril(matrix, -1).sum()),
    )


def _warned(warnings: pl.DataFrame) -> Warned:
    sent = warnings.filter(~pl.col("suppressed"))
    levels, causes = sent["level"].to_list(), sent["cause"].to_list()
    return Warned(
        sent=sent.height,
        suppressed=warnings.height - sent.height,
        by_level={name: levels.count(number) for number, name in enumerate(LEVELS) if number},
        by_cause={cause: causes.count(cause) for cause in CAUSES},
    )


def _work(simulation: Simulation, capacity: Capacity) -> list[Work]:
    before, after = (workload(queued(frame, capacity)) for frame in (simulation.warnings_before, simulation.warnings_after))
    both = before.join(after, on="township", how="full", coalesce=True, suffix="_after").sort("township")
    return [_township(row, capacity) for row in both.iter_rows(named=True)]


def _township(row: dict[str, int | str | None], capacity: Capacity) -> Work:
    place = str(row["township"])
    return Work(
        township=place,
        capacity=capacity.of(place),
        before={name: int(row[name] or 0) for name in WORK},
        after={name: int(row[f"{name}_after"] or 0) for name in WORK},
    )
