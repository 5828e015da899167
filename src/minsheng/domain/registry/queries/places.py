"""Places as conditions that may go before row-level security, so that their indexes are used."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import Q

from minsheng.domain.registry.models import Household

_DIGITS: Final = 12
_UNPLACED_FROM_ABOVE: Final = 4
"""Households that nobody placed are seen from the prefecture up."""


def in_places(prefixes: Sequence[str], column: str = "division") -> Q:
    """A division lies in one of these places, told by the beginnings of their codes; no place: none."""
    found = Q(pk__in=[])
    for prefix in prefixes:
        found |= Q(**{f"{column}__gte": prefix, f"{column}__lte": prefix.ljust(_DIGITS, "9")})
    if any(len(prefix) <= _UNPLACED_FROM_ABOVE for prefix in prefixes):
        found |= Q(**{column: ""})
    return found


def divisions_of(household_keys: Iterable[int]) -> dict[int, str]:
    """Household → its place (twelve digits, blank where nobody placed it); one query."""
    return dict(Household.objects.filter(key__in=list(household_keys)).values_list("key", "division"))
