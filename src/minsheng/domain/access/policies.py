"""How long, how often and how many: the numbers behind the rules of access. Whoever starts an operation gives them."""

import calendar
from dataclasses import dataclass
from datetime import date

from minsheng.domain.access.roles import Role
from minsheng.domain.places.models import OrganisationKind

DEMO = "cli:demo"
"""Who makes the accounts of a demo."""

ORGANISATION_KINDS = {
    Role.DEPARTMENT_PARTNER: OrganisationKind.DEPARTMENT,
    Role.CHARITY: OrganisationKind.CHARITY,
    Role.SOCIAL_WORKER: OrganisationKind.SOCIAL_WORK_STATION,
}
"""Role → the kind of organisation it is held for."""


@dataclass(frozen=True)
class AccessRules:
    """The numbers of one installation."""

    grant_months: int = 12
    """A role is held for so many months at most; then somebody must think again."""
    review_months: int = 6
    """A grant that nobody confirmed for so long waits for review."""
    ending_days: int = 30
    """A grant that ends within so many days waits for review too."""
    one_time_hours: int = 72
    """A one-time password holds for so long."""
    opening_hours: int = 4
    """A household opened by breaking the glass closes after so long."""
    openings_a_day: int = 10
    """So many numbers may be tried in a day, those of nobody included."""


DEFAULT_RULES = AccessRules()


def months_later(day: date, months: int) -> date:
    """The same day some months later (or earlier), or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
