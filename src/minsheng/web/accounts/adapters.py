"""How the sign-in library behaves here: nobody signs up, failures are written down, secrets are sealed, mail goes where there is any."""

import hashlib
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minsheng.domain.access.operations import lock_out, refuse_sign_in
from minsheng.domain.access.queries import who_signs_in_as
from minsheng.domain.access.second_factors import keep_secret, kept_secret
from minsheng.web.requests import installation, now, origin_of
from minsheng.web.words import spoken

_RECENT_SECONDS = 600


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Passwords and sessions."""

    def is_open_for_signup(self, *_: Any) -> bool:
        """Nobody signs up by themselves."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a name or an address that failed too often, and write it down once while it lasts."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            origin, username = origin_of(request), str(credentials.get("username", ""))
            mark = hashlib.sha256(f"{username.lower()} {self.get_client_ip(request)}".encode()).hexdigest()
            if cache.add(f"locked-out:{mark}", 1, timeout=settings.LOCK_OUT_MINUTES * 60):
                lock_out(username=username, origin=origin, at=now())
            raise ValidationError(
                spoken(
                    f"尝试次数过多，暂停登录。请 {settings.LOCK_OUT_MINUTES} 分钟后再试，或请系统管理员重设密码。",
                    f"Too many attempts. Try again in {settings.LOCK_OUT_MINUTES} minutes, or ask an administrator for a new password.",
                )
            ) from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write down that a password did not fit."""
        refuse_sign_in(username=str(credentials.get("username", "")), why="password", origin=origin_of(request), at=now())

    def pre_login(self, request: HttpRequest, user: Any, **hooks: Any) -> HttpResponse | None:
        """Refuse who is not active, and a one-time password whose time is over."""
        answer = super().pre_login(request, user, **hooks)
        if answer is not None:
            refuse_sign_in(username=user.username, why="inactive", origin=origin_of(request), at=now())
            return cast("HttpResponse", answer)
        if user.one_time_until is not None and user.one_time_until <= now() and _how(request, user)[-1:] == ["password"]:
            refuse_sign_in(username=user.username, why="one_time_over", origin=origin_of(request), at=now())
            return render(request, "accounts/one_time_over.html", status=403)
        return None

    def get_password_change_redirect_url(self, *_: Any) -> str:
        """After a new password, go on."""
        return str(reverse("office:front"))

    def is_reauthentication_required(self, *, app: str, **words: Any) -> bool:
        """Ask again for the password, unless somebody signed in with it a moment ago."""
        records = get_authentication_records(self.request, self.request.user)
        recent = any(record["method"] == "password" and now().timestamp() - record["at"] < _RECENT_SECONDS for record in records)
        return not recent and bool(super().is_reauthentication_required(app=app, **words))

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell a user by mail, where mail is set up and an address is known; once everything is written down."""
        address = email or user.email
        if settings.MAIL and address:
            told = {"user": user, "email": address, "request": self.request, "current_site": get_current_site(self.request)}
            where = {"ip": self.get_client_ip(self.request), "user_agent": self.get_http_user_agent(self.request)[:200], "timestamp": now()}
            message = self.render_mail(template_prefix, address, {**told, **where, **(context or {})})
            transaction.on_commit(message.send, robust=True)


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are sealed with the installation's key."""

    def encrypt(self, text: str) -> str:
        """The text sealed and kept; the library is given what it is called by."""
        return keep_secret(installation().keys.seal_text(text))

    def decrypt(self, encrypted_text: str) -> str:
        """The text back; raises SecretGone or Unsealable."""
        return installation().keys.open_text(kept_secret(encrypted_text))

    def get_totp_label(self, user: Any) -> str:
        """What the authenticator app calls the account."""
        return str(user.username)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a new passkey is called until it is named."""
        count = len(user.authenticator_set.filter(type=type))
        return spoken("通行密钥", "Passkey") + (f" {count + 1}" if count else "")


class Elsewhere(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on: only users that exist here come in, told by one claim of the provider."""

    def is_open_for_signup(self, *_: Any) -> bool:
        """Nobody signs up through another system."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the user that the provider vouches for; nobody else comes in, and accounts are never joined."""
        if sociallogin.state.get("process") not in (None, "login"):
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        told = sociallogin.account.extra_data
        claims = {**told.get("id_token", {}), **told.get("userinfo", {})} or told
        claim = claims.get(settings.OIDC_CLAIM)
        user = who_signs_in_as(claim) if isinstance(claim, str) else None
        if user is None:
            refuse_sign_in(username=claim if isinstance(claim, str) else "", why="single_sign_on", origin=origin_of(request), at=now())
            raise ImmediateHttpResponse(render(request, "accounts/nobody_here.html", status=403))
        sociallogin.user = user

    def on_authentication_error(self, request: HttpRequest, *_: Any, **__: Any) -> None:
        """Write down that the provider's answer did not hold."""
        refuse_sign_in(username="", why="single_sign_on", origin=origin_of(request), at=now())


def _how(request: HttpRequest, user: Any) -> list[str]:
    return [str(record["method"]) for record in get_authentication_records(request, user)]


def how_signed_in(request: HttpRequest, user: Any) -> str:
    """By which means somebody came in: `password`, `password+totp`, `webauthn`, `socialaccount` …"""
    records = get_authentication_records(request, user)
    return "+".join(dict.fromkeys(str(record.get("type", record["method"])) for record in records)) or "other"
