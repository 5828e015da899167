"""Adding users, letting them go and come back, and giving them a new password."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session

from minsheng.domain.access import operations
from minsheng.domain.access.models import User
from minsheng.domain.access.operations.managing import BeyondOnesArea, NoSuchUser, NotOneself
from minsheng.domain.access.operations.users import NotAUsername, UsernameTaken
from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.access.viewers import NotAllowed
from minsheng.domain.audit.models import Event
from tests.staff import grant, somebody, user

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
BY = "cli:tester"


def events(name: str) -> list[tuple[str, str]]:
    return list(Event.objects.filter(name=name).values_list("by", "subject"))


def session_of(who: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["who"] = who.pk
    session.save()
    UserSession.objects.create(user=who, session_key=session.session_key, ip="127.0.0.1", user_agent="browser")
    return str(session.session_key)


def test_a_new_user_gets_a_one_time_password_that_is_kept_nowhere_in_clear() -> None:
    given = operations.add_user(username="wang.li", display_name="王丽", by=BY, at=NOW)
    made = User.objects.get(username="wang.li")
    assert made.check_password(given.password)
    assert made.one_time_until == given.until == NOW + timedelta(hours=72)
    assert made.created_by == BY
    assert events("user.added") == [(BY, "user:wang.li")]
    assert given.password not in str(list(Event.objects.values()))


def test_a_name_belongs_to_one_person_whatever_its_case() -> None:
    user("wangli")
    with pytest.raises(UsernameTaken):
        operations.add_user(username="WangLi", display_name="王丽", by=BY, at=NOW)


@pytest.mark.parametrize("username", ["", " ", "-a", "a b", "a" * 61, "a:b", "<b>"])
def test_a_name_that_nobody_can_type_is_refused(username: str) -> None:
    with pytest.raises(NotAUsername):
        operations.add_user(username=username, display_name="王丽", by=BY, at=NOW)


def test_only_who_manages_users_adds_one() -> None:
    monitor = somebody(Role.MONITOR)
    with pytest.raises(NotAllowed), bound_to(monitor.pk):
        operations.add_user(username="new", display_name="新", by=monitor.acts_as, at=NOW)


def test_letting_somebody_go_ends_their_sessions_and_keeps_their_grants() -> None:
    administrator, gone = somebody(Role.ADMINISTRATOR, "999001"), somebody(Role.MONITOR, "999001")
    key = session_of(gone)
    with bound_to(administrator.pk):
        assert operations.deactivate_user(username=gone.username, reason="left", by=administrator.acts_as, at=NOW) == 1
    assert not User.objects.get(pk=gone.pk).is_active
    assert not Session.objects.filter(session_key=key).exists()
    assert gone.grants.count() == 1
    with bound_to(administrator.pk):
        assert operations.deactivate_user(username=gone.username, by=administrator.acts_as, at=NOW) == 0
        operations.activate_user(username=gone.username, by=administrator.acts_as, at=NOW)
    assert User.objects.get(pk=gone.pk).is_active
    assert len(events("user.deactivated")) == len(events("user.activated")) == 1


def test_nobody_manages_themselves() -> None:
    administrator = somebody(Role.ADMINISTRATOR)
    with bound_to(administrator.pk), pytest.raises(NotOneself):
        operations.deactivate_user(username=administrator.username, by=administrator.acts_as, at=NOW)
    with bound_to(administrator.pk), pytest.raises(NotOneself):
        operations.reset_password(username=administrator.username, by=administrator.acts_as, at=NOW)


def test_the_administrator_of_a_county_cannot_take_over_an_officer_of_the_province() -> None:
    administrator, above = somebody(Role.ADMINISTRATOR, "999001"), somebody(Role.MONITOR, "99")
    grant(above, Role.MONITOR, "999001")
    with bound_to(administrator.pk), pytest.raises(BeyondOnesArea):
        operations.reset_password(username=above.username, by=administrator.acts_as, at=NOW)


def test_a_reset_gives_a_new_password_ends_sessions_and_takes_lost_keys_away() -> None:
    administrator, who = somebody(Role.ADMINISTRATOR, "999001"), somebody(Role.GRID_WORKER, "999001001001")
    Authenticator.objects.create(user=who, type=Authenticator.Type.TOTP, data={})
    session_of(who)
    with bound_to(administrator.pk):
        given = operations.reset_password(username=who.username, second_factors=True, by=administrator.acts_as, at=NOW)
    again = User.objects.get(pk=who.pk)
    assert again.check_password(given.password)
    assert again.one_time_until == given.until
    assert not Authenticator.objects.exists()
    detail = Event.objects.get(name="user.password_reset").detail
    assert detail["second_factors_removed"] == detail["sessions_ended"] == 1


def test_somebody_unknown_is_said_so() -> None:
    with pytest.raises(NoSuchUser):
        operations.reset_password(username="nobody", by=BY, at=NOW)


def test_signing_out_everywhere_keeps_this_session() -> None:
    who = user("wangli")
    here, _ = session_of(who), session_of(who)
    with bound_to(who.pk):
        assert operations.sign_out_everywhere(username="wangli", keep=here, by=who.acts_as, at=NOW) == 1
    assert Session.objects.filter(session_key=here).exists()
    assert events("user.sessions_ended") == [("user:wangli", "user:wangli")]
    other = somebody(Role.MONITOR)
    with pytest.raises(NotAllowed), bound_to(other.pk):
        operations.sign_out_everywhere(username="wangli", keep="", by=other.acts_as, at=NOW)
