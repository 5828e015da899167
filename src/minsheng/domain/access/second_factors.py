"""What users confirm a sign-in with beside the password. Setting it up and asking for it is the web's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from allauth.mfa.models import Authenticator

from minsheng.domain.access.models import SealedSecret
from minsheng.kernel.errors import Refusal

_REFERENCE = "sealed:"


class SecretGone(Refusal):
    """Nothing is kept under the reference."""

    code: ClassVar[str] = "secret-gone"


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


def keep_secret(sealed: bytes) -> str:
    """Keep a sealed secret in the caller's transaction; returns what it is called by from now on."""
    return f"{_REFERENCE}{SealedSecret.objects.create(value=sealed).pk}"


def kept_secret(reference: str) -> bytes:
    """The sealed secret that is called so; raises SecretGone."""
    number = reference.removeprefix(_REFERENCE)
    found = SealedSecret.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if found is None:
        raise SecretGone("The secret of this second factor is no longer here.", next_step="Take it away, and set it up again.")
    return bytes(found.value)


def remove_second_factors(user_id: int) -> int:
    """Take all second factors of a user away; returns how many."""
    removed, _ = Authenticator.objects.filter(user_id=user_id).delete()
    return int(removed)
