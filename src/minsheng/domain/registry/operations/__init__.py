"""Every write to the registry, one function each: keyword-only, one transaction, one audit event.

Belongs here: applying monthly snapshots, merging and unmerging people, recording and withdrawing deaths, showing a field in clear, and
opening a household beyond one's area. Does not belong: reading files (feeds) and freezing the register (queries).
"""

from minsheng.domain.registry.operations.applying import Applied, RegistryOutOfOrder
from minsheng.domain.registry.operations.deaths import record_deaths, withdraw_deaths
from minsheng.domain.registry.operations.households import apply_households
from minsheng.domain.registry.operations.members import HouseholdsComeFirst, apply_members
from minsheng.domain.registry.operations.merging import (
    AlreadyMerged,
    AlreadyUnmerged,
    MergeWouldCircle,
    NoSuchMerge,
    NoSuchPerson,
    merge_people,
    unmerge_people,
)
from minsheng.domain.registry.operations.opening import Opening, ReasonNeeded, TooManyOpened, open_household, openings_left
from minsheng.domain.registry.operations.revealing import (
    FIELDS,
    PURPOSES,
    NothingToReveal,
    Purpose,
    PurposeNeeded,
    demand_reveal,
    reveal_field,
    stated_purpose,
    without_numbers,
)

__all__ = [
    "FIELDS",
    "PURPOSES",
    "AlreadyMerged",
    "AlreadyUnmerged",
    "Applied",
    "HouseholdsComeFirst",
    "MergeWouldCircle",
    "NoSuchMerge",
    "NoSuchPerson",
    "NothingToReveal",
    "Opening",
    "Purpose",
    "PurposeNeeded",
    "ReasonNeeded",
    "RegistryOutOfOrder",
    "TooManyOpened",
    "apply_households",
    "apply_members",
    "demand_reveal",
    "merge_people",
    "open_household",
    "openings_left",
    "record_deaths",
    "reveal_field",
    "stated_purpose",
    "unmerge_people",
    "withdraw_deaths",
    "without_numbers",
]
