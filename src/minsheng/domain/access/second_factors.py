"""What users confirm a sign-in with beside the password. Setting it up and asking for it is the web's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator


@dataclass(frozen=True)
class SecondFactor:
    """One second factor: `totp`, `webauthn` (a passkey) or `recovery_codes`."""

    kind: str
    since: datetime
    used_at: datetime | None


def second_factors_of(user_ids: Iterable[int]) -> dict[int, list[SecondFactor]]:
    """User → second factors, the oldest first; in one query."""
    found: dict[int, list[SecondFactor]] = {}
    rows = Authenticator.objects.filter(user_id__in=list(user_ids)).order_by("created_at")
    for user_id, kind, since, used in rows.values_list("user_id", "type", "created_at", "last_used_at"):
        found.setdefault(user_id, []).append(SecondFactor(str(kind), since, used))
    return found


def remove_second_factors(user_id: int) -> int:
    """Take all second factors of a user away; returns how many."""
    removed, _ = Authenticator.objects.filter(user_id=user_id).delete()
    return int(removed)
