"""What every state of a page must be, in both languages, on a desk and on a phone; and the pictures that the docs show of it."""

import base64
import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
DESK, PHONE = 1440, 360
_HEIGHT = 900
_PICTURE_HEIGHT, _PICTURE_SCALE = 1080, 0.85
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def in_order(page: Page, *, headings: int = 1) -> None:
    """Nothing is cut off, the page has one heading, and everybody can use it."""
    expect(page.locator("h1")).to_have_count(headings)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("window.innerWidth"), f"{page.url} is {width} wide"
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def on_desk_and_phone(page: Page) -> None:
    """In order at both widths; the desk's is left."""
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": _HEIGHT})
        in_order(page)


def everywhere(page: Page) -> None:
    """In order at both widths in both languages; ends in the language it began in. For pages that an address alone brings back."""
    first = "en" if page.locator("html").get_attribute("lang") == "en" else "zh"
    for language in ("en" if first == "zh" else "zh", first):
        speak(page, language)
        on_desk_and_phone(page)


def speak(page: Page, language: str) -> None:
    """Choose the language as a person would, with the switch of the page (of the front page, where a page has none); stays where one is."""
    if page.locator("html").get_attribute("lang") == _LANGUAGES[language]:
        return
    switch = page.locator(f"button[name=language][value={language}]").first
    if switch.count():
        switch.click()
    else:
        beside = page.context.new_page()
        beside.goto("/")
        speak(beside, language)
        beside.close()
        page.reload()
    expect(page.locator("html")).to_have_attribute("lang", _LANGUAGES[language])
    page.wait_for_load_state("networkidle")


def picture(page: Page, name: str, *, of: Locator | None = None, height: int = _PICTURE_HEIGHT) -> None:
    """Keep a picture for the docs, where `make pictures` asks for them: of a part, or of the top of the page, as WebP."""
    if not os.environ.get("MINSHENG_PICTURES"):
        return
    before = page.viewport_size
    page.set_viewport_size({"width": DESK, "height": height})
    page.evaluate("document.activeElement?.blur(), window.scrollTo(0, 0)")
    page.wait_for_timeout(500)
    clip = of.bounding_box() if of else {"x": 0, "y": 0, "width": DESK, "height": height}
    assert clip is not None
    session = page.context.new_cdp_session(page)
    asked = {"format": "webp", "quality": 80, "clip": {**clip, "scale": _PICTURE_SCALE}, "captureBeyondViewport": True}
    taken = session.send("Page.captureScreenshot", asked)
    session.detach()
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
    if before:
        page.set_viewport_size(before)
