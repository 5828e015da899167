"""Explaining one household from its rows of a run."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, cast

import polars as pl
import pyarrow as pa

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.absences import Missing, read_missing
from minsheng.engine.explaining.arithmetic import CappedSum
from minsheng.engine.explaining.checking import check_against_arithmetic
from minsheng.engine.explaining.explanation import (
    Absence,
    CappedPoints,
    Ended,
    Explanation,
    IdentityShare,
    Line,
    Member,
    Overlap,
    TriggerShare,
    WarningGiven,
)
from minsheng.engine.explaining.figures import score_text
from minsheng.engine.explaining.findings import HouseholdRows
from minsheng.engine.explaining.lines import LineWriter, by_spot
from minsheng.engine.explaining.outlook import turning_points
from minsheng.engine.explaining.people import now_known_as
from minsheng.engine.explaining.reasons import RunContext, sentences
from minsheng.engine.explaining.waterfall import waterfall
from minsheng.engine.explaining.words import VERDICTS, category_words, feed_words, named
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.errors import Refusal

Tables = Mapping[str, pa.Table]


class NoSuchHousehold(Refusal):
    """The run knows nothing of this household."""

    code: ClassVar[str] = "no-such-household"


def explain_household(
    tables: Tables, context: RunContext, *, previous: Tables | None = None, labels: Mapping[int, Text] | None = None
) -> Explanation:
    """Explain why one household has its level.

    `tables`: the household's rows of every result table (`scoring.results.household_tables`) and of the register: `members`
    and, if any, `deceased`. `previous`: its rows of last month's result tables. `labels`: own words for single people.
    Raises NoSuchHousehold, and DoesNotAddUp if the stored result is not what the model makes of the stored points.
    """
    if tables["scores"].num_rows != 1:
        raise NoSuchHousehold("The run has no such household.", next_step="Check the household's number and the month.")
    frames = {name: cast("pl.DataFrame", pl.from_arrow(table)) for name, table in tables.items()}
    people = context.people(frames, labels)
    household = HouseholdRows(context.model, _rows(tables), _before(previous or {}, context), people.to_dicts())
    check_against_arithmetic(household)
    said = sentences({**frames, "found": _found(frames), "ended": _gone(household)}, people, context).row(0, named=True)
    return _explanation(household, context, Text(zh=said["zh"], en=said["en"]))


def _before(previous: Tables, context: RunContext) -> dict[str, list[dict[str, object]]]:
    frames = {name: cast("pl.DataFrame", pl.from_arrow(previous[name])) for name in ("points", "scores") if name in previous}
    return {name: (now_known_as(rows, context.redirects) if name == "points" else rows).to_dicts() for name, rows in frames.items()}


def _found(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The household's hits; where it has no level and has not changed, they are not kept, and its points stand for them."""
    if frames["hits"].height:
        return frames["hits"]
    return frames["points"].with_columns(is_new=pl.lit(value=False), band_rose=pl.lit(value=False))


def _gone(household: HouseholdRows) -> pl.DataFrame:
    schema = {"household_key": pl.Int64, "person_key": pl.Int64, "indicator": pl.String}
    key = household.score["household_key"]
    return pl.DataFrame([(key, row["person_key"], row["indicator"]) for row in household.ended], schema=schema, orient="row")


def _rows(tables: Tables) -> dict[str, list[dict[str, object]]]:
    return {name: table.to_pylist() for name, table in tables.items()}


