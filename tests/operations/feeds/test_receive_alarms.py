"""What looks wrong is held with its own alarm, moves nobody, and what cannot be right is refused."""

from dataclasses import replace
from datetime import date

import pytest

from minsheng.domain.feeds.operations import close_month
from minsheng.domain.registry.models import Death, Snapshot
from minsheng.engine.contracts.loading import Catalogue
from minsheng.kernel.periods import Month
from tests.conftest import NOW
from tests.factories import BY
from tests.operations.feeds.deliveries import cremation, household_rows, member_rows, settlement
from tests.operations.feeds.reading import alarms, counting, events

LATE = date(2026, 10, 9)
IN_TIME = date(2026, 10, 5)
MANY = [settlement(1, settlement_no=f"S{at}") for at in range(20)]
OTHERS = [settlement(2, settlement_no=f"T{at}") for at in range(20)]


def held_for(inbox, receipt):
    """The kinds of alarm of a delivery that is held, for it must count nowhere."""
    assert receipt.status == "held"
    assert receipt.delivery not in counting(receipt.feed, receipt.month)
    assert len(receipt.reasons) == len(alarms(receipt.delivery))
    return alarms(receipt.delivery)


def test_a_delivery_is_late_when_it_is_said_to_have_arrived_after_its_due_day(inbox):
    receipt = inbox.send("cremations", [cremation(1)], arrived=LATE)
    assert held_for(inbox, receipt) == ["late"]
    assert "2026-10-05" in receipt.reasons[0]
    assert not Death.objects.exists()
    assert events("delivery.held")[-1][0] == receipt.delivery


def test_a_delivery_that_came_on_the_due_day_or_whose_day_nobody_states_is_in_time(inbox):
    assert inbox.send("cremations", [cremation(1)], arrived=IN_TIME).status == "received"
    assert inbox.send("medical_settlements", [settlement(1)]).status == "received"


def test_a_first_delivery_is_late_once_the_month_is_closed_and_a_correction_is_not(inbox):
    inbox.send("medical_settlements", MANY)
    close_month(month=Month(2026, 9), by=BY, at=NOW)
    assert held_for(inbox, inbox.send("cremations", [cremation(1)])) == ["late"]
    assert inbox.send("medical_settlements", OTHERS).status == "received"


def test_a_correction_of_a_late_delivery_that_nobody_released_is_late_too(inbox):
    inbox.send("cremations", [cremation(1)], arrived=LATE)
    assert held_for(inbox, inbox.send("cremations", [cremation(2)], arrived=LATE)) == ["late"]
    assert not Death.objects.exists()


def test_a_correction_of_a_late_delivery_that_was_released_is_not_late(inbox):
    inbox.release(inbox.send("cremations", [cremation(1)], arrived=LATE).delivery)
    assert inbox.send("cremations", [cremation(2)], arrived=LATE).status == "received"


def test_an_empty_delivery_is_held(inbox):
    assert held_for(inbox, inbox.send("cremations", [], columns=cremation())) == ["empty"]


@pytest.mark.parametrize(("rows", "kinds"), [(9, ["volume-low"]), (10, []), (40, []), (41, ["volume-high"])])
def test_a_delivery_under_half_or_over_double_its_usual_volume_is_held(inbox, rows, kinds):
    inbox.send("medical_settlements", MANY)
    receipt = inbox.send("medical_settlements", [settlement(2, settlement_no=f"T{at}") for at in range(rows)], month="2026-10")
    assert alarms(receipt.delivery) == kinds
    assert receipt.status == ("held" if kinds else "received")


def test_a_first_delivery_is_measured_by_the_contract(inbox):
    catalogue = inbox.installation.catalogue
    volume = catalogue["medical_settlements"].volume.model_copy(update={"per_1000_people": 40_000})
    contract = catalogue["medical_settlements"].model_copy(update={"volume": volume})
    changed = Catalogue({**catalogue, "medical_settlements": contract}, catalogue.departments)
    assert held_for(inbox, inbox.at(catalogue=changed).send("medical_settlements", MANY)) == ["volume-low"]


def test_last_month_s_content_is_held(inbox):
    inbox.send("medical_settlements", MANY)
    assert held_for(inbox, inbox.send("medical_settlements", MANY[::-1], month="2026-10")) == ["same-as-last-month"]


def test_a_renamed_column_is_held_with_its_likely_new_name(inbox):
    receipt = inbox.send("medical_settlements", [settlement(1)], headers={"own_share": "个人负担的总金额"})
    assert held_for(inbox, receipt) == ["columns-renamed"]
    assert "own_share ← 个人负担的总金额" in receipt.reasons[0]
    assert (receipt.quarantined, receipt.accepted) == (1, 0)


