"""The register as it stood at a month's end, in the tables that a run is given."""

from dataclasses import dataclass, fields
from typing import ClassVar

import polars as pl
import pyarrow as pa

from minsheng.domain.registry.frames import Value, read_frame
from minsheng.domain.registry.models import HouseholdListing
from minsheng.domain.registry.queries.identities import redirects
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

ON_BENEFIT = ("DIBAO", "DIBAO_SINGLE", "TEKUN")
SEVERE_LEVELS = (1, 2)
ADULT_AT = 18
ELDER_AT = 70
RECENT_EXIT_MONTHS = 24
MEMBER_COLUMNS = (
    "household_key",
    "person_key",
    "category",
    "relation",
    "sex",
    "birth_on",
    "age",
    "household_size",
    "lives_alone",
    "months_since_exit",
    "disability_level",
    "ethnicity",
)


class NothingRegistered(Refusal):
    """The registry has nothing for the month."""

    code: ClassVar[str] = "nothing-registered"


@dataclass(frozen=True)
class FrozenRegistry:
    """The register at T, each table sorted by its keys; the same state gives the same bytes.

    households: household_key, division, residence, category. members (the living; one row per person): MEMBER_COLUMNS. deceased: the same
    of people who were members when they died by T, their age at death, with died_on and whether the register still lists them. tags:
    household_key, tag (TAGS). redirects: person_key, into_key.
    """

    households: pl.DataFrame
    members: pl.DataFrame
    deceased: pl.DataFrame
    tags: pl.DataFrame
    redirects: pl.DataFrame

    def tables(self) -> dict[str, pa.Table]:
        """Name → Arrow table, to be written to the lake."""
        frames = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: frame.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest()) for name, frame in frames.items()}


def frozen_registry(month: Month) -> FrozenRegistry:
    """The register as it stood at the end of a month, whatever was applied later; raises NothingRegistered.

    A month without a snapshot of its own stands as the one before. Deaths and merges count as they are known now.
    """
    if not HouseholdListing.objects.filter(listed_from__lte=month.first_day).exists():
        raise NothingRegistered(
            f"No registry snapshot covers {month}.", next_step="Receive its registry_households and registry_members first."
        )
    merged = redirects()
    households = _read_households(month)
    lines = _one_line_each(_read_lines(month), merged).join(households, on="household_key", how="inner")
    people = _with_size(lines.join(_read_deaths(month, merged), on="person_key", how="left"))
    facts = people.with_columns(category=pl.coalesce("own_category", "household_category"), months_since_exit=_months_since_exit(month))
    alive = pl.col("died_on").is_null()
    living = facts.filter(alive & pl.col("listed")).with_columns(age=_age_on(pl.lit(month.last_day)))
    dead = facts.filter(~alive & (pl.col("listed") | (pl.col("died_on") <= pl.col("gone_on"))))
    return FrozenRegistry(
        households=households.select("household_key", "division", "residence", category="household_category").sort("household_key"),
        members=living.select(MEMBER_COLUMNS).sort("household_key", "person_key"),
        deceased=dead.with_columns(age=_age_on(pl.col("died_on")))
        .select(*MEMBER_COLUMNS, "died_on", "listed")
        .sort("household_key", "person_key"),
        tags=_tags(households, living),
        redirects=merged,
    )


def _read_households(month: Month) -> pl.DataFrame:
    """Households listed in the month, and the day each was last seen to leave a benefit (as stated, or as snapshots showed)."""
    return read_frame(
        """
        SELECT line.household_id, line.division, line.residence, line.category,
            CASE WHEN line.category = ANY (%(benefits)s) THEN NULL ELSE greatest(
                past.until,
                CASE WHEN line.previous_category = ANY (%(benefits)s) AND line.previous_category_until <= %(end)s
                    THEN line.previous_category_until END
            ) END
        FROM registry_householdlisting AS line
        LEFT JOIN (
            SELECT household_id, max(listed_until) AS until FROM registry_householdlisting
            WHERE category = ANY (%(benefits)s) AND listed_until <= %(start)s GROUP BY household_id
        ) AS past ON past.household_id = line.household_id
        WHERE line.listed_from <= %(start)s AND (line.listed_until IS NULL OR line.listed_until > %(start)s)
        """,
        {
            "household_key": pl.Int64,
            "division": pl.String,
            "residence": pl.String,
            "household_category": pl.String,
            "household_exit_on": pl.Date,
        },
        _parameters(month),
    )


