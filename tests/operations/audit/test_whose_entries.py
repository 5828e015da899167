"""Who reads which entries of the log, as the web's own role: those of one's place, one's own, and of no place only who answers for all."""

from typing import Any

import pytest

from minsheng.domain.access.models import User
from minsheng.domain.access.operations import Look, record_looks, record_refusal
from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.access.row_security.asking import functions
from minsheng.domain.access.viewers import viewer_of
from minsheng.domain.audit.models import Event
from minsheng.domain.audit.operations import acting_from, record
from minsheng.domain.audit.queries import Sought, count_entries, search_entries
from tests.operations.audit.log import at
from tests.staff import grant, place, somebody, user

pytestmark = pytest.mark.django_db

HERE, THERE, NOWHERE = "999001001201", "999002001201", ""


@pytest.fixture
def log() -> None:
    for division in (HERE, THERE, NOWHERE):
        record("month.closed", by="job:month", at=at(1), subject=f"of {division or 'all'}", division=division)


def read_by(who: User) -> set[str]:
    with bound_to(who.pk):
        found = {entry.subject for entry in search_entries(Sought()).entries}
        assert count_entries(Sought()).number == len(found)
    return found


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize(
    ("code", "subjects"),
    [
        ("999001", {f"of {HERE}"}),
        ("999001001", {f"of {HERE}"}),
        ("999003", set()),
        ("9990", {f"of {HERE}", f"of {THERE}"}),
        ("99", {f"of {HERE}", f"of {THERE}", "of all"}),
    ],
)
def test_entries_are_read_by_who_searches_the_log_at_their_place(log: None, role: Role, code: str, subjects: set[str]) -> None:
    assert read_by(somebody(role, code)) == subjects


def test_other_roles_read_their_own_entries_alone(log: None) -> None:
    monitor = somebody(Role.MONITOR, "99")
    record("month.closed", by=monitor.acts_as, at=at(2), subject="mine")
    assert read_by(monitor) == {"mine"}


def test_an_installation_that_names_its_area_is_whole_for_who_answers_for_that(log: None, settings: Any, db: None) -> None:
    from django.db import connection

    settings.AREA = ("999001", "999002000000")
    with connection.cursor() as cursor:
        [statement] = [one for one in functions() if "access_throughout(" in one]
        cursor.execute(statement)
    assert "of all" not in read_by(somebody(Role.AUDITOR, "999001"))
    both = user("both")
    for code in ("999001", "999002"):
        grant(both, Role.AUDITOR, code)
    assert read_by(both) == {f"of {HERE}", f"of {THERE}", "of all"}


def test_an_entry_that_names_no_place_is_of_the_place_that_who_acted_answers_for() -> None:
    with acting_from(origin="10.0.0.1 abc", division="999001000000"):
        record("month.closed", by="job:month", at=at(1), subject="here")
        record("month.closed", by="job:month", at=at(1), subject="there", division=THERE, origin="elsewhere")
    told = {one.subject: (one.division, one.origin) for one in Event.objects.all()}
    assert told == {"here": ("999001000000", "10.0.0.1 abc"), "there": (THERE, "elsewhere")}


def test_looks_and_refusals_say_place_and_origin_in_their_own_columns() -> None:
    viewer = viewer_of(somebody(Role.TOWNSHIP_OFFICER, "999001002"))
    looks = [Look("warnings.list", "999001002000", [1, 2]), Look("household", HERE, [3])]
    with bound_to(viewer.user_id):
        record_looks(viewer=viewer, looks=looks, path="/warnings/", origin="10.0.0.1 abc", at=at(1))
        record_refusal(viewer=viewer, path="/audit/", kind="NotAllowed", origin="10.0.0.1 abc", at=at(1))
    told = {one.subject: (one.division, one.origin, one.detail) for one in Event.objects.all()}
    assert told == {
        "households:2": ("999001002000", "10.0.0.1 abc", {"how": "warnings.list", "households": [1, 2], "path": "/warnings/"}),
        "household:3": (HERE, "10.0.0.1 abc", {"how": "household", "households": [3], "path": "/warnings/"}),
        "path:/audit/": ("999001002000", "10.0.0.1 abc", {"kind": "NotAllowed"}),
    }


def test_somebodys_home_holds_every_place_they_answer_for() -> None:
    place(HERE)
    holder = user("li")
    assert viewer_of(holder).home == ""
    grant(holder, Role.GRID_WORKER, HERE)
    assert viewer_of(holder).home == HERE
    grant(holder, Role.TOWNSHIP_OFFICER, "999001003")
    assert viewer_of(holder).home == "999001000000"
    grant(holder, Role.MONITOR, "889001")
    assert viewer_of(holder).home == ""
