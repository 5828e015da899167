"""Step 7: the department rows behind the hits of warned and changed households, and behind the reverse table."""

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import REGISTRY, Indicator
from minsheng.engine.indicators.values import holds_all, is_registry
from minsheng.engine.scoring.availability import Reading
from minsheng.engine.scoring.inputs import ORIGIN, RunInputs
from minsheng.engine.scoring.steps.sheet import counting_rows
from minsheng.engine.scoring.tables import TABLES


def evidence(run: RunInputs) -> None:
    """The `evidence` table; rows behind stale points are those of the window in which they were last known."""
    shown = run.kept("shown", _shown_hits(run))
    pieces: list[ir.Table] = []
    for indicator in run.plan.model.indicators:
        hits = shown.filter(shown.indicator == indicator.id)
        pieces += [_registry_piece(run, indicator, hits)] if is_registry(indicator) else _feed_pieces(run, indicator, hits)
    columns = TABLES["evidence"].schema.names
    together = (
        ibis.union(*(piece.select(*columns) for piece in pieces), distinct=False) if pieces else run.nothing(TABLES["evidence"].schema)
    )
    run.result("evidence", together)


def _shown_hits(run: RunInputs) -> ir.Table:
    """The (household, person, indicator) whose rows are shown."""
    scores, warned = run.earlier("scores"), run.earlier("warnings").select("household_key")
    changed = scores.filter(scores.change.notin(["none", "unchanged"])).select("household_key")
    households = ibis.union(changed, warned, distinct=True)
    hits = run.earlier("hits").semi_join(households, "household_key").select("household_key", "person_key", "indicator")
    return ibis.union(hits, run.earlier("reverse").select("household_key", "person_key", "indicator"), distinct=False)


def _feed_pieces(run: RunInputs, indicator: Indicator, hits: ir.Table) -> list[ir.Table]:
    state = run.unknown.get(indicator.id)
    months_back = (state.stale_months or 0) if state else 0
    reading = run.reading(indicator, months_back)
    if not reading.files:
        return []
    rows = counting_rows(run, indicator, reading)
    shown = rows.select("person_key", "row_number", "event_on", ORIGIN, detail=json_object(rows, indicator.evidence))
    placed = hits.inner_join(shown, "person_key")
    return [placed.mutate(feed=ibis.literal(indicator.source), delivery=_delivery(run, placed, reading))]


def _delivery(run: RunInputs, rows: ir.Table, reading: Reading) -> ir.StringValue:
    """The delivery of the file that each row is from."""
    named = {run.lake.query_path(file.path): file.delivery for file in reading.files}
    return ibis.cases(*((rows[ORIGIN] == path, ibis.literal(delivery)) for path, delivery in named.items()))


def _registry_piece(run: RunInputs, indicator: Indicator, hits: ir.Table) -> ir.Table:
    people = run.people.filter(holds_all(run.people, indicator.filter))
    entries = people.select("household_key", "person_key", detail=json_object(people, indicator.evidence))
    joined = hits.inner_join(entries, ["household_key", "person_key"])
    return joined.select(
        "household_key",
        "person_key",
        "indicator",
        "detail",
        feed=ibis.literal(REGISTRY),
        delivery=ibis.literal(REGISTRY),
        row_number=ibis.null("int64"),
        event_on=ibis.literal(run.plan.month.last_day, type="date"),
    )


def json_object(rows: ir.Table, columns: tuple[str, ...]) -> ir.StringValue:
    """The named columns as the text of a JSON object, in this order; dates as ISO text, blanks and absent columns as null."""
    text: ir.StringValue = ibis.literal("{")
    for at, name in enumerate(columns):
        value = _json_value(rows[name]) if name in rows.columns else ibis.literal("null")
        text = text + ibis.literal(f'{", " if at else ""}"{name}": ') + value
    return text + ibis.literal("}")


def _json_value(column: ir.Column) -> ir.StringValue:
    kind = column.type()
    if isinstance(kind, dt.String):
        text = '"' + _escaped(column) + '"'
    elif isinstance(kind, dt.Date):
        text = '"' + column.cast("string") + '"'
    else:
        text = column.cast("string")
    return text.fill_null("null")


def _escaped(column: ir.StringColumn) -> ir.StringValue:
    for plain, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        column = column.replace(plain, written)
    return column.re_replace("[\\x00-\\x1f]", "")
