"""Whom a month's work reaches: its warnings in order, cut where the workload ends; and where the workload comes from."""

from dataclasses import dataclass

import polars as pl

from minsheng.engine.contracts.schema import Text

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Workload:
    """How many households are looked at in a month: so many, or so many in a year for every monitored person. `source` says why."""

    source: Text
    a_month: float | None = None
    per_person_year: float | None = None

    def in_month(self, persons: int) -> int:
        """Households in a month, among so many monitored people."""
        if self.a_month is not None:
            return round(self.a_month)
        assert self.per_person_year is not None
        return round(self.per_person_year * persons / MONTHS_A_YEAR)


GANSU = Workload(
    source=Text(
        zh="甘肃2023年公开数（文字有残缺，为我们的读法）：一年预警56.16万条，监测约410万人",
        en="Gansu 2023, our reading of a garbled text: 561,600 warnings a year, about 4.1 million monitored people",
    ),
    per_person_year=561_600 / 4_100_000,
)
"""Gansu's published volume; of its warnings 93,600 (16.7 %) led to help, by the same reading."""


def on_the_list(cases: pl.DataFrame, workload: Workload, persons: dict[int, int]) -> pl.Series:
    """Which cases a month's work reaches: those with a warning, by level, then score, then how much is new, then household.

    `cases` holds month (ordinal), household_key, warned, level, score and new_points; `persons` the monitored people of each
    month. Households without a warning are not reached, even where work would be left for them.
    """
    rooms = [(month, workload.in_month(people)) for month, people in persons.items()]
    room = pl.DataFrame(rooms, schema={"month": pl.Int64, "room": pl.Int64}, orient="row")
    order = pl.struct(level=-pl.col("level"), score=-pl.col("score"), fresh=-pl.col("new_points"), key="household_key")
    ranked = cases.with_row_index("row").filter("warned").with_columns(place=order.rank("ordinal").over("month"))
    reached = ranked.join(room, on="month", how="left").filter(pl.col("place") <= pl.col("room"))["row"]
    return pl.Series("listed", range(cases.height), dtype=pl.UInt32).is_in(reached.implode())
