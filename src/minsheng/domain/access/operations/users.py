"""Users: adding them, letting them go and come back, and giving them a new one-time password."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction

from minsheng.domain.access.models import LANGUAGES, User
from minsheng.domain.access.operations.managing import acting, demand_managing, known
from minsheng.domain.access.policies import DEFAULT_RULES, AccessRules
from minsheng.domain.access.roles import May
from minsheng.domain.access.second_factors import remove_second_factors
from minsheng.domain.access.sessions import end_sessions_of
from minsheng.domain.access.viewers import demand
from minsheng.domain.audit.operations import record
from minsheng.kernel.errors import Refusal

_USERNAME = re.compile(r"[\w](?:[\w.@-]{0,58}[\w])?")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mistakes for one another when they are read out."""
_GROUPS, _IN_A_GROUP = 4, 4


class NotAUsername(Refusal):
    """Nobody can sign in under such a name."""

    code: ClassVar[str] = "not-a-username"


class UsernameTaken(Refusal):
    """Somebody signs in under this name already."""

    code: ClassVar[str] = "username-taken"


class NotALanguage(Refusal):
    """The pages do not speak this language."""

    code: ClassVar[str] = "not-a-language"


@dataclass(frozen=True)
class OneTimePassword:
    """A user with a password to be handed over once; it is kept nowhere in clear and must be changed at first sign-in."""

    username: str
    password: str
    until: datetime


@transaction.atomic
def add_user(
    *,
    username: str,
    display_name: str,
    by: str,
    at: datetime,
    email: str = "",
    language: str = "zh",
    rules: AccessRules = DEFAULT_RULES,
) -> OneTimePassword:
    """Add somebody who may sign in, and holds nothing yet; returns the one-time password to hand over.

    Raises NotAllowed, NotAUsername, UsernameTaken, NotALanguage.
    """
    viewer = acting(by)
    if viewer is not None:
        demand(viewer, May.MANAGE_USERS)
    written = username.strip()
    if not _USERNAME.fullmatch(written) or not display_name.strip():
        raise NotAUsername(
            "A user needs a sign-in name (letters, digits, . _ @ -; at most 60) and a name.",
            next_step="Write both, for example: wangli, 王丽.",
        )
    if User.objects.filter(username__iexact=written).exists():
        raise UsernameTaken("Somebody signs in under this name already.", next_step="Choose another name, or use that account.")
    user = User(
        username=written,
        display_name=display_name.strip()[:60],
        email=email.strip(),
        language=_spoken(language),
        date_joined=at,
        created_by=by,
    )
    given = _give_one_time_password(user, at, rules)
    record("user.added", by=by, at=at, subject=f"user:{user.username}")
    return given


@transaction.atomic
def reset_password(
    *, username: str, by: str, at: datetime, second_factors: bool = False, rules: AccessRules = DEFAULT_RULES
) -> OneTimePassword:
    """Give a user a one-time password and end their sessions; where asked, take away second factors too (a lost phone).

    Raises NoSuchUser, NotAllowed.
    """
    user = known(username)
    demand_managing(acting(by), user)
    given = _give_one_time_password(user, at, rules)
    removed = remove_second_factors(user.pk) if second_factors else 0
    ended = end_sessions_of(user.pk)
    detail = {"second_factors_removed": removed, "sessions_ended": ended}
    record("user.password_reset", by=by, at=at, subject=f"user:{user.username}", detail=detail)
    return given


@transaction.atomic
def deactivate_user(*, username: str, by: str, at: datetime, reason: str = "") -> int:
    """Let a user sign in no more and end their sessions at once; their grants stay on record. Returns how many sessions ended.

    Doing it again changes nothing. Raises NoSuchUser, NotAllowed.
    """
    user = known(username)
    demand_managing(acting(by), user)
    if not user.is_active:
        return 0
    User.objects.filter(pk=user.pk).update(is_active=False)
    ended = end_sessions_of(user.pk)
    record("user.deactivated", by=by, at=at, subject=f"user:{user.username}", detail={"sessions_ended": ended}, purpose=reason[:400])
    return ended


@transaction.atomic
def activate_user(*, username: str, by: str, at: datetime) -> None:
    """Let a user sign in again, with what they still hold; doing it again changes nothing. Raises NoSuchUser, NotAllowed."""
    user = known(username)
    demand_managing(acting(by), user)
    if not user.is_active:
        User.objects.filter(pk=user.pk).update(is_active=True)
        record("user.activated", by=by, at=at, subject=f"user:{user.username}")


def new_one_time_password() -> str:
    """Sixteen letters and digits in four groups, about 79 bits: easy to read out, not to be guessed."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_IN_A_GROUP)) for _ in range(_GROUPS))


def _give_one_time_password(user: User, at: datetime, rules: AccessRules) -> OneTimePassword:
    password, until = new_one_time_password(), at + timedelta(hours=rules.one_time_hours)
    user.set_password(password)
    user.one_time_until = until
    user.save()
    return OneTimePassword(user.username, password, until)


def _spoken(language: str) -> str:
    if language not in dict(LANGUAGES):
        raise NotALanguage("The pages speak Chinese (zh) and English (en).", next_step="Choose one of the two.")
    return language
