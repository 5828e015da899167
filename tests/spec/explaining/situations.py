"""One household's tables as a run would leave them, from its findings and what went before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from minsheng.engine.explaining.arithmetic import NO_LAST_MONTH, Finding, LastMonth, Reckoning, reckon
from minsheng.engine.explaining.explanation import Explanation
from minsheng.engine.explaining.household import explain_household
from minsheng.engine.explaining.reasons import RunContext
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.indicators.loading import earlier_model
from minsheng.engine.scoring.tables import INPUTS, TABLES
from minsheng.kernel.periods import Month
from tests.spec.explaining.town import CATALOGUE

GANSU = earlier_model("gansu", "2026.1")
MONTH = Month(2026, 9)
HOUSEHOLD = 7
FAMILY = (("self", "male", 42), ("daughter", "female", 14), ("parent", "male", 71), ("parent", "female", 68))
Row = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """An indicator of the Gansu model that speaks for a member (by place in the family) of a marginal family."""

    indicator: str
    value: int = 1
    member: int = 0
    stale_months: int = 0
    unknown: bool = False
    is_new: bool = False

    def point_row(self) -> Row:
        """The row of `points`."""
        bands_name = GANSU.indicator(self.indicator).bands_for("DIBAO_MARGINAL")
        bands = GANSU.indicator(self.indicator).bands[bands_name]
        band = max(number for number, band in enumerate(bands, start=1) if self.value >= band.bound)
        return {
            "household_key": HOUSEHOLD,
            "person_key": 70 + self.member,
            "indicator": self.indicator,
            "bands": bands_name,
            "value": self.value,
            "band": band,
            "points": 0 if self.unknown else bands[band - 1].hundredths,
            "stale_months": self.stale_months,
            "unknown": self.unknown,
        }

    def hit_row(self) -> Row:
        """The row of `hits`."""
        return {**self.point_row(), "is_new": self.is_new, "band_rose": False}


@dataclass(frozen=True)
class Situation:
    """What a run found for the household, and the state it was in last month."""

    found: Sequence[Found]
    last: LastMonth = NO_LAST_MONTH
    last_level: int = 0
    last_found: Sequence[Found] = ()
    change: str = "unchanged"
    cause: str | None = None
    verdict: tuple[str, date] | None = None
    unknown: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    model: Model = GANSU

    def reckoning(self) -> Reckoning:
        """What the arithmetic makes of it."""
        rows = [found.point_row() for found in self.found]
        findings = [
            Finding(
                row["person_key"],
                row["indicator"],
                GANSU.indicator(row["indicator"]).dimension or "",
                "DIBAO_MARGINAL",
                row["bands"],
                row["band"],
                row["points"],
            )
            for row in rows
            if row["points"]
        ]
        return reckon(self.model, findings, 110, self.last)

    def tables(self) -> dict[str, pa.Table]:
        """The household's rows of every result table, and of the register."""
        now = self.reckoning()
        shown = now.level > 0 or self.change != "none"
        rows: dict[str, list[Row]] = {
            "points": [found.point_row() for found in self.found],
            "hits": [found.hit_row() for found in self.found if not found.unknown and shown],
            "household_dimensions": [
                {"household_key": HOUSEHOLD, "dimension": part.dimension, "members_points": part.before, "points": part.points}
                for part in now.dimensions
            ],
            "scores": [self._score(now)],
            "warnings": [self._warning(now)] if self.cause else [],
        }
        tables = {name: pa.Table.from_pylist(rows.get(name, []), schema=shape.schema) for name, shape in TABLES.items()}
        return tables | {"members": pa.Table.from_pylist(_family(), schema=INPUTS["members"])}

    def last_tables(self) -> dict[str, pa.Table]:
        """Last month's rows, as far as an explanation looks back."""
        points = [found.point_row() for found in self.last_found]
        scores = [{"household_key": HOUSEHOLD, "score": self.last.score, "score_level": self.last.score_level}]
        return {
            "points": pa.Table.from_pylist(points, schema=TABLES["points"].schema),
            "scores": pa.Table.from_pylist(scores, schema=TABLES["scores"].schema),
        }

    def explained(self) -> Explanation:
        """The explanation."""
        context = RunContext(self.model, CATALOGUE, MONTH, self.unknown)
        return explain_household(self.tables(), context, previous=self.last_tables())

    def _score(self, now: Reckoning) -> Row:
        return {
            "household_key": HOUSEHOLD,
            "raw": now.raw,
            "dimensions": now.dimensions_with_points,
            "overlap_percent": now.overlap_percent,
            "identity_percent": 110,
            "identity_tag": "DIBAO_MARGINAL",
            "score": now.score,
            "score_level": now.score_level,
            "held_by_hysteresis": now.held,
            "trigger": now.trigger.indicator if now.trigger else None,
            "trigger_level": now.trigger_level,
            "level": now.level,
            "previous_score": self.last.score,
            "previous_level": self.last_level,
            "change": self.change,
        }

    def _warning(self, now: Reckoning) -> Row:
        verdict, given_on = self.verdict or (None, None)
        return {
            "household_key": HOUSEHOLD,
            "level": now.level,
            "change": self.change,
            "cause": self.cause,
            "suppressed": verdict is not None,
            "suppressed_by": verdict,
            "suppressed_by_on": given_on,
        }


def _family() -> list[Row]:
    return [
        {"household_key": HOUSEHOLD, "person_key": 70 + at, "category": "DIBAO_MARGINAL", "relation": relation, "sex": sex, "age": age}
        for at, (relation, sex, age) in enumerate(FAMILY)
    ]
