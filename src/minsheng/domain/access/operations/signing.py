"""Writing down who signed in and out, from where, and what went wrong. Nothing typed is ever kept."""

import hashlib
from datetime import datetime

from django.db import transaction

from minsheng.domain.access.models import Device, User
from minsheng.domain.access.operations.managing import acting, demand_managing, known
from minsheng.domain.access.row_security.acting import name_user
from minsheng.domain.access.sessions import end_sessions_of
from minsheng.domain.audit.operations import record

NOBODY = "anonymous"
UNKNOWN = "user:?"
"""The subject of a failure under a name that nobody has: the name itself may be a mistyped password and is not kept."""


@transaction.atomic
def sign_in(*, user_id: int, how: str, device: str, agent: str, origin: str, at: datetime) -> bool:
    """Record that a user signed in, and let the transaction be theirs from here; returns whether the device is new to them.

    `device` is the secret that the browser keeps; only its digest is stored. The very first device of a user is no news.
    """
    name_user(user_id)
    user = User.objects.get(pk=user_id)
    known_before = Device.objects.filter(user=user).exists()
    _, new = Device.objects.update_or_create(
        user=user,
        digest=hashlib.sha256(device.encode()).hexdigest(),
        defaults={"last_seen_at": at, "agent": agent[:200]},
        create_defaults={"first_seen_at": at, "last_seen_at": at, "agent": agent[:200]},
    )
    record("user.signed_in", by=user.acts_as, at=at, subject=user.acts_as, detail={"how": how, "new_device": new}, origin=origin)
    if new and known_before:
        record("user.new_device", by=user.acts_as, at=at, subject=user.acts_as, detail={"agent": agent[:200]}, origin=origin)
    return new and known_before


def refuse_sign_in(*, username: str, why: str, origin: str, at: datetime) -> None:
    """Record that a sign-in failed; a name that nobody has is not kept."""
    record("user.sign_in_failed", by=NOBODY, at=at, subject=_subject(username), detail={"why": why}, origin=origin)


def lock_out(*, username: str, origin: str, at: datetime) -> None:
    """Record that a name, or an address, is locked out for a while after too many failures."""
    record("user.locked_out", by=NOBODY, at=at, subject=_subject(username), origin=origin)


def sign_out(*, username: str, why: str, origin: str, at: datetime) -> None:
    """Record that a user signed out, or was signed out by the limits of a session (why: asked, idle, too_long)."""
    record("user.signed_out", by=f"user:{username}", at=at, subject=f"user:{username}", detail={"why": why}, origin=origin)


@transaction.atomic
def change_password(*, username: str, origin: str, at: datetime) -> None:
    """Record that a user chose a new password; a one-time password is done with."""
    user = known(username)
    User.objects.filter(pk=user.pk).update(one_time_until=None)
    record("user.password_changed", by=user.acts_as, at=at, subject=user.acts_as, origin=origin)


def change_second_factor(*, username: str, kind: str, added: bool, origin: str, at: datetime) -> None:
    """Record that a user set up, renewed or took away a second factor (kind: totp, webauthn, recovery_codes)."""
    who = f"user:{username}"
    if added:
        record("user.second_factor_added", by=who, at=at, subject=who, detail={"kind": kind}, origin=origin)
    else:
        record("user.second_factor_removed", by=who, at=at, subject=who, detail={"kind": kind}, origin=origin)


@transaction.atomic
def sign_out_everywhere(*, username: str, keep: str, by: str, at: datetime) -> int:
    """End all sessions of a user, save one (`keep`, a session's key; blank: none); returns how many ended.

    One does it for oneself; an administrator for those they manage. Raises NoSuchUser, NotAllowed.
    """
    viewer, user = acting(by), known(username)
    if viewer is None or viewer.user_id != user.pk:
        demand_managing(viewer, user)
    ended = end_sessions_of(user.pk, keep=keep)
    record("user.sessions_ended", by=by, at=at, subject=user.acts_as, detail={"sessions": ended})
    return ended


def _subject(username: str) -> str:
    found = User.objects.filter(username__iexact=username.strip()[:60]).values_list("username", flat=True).first()
    return f"user:{found}" if found else UNKNOWN
