"""People as whoever settles an identity has to see them: with what tells them apart, and where they live."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from minsheng.domain.registry.models import Membership, Merge, Person, PersonNumber
from minsheng.kernel.divisions import Level
from minsheng.kernel.sealing import Keys


@dataclass(frozen=True)
class Face:
    """A person on record, in clear; `household_key` is where they live, or lived last (None: nowhere)."""

    person_key: int
    name: str
    name_normal: str
    pinyin: str
    former_names: tuple[str, ...]
    number: str
    birth_on: date | None
    sex: str
    division: str
    phone_index: bytes | None
    household_key: int | None
    household_number: str
    household_division: str
    relation: str
    listed: bool
    counts_as: int | None


def people_within(person_keys: Iterable[int], places: Sequence[str] | None) -> set[int]:
    """Which of these people the reader sees and who live, or lived, at one of the places (telling digits; None: anywhere).

    Whoever has no place is within a prefecture and larger.
    """
    wanted = set(person_keys)
    if places is None:
        return set(Person.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    lived = Membership.objects.filter(person_id__in=wanted).values_list("person_id", "household__division").distinct()
    return {person for person, division in lived if any(_lies_in(division, place) for place in places)}


def faces(person_keys: Iterable[int], *, keys: Keys) -> dict[int, Face]:
    """The people of these keys that the reader sees, in as many queries as for one."""
    wanted = list(dict.fromkeys(person_keys))
    people = Person.objects.filter(pk__in=wanted).defer("phone", "mother_index", "ethnicity", "first_month")
    numbers = dict(PersonNumber.objects.filter(person_id__in=wanted, valid_to__isnull=True).values_list("person_id", "number"))
    homes = {line.person_id: line for line in _lines(wanted)}
    merged = dict(Merge.objects.filter(person_from_id__in=wanted, undone_at__isnull=True).values_list("person_from_id", "person_into_id"))
    return {
        person.pk: _face(person, numbers.get(person.pk), homes.get(person.pk), merged.get(person.pk), keys)
        for person in people.order_by("key")
    }


def _lines(wanted: list[int]) -> Iterable[Membership]:
    """Of each person the newest line, oldest people's lines first."""
    return Membership.objects.filter(person_id__in=wanted).select_related("household").order_by("person_id", "listed_from")


def _face(person: Person, number: object, home: Membership | None, counts_as: int | None, keys: Keys) -> Face:
    return Face(
        person_key=person.pk,
        name=person.name,
        name_normal=person.name_normal,
        pinyin=person.pinyin,
        former_names=tuple(person.former_names),
        number=keys.open_text(bytes(number)) if isinstance(number, bytes | memoryview) else "",
        birth_on=person.birth_on,
        sex=person.sex or "",
        division=person.division or "",
        phone_index=bytes(person.phone_index) if person.phone_index is not None else None,
        household_key=home.household_id if home else None,
        household_number=home.household.number if home else "",
        household_division=home.household.division if home else "",
        relation=(home.relation or "") if home else "",
        listed=home is not None and home.listed_until is None,
        counts_as=counts_as,
    )


def _lies_in(division: str, place: str) -> bool:
    return division.startswith(place) if division else len(place) <= Level.PREFECTURE.digits
