"""Signing in and out: with a password, with a second step, too often, too long; and what is written down."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.utils import timezone

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import Role
from minsheng.domain.audit.models import Event
from tests.staff import somebody, user

pytestmark = pytest.mark.django_db
PASSWORD = "gao-shan-liu-shui-42"
SIGN_IN, CHANGE, KEYS = "/accounts/login/", "/accounts/password/change/", "/accounts/2fa/"


class Clock:
    """The hands of every clock here."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def seconds(self) -> float:
        return self.at.timestamp()

    def move_to(self, at: datetime) -> None:
        self.at = at


@contextmanager
def travel(at: datetime) -> Iterator[Clock]:
    clock = Clock(at)
    with patch.object(timezone, "now", lambda: clock.at), patch.object(time, "time", clock.seconds):
        yield clock


def sign_in(client: Client, username: str = "zhang", password: str = PASSWORD, **headers: str) -> object:
    return client.post(SIGN_IN, {"login": username, "password": password}, **headers)


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def set_up_app(client: Client) -> str:
    page = client.get(f"{KEYS}totp/activate/")
    secret = str(page.context["form"].secret)
    assert client.post(f"{KEYS}totp/activate/", {"code": code_of(secret)}).status_code == 302
    return secret


def names() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("name", flat=True))


def test_the_right_password_leads_to_the_desk_and_on_record(client: Client) -> None:
    user(password=PASSWORD)
    assert sign_in(client)["Location"] == "/"
    assert client.get("/").status_code == 200
    event = Event.objects.get(name="user.signed_in")
    assert (event.by, event.subject, event.detail) == ("user:zhang", "user:zhang", {"how": "password", "new_device": True})
    assert event.origin.startswith("127.0.0.1")
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302
    assert names() == ["user.signed_in", "user.signed_out"]


def test_a_wrong_password_and_a_wrong_name_are_answered_alike_and_not_kept(client: Client) -> None:
    user(password=PASSWORD)
    said = [re.sub(r'value="[^"]*"', "", sign_in(client, name, "wrong").content.decode()) for name in ("zhang", "nobody")]
    assert said[0] == said[1]
    assert list(Event.objects.order_by("pk").values_list("by", "subject")) == [("anonymous", "user:zhang"), ("anonymous", "user:?")]
    assert "wrong" not in str(list(Event.objects.values()))


def test_after_too_many_failures_even_the_right_password_waits(client: Client) -> None:
    user(password=PASSWORD)
    for _ in range(6):
        answer = sign_in(client, password="wrong")
    assert "15" in answer.content.decode()
    assert sign_in(client).status_code == 200
    assert client.get("/").status_code == 302
    assert Event.objects.filter(name="user.locked_out", subject="user:zhang").count() == 1
    with travel(timezone.now() + timedelta(minutes=16)):
        assert sign_in(client).status_code == 302


def test_somebody_deactivated_does_not_come_in(client: Client) -> None:
    user(password=PASSWORD, is_active=False)
    assert sign_in(client)["Location"] == "/accounts/inactive/"
    assert client.get("/").status_code == 302
    assert Event.objects.get(name="user.sign_in_failed").detail == {"why": "inactive"}


