from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from minsheng.domain.audit.models import Event
from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Delivery, SharingAgreement
from minsheng.domain.feeds.operations import (
    AgreementFaults,
    edit_agreement,
    end_agreement,
    mind_agreements,
    put_in_force,
    renew_agreement,
)
from minsheng.domain.feeds.operations.agreeing import ChangedMeanwhile, EndReasonMissing, TwoPeopleNeeded, WrongAgreementState
from minsheng.domain.feeds.queries import NoSuchAgreement, agreement_named, agreements, coverage, running_out
from tests.conftest import NOW, TODAY
from tests.operations.feeds.agreed import AUTHOR, FEED, NEEDED, SECOND, drafted, facts, in_force
from tests.operations.feeds.deliveries import settlement
from tests.operations.feeds.reading import found

pytestmark = pytest.mark.django_db


def test_a_draft_is_written_down_with_every_column_that_its_feed_cannot_do_without(catalogue):
    draft = drafted(catalogue, datasets={FEED: ["own_share"]})
    [dataset] = agreement_named(draft.pk).datasets.all()
    assert set(NEEDED) - {"own_share"} <= set(dataset.columns)
    assert "hospital" not in dataset.columns
    assert Event.objects.get(name="agreement.drafted").subject == f"agreement:{draft.pk}"


def test_every_fault_of_a_draft_is_told_at_once(catalogue):
    wrong = {"provider": " ", "department": "nobody", "area": "north", "starts_on": None, "purpose": "长" * 2_001, "datasets": {}}
    with pytest.raises(AgreementFaults) as told:
        drafted(catalogue, **wrong)
    assert {field for field, _ in told.value.faults} == {"provider", "department", "area", "starts_on", "purpose", "datasets"}
    assert not SharingAgreement.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"expires_on": date(2025, 12, 31)},
        {"datasets": {"cremations": ["number"]}},
        {"datasets": {FEED: ["disease_code"]}},
        {"datasets": {"nothing": []}},
    ],
)
def test_a_term_that_ends_before_it_begins_and_data_that_are_not_the_departments_are_refused(catalogue, wrong):
    with pytest.raises(AgreementFaults):
        drafted(catalogue, **wrong)


def test_whoever_wrote_or_changed_an_agreement_cannot_put_it_in_force(catalogue):
    draft = drafted(catalogue)
    edited = edit_agreement(agreement=draft.pk, version=1, facts=facts(title="改"), catalogue=catalogue, by="user:third", at=NOW)
    for one in (AUTHOR, "user:third"):
        with pytest.raises(TwoPeopleNeeded):
            put_in_force(agreement=draft.pk, version=edited.version, by=one, at=NOW)
    stands = put_in_force(agreement=draft.pk, version=edited.version, by=SECOND, at=NOW)
    assert (stands.state, stands.in_force_by) == (states.IN_FORCE, SECOND)
    assert Event.objects.filter(name="agreement.put_in_force", by=SECOND).count() == 1


def test_the_database_itself_demands_two_people(catalogue):
    draft = drafted(catalogue)
    with pytest.raises(IntegrityError), transaction.atomic():
        SharingAgreement.objects.filter(pk=draft.pk).update(state=states.IN_FORCE, in_force_by=AUTHOR)


def test_a_stale_form_changes_nothing(catalogue):
    draft = drafted(catalogue)
    edit_agreement(agreement=draft.pk, version=1, facts=facts(title="先到"), catalogue=catalogue, by="user:third", at=NOW)
    with pytest.raises(ChangedMeanwhile):
        edit_agreement(agreement=draft.pk, version=1, facts=facts(title="后到"), catalogue=catalogue, by=AUTHOR, at=NOW)
    assert agreement_named(draft.pk).title == "先到"


def test_an_agreement_in_force_needs_its_signed_document(catalogue):
    draft = drafted(catalogue, document="")
    with pytest.raises(AgreementFaults):
        put_in_force(agreement=draft.pk, version=1, by=SECOND, at=NOW)


def test_what_is_in_force_is_not_edited_and_an_unknown_one_is_told(catalogue):
    stands = in_force(catalogue)
    with pytest.raises(WrongAgreementState):
        edit_agreement(agreement=stands.pk, version=stands.version, facts=facts(), catalogue=catalogue, by=AUTHOR, at=NOW)
    with pytest.raises(NoSuchAgreement):
        put_in_force(agreement=999_999, version=1, by=SECOND, at=NOW)


def test_a_file_is_received_under_the_agreement_and_columns_it_does_not_name_are_dropped(inbox):
    stands = in_force(inbox.installation.catalogue)
    receipt = inbox.send(FEED, [settlement(1), settlement(2)])
    delivery = Delivery.objects.get(pk=receipt.delivery)
    assert (delivery.agreement_id, delivery.department, found(receipt)) == (stands.pk, "medical_insurance", (2, 0, 0))
    assert "定点医疗机构名称" in delivery.dropped_columns
    lake = inbox.installation.lake
    assert "hospital" not in lake.read_table(delivery.ledger[0]["path"]).column_names


def test_rows_from_places_that_the_agreement_does_not_cover_are_only_counted(inbox):
    in_force(inbox.installation.catalogue, area="999001002")
    receipt = inbox.send(FEED, [settlement(1)])
    assert (receipt.read, receipt.accepted, receipt.out_of_area) == (1, 0, 1)


