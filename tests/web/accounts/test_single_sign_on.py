"""Single sign-on: who the provider vouches for comes in if they exist here, and nobody else; nothing is joined or kept."""

from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from minsheng.domain.access.models import User
from minsheng.domain.audit.models import Event
from minsheng.web.accounts.adapters import Elsewhere
from tests.staff import user

pytestmark = pytest.mark.django_db
ISSUER = "https://id.example.org"
TOLD: dict[str, object] = {}


class Answer:
    """What a provider answers."""

    status_code = 200

    def __init__(self, body: dict[str, object]) -> None:
        self.body = body
        self.headers = {"content-type": "application/json"}
        self.text = str(body)

    def json(self) -> dict[str, object]:
        return self.body

    def raise_for_status(self) -> None:
        """All is well."""


class Provider:
    """A provider of OpenID Connect that vouches for whoever is in TOLD."""

    def __enter__(self) -> "Provider":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""

    def get(self, url: str, **_: Any) -> Answer:
        if "well-known" in url:
            names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
            return Answer({"issuer": ISSUER, **{name: f"{ISSUER}/{name}" for name in names}})
        return Answer(dict(TOLD))

    def request(self, *_: Any, **__: Any) -> Answer:
        return Answer({"access_token": "token", "token_type": "bearer"})


@pytest.fixture(autouse=True)
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app = {"provider_id": "oidc", "name": "市统一认证", "client_id": "us", "secret": "s", "settings": {"server_url": ISSUER}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.OIDC_ISSUER, settings.OIDC_NAME = ISSUER, "市统一认证"
    monkeypatch.setattr(Elsewhere, "get_requests_session", lambda _: Provider())


def come_in(client: Client, **claims: object) -> Any:
    TOLD.clear()
    TOLD.update({"sub": "1", **claims})
    leaving = client.post("/accounts/oidc/oidc/login/")
    asked = parse_qs(urlparse(leaving["Location"]).query)
    assert leaving["Location"].startswith(f"{ISSUER}/authorization_endpoint")
    assert "code_challenge" in asked
    return client.get("/accounts/oidc/oidc/login/callback/", {"code": "c", "state": asked["state"][0]})


def test_the_button_names_the_provider(client: Client) -> None:
    assert "市统一认证" in client.get("/accounts/login/").content.decode()


def test_somebody_who_exists_here_comes_in(client: Client) -> None:
    user("zhang")
    assert come_in(client, preferred_username="ZHANG")["Location"] == "/"
    assert client.get("/").status_code == 200
    assert Event.objects.get(name="user.signed_in").detail["how"] == "socialaccount"
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "claims", [{"preferred_username": "stranger"}, {"email": "zhang@example.org"}, {"preferred_username": ["zhang"]}, {}]
)
def test_nobody_else_comes_in_and_nobody_is_made(client: Client, claims: dict[str, object]) -> None:
    user("zhang", email="zhang@example.org")
    answer = come_in(client, **claims)
    assert answer.status_code == 403
    assert "没有您的账号" in answer.content.decode()
    assert client.get("/").status_code == 302
    assert User.objects.count() == 1
    assert Event.objects.get(name="user.sign_in_failed").detail == {"why": "single_sign_on"}


def test_somebody_deactivated_does_not_come_in(client: Client) -> None:
    user("zhang", is_active=False)
    assert come_in(client, preferred_username="zhang").status_code == 403


def test_an_answer_nobody_asked_for_is_refused(client: Client) -> None:
    answer = client.get("/accounts/oidc/oidc/login/callback/", {"code": "c", "state": "made up"})
    assert client.get("/").status_code == 302
    assert "没有登录成功" in answer.content.decode()
