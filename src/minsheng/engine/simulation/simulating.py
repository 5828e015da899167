"""A stored month under a changed model: scores, levels, warnings and movements, exactly as a run with that model would give them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from minsheng.engine.indicators.grammar import Model
from minsheng.engine.simulation.alarms import WARNED, Candidates, candidates, stored_warnings, warned
from minsheng.engine.simulation.findings import findings
from minsheng.engine.simulation.movements import Changed, Movements, movements
from minsheng.engine.simulation.rescoring import Scored, rescored
from minsheng.engine.simulation.stored import StoredMonth
from minsheng.kernel.periods import Month


@dataclass(frozen=True)
class Simulation:
    """What a change would have done to a month: who moves, and the warnings (`alarms.WARNED`) before and after."""

    movements: Movements
    warnings_before: pl.DataFrame
    warnings_after: pl.DataFrame


def simulate(before: Model, after: Model, month: Month, stored: StoredMonth) -> Simulation:
    """A stored month, run with one model, as it would have been with another that needs no other values (`needs.unstored`).

    Last month stays as it was: changes, hysteresis, carried points and what is new are told against it.
    """
    warnings_before: list[pl.DataFrame] = []
    due: list[Candidates] = []

    def changed() -> Iterator[Changed]:
        for part in stored.ranges():
            found = findings(before, after, part, stored.merged)
            scored = rescored(before, after, part, found, stored.merged)
            due.append(candidates(after, month, part, scored, found, stored.merged))
            warnings_before.append(stored_warnings(part))
            yield Changed(part, scored, found)

    moved = movements(before, after, changed(), stored)
    return Simulation(moved, _together(warnings_before), warned(due, after, stored))


def compared(before: Model, after: Model, stored: StoredMonth, again: StoredMonth) -> Simulation:
    """The same of two runs of one month with one register: the stored one, and one with the changed model."""
    warnings: tuple[list[pl.DataFrame], list[pl.DataFrame]] = ([], [])

    def changed() -> Iterator[Changed]:
        for was, now in zip(stored.ranges(), again.ranges(), strict=True):
            assert np.array_equal(was.roll, now.roll)
            warnings[0].append(stored_warnings(was))
            warnings[1].append(stored_warnings(now))
            yield Changed(was, Scored.stored(now.scores), findings(after, after, now, again.merged))

    moved = movements(before, after, changed(), stored)
    return Simulation(moved, _together(warnings[0]), _together(warnings[1]))


def _together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([WARNED.to_frame(), *parts])
