"""Finished months beside what was found: the cases of an evaluation; reads everything and writes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import polars as pl

from minsheng.domain.installation import Installation
from minsheng.domain.monitoring.models import Verdict
from minsheng.domain.monitoring.operations.plans import plan_from_data
from minsheng.domain.monitoring.queries import FinishedRun, NoSuchRun, model_named, runs_in_order
from minsheng.domain.registry.queries import household_names
from minsheng.engine.evaluation.cases import CASES
from minsheng.engine.evaluation.evaluating import Evaluation, evaluate
from minsheng.engine.evaluation.truths import TRUTH, read_truth
from minsheng.engine.evaluation.worklist import Workload
from minsheng.engine.indicators.grammar import LEVELS, MILLIONTHS, Model
from minsheng.engine.simulation.alarms import stored_warnings
from minsheng.engine.simulation.arrays import Coded, ints
from minsheng.engine.simulation.findings import findings
from minsheng.engine.simulation.groups import groups_of
from minsheng.engine.simulation.reading import stored_month
from minsheng.engine.simulation.stored import StoredMonth, StoredRange
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

SPLITS = ("residence", "age", "sex", "ethnicity", "disability")
HAN = "01"
HARDSHIP = {"TRUE_HELPED": True, "TRUE_ALREADY_COVERED": True, "TRUE_NOT_ELIGIBLE": False, "FALSE_DATA": False}
"""Which verdicts say that a household was in hardship; whoever could not be reached says nothing."""
NOT_WARNED = "not warned"
_FOUND = [name for name in TRUTH.names() if name not in ("household", "month")]


class NothingFound(Refusal):
    """No outcome is known for any household of the months."""

    code: ClassVar[str] = "no-outcomes"


class SeveralModels(Refusal):
    """The months were run with several models, and none was named."""

    code: ClassVar[str] = "several-models"


@dataclass(frozen=True)
class RunMonths:
    """Months of one model as they were run: each month's current run, the version it was run with, and what it stored."""

    runs: Sequence[FinishedRun]
    models: Mapping[int, Model]
    stored: Mapping[int, StoredMonth]

    @property
    def model(self) -> Model:
        """The model of the latest month."""
        return self.models[max(self.models)]

    @property
    def persons(self) -> dict[int, int]:
        """The monitored people of each month."""
        return {Month.parse(run.month).ordinal: int(run.summary["persons"]) for run in self.runs}

    @property
    def title(self) -> str:
        """Which model and months: gansu@2026.1, 2026-07 – 2026-10."""
        first, last = self.runs[0].month, self.runs[-1].month
        return f"{self.runs[-1].model_id}, {first if first == last else f'{first} – {last}'}"


@dataclass(frozen=True)
class Found:
    """Cases (`CASES`, then SPLITS and township) with what was found, and everything that gave points."""

    cases: pl.DataFrame
    findings: pl.DataFrame
    source: str


def run_months(model: str | None, first: Month | None, last: Month | None, *, installation: Installation) -> RunMonths:
    """The current runs of a model's months, all of them unless bounded; raises NoSuchRun, SeveralModels or NoSuchModel.

    A month belongs if it was run with that very version (name@version) or, where only a name is given, with any version of it.
    """
    runs = [run for run in runs_in_order() if model in (None, run.model_name, run.model_id) and _within(run, first, last)]
    names = sorted({run.model_name for run in runs})
    if not runs:
        raise NoSuchRun("None of these months has been run with that model.", next_step="See: minsheng monitor runs")
    if len(names) > 1:
        raise SeveralModels(f"These months were run with several models: {', '.join(names)}.", next_step="Name one: --model NAME")
    models = {Month.parse(run.month).ordinal: model_named(run.model_id, catalogue=installation.catalogue) for run in runs}
    stored = {month: _stored(run, models[month], installation) for month, run in zip(models, runs, strict=True)}
    return RunMonths(runs, models, stored)


def with_truth(months: RunMonths, truth: Path) -> Found:
    """The months' cases beside a truth file (see `read_truth`); raises its refusals, or NothingFound."""
    told, by_key = read_truth(truth)
    cases, found = _cases(months)
    keyed = told.with_columns(household_key=pl.col("household").cast(pl.Int64, strict=False)) if by_key else _keyed(told, cases)
    joined = cases.join(keyed.select("household_key", "month", *_FOUND), on=["household_key", "month"], how="left")
    stratum = pl.col("month").replace_strict({month: run.month for month, run in zip(months.models, months.runs, strict=True)})
    return _checked(Found(_in_order(joined.with_columns(stratum=stratum)), found, f"{truth.name}"))


