"""Applying the civil-affairs household snapshot."""

from collections.abc import Collection
from datetime import date, datetime

import polars as pl
from django.db import transaction
from django.db.models import Max

from minsheng.domain.audit.operations import changing_as, record
from minsheng.domain.registry.concealment import blind_indexed, has_news, sealed_where_new
from minsheng.domain.registry.frames import change, insert_frame, read_frame, stage_frame
from minsheng.domain.registry.matching import CONFLICT_SCHEMA, LISTED_TWICE, conflict
from minsheng.domain.registry.models import Household, Snapshot
from minsheng.domain.registry.operations.applying import Applied, close_snapshot, completed, open_snapshot, with_kept
from minsheng.domain.registry.operations.lines import LineTable
from minsheng.domain.registry.versions import diff_lines
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT, Progress
from minsheng.kernel.sealing import Keys

_LISTINGS = LineTable("registry_householdlisting")
_SECRETS = ("phone", "account", "address")
_FACTS: dict[str, type[pl.DataType]] = {
    "division": pl.String,
    "residence": pl.String,
    "category": pl.String,
    "category_from": pl.Date,
    "previous_category": pl.String,
    "previous_category_until": pl.Date,
    "monthly_income": pl.Int64,
    "property_value": pl.Int64,
    "housing_area": pl.Int64,
}
_DELIVERED: dict[str, type[pl.DataType]] = {**_FACTS, **dict.fromkeys(_SECRETS, pl.String)}


@transaction.atomic
def apply_households(
    *,
    rows: pl.DataFrame,
    month: Month,
    delivery: str,
    keys: Keys,
    by: str,
    at: datetime,
    progress: Progress = SILENT,
    in_doubt: Collection[str] = (),
    amends: bool = False,
) -> Applied:
    """Bring the register to a month's full household snapshot.

    `rows`: clean frame of registry_households, row_number first, secrets in the clear. Households it lacks are closed at the first day
    of the month, save those `in_doubt` (household numbers whose own lines did not pass intake). With `amends` the rows only mend lines of
    a snapshot already applied, and nobody is closed. The newest month may be applied again, corrected. Raises RegistryOutOfOrder.
    """
    with progress.step("登记家庭 households", total=rows.height) as step:
        open_snapshot(Snapshot.HOUSEHOLDS, month)
        changing_as(by=by, at=at)
        known, lines = _read_known(), _read_lines(month.first_day)
        standing = lines.filter(pl.col("listed_until").is_null())
        once, conflicts = _once_each(rows)
        keyed = _with_keys(_completed(once, known, standing, keys), known)
        _write_households(keyed, keys, month.first_day)
        doubted = None if amends else known.filter(pl.col("household_no").is_in(list(in_doubt)))
        wanted = with_kept(keyed.select("household_key", *_FACTS), standing, doubted, entity="household_key")
        changes = diff_lines(lines, wanted, entity="household_key", values=list(_FACTS), month=month.first_day)
        _LISTINGS.write(changes, month=month.first_day, finish=lambda part: part.rename({"household_key": "household_id"}))
        _place_households()
        applied = Applied(changes.new.len(), changes.changed.len(), changes.closed.len(), conflicts)
        close_snapshot(Snapshot.HOUSEHOLDS, month, delivery=delivery, by=by, at=at)
        record("registry.households_applied", by=by, at=at, subject=delivery, detail=applied.counts(month))
        step.advance(rows.height)
        return applied


def _read_known() -> pl.DataFrame:
    return read_frame(
        "SELECT key, number, phone_index, account_index, address_index FROM registry_household ORDER BY key",
        {
            "household_key": pl.Int64,
            "household_no": pl.String,
            **{f"known_{secret}_index": pl.Binary for secret in _SECRETS},
        },
    )


def _read_lines(first_day: date) -> pl.DataFrame:
    return read_frame(
        "SELECT id, household_id, division, residence, category, category_from, previous_category, previous_category_until, "
        "monthly_income, property_value, housing_area, listed_from, listed_until "
        "FROM registry_householdlisting WHERE listed_until IS NULL OR listed_until = %s",
        {"id": pl.Int64, "household_key": pl.Int64, **_FACTS, "listed_from": pl.Date, "listed_until": pl.Date},
        [first_day],
    )


def _once_each(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    first = rows.sort("row_number").unique("household_no", keep="first", maintain_order=True)
    repeated = rows.join(first, on="row_number", how="anti")
    return first, conflict(repeated, "household_no", LISTED_TWICE).cast(CONFLICT_SCHEMA)  # type: ignore[arg-type]


def _completed(rows: pl.DataFrame, known: pl.DataFrame, standing: pl.DataFrame, keys: Keys) -> pl.DataFrame:
    named = standing.join(known.select("household_key", "household_no"), on="household_key")
    full = completed(rows, _DELIVERED, named, entity="household_no", facts=_FACTS)
    return blind_indexed(full, keys, {secret: f"{secret}_index" for secret in _SECRETS})


def _with_keys(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Adds household_key, `is_new` and the known indexes; new keys go on in order of division and number."""
    joined = rows.join(known, on="household_no", how="left").with_columns(is_new=pl.col("household_key").is_null())
    last = Household.objects.aggregate(last=Max("key"))["last"] or 0
    new = joined.filter("is_new").sort("division", "household_no").with_columns(household_key=pl.int_range(1, pl.len() + 1) + last)
    return pl.concat([joined.filter(~pl.col("is_new")), new])


def _write_households(rows: pl.DataFrame, keys: Keys, first_day: date) -> None:
    columns = [column for secret in _SECRETS for column in (secret, f"{secret}_index")]

    def concealed(part: pl.DataFrame) -> pl.DataFrame:
        named = part.rename({"household_key": "key", "household_no": "number"})
        return sealed_where_new(named, keys, _SECRETS).select("key", "number", *columns, first_month=pl.lit(first_day))

    insert_frame("registry_household", rows.filter("is_new").sort("household_key"), finish=concealed)
    changed = pl.any_horizontal(has_news(secret) for secret in _SECRETS)
    contacts = rows.filter(~pl.col("is_new") & changed)
    if contacts.height:
        stage_frame("contacts", concealed(contacts))
        assignments = ", ".join(f"{column} = coalesce(contacts.{column}, household.{column})" for column in columns)
        change(f"UPDATE registry_household AS household SET {assignments} FROM contacts WHERE household.key = contacts.key")  # noqa: S608


def _place_households() -> None:
    """Keep each household's own place in step with its standing line; one that leaves the register keeps its last."""
    change(
        "UPDATE registry_household AS household SET division = coalesce(line.division, '') FROM registry_householdlisting AS line "
        "WHERE line.household_id = household.key AND line.listed_until IS NULL "
        "AND household.division <> coalesce(line.division, '')"
    )
