"""A real browser over the served office: Debian's Chromium, one context for each person and language."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from minsheng.domain.access.operations import DEMO_PASSWORD
from tests.functional.served import Served, served

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
Opening = Callable[..., Page]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The office of a small made-up district."""
    base = tmp_path_factory.getbasetemp()
    with served(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it; nothing is downloaded. It ends with its module: its event loop would forbid Django the database."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.fail("Chromium is missing. As root: make setup-browser; or install Debian's package chromium, or name one in CHROMIUM.")
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=quiet)
        yield started
        started.close()


@pytest.fixture(scope="module")
def signed_in(office: Served, browser: Browser) -> Callable[[str], dict[str, object]]:
    """A demo person → the cookies of their session, signed in once through the real page."""
    known: dict[str, dict[str, object]] = {}

    def sign_in(person: str) -> dict[str, object]:
        if person not in known:
            context = browser.new_context(base_url=office.address)
            page = context.new_page()
            page.goto("/accounts/login/")
            page.fill("input[name=login]", person)
            page.fill("input[name=password]", DEMO_PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(f"{office.address}/")
            known[person] = dict(context.storage_state())
            context.close()
        return known[person]

    return sign_in


@pytest.fixture
def opened(office: Served, browser: Browser, signed_in: Callable[[str], dict[str, object]]) -> Iterator[Opening]:
    """Open an address as a demo person, in a language and a width; any error in the page's console fails the test."""
    contexts, troubles = [], []

    def open_page(address: str, *, person: str | None = "county", language: str = "zh", width: int = 1440) -> Page:
        state = signed_in(person) if person else None
        context = browser.new_context(base_url=office.address, viewport={"width": width, "height": 900}, storage_state=state)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        _speak(page, language)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def _speak(page: Page, language: str) -> None:
    """Choose the language as a person would, with the switch of the page."""
    page.goto("/")
    switch = page.locator(f"button[name=language][value={language}]")
    if switch.count():
        switch.click()
        page.wait_for_load_state()
