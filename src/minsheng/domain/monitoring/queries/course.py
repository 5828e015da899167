"""A household's course: its level month by month, and everything that happened, in order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Literal

from django.utils import timezone

from minsheng.domain.monitoring.models import HouseholdLevel, Run, Verdict, Warning
from minsheng.domain.registry.queries import HouseholdFile, ListingLine, MemberFile
from minsheng.kernel.periods import Month

What = Literal["registered", "split", "split_off", "category", "moved", "unlisted", "joined", "left", "died", "warned", "verdict", "merged"]


@dataclass(frozen=True)
class LevelPoint:
    """What a month's run made of the household."""

    month: str
    run: str
    level: int
    previous_level: int
    change: str
    score: int


@dataclass(frozen=True)
class Happening:
    """One thing that happened on a day, or (`whole_month`) in a month; `facts` are what its sentence is made of."""

    on: date
    what: What
    facts: dict[str, Any] = field(default_factory=dict)
    whole_month: bool = False


def course_of(household_key: int, model_name: str) -> list[LevelPoint]:
    """The household's level in every month of a line of models that is in the database, oldest first."""
    runs = dict(Run.objects.filter(model_name=model_name, current=True, retired_at__isnull=True).values_list("pk", "month"))
    rows = HouseholdLevel.objects.filter(household_key=household_key, month__in=set(runs.values()), run_id__in=list(runs))
    facts = rows.order_by("month").values_list("month", "run_id", "level", "previous_level", "change", "score")
    return [LevelPoint(*row) for row in facts]


def happenings(household: HouseholdFile, model_name: str) -> list[Happening]:
    """Everything that happened to a household, the newest first: the register's changes, a line's warnings, visits and merges."""
    found = [
        *_of_register(household),
        *_of_members(household),
        *_of_merges(household),
        *_of_monitoring(household.household_key, model_name),
    ]
    return sorted(found, key=lambda one: (one.on, not one.whole_month, one.what), reverse=True)


def _of_register(household: HouseholdFile) -> Iterator[Happening]:
    began = Happening(household.first_month, "registered", {"category": _first_category(household)}, whole_month=True)
    yield began
    if household.split_from:
        yield Happening(household.first_month, "split", {"from": household.split_from}, whole_month=True)
    for number, on in household.split_off:
        yield Happening(on, "split_off", {"into": number}, whole_month=True)
    for before, after in pairwise(household.listings):
        yield from _between(before, after)
    if household.listings and household.listings[-1].listed_until:
        yield Happening(household.listings[-1].listed_until, "unlisted", whole_month=True)


def _first_category(household: HouseholdFile) -> str:
    return household.listings[0].category if household.listings else ""


def _between(before: ListingLine, after: ListingLine) -> Iterator[Happening]:
    if before.listed_until and before.listed_until < after.listed_from:
        yield Happening(before.listed_until, "unlisted", whole_month=True)
        yield Happening(after.listed_from, "registered", {"category": after.category}, whole_month=True)
    if before.category != after.category:
        told_on = after.category_from if after.category_from and after.category_from >= before.listed_from else None
        on = told_on or after.listed_from
        yield Happening(on, "category", {"before": before.category, "after": after.category}, whole_month=told_on is None)
    if before.division != after.division:
        yield Happening(after.listed_from, "moved", {"before": before.division, "after": after.division}, whole_month=True)


def _of_members(household: HouseholdFile) -> Iterator[Happening]:
    for member in household.members:
        who: dict[str, Any] = {"person": member.person_key, "name": member.name, "relation": member.spells[-1].relation, "sex": member.sex}
        if _joined_later(member, household):
            yield Happening(member.spells[0].joined_on, "joined", who)
        if member.died_on:
            yield Happening(member.died_on, "died", who)
        yield from (Happening(spell.left_on, "left", who) for spell in member.spells if spell.left_on and not member.died_on)


def _joined_later(member: MemberFile, household: HouseholdFile) -> bool:
    return member.spells[0].listed_from > household.first_month


def _of_merges(household: HouseholdFile) -> Iterator[Happening]:
    names = {member.person_key: member.name for member in household.members}
    for merge in household.merges:
        who = {"name": names.get(merge.person_from) or names.get(merge.person_into, ""), "reason": merge.reason}
        yield Happening(timezone.localdate(merge.merged_at), "merged", who | {"by": merge.merged_by, "undone": False})
        if merge.undone_at:
            undone = {"by": merge.undone_by, "undone": True, "reason": merge.undone_reason}
            yield Happening(timezone.localdate(merge.undone_at), "merged", who | undone)


def _of_monitoring(household_key: int, model_name: str) -> Iterator[Happening]:
    runs = dict(Run.objects.filter(model_name=model_name, current=True).values_list("pk", "month"))
    rows = Warning.objects.filter(household_key=household_key, month__in=set(runs.values()), run_id__in=list(runs))
    for warning in rows:
        facts = {"level": warning.level, "change": warning.change, "cause": warning.cause, "held_back": warning.suppressed}
        told = {"month": warning.month, "reason_zh": warning.reason_zh, "reason_en": warning.reason_en}
        yield Happening(Month.parse(warning.month).last_day, "warned", facts | told, whole_month=True)
    given = Verdict.objects.filter(household_key=household_key, run__model_name=model_name)
    for verdict in given.select_related("run").order_by("given_on", "id"):
        said = {"verdict": verdict.verdict, "by": verdict.given_by, "note": verdict.note, "month": verdict.run.month}
        yield Happening(
            verdict.given_on, "verdict", said | {"withdrawn": verdict.withdrawn_at is not None, "withdrawn_by": verdict.withdrawn_by}
        )
