"""A real browser over the served office: Debian's Chromium, one context for each person of a test."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from minsheng.domain.access.operations import DEMO_PASSWORD
from tests.functional.looking import DESK, speak
from tests.functional.served import Served, served

expect.set_options(timeout=20_000)  # a busy machine is slow, not broken
SignIn = Callable[[str], dict[str, object]]


@pytest.fixture(scope="package")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The office of a small made-up district, served once for all files of this package."""
    with served(tmp_path_factory.getbasetemp()) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it; nothing is downloaded. It ends with this package: its event loop would forbid Django the database."""
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


@pytest.fixture(scope="package")
def signed_in(office: Served, browser: Browser) -> SignIn:
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


@dataclass
class Opening:
    """Opens addresses as demo people, each with one context for a test, and hears what their pages' consoles complain of."""

    address: str
    browser: Browser
    signed_in: SignIn
    allowed: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)
    contexts: dict[str | None, BrowserContext] = field(default_factory=dict)

    def __call__(self, address: str, *, person: str | None = "county", language: str = "zh", width: int = DESK) -> Page:
        """Open an address on a page of its own, in a language and a width."""
        page = self.context(person).new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        speak(page, language)
        page.wait_for_load_state("networkidle")
        return page

    def context(self, person: str | None) -> BrowserContext:
        """The context of a person: signed in, or nobody yet (None)."""
        if person not in self.contexts:
            state = self.signed_in(person) if person else None
            made = self.browser.new_context(base_url=self.address, storage_state=state, locale="zh-CN")  # type: ignore[arg-type]
            made.on("weberror", lambda error: self.troubles.append(str(error.error)))
            made.on("console", self._heard)
            self.contexts[person] = made
        return self.contexts[person]

    def allow(self, *provoked: int | str) -> None:
        """Statuses (or a browser's own words for a broken connection) that a test provokes; browsers write them into the console."""
        self.allowed |= {f"responded with a status of {one} " if isinstance(one, int) else one for one in provoked}

    def _heard(self, message: ConsoleMessage) -> None:
        expected = any(one in message.text for one in self.allowed)
        if message.type == "error" and not expected:
            self.troubles.append(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture
def opened(office: Served, browser: Browser, signed_in: SignIn) -> Iterator[Opening]:
    """Open an address as a demo person, in a language and a width; any error in a page's console fails the test."""
    opening = Opening(office.address, browser, signed_in)
    yield opening
    for context in opening.contexts.values():
        context.close()
    assert opening.troubles == []