def test_an_expired_agreement_stops_its_feed_and_says_who_renews_it(inbox):
    in_force(inbox.installation.catalogue, expires_on=TODAY - timedelta(days=1))
    receipt = inbox.send(FEED, [settlement(1)])
    assert receipt.status == "refused"
    assert "agreement-not-in-force" in receipt.reasons[0]
    assert "某区医疗保障局" in receipt.reasons[0]
    assert not Delivery.objects.filter(feed=FEED).exists()
    assert inbox.send(FEED, [settlement(1)], arrived=TODAY - timedelta(days=1)).status in ("received", "held")


def test_other_feeds_go_on_when_one_agreement_has_expired(inbox):
    in_force(inbox.installation.catalogue, expires_on=TODAY - timedelta(days=1))
    assert (
        inbox.send("cremations", [{"number": "", "name": "某人", "died_on": "2026-09-20", "division": "999001001201"}]).status != "refused"
    )


def test_an_ended_agreement_stops_its_feed_from_that_day_on(inbox):
    stands = in_force(inbox.installation.catalogue)
    with pytest.raises(EndReasonMissing):
        end_agreement(agreement=stands.pk, version=stands.version, reason=" ", by=AUTHOR, at=NOW)
    end_agreement(agreement=stands.pk, version=stands.version, reason="部门撤回", by=AUTHOR, at=NOW)
    assert inbox.send(FEED, [settlement(1)]).status == "refused"
    assert Event.objects.get(name="agreement.ended").detail["reason"] == "部门撤回"


def test_a_renewal_is_a_draft_copy_for_the_term_after_and_only_one(inbox):
    catalogue = inbox.installation.catalogue
    old = in_force(catalogue, expires_on=TODAY - timedelta(days=1))
    renewal = renew_agreement(agreement=old.pk, by=AUTHOR, at=NOW)
    assert renew_agreement(agreement=old.pk, by=AUTHOR, at=NOW).pk == renewal.pk
    assert (renewal.state, renewal.document, renewal.starts_on) == (states.DRAFT, "", TODAY)
    assert [list(one.columns) for one in renewal.datasets.all()] == [list(one.columns) for one in old.datasets.all()]
    changed = facts(starts_on=renewal.starts_on, expires_on=renewal.expires_on)
    edited = edit_agreement(agreement=renewal.pk, version=1, facts=changed, catalogue=catalogue, by=AUTHOR, at=NOW)
    put_in_force(agreement=renewal.pk, version=edited.version, by=SECOND, at=NOW)
    assert inbox.send(FEED, [settlement(1)]).status == "received"


def test_a_feed_without_any_agreement_on_record_is_taken_unless_the_installation_demands_one(inbox):
    assert inbox.at(agreements_required=True).send(FEED, [settlement(1)]).reasons[0].startswith("agreement-missing")
    receipt = inbox.send(FEED, [settlement(1)])
    assert receipt.status == "received"
    assert Delivery.objects.get(pk=receipt.delivery).agreement_id is None


def test_an_agreement_that_begins_later_stops_nothing_before(inbox):
    in_force(inbox.installation.catalogue, starts_on=TODAY + timedelta(days=30), expires_on=TODAY + timedelta(days=365))
    assert inbox.send(FEED, [settlement(1)]).status == "received"


def test_a_held_delivery_is_released_on_the_terms_of_the_day_it_came(inbox):
    stands = in_force(inbox.installation.catalogue)
    held = inbox.send(FEED, [settlement(1)], arrived=TODAY)
    assert held.status == "held"
    end_agreement(agreement=stands.pk, version=stands.version, reason="到此为止", by=AUTHOR, at=datetime(2026, 11, 25, tzinfo=UTC))
    assert inbox.release(held.delivery).status == "received"


def test_reminders_go_out_once_at_ninety_thirty_and_seven_days_and_expiry_is_said(catalogue):
    one = in_force(catalogue, expires_on=TODAY + timedelta(days=100))

    def minded(days: int) -> tuple[list[int], list[int]]:
        return mind_agreements(today=TODAY + timedelta(days=days), by="job:agreements", at=NOW)

    told = {days: minded(days) for days in (0, 10, 11, 70, 71, 93, 100, 101, 102)}
    assert [days for days, (_, reminded) in told.items() if reminded == [one.pk]] == [10, 70, 93]
    assert [days for days, (expired, _) in told.items() if expired == [one.pk]] == [101]
    assert agreement_named(one.pk).state == states.EXPIRED
    assert Event.objects.filter(name="agreement.expiring").count() == 3
    assert Event.objects.filter(name="agreement.expired").count() == 1


def test_what_runs_out_is_listed_until_something_in_force_follows_it(catalogue):
    old = in_force(catalogue, expires_on=TODAY + timedelta(days=20))
    assert [one.pk for one in running_out(TODAY)] == [old.pk]
    in_force(catalogue, starts_on=TODAY, expires_on=TODAY + timedelta(days=500))
    assert running_out(TODAY) == []


def test_coverage_names_every_feed_and_how_it_is_covered(catalogue):
    in_force(catalogue, expires_on=TODAY - timedelta(days=3))
    told = {one.contract.feed: one for one in coverage(catalogue, today=TODAY)}
    assert set(told) == set(catalogue)
    assert (told[FEED].stands, told[FEED].days_left) == (False, -3)
    assert told["vehicles"].agreement is None
    assert coverage(catalogue, today=TODAY)[0].contract.feed == FEED


def test_agreements_are_listed_with_drafts_first(catalogue):
    stands, draft = in_force(catalogue), drafted(catalogue)
    assert [one.pk for one in agreements()] == [draft.pk, stands.pk]
