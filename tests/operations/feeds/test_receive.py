import gzip
import io
from datetime import date

import polars as pl
import pytest

from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.operations.receiving import NothingToReceive, files_below
from minsheng.domain.registry.queries import people_count
from tests.operations.feeds.deliveries import ELSEWHERE, NEWCOMER, household_rows, member_row, settlement
from tests.operations.feeds.reading import alarms, balance, counting, events, found, frame, lake, ledger


def test_the_registry_is_received_before_the_others_whatever_the_order_of_the_files(empty_inbox):
    medical = empty_inbox.put("medical_settlements", [settlement(1)])
    members = empty_inbox.put("registry_members", [member_row(1, "H1")])
    households = empty_inbox.put("registry_households", household_rows(["H1"]))
    receipts = empty_inbox.receive(medical, members, households)
    assert [receipt.feed for receipt in receipts] == ["registry_households", "registry_members", "medical_settlements"]
    assert [receipt.status for receipt in receipts] == ["received"] * 3
    assert receipts[-1].matched == 1


def test_a_receipt_balances_with_a_reason_column_and_row_number_for_every_quarantined_row(inbox):
    rows = [
        settlement(1),
        settlement(1),
        settlement(2, settled_on="2026-13-01"),
        settlement(3, own_share="-1", total_cost="viel"),
        settlement(4, division=ELSEWHERE),
        settlement(5),
    ]
    receipt = inbox.send("medical_settlements", rows)
    assert (receipt.status, balance(receipt)) == ("received", (6, 2, 1, 2, 1))
    assert receipt.rejections == {"settled_on: impossible-date": 1, "total_cost: not-a-number": 1}
    faults = frame(inbox.installation, f"deliveries/medical_settlements/2026-09/{receipt.delivery}/quarantine.parquet")
    assert faults.rows() == [(4, "settled_on", "impossible-date"), (5, "total_cost", "not-a-number"), (5, "own_share", "negative")]


def test_rows_are_matched_once_and_the_ledger_holds_them_by_person(inbox):
    receipt = inbox.send("medical_settlements", [settlement(3), settlement(NEWCOMER), settlement(1), settlement(2, name="赵大")])
    assert found(receipt) == (2, 1, 1)
    assert ledger(inbox.installation, receipt.delivery) == [(1, 4), (3, 2)]


def test_a_delivery_in_effect_is_recorded_with_its_figures(inbox):
    receipt = inbox.send("medical_settlements", [settlement(1)])
    assert counting("medical_settlements", "2026-09") == [receipt.delivery]
    subject, detail = events("delivery.received")[-1]
    assert subject == receipt.delivery
    assert (detail["read"], detail["accepted"], detail["matched"]) == (1, 1, 1)


def test_the_original_is_kept_sealed_under_its_hash(inbox):
    path = inbox.put("medical_settlements", [settlement(1)])
    receipt = inbox.receive(path)[0]
    sealed = f"originals/{receipt.sha256[:2]}/{receipt.sha256}.sealed"
    assert lake(inbox.installation)[sealed] == receipt.sha256
    assert settlement(1)["name"].encode() not in inbox.installation.lake.read_bytes(sealed)


def test_rows_outside_the_area_are_only_counted(inbox):
    receipt = inbox.send("medical_settlements", [settlement(1), settlement(2, division=ELSEWHERE, hospital="外地医院")])
    assert (receipt.out_of_area, receipt.accepted) == (1, 1)
    clean = frame(inbox.installation, f"deliveries/medical_settlements/2026-09/{receipt.delivery}/clean.parquet")
    assert clean["hospital"].to_list() == ["市第三医院"]


def test_a_stated_area_decides_for_the_registry_too(empty_inbox):
    inbox = empty_inbox.at(area=("420106",))
    receipt = inbox.send("registry_households", household_rows())
    assert balance(receipt) == (3, 0, 0, 0, 3)


def test_columns_not_in_the_agreement_are_dropped_by_name_and_never_reach_the_lake(inbox):
    receipt = inbox.send("medical_settlements", [settlement(1, disease_code="N18.6")])
    assert receipt.dropped_columns == ["主要诊断编码"]
    for path in inbox.installation.lake.list("deliveries/medical_settlements"):
        table = frame(inbox.installation, path)
        assert "disease_code" not in table.columns
        assert not table.select(pl.col(pl.String)).to_series(0).str.contains("N18").any()


def test_an_unknown_column_is_dropped_by_name(inbox):
    content = inbox.csv("medical_settlements", [settlement(1)]).decode().splitlines()
    path = inbox.put_bytes(f"{content[0]},备注\n{content[1]},电话催过\n".encode(), "medical_settlements.csv")
    assert inbox.receive(path)[0].dropped_columns == ["备注"]


def test_made_up_numbers_are_quarantined_where_real_data_is_expected(inbox):
    receipt = inbox.at(made_up_allowed=False).send("medical_settlements", [settlement(1)])
    assert balance(receipt) == (1, 0, 0, 1, 0)
    assert receipt.rejections == {"number: made-up": 1}


def test_the_same_bytes_are_received_once(inbox):
    path = inbox.put("medical_settlements", [settlement(1)])
    first, again = inbox.receive(path)[0], inbox.receive(path)[0]
    assert (again.status, again.delivery, again.read) == ("already_received", first.delivery, 1)
    renamed = inbox.put_bytes(path.read_bytes(), "医保结算.csv")
    assert inbox.receive(renamed)[0].status == "already_received"
    assert Delivery.objects.filter(feed="medical_settlements").count() == 1


