"""A month is run from the page, watched until it is done, and its result read and compared."""

import re

import pytest
from playwright.sync_api import expect

from tests.functional.conftest import Opening
from tests.functional.looking import everywhere, in_order, picture

MINUTE = 60_000


def test_a_month_is_started_watched_and_its_result_read(opened: Opening) -> None:
    page = opened("/jobs/runs/start/", person="county", language="zh")
    in_order(page)
    page.locator("form[method=post] button[type=submit]", has_text="运行").click()
    page.wait_for_url(re.compile(r"/jobs/\d+/$"))
    expect(page.locator(".page-actions, header").get_by_text("看结果")).to_be_visible(timeout=2 * MINUTE)
    in_order(page)
    page.get_by_text("看结果").first.click()
    page.wait_for_url(re.compile(r"/jobs/runs/of/"))
    expect(page.locator("#moved .skeleton")).to_have_count(0, timeout=MINUTE)
    in_order(page)


@pytest.mark.parametrize("address", ["/jobs/runs/", "/jobs/runs/start/"])
def test_the_pages_around_a_run_open_whole(opened: Opening, address: str) -> None:
    everywhere(opened(address, person="county"))


def test_two_runs_are_compared(opened: Opening) -> None:
    page = opened("/jobs/runs/", person="county", language="en", width=360)
    page.locator("#list a[href*='/runs/of/']").first.click()
    page.wait_for_url(re.compile(r"/jobs/runs/of/"))
    in_order(page)
    picture(page, "run")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile(r"/jobs/runs/compare/"))
    expect(page.locator(".answer")).to_contain_text("households have another level")
    in_order(page)
