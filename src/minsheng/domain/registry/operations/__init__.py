"""Every write to the registry, one function each: keyword-only, one transaction, one audit event.

Belongs here: applying monthly snapshots, merging and unmerging people, recording and withdrawing deaths. Does not belong: reading
files (feeds) and freezing the register (queries).
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

__all__ = [
    "AlreadyMerged",
    "AlreadyUnmerged",
    "Applied",
    "HouseholdsComeFirst",
    "MergeWouldCircle",
    "NoSuchMerge",
    "NoSuchPerson",
    "RegistryOutOfOrder",
    "apply_households",
    "apply_members",
    "merge_people",
    "record_deaths",
    "unmerge_people",
    "withdraw_deaths",
]
