import csv
from datetime import date

import pytest

from minsheng.domain.feeds import queries
from minsheng.domain.feeds.operations import close_month
from minsheng.engine.lake import LakeMissing
from minsheng.kernel.periods import Month
from tests.conftest import NOW
from tests.factories import BY
from tests.operations.feeds.deliveries import cremation, name_of, number_of, phone_of, settlement, unemployed
from tests.operations.feeds.test_receive_corrections import mended

SEPTEMBER = Month(2026, 9)
LATE = date(2026, 10, 20)


def standing(inbox, feed, *, month=SEPTEMBER, today):
    rows = queries.month_status(catalogue=inbox.installation.catalogue, month=month, today=today)
    return next(row for row in rows if row.feed == feed)


def test_the_month_status_says_what_is_received_held_awaited_overdue_and_not_due(inbox):
    received = inbox.send("medical_settlements", [settlement(1), settlement(2, settled_on="x")])
    held = inbox.send("cremations", [cremation(1)], arrived=LATE)
    rows = queries.month_status(catalogue=inbox.installation.catalogue, month=SEPTEMBER, today=date(2026, 10, 5))
    assert [row.feed for row in rows] == list(inbox.installation.catalogue)
    medical = standing(inbox, "medical_settlements", today=date(2026, 10, 5))
    assert (medical.status, medical.delivery, medical.read, medical.quarantined) == ("received", received.delivery, 2, 1)
    late = standing(inbox, "cremations", today=date(2026, 10, 5))
    assert (late.status, late.delivery) == ("held", held.delivery)
    assert late.note == held.reasons[0]
    assert standing(inbox, "pensions", today=date(2026, 10, 5)).status == "awaited"
    overdue = standing(inbox, "pensions", today=date(2026, 10, 8))
    assert (overdue.status, "3 days overdue" in overdue.note) == ("overdue", True)
    assert standing(inbox, "school_enrolment", month=Month(2026, 5), today=date(2026, 10, 8)).status == "not due"


def test_the_month_status_shows_the_delivery_that_counts_not_its_amendments_or_what_it_replaced(inbox):
    inbox.send("medical_settlements", [settlement(1)])
    base = inbox.send("medical_settlements", [settlement(1), settlement(2, settled_on="x")])
    inbox.receive(mended(inbox, base.delivery, settled_on="2026-09-13"))
    assert standing(inbox, "medical_settlements", today=LATE).delivery == base.delivery


def test_availability_tells_present_held_missing_not_due_and_before_the_first(inbox):
    inbox.send("medical_settlements", [settlement(1)], month="2026-08")
    inbox.send("medical_settlements", [settlement(2)], month="2026-10", arrived=date(2026, 11, 20))
    inbox.send("school_enrolment", [], month="2026-09", columns=["number", "name", "school", "stage", "enrolled_on", "division"])
    months = [Month(2026, number) for number in (7, 8, 9, 10)]
    known = queries.availability(inbox.installation.catalogue, ["medical_settlements", "cremations"], months)
    assert list(known["medical_settlements"].values()) == ["before", "present", "missing", "held"]
    assert list(known["cremations"].values()) == ["before"] * 4
    yearly = queries.availability(inbox.installation.catalogue, ["school_enrolment"], [Month(2026, 5), SEPTEMBER])
    assert list(yearly["school_enrolment"].values()) == ["not_due", "held"]


def test_a_held_correction_leaves_the_month_present(inbox):
    inbox.send("cremations", [cremation(1)])
    inbox.send("cremations", [], columns=cremation())
    assert queries.availability(inbox.installation.catalogue, ["cremations"], [SEPTEMBER]) == {"cremations": {SEPTEMBER: "present"}}


def test_in_effect_gives_the_months_in_order_with_amendments_behind_what_they_mend(inbox):
    october = inbox.send("medical_settlements", [settlement(1)], month="2026-10")
    base = inbox.send("medical_settlements", [settlement(1), settlement(2, settled_on="x")])
    amendment = inbox.receive(mended(inbox, base.delivery, settled_on="2026-09-13"))[0]
    found = queries.in_effect(["medical_settlements", "cremations"], [Month(2026, 10), SEPTEMBER])
    assert [delivery.id for delivery in found] == [base.delivery, amendment.delivery, october.delivery]
    assert queries.in_effect(["medical_settlements"], [Month(2026, 11)]) == []


