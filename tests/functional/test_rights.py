"""Who may what until when: accounts and roles, agreements that take two people, and the log of who looked at whom."""

import re
from time import time

from playwright.sync_api import Page, expect

from tests.functional.conftest import Opening
from tests.functional.looking import everywhere, in_order, on_desk_and_phone, picture


def test_somebody_is_added_given_a_role_and_it_is_taken_back(opened: Opening) -> None:
    opened.allow(422)
    name = f"hexin{time():.0f}"
    page = opened("/users/add/", person="admin")
    everywhere(page)
    page.fill("[name=display_name]", "何欣")
    page.fill("[name=username]", name)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#one-time")).to_be_visible()
    on_desk_and_phone(page)
    page.get_by_role("link", name="去授予角色").click()
    page.get_by_role("link", name="授予角色").click()
    page.wait_for_load_state("networkidle")
    everywhere(page)
    page.select_option("#id_role", label="乡镇（街道）经办人")
    expect(page.locator("#role-explained")).to_contain_text("可以")
    page.locator("#place").press_sequentially("wuchang", delay=30)
    page.get_by_role("radio", name=re.compile("420106 *$|420106000000|420106")).first.check()
    page.fill("[name=reason]", "武民发〔2026〕12号")
    on_desk_and_phone(page)
    picture(page, "give-role", height=900)
    page.get_by_role("button", name="授予", exact=True).click()
    page.wait_for_url(re.compile(f"/users/of/{name}/$"))
    expect(page.locator("tbody tr", has_text="经办人")).to_contain_text("待第二人确认")
    everywhere(page)
    page.locator("[data-opens^=revoke-]").click()
    in_order(page)
    page.locator("dialog[open] input[name=reason]").fill("调离")
    page.locator("dialog[open] button[type=submit]").click()
    expect(page.locator("tbody tr", has_text="经办人")).to_contain_text("已收回")

    page.goto("/users/")
    page.locator("#text").press_sequentially("何欣", delay=30)
    expect(page).to_have_url(re.compile("text="))
    expect(page.locator("#list tbody tr").first).to_contain_text("没有角色")
    page.wait_for_load_state("networkidle")
    on_desk_and_phone(page)


def test_nobody_gives_themselves_a_role_and_a_county_does_not_manage_a_province(opened: Opening) -> None:
    opened.allow(403, 404)
    own = opened("/users/of/admin/", person="admin", language="en")
    assert own.get_by_role("link", name="Give a role").count() == 0
    everywhere(own)
    above = opened("/users/of/author/", person="county-admin", language="en")
    assert above.locator("[data-opens=reset]").count() == 0
    everywhere(opened("/users/review/", person="admin"))
    refused = opened("/warnings/", person="admin")
    expect(refused.locator(".error-panel")).to_be_visible()
    on_desk_and_phone(refused)
    picture(refused, "refused", height=560)


def draft_agreement(page: Page, title: str) -> None:
    """Draft an agreement; what is missing is told at its field, and nothing typed is lost."""
    page.locator("details.drop > summary", has_text="起草协议").click()
    page.get_by_role("link", name=re.compile("住房")).first.click()
    page.wait_for_load_state("networkidle")
    everywhere(page)
    page.fill("#f-title", title)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    expect(page.locator("#f-title")).to_have_value(title)
    on_desk_and_phone(page)
    typed = {
        "document": "武房函〔2026〕31号",
        "purpose": "低收入人口动态监测",
        "legal_basis": "民发〔2021〕57号",
        "starts_on": "2026-01-01",
        "expires_on": "2031-12-31",
    }
    for name, value in typed.items():
        page.fill(f"#f-{name}", value)
    page.locator("input[name=feed]").first.check()
    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_url(re.compile(r"/agreements/\d+/$"))


def change_at_once(opened: Opening, agreement: str) -> None:
    """Two people change the same field: the second sees both, and decides."""
    first, second = opened(f"{agreement}edit/", person="prefecture"), opened(f"{agreement}edit/", person="prefecture")
    first.fill("#f-document", "武房函〔2026〕32号")
    second.fill("#f-document", "武房函〔2026〕33号")
    first.get_by_role("button", name="保存草稿").click()
    first.wait_for_url(agreement)
    second.get_by_role("button", name="保存草稿").click()
    expect(second.get_by_text("现在登记的是：武房函〔2026〕32号")).to_be_visible()
    expect(second.locator("#f-document")).to_have_value("武房函〔2026〕33号")
    on_desk_and_phone(second)
    second.get_by_role("button", name="保存草稿").click()
    second.wait_for_url(agreement)
    expect(second.locator("main")).to_contain_text("武房函〔2026〕33号")


def test_an_agreement_takes_two_people_and_shows_what_a_colleague_changed(opened: Opening) -> None:
    opened.allow(409, 422)
    page = opened("/agreements/", person="prefecture")
    draft_agreement(page, "住房数据共享协议")
    assert page.locator("[data-opens=in-force]").count() == 0
    everywhere(page)
    change_at_once(opened, page.url)
    other = opened(page.url, person="province", language="en")
    picture(other, "agreement", height=900)
    other.locator("[data-opens=in-force]").click()
    in_order(other)
    other.locator("#in-force button[type=submit]").click()
    expect(other.locator("[data-opens=end]")).to_be_visible()
    everywhere(other)
    other.locator("[data-opens=end]").click()
    other.fill("#end-reason", "made for a trial")
    other.locator("#end button[type=submit]").click()
    expect(other.get_by_text("ended: made for a trial")).to_be_visible()


def test_the_log_is_searched_and_checked(opened: Opening) -> None:
    page = opened("/audit/", person="auditor", language="en")
    page.select_option("#event", "people.looked_at")
    expect(page).to_have_url(re.compile("event=people.looked_at"))
    page.locator("#by").press_sequentially("user:county", delay=20)
    expect(page).to_have_url(re.compile("by=user"))
    expect(page.locator("#entries tbody tr").first).to_contain_text("user:county")
    page.wait_for_load_state("networkidle")
    picture(page, "audit", height=900)
    page.locator("#entries details summary").first.click()
    on_desk_and_phone(page)
    page.fill("#subject", "nothing-of-the-kind")
    expect(page.locator("#entries .empty-state")).to_be_visible()
    everywhere(page)
    page.get_by_role("button", name="Check the whole log").click()
    expect(page.locator(".toast-card, .note, .error-panel").first).to_be_visible()
    in_order(page)
