"""The month in pandas, as one writes it without an engine: a feed read, filtered, grouped and merged at a time, all in memory.

Features, points, scores, levels and changes for everyone; no hits, evidence or manifest. Of a known month only: nothing is carried.
"""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd

from minsheng.engine.indicators.grammar import DEFAULT_BANDS, Condition, Indicator, Model
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.availability import Reading, readings
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.results import read_result


class PandasMonth:
    """One month in pandas: `people` with a value column per indicator, then households with their levels."""

    def __init__(self, lake: Lake, plan: RunPlan) -> None:
        self._lake = lake
        self._plan = plan
        self._model: Model = plan.model
        self._redirects = self._register("redirects").set_index("person_key")["into_key"]

    def people(self) -> pd.DataFrame:
        """Everybody, living and dead, with a column of values per indicator; blank for who has none or is not asked."""
        living = self._register("members").assign(listed=True, deceased=False)
        people = pd.concat([living, self._register("deceased").assign(deceased=True)], ignore_index=True)
        for indicator in self._model.indicators:
            values = self._values(indicator, readings(self._plan)[indicator.id])
            people = people.merge(values.rename(indicator.id), left_on="person_key", right_index=True, how="left")
            people.loc[~self._asked(indicator, people), indicator.id] = np.nan
        return people

    def households(self) -> pd.DataFrame:
        """Every household with score, score_level, level and change, in the order of their keys."""
        people = self.people()
        points = {i.id: banded(i, people, worth="hundredths") for i in self._model.scoring_indicators}
        bands = {t.indicator: banded(self._model.indicator(t.indicator), people, worth="band") for t in self._model.triggers}
        raw, count = self._raw(people, points)
        tables = self._register("households").set_index("household_key").sort_index()
        households = tables.assign(raw=raw, dimensions=count).fillna({"raw": 0, "dimensions": 0})
        households["score"] = (
            households["raw"]
            * (100 + households["dimensions"].map(self._model.overlap.for_dimensions))
            * self.identity_percents(tables, people)
        ).astype("int64")
        return self._levelled(households, self._triggered(people, points, bands))

    def before(self) -> pd.DataFrame:
        """Last month's score, score_level and level by household."""
        columns = ["household_key", "score", "score_level", "level"]
        if self._plan.previous is None:
            return pd.DataFrame({name: pd.Series(dtype="int64") for name in columns}).set_index("household_key")
        return read_result(self._lake, self._plan.previous.run_id, "scores", columns).to_pandas().set_index("household_key")

    def identity_percents(self, households: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
        """The largest percentage by household; 100 without any."""
        living = people.loc[~people["deceased"], ["household_key", "category"]].rename(columns={"category": "tag"})
        own = households["category"].rename("tag").reset_index()
        tags = pd.concat([self._register("tags"), living, own], ignore_index=True)
        tags["percent"] = tags["tag"].map(self._model.identity.percent)
        return tags.groupby("household_key")["percent"].max().reindex(households.index).fillna(100).astype("int64")

    def _register(self, name: str) -> pd.DataFrame:
        return self._lake.read_table(self._plan.registry.given()[name].path).to_pandas()

    def _values(self, indicator: Indicator, reading: Reading) -> pd.Series:
        measured = [indicator.measure.column] if indicator.measure.column else []
        columns = sorted({"person_key", "event_on", *measured, *(condition.column for condition in indicator.filter)})
        parts: list[pd.DataFrame] = [self._lake.read_table(file.path, columns).to_pandas() for file in reading.files]
        rows = pd.concat(parts, ignore_index=True)
        rows["person_key"] = rows["person_key"].map(self._redirects).fillna(rows["person_key"]).astype("int64")
        rows["event_on"] = pd.to_datetime(rows["event_on"])
        if reading.undated_at_end:
            rows["event_on"] = rows["event_on"].fillna(pd.Timestamp(reading.window.until))
        inside = rows["event_on"] <= pd.Timestamp(reading.window.until)
        if reading.window.after is not None:
            inside &= rows["event_on"] > pd.Timestamp(reading.window.after)
        return _measured(indicator, rows[inside & _hold(rows, indicator.filter)], reading)

    def _asked(self, indicator: Indicator, people: pd.DataFrame) -> pd.Series:
        among = {"members": ~people["deceased"], "deceased": people["deceased"], "anyone": pd.Series(data=True, index=people.index)}
        return among[indicator.among] & _hold(people, indicator.who)

    def _raw(self, people: pd.DataFrame, points: dict[str, pd.Series]) -> tuple[pd.Series, pd.Series]:
        found = {}
        for name, dimension in self._model.dimensions.items():
            together = sum((points[i.id] for i in self._model.scoring_indicators if i.dimension == name), pd.Series(0, index=people.index))
            capped = together.clip(upper=dimension.person_cap_hundredths)
            found[name] = capped.groupby(people["household_key"]).sum().clip(upper=dimension.household_cap_hundredths)
        dimensions = pd.DataFrame(found)
        return dimensions.sum(axis=1), (dimensions > 0).sum(axis=1)

    def _triggered(self, people: pd.DataFrame, points: dict[str, pd.Series], bands: dict[str, pd.Series]) -> pd.Series:
        level = pd.Series(0, index=people.index)
        for trigger in self._model.triggers:
            fires = (points[trigger.indicator] > 0) & (bands[trigger.indicator] >= trigger.band)
            if trigger.categories:
                fires &= people["category"].isin(trigger.categories)
            level = level.mask(fires, level.clip(lower=trigger.level_number))
        return level.groupby(people["household_key"]).max()

    def _levelled(self, households: pd.DataFrame, triggered: pd.Series) -> pd.DataFrame:
        before = self.before().reindex(households.index).fillna(0)
        reached: pd.Series[Any] = pd.Series(0, index=households.index)
        kept: pd.Series[Any] = pd.Series(0, index=households.index)
        margin = self._model.hysteresis.margin_millionths
        for number, least in self._model.thresholds.items():
            reached = reached.mask(households["score"] >= least, number)
            holds = (before["score_level"] >= number) & (households["score"] > least - margin) & (before["score"] >= least)
            kept = kept.mask(holds, number)
        score_level: pd.Series[Any] = reached.clip(lower=kept)
        level: pd.Series[Any] = score_level.clip(lower=triggered.reindex(households.index).fillna(0)).astype("int64")
        change = pd.Series("unchanged", index=households.index)
        then: pd.Series[Any] = before["level"]
        for name, case in (("eased", level < then), ("escalated", level > then), ("cleared", level == 0), ("new", then == 0)):
            change = change.mask(case, name)
        change = change.mask((then == 0) & (level == 0), "none")
        return pd.DataFrame({"score": households["score"], "score_level": score_level, "level": level, "change": change})


def banded(indicator: Indicator, people: pd.DataFrame, *, worth: str) -> pd.Series:
    """What the band of each person's value is worth: its `hundredths` of a point, or its number (`band`); 0 where none is reached."""
    named = people["category"].where(people["category"].isin(set(indicator.bands) - {DEFAULT_BANDS}), DEFAULT_BANDS)
    found = pd.Series(0, index=people.index)
    for name, bands in indicator.bands.items():
        for number, band in enumerate(bands, start=1):
            value = band.hundredths if worth == "hundredths" else number
            found = found.mask((named == name) & (people[indicator.id] >= band.bound), value)
    return found


def _measured(indicator: Indicator, rows: pd.DataFrame, reading: Reading) -> pd.Series:
    kind, column = indicator.measure.kind, indicator.measure.column or ""
    if column:
        rows = rows[rows[column].notna()]
    by_person = rows.groupby("person_key")
    if kind in ("exists", "count"):
        return by_person.size().clip(upper=1) if kind == "exists" else by_person.size()
    if kind in ("sum", "max"):
        return by_person[column].agg(kind)
    ordinal = rows["event_on"].dt.year * 12 + rows["event_on"].dt.month - 1
    if kind == "latest":
        return rows.sort_values(["event_on", column]).groupby("person_key")[column].last()
    if kind == "months_since":
        until = pd.Timestamp(reading.window.until)
        return cast("pd.Series[Any]", until.year * 12 + until.month - 1 - ordinal.groupby(rows["person_key"]).max())
    return cast("pd.Series[Any]", len(reading.window.months) - ordinal.groupby(rows["person_key"]).nunique())


def _hold(rows: pd.DataFrame, conditions: Sequence[Condition]) -> pd.Series:
    kept = pd.Series(data=True, index=rows.index)
    for condition in conditions:
        for name, given in condition.comparisons().items():
            kept &= _compared(rows[condition.column], name, given)
    return kept


def _compared(column: pd.Series, name: str, given: Any) -> pd.Series:
    if name in ("is_null", "not_null"):
        return column.isna() if name == "is_null" else column.notna()
    if name in ("in", "not_in"):
        return column.isin(given) if name == "in" else column.notna() & ~column.isin(given)
    return {"eq": column.eq, "ne": column.ne, "gte": column.ge, "lte": column.le}[name](given) & column.notna()
