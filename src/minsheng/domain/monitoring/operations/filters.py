"""Saving a filter under a name, and forgetting it."""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.monitoring.models import SavedFilter
from minsheng.kernel.errors import Refusal

MOST = 30
"""Filters that one user may keep."""
_LONGEST_NAME, _LONGEST_QUERY = 40, 600


class UnusableFilter(Refusal):
    """The filter has no name, or says more than can be kept, or there are too many."""

    code: ClassVar[str] = "unusable-filter"


@transaction.atomic
def save_filter(*, user_id: int, name: str, query: str, by: str, at: datetime) -> int:
    """Keep a list's filter under a name of one's own; the same name again replaces it. Raises UnusableFilter."""
    named = " ".join(name.split())
    if not named or len(named) > _LONGEST_NAME or len(query) > _LONGEST_QUERY:
        raise UnusableFilter(f"A filter needs a name of at most {_LONGEST_NAME} characters.", next_step="Give it a short name.")
    others = SavedFilter.objects.filter(user_id=user_id).exclude(name=named)
    if others.count() >= MOST:
        raise UnusableFilter(f"You keep {MOST} filters already.", next_step="Forget one of them first.")
    saved, _ = SavedFilter.objects.update_or_create(user_id=user_id, name=named, defaults={"query": query, "saved_at": at})
    record("filter.saved", by=by, at=at, subject=f"filter:{saved.pk}")
    return int(saved.pk)


@transaction.atomic
def forget_filter(*, user_id: int, filter_id: int, by: str, at: datetime) -> None:
    """Forget one of one's filters; another's, or none, changes nothing."""
    gone, _ = SavedFilter.objects.filter(pk=filter_id, user_id=user_id).delete()
    if gone:
        record("filter.forgotten", by=by, at=at, subject=f"filter:{filter_id}")
