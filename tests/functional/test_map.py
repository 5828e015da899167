"""The map of the situation: drawn in a real browser under the strict content policy, beside its tiles, and leading to places."""

import pytest

from tests.functional.boundaries import REVIEW_NUMBER
from tests.functional.conftest import Opening

MAP = "main figure:has-text('GS(2026)') [data-chart]"


@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 360)])
def test_the_map_is_drawn_beside_its_tiles(opened: Opening, language: str, width: int) -> None:
    page = opened("/situation/", language=language, width=width)
    page.wait_for_selector(f"{MAP} canvas")
    assert page.locator(".chart-missing").count() == 0
    assert page.locator(".tile-picture").count() == 1
    said = page.locator("main").inner_text()
    assert (f"审图号：{REVIEW_NUMBER}" if language == "zh" else f"Map review number: {REVIEW_NUMBER}") in said


def test_a_click_on_a_place_leads_there_and_its_table_leads_by_keyboard(opened: Opening) -> None:
    page = opened("/situation/")
    canvas = page.locator(f"{MAP} canvas")
    box = canvas.bounding_box()
    assert box is not None
    with page.expect_navigation():
        canvas.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    assert "place=420106" in page.url
    page.go_back()
    page.wait_for_load_state("networkidle")
    figure = page.locator("main figure:has-text('GS(2026)')")
    figure.locator("summary").press("Enter")
    figure.locator("tbody th a").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "place=420106" in page.url


def test_the_wall_shows_the_map_too_and_the_work_comes_to_the_page_by_itself(opened: Opening) -> None:
    wall = opened("/wall/")
    wall.wait_for_selector("[data-chart] canvas")
    assert REVIEW_NUMBER in wall.locator("main").inner_text()
    page = opened("/situation/")
    page.wait_for_selector("#work table")
    assert page.locator("#work [data-chart] canvas").count() == 1