def _read_lines(month: Month) -> pl.DataFrame:
    """The line of everybody listed in the month, and the last one of the dead who are no longer listed."""
    return read_frame(
        """
        SELECT DISTINCT ON (line.person_id) line.person_id, line.household_id, line.category, line.relation, line.sex, line.birth_on,
            line.disability_level, line.ethnicity, line.listed_until IS NULL OR line.listed_until > %(start)s,
            coalesce(line.left_on, line.listed_until),
            CASE WHEN line.category = ANY (%(benefits)s) THEN NULL ELSE past.until END
        FROM registry_membership AS line
        LEFT JOIN (
            SELECT person_id, max(listed_until) AS until FROM registry_membership
            WHERE category = ANY (%(benefits)s) AND listed_until <= %(start)s GROUP BY person_id
        ) AS past ON past.person_id = line.person_id
        WHERE line.listed_from <= %(start)s AND (
            line.listed_until IS NULL OR line.listed_until > %(start)s
            OR line.person_id IN (SELECT person_id FROM registry_death WHERE died_on <= %(end)s)
        )
        ORDER BY line.person_id, line.listed_from DESC
        """,
        {
            "person_key": pl.Int64,
            "household_key": pl.Int64,
            "own_category": pl.String,
            "relation": pl.String,
            "sex": pl.String,
            "birth_on": pl.Date,
            "disability_level": pl.Int64,
            "ethnicity": pl.String,
            "listed": pl.Boolean,
            "gone_on": pl.Date,
            "own_exit_on": pl.Date,
        },
        _parameters(month),
    )


def _parameters(month: Month) -> dict[str, Value]:
    return {"start": month.first_day, "end": month.last_day, "benefits": list(ON_BENEFIT)}


def _read_deaths(month: Month, merged: pl.DataFrame) -> pl.DataFrame:
    """The earliest day anybody reported, of those who died by T."""
    deaths = read_frame(
        "SELECT person_id, died_on FROM registry_death WHERE died_on <= %s", {"person_key": pl.Int64, "died_on": pl.Date}, [month.last_day]
    )
    return _canonical(deaths, merged).group_by("person_key").agg(pl.col("died_on").min())


def _canonical(rows: pl.DataFrame, merged: pl.DataFrame) -> pl.DataFrame:
    """The rows under the persons they count for; `line_key` keeps whose they were."""
    joined = rows.join(merged, on="person_key", how="left")
    return joined.with_columns(line_key="person_key", person_key=pl.coalesce("into_key", "person_key")).drop("into_key")


def _one_line_each(lines: pl.DataFrame, merged: pl.DataFrame) -> pl.DataFrame:
    """Merged persons count once: by the line still listed, else their own, else the oldest."""
    own = pl.col("line_key") == pl.col("person_key")
    ranked = _canonical(lines, merged).sort(~pl.col("listed"), ~own, "line_key")
    return ranked.unique("person_key", keep="first", maintain_order=True)


def _with_size(people: pl.DataFrame) -> pl.DataFrame:
    lives_here = pl.col("listed") & pl.col("died_on").is_null()
    size = lives_here.sum().over("household_key").cast(pl.Int64)
    return people.with_columns(household_size=size).with_columns(lives_alone=lives_here & (pl.col("household_size") == 1))


def _months_since_exit(month: Month) -> pl.Expr:
    """Calendar months from leaving a benefit to T's month; null for who is on one now, or never was."""
    left = pl.max_horizontal("household_exit_on", "own_exit_on")
    months = pl.lit(month.ordinal, pl.Int64) - (left.dt.year().cast(pl.Int64) * 12 + left.dt.month().cast(pl.Int64) - 1)
    on_benefit = pl.coalesce("own_category", "household_category").is_in(ON_BENEFIT).fill_null(False)
    return pl.when(~on_benefit).then(months)


def _age_on(day: pl.Expr) -> pl.Expr:
    """Full years; whoever is born on a day the month lacks is a year older at its last day (Civil Code, art. 202)."""
    birth = pl.col("birth_on")
    months = (day.dt.year() - birth.dt.year()).cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64) - birth.dt.month().cast(pl.Int64)
    day_not_reached = (birth.dt.day() > day.dt.day()) & (day != day.dt.month_end())
    return (months - day_not_reached.cast(pl.Int64)) // 12


def _tags(households: pl.DataFrame, living: pl.DataFrame) -> pl.DataFrame:
    """What multiplies a household's score, from its category and its living members.

    The household's category, and every category of a member's own (TEKUN, DIBAO_SINGLE, ORPHAN, DE_FACTO_UNSUPPORTED_CHILD);
    SEVERE_DISABILITY: a member of disability level 1 or 2 (the register does not tell the kind, on which level 3 depends); ELDER_ALONE:
    one person of 70 or more; CHILD_ONLY: everybody under 18; RECENT_EXIT: a member left dibao or tekun less than 24 months ago.
    """
    by_household = living.group_by("household_key").agg(
        SEVERE_DISABILITY=pl.col("disability_level").is_in(SEVERE_LEVELS).any(),
        ELDER_ALONE=(pl.col("lives_alone") & (pl.col("age") >= ELDER_AT)).any(),
        CHILD_ONLY=(pl.col("age") < ADULT_AT).all() & pl.col("age").is_not_null().all(),
        RECENT_EXIT=(pl.col("months_since_exit") < RECENT_EXIT_MONTHS).any(),
    )
    derived = by_household.unpivot(index="household_key", variable_name="tag", value_name="holds").filter("holds").drop("holds")
    stated = [households.select("household_key", tag="household_category"), living.select("household_key", tag="own_category")]
    return pl.concat([*stated, derived]).drop_nulls().unique().sort("household_key", "tag")
