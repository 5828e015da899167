"""A whole evaluation of six households in three months, counted by hand."""

import polars as pl
import pytest

from minsheng.engine.contracts.schema import Text
from minsheng.engine.evaluation.cases import CASES
from minsheng.engine.evaluation.evaluating import evaluate
from minsheng.engine.evaluation.worklist import GANSU, Workload

TWO_A_MONTH = Workload(Text(zh="两户", en="two"), a_month=2)
PERSONS = {1: 60, 2: 60, 3: 60}
COLUMNS = ("household_key", "month", "score", "level", "warned", "in_hardship", "newly", "severity", "home")
ROWS = [
    (1, 1, 85.0, 4, True, True, True, 80.0, "urban"),
    (2, 1, 45.0, 2, True, False, False, 10.0, "urban"),
    (3, 1, 45.0, 2, True, True, False, 60.0, "rural"),
    (4, 1, 5.0, 0, False, True, True, 50.0, "rural"),
    (5, 1, 0.0, 0, False, False, False, 0.0, "rural"),
    (6, 1, 0.0, 0, False, True, True, 45.0, "urban"),
    (1, 2, 85.0, 4, False, True, False, 80.0, "urban"),
    (4, 2, 25.0, 1, True, True, False, 50.0, "rural"),
    (6, 3, 25.0, 1, True, False, False, 5.0, "urban"),
    (5, 3, 0.0, 0, False, True, True, 41.0, "rural"),
]


def cases(rows=ROWS, **columns):
    frame = pl.DataFrame(rows, schema=list(COLUMNS), orient="row")
    given = {"new_points": 0.0, "cause": None, "stratum": "all", "given_weight": None} | columns
    lit = {name: value if isinstance(value, pl.Expr) else pl.lit(value) for name, value in given.items()}
    return frame.with_columns(**lit).cast(dict(CASES))


def evaluated(frame, findings=(), **options):
    found = pl.DataFrame(list(findings), schema={"household_key": pl.Int64, "month": pl.Int64, "indicator": pl.String}, orient="row")
    return evaluate(frame, found, **{"workload": TWO_A_MONTH, "persons": PERSONS} | options)


def test_the_list_is_the_months_warnings_in_order_up_to_the_workload():
    found = evaluated(cases())

    assert [(one.month, one.warnings, one.room, one.listed) for one in found.work] == [(1, 3, 2, 2), (2, 1, 2, 1), (3, 1, 2, 1)]


def test_precision_counts_the_lists_and_precision_all_every_warning():
    """On the lists: 1 and 2 (the smaller key of two alike) in month 1, 4 in month 2, 6 in month 3."""
    found = evaluated(cases())

    assert (found.precision.part, found.precision.whole) == (2.0, 4.0)
    assert (found.precision_all.part, found.precision_all.whole) == (3.0, 5.0)


def test_what_is_new_decides_between_equal_scores():
    fresh = pl.when(pl.col("household_key") == 3).then(9.0).otherwise(0.0)

    assert evaluated(cases(new_points=fresh)).precision.part == 3.0


def test_newly_struck_are_reached_at_once_or_within_three_months():
    """Newly struck in month 1: 1 (listed then), 4 (listed in 2), 6 (listed in 3); 5 in month 3, whose three months are not over."""
    reach = evaluated(cases()).reach

    assert (reach.newly_at_once.part, reach.newly_at_once.whole) == (1.0, 4.0)
    assert (reach.newly_within_three_months.part, reach.newly_within_three_months.whole) == (3.0, 3.0)


def test_base_rate_recall_and_levels():
    found = evaluated(cases())

    assert (found.base_rate.part, found.base_rate.whole) == (7.0, 10.0)
    assert (found.reach.in_hardship.part, found.reach.in_hardship.whole) == (2.0, 7.0)
    assert (found.with_level.part, found.with_level.whole) == (4.0, 7.0)
    assert [(one.level, one.households) for one in found.by_level] == [(0, 4.0), (1, 2.0), (2, 2.0), (4, 2.0)]
    assert found.hardship_by_level.reversed_steps == ((0, 1),)
    assert found.severity_by_level.reversed_steps == ((0, 1),)


def test_indicators_are_measured_by_the_households_that_have_them():
    found = evaluated(cases(), [(1, 1, "cost"), (2, 1, "cost"), (2, 1, "cost"), (4, 1, "cost"), (4, 2, "work")])
    cost, work = found.indicators

    assert (cost.indicator, cost.households, cost.precision.part) == ("cost", 3.0, 2.0)
    assert (cost.precision_listed.part, cost.precision_listed.whole) == (1.0, 2.0)
    assert (cost.recall.part, cost.recall_newly.part, cost.recall_newly.whole) == (2.0, 2.0, 4.0)
    assert (work.indicator, work.precision.value) == ("work", 1.0)


def test_groups_are_measured_alone():
    rural, urban = evaluated(cases(), groups=["home"]).groups["home"]

    assert (rural.group, rural.households, rural.base_rate.part) == ("rural", 5.0, 4.0)
    assert (rural.reach.newly_within_three_months.part, rural.reach.newly_within_three_months.whole) == (1.0, 1.0)
    assert (urban.precision.part, urban.precision.whole) == (1.0, 3.0)


def test_causes_are_measured_among_their_own_households():
    cause = pl.when(pl.col("household_key") == 1).then(pl.lit("illness")).when("in_hardship").then(pl.lit("other"))
    found = evaluated(cases(cause=cause)).reach_by_cause

    assert (found["illness"].newly_at_once.part, found["illness"].newly_at_once.whole) == (1.0, 1.0)
    assert (found["other"].newly_within_three_months.part, found["other"].in_hardship.whole) == (2.0, 5.0)


def test_verdicts_on_warned_households_alone_tell_precision_and_nothing_of_the_rest():
    unknown = pl.when("warned").then("in_hardship")
    found = evaluated(cases(in_hardship=unknown, stratum=pl.when("warned").then(pl.lit("warned")).otherwise(pl.lit("not warned"))))

    assert found.precision.value == 0.5
    assert found.coverage.missing == ("not warned",)
    assert (found.base_rate.value, found.reach.in_hardship.value, found.auc.value, found.gains, found.with_level.value) == (None,) * 3 + (
        (),
        None,
    )


def test_a_random_sample_of_the_others_tells_recall():
    """Of the five not warned, household 4 (in hardship) and 5 (not) of month 1 were visited: each stands for two and a half."""
    sampled = pl.col("warned") | ((pl.col("month") == 1) & pl.col("household_key").is_in([4, 5]))
    found = evaluated(
        cases(
            in_hardship=pl.when(sampled).then("in_hardship"),
            stratum=pl.when("warned").then(pl.lit("warned")).otherwise(pl.lit("not warned")),
        )
    )

    assert found.base_rate.part == pytest.approx(3 + 2.5)
    assert found.reach.in_hardship.value == pytest.approx(2 / 5.5)


def test_gansus_workload_is_its_warnings_over_its_people():
    assert GANSU.in_month(4_100_000) == 46_800
