"""A household's file: why it has its level, record by record; as it was; a field in clear; and a household beyond one's area."""

import re

from playwright.sync_api import Page, expect

from tests.functional.conftest import Opening
from tests.functional.looking import everywhere, in_order, on_desk_and_phone, picture
from tests.papers import png

FILE = re.compile(r"/households/of/")


def open_first_warning(opened: Opening, *, person: str = "county", language: str = "zh") -> Page:
    """From the month's warnings to the file of the household that stands first, by keyboard."""
    page = opened("/warnings/?status=all&warned=now", person=person, language=language)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(FILE)
    page.wait_for_load_state("networkidle")
    return page


def test_a_warning_leads_to_why_with_the_records_behind_it(opened: Opening) -> None:
    page = open_first_warning(opened, language="en")
    expect(page.locator("#why [data-chart] canvas, #why [data-chart] svg").first).to_be_visible()
    everywhere(page)
    picture(page, "household", height=1150)
    finding = page.locator(".findings details").first
    finding.locator("summary").click()
    expect(finding.locator("table tbody tr").first).to_be_visible()
    expect(finding.locator("table")).to_contain_text(re.compile(r"row \d+"))
    picture(page, "household-records", of=page.locator("#why .panel").nth(1))
    expect(page.locator(".story li")).not_to_have_count(0)
    in_order(page)


def test_the_waterfall_says_the_same_as_its_table(opened: Opening) -> None:
    page = open_first_warning(opened, language="en")
    chart = page.locator("#why figure.chart").first
    chart.locator("details summary").click()
    table = chart.locator("table")
    expect(table).to_be_visible()
    figures = [float(one.replace(",", "").replace("+", "").replace("−", "-")) for one in table.locator("tbody td.number").all_inner_texts()]
    assert abs(sum(figures[:-1]) - figures[-1]) < 0.011 or figures[-1] in figures[:-1]
    in_order(page)


def test_the_file_is_shown_as_it_was_in_an_earlier_month(opened: Opening) -> None:
    page = open_first_warning(opened)
    earlier = page.locator("#month option").nth(1)
    month = earlier.get_attribute("value")
    assert month is not None
    page.select_option("#month", month)
    page.get_by_role("button", name="看那个月").click()
    page.wait_for_url(re.compile(f"month={month}"))
    expect(page.get_by_text(f"这是 {month} 的档案")).to_be_visible()
    expect(page.get_by_text(f"{month} 等级")).to_be_visible()
    everywhere(page)
    page.get_by_role("link", name="回到现在").click()
    expect(page.get_by_text(f"这是 {month} 的档案")).to_have_count(0)


def test_a_field_is_shown_for_a_purpose_and_hides_itself_again(opened: Opening) -> None:
    page = open_first_warning(opened)
    number = page.locator("td .masked", has=page.get_by_text("显示身份证号")).first
    masked = number.locator("span").first.inner_text()
    assert "*" in masked
    at = number.get_attribute("id")
    field = page.locator(f"#{at}")
    number.locator("summary").click()
    in_order(page)
    field.locator("select").select_option(index=1)
    field.get_by_role("button", name="显示").click()
    expect(field).to_have_class(re.compile("is-open"))
    shown = field.locator("span").first.inner_text()
    assert re.fullmatch(r"999\d{14}[\dX]", shown)
    assert shown[:4] == masked[:4]
    in_order(page)
    field.get_by_role("button", name="重新遮住").click()
    expect(field.locator("span").first).to_have_text(masked)
    found = opened("/audit/?event=field.revealed", person="auditor")
    expect(found.locator("#entries tbody tr").first).to_contain_text("user:county")


def test_a_household_beyond_ones_area_opens_with_a_reason_that_the_supervisor_reads(opened: Opening) -> None:
    everybody = opened("/warnings/?status=all&sort=place", person="county")
    numbers = everybody.locator("tbody th .code").all_inner_texts()
    within = set(opened("/warnings/?status=all&sort=place", person="township").locator("tbody th .code").all_inner_texts())
    known = opened("/openings/").locator("main").inner_text()
    number = next(one for one in reversed(numbers) if one not in within and one not in known)
    opened.allow(400, 404)

    page = opened("/households/", person="township")
    page.fill("#q", number)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="临时查看辖区外的家庭").click()
    expect(page.locator("input[name=number]")).to_have_value(number)
    everywhere(page)
    page.fill("input[name=reason], textarea[name=reason]", "看看")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main .errorlist, main [role=alert]").first).to_be_visible()
    on_desk_and_phone(page)
    page.fill("input[name=reason], textarea[name=reason]", "一家人今天到服务大厅求助，刚搬到本街道居住")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(FILE)
    expect(page.locator(".code", has_text=number).first).to_be_visible()
    in_order(page)

    supervisor = opened("/openings/", person="county", language="en")
    line = supervisor.locator("tbody tr", has_text=number).first
    expect(line).to_contain_text("刚搬到本街道居住")
    everywhere(supervisor)
    picture(supervisor, "openings", height=460)
    line.locator("input[name=review]").fill("asked at the counter: not confirmed")
    line.get_by_role("button", name="Not justified: close").click()
    expect(supervisor.locator("tbody tr", has_text=number).first).to_contain_text("not confirmed")
    on_desk_and_phone(supervisor)
    page.reload()
    expect(page.locator("h1")).to_have_count(1)
    assert number not in page.locator("h1").inner_text()


def test_a_document_is_kept_opened_for_a_purpose_and_withdrawn(opened: Opening) -> None:
    page = open_first_warning(opened)
    papers = page.locator("#documents")
    papers.get_by_text("存入材料").click()
    page.set_input_files("#document-file", {"name": "bill.png", "mimeType": "image/png", "buffer": png(0x2A7F74)})
    on_desk_and_phone(page)
    page.select_option("#document-kind", "illness")
    page.fill("#document-title", "住院票据")
    papers.get_by_role("button", name="存入", exact=True).click()
    expect(papers.locator("li").first).to_contain_text("住院票据")
    expect(page.get_by_text("材料已存入档案")).to_be_visible()
    line = papers.locator("li").first
    line.locator("summary").click()
    line.locator("select").select_option("verify")
    with page.context.expect_page() as fresh:
        line.get_by_role("button", name="打开").click()
    expect(fresh.value.locator("img")).to_be_visible()
    fresh.value.close()
    page.keyboard.press("Escape")
    on_desk_and_phone(page)
    line.get_by_role("button", name="撤回").click()
    on_desk_and_phone(page)
    line.locator("input[name=why]").fill("放错了家庭")
    line.locator("dialog").get_by_role("button", name="撤回").click()
    expect(papers.locator("li").first).to_contain_text("放错了家庭")
    in_order(page)
