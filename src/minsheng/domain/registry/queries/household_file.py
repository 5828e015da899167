"""Everything the register keeps of one household, over time: its lines, its members' lines, and what happened to them.

Names, numbers, phones, accounts and addresses are masked here already: what is shown of them in full goes through a reveal.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from minsheng.domain.access.masking import masked_account, masked_address, masked_name, masked_number, masked_phone
from minsheng.domain.registry.models import Death, Household, HouseholdListing, Membership, Merge, Person, PersonNumber
from minsheng.domain.registry.queries.cards import NoSuchHousehold
from minsheng.kernel.periods import Month
from minsheng.kernel.sealing import Keys


@dataclass(frozen=True)
class Standing:
    """A line of the register stood from the first day of a month until that of another (None: it stands), half-open."""

    listed_from: date
    listed_until: date | None

    def in_month(self, month: Month) -> bool:
        """Whether the line stood in a month, as the register knew it then."""
        return self.listed_from <= month.first_day and (self.listed_until is None or self.listed_until > month.first_day)


@dataclass(frozen=True)
class ListingLine(Standing):
    """What the register said of the household for a while; money in fen, area in the contract's smallest step, blank if not said."""

    division: str
    residence: str
    category: str
    category_from: date | None
    monthly_income: int | None
    property_value: int | None
    housing_area: int | None


@dataclass(frozen=True)
class MemberSpell(Standing):
    """What the register said of a member for a while."""

    relation: str
    category: str
    marriage: str
    disability_level: int | None
    labour_capacity: str
    joined_on: date
    left_on: date | None


@dataclass(frozen=True)
class MemberFile:
    """A person who is, or was, a member, masked; `counts_as` is the person they were merged into."""

    person_key: int
    name: str
    former_names: tuple[str, ...]
    number: str
    phone: str
    sex: str
    birth_on: date | None
    ethnicity: str
    died_on: date | None
    counts_as: int | None
    spells: tuple[MemberSpell, ...]

    def in_month(self, month: Month) -> MemberSpell | None:
        """The member's line that stood in a month."""
        return next((spell for spell in self.spells if spell.in_month(month)), None)

    @property
    def today(self) -> MemberSpell | None:
        """The line that stands."""
        return next((spell for spell in self.spells if spell.listed_until is None), None)


@dataclass(frozen=True)
class MergeNote:
    """Two persons found to be one, and whether that was taken back."""

    person_from: int
    person_into: int
    reason: str
    merged_at: datetime
    merged_by: str
    undone_at: datetime | None
    undone_by: str
    undone_reason: str


@dataclass(frozen=True)
class HouseholdFile:
    """A household with its lines (oldest first), its members (the head first, who left last) and merges among them."""

    household_key: int
    number: str
    division: str
    first_month: date
    phone: str
    account: str
    address: str
    split_from: str
    split_off: tuple[tuple[str, date], ...]
    listings: tuple[ListingLine, ...]
    members: tuple[MemberFile, ...]
    merges: tuple[MergeNote, ...]

    def listing_in(self, month: Month) -> ListingLine | None:
        """The household's line that stood in a month."""
        return next((line for line in self.listings if line.in_month(month)), None)


def household_file(number: str, *, keys: Keys) -> HouseholdFile:
    """Everything kept of the household of a number, in nine queries; raises NoSuchHousehold, also where it is not to be seen."""
    household = Household.objects.filter(number=number.strip().replace("\0", "")).select_related("split_from").first()
    if household is None:
        raise NoSuchHousehold(f"There is no household {number[:60]!r} in your area.", next_step="Check the number, or search by name.")
    members = _members(household.key, keys)
    return HouseholdFile(
        household_key=household.key,
        number=household.number,
        division=household.division,
        first_month=household.first_month,
        phone=_masked(household.phone, masked_phone, keys),
        account=_masked(household.account, masked_account, keys),
        address=_masked(household.address, masked_address, keys),
        split_from=household.split_from.number if household.split_from else "",
        split_off=tuple(household.split_off.order_by("first_month", "key").values_list("number", "first_month")),
        listings=tuple(_listings(household.key)),
        members=tuple(members),
        merges=tuple(_merges([member.person_key for member in members])),
    )


def _listings(household_key: int) -> Iterable[ListingLine]:
    for line in HouseholdListing.objects.filter(household_id=household_key).order_by("listed_from"):
        yield ListingLine(
            listed_from=line.listed_from,
            listed_until=line.listed_until,
            division=line.division or "",
            residence=line.residence or "",
            category=line.category or "",
            category_from=line.category_from,
            monthly_income=line.monthly_income,
            property_value=line.property_value,
            housing_area=line.housing_area,
        )


def _members(household_key: int, keys: Keys) -> list[MemberFile]:
    spells: dict[int, list[MemberSpell]] = {}
    for line in Membership.objects.filter(household_id=household_key).order_by("listed_from"):
        spells.setdefault(line.person_id, []).append(_spell(line))
    people = Person.objects.in_bulk(list(spells))
    numbers = PersonNumber.objects.filter(person_id__in=people, valid_to__isnull=True)
    sealed = dict(numbers.values_list("person_id", "number"))
    died = dict(Death.objects.filter(person_id__in=people).order_by("-died_on").values_list("person_id", "died_on"))
    merged = Merge.objects.filter(person_from_id__in=people, undone_at__isnull=True)
    counts_as = dict(merged.values_list("person_from_id", "person_into_id"))
    found = [
        MemberFile(
            person_key=key,
            name=masked_name(person.name),
            former_names=tuple(map(masked_name, person.former_names)),
            number=_masked(sealed.get(key), masked_number, keys),
            phone=_masked(person.phone, masked_phone, keys),
            sex=person.sex or "",
            birth_on=person.birth_on,
            ethnicity=person.ethnicity or "",
            died_on=died.get(key),
            counts_as=counts_as.get(key),
            spells=tuple(spells[key]),
        )
        for key, person in people.items()
    ]
    return sorted(found, key=lambda one: (one.today is None, one.spells[-1].relation != "self", one.person_key))


def _spell(line: Membership) -> MemberSpell:
    return MemberSpell(
        listed_from=line.listed_from,
        listed_until=line.listed_until,
        relation=line.relation or "",
        category=line.category or "",
        marriage=line.marriage or "",
        disability_level=line.disability_level,
        labour_capacity=line.labour_capacity or "",
        joined_on=line.joined_on,
        left_on=line.left_on,
    )


def _merges(people: Sequence[int]) -> Iterable[MergeNote]:
    for merge in Merge.objects.filter(Q(person_from_id__in=people) | Q(person_into_id__in=people)).order_by("merged_at"):
        yield MergeNote(
            person_from=merge.person_from_id,
            person_into=merge.person_into_id,
            reason=merge.reason,
            merged_at=merge.merged_at,
            merged_by=merge.merged_by,
            undone_at=merge.undone_at,
            undone_by=merge.undone_by,
            undone_reason=merge.undone_reason,
        )


def _masked(sealed: bytes | memoryview | None, mask: Callable[[str], str], keys: Keys) -> str:
    return mask(keys.open_text(bytes(sealed))) if sealed else ""
