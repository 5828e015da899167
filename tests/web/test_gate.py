"""The gate: who comes in, who is sent to sign in, who is refused, and what is written down."""

import pytest
from django.test import Client

from minsheng.domain.access.roles import Role
from minsheng.domain.audit.models import Event
from tests.staff import somebody, user

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/"


def test_somebody_signed_in_gets_the_front_page_in_their_language(client: Client) -> None:
    client.force_login(user("li", language="en"))
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Good day" in answer.content.decode()


def test_a_role_that_can_export_needs_a_second_factor(client: Client) -> None:
    client.force_login(somebody(Role.MONITOR))
    assert client.get("/")["Location"] == "/accounts/2fa/"


def test_pages_carry_a_strict_content_security_policy(client: Client) -> None:
    client.force_login(user())
    policy = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert Event.objects.filter(name="page.refused").count() == 0
