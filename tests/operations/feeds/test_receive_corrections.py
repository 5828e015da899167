"""Corrected months replace; mended rows are added to what they mend."""

import csv
import io

import pytest

from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.queries import write_rejected
from minsheng.domain.registry.models import Death
from minsheng.domain.registry.queries import people_count
from tests.operations.feeds.deliveries import HOMES, NEWCOMER, cremation, member_rows, settlement
from tests.operations.feeds.reading import alarms, balance, counting, events, ledger

BAD_DAY = {"settled_on": "2026-13-01"}


def mended(inbox, delivery, *, name="mended.csv", month="back", **cells):
    """The file of a delivery's quarantined rows, each with these cells (canonical names) put right."""
    found = Delivery.objects.get(pk=delivery)
    out = inbox.folder / "rejected.csv"
    write_rejected(installation=inbox.installation, delivery=delivery, out=out)
    header, *rows = csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig")))
    contract = inbox.installation.catalogue[found.feed]
    for column, cell in cells.items():
        place = header.index(contract.column(column).headers[0])
        for at, row in enumerate(rows):
            row[place] = cell[at] if isinstance(cell, list) else cell
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return inbox.put_bytes(text.getvalue().encode(), name, month=month)


def status_of(delivery):
    return Delivery.objects.get(pk=delivery).status


def test_a_corrected_month_supersedes_and_its_ledger_counts_alone(inbox):
    old = inbox.send("medical_settlements", [settlement(1), settlement(2)])
    new = inbox.send("medical_settlements", [settlement(1, own_share="1.00"), settlement(2)])
    assert (new.status, status_of(old.delivery)) == ("received", "superseded")
    assert counting("medical_settlements", "2026-09") == [new.delivery]
    assert Delivery.objects.get(pk=new.delivery).supersedes_id == old.delivery
    assert events("delivery.superseded") == [(old.delivery, {})]


def test_superseding_withdraws_the_deaths_only_the_old_delivery_reported(inbox):
    inbox.send("cremations", [cremation(1), cremation(2)])
    new = inbox.send("cremations", [cremation(2)])
    assert list(Death.objects.values_list("person_id", "delivery")) == [(2, new.delivery)]


def test_a_corrected_registry_snapshot_replaces_what_the_first_one_said(inbox):
    inbox.register("2026-09", homes={1: "H1", 2: "H1", 3: "H2"})
    assert people_count() == 3
    corrected = inbox.register("2026-09", homes={**HOMES, NEWCOMER: "H3"}, residence="rural")
    assert [receipt.status for receipt in corrected] == ["received", "received"]
    assert people_count() == 6


def test_the_superseded_bytes_sent_again_stay_superseded_and_the_receipt_says_by_what(inbox):
    path = inbox.put("medical_settlements", [settlement(1)], name="first_medical_settlements.csv")
    inbox.receive(path)
    new = inbox.send("medical_settlements", [settlement(1, own_share="1.00")])
    again = inbox.receive(path)[0]
    assert again.status == "already_received"
    assert new.delivery in again.reasons[0]
    assert counting("medical_settlements", "2026-09") == [new.delivery]


def test_mended_rows_amend_their_delivery_and_both_count(inbox):
    base = inbox.send("medical_settlements", [settlement(1), settlement(2, **BAD_DAY), settlement(3, **BAD_DAY)])
    amendment = inbox.receive(mended(inbox, base.delivery, settled_on="2026-09-13"))[0]
    assert (amendment.status, amendment.month, balance(amendment)) == ("received", "2026-09", (2, 2, 0, 0, 0))
    assert counting("medical_settlements", "2026-09") == [base.delivery, amendment.delivery]
    assert status_of(base.delivery) == "received"
    assert ledger(inbox.installation, amendment.delivery) == [(2, 2), (3, 3)]


def test_the_month_of_mended_rows_is_their_delivery_s_whatever_else_is_said(inbox):
    base = inbox.send("medical_settlements", [settlement(1, **BAD_DAY)])
    amendment = inbox.receive(mended(inbox, base.delivery, settled_on="2026-09-13", month="2026-10"), month="2026-10")[0]
    assert amendment.month == "2026-09"
    assert counting("medical_settlements", "2026-09", "2026-10") == [base.delivery, amendment.delivery]


def test_the_same_mended_file_twice_amends_once(inbox):
    base = inbox.send("medical_settlements", [settlement(1, **BAD_DAY)])
    path = mended(inbox, base.delivery, settled_on="2026-09-13")
    assert [inbox.receive(path)[0].status for _ in range(2)] == ["received", "already_received"]
    assert len(counting("medical_settlements", "2026-09")) == 2


def test_rows_mended_before_are_duplicates_in_a_second_mended_file(inbox):
    base = inbox.send("medical_settlements", [settlement(1, **BAD_DAY), settlement(2, **BAD_DAY)])
    inbox.receive(mended(inbox, base.delivery, settled_on=["2026-09-13", "2026-13-01"]))
    second = inbox.receive(mended(inbox, base.delivery, settled_on="2026-09-13"))[0]
    assert balance(second) == (2, 1, 1, 0, 0)
    assert ledger(inbox.installation, second.delivery) == [(2, 3)]


