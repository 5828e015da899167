"""Finding households by what somebody types into one box: a name, its pinyin or initials, an identity number, a household's number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from minsheng.domain.access.masking import masked_name
from minsheng.domain.registry.models import Household, ListedPerson, Membership, PersonNumber
from minsheng.domain.registry.queries.places import in_places
from minsheng.engine.linkage.names import normalise_name
from minsheng.kernel.sealing import Keys

Kind = Literal["nothing", "identity_number", "household", "name", "pinyin"]
LONGEST: Final = 60
"""More than that is nobody's name; what is typed beyond it is not looked at."""
COMMON: Final = 5_000
"""More people than that are not looked up one by one."""
_NUMBER = re.compile(r"[1-9]\d{5}(?:18|19|20)?\d{2}[01]\d[0-3]\d{4}[\dX]?", re.ASCII)
_LAST: Final = "\U0010ffff"
_INITIALS: Final = 8
_NOW_OR_ONCE: Final = Q(valid_to__isnull=True) | Q(valid_to__isnull=False)
"""Any number, said so that each of the two indexes, of valid and of former ones, is asked."""


@dataclass(frozen=True)
class Sought:
    """What was typed, and as what it is looked for."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Found:
    """A household that was found, and the masked name of the member by whom (blank: by a number)."""

    household_key: int
    member: str


def sought(text: str) -> Sought:
    """Tell what somebody means: 18 or 15 digits are an identity number, other digits a household's, letters pinyin, the rest a name."""
    typed = " ".join(text[:LONGEST].split())
    if not typed:
        return Sought("nothing", "")
    plain = typed.replace(" ", "").replace("\0", "")
    if _NUMBER.fullmatch(plain.upper()) and len(plain) in (15, 18):
        return Sought("identity_number", plain.upper())
    if any(character.isdigit() for character in plain):
        return Sought("household", plain)
    spelt = plain.lower().replace("ü", "v")
    if spelt.isascii():
        letters = "".join(character for character in spelt if character.isalpha())
        return Sought("pinyin", letters) if letters else Sought("nothing", "")
    [normal] = normalise_name(pl.Series([plain])).to_list()
    return Sought("name", normal) if normal else Sought("nothing", "")


def households_found(what: Sought, *, keys: Keys, within: Sequence[str]) -> "QuerySet[Any, int]":
    """The keys of the households that match, as a query to be put into another: beginnings of names, whole identity numbers.

    `within`: telling digits of the places that are asked about, which lets the database narrow a common name.
    """
    if what.kind == "household":
        return Household.objects.filter(in_places(within), _numbered(what.text)).values_list("key", flat=True)
    if what.kind == "identity_number":
        [index] = keys.blind_indexes([what.text])
        people = PersonNumber.objects.filter(_NOW_OR_ONCE, blind_index=index).values_list("person_id", flat=True)
        return Membership.objects.filter(person_id__in=list(people)).values_list("household_id", flat=True)
    if what.kind == "nothing":
        return ListedPerson.objects.none().values_list("household_key", flat=True)
    return ListedPerson.objects.filter(in_places(within), _named(what)).values_list("household_key", flat=True)


def is_common(what: Sought, *, within: Sequence[str]) -> bool:
    """Whether so many people are called so there that they are not all looked up: it counts `COMMON` at most."""
    if what.kind not in ("name", "pinyin"):
        return False
    return ListedPerson.objects.filter(in_places(within), _named(what)).values("pk")[: COMMON + 1].count() > COMMON


def somebody_called(what: Sought, *, household_key: str) -> IsNull:
    """Whether somebody of the household in a column is called so, as a condition that is asked of one household after the other.

    Where many are called so, a page's worth of households is found soon in any order, which a join would have to find first.
    """
    people = ListedPerson.objects.filter(_named(what), household_key=OuterRef(household_key))
    return IsNull(Subquery(people.values("person_key")[:1]), False)


def found_first(what: Sought, *, keys: Keys, within: Sequence[str], limit: int) -> list[Found]:
    """The first households that match, each once: by number, or in the order of the names that were found."""
    if what.kind == "name":
        return _first_of(ListedPerson.objects.filter(in_places(within), _named(what)).order_by("name", "person_key"), limit)
    if what.kind == "pinyin":
        written = Q(**_beginning("pinyin", what.text))
        found = _first_of(ListedPerson.objects.filter(in_places(within), written).order_by("pinyin", "person_key"), limit)
        if len(found) < limit and len(what.text) <= _INITIALS:
            begun = Q(**_beginning("initials", what.text))
            more = _first_of(ListedPerson.objects.filter(in_places(within), begun).order_by("initials", "person_key"), limit)
            found += [one for one in more if one.household_key not in {known.household_key for known in found}]
        return found[:limit]
    keys_found = households_found(what, keys=keys, within=within).order_by("pk")[:limit]
    return [Found(key, "") for key in dict.fromkeys(keys_found)]


def _first_of(people: "QuerySet[ListedPerson]", limit: int) -> list[Found]:
    found: dict[int, str] = {}
    for key, name in people.values_list("household_key", "name")[: limit * 2]:
        found.setdefault(key, masked_name(name))
    return [Found(key, name) for key, name in found.items()][:limit]


def _numbered(text: str) -> Q:
    found = Q(number=text) | Q(**_beginning("number", text))
    return found if text == text.upper() else found | Q(**_beginning("number", text.upper()))


def _named(what: Sought) -> Q:
    if what.kind == "name":
        return Q(**_beginning("name", what.text))
    written = Q(**_beginning("pinyin", what.text))
    return written | Q(**_beginning("initials", what.text)) if len(what.text) <= _INITIALS else written


def _beginning(column: str, text: str) -> dict[str, str]:
    """A beginning as a range: such conditions may go before row-level security, LIKE may not."""
    return {f"{column}__gte": text, f"{column}__lt": text + _LAST}
