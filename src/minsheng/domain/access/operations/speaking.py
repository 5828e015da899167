"""Which language a user reads."""

from datetime import datetime

from minsheng.domain.access.models import User
from minsheng.domain.audit.operations import record


def speak(*, user_id: int, language: str, by: str, at: datetime) -> None:
    """Speak to a user in `zh` or `en` from now on."""
    changed = User.objects.filter(pk=user_id).exclude(language=language).update(language=language)
    if changed:
        record("user.language_chosen", by=by, at=at, subject=f"user:{user_id}", detail={"language": language})
