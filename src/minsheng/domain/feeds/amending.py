"""Rows sent to mend refused ones: which of them are news, so that no row counts twice."""

from dataclasses import replace
from typing import ClassVar

import polars as pl

from minsheng.domain.feeds import states
from minsheng.domain.feeds.lake import mended_path, quarantine_path
from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.storing import read_frame
from minsheng.engine.intake.reading import Intake
from minsheng.engine.lake import Lake
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

_ROW = "row_number"


class SeveralReceipts(Refusal):
    """One file mends rows of more than one delivery."""

    code: ClassVar[str] = "several-receipts"


def only_mended(intake: Intake, base: Delivery, *, delivery: str, lake: Lake) -> Intake:
    """An amendment's reading in which rows that mend nothing are counted as duplicates.

    A row mends if the row of `base` that it stands for was refused, and no other amendment than this `delivery` has mended it. Rows
    that stand for none are new. The outcome's `original_rows` are rows of `base`, also where refused rows of an amendment were mended.
    Raises SeveralReceipts.
    """
    others = base.amendments.filter(status__in=(states.RECEIVED, states.HELD)).exclude(pk=delivery).order_by("id")
    earlier = {other.id: _mended(other, lake) for other in others}
    origins = _origins(intake.original_rows, base, earlier)
    waiting = _refused(base, lake).unique().rename({_ROW: "original_row"})
    for other in others:
        done = earlier[other.id].join(_refused(other, lake), on=_ROW, how="anti")
        waiting = waiting.join(done, on="original_row", how="anti")
    stale = origins.drop_nulls("original_row").join(waiting, on="original_row", how="anti")
    news = intake.clean.join(stale, on=_ROW, how="anti", maintain_order="left")
    return replace(intake, clean=news, duplicates=intake.duplicates + intake.clean.height - news.height, original_rows=origins)


def _origins(sent: pl.DataFrame, base: Delivery, earlier: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The row of the base delivery that each row sent stands for: row_number, receipt, original_row (null: none)."""
    strangers = sent.filter(~pl.col("receipt").is_in([base.id, *earlier]))["receipt"].unique().to_list()
    if strangers:
        raise SeveralReceipts(
            f"The rows mend {base.id}, but also {', '.join(sorted(strangers))}.", next_step="Send one file for each 回执号."
        )
    direct = sent.filter(pl.col("receipt") == base.id)
    through = [
        sent.filter(pl.col("receipt") == receipt)
        .join(rows.select(_ROW, base_row="original_row"), left_on="original_row", right_on=_ROW, how="left")
        .select(_ROW, "receipt", original_row="base_row")
        for receipt, rows in earlier.items()
    ]
    return pl.concat([direct, *through]).with_columns(receipt=pl.lit(base.id)).sort(_ROW)


def _mended(amendment: Delivery, lake: Lake) -> pl.DataFrame:
    return read_frame(lake, mended_path(amendment.feed, Month.parse(amendment.month), amendment.id))


def _refused(delivery: Delivery, lake: Lake) -> pl.DataFrame:
    return read_frame(lake, quarantine_path(delivery.feed, Month.parse(delivery.month), delivery.id), [_ROW])
