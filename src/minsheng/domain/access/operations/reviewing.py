"""What a supervisor says of a household that was opened by breaking the glass."""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from minsheng.domain.access.models import OpenedHousehold
from minsheng.domain.access.operations.managing import acting, demand_another
from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import demand
from minsheng.domain.audit.operations import record
from minsheng.kernel.errors import Refusal


class NoSuchOpening(Refusal):
    """No opened household of this number is in one's area."""

    code: ClassVar[str] = "no-such-opening"


class ReviewNeeded(Refusal):
    """A review says something."""

    code: ClassVar[str] = "review-needed"


class AlreadyReviewed(Refusal):
    """A supervisor has looked at it before."""

    code: ClassVar[str] = "already-reviewed"


@transaction.atomic
def review_opened(*, opening: int, justified: bool, review: str, by: str, at: datetime) -> None:
    """Say whether opening a household was justified, and close it where it was not; nobody reviews their own.

    Raises NoSuchOpening (also for those beyond one's area), NotAllowed, ReviewNeeded, AlreadyReviewed.
    """
    viewer = acting(by)
    found = OpenedHousehold.objects.filter(pk=opening).select_related("user").first()
    if found is None:
        raise NoSuchOpening("There is no such opened household in your area.", next_step="See the list of opened households.")
    if viewer is not None:
        demand_another(viewer, found.user)
        demand(viewer, May.SUPERVISE, found.division)
    said = review.strip()[:400]
    if not said:
        raise ReviewNeeded("A review says what you found.", next_step="Write a sentence.")
    row = OpenedHousehold.objects.select_for_update().get(pk=opening)
    if row.reviewed_at is not None:
        raise AlreadyReviewed("This was reviewed before.", next_step="Nothing more is needed.")
    row.reviewed_by, row.reviewed_at, row.review = by, at, said
    if not justified and row.closes_at > at > row.opened_at:
        row.closes_at = at
    row.save(update_fields=["reviewed_by", "reviewed_at", "review", "closes_at"])
    detail, subject = {"opening": opening, "justified": justified, "opened_by": found.user.acts_as}, f"household:{row.household_key}"
    record("household.opening_reviewed", by=by, at=at, subject=subject, detail=detail, purpose=said, division=row.division)
