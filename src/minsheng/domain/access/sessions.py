"""Where a user is signed in now, and ending it. The sessions themselves are the web's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone


@dataclass(frozen=True)
class SignedIn:
    """One session of a user: since when, last seen when, from which address, with which browser. `number` names it to its owner."""

    number: int
    session_key: str
    since: datetime
    seen_at: datetime
    address: str
    agent: str


def sessions_of(user_id: int) -> list[SignedIn]:
    """The sessions of a user that still stand, the newest first."""
    rows = UserSession.objects.filter(user_id=user_id).order_by("-created_at")
    standing = _standing(row.session_key for row in rows)
    return [
        SignedIn(row.pk, row.session_key, row.created_at, row.last_seen_at, row.ip, row.user_agent)
        for row in rows
        if row.session_key in standing
    ]


def end_sessions_of(user_id: int, *, keep: str = "") -> int:
    """End a user's sessions, save one; returns how many stood."""
    rows = UserSession.objects.filter(user_id=user_id).exclude(session_key=keep)
    keys = list(rows.values_list("session_key", flat=True))
    ended = len(_standing(keys))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return ended


def _standing(keys: Iterable[str]) -> set[str]:
    return set(Session.objects.filter(session_key__in=list(keys), expire_date__gt=timezone.now()).values_list("session_key", flat=True))
