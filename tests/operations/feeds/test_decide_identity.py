import pytest

from minsheng.domain.feeds.models import Delivery, IdentityCase, IdentityDecision
from minsheng.domain.feeds.operations import decide_identity
from minsheng.domain.feeds.operations.deciding import NoSuchCandidate, NoSuchCase
from minsheng.domain.registry.models import Death
from minsheng.kernel.progress import SILENT
from tests.conftest import NOW
from tests.factories import BY
from tests.operations.feeds.deliveries import NEWCOMER, cremation, disease, settlement
from tests.operations.feeds.reading import events, found, ledger

OTHER_NAME = {"name": "赵大"}


def decide(inbox, person_key, *, case=None, reason="核对了户口簿"):
    asked = case or IdentityCase.objects.get().pk
    return decide_identity(
        case=asked, person_key=person_key, reason=reason, installation=inbox.installation, by=BY, at=NOW, progress=SILENT
    )


def figures(delivery):
    return found(Delivery.objects.get(pk=delivery))


def test_an_exact_number_with_an_agreeing_name_is_linked_without_asking(inbox):
    rows = [settlement(1), settlement(2, name=" 甲·二 ".replace("·", "")), settlement(3, number=settlement(3)["number"].lower())]
    assert found(inbox.send("medical_settlements", rows)) == (3, 0, 0)
    assert not IdentityCase.objects.exists()


@pytest.mark.parametrize(
    ("feed", "row", "reason"),
    [
        ("medical_settlements", settlement(1, **OTHER_NAME), "name-disagrees"),
        ("disease_registrations", disease(1, birth_on="1981-05-17"), "birth-disagrees"),
    ],
)
def test_a_number_with_another_name_or_birth_date_becomes_a_case(inbox, feed, row, reason):
    receipt = inbox.send(feed, [row])
    assert found(receipt) == (0, 1, 0)
    assert ledger(inbox.installation, receipt.delivery) == []
    case = IdentityCase.objects.get()
    assert (case.reason, case.state, case.row_number, case.delivery_id) == (reason, "pending", 2, receipt.delivery)
    assert [candidate["person_key"] for candidate in case.candidates] == [1]


def test_a_person_without_a_number_is_linked_when_likeness_is_sure_and_the_decision_is_kept(inbox):
    receipt = inbox.send("disease_registrations", [disease(1, number="")])
    matched, in_review, outside = found(receipt)
    assert (matched + in_review, outside) == (1, 0)
    assert IdentityDecision.objects.filter(method="linkage").count() == matched
    assert IdentityCase.objects.count() == in_review


def test_somebody_whom_nobody_resembles_is_outside_and_not_asked_about(inbox):
    assert found(inbox.send("medical_settlements", [settlement(NEWCOMER, name="欧阳无双")])) == (0, 0, 1)
    assert not IdentityCase.objects.exists()


def test_one_identity_is_asked_about_once_whatever_delivery_brings_it(inbox):
    inbox.send("medical_settlements", [settlement(1, **OTHER_NAME), settlement(1, settlement_no="S9", **OTHER_NAME)])
    inbox.send("cremations", [cremation(1, **OTHER_NAME)])
    assert IdentityCase.objects.count() == 1


def test_a_decision_links_every_delivery_that_brought_the_identity(inbox):
    first = inbox.send("medical_settlements", [settlement(2), settlement(1, **OTHER_NAME)])
    second = inbox.send("medical_settlements", [settlement(1, settlement_no="S9", **OTHER_NAME)], month="2026-10")
    other = inbox.send("cremations", [cremation(3)])
    assert decide(inbox, 1) == [first.delivery, second.delivery]
    assert ledger(inbox.installation, first.delivery) == [(1, 3), (2, 2)]
    assert [figures(one.delivery) for one in (first, second, other)] == [(2, 0, 0), (1, 0, 0), (1, 0, 0)]
    assert IdentityCase.objects.get().state == "linked"
    assert events("identity.linked") == [(f"identity:{IdentityCase.objects.get().pk}", {"person_key": 1, "delivery": first.delivery})]


def test_a_decided_identity_is_never_asked_about_again(inbox):
    inbox.send("medical_settlements", [settlement(1, **OTHER_NAME)])
    decide(inbox, 1)
    next_month = inbox.send("medical_settlements", [settlement(1, settlement_no="S9", **OTHER_NAME)], month="2026-10")
    assert found(next_month) == (1, 0, 0)
    assert IdentityCase.objects.count() == 1


def test_an_identity_decided_to_be_nobody_stays_outside(inbox):
    first = inbox.send("medical_settlements", [settlement(1, **OTHER_NAME)])
    assert decide(inbox, None) == []
    next_month = inbox.send("medical_settlements", [settlement(1, settlement_no="S9", **OTHER_NAME)], month="2026-10")
    assert figures(first.delivery) == found(next_month) == (0, 0, 1)
    assert IdentityCase.objects.get().state == "outside"
    assert len(events("identity.outside")) == 1


def test_a_decision_is_replaced_by_a_later_one_and_every_one_is_kept(inbox):
    receipt = inbox.send("medical_settlements", [settlement(1, **OTHER_NAME)])
    for person in (1, 2, None, 3):
        assert decide(inbox, person) == [receipt.delivery]
        assert [key for key, _ in ledger(inbox.installation, receipt.delivery)] == [key for key in [person] if key]
    assert list(IdentityDecision.objects.order_by("id").values_list("person_key", flat=True)) == [1, 2, None, 3]
    assert IdentityDecision.objects.get(replaced_at__isnull=True).person_key == 3
    assert figures(receipt.delivery) == (1, 0, 0)


def test_the_same_decision_twice_is_one(inbox):
    inbox.send("medical_settlements", [settlement(1, **OTHER_NAME)])
    decide(inbox, 1)
    assert decide(inbox, 1) == []
    assert IdentityDecision.objects.count() == len(events("identity.linked")) == 1


def test_a_death_reported_under_another_name_counts_once_it_is_decided_whose_it_is(inbox):
    receipt = inbox.send("cremations", [cremation(1, **OTHER_NAME)])
    assert not Death.objects.exists()
    decide(inbox, 1)
    assert list(Death.objects.values_list("person_id", "delivery")) == [(1, receipt.delivery)]
    decide(inbox, None)
    assert not Death.objects.exists()


def test_a_decision_about_a_held_delivery_moves_nothing_before_its_release(inbox):
    receipt = inbox.send("cremations", [cremation(1, **OTHER_NAME)], arrived=inbox.installation.today)
    decide(inbox, 1)
    assert not Death.objects.exists()
    inbox.release(receipt.delivery)
    assert list(Death.objects.values_list("person_id", flat=True)) == [1]


def test_registry_snapshots_are_matched_to_nobody(inbox):
    inbox.send("medical_settlements", [settlement(1, **OTHER_NAME)])
    decide(inbox, 1)
    assert set(Delivery.objects.filter(feed__startswith="registry").values_list("matched", "outside")) == {(0, 3), (0, 5)}


def test_an_unknown_case_or_person_is_refused(inbox):
    inbox.send("medical_settlements", [settlement(1, **OTHER_NAME)])
    with pytest.raises(NoSuchCase):
        decide(inbox, 1, case=999_999)
    with pytest.raises(NoSuchCandidate):
        decide(inbox, 99)
    assert IdentityCase.objects.get().state == "pending"
