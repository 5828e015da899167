"""What the web role sees of deliveries, agreements and questions of identity, with every filter in Python removed."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.feeds.models import (
    AgreementDataset,
    Alarm,
    Delivery,
    IdentityCase,
    IdentityDecision,
    SharingAgreement,
    Upload,
)
from minsheng.domain.feeds.operations import draft_agreement
from minsheng.domain.places.models import Organisation
from minsheng.domain.registry.models import Person
from tests.conftest import NOW, TODAY
from tests.operations.feeds.agreed import facts, in_force
from tests.operations.feeds.deliveries import cremation, disease, household_rows, member_row, settlement
from tests.staff import grant, place, somebody, user

pytestmark = pytest.mark.django_db
OTHER_COUNTY = "999002001201"


def partner(department: str, code: str = "999001") -> User:
    """A department's partner."""
    one = user(f"partner-{department}")
    office = Organisation.objects.create(name=f"某区{department}", kind="department", division=place(code), department=department)
    grant(one, Role.DEPARTMENT_PARTNER, code, organisation=office)
    return one


def seen(model: Any, viewer: User | None, field: str = "pk") -> set[Any]:
    with bound_to(viewer.pk if viewer else None):
        return set(model.objects.values_list(field, flat=True))


def test_a_partner_sees_what_the_department_sent_and_no_other_departments(inbox):
    inbox.send("medical_settlements", [settlement(1)], arrived=TODAY)
    inbox.send("cremations", [cremation(1)])
    assert seen(Delivery, partner("medical_insurance"), "feed") == {"medical_settlements"}
    assert seen(Alarm, User.objects.get(username="partner-medical_insurance"), "delivery__feed") == {"medical_settlements"}
    assert seen(Delivery, partner("police"), "feed") == set()
    assert seen(Alarm, User.objects.get(username="partner-police")) == set()
    assert seen(Delivery, None) == set()


@pytest.mark.parametrize(("role", "everything"), [(Role.MONITOR, True), (Role.AUDITOR, True), (Role.TOWNSHIP_OFFICER, False)], ids=str)
def test_who_may_see_deliveries_for_no_department_sees_all_of_them(inbox, role, everything):
    inbox.send("medical_settlements", [settlement(1)])
    assert bool(seen(Delivery, somebody(role))) is everything


def test_the_web_writes_no_delivery(inbox):
    receipt = inbox.send("medical_settlements", [settlement(1)])
    with pytest.raises(DatabaseError), transaction.atomic(), bound_to(somebody(Role.MONITOR).pk):
        Delivery.objects.filter(pk=receipt.delivery).update(status="superseded")


@pytest.fixture
def two_counties(empty_inbox):
    """Person 1 lives here, person 2 in the other county; one question about each."""
    empty_inbox.send("registry_households", household_rows(["H1"]) + household_rows(["H2"], division=OTHER_COUNTY), month="2026-08")
    members = [member_row(1, "H1"), member_row(2, "H2", division=OTHER_COUNTY, relation="self")]
    empty_inbox.send("registry_members", members, month="2026-08")
    empty_inbox.send("medical_settlements", [settlement(1, name="赵大"), settlement(2, name="赵大", division=OTHER_COUNTY)])
    return empty_inbox


def test_a_question_of_identity_is_seen_where_its_candidate_lives(two_counties):
    here, there, above = (somebody(Role.MONITOR, code) for code in ("999001", "999002", "9990"))
    assert [len(seen(IdentityCase, one)) for one in (here, there, above)] == [1, 1, 2]
    assert seen(IdentityCase, here).isdisjoint(seen(IdentityCase, there))


@pytest.mark.parametrize("role", [Role.TOWNSHIP_OFFICER, Role.AUDITOR, Role.DEPARTMENT_PARTNER, Role.ADMINISTRATOR], ids=str)
def test_who_decides_no_identities_sees_no_question(two_counties, role):
    assert seen(IdentityCase, somebody(role, "9990")) == seen(IdentityDecision, somebody(role, "99", username="again")) == set()


