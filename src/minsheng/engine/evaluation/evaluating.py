"""One evaluation: everything that can be said of a model's scores, levels and warnings against what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from minsheng.engine.evaluation.arrays import Flags
from minsheng.engine.evaluation.cases import Cases
from minsheng.engine.evaluation.known import Coverage
from minsheng.engine.evaluation.levels import Bin, Monotony, OfLevel, by_level, by_score, monotony
from minsheng.engine.evaluation.ranking import Estimate, Gain, Targeting, auc_interval, gains, targeting
from minsheng.engine.evaluation.reaching import reached_at_once, reached_within
from minsheng.engine.evaluation.shares import NO_SHARE, Share, share
from minsheng.engine.evaluation.worklist import Workload, on_the_list

_DRAWS_OF_A_GROUP = 100


@dataclass(frozen=True)
class Work:
    """One month's work: room for so many households, warnings that went out, and households on the list."""

    month: int
    persons: int
    room: int
    warnings: int
    listed: int


@dataclass(frozen=True)
class Reach:
    """Whom the lists reach: of those in hardship, and of those newly struck at once and within three months."""

    in_hardship: Share
    newly_at_once: Share
    newly_within_three_months: Share


@dataclass(frozen=True)
class OfIndicator:
    """One indicator: the households that have it, how many of these are in hardship, and how much of all hardship it meets."""

    indicator: str
    households: float
    precision: Share
    precision_listed: Share
    recall: Share
    recall_newly: Share


@dataclass(frozen=True)
class OfGroup:
    """One group: the same measures among its households alone."""

    group: str
    households: float
    base_rate: Share
    listed: Share
    precision: Share
    reach: Reach
    auc: Estimate


@dataclass(frozen=True)
class Evaluation:
    """Measures of a model's months against what was found; what cannot be known stays blank.

    base_rate: the share in hardship among all. precision: of the households on the lists, the share in hardship; precision_all of
    all warnings that went out. with_level: of those in hardship the share that has a level. by_level counts all households,
    listed_by_level those on the lists.
    """

    cases: int
    known: int
    households: int
    coverage: Coverage
    workload: Workload
    work: tuple[Work, ...]
    base_rate: Share
    precision: Share
    precision_all: Share
    reach: Reach
    reach_by_cause: Mapping[str, Reach]
    with_level: Share
    auc: Estimate
    auc_newly: Estimate
    gains: tuple[Gain, ...]
    targeting: tuple[Targeting, ...]
    by_level: tuple[OfLevel, ...]
    listed_by_level: tuple[OfLevel, ...]
    hardship_by_level: Monotony
    severity_by_level: Monotony
    by_score: tuple[Bin, ...]
    indicators: tuple[OfIndicator, ...]
    groups: Mapping[str, tuple[OfGroup, ...]]


def evaluate(
    frame: pl.DataFrame, findings: pl.DataFrame, *, workload: Workload, persons: Mapping[int, int], groups: Sequence[str] = ()
) -> Evaluation:
    """This will measure cases (see `CASES`) at a workload.

    findings: household_key, month and indicator of everything that gave points. persons: the monitored people of each month.
    groups: columns of the cases, one group each.
    """
    listed = on_the_list(frame, workload, dict(persons))
    cases = Cases.of(frame, listed)
    sure = cases.coverage.everybody
    levels = by_level(cases.level, cases.hard, cases.severity, cases.weight)
    lists = cases.at(cases.listed)
    return Evaluation(
        cases=frame.height,
        known=int((cases.weight > 0).sum()),
        households=frame["household_key"].n_unique(),
        coverage=cases.coverage,
        workload=workload,
        work=tuple(_work(cases, month, people, workload) for month, people in sorted(persons.items())),
        base_rate=share(cases.hard, cases.weight) if sure else NO_SHARE,
        precision=share(lists.hard, lists.weight),
        precision_all=share(cases.hard[cases.warned], cases.weight[cases.warned]),
        reach=_reach(cases),
        reach_by_cause=_by_cause(cases),
        with_level=share(cases.level[cases.hard] > 0, cases.weight[cases.hard]) if sure else NO_SHARE,
        auc=auc_interval(cases.score, cases.hard, cases.weight, cases.household) if sure else Estimate(None),
        auc_newly=_auc_newly(cases) if sure else Estimate(None),
        gains=tuple(gains(cases.score, cases.hard, cases.weight)) if sure else (),
        targeting=tuple(targeting(cases.score, cases.hard, cases.weight)) if sure else (),
        by_level=tuple(levels),
        listed_by_level=tuple(by_level(lists.level, lists.hard, lists.severity, lists.weight)),
        hardship_by_level=monotony([(one.level, one.in_hardship) for one in levels]),
        severity_by_level=monotony([(one.level, one.severity) for one in levels]),
        by_score=tuple(by_score(cases.score, cases.hard, cases.weight)),
        indicators=tuple(_of_indicators(cases, findings)),
        groups={split: tuple(_of_groups(cases, split)) for split in groups},
    )


