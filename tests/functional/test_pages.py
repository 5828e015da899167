"""Every page in both languages, on a desk and on a phone: it opens, nothing is cut off, and everybody can use it."""

import re

import pytest
from playwright.sync_api import expect

from tests.functional.conftest import Opening
from tests.functional.looking import everywhere, on_desk_and_phone, picture

PAGES = {
    "sign-in": (None, "/accounts/login/"),
    "today": ("county", "/"),
    "situation": ("county", "/situation/"),
    "wall": ("county", "/wall/"),
    "warnings": ("county", "/warnings/"),
    "households": ("county", "/households/"),
    "deliveries": ("county", "/deliveries/"),
    "identity": ("county", "/identity/"),
    "models": ("author", "/models/"),
    "agreements": ("county", "/agreements/"),
    "jobs": ("county", "/jobs/"),
    "openings": ("county", "/openings/"),
    "users": ("admin", "/users/"),
    "audit": ("auditor", "/audit/"),
    "my account": ("county", "/accounts/mine/"),
    "style guide": ("county", "/style/"),
}
"""Page → who looks at it, and its address."""
PICTURED = {"today": "en", "situation": "en", "wall": "zh", "style guide": "en"}
"""Page → the language of its picture in the docs; other pages are pictured where their main path is walked."""


def picture_of(page: str) -> str:
    """What the picture of a page is called."""
    return page.replace(" ", "-")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_whole_and_for_everybody(opened: Opening, name: str) -> None:
    person, address = PAGES[name]
    page = opened(address, person=person, language=PICTURED.get(name, "zh"))
    everywhere(page)
    if name in PICTURED:
        picture(page, picture_of(name))


def test_the_style_guide_shows_the_wall_too(opened: Opening) -> None:
    page = opened("/style/?wall", person=None)
    expect(page.locator("main.wall-main .figure-tile")).not_to_have_count(0)
    on_desk_and_phone(page)


def test_a_grid_worker_of_one_village_sees_fewer_households_than_the_county(opened: Opening) -> None:
    def told(person: str) -> int:
        answer = opened("/warnings/", person=person, language="en").locator(".answer").inner_text()
        return int(re.findall(r"([\d,]+) households", answer)[0].replace(",", ""))

    assert told("village") < told("county")


def test_signing_out_ends_the_session(opened: Opening) -> None:
    page = opened("/", person="charity")
    page.locator("details.drop > summary").last.click()
    page.locator("form[action='/accounts/logout/'] button").click()
    page.goto("/situation/")
    assert "/accounts/login/" in page.url
