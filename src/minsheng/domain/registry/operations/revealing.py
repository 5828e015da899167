"""Showing one field of one person or household in clear, to somebody who says what for."""

import re
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from django.db import transaction

from minsheng.domain.access.models import OpenedHousehold
from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer, demand
from minsheng.domain.audit.operations import record
from minsheng.domain.registry.models import Household, Membership, Person, PersonNumber
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.errors import Refusal
from minsheng.kernel.sealing import Keys

_DIGITS = re.compile(r"\d{7,}[Xx]?")
"""What could be an identity number, a phone or an account; it is not kept in a note."""


class Purpose(StrEnum):
    """What somebody needs a field for."""

    VISIT = "visit"
    CONTACT = "contact"
    VERIFY = "verify"
    ASSIST = "assist"
    CORRECT = "correct"
    COMPLAINT = "complaint"
    OTHER = "other"


PURPOSES: dict[Purpose, Text] = {
    Purpose.VISIT: Text(zh="入户走访", en="to visit the family"),
    Purpose.CONTACT: Text(zh="电话联系", en="to call the person"),
    Purpose.VERIFY: Text(zh="核实身份或情况", en="to verify an identity or a circumstance"),
    Purpose.ASSIST: Text(zh="办理救助或发放", en="to arrange assistance or a payment"),
    Purpose.CORRECT: Text(zh="更正数据", en="to correct data"),
    Purpose.COMPLAINT: Text(zh="处理来信来访", en="to answer a complaint"),
    Purpose.OTHER: Text(zh="其他（请写明）", en="something else (say what)"),
}
FIELDS: dict[str, tuple[str, ...]] = {"person": ("name", "number", "phone"), "household": ("phone", "account", "address")}
"""Kind → the fields that can be shown in clear."""


class NothingToReveal(Refusal):
    """There is no such person or household in sight, or no such field."""

    code: ClassVar[str] = "nothing-to-reveal"


class PurposeNeeded(Refusal):
    """Nobody sees a field in clear without saying what for."""

    code: ClassVar[str] = "purpose-needed"


@transaction.atomic
def reveal_field(*, viewer: Viewer, kind: str, key: int, field: str, purpose: str, note: str, keys: Keys, origin: str, at: datetime) -> str:
    """Give one field in clear (blank: nothing is known), and record who saw whose, and what for.

    The row must be in sight, and revealing allowed at its place or the household opened by breaking the glass. Raises NotAllowed,
    PurposeNeeded, NothingToReveal, Unsealable.
    """
    demand(viewer, May.REVEAL)
    said, noted = stated_purpose(purpose, note)
    household = _household(kind, key)
    if household is None or field not in FIELDS.get(kind, ()):
        raise NothingToReveal("There is nothing here to show.", next_step="Open the household again; it may have left your area.")
    demand_reveal(viewer, household, at)
    shown = _person_field(key, field, keys) if kind == "person" else _opened(getattr(household, field), keys)
    record(
        "field.revealed",
        by=viewer.acts_as,
        at=at,
        subject=f"household:{household.key}",
        detail={"kind": kind, "key": key, "field": field, "note": noted},
        purpose=said,
        origin=origin,
        division=household.division,
    )
    return shown


def stated_purpose(purpose: str, note: str) -> tuple[str, str]:
    """What somebody says they need something for, and their note without numbers; raises PurposeNeeded."""
    if purpose not in set(Purpose) or (purpose == Purpose.OTHER and not note.strip()):
        raise PurposeNeeded("Say what you need it for.", next_step="Choose a purpose; for something else, write what it is.")
    return purpose, without_numbers(note.strip())[:200]


def without_numbers(text: str) -> str:
    """A text in which whatever could be an identity number, a phone or an account is left out."""
    return _DIGITS.sub("…", text)


def demand_reveal(viewer: Viewer, household: Household, at: datetime) -> None:
    """Refuse unless revealing is allowed at the household's place, or the viewer has opened it by breaking the glass; raises NotAllowed."""
    demand(viewer, May.REVEAL)
    if household.division and not viewer.may(May.REVEAL, household.division):
        opened = OpenedHousehold.objects.filter(user_id=viewer.user_id, household_key=household.key, opened_at__lte=at, closes_at__gt=at)
        if not opened.exists():
            demand(viewer, May.REVEAL, household.division)


def _household(kind: str, key: int) -> Household | None:
    """The household in sight: itself, or the one where the person was last listed."""
    if kind == "household":
        return Household.objects.filter(key=key).first()
    line = Membership.objects.filter(person_id=key).order_by("-listed_from").select_related("household").first()
    return line.household if line else None


def _person_field(key: int, field: str, keys: Keys) -> str:
    if field == "number":
        return _opened(PersonNumber.objects.filter(person_id=key, valid_to__isnull=True).values_list("number", flat=True).first(), keys)
    person = Person.objects.get(key=key)
    return person.name if field == "name" else _opened(person.phone, keys)


def _opened(sealed: bytes | memoryview | None, keys: Keys) -> str:
    return keys.open_text(bytes(sealed)) if sealed else ""
