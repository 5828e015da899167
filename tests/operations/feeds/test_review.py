"""Reviewing identities: what is shown, who holds which one, what is decided, and how it is taken back."""

from datetime import timedelta

import pytest

from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.feeds.models import Delivery, IdentityCase, IdentityDecision
from minsheng.domain.feeds.operations import catch_up, reopen_case, settle_case, take_up, take_up_next
from minsheng.domain.feeds.operations.claiming import CaseTaken
from minsheng.domain.feeds.operations.deciding import (
    AlreadyDecided,
    NoSuchCandidate,
    NoSuchCase,
    NothingToReopen,
    NotYoursAlone,
    ReopenReasonMissing,
)
from minsheng.domain.feeds.queries import case_history
from minsheng.domain.feeds.queries.behind import decisions_behind
from minsheng.domain.feeds.queries.reviewing import case_numbered, decisions, last_decided, review_of, waiting_cases
from minsheng.domain.registry.models import Death
from minsheng.kernel.progress import SILENT
from tests.conftest import NOW
from tests.operations.feeds.deliveries import cremation, disease, settlement
from tests.operations.feeds.reading import events, found, ledger
from tests.staff import somebody

pytestmark = pytest.mark.django_db
WANG, LI = "user:wang", "user:li"


@pytest.fixture
def two(inbox):
    receipt = inbox.send("medical_settlements", [settlement(1, name="赵大"), settlement(2, name="钱二"), settlement(3)])
    first, second = IdentityCase.objects.order_by("pk")
    return inbox, receipt, first.pk, second.pk


def settle(case, person_key, by=WANG, within=None, at=NOW):
    return settle_case(case=case, person_key=person_key, reason="核对户口簿", within=within, by=by, at=at)


def bring_up_to_date(inbox):
    return [one.delivery for one in catch_up(installation=inbox.installation, by="job:x", at=NOW, progress=SILENT) if one.changed]


def test_two_people_never_have_the_same_identity_before_them(two):
    _, _, first, second = two
    assert take_up_next(after=0, by=WANG, at=NOW).pk == first
    assert take_up_next(after=0, by=LI, at=NOW).pk == second
    assert take_up_next(after=0, by="user:third", at=NOW) is None
    assert take_up_next(after=0, by="user:third", at=NOW + timedelta(minutes=11)).pk == first


def test_the_next_identity_lies_behind_the_last_and_goes_round(two):
    _, _, first, second = two
    assert [take_up_next(after=after, by=WANG, at=NOW).pk for after in (0, first, second)] == [first, second, first]
    assert IdentityCase.objects.filter(claimed_by=WANG).count() == 1


def test_an_identity_that_a_colleague_holds_is_not_decided_by_another(two):
    _, _, first, _ = two
    take_up(case=first, by=LI, at=NOW)
    assert take_up(case=first, by=WANG, at=NOW) is None
    with pytest.raises(CaseTaken):
        settle(first, 1)
    settle(first, 1, at=NOW + timedelta(minutes=11))


def test_whoever_comes_second_is_told_and_what_was_decided_stands(two):
    _, _, first, _ = two
    settle(first, 1)
    settle(first, 1)
    with pytest.raises(AlreadyDecided):
        settle(first, None, by=LI)
    assert IdentityDecision.objects.count() == len(events("identity.linked")) == 1
    assert IdentityCase.objects.get(pk=first).person_key == 1


def test_only_candidates_can_be_chosen(two):
    _, _, first, _ = two
    for wrong in (2, 999):
        with pytest.raises(NoSuchCandidate):
            settle(first, wrong)
    with pytest.raises(NoSuchCandidate):
        settle(first, 1, within=("999002",))
    with pytest.raises(NotYoursAlone):
        settle(first, None, within=("999002",))
    with pytest.raises(NoSuchCase):
        settle(999_999, 1)


def test_decisions_reach_the_ledgers_once_for_all_of_them(two):
    inbox, receipt, first, second = two
    assert not decisions_behind(inbox.installation.catalogue)
    settle(first, 1)
    settle(second, None)
    assert decisions_behind(inbox.installation.catalogue)
    assert ledger(inbox.installation, receipt.delivery) == [(3, 4)]
    assert bring_up_to_date(inbox) == [receipt.delivery]
    assert ledger(inbox.installation, receipt.delivery) == [(1, 2), (3, 4)]
    assert not decisions_behind(inbox.installation.catalogue)
    assert bring_up_to_date(inbox) == []


