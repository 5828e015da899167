"""Small worlds as stored months: what a simulation would read from the lake, built from what a run of the world gave."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from minsheng.engine.scoring.tables import INPUTS, TABLES
from minsheng.engine.simulation.stored import StoredMonth, StoredRange, merging
from tests.spec.world import Outcome, Row, World


def stored_month(world: World, outcome: Outcome, *, cut: Sequence[int] = ()) -> StoredMonth:
    """A world's month as stored, cut into ranges before these household keys."""
    bounds = [(first, end) for first, end in zip([0, *cut], [*cut, 1 << 40], strict=True)]
    redirects = pa.Table.from_pylist(
        [{"person_key": old, "into_key": world.now(old)} for old in world.redirects], schema=INPUTS["redirects"]
    )

    def ranges() -> Iterator[StoredRange]:
        for first, end in bounds:
            yield _range(world, outcome, first, end)

    def last_points() -> Iterator[pa.Table]:
        yield pa.Table.from_pylist(world.last_month("points"), schema=TABLES["points"].schema)

    return StoredMonth(ranges, last_points, merging(redirects))


def _range(world: World, outcome: Outcome, first: int, end: int) -> StoredRange:
    def within(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
        kept = [{name: row.get(name) for name in schema.names} for row in rows if first <= row["household_key"] < end]
        return pa.Table.from_pylist(sorted(kept, key=lambda row: row["household_key"]), schema=schema)

    results = {name: within(outcome.tables[name], TABLES[name].schema) for name in ("scores", "values", "warnings", "hits")}
    register = {
        "households": world.households(),
        "members": world.members,
        "deceased": world.deceased,
        "tags": [{"household_key": key, "tag": tag} for key, tag in world.tags],
        "verdicts": [{"household_key": key, "given_on": day, "verdict": verdict} for key, day, verdict in world.verdicts],
        "verdict_hits": [dict(zip(INPUTS["verdict_hits"].names, row, strict=True)) for row in world.verdict_hits],
    }
    return StoredRange(
        **results,
        carried=within([row for row in outcome.tables["points"] if row["stale_months"]], TABLES["points"].schema),
        last_scores=within(world.last_month("scores"), TABLES["scores"].schema),
        **{name: within(rows, INPUTS[name]) for name, rows in register.items()},
    )
