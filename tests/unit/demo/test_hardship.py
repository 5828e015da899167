"""The hidden truth: its speed is published, its causes are possible, and the table tells it."""

import numpy as np
import polars as pl
import pytest

from minsheng.demo import figures
from minsheng.demo.chance import stream
from minsheng.demo.hardship import draw_hardship, household_chances, monthly_memory, stationary_share
from minsheng.demo.lives import NEVER
from minsheng.demo.shocks import CAUSES, DEATH, DISABILITY, SCHOOL, Homes, pick_members
from minsheng.demo.truth import NO_CAUSE, truth_of
from minsheng.demo.world import World


def test_as_many_are_hard_hit_as_the_published_flows_allow() -> None:
    assert stationary_share() == pytest.approx(0.2)


def test_hardship_stays_and_comes_at_the_published_yearly_rates() -> None:
    chances = household_chances(np.repeat([0.5, 1.0, 2.0], 20_000), np.ones(60_000, dtype=bool))
    hard = draw_hardship(stream(1, "h"), chances, monthly_memory(chances), np.zeros((36, 60_000), dtype=bool)).hard
    before, after = hard[:-12], hard[12:]
    assert after[before].mean() == pytest.approx(figures.HARD_STAY_YEAR, abs=0.01)
    assert after[~before].mean() == pytest.approx(figures.HARD_FALL_IN_YEAR, abs=0.005)


def test_the_world_s_own_hardship_keeps_the_published_rates(world: World) -> None:
    hard = world.hardship.hard[:, :30_000]
    before, after = hard[:-12], hard[12:]
    assert after[before].mean() == pytest.approx(figures.HARD_STAY_YEAR, abs=0.015)
    assert after[~before].mean() == pytest.approx(figures.HARD_FALL_IN_YEAR, abs=0.007)


def test_who_is_struck_is_hard_hit_that_month() -> None:
    struck = np.zeros((4, 50), dtype=bool)
    struck[2, 7] = True
    chances = np.full(50, 0.01)
    assert draw_hardship(stream(1, "h"), chances, 0.9, struck).hard[2, 7]


def test_every_hardship_has_one_spell_from_its_start(world: World) -> None:
    hardship = world.hardship
    assert ((hardship.spell >= 0) == hardship.hard).all()
    assert (hardship.spell[hardship.start, hardship.household] == np.arange(hardship.spells)).all()


def test_victims_live_in_the_household_that_is_struck(world: World) -> None:
    assert (world.lives.household[world.shocks.person] == world.hardship.household).all()


def test_causes_are_possible_for_their_victims(world: World) -> None:
    shocks = world.shocks
    assert (world.lives.died[shocks.person[shocks.cause == DEATH]] < NEVER).all()
    assert (world.life.level[shocks.person[shocks.cause == DISABILITY]] == 0).all()
    assert (world.life.stage[shocks.person[shocks.cause == SCHOOL]] > 0).all()


def test_some_hardship_leaves_no_trace(world: World) -> None:
    shocks = world.shocks
    untraced = {cause: 1 - shocks.traced[shocks.cause == at].mean() for at, cause in enumerate(CAUSES) if (shocks.cause == at).any()}
    assert untraced["other"] == 1
    assert untraced["illness"] == pytest.approx(1 - figures.TRACE_ILLNESS, abs=0.03)


def test_members_are_picked_by_weight_and_never_with_weight_zero() -> None:
    homes = Homes(np.array([0, 2]), np.array([2, 3]))
    picked = pick_members(stream(1, "p"), homes, np.repeat([0, 1], 500), np.array([0.0, 1.0, 1.0, 0.0, 3.0]))
    assert set(picked[:500]) == {1}
    assert set(picked[500:]) == {2, 4}
    assert (picked[500:] == 4).mean() == pytest.approx(0.75, abs=0.07)


def test_the_truth_has_a_row_per_registered_household_and_month(world: World) -> None:
    truth = truth_of(world)
    by_month = truth.group_by("month", maintain_order=True).len()
    assert by_month["month"].to_list() == [str(world.timeline.month(position)) for position in world.timeline.full_positions]
    assert by_month["len"].to_list() == [int(world.on_register(position).sum()) for position in world.timeline.full_positions]
    assert truth.select("household_no", "month").is_duplicated().sum() == 0


def test_the_truth_agrees_with_itself(world: World) -> None:
    truth = truth_of(world)
    assert truth.filter(pl.col("in_hardship") != (pl.col("cause") != NO_CAUSE)).is_empty()
    assert truth.filter(pl.col("in_hardship") != (pl.col("severity") >= 40)).is_empty()
    assert truth.filter(pl.col("newly") & ~pl.col("in_hardship")).is_empty()
    assert truth["severity"].is_between(0, 100).all()
    assert truth.schema["severity"] == pl.Int64


def test_newly_means_not_hard_hit_the_month_before(world: World) -> None:
    truth = truth_of(world).sort("household_no", "month")
    before = truth.with_columns(before=pl.col("in_hardship").shift(1).over("household_no"))
    assert before.filter(pl.col("newly") & pl.col("before")).is_empty()
