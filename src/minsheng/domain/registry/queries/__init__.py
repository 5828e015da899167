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
from minsheng.domain.registry.queries.counting import people_count, people_estimate, person_exists
from minsheng.domain.registry.queries.faces import Face, faces, people_within
from minsheng.domain.registry.queries.freezing import FrozenRegistry, NothingRegistered, frozen_registry
from minsheng.domain.registry.queries.histories import CHANGED_FIELDS, household_history, person_as_it_was, person_history
from minsheng.domain.registry.queries.household_file import (
    HouseholdFile,
    ListingLine,
    MemberFile,
    MemberSpell,
    MergeNote,
    household_file,
)
from minsheng.domain.registry.queries.identities import area_prefixes, people_for_linkage, person_of_number, redirects, registry_epoch
from minsheng.domain.registry.queries.merges import MergeLine, merges
from minsheng.domain.registry.queries.opening import OpenedLine, opened_households, openings_to_review
from minsheng.domain.registry.queries.places import divisions_of, in_places
from minsheng.domain.registry.queries.search import (
    LONGEST,
    Found,
    Sought,
    found_first,
    households_found,
    is_common,
    somebody_called,
    sought,
)

__all__ = [
    "CHANGED_FIELDS",
    "LONGEST",
    "Face",
    "Found",
    "FrozenRegistry",
    "HouseholdCard",
    "HouseholdFile",
    "HouseholdName",
    "ListingLine",
    "MemberFile",
    "MemberLine",
    "MemberSpell",
    "MergeLine",
    "MergeNote",
    "NoSuchHousehold",
    "NothingRegistered",
    "OpenedLine",
    "Sought",
    "area_prefixes",
    "divisions_of",
    "faces",
    "found_first",
    "frozen_registry",
    "household_card",
    "household_file",
    "household_history",
    "household_names",
    "households_found",
    "households_named",
    "in_places",
    "is_common",
    "merges",
    "opened_households",
    "openings_to_review",
    "people_count",
    "people_estimate",
    "people_for_linkage",
    "people_labels",
    "people_within",
    "person_as_it_was",
    "person_exists",
    "person_history",
    "person_of_number",
    "redirects",
    "registry_epoch",
    "somebody_called",
    "sought",
]