def _work(cases: Cases, month: int, persons: int, workload: Workload) -> Work:
    rows = cases.month == month
    return Work(month, persons, workload.in_month(persons), int(cases.warned[rows].sum()), int(cases.listed[rows].sum()))


def _reach(cases: Cases) -> Reach:
    if not cases.coverage.everybody:
        return Reach(NO_SHARE, NO_SHARE, NO_SHARE)
    return Reach(share(cases.listed[cases.hard], cases.weight[cases.hard]), reached_at_once(cases), reached_within(cases))


def _by_cause(cases: Cases) -> dict[str, Reach]:
    """Reach by cause; lists of later months count, so every month of a household stays and only the cause's beginnings are kept."""
    cause = cases.frame["cause"]
    known = cause.filter(pl.Series(cases.hard)).drop_nulls().unique().sort()
    return {name: _reach(_only(cases, (cause == name).fill_null(value=False).to_numpy())) for name in known}


def _only(cases: Cases, rows: Flags) -> Cases:
    """The cases with the hardship of some rows alone: the others count as neither newly struck nor in hardship."""
    arrays = {name: column for name, column in vars(cases).items() if name not in ("hard", "newly")}
    return Cases(**arrays, hard=cases.hard & rows, newly=cases.newly & rows)


def _auc_newly(cases: Cases) -> Estimate:
    """Newly struck against those not in hardship."""
    rows = cases.at(cases.newly | ~cases.hard)
    return auc_interval(rows.score, rows.newly, rows.weight, rows.household)


def _of_indicators(cases: Cases, findings: pl.DataFrame) -> list[OfIndicator]:
    keys = cases.frame.select("household_key", "month").with_row_index("row")
    rows_of = findings.unique(["household_key", "month", "indicator"]).join(keys, on=["household_key", "month"])
    found = []
    for (indicator,), rows in sorted(rows_of.group_by("indicator"), key=lambda pair: str(pair[0][0])):
        has = np.zeros(len(cases.hard), dtype=np.bool_)
        has[rows["row"].to_numpy()] = True
        found.append(_of_indicator(cases, str(indicator), has))
    return found


def _of_indicator(cases: Cases, indicator: str, has: Flags) -> OfIndicator:
    sure, on_list = cases.coverage.everybody, has & cases.listed
    return OfIndicator(
        indicator,
        float(cases.weight[has].sum()),
        share(cases.hard[has], cases.weight[has]),
        share(cases.hard[on_list], cases.weight[on_list]),
        share(has[cases.hard], cases.weight[cases.hard]) if sure else NO_SHARE,
        share(has[cases.newly], cases.weight[cases.newly]) if sure else NO_SHARE,
    )


def _of_groups(cases: Cases, split: str) -> list[OfGroup]:
    labels = cases.frame[split].fill_null("")
    return [_of_group(cases.at((labels == name).to_numpy()), str(name)) for name in labels.unique().sort()]


def _of_group(cases: Cases, name: str) -> OfGroup:
    sure, lists = cases.coverage.everybody, cases.at(cases.listed)
    return OfGroup(
        name,
        float(cases.weight.sum()),
        share(cases.hard, cases.weight) if sure else NO_SHARE,
        share(cases.listed, cases.weight) if sure else NO_SHARE,
        share(lists.hard, lists.weight),
        _reach(cases),
        auc_interval(cases.score, cases.hard, cases.weight, cases.household, draws=_DRAWS_OF_A_GROUP) if sure else Estimate(None),
    )
