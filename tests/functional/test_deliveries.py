"""A department's file on its way: sent in pieces over a line that breaks, held, released with a reason, its refused rows mended."""

import csv
import io
import re
from pathlib import Path
from time import monotonic, time

from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.factories import identity_number
from tests.functional.conftest import Opening
from tests.functional.looking import everywhere, in_order, on_desk_and_phone, picture

FEED = "medical_settlements"
HEADER = ["证件号码", "人员姓名", "参保地区划", "结算编号", "结算日期", "医疗类别", "医疗费总额", "基金支付总额", "个人负担总金额"]
PIECE = 4 * 1024 * 1024
ROWS = 52_000
RECEIVED = re.compile(r"/deliveries/")
MINUTE = 60_000


def settlements(month: str) -> str:
    """A file of a month that nobody sent before: many settlements, three of them with an unknown kind of care. More than one piece long."""
    mark, someone = f"F{time():.0f}", identity_number(7)
    lines = [HEADER] + [
        [someone, "丁甲", "420106001000", f"{mark}-{at:06}", f"{month}-01", "ZZ9" if at < 3 else "11", "312.50", "250.00", "62.50"]
        for at in range(ROWS)
    ]
    written = io.StringIO()
    csv.writer(written).writerows(lines)
    return written.getvalue()


def released(page: Page) -> Locator:
    """Where a delivery's page says who released it."""
    return page.locator("dt", has_text="Released")


def eventually(page: Page) -> Locator:
    """The same once the worker has read the original again."""
    ends = monotonic() + MINUTE / 1000
    while not released(page).count() and monotonic() < ends:
        page.wait_for_timeout(500)
        page.reload()
    return released(page)


def chosen(opened: Opening, *, person: str, language: str = "zh") -> Page:
    """The page that sends a file of this month's settlements."""
    page = opened(f"/deliveries/send/?feed={FEED}", person=person, language=language)
    month = page.locator("#month option").first.get_attribute("value")
    page.goto(f"/deliveries/send/?feed={FEED}&month={month}")
    page.wait_for_load_state("networkidle")
    return page


def test_the_calendar_leads_to_a_receipt_and_to_what_was_refused(opened: Opening) -> None:
    page = opened("/deliveries/", language="en")
    picture(page, "deliveries", height=1000)
    page.select_option("#only", "owed")
    expect(page).to_have_url(re.compile("only=owed"))
    page.wait_for_load_state("networkidle")
    on_desk_and_phone(page)
    held = page.locator("td a", has_text="held").first
    held.click()
    page.wait_for_url(RECEIVED)
    everywhere(page)
    expect(page.get_by_role("heading", name="What held it")).to_be_visible()
    picture(page, "held", height=1000)