@pytest.mark.parametrize("reached_the_ledger", [False, True])
def test_a_decision_taken_back_links_nothing_and_waits_again(two, reached_the_ledger):
    inbox, receipt, first, _ = two
    settle(first, 1)
    if reached_the_ledger:
        bring_up_to_date(inbox)
    reopened = reopen_case(case=first, reason="", by=WANG, at=NOW)
    assert (reopened.state, reopened.person_key) == ("pending", None)
    bring_up_to_date(inbox)
    assert ledger(inbox.installation, receipt.delivery) == [(3, 4)]
    assert found(inbox_delivery(receipt)) == (1, 2, 0)
    assert not IdentityDecision.objects.filter(replaced_at__isnull=True).exists()
    assert events("identity.reopened")[0][1]["was"] == "linked"
    settle(first, None, by=LI)
    bring_up_to_date(inbox)
    assert found(inbox_delivery(receipt)) == (1, 1, 1)


def test_a_death_that_was_linked_by_mistake_is_taken_back_with_the_decision(inbox):
    inbox.send("cremations", [cremation(1, name="赵大")])
    case = IdentityCase.objects.get().pk
    settle(case, 1)
    bring_up_to_date(inbox)
    assert Death.objects.count() == 1
    reopen_case(case=case, reason="", by=WANG, at=NOW)
    bring_up_to_date(inbox)
    assert not Death.objects.exists()


def test_taking_back_a_colleagues_decision_needs_a_reason(two):
    _, _, first, second = two
    settle(first, 1)
    with pytest.raises(ReopenReasonMissing):
        reopen_case(case=first, reason=" ", by=LI, at=NOW)
    reopen_case(case=first, reason="看错了", by=LI, at=NOW)
    with pytest.raises(NothingToReopen):
        reopen_case(case=second, reason="", by=LI, at=NOW)


def test_the_newest_decision_of_somebody_is_found_to_be_undone(two):
    inbox, _, first, second = two
    settle(first, 1)
    settle(second, 2, at=NOW + timedelta(seconds=5))
    assert last_decided(WANG) == second
    assert last_decided(LI) is None
    assert [one.case for one in decisions(installation=inbox.installation, limit=10)] == [second, first]


def test_a_review_shows_both_sides_masked_with_what_differs_and_a_sum_that_adds_up(two):
    inbox, _, first, _ = two
    review = review_of(case_numbered(first), installation=inbox.installation)
    [candidate] = review.candidates
    fields = {one.field: one for one in candidate.fields}
    assert fields["name"].delivered == (("赵*", True), ("*", False))
    assert fields["name"].agreement == "different"
    assert "甲一" not in str(review)
    assert settlement(1)["number"] not in str(review)
    assert fields["number"].agreement == "same"
    assert fields["division"].agreement == "same"
    assert candidate.weight == pytest.approx(sum(step.bits for step in candidate.steps))
    assert candidate.likely is None
    assert review.households == [1]


def test_a_revealed_review_shows_names_and_numbers_whole(two):
    inbox, _, first, _ = two
    review = review_of(case_numbered(first), installation=inbox.installation, in_clear=True)
    fields = {one.field: one for one in review.candidates[0].fields}
    assert "".join(text for text, _ in fields["name"].known) == "甲一"
    assert "".join(text for text, _ in fields["number"].delivered) == settlement(1)["number"]


def test_the_weight_of_a_doubtful_candidate_adds_up_to_its_probability(inbox):
    inbox.send("disease_registrations", [disease(1, number="", sex="female")])
    case = IdentityCase.objects.get()
    review = review_of(case_numbered(case.pk), installation=inbox.installation)
    assert len(review.candidates) == 2
    odds = [2**one.weight for one in review.candidates]
    for one, own in zip(review.candidates, odds, strict=True):
        assert one.likely == pytest.approx(own / (1 + sum(odds)), abs=2e-3)


def test_candidates_outside_the_area_are_counted_and_not_shown(two):
    inbox, _, first, _ = two
    IdentityCase.objects.filter(pk=first).update(candidate_keys=[1, 777])
    with bound_to(somebody(Role.MONITOR).pk):
        review = review_of(case_numbered(first), installation=inbox.installation)
        assert (len(review.candidates), review.hidden, waiting_cases()) == (1, 1, 2)
        with pytest.raises(NotYoursAlone):
            settle_case(case=first, person_key=None, reason="", within=("999001",), by="user:monitor-999001", at=NOW)


def test_the_whole_flow_runs_as_the_web(two):
    _, _, first, _ = two
    who = somebody(Role.MONITOR)
    with bound_to(who.pk):
        assert take_up_next(after=0, by=who.acts_as, at=NOW).pk == first
        settle_case(case=first, person_key=1, reason="", within=("999001",), by=who.acts_as, at=NOW)
        reopen_case(case=first, reason="", by=who.acts_as, at=NOW)
        settle_case(case=first, person_key=None, reason="", within=("999001",), by=who.acts_as, at=NOW)
        assert [(change.kind, change.by) for change in case_history(first)][1:] == [("update", who.acts_as)] * 3
    assert IdentityCase.objects.get(pk=first).state == "outside"


def inbox_delivery(receipt):
    return Delivery.objects.get(pk=receipt.delivery)
