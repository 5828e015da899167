"""Row history by trigger: whatever changes a person, a number or a household, in bulk or past Django, what it was before is kept."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from minsheng.domain.audit.history import as_it_was, history_model, history_of
from minsheng.domain.audit.operations import acting_from, changing_as
from minsheng.domain.feeds.models import Delivery, IdentityCase
from minsheng.domain.feeds.queries import case_history
from minsheng.domain.registry.models import Household, Person, PersonNumber
from minsheng.domain.registry.queries import CHANGED_FIELDS, household_history, person_as_it_was, person_history
from tests.factories import BY, apply_household_rows, apply_member_rows, household, identity_number, member
from tests.operations.audit.log import NINE

pytestmark = pytest.mark.django_db
TRACKED = (Person, PersonNumber, Household, IdentityCase)


@pytest.fixture
def two():
    apply_household_rows("2026-07", [household("H1"), household("H2")])
    apply_member_rows("2026-07", [member("H1", 1, name="甲", phone="13900000001"), member("H2", 2, name="乙")])


def kept(model):
    return history_model(model)._default_manager.count()


def told(changes):
    return [(change.kind, {one.field: (one.before, one.after) for one in change.fields}) for change in changes]


def run(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_rows_that_come_leave_no_history(two):
    assert [kept(model) for model in (Person, PersonNumber, Household)] == [0, 0, 0]


def test_what_a_snapshot_changes_is_kept_with_who_changed_it(two):
    apply_member_rows("2026-08", [member("H1", 1, name="甲某", phone="13900000002"), member("H2", 2, name="乙")])
    (change,) = person_history(1)
    fields = {one.field: one for one in change.fields}
    assert (change.kind, change.by, change.row) == ("update", BY, 1)
    assert (fields["name"].before, fields["name"].after) == ("甲", "甲某")
    assert (fields["former_names"].before, fields["former_names"].after) == ([], ["甲"])
    assert fields["phone_index"].concealed and fields["phone_index"].after is None
    assert "phone" not in fields
    assert person_history(2) == []


def test_a_corrected_number_shows_in_the_persons_history_without_saying_either(two):
    apply_member_rows("2026-08", [member("H1", 1, name="甲", number=identity_number(5)), member("H2", 2, name="乙")])
    changes = [change for change in person_history(1) if {"valid_to"} == {one.field for one in change.fields}]
    assert told(changes) == [("update", {"valid_to": (None, date(2026, 8, 1))})]
    assert identity_number(1) not in str(person_history(1))


def test_a_households_new_contact_is_kept_and_its_place_is_not(two):
    apply_household_rows("2026-08", [household("H1", phone="13900000009", division="999002001201"), household("H2")])
    assert told(household_history(1)) == [("update", {"phone_index": (None, None)})]
    assert household_history(2) == []


def test_why_and_from_where_are_kept_too(two):
    with acting_from(origin="10.1.2.3", purpose="review"):
        changing_as(by="user:wang", at=NINE)
    Person.objects.filter(pk=1).update(sex="female")
    (change,) = history_of(Person, 1)
    assert (change.by, change.purpose, change.origin) == ("user:wang", "review", "10.1.2.3")


def test_changes_past_django_are_kept_row_by_row(two):
    run("UPDATE registry_person SET name = name || '改' WHERE key > 0")
    run("UPDATE registry_person SET name = name")
    run("UPDATE registry_person SET phone = 'x'")
    run("UPDATE registry_household SET address = 'x', account = 'x', phone = 'x', division = '999003000000'")
    assert (kept(Person), kept(Household)) == (2, 0)


def test_a_removed_row_is_kept_as_it_was(two):
    run("DELETE FROM registry_personnumber WHERE person_id = 2")
    (change,) = person_history(2)
    assert (change.kind, {one.field for one in change.fields}) == ("delete", {"person_id", "blind_index", "pseudonym", "valid_from"})


def test_a_row_is_shown_as_it_was_at_an_instant(two):
    before = timezone.now()
    run("UPDATE registry_person SET name = 'A' WHERE key = 1")
    run("UPDATE registry_person SET name = 'B' WHERE key = 1")
    run("ALTER TABLE registry_personevent DISABLE TRIGGER USER")
    run("UPDATE registry_personevent SET pgh_created_at = %s WHERE name = '甲'", before + timedelta(hours=1))
    run("UPDATE registry_personevent SET pgh_created_at = %s WHERE name = 'A'", before + timedelta(hours=2))
    run("ALTER TABLE registry_personevent ENABLE TRIGGER USER")
    names = [person_as_it_was(1, before + timedelta(minutes=minutes))["name"] for minutes in (0, 59, 61, 119, 121)]
    assert names == ["甲", "甲", "A", "A", "B"]
    assert "phone_index" not in person_as_it_was(1, before)
    assert person_as_it_was(99, before) is None


@pytest.mark.parametrize("statement", ["UPDATE registry_personevent SET name = 'x'", "DELETE FROM registry_personevent"])
def test_what_was_kept_cannot_be_changed(two, statement):
    run("UPDATE registry_person SET name = 'A'")
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        run(statement)


def test_a_question_of_identity_is_kept_from_birth_to_removal():
    delivery = Delivery.objects.create(id="d", feed="f", month="2026-10", filename="f", arrived_on=NINE, received_at=NINE, status="held")
    changing_as(by="cli:wang", at=NINE)
    asked = {"delivery": delivery, "row_number": 2, "reason": "name-disagrees", "asked_at": NINE, "delivered_name": "甲"}
    IdentityCase.objects.bulk_create([IdentityCase(subject=bytes([n] * 16), **asked) for n in (1, 2)], ignore_conflicts=True)
    IdentityCase.objects.bulk_create([IdentityCase(subject=bytes([1] * 16), **asked)], ignore_conflicts=True)
    assert kept(IdentityCase) == 2
    case = IdentityCase.objects.get(subject=bytes([1] * 16))
    changing_as(by="user:li", at=NINE)
    IdentityCase.objects.filter(pk=case.pk).update(state="linked", person_key=7)
    delivery.delete()
    came, decided, gone = case_history(case.pk)
    assert (came.kind, came.by, dict(told([came])[0][1])["delivered_name"]) == ("insert", "cli:wang", (None, "甲"))
    assert (decided.by, told([decided])[0][1]) == ("user:li", {"state": ("pending", "linked"), "person_key": (None, 7)})
    assert (gone.kind, dict(told([gone])[0][1])["state"]) == ("delete", ("linked", None))
    assert as_it_was(IdentityCase, case.pk, timezone.now()) is None


def test_no_history_holds_what_is_sealed_and_every_other_column_has_a_title():
    for model in TRACKED:
        names = {field.attname for field in history_model(model)._meta.concrete_fields}
        assert not names & {"phone", "account", "address", "delivered_number"}
        if model is not IdentityCase:
            assert {name for name in names if not name.startswith("pgh_")} <= set(CHANGED_FIELDS)
    assert "number" not in {field.attname for field in history_model(PersonNumber)._meta.concrete_fields}
