"""Applying the civil-affairs members' snapshot: who is who, and who lives with whom."""

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar

import polars as pl
from django.db import transaction

from minsheng.domain.audit.operations import changing_as, record
from minsheng.domain.registry.frames import change, read_frame, stage_frame
from minsheng.domain.registry.matching import conflict, match_people
from minsheng.domain.registry.models import HouseholdListing, Snapshot
from minsheng.domain.registry.operations.applying import Applied, advance_epoch, close_snapshot, completed, open_snapshot, with_kept
from minsheng.domain.registry.operations.lines import LineTable
from minsheng.domain.registry.operations.people import described, read_register, write_numbers, write_people
from minsheng.domain.registry.versions import LineChanges, diff_lines
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT, Progress
from minsheng.kernel.sealing import Keys

HOUSEHOLD_UNKNOWN = "household-unknown"
_MEMBERSHIPS = LineTable("registry_membership")
_LINE_FACTS: dict[str, type[pl.DataType]] = {
    "relation": pl.String,
    "category": pl.String,
    "marriage": pl.String,
    "disability_level": pl.Int64,
    "labour_capacity": pl.String,
}
_VALUES: dict[str, type[pl.DataType]] = {
    "household_key": pl.Int64,
    **_LINE_FACTS,
    "sex": pl.String,
    "birth_on": pl.Date,
    "ethnicity": pl.String,
    "joined_on": pl.Date,
}


class HouseholdsComeFirst(Refusal):
    """Members cannot be placed before any household is known."""

    code: ClassVar[str] = "households-come-first"


