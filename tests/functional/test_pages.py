"""Every page in both languages, on a desk and on a phone: it opens, nothing is cut off, and everybody can use it."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.functional.conftest import PICTURES, Opening

PAGES = {
    "sign-in": (None, "/accounts/login/"),
    "today": ("county", "/"),
    "situation": ("county", "/situation/"),
    "warnings": ("county", "/warnings/"),
    "households": ("county", "/households/"),
    "deliveries": ("county", "/deliveries/"),
    "identity": ("county", "/identity/"),
    "models": ("author", "/models/"),
    "agreements": ("county", "/agreements/"),
    "jobs": ("county", "/jobs/"),
    "users": ("admin", "/users/"),
    "audit": ("auditor", "/audit/"),
}
"""Page → who looks at it, and its address."""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_whole_and_for_everybody(opened: Opening, name: str, language: str) -> None:
    person, address = PAGES[name]
    for width in (1440, 360):
        page = opened(address, person=person, language=language, width=width)
        assert page.locator("h1").count() == 1
        assert page.locator("html").get_attribute("lang") == ("zh-CN" if language == "zh" else "en")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        if os.environ.get("MINSHENG_PICTURES") and (width, language) == (1440, "zh"):
            page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def test_a_warning_leads_to_the_household_and_to_why(opened: Opening) -> None:
    page = opened("/warnings/", language="zh")
    page.locator("main a[href*='/households/']").first.click()
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").count() == 1
    assert page.locator("main [data-chart]").count() >= 1
    assert "月" in page.locator("main").inner_text()


def test_a_grid_worker_of_one_village_sees_fewer_households_than_the_county(opened: Opening) -> None:
    def told(person: str) -> str:
        return opened("/warnings/", person=person).locator("main").inner_text()

    assert told("village") != told("county")


def test_signing_out_ends_the_session(opened: Opening) -> None:
    page = opened("/", person="charity")
    page.locator("details.drop > summary").last.click()
    page.locator("form[action='/accounts/logout/'] button").click()
    page.goto("/situation/")
    assert "/accounts/login/" in page.url
