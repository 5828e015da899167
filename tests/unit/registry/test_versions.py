from datetime import date

import polars as pl

from minsheng.domain.registry.versions import diff_lines

JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
SCHEMA = {"id": pl.Int64, "who": pl.Int64, "fact": pl.String, "listed_from": pl.Date, "listed_until": pl.Date}


def lines(*rows):
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def wanted(**facts):
    return pl.DataFrame({"who": [int(who[1:]) for who in facts], "fact": list(facts.values())}, schema={"who": pl.Int64, "fact": pl.String})


def diff(before, after, month=AUGUST):
    return diff_lines(before, after, entity="who", values=["fact"], month=month)


def test_a_line_that_is_wanted_as_it_stands_is_left_alone():
    changes = diff(lines((1, 7, "a", JULY, None)), wanted(p7="a"))
    assert not changes


def test_unknown_facts_that_stay_unknown_are_no_change():
    assert not diff(lines((1, 7, None, JULY, None)), wanted(p7=None))


def test_a_changed_fact_ends_the_line_and_starts_another():
    changes = diff(lines((1, 7, "a", JULY, None)), wanted(p7="b"))
    assert changes.end.rows() == [(1, 7)]
    assert changes.start.rows() == [(7, "b")]
    assert (changes.new.to_list(), changes.changed.to_list(), changes.closed.to_list()) == ([], [7], [])


def test_whoever_is_missing_is_closed_and_whoever_appears_is_new():
    changes = diff(lines((1, 7, "a", JULY, None)), wanted(p8="c"))
    assert (changes.new.to_list(), changes.changed.to_list(), changes.closed.to_list()) == ([8], [], [7])


def test_a_line_of_this_month_that_is_corrected_never_was():
    changes = diff(lines((1, 7, "a", JULY, AUGUST), (2, 7, "wrong", AUGUST, None)), wanted(p7="b"))
    assert changes.remove.rows() == [(2, 7)]
    assert changes.end.height == changes.reopen.height == 0
    assert changes.start.rows() == [(7, "b")]


def test_a_line_that_a_wrong_snapshot_ended_is_reopened_when_the_month_is_corrected():
    changes = diff(lines((1, 7, "a", JULY, AUGUST), (2, 7, "wrong", AUGUST, None)), wanted(p7="a"))
    assert changes.remove.rows() == [(2, 7)]
    assert changes.reopen.rows() == [(1, 7)]
    assert changes.start.height == 0


def test_a_line_that_ended_in_an_earlier_month_stays_ended():
    changes = diff(lines((2, 7, "b", AUGUST, None)), wanted(p7="a"), month=SEPTEMBER)
    assert changes.end.rows() == [(2, 7)]
    assert changes.start.rows() == [(7, "a")]
