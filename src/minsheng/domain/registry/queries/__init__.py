"""Every read of the registry.

Belongs here: people for linkage, the register frozen at a month's end, and cards and labels to show. Does not belong: writes.
"""

from minsheng.domain.registry.queries.cards import (
    HouseholdCard,
    HouseholdName,
    MemberLine,
    NoSuchHousehold,
    household_card,
    household_names,
    households_named,
    people_labels,
)
from minsheng.domain.registry.queries.counting import people_count, person_exists
from minsheng.domain.registry.queries.freezing import FrozenRegistry, NothingRegistered, frozen_registry
from minsheng.domain.registry.queries.identities import area_prefixes, people_for_linkage, person_of_number, redirects, registry_epoch

__all__ = [
    "FrozenRegistry",
    "HouseholdCard",
    "HouseholdName",
    "MemberLine",
    "NoSuchHousehold",
    "NothingRegistered",
    "area_prefixes",
    "frozen_registry",
    "household_card",
    "household_names",
    "households_named",
    "people_count",
    "people_for_linkage",
    "people_labels",
    "person_exists",
    "person_of_number",
    "redirects",
    "registry_epoch",
]
