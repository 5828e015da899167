"""Reading a delivery: from the bytes to its clean rows, its refused rows and a count that balances."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import polars as pl

from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.cleaning.cells import Circumstances
from minsheng.engine.intake.content import Content
from minsheng.engine.intake.heading import Heading
from minsheng.engine.intake.opening import open_delivery
from minsheng.engine.intake.rules import IntakeRules
from minsheng.engine.intake.settling import Settled, Settlement, content_digest, without
from minsheng.engine.intake.tables import ROW_NUMBER, RawBatch, Table, rows_of_cells
from minsheng.engine.intake.validating import FAULTS_SCHEMA, ORIGINAL_ROWS_SCHEMA, Batch, Validation, clean_schema

BATCH_ROWS = 100_000


@dataclass(frozen=True)
class Figures:
    """What a whole delivery came to: read == accepted + duplicates + quarantined + out_of_area, always.

    `rejections`: (column, reason) of first faults → records; `dropped_columns`: headers as written whose cells were not read;
    `missing_columns`: allowed columns that are not there; `suggestions`: unknown header → missing column it resembles;
    `content_digest`: equal for equal rows whatever their order or format; `headers`: column → header as written.
    """

    read: int
    accepted: int
    duplicates: int
    quarantined: int
    out_of_area: int
    rejections: Mapping[tuple[str, str], int]
    dropped_columns: list[str]
    missing_columns: list[str]
    unknown_headers: list[str]
    suggestions: Mapping[str, str]
    content_digest: str
    headers: Mapping[str, str]


class Account:
    """Keeps the figures of a delivery while its batches pass."""

    def __init__(self) -> None:
        self._content = Content()
        self._clean = self._out_of_area = self.read = 0
        self._rejections: Counter[tuple[str, str]] = Counter()

    def see(self, batch: Batch) -> None:
        """Take note of a batch."""
        self._content += batch.content
        self._clean += batch.clean.height
        self.read += batch.read
        self._out_of_area += batch.out_of_area
        self._count(batch.rejected)

    def close(self, settled: Settled, heading: Heading) -> Figures:
        """The figures, now that duplicates and contradictions are settled."""
        self._count(settled.conflicts)
        conflicts, duplicates = settled.conflicts.height, settled.duplicates.len()
        return Figures(
            read=self.read,
            accepted=self._clean - conflicts - duplicates,
            duplicates=duplicates,
            quarantined=self._rejections.total(),
            out_of_area=self._out_of_area,
            rejections=dict(self._rejections),
            dropped_columns=list(heading.dropped),
            missing_columns=list(heading.missing),
            unknown_headers=list(heading.unknown),
            suggestions=heading.suggestions,
            content_digest=content_digest(heading, self._content),
            headers={place.column.name: place.header for place in heading.placed},
        )

    def _count(self, rejected: pl.DataFrame) -> None:
        for column, reason, rows in rejected.group_by("column", "reason").len().iter_rows():
            self._rejections[column, reason] += rows


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

    @property
    def contract(self) -> Contract:
        """What the delivery is checked against."""
        return self._validation.contract

    def __iter__(self) -> Iterator[Batch]:
        """The batches, each row checked by itself; what only the whole can show (duplicates, conflicts) is not yet told.

        There is at least one batch, if without rows.
        """
        wanted, nothing = self._validation.wanted, True
        for raw in self._table.batches(self.heading.frame, wanted, self._batch_rows):
            nothing = False
            yield self._validation.check(raw)
        if nothing:
            yield self._validation.check(RawBatch(rows_of_cells([], [], wanted)))

    def whole(self) -> Intake:
        """Read every batch into memory and settle duplicates and conflicting keys: for deliveries that are known to be small."""
        with tempfile.TemporaryDirectory() as folder:
            account, settlement = Account(), Settlement(self.contract.key, Path(folder))
            batches = list(self)
            for batch in batches:
                account.see(batch)
                settlement.see(batch.clean)
            settled = settlement.settled()
        figures, no_faults = account.close(settled, self.heading), pl.DataFrame(schema=FAULTS_SCHEMA)
        return Intake(
            clean=pl.concat([pl.DataFrame(schema=clean_schema(self.contract)), *(without(one.clean, settled.dropped) for one in batches)]),
            duplicates=figures.duplicates,
            rejected=_in_order([no_faults, *(batch.rejected for batch in batches), settled.conflicts]),
            faults=_in_order([no_faults, *(batch.faults for batch in batches), settled.conflicts]),
            out_of_area=figures.out_of_area,
            read=figures.read,
            dropped_columns=figures.dropped_columns,
            missing_columns=figures.missing_columns,
            unknown_headers=figures.unknown_headers,
            suggestions=figures.suggestions,
            content_digest=figures.content_digest,
            original_rows=pl.concat([pl.DataFrame(schema=ORIGINAL_ROWS_SCHEMA), *(batch.original_rows for batch in batches)]),
            headers=figures.headers,
        )


def _in_order(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(parts).sort(ROW_NUMBER, maintain_order=True)


def read_delivery(
    source: BinaryIO,
    *,
    filename: str,
    contract: Contract,
    rules: IntakeRules,
    batch_rows: int = BATCH_ROWS,
) -> DeliveryReader:
    """Open a delivery under its contract; `source` must be seekable and stay open while it is read.

    Raises subclasses of Unreadable (each with a code) if
    the file as a whole cannot be read, some of them only when its batches are asked for; single bad rows never raise.
    """
    opened = open_delivery(source, filename=filename, contract=contract, rules=rules)
    circumstances = Circumstances(rules.today, rules.made_up_allowed, opened.table.counts_from_1904)
    validation = Validation(contract, opened.heading, rules, circumstances)
    return DeliveryReader(opened.table, validation, batch_rows)


def take_in(source: BinaryIO, *, filename: str, contract: Contract, rules: IntakeRules, batch_rows: int = BATCH_ROWS) -> Intake:
    """Read a small delivery as a whole; see read_delivery."""
    with read_delivery(source, filename=filename, contract=contract, rules=rules, batch_rows=batch_rows) as reader:
        return reader.whole()
