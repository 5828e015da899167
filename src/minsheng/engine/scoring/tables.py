"""The tables of a run: their columns, types and sort keys, which together fix the bytes of every result."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

_KEY: pa.DataType = pa.int64()
_TEXT: pa.DataType = pa.string()
_FLAG: pa.DataType = pa.bool_()
_DAY: pa.DataType = pa.date32()


@dataclass(frozen=True)
class TableShape:
    """A table's schema, and the columns it is sorted by (never blank, unique together)."""

    schema: pa.Schema
    key: tuple[str, ...]

    def empty(self) -> pa.Table:
        """The table without rows."""
        return self.schema.empty_table()


def _shape(key: str, **columns: pa.DataType) -> TableShape:
    return TableShape(pa.schema(list(columns.items())), tuple(key.split()))


_PERSON: Mapping[str, pa.DataType] = {"household_key": _KEY, "person_key": _KEY, "indicator": _TEXT}

TABLES: Mapping[str, TableShape] = {
    "values": _shape("household_key person_key indicator", **_PERSON, bands=_TEXT, value=_KEY),
    "points": _shape(
        "household_key person_key indicator",
        **_PERSON,
        bands=_TEXT,
        value=_KEY,
        band=_KEY,
        points=_KEY,
        stale_months=_KEY,
        unknown=_FLAG,
    ),
    "household_dimensions": _shape("household_key dimension", household_key=_KEY, dimension=_TEXT, members_points=_KEY, points=_KEY),
    "scores": _shape(
        "household_key",
        household_key=_KEY,
        raw=_KEY,
        dimensions=_KEY,
        overlap_percent=_KEY,
        identity_percent=_KEY,
        identity_tag=_TEXT,
        score=_KEY,
        score_level=_KEY,
        held_by_hysteresis=_FLAG,
        trigger=_TEXT,
        trigger_level=_KEY,
        level=_KEY,
        previous_score=_KEY,
        previous_level=_KEY,
        change=_TEXT,
    ),
    "warnings": _shape(
        "household_key",
        household_key=_KEY,
        level=_KEY,
        change=_TEXT,
        cause=_TEXT,
        suppressed=_FLAG,
        suppressed_by=_TEXT,
        suppressed_by_on=_DAY,
    ),
    "hits": _shape(
        "household_key person_key indicator",
        **_PERSON,
        bands=_TEXT,
        value=_KEY,
        band=_KEY,
        points=_KEY,
        stale_months=_KEY,
        is_new=_FLAG,
        band_rose=_FLAG,
    ),
    "reverse": _shape("household_key person_key indicator", **_PERSON, bands=_TEXT, value=_KEY, band=_KEY, is_new=_FLAG),
    "evidence": _shape(
        "household_key person_key indicator event_on delivery row_number",
        **_PERSON,
        feed=_TEXT,
        delivery=_TEXT,
        row_number=_KEY,
        event_on=_DAY,
        detail=_TEXT,
    ),
}
"""Every result table, in the order in which their digests make the result's hash.

Points are hundredths of a point, scores millionths; levels 0 none to 4 red. `bands` names the bands that applied, `band` counts
from 1. points: `unknown` rows are what is left of points dropped because the feed stayed away beyond its tolerance, and are
worth nothing. household_dimensions: before and after the household cap. scores: one row per household of the register;
`trigger` is the indicator of the highest trigger that fired. change: none, new, escalated, unchanged, eased, cleared.
warnings: also those suppressed; `cause` is new, escalated or new-indicator. hits: points of households that have a level or
changed. evidence: the department rows behind the hits of households warned or changed, and behind the reverse table; rows of
the registry have no row number.
"""

_MEMBER: Mapping[str, pa.DataType] = {
    "household_key": _KEY,
    "person_key": _KEY,
    "category": _TEXT,
    "relation": _TEXT,
    "sex": _TEXT,
    "birth_on": _DAY,
    "age": _KEY,
    "household_size": _KEY,
    "lives_alone": _FLAG,
    "months_since_exit": _KEY,
    "disability_level": _KEY,
    "ethnicity": _TEXT,
}

INPUTS: Mapping[str, pa.Schema] = {
    "households": pa.schema({"household_key": _KEY, "division": _TEXT, "residence": _TEXT, "category": _TEXT}),
    "members": pa.schema(_MEMBER),
    "deceased": pa.schema({**_MEMBER, "died_on": _DAY, "listed": _FLAG}),
    "tags": pa.schema({"household_key": _KEY, "tag": _TEXT}),
    "verdicts": pa.schema({"household_key": _KEY, "given_on": _DAY, "verdict": _TEXT}),
    "verdict_hits": pa.schema({"household_key": _KEY, "person_key": _KEY, "indicator": _TEXT, "band": _KEY}),
    "redirects": pa.schema({"person_key": _KEY, "into_key": _KEY}),
}
"""The registry tables a run is given.

members: the living at T, one row per person and household; `category` is the person's own, or else the household's;
`disability_level` 1 (gravest) to 4 and `ethnicity` (GB/T 3304) as registered: models cannot read them, findings are split by them.
deceased: people who were members when they died, with the household they left; `listed` says that the register still counts
them at T. redirects: a merged person → the person they are now (no chains).
"""
