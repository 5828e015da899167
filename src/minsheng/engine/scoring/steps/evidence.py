"""Step 7: the department rows behind the hits of warned and changed households, and behind the reverse table."""

from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import REGISTRY, Indicator
from minsheng.engine.indicators.values import holds_all
from minsheng.engine.scoring.availability import Reading
from minsheng.engine.scoring.inputs import ORIGIN, RunInputs
from minsheng.engine.scoring.steps.feeds import counting_rows
from minsheng.engine.scoring.tables import TABLES


def evidence(run: RunInputs) -> None:
    """The `evidence` table; rows behind stale points are those of the window in which they were last known."""
    shown = run.kept("shown", _shown_hits(run))
    pieces: list[ir.Table] = []
    for feed, indicators in _by_source(run).items():
        pieces += _registry_pieces(run, indicators, shown) if feed == REGISTRY else _feed_pieces(run, feed, indicators, shown)
    columns = TABLES["evidence"].schema.names
    together = ibis.union(*(piece.select(*columns) for piece in pieces), distinct=False) if len(pieces) > 1 else None
    run.result("evidence", together if together is not None else [*pieces, run.nothing(TABLES["evidence"].schema)][0])


def _by_source(run: RunInputs) -> dict[str, list[Indicator]]:
    found: dict[str, list[Indicator]] = {}
    for indicator in run.plan.model.indicators:
        found.setdefault(indicator.source, []).append(indicator)
    return found


def _shown_hits(run: RunInputs) -> ir.Table:
    """The (household, person, indicator) whose rows are shown."""
    scores, warned = run.earlier("scores"), run.earlier("warnings").select("household_key")
    changed = scores.filter(scores.change.notin(["none", "unchanged"])).select("household_key")
    households = ibis.union(changed, warned, distinct=True)
    hits = run.earlier("hits").semi_join(households, "household_key").select("household_key", "person_key", "indicator")
    return ibis.union(hits, run.earlier("reverse").select("household_key", "person_key", "indicator"), distinct=False)


def _feed_pieces(run: RunInputs, feed: str, indicators: Sequence[Indicator], shown: ir.Table) -> list[ir.Table]:
    """The rows of one feed behind the hits: first everything about these people, read once, then what counts for each indicator."""
    readings = {indicator.id: _read_then(run, indicator) for indicator in indicators}
    files = list(dict.fromkeys(file for reading in readings.values() for file in reading.files))
    if not files:
        return []
    concerned = shown.filter(shown.indicator.isin(list(readings))).select("person_key").distinct()
    rows = _looked_at(run.ledger(feed, files), indicators).semi_join(concerned, "person_key")
    rows = run.kept(f"behind_{feed}", rows)
    return [_feed_piece(run, indicator, readings[indicator.id], rows, shown) for indicator in indicators if readings[indicator.id].files]


def _looked_at(rows: ir.Table, indicators: Sequence[Indicator]) -> ir.Table:
    """The columns of a feed that these indicators read or show: decoding the others of a whole ledger would cost the most."""
    wanted = {"person_key", "row_number", "event_on", ORIGIN}
    for indicator in indicators:
        wanted |= {*indicator.evidence, *(condition.column for condition in indicator.filter), indicator.measure.column or "person_key"}
    return rows.select(*(name for name in rows.columns if name in wanted))


def _read_then(run: RunInputs, indicator: Indicator) -> Reading:
    """What the indicator read when its points were last known."""
    state = run.unknown.get(indicator.id)
    return run.reading(indicator, (state.stale_months or 0) if state else 0)


def _feed_piece(run: RunInputs, indicator: Indicator, reading: Reading, rows: ir.Table, shown: ir.Table) -> ir.Table:
    rows = rows.filter(rows[ORIGIN].isin([run.lake.query_path(file.path) for file in reading.files]))
    counting = counting_rows(indicator, reading, rows)
    told = counting.select("person_key", "row_number", "event_on", ORIGIN, detail=json_object(counting, indicator.evidence))
    placed = shown.filter(shown.indicator == indicator.id).inner_join(told, "person_key")
    return placed.mutate(feed=ibis.literal(indicator.source), delivery=_delivery(run, placed, reading))


def _delivery(run: RunInputs, rows: ir.Table, reading: Reading) -> ir.StringValue:
    """The delivery of the file that each row is from."""
    named = {run.lake.query_path(file.path): file.delivery for file in reading.files}
    return ibis.cases(*((rows[ORIGIN] == path, ibis.literal(delivery)) for path, delivery in named.items()))


def _registry_pieces(run: RunInputs, indicators: Sequence[Indicator], shown: ir.Table) -> list[ir.Table]:
    return [_registry_piece(run, indicator, shown.filter(shown.indicator == indicator.id)) for indicator in indicators]


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
    """As JSON writes it. Hardly any text has anything to escape, and looking for that is quicker than six replacements."""
    text = column
    for plain, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(plain, written)
    return ibis.ifelse(column.re_search('["\\\\\\x00-\\x1f]'), text.re_replace("[\\x00-\\x1f]", ""), column)
