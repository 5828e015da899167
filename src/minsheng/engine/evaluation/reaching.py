"""Which of the households that hardship newly struck a month's work reaches, at once or within three months."""

import numpy as np
import polars as pl

from minsheng.engine.evaluation.arrays import Flags
from minsheng.engine.evaluation.cases import Cases
from minsheng.engine.evaluation.shares import Share, share

WITHIN_MONTHS = 3


def reached_at_once(cases: Cases) -> Share:
    """Of the households whose hardship began in a month, the share on the list of that very month."""
    return share(cases.listed[cases.newly], cases.weight[cases.newly])


def reached_within(cases: Cases, months: int = WITHIN_MONTHS) -> Share:
    """Of the households whose hardship began in a month m, the share on a list of m to m + months - 1.

    Only beginnings count whose last month is among the cases'; nothing is counted if none is.
    """
    if not len(cases.month):
        return share(cases.newly, cases.weight)
    rows = cases.newly & (cases.month + months - 1 <= cases.month.max())
    return share(listed_within(cases, months)[rows], cases.weight[rows])


def listed_within(cases: Cases, months: int) -> Flags:
    """Whether each case's household is on a list of its month or the months after, `months` in all."""
    lists = cases.frame.select("household_key", "month").filter(pl.Series(cases.listed))
    wanted = cases.frame.select("household_key", "month").with_row_index("row")
    earlier = pl.concat([lists.with_columns(pl.col("month") - later) for later in range(months)])
    reached = np.zeros(len(cases.month), dtype=np.bool_)
    reached[wanted.join(earlier, on=["household_key", "month"], how="semi")["row"].to_numpy()] = True
    return reached
