"""The desk's list: what each filter finds, that pages lose and repeat nothing, and that nobody sees beyond their area."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.monitoring.models import DeskWarning
from minsheng.domain.monitoring.operations import mark_noted
from minsheng.domain.monitoring.queries import (
    SORTS,
    DeskCounts,
    DeskFilter,
    DeskPage,
    DeskWatch,
    NotACursor,
    desk_counts,
    desk_first,
    desk_found,
    desk_page,
    desk_rows,
    desk_waiting,
)
from minsheng.domain.registry.queries import search, sought
from tests import factories
from tests.operations.monitoring.desks import month_run
from tests.operations.monitoring.district import AT, BY, household_key
from tests.staff import somebody

pytestmark = pytest.mark.django_db
HERE, THERE = "999001001201", "999002001201"
EVERYWHERE = DeskWatch(("99",), factories.KEYS)
ALL = DeskFilter(status="")


def keys_of(run, asked=ALL, watch=EVERYWHERE):
    page, counts = desk_found(run, asked, watch, size=1000)
    assert counts == desk_counts(run, asked, watch)
    return {row.household_key for row in page.rows}


@pytest.fixture
def july():
    month_run("2026-06", {1: {"score": 30_000_000, "level": 1}, 2: {}})
    return month_run(
        "2026-07",
        {
            2: {"level": 4, "score": 90_500_000, "change": "escalated", "indicators": ["own_cost", "out_of_work"]},
            3: {"level": 3, "score": 61_000_000, "division": THERE, "indicators": ["out_of_work"]},
            4: {"suppressed": True},
            5: {"division": "", "level": 1, "score": 20_000_000},
        },
        levels={1: 1},
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (DeskFilter(), {1, 2, 3, 5}),
        (ALL, {1, 2, 3, 4, 5}),
        (DeskFilter(status="held_back"), {4}),
        (DeskFilter(levels=(3, 4)), {2, 3}),
        (DeskFilter(changes=("escalated",)), {2}),
        (DeskFilter(division="999001"), {1, 2}),
        (DeskFilter(division="999002001"), {3}),
        (DeskFilter(indicators=("out_of_work",)), {2, 3}),
        (DeskFilter(least_score=61), {2, 3}),
        (DeskFilter(most_score=61), {1, 3, 5}),
        (DeskFilter(least_score=90, most_score=90), {2}),
        (DeskFilter(least_age=1), {1, 2}),
        (DeskFilter(least_age=2), set()),
        (DeskFilter(status="", issued=True), {2, 3, 5}),
        (DeskFilter(noted=True), {3}),
        (DeskFilter(noted=False), {1, 2, 5}),
    ],
)
def test_each_filter_finds_what_it_asks_for(july, asked, found):
    mark_noted(run=july.id, households=[3], by=BY, at=AT)
    assert keys_of(july, asked) == found
    assert desk_counts(july, asked, EVERYWHERE).found == len(found)


def test_counts_by_level_do_not_depend_on_the_levels_asked_for(july):
    counts = desk_counts(july, DeskFilter(levels=(4,)), EVERYWHERE)
    assert (counts.by_level, counts.found) == ({4: 1, 3: 1, 1: 2}, 1)


@pytest.mark.parametrize("watch", [EVERYWHERE, DeskWatch((HERE,), factories.KEYS), DeskWatch((), factories.KEYS)])
@pytest.mark.parametrize("months", [0, 1, 2])
def test_what_waits_is_counted_at_once_as_the_lists_behind_it_count(july, months, watch):
    waiting = desk_waiting(july, watch, least_age=months)
    assert waiting.by_level == desk_counts(july, DeskFilter(), watch).by_level
    assert waiting.old == desk_counts(july, DeskFilter(least_age=months), watch).found


def test_whatever_is_counted_by_stands_in_one_index(july):
    everything = DeskFilter("answered", "TRUE_HELPED", (4,), ("new",), HERE, ("cost",), 1, 99, 1, noted=False, issued=True)
    with CaptureQueriesContext(connection) as put:
        desk_counts(july, everything, EVERYWHERE)
    asked = set(re.findall(r'"monitoring_deskwarning"\."(\w+)"', put.captured_queries[0]["sql"]))
    [index] = [one for one in DeskWarning._meta.indexes if one.name == "desk_by_level"]
    columns = {DeskWarning._meta.get_field(name).column for name in (*index.fields, *index.include)}
    assert {"since", "indicators", "score", "noted_at", "cause", "verdict"} < asked
    assert asked <= columns


@pytest.mark.parametrize(
    ("sort", "order"), [("urgency", [2, 3, 1, 5]), ("newest", [2, 3, 5, 1]), ("waiting", [2, 1, 3, 5]), ("place", [5, 2, 1, 3])]
)
def test_each_sort_puts_first_what_it_promises(july, sort, order):
    assert [row.household_key for row in desk_page(july, DeskFilter(sort=sort), EVERYWHERE).rows] == order


def test_a_carried_warning_tells_the_reason_of_its_month_and_how_long_it_waits(july):
    carried = next(row for row in desk_page(july, DeskFilter(), EVERYWHERE).rows if row.household_key == 1)
    assert (carried.age, carried.since, carried.cause) == (1, "2026-06", "standing")
    assert carried.reason_zh == "户主自付 6,000 元。"


@pytest.mark.parametrize("sort", sorted(SORTS))
@pytest.mark.parametrize("size", [1, 3, 7])
def test_pages_over_ties_lose_nothing_and_repeat_nothing_in_both_directions(sort, size):
    facts = [{"level": 1 + key % 2, "score": 40_000_000 + key % 3, "division": (HERE, THERE, "")[key % 3]} for key in range(20)]
    run = month_run("2026-06", dict(enumerate(facts, start=1)))
    asked, whole = DeskFilter(sort=sort), [row.household_key for row in desk_first(run, DeskFilter(sort=sort), EVERYWHERE, most=1000)]
    forwards, page = [], desk_page(run, asked, EVERYWHERE, size=size)
    assert page.before == ""
    pages = [page]
    while page.after:
        page = desk_page(run, asked, EVERYWHERE, after=page.after, size=size)
        pages.append(page)
    forwards = [row.household_key for one in pages for row in one.rows]
    assert forwards == whole
    assert sorted(whole) == list(range(1, 21))
    backwards = [pages[-1]]
    while backwards[0].before:
        backwards.insert(0, desk_page(run, asked, EVERYWHERE, before=backwards[0].before, size=size))
    assert [row.household_key for one in backwards for row in one.rows] == whole


def test_a_row_that_goes_meanwhile_moves_no_other(july):
    first = desk_page(july, DeskFilter(), EVERYWHERE, size=2)
    DeskWarning.objects.filter(run_id=july.id, household_key__in=[row.household_key for row in first.rows]).update(status="answered")
    assert [row.household_key for row in desk_page(july, DeskFilter(), EVERYWHERE, after=first.after, size=2).rows] == [1, 5]


@pytest.mark.parametrize("cursor", ["x", "1", "1.2.3", "-1.2", "1.x", ".", "9" * 30 + ".1", "1.", "１.２"])
def test_a_place_that_is_none_is_refused(july, cursor):
    with pytest.raises(NotACursor):
        desk_page(july, DeskFilter(), EVERYWHERE, after=cursor)


def test_queries_do_not_grow_with_the_rows(july):
    def asked(size):
        with CaptureQueriesContext(
            connection,
        ) as said:
            desk_page(july, DeskFilter(), EVERYWHERE, size=size)
        return len(said)

    assert asked(1) == asked(100) == 2


@pytest.fixture
def named():
    factories.apply_month(
        "2026-06",
        [factories.household("H1", division=HERE), factories.household("H2", division=THERE)],
        [factories.member("H1", 1, name="王小二"), factories.member("H2", 2, relation="self", name="王大")],
    )
    return month_run("2026-06", {household_key("H1"): {"division": HERE}, household_key("H2"): {"division": THERE}})


def asked_for(text):
    return DeskFilter(sought=sought(text))


@pytest.mark.parametrize("text", ["王", "wang", "w"])
def test_a_search_narrows_the_list_within_ones_area(named, text):
    assert keys_of(named, asked_for(text)) == {household_key("H1"), household_key("H2")}
    assert keys_of(named, asked_for(text), DeskWatch(("999001",), factories.KEYS)) == {household_key("H1")}


@pytest.mark.parametrize("sort", sorted(SORTS))
@pytest.mark.parametrize("levels", [(), (1,)])
@pytest.mark.parametrize("common", [False, True])
def test_pages_of_a_search_are_those_of_the_list_itself(sort, levels, common, monkeypatch):
    monkeypatch.setattr(search, "COMMON", 3 if common else 100)
    homes = [factories.household(f"H{number}0", division=(HERE, THERE)[number % 2]) for number in range(1, 10)]
    factories.apply_month("2026-06", homes, [factories.member(f"H{number}0", number, name="王五") for number in range(1, 10)])
    facts = {household_key(f"H{number}0"): {"level": 1 + number % 2, "division": (HERE, THERE)[number % 2]} for number in range(1, 10)}
    run = month_run("2026-06", facts)
    plain, searched = DeskFilter(sort=sort, levels=levels), DeskFilter(sort=sort, levels=levels, sought=sought("王"))
    uncounted = DeskCounts({}, None)

    def both(**where: str) -> tuple[DeskPage, DeskPage]:
        (page, counts), (same, counted) = (desk_found(run, asked, EVERYWHERE, size=2, **where) for asked in (plain, searched))
        assert counted == (uncounted if common else counts)
        return page, same

    page, same = both()
    pages = [page]
    while page.after:
        assert page == same
        page, same = both(after=page.after)
        pages.append(page)
    for _ in pages[1:]:
        assert page == same
        page, same = both(before=page.before)
    assert page == same == pages[0]


@pytest.mark.parametrize("text", ["王", "wang", "w"])
def test_a_common_name_is_found_within_ones_area_alone(named, text, monkeypatch):
    monkeypatch.setattr(search, "COMMON", 0)
    viewer, here, there = somebody(Role.MONITOR, "999001"), household_key("H1"), household_key("H2")
    with bound_to(viewer.pk):
        page, counts = desk_found(named, asked_for(text), EVERYWHERE)
    assert ([row.household_key for row in page.rows], counts.found) == ([here], None)
    assert {row.household_key for row in desk_found(named, asked_for(text), EVERYWHERE)[0].rows} == {here, there}
    assert desk_found(named, asked_for("赵"), EVERYWHERE)[1] == DeskCounts({}, 0)


def test_a_number_is_never_common(named, monkeypatch):
    monkeypatch.setattr(search, "COMMON", 0)
    assert keys_of(named, asked_for(factories.identity_number(2))) == {household_key("H2")}


def test_a_search_by_number_finds_the_one_household(named):
    assert keys_of(named, asked_for(factories.identity_number(2))) == {household_key("H2")}
    assert keys_of(named, asked_for("h1")) == {household_key("H1")}
    assert keys_of(named, asked_for("赵")) == set()


def test_the_database_shows_ones_own_county_alone_with_every_filter_in_python_removed(named):
    viewer, here = somebody(Role.MONITOR, "999001"), household_key("H1")
    for text in ("", "王", "wang", factories.identity_number(2), "H2"):
        with bound_to(viewer.pk):
            assert keys_of(named, asked_for(text)) <= {here}
            assert sum(desk_counts(named, asked_for(text), EVERYWHERE).by_level.values()) <= 1
    with bound_to(viewer.pk):
        assert {row.household_key for row in desk_rows(named, [here, here + 1, here + 2], EVERYWHERE)} == {here}
    with bound_to(None):
        assert keys_of(named) == set()
