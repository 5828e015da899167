"""Doubtful identities one after the other, by keyboard: decided, taken back, never asked twice; and merges undone."""

import re

from playwright.sync_api import Page, expect

from tests.functional.conftest import Opening
from tests.functional.looking import everywhere, in_order, on_desk_and_phone, picture
from tests.functional.served import Served

MINUTE = 60_000


def case(page: Page) -> str:
    """The number of the identity before one."""
    action = page.locator("#review form[action$='/decide/']").first.get_attribute("action")
    assert action is not None
    return action.split("/")[2]


def pressed(page: Page, key: str) -> None:
    """Press a key and wait until what it brings stands in the place of what was there."""
    page.evaluate("document.querySelector('#review').dataset.before = ''")
    page.keyboard.press(key)
    expect(page.locator("[data-before], .htmx-added, .htmx-settling, .htmx-swapping")).to_have_count(0, timeout=MINUTE)


def test_a_pair_is_decided_by_keyboard_and_never_asked_again(opened: Opening) -> None:
    page = opened("/identity/", language="en")
    everywhere(page)
    picture(page, "identity", height=1100)
    first = case(page)
    assert "*" in page.locator("table.pair").first.inner_text()
    pressed(page, "r")
    expect(page.locator("table.pair").first).to_contain_text(re.compile(r"999\d{14}[\dX]|[一-龥]{2,}"))
    on_desk_and_phone(page)
    pressed(page, "1")
    expect(page.get_by_text("The last one is decided.")).to_be_visible()
    second = case(page)
    assert second != first
    in_order(page)
    pressed(page, "u")
    assert case(page) == first
    pressed(page, "1")
    seen = {case(page)}
    for _ in range(40):
        pressed(page, "s")
        if case(page) in seen:
            break
        seen.add(case(page))
    assert first not in seen

    page.goto(f"/identity/{first}/")
    expect(page.get_by_text("linked", exact=True)).to_be_visible()
    everywhere(page)
    other = opened(f"/identity/{first}/", person="prefecture")
    other.locator("[data-opens=reopen]").click()
    in_order(other)
    other.fill("#reason", "同名同姓的另一个人，户籍所已核对")
    other.locator("#reopen button[type=submit]").click()
    expect(other.locator("[data-key='1']")).to_be_visible()


def test_two_people_never_have_the_same_pair_before_them(opened: Opening) -> None:
    ours, theirs = opened("/identity/", person="county"), opened("/identity/", person="prefecture")
    assert case(ours) != case(theirs)
    held = opened(f"/identity/{case(theirs)}/", person="county")
    expect(held.get_by_text("同事正在核对")).to_be_visible()
    on_desk_and_phone(held)


def test_decisions_are_listed(opened: Opening) -> None:
    everywhere(opened("/identity/decisions/"))


def test_a_merge_of_two_people_is_undone_with_a_reason(opened: Opening, office: Served) -> None:
    office.command("identity", "merge", "1", "2", "--reason", "two entries of one person")
    page = opened("/identity/merges/", language="en")
    line = page.locator("tbody tr", has_text="two entries of one person").first
    everywhere(page)
    line.locator("[data-opens]").click()
    in_order(page)
    dialog = page.locator("dialog[open]")
    dialog.locator("textarea").fill("two sisters with one telephone")
    dialog.locator("button[type=submit]").click()
    expect(page.locator("tbody tr", has_text="two sisters with one telephone").first).to_contain_text("undone")
    on_desk_and_phone(page)
