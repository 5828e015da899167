"""The findings of a model in a range: stored values in its bands, and what was carried from last month."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from minsheng.engine.indicators.grammar import Model
from minsheng.engine.simulation.arrays import Coded, Codes, Flags, Ints, Smalls, coded, ints, paired, positions
from minsheng.engine.simulation.banding import Banding, bands_by_category, pairs_of, renamed
from minsheng.engine.simulation.stored import StoredRange, categories_of


@dataclass(frozen=True)
class Findings:
    """Rows worth points, in the order of households and persons.

    household: position in the roll. indicator: position among the model's scoring indicators. points: hundredths of a point.
    """

    household: Ints
    person: Ints
    indicator: Codes
    band: Smalls
    points: Ints
    stale: Flags

    def at(self, rows: Ints | Flags) -> "Findings":
        """Some of the rows."""
        return Findings(**{name: column[rows] for name, column in vars(self).items()})


def findings(before: Model, after: Model, stored: StoredRange, merged: Callable[[Ints], Ints]) -> Findings:
    """What the changed model finds in the values stored under the model before."""
    fresh, carried = _fresh(before, after, stored, merged), _carried(after, stored)
    if not len(carried.household):
        return fresh
    together = Findings(**{name: np.concatenate([column, getattr(carried, name)]) for name, column in vars(fresh).items()})
    keys, _ = paired(together.household, together.person, (together.household, together.person))
    return together.at(np.argsort(keys, kind="stable"))


def _fresh(before: Model, after: Model, stored: StoredRange, merged: Callable[[Ints], Ints]) -> Findings:
    values = stored.values
    indicator, bands, value = coded(values, "indicator"), coded(values, "bands"), ints(values, "value")
    household, person = ints(values, "household_key"), ints(values, "person_key")
    bands = _current_bands(before, after, stored, merged, indicator, bands)
    rows, band, points = Banding.of(after, indicator.names, bands.names).banded(pairs_of(indicator, bands), value)
    place = positions(stored.roll, household[rows])
    found = Findings(
        household=place,
        person=person[rows],
        indicator=_numbered(after, indicator.at(rows)),
        band=band,
        points=points,
        stale=np.zeros(len(rows), dtype=np.bool_),
    )
    return found if (place >= 0).all() else found.at(place >= 0)


def _current_bands(
    before: Model, after: Model, stored: StoredRange, merged: Callable[[Ints], Ints], indicator: Coded, bands: Coded
) -> Coded:
    """The stored names of bands, put right where the changed model treats other categories differently."""
    names, codes = list(bands.names), bands.codes.copy()
    for one in renamed(before, after):
        rows = np.flatnonzero(indicator.among([one]))
        values = stored.values.select(["household_key", "person_key"]).take(rows)
        category = categories_of(stored, merged, ints(values, "household_key"), ints(values, "person_key"))
        applying = bands_by_category(after.indicator(one), category)
        names += [name for name in applying.names if name not in names]
        codes[rows] = applying.translated({name: names.index(name) for name in applying.names}, -1)
    return Coded(codes, tuple(names))


def _carried(after: Model, stored: StoredRange) -> Findings:
    """Carried points stand as they were, whatever the bands are now; those that were dropped are worth nothing."""
    table = stored.carried
    indicator, points = coded(table, "indicator"), ints(table, "points")
    number = _numbered(after, indicator)
    place = positions(stored.roll, ints(table, "household_key"))
    found = Findings(
        household=place,
        person=ints(table, "person_key"),
        indicator=number,
        band=ints(table, "band").astype(np.int8),
        points=points,
        stale=np.ones(len(points), dtype=np.bool_),
    )
    return found.at((points > 0) & (number >= 0) & (place >= 0))


def _numbered(model: Model, indicator: Coded) -> Codes:
    numbers = {one.id: at for at, one in enumerate(model.scoring_indicators)}
    return indicator.translated(numbers, -1).astype(np.int32)