@transaction.atomic
def apply_members(
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
    """Bring the register to a month's full members' snapshot; apply the households of the month before.

    `rows`: clean frame of registry_members, row_number first, identity in the clear. Members it lacks leave at the first day of the month,
    save those of households `in_doubt` (household numbers with lines that did not pass intake) or with conflicts here. With `amends` the
    rows only mend lines of a snapshot already applied, and nobody leaves unless a row says so. People keep their key through corrected
    numbers, changed names and late numbers of newborns. The newest month may be applied again, corrected. Raises RegistryOutOfOrder,
    HouseholdsComeFirst.
    """
    with progress.step("登记成员 members", total=rows.height) as step:
        open_snapshot(Snapshot.MEMBERS, month)
        changing_as(by=by, at=at)
        register = read_register(month.first_day)
        placed, unplaced = _placed(rows, _read_households())
        members, departed = _at_month_end(described(placed, keys), month)
        matching = match_people(members, register.known)
        conflicts = pl.concat([unplaced, matching.conflicts]).sort("row_number")
        people = write_people(matching.rows, register, keys=keys, first_day=month.first_day)
        numbers_changed = write_numbers(people, register, keys=keys, first_day=month.first_day)
        doubted = None if amends else _doubted(placed, matching.conflicts, in_doubt)
        changes = _write_memberships(people, match_people(departed, register.known).rows, doubted, month)
        if changes.end.height or changes.remove.height or changes.reopen.height:
            _link_split_households(month)
        if numbers_changed or people["is_new"].any() or people["is_changed"].any():
            advance_epoch()
        touched = pl.concat([changes.changed, people.filter("is_changed")["person_key"]]).n_unique()
        applied = Applied(changes.new.len(), touched, changes.closed.len(), conflicts)
        close_snapshot(Snapshot.MEMBERS, month, delivery=delivery, by=by, at=at)
        record("registry.members_applied", by=by, at=at, subject=delivery, detail=applied.counts(month))
        step.advance(rows.height)
        return applied


def _read_households() -> pl.DataFrame:
    households = read_frame(
        "SELECT h.number, h.key, l.division FROM registry_household h "
        "JOIN registry_householdlisting l ON l.household_id = h.key WHERE l.listed_until IS NULL",
        {"household_no": pl.String, "household_key": pl.Int64, "household_division": pl.String},
    )
    if not households.height and not HouseholdListing.objects.exists():
        raise HouseholdsComeFirst("No household is registered yet.", next_step="Receive the month's registry_households first.")
    return households


def _placed(rows: pl.DataFrame, households: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    placed = rows.join(households, on="household_no", how="left")
    lost = pl.col("household_key").is_null()
    return placed.filter(~lost), conflict(placed.filter(lost), "household_no", HOUSEHOLD_UNKNOWN)


def _at_month_end(rows: pl.DataFrame, month: Month) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The lines of those who are members at T, and of those who left by then; who only joins later is neither."""
    left = pl.col("left_on").is_not_null() & (pl.col("left_on") <= month.last_day)
    joined = pl.col("joined_on").is_null() | (pl.col("joined_on") <= month.last_day)
    return rows.filter(~left & joined), rows.filter(left)


def _doubted(placed: pl.DataFrame, conflicts: pl.DataFrame, in_doubt: Collection[str]) -> pl.DataFrame:
    schema = {"household_key": pl.Int64}
    by_number = read_frame("SELECT key FROM registry_household WHERE number = ANY (%s)", schema, [list(in_doubt)])
    return pl.concat([by_number, placed.join(conflicts, on="row_number", how="semi").select("household_key")]).unique()


def _write_memberships(people: pl.DataFrame, departed: pl.DataFrame, doubted: pl.DataFrame | None, month: Month) -> LineChanges:
    lines = _read_lines(month)
    standing = lines.filter(pl.col("listed_until").is_null())
    facts = completed(people, _LINE_FACTS, standing, entity="person_key", facts=_LINE_FACTS)
    asked = _with_joining_day(facts, lines, month).select("person_key", *_VALUES)
    wanted = with_kept(asked, standing, doubted, entity="person_key")
    changes = diff_lines(lines, wanted, entity="person_key", values=list(_VALUES), month=month.first_day)
    if changes.reopen.height:
        stage_frame("returned", changes.reopen.select("id"))
        change("UPDATE registry_membership AS line SET left_on = NULL FROM returned WHERE line.id = returned.id")
    names = {"person_key": "person_id", "household_key": "household_id"}
    _MEMBERSHIPS.write(changes, month=month.first_day, finish=lambda part: part.rename(names))
    _write_leaving_days(changes.end, lines, wanted, departed, month)
    return changes


def _read_lines(month: Month) -> pl.DataFrame:
    """Memberships that stand, or ended at the first day of the month."""
    return read_frame(
        "SELECT id, person_id, household_id, relation, category, marriage, disability_level, labour_capacity, sex, birth_on, ethnicity, "
        "joined_on, listed_from, listed_until FROM registry_membership WHERE listed_until IS NULL OR listed_until = %s",
        {"id": pl.Int64, "person_key": pl.Int64, **_VALUES, "listed_from": pl.Date, "listed_until": pl.Date},
        [month.first_day],
    )


def _with_joining_day(people: pl.DataFrame, lines: pl.DataFrame, month: Month) -> pl.DataFrame:
    """The day stated, else the one already on record for that household, else the first day of the month."""
    roof = ["person_key", "household_key"]
    on_record = lines.group_by(roof).agg(pl.col("joined_on").min().alias("joined_before"))
    joined = people.join(on_record, on=roof, how="left")
    return joined.with_columns(joined_on=pl.coalesce("joined_on", "joined_before", pl.lit(month.first_day)))


def _write_leaving_days(ended: pl.DataFrame, lines: pl.DataFrame, wanted: pl.DataFrame, departed: pl.DataFrame, month: Month) -> None:
    """Who is no longer in that household left it on the day stated, else on the first day of the month."""
    roof = ["person_key", "household_key"]
    left = lines.join(ended, on="id", how="semi").join(wanted, on=roof, how="anti")
    if not left.height:
        return
    stated = departed.filter(pl.col("person_key").is_not_null()).select(*roof, "left_on")
    days = left.join(stated, on=roof, how="left").select("id", left_on=pl.coalesce("left_on", pl.lit(month.first_day)))
    stage_frame("leaving_days", days)
    change("UPDATE registry_membership AS line SET left_on = leaving_days.left_on FROM leaving_days WHERE line.id = leaving_days.id")


def _link_split_households(month: Month) -> None:
    """A household first listed this month whose members lived elsewhere was split from there: from the head's old home, if they had one."""
    change("UPDATE registry_household SET split_from_id = NULL WHERE first_month = %s AND split_from_id IS NOT NULL", [month.first_day])
    change(
        """
        UPDATE registry_household AS household SET split_from_id = origin.old
        FROM (
            SELECT DISTINCT ON (now.household_id) now.household_id AS new, before.household_id AS old
            FROM registry_membership AS now
            JOIN registry_household AS fresh ON fresh.key = now.household_id AND fresh.first_month = %(month)s
            JOIN registry_membership AS before
                ON before.person_id = now.person_id AND before.listed_until = %(month)s AND before.household_id <> now.household_id
            WHERE now.listed_until IS NULL
            ORDER BY now.household_id, (now.relation = 'self') DESC NULLS LAST, now.person_id
        ) AS origin
        WHERE household.key = origin.new
        """,
        {"month": month.first_day},
    )