def _explanation(household: HouseholdRows, context: RunContext, said: Text) -> Explanation:
    model, now, stored = household.model, household.reckoning, household.score
    missing = read_missing(context.unknown, model)
    writer = LineWriter(model, context.catalogue, context.month, household.labels, missing, by_spot(household.rows["evidence"]))
    return Explanation(
        household=stored["household_key"],
        month=str(context.month),
        model=model.name,
        version=model.version,
        members=tuple(_members(household, context.catalogue)),
        lines=tuple(_lines(household, writer)),
        ended=tuple(_ended(household)),
        persons=tuple(_capped(household, part) for part in now.persons),
        dimensions=tuple(_capped(household, part) for part in now.dimensions),
        raw=now.raw,
        overlap=Overlap(dimensions=now.dimensions_with_points, percent=now.overlap_percent, added=now.overlap_added),
        identity=_identity(household, context.catalogue),
        steps=waterfall(model, household.findings, now, household.label),
        score=now.score,
        score_text=score_text(now.score),
        thresholds=model.thresholds,
        margin=model.hysteresis.margin_millionths,
        previous_score=stored["previous_score"],
        plain_level=now.plain_level,
        score_level=now.score_level,
        held_by_hysteresis=now.held,
        trigger=_trigger(household),
        level=now.level,
        previous_level=stored["previous_level"],
        change=stored["change"],
        warning=_warning(household),
        reverse=tuple(writer.line(row) for row in household.rows["reverse"]),
        absences=tuple(_absences(missing, model, context.catalogue)),
        turning=turning_points(household, context.catalogue),
        sentences=said,
    )


def _members(household: HouseholdRows, catalogue: Catalogue) -> Iterator[Member]:
    for row in household.people:
        yield Member(
            person=row["person_key"],
            label=household.label(row["person_key"]),
            relation=row["relation"],
            age=row["age"],
            category=row["category"],
            category_title=category_words(row["category"] or "default", catalogue),
            deceased=row["deceased"],
        )


def _lines(household: HouseholdRows, writer: LineWriter) -> Iterator[Line]:
    hits = {(hit["person_key"], hit["indicator"]): hit for hit in household.rows["hits"]}
    for row in household.weightiest_first(household.rows["points"]):
        hit = hits.get((row["person_key"], row["indicator"]), {})
        yield writer.line({**row, "is_new": hit.get("is_new"), "band_rose": hit.get("band_rose")})


def _ended(household: HouseholdRows) -> Iterator[Ended]:
    for row in household.ended:
        yield Ended(
            person=row["person_key"],
            member=household.label(row["person_key"]),
            indicator=row["indicator"],
            title=household.model.indicator(row["indicator"]).title,
            points=row["points"],
        )


def _capped(household: HouseholdRows, part: CappedSum) -> CappedPoints:
    return CappedPoints(
        dimension=part.dimension,
        title=household.model.dimensions[part.dimension].title,
        person=part.person,
        member=None if part.person is None else household.label(part.person),
        before=part.before,
        cap=part.cap,
        cut=part.cut,
        points=part.points,
    )


def _identity(household: HouseholdRows, catalogue: Catalogue) -> IdentityShare:
    tag, now = household.score["identity_tag"], household.reckoning
    title = category_words(tag, catalogue) if tag else None
    return IdentityShare(tag=tag, title=title, percent=now.identity_percent, added=now.identity_added)


def _trigger(household: HouseholdRows) -> TriggerShare | None:
    trigger = household.reckoning.trigger
    if trigger is None:
        return None
    title = household.model.indicator(trigger.indicator).title
    return TriggerShare(indicator=trigger.indicator, title=title, level=trigger.level_number)


def _warning(household: HouseholdRows) -> WarningGiven | None:
    for row in household.rows["warnings"]:
        verdict = row["suppressed_by"]
        return WarningGiven(
            cause=row["cause"],
            suppressed=row["suppressed"],
            verdict=verdict,
            verdict_title=named(VERDICTS, verdict) if verdict else None,
            verdict_on=row["suppressed_by_on"],
        )
    return None


def _absences(missing: Mapping[str, Missing], model: Model, catalogue: Catalogue) -> Iterator[Absence]:
    for indicator, why in missing.items():
        yield Absence(
            indicator=indicator,
            title=model.indicator(indicator).title,
            feed=why.feed,
            feed_title=feed_words(why.feed, catalogue),
            months=why.months,
        )
