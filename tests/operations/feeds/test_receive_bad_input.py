"""Whatever is handed in gets a clear refusal or a quarantined row, and nothing is left half done."""

from datetime import date
from pathlib import Path

import pytest

from minsheng.domain.feeds.models import Alarm, Delivery, IdentityCase
from tests.contract.deliveries import csv_bytes as medical_csv
from tests.contract.deliveries import xlsx_bytes
from tests.contract.test_hostile_containers import HOSTILE
from tests.contract.test_hostile_containers import archive as zipped
from tests.contract.test_hostile_workbooks import second_sheet
from tests.operations.feeds.deliveries import number_of, settlement
from tests.operations.feeds.reading import balance, events, frame

MANY_COLUMNS = ",".join(["证件号码", "人员姓名", *(f"列{at}" for at in range(1000))]).encode()
FILES = HOSTILE | {
    "two sheets": (lambda: xlsx_bytes(arrange=second_sheet([["证件号码", "人员姓名"], ["1", "2"]])), "two-sheets"),
    "merged headers": (lambda: xlsx_bytes(arrange=_header_over_two_rows), "ambiguous-header"),
    "a decompression bomb": (lambda: zipped({"a.csv": medical_csv() + b"0,\n" * (4 << 20)}), "bomb"),
    "NUL bytes": (lambda: medical_csv().replace("社区".encode(), b"\0\0"), "nul-bytes"),
    "a thousand columns": (lambda: MANY_COLUMNS, "too-many-columns"),
    "no column names": (lambda: medical_csv().split(b"\r\n", 1)[1], "no-header"),
}
BAD_ROWS = {
    "an identity number in scientific notation": ({"number": "1.1010519491231E+17"}, "number: ruined-by-spreadsheet"),
    "a wrong check digit": ({"number": number_of(1)[:-1] + str((int(number_of(1)[-1]) + 1) % 10)}, "number: check-digit"),
    "a formula for a name": ({"name": "=1+1"}, "name: not-a-name"),
    "negative money": ({"own_share": "-0.01"}, "own_share: negative"),
    "a day in 2099": ({"settled_on": "2099-01-01"}, "settled_on: future-date"),
    "a 13th month": ({"settled_on": "2026-13-01"}, "settled_on: impossible-date"),
    "a code nobody knows": ({"kind": "住宿"}, "kind: unknown-code"),
    "nothing where something is required": ({"own_share": ""}, "own_share: missing-value"),
    "nobody": ({"number": "", "name": ""}, "name: missing-value"),
    "one key": ({"settlement_no": "SAME", "own_share": "1"}, "settlement_no: conflicting-key"),
    "the same key with other content": ({"settlement_no": "SAME", "own_share": "2"}, "settlement_no: conflicting-key"),
}


def _header_over_two_rows(workbook):
    sheet = workbook.worksheets[0]
    sheet.insert_rows(1)
    for column in ("A", "B", "C"):
        sheet[f"{column}1"] = sheet[f"{column}2"].value


def on_disk(inbox):
    """Every file below the lake's folder, also those that the lake itself passes over."""
    return sorted(path for path in Path(inbox.installation.lake.address).rglob("*") if path.is_file())


def nothing_happened(inbox, files):
    assert on_disk(inbox) == files
    assert not any(table.objects.exclude(pk__in=_registry(table)).exists() for table in (Delivery, Alarm, IdentityCase))


def _registry(table):
    return Delivery.objects.filter(feed__startswith="registry") if table is Delivery else []


def test_every_hostile_file_is_refused_with_its_reason_and_nothing_of_it_is_kept(inbox):
    files = on_disk(inbox)
    sent = {inbox.put_bytes(make(), f"medical_settlements_{at:03}.csv"): code for at, (make, code) in enumerate(FILES.values())}
    receipts = {receipt.filename: receipt for receipt in inbox.receive(*sent)}
    assert len(receipts) == len(FILES)
    for path, code in sent.items():
        receipt = receipts[path.name]
        assert (receipt.status, receipt.reasons[0].split(":")[0], receipt.delivery) == ("refused", code, None), path.name
        assert receipt.reasons[0].count(".") >= 2, "a refusal says what is wrong and what to do"
    nothing_happened(inbox, files)
    assert len(events("delivery.refused")) == len(FILES)