def test_pending_cases_are_counted_and_shown_with_masked_numbers_and_named_candidates(inbox):
    inbox.send("medical_settlements", [settlement(1, name="赵大"), settlement(2, name="钱二")])
    waiting, [case] = queries.pending_cases(keys=inbox.installation.keys, limit=1)
    assert waiting == 2
    assert (case.name, case.reason, case.row_number) == ("赵大", "name-disagrees", 2)
    assert case.number == f"999***********{number_of(1)[-4:]}"
    assert number_of(1) not in str(case)
    assert len(case.candidates) == 1
    assert name_of(1) in case.candidates[0]


def test_pending_cases_show_identities_without_a_number(inbox):
    inbox.send("registered_unemployment", [unemployed(1, number="", name="甲壹")])
    waiting, cases = queries.pending_cases(keys=inbox.installation.keys, limit=5)
    assert waiting == len(cases)
    assert {case.number for case in cases} <= {""}


def test_rejected_rows_are_written_in_their_original_columns_with_the_reasons(inbox, tmp_path):
    rows = [settlement(1), settlement(2, settled_on="2026-13-01", own_share="-1"), settlement(3, own_share="=1+1")]
    receipt = inbox.send("medical_settlements", rows, headers={"own_share": "自付金额"})
    out = tmp_path / "rejected.csv"
    assert queries.write_rejected(installation=inbox.installation, delivery=receipt.delivery, out=out) == 2
    header, first, second = csv.reader(out.read_text(encoding="utf-8-sig").splitlines())
    assert header[:4] == ["回执号", "原行号", "问题列", "原因"]
    assert "自付金额" in header
    assert first[:3] == [receipt.delivery, "3", "结算日期；自付金额"]
    assert (second[1], second[header.index("自付金额")]) == ("4", "'=1+1")
    assert first[header.index("证件号码")] == f"'{number_of(2)}"


def test_rows_that_the_register_refused_are_given_back_with_a_reason_in_words(inbox, tmp_path):
    receipt = inbox.send("registry_members", [{**row, "household_no": "H9"} for row in _members()], month="2026-09")
    out = tmp_path / "rejected.csv"
    assert queries.write_rejected(installation=inbox.installation, delivery=receipt.delivery, out=out) == 1
    reason = next(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))["原因"]
    assert "household-unknown" not in reason
    assert " / " in reason


def test_no_half_written_rejected_rows_are_left_behind(inbox, tmp_path):
    receipt = inbox.send("medical_settlements", [settlement(1, settled_on="x")])
    for path in inbox.installation.lake.list("originals"):
        inbox.installation.lake.remove(path)
    with pytest.raises(LakeMissing):
        queries.write_rejected(installation=inbox.installation, delivery=receipt.delivery, out=tmp_path / "rejected.csv")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_unknown_deliveries_and_feeds_are_refused_with_the_nearest_names(inbox, tmp_path):
    with pytest.raises(queries.NoSuchDelivery):
        queries.write_rejected(installation=inbox.installation, delivery="nothing", out=tmp_path / "x.csv")
    with pytest.raises(queries.NoSuchFeed) as caught:
        queries.contract_named(inbox.installation.catalogue, "medical_setlements")
    assert "medical_settlements" in caught.value.next_step


def test_the_newest_month_and_the_receipts_of_a_month_are_found(inbox):
    inbox.send("medical_settlements", [settlement(1)], month="2026-10")
    held = inbox.send("cremations", [cremation(1)], arrived=LATE)
    assert queries.latest_month() == Month(2026, 10)
    assert [receipt.feed for receipt in queries.receipts_of([Month(2026, 10)])] == ["medical_settlements"]
    assert [delivery.id for delivery in queries.held_because("late", SEPTEMBER)] == [held.delivery]
    assert queries.held_because("empty", SEPTEMBER) == []


def test_a_month_is_closed_once_it_was_closed(inbox):
    assert not queries.is_closed(SEPTEMBER)
    close_month(month=SEPTEMBER, by=BY, at=NOW)
    assert queries.is_closed(SEPTEMBER)


def _members():
    from tests.operations.feeds.deliveries import member_row

    return [member_row(1, "H1", phone=phone_of(1))]
