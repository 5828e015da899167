"""A model from the version that counts to the next: read, drafted, tried, proposed, approved by another person; and compared."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.functional.conftest import Opening
from tests.functional.looking import everywhere, in_order, on_desk_and_phone, picture

MINUTE = 60_000


def started(opened: Opening, *, language: str = "zh") -> Page:
    """A new draft of the version of `gansu` that counts now, open in the form."""
    page = opened("/models/", person="author", language=language)
    page.locator("tbody a[href^='/models/gansu/']").first.click()
    page.locator("[data-opens=start-draft]").click()
    page.locator("#start-draft button[type=submit]").click()
    page.wait_for_url(re.compile(r"/models/drafts/\d+/edit/"))
    page.wait_for_load_state("networkidle")
    return page


def given_up(page: Page) -> None:
    """Give the draft on the page up, so that its version is free again."""
    page.locator("[data-opens=withdraw]").click()
    page.locator("#withdraw button[type=submit]").click()
    expect(page.locator("[data-opens=withdraw]")).to_have_count(0)


def test_a_version_is_read_as_a_page(opened: Opening) -> None:
    page = opened("/models/", person="author", language="en")
    page.locator("tbody a[href^='/models/gansu/']").first.click()
    expect(page.locator("#levels")).to_be_visible()
    everywhere(page)
    picture(page, "model")


def lower_blue(page: Page) -> None:
    """Halve the score from which a household is blue; a threshold that cannot be is told at once, where it stands. Then save."""
    orange, blue = page.locator("#f-levels-orange"), page.locator("#f-levels-blue")
    stands = orange.input_value()
    orange.fill("1")
    expect(page.locator("#f-levels-orange-fault")).to_contain_text("要高于")
    expect(page.locator("#faults")).to_contain_text("橙色起点")
    on_desk_and_phone(page)
    picture(page, "model-fault", height=620)
    orange.fill(stands)
    blue.fill(str(int(blue.input_value()) // 2))
    expect(page.locator("#faults")).to_contain_text("填写无误")
    page.get_by_role("button", name="保存这一稿").click()
    page.wait_for_url(re.compile(r"/models/drafts/\d+/$"))


def try_out(page: Page, opened: Opening) -> None:
    """Try the draft on a stored month; its author sees figures, who answers for the households also whom it moves."""
    page.fill("#capacity", "1")
    page.locator("#try button[type=submit]").click()
    page.wait_for_url(re.compile(r"/simulations/\d+/"), timeout=MINUTE)
    expect(page.locator("#moves")).to_have_count(0)
    everywhere(page)
    seen = opened(page.url, person="county", language="en")
    expect(seen.get_by_text("Each township's work beside its capacity")).to_be_visible()
    expect(seen.get_by_role("heading", name="Whom a change would miss: by group")).to_be_visible()
    expect(seen.locator("#moves tbody tr")).not_to_have_count(0)
    on_desk_and_phone(seen)
    picture(seen, "simulation", height=1180)


def approve(page: Page) -> None:
    """Approve the draft on the page, and compare what it became with the version before."""
    page.locator("[data-opens=approve]").click()
    in_order(page)
    page.fill("#approve-note", "seen with the county")
    page.locator("#approve button[type=submit]").click()
    expect(page.get_by_text("counts from")).to_be_visible()
    on_desk_and_phone(page)
    page.goto("/models/")
    expect(page.get_by_text("to come").first).to_be_visible()
    page.get_by_role("link", name="compare with the one before").first.click()
    expect(page.locator("#difference tbody tr")).to_have_count(1)
    everywhere(page)
    before, after = page.input_value("#before"), page.input_value("#after")
    page.select_option("#after", before)
    expect(page.locator("#difference .empty-state")).to_be_visible()
    page.select_option("#after", after)
    expect(page.locator("#difference tbody tr")).to_have_count(1)


def test_a_change_is_drafted_tried_proposed_and_approved_by_another_person(opened: Opening) -> None:
    page = started(opened)
    everywhere(page)
    lower_blue(page)
    draft = page.url
    everywhere(page)
    try_out(page, opened)
    page.goto(draft)
    page.fill("#from", f"{int(page.input_value('#from')[:4]) + 1}-03")
    page.fill("#why", "蓝色界线偏高，漏掉了刚住院的家庭")
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("拟生效月份")).to_be_visible()
    assert page.locator("[data-opens=approve]").count() == 0
    on_desk_and_phone(page)
    other = opened(draft, person="approver", language="en")
    everywhere(other)
    picture(other, "model-approval", height=1000)
    approve(other)


def test_what_somebody_else_saved_meanwhile_stands_beside_what_was_typed(opened: Opening) -> None:
    opened.allow(409)
    ours = started(opened)
    theirs = opened(ours.url, person="author")
    margin, blue = ours.locator("#f-hysteresis-margin"), theirs.locator("#f-levels-blue")
    margin.fill("4")
    quiet, low = "4", str(int(blue.input_value()) - 1)
    blue.fill(low)
    theirs.get_by_role("button", name="保存这一稿").click()
    theirs.wait_for_url(re.compile(r"/models/drafts/\d+/$"))
    ours.get_by_role("button", name="保存这一稿").click()
    expect(ours.locator(".error-panel")).to_contain_text("保存了新的一稿")
    expect(ours.locator("#f-hysteresis-margin")).to_have_value(quiet)
    expect(ours.locator("#f-levels-blue")).to_have_value(low)
    on_desk_and_phone(ours)
    ours.get_by_role("button", name="保存这一稿").click()
    ours.wait_for_url(re.compile(r"/models/drafts/\d+/$"))
    expect(ours.locator("main")).to_contain_text("第 3 稿")
    given_up(ours)


def test_a_file_is_checked_line_by_line_before_it_becomes_a_draft(opened: Opening, tmp_path: Path) -> None:
    opened.allow(422)
    page = opened("/models/import/", person="author")
    everywhere(page)
    base = page.locator("#base option", has_text="gansu").first.inner_text()
    with page.expect_download() as waiting:
        page.evaluate("address => { window.location.href = address }", f"/models/{base.replace('@', '/')}/yaml/")
    good = waiting.value.path().read_text(encoding="utf-8")
    wrong = tmp_path / "draft.yaml"
    wrong.write_text(good.replace("levels:", "levels:\n  purple: 12", 1), encoding="utf-8")
    text = tmp_path / "photo.yaml"
    text.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    for file, said in ((text, "UTF-8"), (wrong, "处要改")):
        page.select_option("#base", base)
        page.fill("#version", "2031.1")
        page.set_input_files("#file", file)
        page.get_by_role("button", name="检查并起草").click()
        expect(page.locator("main")).to_contain_text(said)
        on_desk_and_phone(page)
    right = tmp_path / "right.yaml"
    right.write_text(good, encoding="utf-8")
    page.set_input_files("#file", right)
    page.get_by_role("button", name="检查并起草").click()
    page.wait_for_url(re.compile(r"/models/drafts/\d+/$"))
    in_order(page)
    given_up(page)