@pytest.mark.parametrize("name", ["..\\..\\medical_settlements.csv", "medical_settlements\n.csv"])
def test_a_name_that_leads_out_of_its_folder_is_refused(inbox, name):
    files = on_disk(inbox)
    receipt = inbox.receive(inbox.put_bytes(inbox.csv("medical_settlements", [settlement(1)]), name))[0]
    assert (receipt.status, receipt.reasons[0].split(":")[0]) == ("refused", "path-traversal")
    nothing_happened(inbox, files)


def test_every_bad_row_is_quarantined_with_its_reason_and_the_others_are_taken(inbox):
    good = [settlement(2, settlement_no="G1"), settlement(3, settlement_no="G2", hospital="市第三\n医院,东院")]
    bad = [settlement(1, **{"settlement_no": f"B{at}", **cells}) for at, (cells, _) in enumerate(BAD_ROWS.values())]
    receipt = inbox.send("medical_settlements", [good[0], *bad, good[1]])
    assert (receipt.status, balance(receipt)) == ("received", (len(bad) + 2, 2, 0, len(bad), 0))
    every = frame(inbox.installation, f"deliveries/medical_settlements/2026-09/{receipt.delivery}/quarantine.parquet")
    faults = every.unique("row_number", keep="first", maintain_order=True)
    assert [f"{column}: {reason}" for _, column, reason in faults.rows()] == [reason for _, reason in BAD_ROWS.values()]
    assert faults["row_number"].to_list() == list(range(3, 3 + len(bad)))


def test_a_month_that_does_not_exist_and_one_in_the_future_are_quarantined(inbox):
    paid = {"number": number_of(1), "name": settlement(1)["name"], "paid_on": "2026-09-10", "wage_base": "3000", "division": "999001001201"}
    rows = [{**paid, "paid_for": month} for month in ("2026-13", "2026-09")]
    receipt = inbox.send("social_insurance_contributions", rows, headers={})
    assert receipt.rejections == {"paid_for: impossible-month": 1}


def test_a_quote_left_open_costs_its_own_row_only(inbox):
    header, *rows = inbox.csv("medical_settlements", [settlement(serial) for serial in (1, 2, 3)]).decode().splitlines()
    rows[1] = rows[1].replace("市第三医院", '"市第三医院')
    receipt = inbox.receive(inbox.put_bytes("\n".join([header, *rows, ""]).encode(), "medical_settlements.csv"))[0]
    assert (balance(receipt), receipt.rejections) == ((3, 2, 0, 1, 0), {"row: unbalanced-quotes": 1})


def test_a_formula_cell_is_quarantined_and_never_calculated(inbox):
    names = list(settlement())
    contract = inbox.installation.catalogue["medical_settlements"]
    rows = [[settlement(serial, own_share=own)[name] for name in names] for serial, own in ((1, "=H2-I2"), (2, "5.00"))]
    content = xlsx_bytes(rows, headers=[contract.column(name).headers[0] for name in names])
    receipt = inbox.receive(inbox.put_bytes(content, "medical_settlements.xlsx"))[0]
    assert (balance(receipt), receipt.rejections) == ((2, 1, 0, 1, 0), {"own_share: formula": 1})


def test_a_day_in_a_spreadsheet_s_own_counting_is_that_day(inbox):
    serial = (date(2026, 9, 12) - date(1899, 12, 30)).days
    receipt = inbox.send("medical_settlements", [settlement(1, settled_on=str(serial))])
    clean = frame(inbox.installation, f"deliveries/medical_settlements/2026-09/{receipt.delivery}/clean.parquet")
    assert clean["event_on"].to_list() == [date(2026, 9, 12)]


def test_a_registry_file_that_identifies_nobody_is_held(inbox):
    rows = [{"household_no": "H1", "category": "DIBAO"}, {"household_no": "H2", "category": "TEKUN"}]
    receipt = inbox.receive(inbox.put("registry_households", rows), feed="registry_households")[0]
    assert (receipt.status, receipt.quarantined) == ("held", 2)
