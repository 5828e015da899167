"""Simulated verdicts, and the measure of warnings against the truth."""

from collections import Counter

import polars as pl
import pytest

from minsheng.demo.measure import recall_and_precision
from minsheng.demo.verdicts import HELPED_SHARE, TRUE_HELPED, UNREACHABLE, verdicts_for

TRUTH = pl.DataFrame(
    {
        "household_no": [f"H{number:05}" for number in range(4000)],
        "month": ["2026-10"] * 4000,
        "in_hardship": [number % 2 == 0 for number in range(4000)],
        "newly": [number % 40 == 0 for number in range(4000)],
        "severity": [40 + number % 60 if number % 2 == 0 else 10 for number in range(4000)],
        "cause": ["illness" if number % 2 == 0 else "none" for number in range(4000)],
    }
)
EVERYONE = TRUTH["household_no"].to_list()


def test_a_share_of_the_warned_is_visited_and_the_published_share_helped() -> None:
    verdicts = verdicts_for(EVERYONE, TRUTH, seed=1)
    assert len(verdicts) == pytest.approx(0.6 * 4000, rel=0.05)
    counts = Counter(verdict for _, verdict in verdicts)
    assert counts[TRUE_HELPED] / len(verdicts) == pytest.approx(HELPED_SHARE, abs=0.001)
    assert counts[UNREACHABLE] / len(verdicts) == pytest.approx(0.05, abs=0.02)
    assert len(counts) == 5


def test_only_the_hardest_hit_are_helped() -> None:
    helped = [household for household, verdict in verdicts_for(EVERYONE, TRUTH, seed=1) if verdict == TRUE_HELPED]
    severity = TRUTH.filter(pl.col("household_no").is_in(helped))
    assert severity["in_hardship"].all()
    assert severity["severity"].min() >= 75


def test_verdicts_do_not_depend_on_the_order_of_the_warnings() -> None:
    assert verdicts_for(EVERYONE, TRUTH, seed=1) == verdicts_for(EVERYONE[::-1], TRUTH.reverse(), seed=1)
    assert verdicts_for(EVERYONE, TRUTH, seed=1) != verdicts_for(EVERYONE, TRUTH, seed=2)


def test_households_that_nobody_knows_are_not_visited() -> None:
    assert verdicts_for(["H99999"], TRUTH) == []


def test_the_latest_month_counts_when_the_truth_has_several() -> None:
    before = TRUTH.with_columns(month=pl.lit("2026-09"), in_hardship=~pl.col("in_hardship"), severity=pl.lit(0, pl.Int64))
    assert verdicts_for(EVERYONE, pl.concat([TRUTH, before]), seed=1) == verdicts_for(EVERYONE, TRUTH, seed=1)


def test_recall_and_precision_are_counted_household_by_household() -> None:
    warned = pl.DataFrame({"household_no": ["H00000", "H00002", "H00001", "H00003"], "month": ["2026-10"] * 4, "level": [4, 2, 2, 0]})
    measured = recall_and_precision(TRUTH, warned)
    assert measured["found"] == {"households": 2000, "warned": 2, "recall": 0.001}
    assert measured["found_new"] == {"households": 100, "warned": 1, "recall": 0.01}
    assert measured["right"] == {"warnings": 3, "in_hardship": 2, "precision": 0.6667}
    assert measured["right_by_level"][2] == {"warnings": 2, "in_hardship": 1, "precision": 0.5}
    assert measured["found_by_cause"] == {"illness": measured["found"]}
    assert measured["base_rate"] == 0.5


def test_a_household_warned_about_twice_in_a_month_counts_once() -> None:
    warned = pl.DataFrame({"household_no": ["H00000"] * 2, "month": ["2026-10"] * 2, "level": [2, 3]})
    assert recall_and_precision(TRUTH, warned)["right_by_level"] == {3: {"warnings": 1, "in_hardship": 1, "precision": 1.0}}


def test_no_warnings_have_no_precision() -> None:
    nothing = pl.DataFrame(schema={"household_no": pl.String, "month": pl.String, "level": pl.Int64})
    measured = recall_and_precision(TRUTH, nothing)
    assert measured["right"] == {"warnings": 0, "in_hardship": 0, "precision": None}
    assert measured["found"]["recall"] == 0.0


def test_warnings_of_months_without_truth_are_left_out() -> None:
    warned = pl.DataFrame({"household_no": ["H00000"], "month": ["2025-01"], "level": [4]})
    assert recall_and_precision(TRUTH, warned)["right"]["warnings"] == 0
