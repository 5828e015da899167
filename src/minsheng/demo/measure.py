"""How well warnings meet the hidden truth."""

from typing import TypedDict

import polars as pl


class Found(TypedDict):
    """Households of one group, how many of them were warned about, and that share (None for an empty group)."""

    households: int
    warned: int
    recall: float | None


class Right(TypedDict):
    """Warnings of one group, how many met a household in hardship, and that share (None without warnings)."""

    warnings: int
    in_hardship: int
    precision: float | None


class Measured(TypedDict):
    """The measure of a set of warnings. `base_rate` is the share in hardship among all households: what guessing would reach."""

    base_rate: float | None
    found: Found
    found_new: Found
    found_by_cause: dict[str, Found]
    right: Right
    right_by_level: dict[int, Right]


def recall_and_precision(truth: pl.DataFrame, warned: pl.DataFrame) -> Measured:
    """This will compare warnings with the truth, household by household and month by month.

    `truth` is the demo world's table; `warned` holds household_no, month and level, and a level of 0 is no warning. Warnings about
    households or months that the truth does not know are left out.
    """
    raised = warned.filter(pl.col("level") > 0).group_by("household_no", "month").agg(pl.col("level").max())
    joined = truth.join(raised, on=["household_no", "month"], how="left").with_columns(warned=pl.col("level").is_not_null())
    hard, alarms = joined.filter("in_hardship"), joined.filter("warned")
    return Measured(
        base_rate=_share(hard.height, joined.height),
        found=_found(hard),
        found_new=_found(hard.filter("newly")),
        found_by_cause={cause: _found(group) for (cause,), group in sorted(hard.group_by("cause"))},
        right=_right(alarms),
        right_by_level={level: _right(group) for (level,), group in sorted(alarms.group_by("level"))},
    )


def _found(group: pl.DataFrame) -> Found:
    warned = int(group["warned"].sum())
    return Found(households=group.height, warned=warned, recall=_share(warned, group.height))


def _right(group: pl.DataFrame) -> Right:
    hard = int(group["in_hardship"].sum())
    return Right(warnings=group.height, in_hardship=hard, precision=_share(hard, group.height))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