def test_refused_rows_are_read_by_reason_and_taken_along(opened: Opening) -> None:
    page = opened("/deliveries/")
    page.locator("td.calendar-cell", has_text="退回").locator("a").first.click()
    page.wait_for_url(RECEIVED)
    rows = page.locator("table", has=page.get_by_text("行号")).last.locator("tbody tr")
    expect(rows).not_to_have_count(0)
    rows.first.get_by_role("button", name="看行号").click()
    expect(rows.first.locator(".row-numbers")).to_contain_text(re.compile(r"\d"))
    everywhere(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载退回的行").click()
    told = list(csv.DictReader(io.StringIO(waiting.value.path().read_text(encoding="utf-8-sig"))))
    assert {row["回执号"] for row in told} == {page.locator("dd.code").first.inner_text()}
    assert all(row["原因"] for row in told)


def sent_over_a_line_that_breaks(page: Page, file: Path) -> list[int]:
    """Send a file whose second piece does not get through, come back to the page and send it again; returns where that went on."""
    sent: list[int] = []

    def breaks(route: Route) -> None:
        if route.request.method == "PUT" and route.request.headers["upload-offset"] != "0":
            route.abort()
        else:
            route.continue_()

    def heard(request: Request) -> None:
        if request.method == "PUT":
            sent.append(int(request.headers["upload-offset"]))

    page.route("**/uploads/**", breaks)
    page.set_input_files("input[type=file]", file)
    expect(page.locator("[data-words]")).to_contain_text("连接断了")
    on_desk_and_phone(page)
    picture(page, "upload-broken", height=640)
    page.unroute("**/uploads/**")
    page.reload()
    page.on("request", heard)
    page.set_input_files("input[type=file]", file)
    page.wait_for_url(re.compile(r"/uploads/[0-9a-f-]+/$"), timeout=MINUTE)
    return sent


def release(page: Page, reason: str) -> None:
    """Release the delivery on the page, and see that the worker did."""
    expect(page.get_by_role("heading", name="What held it")).to_be_visible()
    page.locator("[data-opens=release]").click()
    in_order(page)
    page.fill("#reason", reason)
    page.locator("#release button[type=submit]").dblclick()
    expect(page.get_by_text("Being released").or_(released(page)).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(eventually(page)).to_be_visible()
    on_desk_and_phone(page)


def mend(page: Page, folder: Path) -> None:
    """Take the refused rows of the delivery on the page, mend them and send them back."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载退回的行").click()
    refused = waiting.value.path().read_text(encoding="utf-8-sig")
    assert refused.count("ZZ9") == 3
    mended = folder / "补正.csv"
    mended.write_text(refused.replace("ZZ9", "11"), encoding="utf-8-sig")
    page.get_by_role("link", name="上传补正").click()
    page.wait_for_load_state("networkidle")
    on_desk_and_phone(page)
    page.set_input_files("input[type=file]", mended)
    page.get_by_role("link", name="看回执").click(timeout=MINUTE)
    expect(page.locator("dt", has_text="补正")).to_be_visible()
    in_order(page)


def test_a_broken_transfer_goes_on_where_it_stopped_and_is_released_and_mended(opened: Opening, tmp_path: Path) -> None:
    opened.allow("net::ERR_FAILED", "net::ERR_ABORTED")
    page = chosen(opened, person="department")
    everywhere(page)
    file = tmp_path / "结算.csv"
    file.write_text(settlements(page.input_value("#month")), encoding="utf-8")
    assert PIECE < file.stat().st_size < 2 * PIECE
    assert sent_over_a_line_that_breaks(page, file) == [PIECE]
    page.get_by_role("link", name="看回执").click(timeout=MINUTE)
    page.wait_for_url(RECEIVED)
    expect(page.locator(".answer")).to_contain_text("暂存")
    everywhere(page)
    assert page.locator("[data-opens=release]").count() == 0
    receipt = page.url
    release(opened(receipt, person="county", language="en"), "half a year of settlements in one file: confirmed by telephone")
    page.reload()
    mend(page, tmp_path)
    page.goto(receipt)
    expect(page.locator("dt", has_text="后来的补正")).to_be_visible()


def test_what_is_no_data_is_refused_clearly(opened: Opening, tmp_path: Path) -> None:
    opened.allow(400, 413, 422)
    page = chosen(opened, person="department")
    empty, photo = tmp_path / "空.csv", tmp_path / "照片.csv"
    empty.write_bytes(b"")
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    page.set_input_files("input[type=file]", empty)
    expect(page.locator("[data-words]")).to_contain_text("没有传成")
    on_desk_and_phone(page)
    page.set_input_files("input[type=file]", photo)
    page.wait_for_url(re.compile(r"/uploads/[0-9a-f-]+/$"), timeout=MINUTE)
    expect(page.locator(".error-panel")).to_be_visible(timeout=MINUTE)
    everywhere(page)
    picture(page, "upload-refused", height=620)
    page.get_by_role("link", name="另选文件").click()
    expect(page.locator("[data-upload]")).to_be_visible()
