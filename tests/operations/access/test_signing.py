"""What is written down of signing in and out, and what never is."""

from datetime import UTC, datetime, timedelta

import pytest

from minsheng.domain.access import operations
from minsheng.domain.access.models import Device, OpenedHousehold
from minsheng.domain.access.operations.managing import NotOneself
from minsheng.domain.access.operations.reviewing import AlreadyReviewed, NoSuchOpening, ReviewNeeded
from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.audit.models import Event
from tests.staff import somebody, user

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


def sign_in(user_id: int, device: str = "one") -> bool:
    with bound_to(None):
        return operations.sign_in(user_id=user_id, how="password", device=device, agent="browser", origin="127.0.0.1", at=NOW)


def test_the_first_device_is_no_news_the_second_is_and_a_known_one_is_not() -> None:
    who = user()
    assert [sign_in(who.pk), sign_in(who.pk), sign_in(who.pk, "two"), sign_in(who.pk, "two")] == [False, False, True, False]
    assert Event.objects.filter(name="user.signed_in", by=who.acts_as).count() == 4
    assert Event.objects.filter(name="user.new_device").count() == 1
    assert "one" not in set(Device.objects.values_list("digest", flat=True))


def test_a_failed_sign_in_names_who_exists_and_keeps_nothing_that_was_typed() -> None:
    user("zhang")
    with bound_to(None):
        for typed in ("ZHANG", "my secret password"):
            operations.refuse_sign_in(username=typed, why="password", origin="127.0.0.1", at=NOW)
        operations.lock_out(username="zhang", origin="127.0.0.1", at=NOW)
    subjects = list(Event.objects.order_by("pk").values_list("name", "subject"))
    assert subjects == [("user.sign_in_failed", "user:zhang"), ("user.sign_in_failed", "user:?"), ("user.locked_out", "user:zhang")]
    assert "secret" not in str(list(Event.objects.values()))


def test_signing_out_and_changed_keys_are_on_record() -> None:
    who = user(one_time_until=NOW)
    with bound_to(who.pk):
        operations.change_password(username="zhang", origin="", at=NOW)
        operations.change_second_factor(username="zhang", kind="totp", added=True, origin="", at=NOW)
        operations.change_second_factor(username="zhang", kind="totp", added=False, origin="", at=NOW)
        operations.sign_out(username="zhang", why="idle", origin="", at=NOW)
    who.refresh_from_db()
    assert who.one_time_until is None
    assert list(Event.objects.order_by("pk").values_list("name", flat=True)) == [
        "user.password_changed",
        "user.second_factor_added",
        "user.second_factor_removed",
        "user.signed_out",
    ]


def opening(by: str = "999002001201") -> OpenedHousehold:
    return OpenedHousehold.objects.create(
        user=somebody(Role.MONITOR, "999001"),
        household_key=7,
        division=by,
        reason="the family has moved",
        opened_at=NOW - timedelta(hours=1),
        closes_at=NOW + timedelta(hours=3),
    )


def test_a_supervisor_of_the_place_says_whether_it_was_justified_and_closes_it_where_not() -> None:
    opened, supervisor = opening(), somebody(Role.MONITOR, "999002")
    with bound_to(supervisor.pk):
        with pytest.raises(ReviewNeeded):
            operations.review_opened(opening=opened.pk, justified=True, review=" ", by=supervisor.acts_as, at=NOW)
        operations.review_opened(opening=opened.pk, justified=False, review="no such move", by=supervisor.acts_as, at=NOW)
        with pytest.raises(AlreadyReviewed):
            operations.review_opened(opening=opened.pk, justified=True, review="again", by=supervisor.acts_as, at=NOW)
    opened.refresh_from_db()
    assert (opened.closes_at, opened.reviewed_by) == (NOW, supervisor.acts_as)
    assert Event.objects.get(name="household.opening_reviewed").detail["justified"] is False


def test_nobody_reviews_their_own_opening_nor_one_beyond_their_area() -> None:
    opened, elsewhere = opening(), somebody(Role.MONITOR, "999003")
    with bound_to(opened.user.pk), pytest.raises(NotOneself):
        operations.review_opened(opening=opened.pk, justified=True, review="fine", by=opened.user.acts_as, at=NOW)
    with bound_to(elsewhere.pk), pytest.raises(NoSuchOpening):
        operations.review_opened(opening=opened.pk, justified=True, review="fine", by=elsewhere.acts_as, at=NOW)
