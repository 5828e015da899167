"""What changed of a person or household, when and by whom."""

from datetime import datetime
from typing import Any

from minsheng.domain.audit.history import Change, as_it_was, history_model, history_of
from minsheng.domain.registry.models import Household, Person, PersonNumber
from minsheng.engine.contracts.schema import Text

CHANGED_FIELDS: dict[str, Text] = {
    "name": Text(zh="姓名", en="Name"),
    "name_normal": Text(zh="规范姓名", en="Name as compared"),
    "pinyin": Text(zh="拼音", en="Pinyin"),
    "former_names": Text(zh="曾用名", en="Former names"),
    "sex": Text(zh="性别", en="Sex"),
    "birth_on": Text(zh="出生日期", en="Date of birth"),
    "division": Text(zh="区划", en="Division"),
    "ethnicity": Text(zh="民族", en="Ethnicity"),
    "phone_index": Text(zh="电话", en="Phone"),
    "mother_index": Text(zh="母亲证件号", en="Mother's identity number"),
    "first_month": Text(zh="首次登记月份", en="First month"),
    "person_id": Text(zh="人员", en="Person"),
    "blind_index": Text(zh="证件号", en="Identity number"),
    "pseudonym": Text(zh="假名", en="Pseudonym"),
    "valid_from": Text(zh="证件号启用", en="Number valid from"),
    "valid_to": Text(zh="证件号停用", en="Number valid until"),
    "number": Text(zh="户编号", en="Household number"),
    "account_index": Text(zh="银行账号", en="Account"),
    "address_index": Text(zh="住址", en="Address"),
    "split_from_id": Text(zh="分自哪户", en="Split from"),
}
"""What each column of a history is called."""


def person_history(person: int) -> list[Change]:
    """Tell every change kept of a person and of the person's identity numbers, oldest first."""
    numbers = set(PersonNumber.objects.filter(person_id=person).values_list("pk", flat=True))
    numbers |= set(history_model(PersonNumber)._default_manager.filter(person_id=person).values_list("pgh_obj_id", flat=True))
    changes = [*history_of(Person, person), *(change for number in sorted(numbers) for change in history_of(PersonNumber, number))]
    return sorted(changes, key=lambda change: change.at)


def household_history(household: int) -> list[Change]:
    """Tell every change kept of a household's own facts, oldest first."""
    return history_of(Household, household)


def person_as_it_was(person: int, at: datetime) -> dict[str, Any] | None:
    """Give a person's facts as they were at an instant; None if there is no such person."""
    return as_it_was(Person, person, at)