def test_a_missing_column_is_held_if_it_is_required_or_came_last_month(inbox):
    without = [name for name in settlement() if name != "own_share"]
    assert held_for(inbox, inbox.send("medical_settlements", [settlement(1)], columns=without)) == ["columns-missing"]
    inbox.send("medical_settlements", MANY)
    no_hospital = [name for name in settlement() if name != "hospital"]
    assert held_for(inbox, inbox.send("medical_settlements", OTHERS, month="2026-10", columns=no_hospital)) == ["columns-missing"]
    never_sent = [name for name in settlement() if name != "hospital"]
    assert inbox.send("medical_settlements", MANY, month="2026-07", columns=never_sent).status == "received"


def test_everything_that_looks_wrong_is_said_at_once(inbox):
    inbox.send("medical_settlements", MANY)
    columns = [name for name in settlement() if name != "days"]
    receipt = inbox.send("medical_settlements", [settlement(1)], month="2026-10", columns=columns, arrived=date(2026, 11, 20))
    assert held_for(inbox, receipt) == ["columns-missing", "late", "volume-low"]


def test_a_held_registry_snapshot_moves_nothing(inbox):
    before = list(Snapshot.objects.values())
    late = date(2026, 10, 20)
    households = inbox.send("registry_households", household_rows(["H1"]), month="2026-09", arrived=late)
    members = inbox.send("registry_members", member_rows({1: "H1"}), month="2026-09", arrived=late)
    assert held_for(inbox, households) == held_for(inbox, members) == ["late"]
    assert list(Snapshot.objects.values()) == before


def refused(receipt):
    """The code of a refusal; the receipt says what to do."""
    assert (receipt.status, receipt.delivery, receipt.read) == ("refused", None, 0)
    code, _, words = receipt.reasons[0].partition(": ")
    assert len(words) > 20
    return code


def test_a_month_that_has_not_begun_is_refused(inbox):
    assert refused(inbox.send("medical_settlements", [settlement(1)], month="2026-12")) == "month-not-over"
    assert inbox.send("medical_settlements", [settlement(1)], month="2026-11").status == "received"


def test_a_file_of_which_nobody_says_the_month_is_refused(inbox):
    assert refused(inbox.send("medical_settlements", [settlement(1)], month="delivered")) == "month-unknown"


def test_data_is_refused_when_the_agreement_is_not_in_force_on_the_day_it_arrived(inbox):
    expired = inbox.at(today=date(2029, 1, 1))
    assert refused(expired.send("medical_settlements", [settlement(1)])) == "agreement-not-in-force"
    assert refused(inbox.send("medical_settlements", [settlement(1)], arrived=date(2022, 12, 31))) == "agreement-not-in-force"
    assert expired.send("medical_settlements", [settlement(1)], arrived=date(2026, 10, 1)).status == "received"


def test_a_feed_that_nobody_knows_is_refused(inbox):
    path = inbox.put_bytes("姓名,星座\n甲一,双鱼\n".encode(), "horoscopes.csv")
    assert refused(inbox.receive(path)[0]) == "unknown-feed"
    assert refused(inbox.receive(inbox.put("medical_settlements", [settlement(1)]), feed="horoscopes")[0]) == "unknown-feed"


def test_another_feed_s_file_is_refused_under_this_feed_s_name(inbox):
    path = inbox.put("cremations", [cremation(1)], name="medical_settlements.csv")
    assert refused(inbox.receive(path)[0]) == "another-feed"
    assert refused(inbox.receive(inbox.put("cremations", [cremation(1)]), feed="medical_settlements")[0]) == "another-feed"


def test_an_older_registry_month_is_refused_and_nothing_of_it_stays(inbox):
    files = inbox.installation.lake.list("")
    assert refused(inbox.send("registry_members", member_rows(), month="2026-07")) == "registry-out-of-order"
    assert inbox.installation.lake.list("") == files


def test_members_before_any_household_are_refused_and_nothing_of_them_stays(empty_inbox):
    assert refused(empty_inbox.send("registry_members", member_rows())) == "households-come-first"
    assert empty_inbox.installation.lake.list("") == []


def test_a_refusal_is_noted_without_what_the_file_said(inbox):
    inbox.receive(inbox.put_bytes(b"", "cremations.csv"))
    assert events("delivery.refused") == [("file:cremations.csv", {"feed": None, "code": "empty-file"})]


def test_an_installation_of_another_day_accepts_what_has_happened_by_then(inbox):
    early = replace(inbox, installation=replace(inbox.installation, today=date(2026, 9, 10)))
    assert early.send("medical_settlements", [settlement(1)]).rejections == {"settled_on: future-date": 1}
