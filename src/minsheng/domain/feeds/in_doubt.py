"""Whom a registry snapshot says nothing certain about: the households of its quarantined rows."""

from typing import BinaryIO

import polars as pl

from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.mending import refused_cells
from minsheng.engine.intake.rules import IntakeRules

_HOUSEHOLD = "household_no"


def households_in_doubt(source: BinaryIO, refused: pl.Series, *, filename: str, contract: Contract, rules: IntakeRules) -> tuple[str, ...]:
    """The household numbers that quarantined rows (their numbers) of a registry feed name, sorted; none for other feeds.

    Without them a typing mistake in somebody's row would look as if that person had left the household.
    """
    if contract.registers is None or not refused.len():
        return ()
    source.seek(0)
    named = refused_cells(source, filename=filename, refused=refused, column=_HOUSEHOLD, contract=contract, rules=rules)
    return tuple(sorted(set(named.drop_nulls())))
