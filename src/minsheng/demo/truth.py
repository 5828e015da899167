"""The hidden truth as a table: who was in hardship in which month, how badly, since when, why."""

import numpy as np
import polars as pl

from minsheng.demo.chance import stream
from minsheng.demo.hardship import monthly_severity
from minsheng.demo.shocks import CAUSES
from minsheng.demo.world import World

NO_CAUSE = "none"


def truth_of(world: World) -> pl.DataFrame:
    """This will tell the truth about every household on the register in every full month.

    Columns: household_no, month (2026-10), in_hardship, newly (since this month), severity (0-100, from 40 up in hardship),
    cause (`none` outside hardship); in the order of month and household_no.
    """
    return pl.concat([_month(world, position) for position in world.timeline.full_positions])


def _month(world: World, position: int) -> pl.DataFrame:
    homes = np.flatnonzero(world.on_register(position))
    origin = world.lives.origin[homes]
    spell = world.hardship.spell[position][origin]
    hard = spell >= 0
    severity = monthly_severity(stream(world.seed, "severity", position), world.hardship, world.chances, position)
    cause = np.append(world.shocks.cause, len(CAUSES))[spell]
    table = {
        "household_no": world.households["household_no"].gather(pl.Series(homes)),
        "month": pl.repeat(str(world.timeline.month(position)), len(homes), dtype=pl.String, eager=True),
        "in_hardship": hard,
        "newly": hard & (np.append(world.hardship.start, -1)[spell] == position),
        "severity": severity[origin],
        "cause": pl.Series((*CAUSES, NO_CAUSE), dtype=pl.String).gather(pl.Series(np.where(hard, cause, len(CAUSES)))),
    }
    return pl.DataFrame(table).sort("household_no")
