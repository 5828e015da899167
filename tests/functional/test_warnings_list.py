"""The list of warnings at work: filters that are kept, marks and verdicts that can be taken back, files, and what goes wrong in between."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.functional.conftest import Opening
from tests.functional.looking import everywhere, in_order, on_desk_and_phone, picture


def numbers(page: Page) -> list[str]:
    """The household numbers in the list."""
    return page.locator("#list tbody th .code").all_inner_texts()


def pick(page: Page, *households: str) -> None:
    """Tick households."""
    for number in households:
        page.get_by_role("checkbox", name=f"选 {number}", exact=True).check()


def test_a_filter_is_found_without_leaving_the_page_and_kept(opened: Opening) -> None:
    page = opened("/warnings/", language="en")
    picture(page, "warnings")
    waiting = page.locator("#page-answer").inner_text()
    page.select_option("#status", "all")
    expect(page).to_have_url(re.compile("status=all"))
    page.locator("details.more-filters > summary").click()
    page.select_option("#dimension", index=1)
    expect(page).to_have_url(re.compile("dimension=[a-z]"))
    page.wait_for_load_state("networkidle")
    shown = page.locator("#page-answer").inner_text()
    assert shown != waiting, "the sentence above the list is the old one"
    everywhere(page)
    expect(page.locator("#page-answer")).to_have_text(shown)
    page.get_by_role("button", name="Save filter").click()
    page.locator("#keep #name").fill("Illness, all states")
    in_order(page)
    page.locator("#keep button[type=submit]").click()
    kept = page.locator(".kept").get_by_role("link", name="Illness, all states")
    expect(kept).to_be_visible()
    found = numbers(page)
    page.goto("/warnings/")
    page.locator(".kept").get_by_role("link", name="Illness, all states").click()
    expect(page).to_have_url(re.compile("dimension=[a-z].*"))
    assert numbers(page) == found
    on_desk_and_phone(page)
    page.get_by_role("button", name="Forget “Illness, all states”").click()
    expect(page.locator(".kept")).to_have_count(0)


def test_who_is_searched_for_stands_in_no_address(opened: Opening) -> None:
    page = opened("/warnings/?status=all")
    wanted = numbers(page)[0]
    page.keyboard.press("/")
    page.keyboard.type(wanted)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("who="))
    assert wanted not in page.url
    expect(page.locator("#list tbody tr")).to_have_count(1)
    on_desk_and_phone(page)
    page.fill("#q", "查" * 60)
    page.keyboard.press("Enter")
    expect(page.locator(".empty-state")).to_be_visible()
    everywhere(page)


def test_marks_are_set_together_and_taken_back_together(opened: Opening) -> None:
    page = opened("/warnings/?noted=no&warned=now&sort=place")
    first, second = numbers(page)[:2]
    page.keyboard.press("j")
    page.keyboard.press("x")
    pick(page, second)
    expect(page.locator("[data-picked-count]")).to_have_text("2")
    in_order(page)
    page.get_by_role("button", name="标为已阅").click()
    expect(page.locator("form.undo")).to_be_visible()
    assert not {first, second} & set(numbers(page))
    on_desk_and_phone(page)
    page.get_by_role("button", name="撤销标记").click()
    expect(page.locator("form.undo")).to_have_count(0)
    assert {first, second} <= set(numbers(page))


def test_a_verdict_for_several_households_is_withdrawn_with_one_click(opened: Opening) -> None:
    page = opened("/warnings/?sort=place")
    chosen = numbers(page)[:2]
    pick(page, *chosen)
    page.get_by_role("button", name="登记核查结论").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    on_desk_and_phone(page)
    picture(page, "verdict", height=820)
    page.get_by_role("radio").first.check()
    page.fill("#note", "入户看过，情况属实")
    page.get_by_role("button", name="登记", exact=True).dblclick()
    expect(page.get_by_text("刚才登记了 2 户的结论")).to_be_visible()
    assert not set(chosen) & set(numbers(page))
    on_desk_and_phone(page)
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("刚才登记了")).to_have_count(0)
    assert set(chosen) <= set(numbers(page))


def test_what_a_colleague_answered_meanwhile_is_shown_and_nothing_typed_is_lost(opened: Opening) -> None:
    opened.allow(409)
    theirs = opened("/warnings/?sort=place", person="prefecture")
    ours = opened("/warnings/?sort=place")
    both = numbers(theirs)[:2]
    for page, which in ((theirs, both[:1]), (ours, both)):
        pick(page, *which)
        page.get_by_role("button", name="登记核查结论").click()
        page.get_by_role("radio").nth(1).check()
        page.fill("#note", "电话里问过")
    theirs.get_by_role("button", name="登记", exact=True).click()
    expect(theirs.get_by_text("刚才登记了 1 户的结论")).to_be_visible()
    ours.get_by_role("button", name="登记", exact=True).click()
    expect(ours.locator(".error-panel")).to_contain_text(both[0])
    expect(ours.locator("#note")).to_have_value("电话里问过")
    expect(ours.get_by_role("radio").nth(1)).to_be_checked()
    expect(ours.get_by_role("checkbox", name=f"登记 {both[0]}")).not_to_be_checked()
    on_desk_and_phone(ours)
    picture(ours, "changed-meanwhile", height=760)
    ours.get_by_role("button", name="登记勾选的各户").click()
    expect(ours.get_by_text("刚才登记了 1 户的结论")).to_be_visible()
    for page in (ours, theirs):
        page.get_by_role("button", name="撤回").click()
        expect(page.get_by_text("刚才登记了")).to_have_count(0)


def test_the_list_goes_into_a_file_with_masked_names(opened: Opening, tmp_path: Path) -> None:
    page = opened("/warnings/", language="en")
    everybody = page.locator("#page-answer").inner_text()
    page.select_option("#status", "all")
    expect(page.locator("#page-answer")).not_to_have_text(everybody)
    page.get_by_role("button", name="Export").click()
    in_order(page)
    page.select_option("#format", "csv")
    with page.expect_download() as waiting:
        page.locator("#export button[type=submit]").click()
    file = tmp_path / "warnings.csv"
    waiting.value.save_as(file)
    expect(page.locator("#export")).not_to_be_visible()
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    shown = page.locator(".answer").inner_text()
    assert len(rows) - 1 == int(re.findall(r"([\d,]+) households", shown)[0].replace(",", ""))
    assert set(numbers(page)) <= {cell for row in rows for cell in row}
    assert any("**" in cell or cell.endswith("*") for cell in rows[1])
    found = opened("/audit/?event=warnings.exported", person="auditor", language="en")
    expect(found.locator("#entries tbody tr").first).to_contain_text("user:county")