def with_verdicts(months: RunMonths) -> Found:
    """The months' cases beside workers' verdicts, the latest on each household and run; raises NothingFound.

    Households warned of at a level have one chance of having been visited, those without a warning another: verdicts on the
    latter are the random sample.
    """
    cases, found = _cases(months)
    joined = cases.join(_verdicts(months.runs), on=["household_key", "month"], how="left")
    level = pl.col("level").replace_strict(dict(enumerate(LEVELS)), return_dtype=pl.String)
    stratum = pl.when("warned").then(pl.format("warned, {}", level)).otherwise(pl.lit(NOT_WARNED))
    unknown = [pl.lit(None, TRUTH[name]).alias(name) for name in _FOUND if name != "in_hardship"]
    return _checked(Found(_in_order(joined.with_columns(*unknown, stratum=stratum)), found, "verdicts"))


def evaluated(months: RunMonths, found: Found, workload: Workload) -> Evaluation:
    """This will measure the months against what was found, at a workload."""
    return evaluate(found.cases, found.findings, workload=workload, persons=months.persons, groups=SPLITS)


def _within(run: FinishedRun, first: Month | None, last: Month | None) -> bool:
    month = Month.parse(run.month)
    return (first is None or first <= month) and (last is None or month <= last)


def _stored(run: FinishedRun, model: Model, installation: Installation) -> StoredMonth:
    return stored_month(installation.lake, run.id, plan_from_data(run.summary["inputs"], model))


def _cases(months: RunMonths) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every household of every month with score, level, warning and groups; and all findings."""
    parts = [(_of_range(part, month), _found_in(months.models[month], part, month, stored)) for month, stored, part in _ranges(months)]
    return pl.concat([cases for cases, _ in parts]), pl.concat([found for _, found in parts])


def _ranges(months: RunMonths) -> Iterator[tuple[int, StoredMonth, StoredRange]]:
    for month, stored in months.stored.items():
        for part in stored.ranges():
            yield month, stored, part


def _of_range(part: StoredRange, month: int) -> pl.DataFrame:
    groups = groups_of(part)
    frame = pl.DataFrame(
        {
            "household_key": part.roll,
            "month": np.full(len(part.roll), month),
            "score": ints(part.scores, "score") / MILLIONTHS,
            "level": ints(part.scores, "level"),
            **{split: _texts(groups[split]) for split in (*SPLITS, "township")},
        }
    )
    ethnicity = pl.when(pl.col("ethnicity") == HAN).then(pl.lit("han")).when(pl.col("ethnicity") != "").then(pl.lit("minority"))
    sent = stored_warnings(part).filter(~pl.col("suppressed")).select("household_key", "new_points", warned=True)
    joined = frame.with_columns(ethnicity=ethnicity.otherwise(pl.lit(""))).join(sent, on="household_key", how="left")
    return joined.with_columns(pl.col("warned").fill_null(value=False), pl.col("new_points").fill_null(0).cast(pl.Float64))


def _found_in(model: Model, part: StoredRange, month: int, stored: StoredMonth) -> pl.DataFrame:
    found = findings(model, model, part, stored.merged)
    names = pl.Series([indicator.id for indicator in model.scoring_indicators], dtype=pl.String)
    frame = pl.DataFrame({"household_key": part.roll[found.household], "month": np.full(len(found.household), month)})
    return frame.with_columns(indicator=names.gather(pl.Series(found.indicator))).unique(maintain_order=True)


def _texts(column: Coded) -> pl.Series:
    return pl.Series([*column.names, ""], dtype=pl.String).gather(pl.Series(np.where(column.codes < 0, len(column.names), column.codes)))


def _keyed(told: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    keys = {name.number: key for key, name in household_names(cases["household_key"].unique()).items()}
    return told.with_columns(household_key=pl.col("household").replace_strict(keys, default=None, return_dtype=pl.Int64))


def _verdicts(runs: Sequence[FinishedRun]) -> pl.DataFrame:
    given = Verdict.standing.filter(run_id__in=[run.id for run in runs]).order_by("given_on", "id")
    months = {run.id: Month.parse(run.month).ordinal for run in runs}
    latest = {(key, months[run]): HARDSHIP.get(verdict) for key, run, verdict in given.values_list("household_key", "run_id", "verdict")}
    rows = [(key, month, hard) for (key, month), hard in latest.items()]
    return pl.DataFrame(rows, schema={"household_key": pl.Int64, "month": pl.Int64, "in_hardship": pl.Boolean}, orient="row")


def _in_order(cases: pl.DataFrame) -> pl.DataFrame:
    others = [name for name in cases.columns if name not in CASES]
    return cases.select(*CASES.names(), *others).cast(CASES).sort("month", "household_key")


def _checked(found: Found) -> Found:
    if not found.cases["in_hardship"].is_not_null().any():
        raise NothingFound("No outcome is known for any household of these months.", next_step="Check the months and the numbers.")
    return found
