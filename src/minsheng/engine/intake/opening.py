"""Any readable file as a table, and a delivery as a table under its contract."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.heading import Heading, find_frame, is_known, known_headers, map_headers
from minsheng.engine.intake.packing import unpack
from minsheng.engine.intake.parquet import open_parquet
from minsheng.engine.intake.rules import IntakeRules
from minsheng.engine.intake.separated import open_separated
from minsheng.engine.intake.tables import Table
from minsheng.engine.intake.workbook import open_workbook


def open_table(source: BinaryIO, *, filename: str, known: Collection[str], rules: IntakeRules) -> Table:
    """Open what was sent as a table; `known` are the plain headers that help to find encoding and separator.

    Raises the Unreadable refusals of packing, decoding, workbook and parquet.
    """
    payload = unpack(source, filename=filename, rules=rules)
    if payload.kind == "workbook":
        return open_workbook(payload, rules)
    if payload.kind == "parquet":
        return open_parquet(payload, rules)
    return open_separated(payload, lambda header: is_known(header, known), rules)


@dataclass(frozen=True)
class Opened:
    """A delivery's table, and what its header says under the contract."""

    table: Table
    heading: Heading


def open_delivery(source: BinaryIO, *, filename: str, contract: Contract, rules: IntakeRules) -> Opened:
    """Open a delivery and place its columns; raises Unreadable refusals, among them NoHeader and AmbiguousHeader."""
    known = known_headers([contract], rules.header_map)
    table = open_table(source, filename=filename, known=known, rules=rules)
    rows = table.first_rows()
    frame = find_frame(rows, known, rules)
    return Opened(table, map_headers(rows[frame.header_at], frame, contract, rules.header_map))