def test_the_same_bytes_twice_in_one_call_are_received_once(inbox):
    one = inbox.put("medical_settlements", [settlement(1)])
    other = inbox.put("medical_settlements", [settlement(1)], name="medical_settlements(1).csv")
    assert sorted(receipt.status for receipt in inbox.receive(one, other)) == ["already_received", "received"]


@pytest.mark.parametrize("form", ["another order", "gzip", "parquet", "gb18030", "another header"])
def test_the_same_rows_in_another_form_are_received_once(inbox, form):
    rows = [settlement(1), settlement(2), settlement(3)]
    first = inbox.send("medical_settlements", rows)
    content = inbox.csv("medical_settlements", rows)
    frame_ = pl.read_csv(io.BytesIO(content), infer_schema=False)
    as_parquet = io.BytesIO()
    frame_.write_parquet(as_parquet)
    forms = {
        "another order": (inbox.csv("medical_settlements", rows[::-1]), "medical_settlements.csv"),
        "gzip": (gzip.compress(content), "medical_settlements.csv.gz"),
        "parquet": (as_parquet.getvalue(), "medical_settlements.parquet"),
        "gb18030": (content.decode().encode("gb18030"), "medical_settlements.csv"),
        "another header": (inbox.csv("medical_settlements", rows, headers={"name": "psn_name"}), "medical_settlements.csv"),
    }
    files = inbox.installation.lake.list("deliveries")
    again = inbox.receive(inbox.put_bytes(*forms[form]))[0]
    assert (again.status, again.delivery) == ("already_received", first.delivery)
    assert inbox.installation.lake.list("deliveries") == files


def test_the_month_is_taken_from_the_command_the_name_or_the_folder(inbox):
    path = inbox.put("medical_settlements", [settlement(1)], month="delivered", name="medical_settlements.csv")
    assert inbox.receive(path, month="2026-09")[0].month == "2026-09"
    named = inbox.put("medical_settlements", [settlement(2)], month="delivered", name="medical_settlements_202610.csv")
    assert inbox.receive(named)[0].month == "2026-10"


def test_one_refused_file_does_not_keep_the_others(inbox):
    bad = inbox.put_bytes(b"", "vehicles.csv")
    good = inbox.put("medical_settlements", [settlement(1)])
    assert sorted(receipt.status for receipt in inbox.receive(bad, good)) == ["received", "refused"]


def test_a_renamed_registry_snapshot_does_not_empty_the_register(inbox):
    rows = [member_row(serial, home) for serial, home in {1: "H1", 2: "H1"}.items()]
    receipt = inbox.send("registry_members", rows, month="2026-09", headers={"household_no": "哪一家"})
    assert receipt.status == "held"
    assert alarms(receipt.delivery) == ["columns-missing"]
    assert people_count() == 5


def test_registry_rows_that_contradict_the_register_are_quarantined_and_the_receipt_balances(inbox):
    rows = [member_row(serial, home) for serial, home in {1: "H1", 2: "H1", 3: "H2", 4: "H9", 5: "H3"}.items()]
    receipt = inbox.send("registry_members", rows, month="2026-09")
    assert (receipt.status, balance(receipt), found(receipt)) == ("received", (5, 4, 0, 1, 0), (0, 0, 4))
    assert receipt.rejections == {"household_no: household-unknown": 1}
    faults = frame(inbox.installation, f"deliveries/registry_members/2026-09/{receipt.delivery}/quarantine.parquet")
    assert faults.rows() == [(5, "household_no", "household-unknown")]


def test_a_quarantined_line_does_not_make_its_household_leave(inbox):
    rows = [member_row(serial, home) for serial, home in {1: "H1", 2: "H1", 3: "H2", 4: "H2", 5: "H3"}.items()]
    rows[1] = {**rows[1], "birth_on": "1980-13-17"}
    receipt = inbox.send("registry_members", rows, month="2026-09")
    assert (receipt.status, receipt.quarantined, people_count()) == ("received", 1, 5)


def test_deaths_are_recorded_of_those_whom_the_delivery_calls_deceased(inbox):
    receipt = inbox.send("household_register", [_registered(1, "deceased"), _registered(2, "normal")])
    assert events("deaths.recorded") == [(receipt.delivery, {"deaths": 1})]


def test_files_below_a_folder_are_found_in_order_without_hidden_ones_and_the_truth(tmp_path):
    for name in ("2026-10/b.csv", "2026-10/a.csv", "2026-10/.hidden.csv", "truth.parquet"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert files_below([tmp_path]) == [tmp_path / "2026-10/a.csv", tmp_path / "2026-10/b.csv"]
    assert files_below([tmp_path / "2026-10/.hidden.csv"]) == [tmp_path / "2026-10/.hidden.csv"]


def test_nothing_to_receive_is_said(tmp_path):
    with pytest.raises(NothingToReceive):
        files_below([tmp_path])
    with pytest.raises(NothingToReceive):
        files_below([tmp_path / "missing.csv"])


def _registered(serial, status):
    person = member_row(serial, "H1")
    facts = {name: person[name] for name in ("number", "name", "sex", "birth_on", "division")}
    return {**facts, "status": status, "status_on": date(2026, 9, 20)}
