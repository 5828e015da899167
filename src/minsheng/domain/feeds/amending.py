"""Rows sent to mend refused ones: which of them are news, so that no row counts twice."""

from typing import ClassVar

import polars as pl

from minsheng.domain.feeds import states
from minsheng.domain.feeds.lake import mended_path, quarantine_path
from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.storing import read_frame
from minsheng.engine.intake.validating import Batch
from minsheng.engine.lake import Lake
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

_ROW = "row_number"


class SeveralReceipts(Refusal):
    """One file mends rows of more than one delivery."""

    code: ClassVar[str] = "several-receipts"


class Mending:
    """What waits to be mended of the delivery `base`, for the batches of an amendment.

    A row mends if the row of `base` that it stands for was refused, and no other amendment than this `delivery` has mended it. Rows
    that stand for none are new.
    """

    def __init__(self, base: Delivery, *, delivery: str, lake: Lake) -> None:
        others = base.amendments.filter(status__in=(states.RECEIVED, states.HELD)).exclude(pk=delivery).order_by("id")
        self._base = base.id
        self._earlier = {other.id: _mended(other, lake) for other in others}
        self._waiting = _refused(base, lake).unique().rename({_ROW: "original_row"})
        for other in others:
            done = self._earlier[other.id].join(_refused(other, lake), on=_ROW, how="anti")
            self._waiting = self._waiting.join(done, on="original_row", how="anti")

    def origins(self, batch: Batch) -> pl.DataFrame:
        """The row of the base delivery that each row sent stands for, also where refused rows of an amendment were mended.

        Columns: row_number, receipt (the base's), original_row (null: none). Raises SeveralReceipts.
        """
        sent = batch.original_rows
        strangers = sent.filter(~pl.col("receipt").is_in([self._base, *self._earlier]))["receipt"].unique().to_list()
        if strangers:
            raise SeveralReceipts(
                f"The rows mend {self._base}, but also {', '.join(sorted(strangers))}.", next_step="Send one file for each 回执号."
            )
        direct = sent.filter(pl.col("receipt") == self._base)
        through = [
            sent.filter(pl.col("receipt") == receipt)
            .join(rows.select(_ROW, base_row="original_row"), left_on="original_row", right_on=_ROW, how="left")
            .select(_ROW, "receipt", original_row="base_row")
            for receipt, rows in self._earlier.items()
        ]
        return pl.concat([direct, *through]).with_columns(receipt=pl.lit(self._base)).sort(_ROW)

    def stale(self, origins: pl.DataFrame) -> pl.Series:
        """The numbers of the rows that stand for one which nobody waits for."""
        return origins.drop_nulls("original_row").join(self._waiting, on="original_row", how="anti")[_ROW]


def _mended(amendment: Delivery, lake: Lake) -> pl.DataFrame:
    return read_frame(lake, mended_path(amendment.feed, Month.parse(amendment.month), amendment.id))


def _refused(delivery: Delivery, lake: Lake) -> pl.DataFrame:
    return read_frame(lake, quarantine_path(delivery.feed, Month.parse(delivery.month), delivery.id), [_ROW])