def test_rows_that_were_accepted_at_first_are_duplicates_in_a_mended_file(inbox):
    base = inbox.send("medical_settlements", [settlement(1), settlement(2, **BAD_DAY)])
    path = mended(inbox, base.delivery, settled_on="2026-09-13")
    header, row = path.read_text().splitlines()
    accepted = row.replace(",3,", ",2,", 1).replace(settlement(2)["number"], settlement(1)["number"])
    path.write_text("\n".join([header, row, accepted.replace("S2", "S1"), ""]))
    assert balance(inbox.receive(path)[0]) == (2, 1, 1, 0, 0)


def test_mended_rows_of_mended_rows_amend_the_whole_month_and_go_with_it(inbox):
    base = inbox.send("cremations", [cremation(1), cremation(2, died_on="2026-13-01"), cremation(3, died_on="2026-13-01")])
    first = inbox.receive(mended(inbox, base.delivery, died_on=["2026-09-13", "2026-14-01"]))[0]
    second = inbox.receive(mended(inbox, first.delivery, name="again.csv", died_on="2026-09-14"))[0]
    assert Delivery.objects.get(pk=second.delivery).amends_id == base.delivery
    assert len(counting("cremations", "2026-09")) == Death.objects.count() == 3
    new = inbox.send("cremations", [cremation(4)])
    assert counting("cremations", "2026-09") == [new.delivery]
    assert list(Death.objects.values_list("person_id", flat=True)) == [4]


def test_mended_rows_of_an_unknown_a_superseded_or_another_feed_s_delivery_are_refused(inbox):
    base = inbox.send("cremations", [cremation(1, died_on="2026-13-01")])
    path = mended(inbox, base.delivery, died_on="2026-09-13")
    unknown = inbox.put_bytes(path.read_bytes().replace(base.delivery.encode(), b"cremations-202609-00000000"), "unknown.csv")
    inbox.send("cremations", [cremation(2)])
    for sent in (unknown, path):
        refused = inbox.receive(sent)[0]
        assert (refused.status, refused.reasons[0].split(":")[0]) == ("refused", "no-such-receipt")
    assert list(Death.objects.values_list("person_id", flat=True)) == [2]


def test_mended_rows_keep_the_headers_that_a_release_matched(inbox):
    rows = [settlement(1), settlement(2, **BAD_DAY)]
    base = inbox.send("medical_settlements", rows, headers={"own_share": "咱们掏的"})
    inbox.release(base.delivery, header_map={"咱们掏的": "own_share"})
    amendment = inbox.receive(mended(inbox, base.delivery, settled_on="2026-09-13"), feed="medical_settlements")[0]
    assert (amendment.status, balance(amendment)) == ("received", (1, 1, 0, 0, 0))


def test_one_file_cannot_mend_two_deliveries(inbox):
    september = inbox.send("medical_settlements", [settlement(1, **BAD_DAY)])
    october = inbox.send("medical_settlements", [settlement(2, **BAD_DAY)], month="2026-10")
    one, other = (mended(inbox, base.delivery, settled_on="2026-09-13").read_text().splitlines() for base in (september, october))
    both = inbox.put_bytes("\n".join([*one, other[1], ""]).encode(), "both.csv")
    refused = inbox.receive(both)[0]
    assert refused.reasons[0].startswith("several-receipts: ")
    assert october.delivery in refused.reasons[0]


def test_mended_rows_of_a_held_delivery_wait_for_it(inbox):
    base = inbox.send("cremations", [cremation(1), cremation(2, died_on="2026-13-01")], arrived=inbox.installation.today)
    assert base.status == "held"
    amendment = inbox.receive(mended(inbox, base.delivery, died_on="2026-09-13"))[0]
    assert (amendment.status, alarms(amendment.delivery)) == ("held", ["mends-a-held-delivery"])
    assert not Death.objects.exists()
    inbox.release(base.delivery)
    assert Death.objects.count() == 1
    inbox.release(amendment.delivery)
    assert Death.objects.count() == 2
    assert counting("cremations", "2026-09") == [base.delivery, amendment.delivery]


def test_mended_registry_rows_are_added_to_the_register_and_nobody_leaves(inbox):
    rows = member_rows()
    rows[3] = {**rows[3], "birth_on": "1980-13-17"}
    base = inbox.send("registry_members", rows, month="2026-09")
    amendment = inbox.receive(mended(inbox, base.delivery, birth_on="1980-05-17"))[0]
    assert (amendment.status, amendment.accepted, people_count()) == ("received", 1, 5)


@pytest.mark.parametrize("rows", [[settlement(1)], []])
def test_a_correction_that_looks_wrong_leaves_the_month_as_it_was(inbox, rows):
    many = [settlement(1, settlement_no=f"S{at}") for at in range(20)]
    old = inbox.send("medical_settlements", many)
    inbox.send("medical_settlements", [settlement(1, settlement_no=f"T{at}") for at in range(20)], month="2026-10")
    held = inbox.send("medical_settlements", rows, month="2026-10", columns=settlement())
    assert held.status == "held"
    assert len(counting("medical_settlements", "2026-09", "2026-10")) == 2
    assert old.delivery in counting("medical_settlements", "2026-09", "2026-10")


def test_a_corrected_file_replaces_one_that_is_held(inbox):
    many = [settlement(1, settlement_no=f"S{at}") for at in range(20)]
    inbox.send("medical_settlements", many)
    held = inbox.send("medical_settlements", [settlement(1)], month="2026-10")
    new = inbox.send("medical_settlements", [*many[:-1], settlement(2)], month="2026-10")
    assert (held.status, new.status, status_of(held.delivery)) == ("held", "received", "superseded")
