"""The numbers of access as the settings give them."""

from django.conf import settings

from minsheng.domain.access.policies import AccessRules


def access_rules() -> AccessRules:
    """How long, how often and how many, in this installation."""
    return AccessRules(
        grant_months=settings.GRANT_MONTHS,
        review_months=settings.REVIEW_MONTHS,
        opening_hours=settings.OPENING_HOURS,
        openings_a_day=settings.OPENINGS_A_DAY,
    )