def test_deciding_in_one_county_does_not_reach_households_that_are_only_seen(two_counties):
    both = somebody(Role.MONITOR, "999001")
    grant(both, Role.TOWNSHIP_OFFICER, "999002")
    assert len(seen(Person, both)) == 2
    assert len(seen(IdentityCase, both)) == 1


def test_a_question_without_a_candidate_is_seen_where_the_delivered_row_says(two_counties):
    IdentityCase.objects.update(candidates=[], candidate_keys=[])
    assert len(seen(IdentityCase, somebody(Role.MONITOR, "999001"))) == 1
    IdentityCase.objects.update(delivered_division="")
    assert seen(IdentityCase, User.objects.get(username="monitor-999001")) == set()
    assert len(seen(IdentityCase, somebody(Role.MONITOR, "9990"))) == 2


def decision(case: IdentityCase, person_key: int | None, by: User, method: str = "person") -> IdentityDecision:
    return IdentityDecision.objects.create(
        subject=case.subject, person_key=person_key, method=method, decided_at=NOW, decided_by=by.acts_as
    )


def test_a_decision_is_written_for_a_seen_question_under_ones_own_name_about_ones_own_people(two_counties):
    here = somebody(Role.MONITOR, "999001")
    mine, theirs = IdentityCase.objects.order_by("row_number")
    somebody_else = user("else")
    attempts = [(theirs, 1, here, "person"), (mine, 2, here, "person"), (mine, 1, somebody_else, "person"), (mine, 1, here, "linkage")]
    for case, person_key, by, method in attempts:
        with pytest.raises(DatabaseError), transaction.atomic(), bound_to(here.pk):
            decision(case, person_key, by, method)
    with bound_to(here.pk):
        assert IdentityCase.objects.filter(pk=theirs.pk).update(state="outside") == 0
        decision(mine, 1, here)
    assert IdentityDecision.objects.get().person_key == 1


def test_agreements_are_seen_by_their_readers_and_by_the_department_they_bind(catalogue):
    stands = in_force(catalogue)
    assert seen(SharingAgreement, somebody(Role.AUDITOR)) == {stands.pk}
    assert seen(AgreementDataset, somebody(Role.MONITOR), "agreement_id") == {stands.pk}
    assert seen(SharingAgreement, partner("medical_insurance")) == {stands.pk}
    assert seen(SharingAgreement, partner("police")) == seen(AgreementDataset, User.objects.get(username="partner-police")) == set()
    assert seen(SharingAgreement, somebody(Role.TOWNSHIP_OFFICER)) == set()


def test_agreements_are_written_within_ones_area_only(catalogue):
    keeper = somebody(Role.MONITOR, "999001")
    with bound_to(keeper.pk):
        draft_agreement(facts=facts(area="999001"), catalogue=catalogue, by=keeper.acts_as, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), bound_to(keeper.pk):
        draft_agreement(facts=facts(area="999002"), catalogue=catalogue, by=keeper.acts_as, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), bound_to(somebody(Role.AUDITOR, "9990").pk):
        draft_agreement(facts=facts(), catalogue=catalogue, by="user:auditor-9990", at=NOW)


def test_an_upload_is_its_senders_alone(catalogue):
    sender, other = partner("medical_insurance"), somebody(Role.MONITOR, "9990")
    of = {"feed": "medical_settlements", "filename": "a.csv", "size_bytes": 3, "started_at": NOW, "changed_at": NOW}
    with bound_to(sender.pk):
        Upload.objects.create(id="0" * 32, user=sender, department="medical_insurance", **of)
    assert (len(seen(Upload, sender)), len(seen(Upload, other))) == (1, 0)
    for who, department in ((sender, "police"), (other, "medical_insurance")):
        with pytest.raises(DatabaseError), transaction.atomic(), bound_to(who.pk):
            Upload.objects.create(id="1" * 32, user=sender, department=department, **of)


def test_disease_rows_keep_what_a_review_compares(inbox):
    inbox.send("disease_registrations", [disease(1, birth_on="1981-05-17")])
    case = IdentityCase.objects.get()
    assert (case.delivered_sex, case.delivered_division, case.candidate_keys) == ("male", "999001001201", [1])
