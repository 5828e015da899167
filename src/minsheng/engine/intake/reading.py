"""Reading a delivery: from the bytes to its clean rows, its refused rows and a count that balances."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO

import polars as pl

from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.cleaning.cells import Circumstances
from minsheng.engine.intake.heading import Heading
from minsheng.engine.intake.opening import open_delivery
from minsheng.engine.intake.rules import IntakeRules
from minsheng.engine.intake.settling import content_digest, settle
from minsheng.engine.intake.tables import ROW_NUMBER, Table
from minsheng.engine.intake.validating import FAULTS_SCHEMA, ORIGINAL_ROWS_SCHEMA, Batch, Validation, clean_schema

BATCH_ROWS = 500_000


@dataclass(frozen=True)
class Intake:
    """A whole delivery after reading: read == clean + duplicates + rejected + out_of_area, always.

    `clean`: row_number and the allowed columns, typed, each row once; `rejected`: row_number, column, reason of the first fault of
    each refused record; `faults`: all their faults; `dropped_columns`: headers as written whose cells were not read;
    `missing_columns`: allowed columns that are not there; `suggestions`: unknown header → missing column it resembles;
    `content_digest`: equal for equal rows whatever their order or format; `original_rows`: row_number, receipt and original_row,
    where the file mends an earlier delivery; `headers`: column → header as written.
    """

    clean: pl.DataFrame
    duplicates: int
    rejected: pl.DataFrame
    faults: pl.DataFrame
    out_of_area: int
    read: int
    dropped_columns: list[str]
    missing_columns: list[str]
    unknown_headers: list[str]
    suggestions: Mapping[str, str]
    content_digest: str
    original_rows: pl.DataFrame
    headers: Mapping[str, str]


class DeliveryReader:
    """An opened delivery: iterate for its batches, or ask for the whole."""

    def __init__(self, table: Table, validation: Validation, batch_rows: int) -> None:
        self._table, self._validation, self._batch_rows = table, validation, batch_rows

    def __enter__(self) -> "DeliveryReader":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    @property
    def heading(self) -> Heading:
        """What the header row says."""
        return self._validation.heading

    def __iter__(self) -> Iterator[Batch]:
        """The batches, each row checked by itself; what only the whole can show (duplicates, conflicts) is not yet told."""
        for raw in self._table.batches(self.heading.frame, self._validation.wanted, self._batch_rows):
            yield self._validation.check(raw)

    def whole(self) -> Intake:
        """Read every batch and settle duplicates and conflicting keys."""
        batches = list(self)
        clean = pl.concat([pl.DataFrame(schema=clean_schema(self._validation.contract)), *(batch.clean for batch in batches)])
        settled = settle(clean, self._validation.contract.key)
        no_faults = pl.DataFrame(schema=FAULTS_SCHEMA)
        heading = self.heading
        return Intake(
            clean=settled.kept,
            duplicates=settled.duplicates,
            rejected=_in_order([no_faults, *(batch.rejected for batch in batches), settled.conflicts]),
            faults=_in_order([no_faults, *(batch.faults for batch in batches), settled.conflicts]),
            out_of_area=sum(batch.out_of_area for batch in batches),
            read=sum(batch.read for batch in batches),
            dropped_columns=list(heading.dropped),
            missing_columns=list(heading.missing),
            unknown_headers=list(heading.unknown),
            suggestions=heading.suggestions,
            content_digest=content_digest(heading, [batch.content for batch in batches]),
            original_rows=pl.concat([pl.DataFrame(schema=ORIGINAL_ROWS_SCHEMA), *(batch.original_rows for batch in batches)]),
            headers={place.column.name: place.header for place in heading.placed},
        )


def _in_order(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(parts).sort(ROW_NUMBER, maintain_order=True)


def read_delivery(
    source: BinaryIO, *, filename: str, contract: Contract, rules: IntakeRules, batch_rows: int = BATCH_ROWS
) -> DeliveryReader:
    """Open a delivery under its contract; `source` must be seekable and stay open while it is read.

    Raises subclasses of Unreadable (each with a code) if the file as a whole cannot be read; single bad rows never raise.
    """
    opened = open_delivery(source, filename=filename, contract=contract, rules=rules)
    circumstances = Circumstances(rules.today, rules.made_up_allowed, opened.table.counts_from_1904)
    return DeliveryReader(opened.table, Validation(contract, opened.heading, rules, circumstances), batch_rows)


def take_in(source: BinaryIO, *, filename: str, contract: Contract, rules: IntakeRules) -> Intake:
    """Read a delivery as a whole; see read_delivery."""
    with read_delivery(source, filename=filename, contract=contract, rules=rules) as reader:
        return reader.whole()
