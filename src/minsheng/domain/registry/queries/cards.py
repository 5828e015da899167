"""Households and people in the words a person reads; identity numbers are masked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import polars as pl

from minsheng.domain.registry.frames import read_frame
from minsheng.domain.registry.models import Household, HouseholdListing, Membership, Person, PersonNumber
from minsheng.engine.linkage.names import normalise_name
from minsheng.kernel.errors import Refusal
from minsheng.kernel.sealing import Keys


class NoSuchHousehold(Refusal):
    """No household has this number."""

    code: ClassVar[str] = "no-such-household"


@dataclass(frozen=True)
class HouseholdName:
    """How a household is called: its number, where it is, and its head (empty if none is listed)."""

    household_key: int
    number: str
    division: str
    head: str


@dataclass(frozen=True)
class MemberLine:
    """One member on a household's card; `number` is masked like 999***********1234, empty without one."""

    person_key: int
    name: str
    number: str
    relation: str
    sex: str
    birth_on: date | None
    category: str
    disability_level: int | None
    joined_on: date


@dataclass(frozen=True)
class HouseholdCard:
    """A household as it stands: where, under which category since when, and who lives there."""

    household_key: int
    number: str
    division: str
    residence: str
    category: str
    category_from: date | None
    split_from: str
    members: tuple[MemberLine, ...]


def household_card(number: str, *, keys: Keys) -> HouseholdCard:
    """A household's card by its number; raises NoSuchHousehold."""
    household = Household.objects.filter(number=number.strip()).select_related("split_from").first()
    if household is None:
        raise NoSuchHousehold(f"There is no household {number!r}.", next_step="See: minsheng warnings list")
    line = HouseholdListing.objects.filter(household=household).order_by("-listed_from").first()
    return HouseholdCard(
        household_key=household.key,
        number=household.number,
        division=(line.division or "") if line else "",
        residence=(line.residence or "") if line else "",
        category=(line.category or "") if line else "",
        category_from=line.category_from if line else None,
        split_from=household.split_from.number if household.split_from else "",
        members=tuple(_member_lines(household, keys)),
    )


def households_named(name: str) -> list[HouseholdName]:
    """The households in which somebody of this name (normalised) is listed, by key."""
    [normal] = normalise_name(pl.Series([name])).to_list()
    listed = Membership.objects.filter(listed_until__isnull=True, person__name_normal=normal)
    return _names(listed.values_list("household_id", flat=True).distinct())


def household_names(household_keys: Iterable[int]) -> dict[int, HouseholdName]:
    """Household key → how it is called, for those that exist."""
    return {name.household_key: name for name in _names(household_keys)}


def people_labels(person_keys: Iterable[int]) -> dict[int, str]:
    """Person key → a line that tells people apart: name, birth date, and household number if listed in one."""
    wanted = set(person_keys)
    homes = dict(Membership.objects.filter(person_id__in=wanted, listed_until__isnull=True).values_list("person_id", "household__number"))
    people = Person.objects.filter(key__in=wanted).values_list("key", "name", "birth_on")
    return {key: " ".join(part for part in (name, str(born or ""), homes.get(key, "")) if part) for key, name, born in people}


def _names(household_keys: Iterable[int]) -> list[HouseholdName]:
    named = read_frame(
        """
        SELECT household.key, household.number, coalesce(line.division, ''), coalesce(head.name, '')
        FROM registry_household AS household
        LEFT JOIN (
            SELECT DISTINCT ON (household_id) household_id, division FROM registry_householdlisting
            WHERE household_id = ANY (%(keys)s) ORDER BY household_id, listed_from DESC
        ) AS line ON line.household_id = household.key
        LEFT JOIN (
            SELECT DISTINCT ON (household_id) household_id, name FROM registry_membership JOIN registry_person ON key = person_id
            WHERE household_id = ANY (%(keys)s) AND listed_until IS NULL AND relation = 'self' ORDER BY household_id, person_id
        ) AS head ON head.household_id = household.key
        WHERE household.key = ANY (%(keys)s) ORDER BY household.key
        """,
        {"household_key": pl.Int64, "number": pl.String, "division": pl.String, "head": pl.String},
        {"keys": list(household_keys)},
    )
    return [HouseholdName(**row) for row in named.iter_rows(named=True)]


def _member_lines(household: Household, keys: Keys) -> Iterable[MemberLine]:
    lines = Membership.objects.filter(household=household, listed_until__isnull=True).select_related("person")
    ordered = sorted(lines, key=lambda line: (line.relation != "self", line.person_id))
    numbers = PersonNumber.objects.filter(person_id__in=[line.person_id for line in ordered], valid_to__isnull=True)
    sealed = dict(numbers.values_list("person_id", "number"))
    for line in ordered:
        yield MemberLine(
            person_key=line.person_id,
            name=line.person.name,
            number=_masked(keys.open_text(bytes(sealed[line.person_id]))) if line.person_id in sealed else "",
            relation=line.relation or "",
            sex=line.sex or "",
            birth_on=line.birth_on,
            category=line.category or "",
            disability_level=line.disability_level,
            joined_on=line.joined_on,
        )


def _masked(number: str) -> str:
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
