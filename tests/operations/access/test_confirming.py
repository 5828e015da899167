"""The second person: no administrator alone lets anybody see households, approve or administer."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from minsheng.domain.access import operations, queries, states
from minsheng.domain.access.models import Grant, User
from minsheng.domain.access.operations.confirming import NeedsSecondPerson, NothingToConfirm
from minsheng.domain.access.operations.granting import AlreadyHeld, AlreadyRevoked, NoSuchGrant
from minsheng.domain.access.operations.managing import NotOneself
from minsheng.domain.access.policies import months_later
from minsheng.domain.access.roles import NEEDS_SECOND_PERSON, Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.access.viewers import NotAllowed, viewer_of
from minsheng.domain.audit.models import Event
from tests.staff import place, somebody, user

pytestmark = pytest.mark.django_db
PLACE = "999001000000"


@pytest.fixture
def admin() -> User:
    return somebody(Role.ADMINISTRATOR, "999001", username="admin")


def give(by: User | str, to: User, role: str = Role.MONITOR, division: str = "999001") -> int:
    signature = by if isinstance(by, str) else by.acts_as
    given = {"username": to.username, "role": role, "division": division, "ends_on": months_later(timezone.localdate(), 6)}
    if isinstance(by, str):
        return operations.grant_role(**given, by=signature, at=timezone.now())  # type: ignore[arg-type]
    with bound_to(by.pk):
        return operations.grant_role(**given, by=signature, at=timezone.now())  # type: ignore[arg-type]


def confirm(by: User, grant: int, *, agreed: bool = True) -> None:
    with bound_to(by.pk):
        operations.confirm_grant(grant=grant, confirm=agreed, note="looked at", by=by.acts_as, at=timezone.now())


def places_of(who: User) -> list[str]:
    with bound_to(who.pk), connection.cursor() as cursor:
        cursor.execute("SELECT access_places_see_households()")
        return list(cursor.fetchone()[0])


def test_what_one_administrator_gives_counts_for_nothing_until_a_second_person_confirms(admin: User) -> None:
    holder = user("li")
    number = give(admin, holder)
    assert (viewer_of(holder).held, places_of(holder)) == ((), [])
    second = somebody(Role.ADMINISTRATOR, "9990", username="second")
    confirm(second, number)
    assert ([held.role for held in viewer_of(holder).held], places_of(holder)) == ([Role.MONITOR], ["999001"])
    entry = Event.objects.get(name="grant.confirmed")
    assert (entry.by, entry.division, entry.purpose, entry.detail["given_by"]) == (second.acts_as, PLACE, "looked at", admin.acts_as)


def test_a_supervisor_of_the_place_is_a_second_person_too(admin: User) -> None:
    holder = user("li")
    place("999001002")
    number = give(admin, holder, Role.TOWNSHIP_OFFICER, "999001002")
    confirm(somebody(Role.MONITOR, "999001"), number)
    assert places_of(holder) == ["999001002"]


def test_neither_who_gave_nor_who_gets_it_nor_anybody_elsewhere_confirms(admin: User) -> None:
    holder = somebody(Role.MONITOR, "999001", username="li")
    number = give(admin, holder, Role.AUDITOR)
    with pytest.raises(NeedsSecondPerson):
        confirm(admin, number)
    with pytest.raises(NotOneself):
        confirm(holder, number)
    for role, code in (
        (Role.MONITOR, "999002"),
        (Role.ADMINISTRATOR, "999001002"),
        (Role.TOWNSHIP_OFFICER, "999001"),
        (Role.AUDITOR, "999001"),
    ):
        with pytest.raises(NoSuchGrant):
            confirm(somebody(role, code, username=f"{role}{code}"), number)
    assert Grant.objects.get(pk=number).awaiting


def test_an_administrator_made_by_one_alone_confirms_nothing(admin: User) -> None:
    straw, holder = user("straw"), user("li")
    give(admin, straw, Role.ADMINISTRATOR)
    number = give(admin, holder)
    with pytest.raises(NoSuchGrant):
        confirm(straw, number)
    with pytest.raises(NotAllowed):
        give(straw, holder, Role.CHARITY)


def test_what_is_declined_never_counts(admin: User) -> None:
    holder = user("li")
    number = give(admin, holder)
    with pytest.raises(AlreadyHeld):
        give(admin, holder)
    second = somebody(Role.MONITOR, "999001")
    confirm(second, number, agreed=False)
    assert (viewer_of(holder).held, Event.objects.get(name="grant.declined").by) == ((), second.acts_as)
    with pytest.raises(AlreadyRevoked):
        confirm(second, number)
    assert give(admin, holder) != number


def test_a_grant_is_confirmed_once(admin: User) -> None:
    holder, second = user("li"), somebody(Role.MONITOR, "999001")
    number = give(admin, holder)
    confirm(second, number)
    with pytest.raises(NothingToConfirm):
        confirm(second, number)


def test_roles_that_see_nobody_and_what_the_owner_gives_count_at_once(admin: User) -> None:
    author, monitor = user("author"), user("li")
    give(admin, author, Role.MODEL_AUTHOR)
    give("cli:owner", monitor)
    assert [held.role for who in (author, monitor) for held in viewer_of(who).held] == [Role.MODEL_AUTHOR, Role.MONITOR]
    assert frozenset(Role) - {Role.MODEL_AUTHOR, Role.DEPARTMENT_PARTNER, Role.CHARITY} == NEEDS_SECOND_PERSON


def test_the_owner_is_the_second_person_where_there_is_no_other(admin: User) -> None:
    holder = user("li")
    number = give(admin, holder)
    operations.confirm_grant(grant=number, confirm=True, by="cli:owner", at=timezone.now())
    assert viewer_of(holder).held


def test_the_database_holds_it_too(admin: User) -> None:
    holder = user("li")
    number = give(admin, holder)
    kept = Grant.objects.get(pk=number)
    facts = {
        "user": holder,
        "role": "auditor",
        "division_id": PLACE,
        "prefix": "999001",
        "starts_on": kept.starts_on,
        "ends_on": kept.ends_on,
    }
    with bound_to(admin.pk):
        for attempt in (
            lambda: Grant.objects.create(**facts, granted_by=admin.acts_as, granted_at=timezone.now()),
            lambda: Grant.objects.create(**facts, granted_by="cli:owner", granted_at=timezone.now()),
            lambda: Grant.objects.filter(pk=number).update(awaiting=False),
            lambda: Grant.objects.filter(pk=number).update(awaiting=False, confirmed_by=admin.acts_as, confirmed_at=timezone.now()),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()
    assert Grant.objects.get(pk=number).awaiting


def test_what_waits_is_listed_for_who_could_confirm_it_and_counted_without_ones_own(admin: User) -> None:
    number = give(admin, user("li"))
    supervisor, elsewhere = somebody(Role.MONITOR, "999001"), somebody(Role.MONITOR, "999002")
    found = {}
    for who in (admin, supervisor, elsewhere):
        with bound_to(who.pk):
            viewer, at = viewer_of(who), timezone.now()
            lines = queries.grants_to_confirm(viewer=viewer, at=at)
            found[who.username] = (
                [(one.number, one.state, one.given_by_me) for one in lines],
                queries.grants_to_confirm_count(viewer=viewer, at=at),
            )
    assert found == {
        "admin": ([(number, "awaiting", True)], 0),
        supervisor.username: ([(number, "awaiting", False)], 1),
        elsewhere.username: ([], 0),
    }


def test_every_state_of_a_grant_has_words_an_owner_and_a_way_to_it() -> None:
    reached = {row.after for row in states.GRANT_TRANSITIONS}
    assert reached == set(states.GRANT_STATES)
    assert all(label.zh and label.en and label.owner for label in states.GRANT_STATES.values())
