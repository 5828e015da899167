"""Whom a registry snapshot says nothing certain about: the households of its quarantined rows."""

import io
from typing import BinaryIO

import polars as pl

from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.mending import rejected_rows
from minsheng.engine.intake.reading import Intake
from minsheng.engine.intake.rules import IntakeRules

_HOUSEHOLD = "household_no"


def households_in_doubt(source: BinaryIO, intake: Intake, *, filename: str, contract: Contract, rules: IntakeRules) -> tuple[str, ...]:
    """The household numbers that quarantined rows of a registry feed name, sorted; none for other feeds.

    Without them a typing mistake in somebody's row would look as if that person had left the household.
    """
    header = intake.headers.get(_HOUSEHOLD)
    if contract.registers is None or header is None or not intake.rejected.height:
        return ()
    source.seek(0)
    content = io.BytesIO()
    rejected_rows(source, filename=filename, faults=intake.rejected, contract=contract, rules=rules, receipt="", out=content)
    content.seek(0)
    table = pl.read_csv(content, infer_schema=False, has_header=False)
    named = next(column for column in table if column[0] == header)[1:].drop_nulls().str.strip_prefix("'").str.strip_chars()
    return tuple(sorted(set(named) - {""}))
