"""The groups by which findings are split: where a household is, and who heads it."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pyarrow as pa

from minsheng.engine.simulation.arrays import Coded, Codes, Ints, coded, ints, positions
from minsheng.engine.simulation.stored import StoredRange
from minsheng.kernel.divisions import CODE_DIGITS, Level

AGES = ((0, "0-17"), (18, "18-39"), (40, "40-59"), (60, "60-69"), (70, "70+"))
"""Age groups of the head, each with its first age: children, the two halves of working age, and the old by the law's 60 and by 70."""
DISABILITY = ("none", "moderate", "severe")
"""The gravest disability among a household's members: levels 3 and 4 of the certificate are moderate, 1 and 2 severe."""
UNSTATED = ""
"""The group of households of which the register does not say."""
SPLITS = ("county", "township", "residence", "age", "sex", "ethnicity", "disability")
_SEVERE_UNTIL = 2
_NOT_DISABLED = 9


def groups_of(stored: StoredRange) -> dict[str, Coded]:
    """Split → the group of every household of the roll; blank where the register says nothing."""
    place = positions(stored.roll, ints(stored.households, "household_key"))
    households = stored.households.filter(pa.array(place >= 0))
    rows = positions(ints(households, "household_key"), stored.roll)
    division = _placed(coded(households, "division"), rows)
    return {
        "county": _at(Level.COUNTY, division),
        "township": _at(Level.TOWNSHIP, division),
        "residence": _placed(coded(households, "residence"), rows),
        **_of_people(stored),
    }


def _of_people(stored: StoredRange) -> Mapping[str, Coded]:
    """Age group, sex and ethnicity of the head (without one: of the first member), and the gravest disability of anybody."""
    place = positions(stored.roll, ints(stored.members, "household_key"))
    heads = _heads(stored, place)
    ages = ints(stored.members, "age", blank=-1)
    bounds = np.array([first for first, _ in AGES])
    group = np.searchsorted(bounds, ages, side="right") - 1
    return {
        "age": Coded(_of_heads(group.astype(np.int32), heads), tuple(name for _, name in AGES)),
        "sex": _placed(coded(stored.members, "sex"), heads),
        "ethnicity": _placed(coded(stored.members, "ethnicity"), heads),
        "disability": Coded(_disability(stored, place), DISABILITY),
    }


def _heads(stored: StoredRange, place: Ints) -> Ints:
    """For every household of the roll the row of its head among the members, -1 without members."""
    heads = np.full(len(stored.roll), -1, dtype=np.int64)
    registered = np.flatnonzero(place >= 0)[::-1]
    heads[place[registered]] = registered
    selves = registered[coded(stored.members, "relation").among(["self"])[registered]]
    heads[place[selves]] = selves
    return heads


def _disability(stored: StoredRange, place: Ints) -> Codes:
    level = ints(stored.members, "disability_level", blank=_NOT_DISABLED)
    gravest = np.full(len(stored.roll), _NOT_DISABLED, dtype=np.int64)
    rows = np.flatnonzero((place >= 0) & (level < _NOT_DISABLED))
    np.minimum.at(gravest, place[rows], level[rows])
    return np.where(gravest == _NOT_DISABLED, 0, np.where(gravest <= _SEVERE_UNTIL, 2, 1)).astype(np.int32)


def _of_heads(codes: Codes, heads: Ints) -> Codes:
    return np.where(heads >= 0, np.append(codes, -1)[heads], -1).astype(np.int32)


def _placed(column: Coded, rows: Ints) -> Coded:
    return Coded(_of_heads(column.codes, rows), column.names)


def _at(level: Level, division: Coded) -> Coded:
    """The place of that level in which every division lies."""
    larger = pl.Series(division.names, dtype=pl.String).str.slice(0, level.digits).str.pad_end(CODE_DIGITS, "0")
    names = larger.unique().sort()
    place = np.append((larger.rank("dense") - 1).cast(pl.Int32).to_numpy(), np.int32(-1))
    return Coded(place[division.codes], tuple(names))