def test_a_role_that_can_export_sets_up_a_second_factor_before_anything_else(
    client: Client, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    monitor = somebody(Role.MONITOR)
    monitor.set_password(PASSWORD)
    monitor.save()
    sign_in(client, monitor.username)
    assert client.get("/")["Location"] == KEYS
    assert "开始前" in client.get(KEYS).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up_app(client)
    assert client.get("/").status_code == 200
    kept = Authenticator.objects.get(user=monitor, type="totp").data["secret"]
    assert secret not in kept
    assert [event.detail["kind"] for event in Event.objects.filter(name="user.second_factor_added").order_by("pk")] == [
        "totp",
        "recovery_codes",
    ]


def test_the_second_step_asks_for_a_code_and_takes_each_once(client: Client) -> None:
    user(password=PASSWORD)
    sign_in(client)
    secret = set_up_app(client)
    client.post("/accounts/logout/")
    with travel(timezone.now() + timedelta(minutes=2)):
        assert sign_in(client)["Location"] == f"{KEYS}authenticate/"
        assert client.get("/").status_code == 302
        assert client.post(f"{KEYS}authenticate/", {"code": "000000"}).status_code == 200
        code = code_of(secret)
        assert client.post(f"{KEYS}authenticate/", {"code": code})["Location"] == "/"
        assert client.get("/").status_code == 200
        assert Event.objects.filter(name="user.signed_in").last().detail["how"] == "password+totp"
        assert Event.objects.get(name="user.sign_in_failed").detail == {"why": "second_factor"}
        again = Client()
        sign_in(again)
        assert again.post(f"{KEYS}authenticate/", {"code": code}).status_code == 200


def test_a_recovery_code_stands_in_for_the_phone_once(client: Client) -> None:
    who = user(password=PASSWORD)
    sign_in(client)
    set_up_app(client)
    code = Authenticator.objects.get(user=who, type="recovery_codes").wrap().get_unused_codes()[0]
    assert code in client.get(f"{KEYS}recovery-codes/").content.decode()
    for status in (302, 200):
        fresh = Client()
        sign_in(fresh)
        assert fresh.post(f"{KEYS}authenticate/", {"code": code}).status_code == status


def test_a_one_time_password_is_changed_before_anything_else(client: Client) -> None:
    user(password="one-time-word-77", one_time_until=timezone.now() + timedelta(hours=1))
    sign_in(client, password="one-time-word-77")
    assert client.get("/")["Location"] == CHANGE
    assert client.get(KEYS)["Location"] == CHANGE
    assert "一次性密码" in client.get(CHANGE).content.decode()
    weak = client.post(CHANGE, {"oldpassword": "one-time-word-77", "password1": "zhangzhang1", "password2": "zhangzhang1"})
    assert "容易被猜到" in weak.content.decode()
    client.post(CHANGE, {"oldpassword": "one-time-word-77", "password1": PASSWORD, "password2": PASSWORD})
    assert client.get("/").status_code == 200
    assert User.objects.get().one_time_until is None
    assert "user.password_changed" in names()


def test_a_one_time_password_is_over_after_its_time(client: Client) -> None:
    user(password=PASSWORD, one_time_until=timezone.now() - timedelta(minutes=1))
    assert sign_in(client).status_code == 403
    assert client.get("/").status_code == 302
    assert Event.objects.get(name="user.sign_in_failed").detail == {"why": "one_time_over"}


@pytest.mark.parametrize(("minutes", "why"), [(31, "idle"), (12 * 60 + 1, "too_long")])
def test_a_session_ends_when_nothing_is_done_and_after_a_working_day(client: Client, minutes: int, why: str) -> None:
    user(password=PASSWORD)
    start = timezone.now()
    with travel(start) as clock:
        sign_in(client)
        if why == "too_long":
            for step in range(1, minutes // 25 + 1):
                clock.move_to(start + timedelta(minutes=25 * step))
                assert client.get("/").status_code == 200
        clock.move_to(start + timedelta(minutes=minutes))
        assert client.get("/")["Location"].startswith(SIGN_IN)
        assert "重新登录" in client.get(SIGN_IN).content.decode()
    assert Event.objects.get(name="user.signed_out").detail == {"why": why}


def test_a_page_that_asks_by_itself_is_nobody_at_work(client: Client) -> None:
    user(password=PASSWORD)
    start = timezone.now()
    with travel(start) as clock:
        sign_in(client)
        for minutes in (20, 29):
            clock.move_to(start + timedelta(minutes=minutes))
            assert client.get("/", headers={"X-Quiet": "1"}).status_code == 200
        clock.move_to(start + timedelta(minutes=31))
        answer = client.get("/", headers={"HX-Request": "true"})
        assert (answer.status_code, answer["HX-Redirect"]) == (204, f"{SIGN_IN}?next=/")


def test_a_new_device_is_told_to_the_others_once_and_by_mail_where_there_is_any(
    client: Client, settings: object, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    settings.MAIL, settings.EMAIL_BACKEND = "smtp://x", "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    user(password=PASSWORD, email="zhang@example.org")
    sign_in(client)
    other = Client(headers={"user-agent": "another browser"})
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(other)
    assert "新设备" in client.get("/").content.decode()
    assert "新设备" not in client.get("/").content.decode()
    assert "第一次在这台设备" in other.get("/").content.decode()
    assert [message.to for message in mail.outbox] == [["zhang@example.org"]]
    assert "新设备" in mail.outbox[0].subject
    assert names().count("user.new_device") == 1


def test_one_signs_out_everywhere_else(client: Client) -> None:
    user(password=PASSWORD)
    sign_in(client)
    other = Client()
    sign_in(other)
    assert UserSession.objects.count() == 2
    assert "退出其他" in client.get("/accounts/mine/").content.decode()
    client.post("/accounts/mine/sessions/end/")
    assert other.get("/").status_code == 302
    assert client.get("/").status_code == 200


def test_changing_the_password_ends_the_other_sessions(client: Client) -> None:
    user(password=PASSWORD)
    sign_in(client)
    other = Client()
    sign_in(other)
    new = "xiao-qiao-liu-shui-57"
    client.post(CHANGE, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert other.get("/").status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("address", ["/accounts/signup/", "/accounts/email/", "/accounts/password/reset/", "/accounts/3rdparty/"])
def test_nobody_signs_up_or_joins_accounts(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(("language", "said"), [("zh", "登录工作台"), ("en", "Sign in")])
def test_signing_in_speaks_the_language_of_the_device_without_inline_script_or_style(client: Client, language: str, said: str) -> None:
    client.cookies["language"] = language
    page = client.get(SIGN_IN)
    text = page.content.decode()
    assert said in text
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))|<style|\sstyle=|\son\w+=|javascript:", text)
    assert "unsafe" not in page["Content-Security-Policy"]


def test_demo_accounts_are_shown_in_a_demo_only(client: Client, settings: object) -> None:
    from minsheng.domain.access.operations import DEMO_PASSWORD, demo_accounts
    from tests.staff import place

    place("999001001001")
    demo_accounts(county="999001", by="cli:demo", at=timezone.now())
    assert DEMO_PASSWORD not in client.get(SIGN_IN).content.decode()
    settings.DEMO, settings.SECOND_FACTOR_REQUIRED = True, False  # type: ignore[attr-defined]
    assert client.get(SIGN_IN).content.decode().count(f'data-demo-password="{DEMO_PASSWORD}"') == 15
    sign_in(client, "admin", DEMO_PASSWORD)
    assert client.get("/").status_code == 200
