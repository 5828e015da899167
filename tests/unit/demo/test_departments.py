"""What departments know: the contract's columns in clean types, usual volumes, and published rates."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from minsheng.demo import figures
from minsheng.demo.chance import stream
from minsheng.demo.departments import DEPARTMENTS
from minsheng.demo.departments.health import medical_settlements
from minsheng.demo.departments.register import registry_households, registry_members
from minsheng.demo.departments.school import school_enrolment
from minsheng.demo.departments.trouble import water_use
from minsheng.demo.departments.work import pensions, social_insurance_contributions
from minsheng.demo.shocks import JOB_LOSS
from minsheng.demo.world import World
from minsheng.engine.contracts.loading import Catalogue

CLEAN_TYPES = {"date": pl.Date, "money": pl.Int64, "integer": pl.Int64, "decimal": pl.Int64}
PEOPLE = 30_000 * figures.PERSONS_PER_HOUSEHOLD


def rows_of(world: World, feed: str, position: int) -> pl.DataFrame:
    return DEPARTMENTS[feed](world, position, stream(1, feed, position))


def last_rows(world: World, feed: str) -> pl.DataFrame:
    return rows_of(world, feed, world.timeline.length - 1)


def test_every_feed_of_the_catalogue_is_delivered(catalogue: Catalogue) -> None:
    assert set(DEPARTMENTS) == set(catalogue)


@pytest.mark.parametrize("feed", sorted(DEPARTMENTS))
def test_rows_have_the_contract_s_columns_and_clean_types(world: World, catalogue: Catalogue, feed: str) -> None:
    rows, contract = last_rows(world, feed), catalogue[feed]
    named = {column.name: column for column in contract.columns}
    assert set(rows.columns) - {"person", "household"} <= set(named)
    for name in set(rows.columns) & set(named):
        assert rows.schema[name] == CLEAN_TYPES.get(named[name].type, pl.String), name
        if named[name].required:
            assert rows[name].null_count() == 0, name
        if named[name].codes:
            assert set(rows[name].drop_nulls().unique()) <= set(named[name].codes), name


@pytest.mark.parametrize("feed", sorted(DEPARTMENTS))
def test_volumes_are_usual_every_month(world: World, catalogue: Catalogue, feed: str) -> None:
    usual = catalogue[feed].volume.usual(round(PEOPLE))
    for position in world.timeline.full_positions:
        assert 0.6 * usual - 10 <= rows_of(world, feed, position).height <= 1.6 * usual + 10


@pytest.mark.parametrize("feed", sorted(DEPARTMENTS))
def test_a_small_world_has_rows_in_every_feed(small_world: World, feed: str) -> None:
    for position in small_world.timeline.full_positions:
        assert rows_of(small_world, feed, position).height > 0


def test_events_happen_in_their_month(world: World, catalogue: Catalogue) -> None:
    position = world.timeline.length - 1
    month = world.timeline.month(position)
    for feed, contract in catalogue.items():
        if contract.kind == "events" and contract.event_on:
            days = rows_of(world, feed, position)[contract.event_on]
            assert month.first_day <= days.min() <= days.max() <= month.last_day, feed


def test_keys_are_unique(world: World, catalogue: Catalogue) -> None:
    for feed, contract in catalogue.items():
        rows = last_rows(world, feed)
        key = ["person" if name in (contract.person.number, contract.person.name) else name for name in contract.key]
        assert rows.select(key).is_duplicated().sum() <= rows.height * 0.001, feed


def test_about_a_fifth_to_a_quarter_of_the_rows_are_about_others(world: World) -> None:
    outside = ~world.register[0].registered[world.lives.household]
    departments = [last_rows(world, feed)["person"].to_numpy() for feed in DEPARTMENTS if not feed.startswith("registry")]
    assert 0.18 <= outside[np.concatenate(departments)].mean() <= 0.27


def test_admissions_have_the_published_rate_cost_and_length(world: World) -> None:
    months = [medical_settlements(world, at, stream(2, at)).filter(kind="inpatient") for at in world.timeline.full_positions]
    stays = pl.concat(months)
    assert stays.height / world.lives.people * 12 / len(months) * 100 == pytest.approx(figures.ADMISSIONS_PER_100_YEAR, rel=0.04)
    assert stays["total_cost"].mean() / 100 == pytest.approx(figures.STAY_MEAN_YUAN, rel=0.06)
    assert stays["days"].mean() == pytest.approx(figures.STAY_MEAN_DAYS, rel=0.05)


def test_the_cost_of_stays_has_a_heavy_tail(world: World) -> None:
    costs = medical_settlements(world, world.timeline.length - 1, stream(2)).filter(kind="inpatient")["total_cost"].sort(descending=True)
    assert costs.head(costs.len() // 100).sum() / costs.sum() > 0.06
    assert costs.mean() > 1.3 * costs.median()


def test_own_share_and_fund_make_the_total(world: World) -> None:
    rows = medical_settlements(world, world.timeline.length - 1, stream(2))
    assert (rows["own_share"] + rows["fund_paid"] == rows["total_cost"]).all()
    assert (rows["own_share"] > 0).all()


def test_pensions_have_the_published_mean(world: World) -> None:
    resident = pensions(world, world.timeline.length - 1, stream(2)).filter(kind="resident")
    assert resident["amount"].mean() / 100 == pytest.approx(figures.RESIDENT_PENSION_YUAN, rel=0.03)


def test_who_lost_the_job_to_hardship_does_not_contribute(world: World) -> None:
    position = world.timeline.length - 1
    lost = np.flatnonzero((world.shocks.cause == JOB_LOSS) & np.isin(np.arange(world.hardship.spells), world.hardship.spell[position]))
    paid = social_insurance_contributions(world, position, stream(2))["person"]
    assert not set(world.shocks.person[lost]) & set(paid)


def test_the_register_lists_every_household_with_a_living_head(world: World) -> None:
    position = world.timeline.length - 1
    households = registry_households(world, position, stream(2))
    members = registry_members(world, position, stream(2))
    assert households["household_no"].n_unique() == households.height
    assert set(members["household_no"]) >= set(households["household_no"])
    heads = members.filter((pl.col("relation") == "self") & pl.col("left_on").is_null())
    assert heads.group_by("household_no").len()["len"].max() == 1
    assert set(heads["person"]) == set(households["person"])


def test_members_who_die_leave_with_their_day(world: World) -> None:
    position = world.timeline.length - 1
    members = registry_members(world, position, stream(2))
    gone = members.filter(pl.col("left_on").is_not_null())
    month = world.timeline.month(position)
    assert gone.height > 0
    assert gone["left_on"].is_between(month.first_day, month.last_day).all()


def test_newborns_carry_their_mother_s_number(world: World) -> None:
    members = registry_members(world, world.timeline.length - 1, stream(2))
    born = pl.Series(world.lives.mother).gather(members["person"]) >= 0
    assert members.filter(born)["mother_number"].null_count() == 0
    assert members.filter(~born)["mother_number"].drop_nulls().is_empty()


def test_incomes_fit_the_category(world: World) -> None:
    position = world.timeline.length - 1
    households = registry_households(world, position, stream(2))
    size = np.bincount(world.residence(position)[world.alive(position)], minlength=world.households.height)
    per_head = households["monthly_income"] / 100 / pl.Series(np.maximum(size[households["household"].to_numpy()], 1))
    dibao = households.with_columns(per_head=per_head).filter(category="DIBAO")
    assert dibao["per_head"].max() < figures.DIBAO_STANDARD_YUAN


def test_students_enter_in_september(world: World) -> None:
    rows = school_enrolment(world, world.timeline.length - 2, stream(2))
    assert rows["enrolled_on"].dt.month().unique().to_list() == [9]
    assert rows.filter(stage="gaokao")["enrolled_on"].unique().to_list() == [date(2026, 9, 1)]


def test_an_empty_home_uses_no_water(world: World) -> None:
    position = world.timeline.length - 1
    rows = water_use(world, position, stream(2))
    alive_at_home = np.bincount(world.residence(position)[world.alive(position)], minlength=world.households.height) > 0
    assert (rows.filter(~pl.Series(alive_at_home[world.lives.household[rows["person"].to_numpy()]]))["usage"] == 0).all()
    assert 0 < (rows["usage"] == 0).mean() < 0.05
