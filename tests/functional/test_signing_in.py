"""Signing in where nothing is let pass: a first day, one-time and recovery codes, passkeys; and a session that was ended elsewhere."""

import hashlib
import hmac
import json
import re
from base64 import b32decode
from collections.abc import Iterator
from time import time

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from minsheng.domain.access.operations import DEMO_PASSWORD
from tests.functional.conftest import Opening
from tests.functional.looking import everywhere, in_order, on_desk_and_phone, picture
from tests.functional.served import Served, served_in_earnest

FRONT = re.compile(r"//[^/]+/$")
PASSWORD = "tangerine-lantern-riverboat-46"


@pytest.fixture(scope="module")
def in_earnest(office: Served) -> Iterator[str]:
    """Where the same office is served without a demo's exemptions."""
    with served_in_earnest(office) as address:
        yield address


@pytest.fixture
def device(browser: Browser, in_earnest: str) -> Iterator[BrowserContext]:
    """A browser that nobody has signed in with."""
    context = browser.new_context(base_url=in_earnest, locale="zh-CN")
    yield context
    context.close()


def newcomer(office: Served, page: Page) -> str:
    """Somebody on their first day, who has just chosen a password and is asked for a second factor; returns the sign-in name."""
    name = f"hexin{time() % 1000:.0f}"
    given = json.loads(office.command("users", "add", name, "--name", "何欣", "--role", "monitor", "--division", "420106", "--json"))
    page.goto("/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", given["one_time_password"])
    page.press("[name=password]", "Enter")
    expect(page.get_by_role("heading", name="先设一个自己的密码")).to_be_visible()
    page.fill("[name=oldpassword]", given["one_time_password"])
    for field in ("password1", "password2"):
        page.fill(f"[name={field}]", PASSWORD)
    page.get_by_role("button", name="保存新密码").click()
    page.goto("/warnings/")
    expect(page.get_by_role("heading", name="开始前，请设置第二步验证")).to_be_visible()
    return name


def one_time_code(secret: str, *, ahead: int = 0) -> str:
    """What an authenticator app shows (RFC 6238), now or some half minutes ahead."""
    counter = int(time() // 30) + ahead
    digest = hmac.new(b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def sign_out(page: Page) -> None:
    """Sign out by the menu."""
    page.goto("/")
    page.locator("details.drop > summary").last.click()
    page.locator("form[action='/accounts/logout/'] button").click()
    page.goto("/accounts/login/")


def password(page: Page, name: str) -> None:
    """The first step."""
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.get_by_role("heading", name="第二步验证")).to_be_visible()


def at_work(page: Page) -> None:
    """Signed in with everything that is asked for."""
    page.goto("/warnings/")
    expect(page.locator("#list")).to_be_visible()


def test_a_first_day_with_an_authenticator_app_and_later_with_a_recovery_code(office: Served, device: BrowserContext) -> None:
    page = device.new_page()
    name = newcomer(office, page)
    everywhere(page)
    picture(page, "second-factor", height=700)
    page.get_by_role("link", name="设置验证器应用").click()
    secret = page.locator("li .code").inner_text()
    page.fill("[name=code]", "000000")
    page.get_by_role("button", name="启用").click()
    expect(page.locator(".errorlist, [role=alert]").first).to_be_visible()
    on_desk_and_phone(page)
    secret = page.locator("li .code").inner_text()
    page.fill("[name=code]", one_time_code(secret))
    page.get_by_role("button", name="启用").click()
    expect(page.locator(".recovery-codes li").first).to_be_visible()
    codes = page.locator(".recovery-codes li").all_inner_texts()
    on_desk_and_phone(page)
    page.get_by_role("link", name="已保存，开始工作").click()
    at_work(page)

    sign_out(page)
    password(page, name)
    everywhere(page)
    page.fill("[name=code]", one_time_code(secret, ahead=1))
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(FRONT)
    at_work(page)
    for accepted in (True, False):
        sign_out(page)
        password(page, name)
        page.fill("[name=code]", codes[0])
        page.get_by_role("button", name="登录", exact=True).click()
        if accepted:
            page.wait_for_url(FRONT)
    expect(page.locator(".errorlist")).to_be_visible()
    in_order(page)


def test_a_passkey_is_set_up_and_signs_in_alone_and_as_the_second_step(office: Served, device: BrowserContext) -> None:
    page = device.new_page()
    held = page.context.new_cdp_session(page)
    held.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    held.send("WebAuthn.addVirtualAuthenticator", {"options": {**key, "automaticPresenceSimulation": True}})
    name = newcomer(office, page)
    page.get_by_role("link", name="添加通行密钥").click()
    everywhere(page)
    page.fill("[name=name]", "办公电脑")
    page.locator("[name=passwordless]").check()
    page.get_by_role("button", name="添加").click()
    expect(page.locator("main")).to_contain_text(re.compile("恢复码|办公电脑"))
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("tbody tr")).to_contain_text("可直接登录")
    everywhere(page)
    at_work(page)

    sign_out(page)
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url(FRONT)
    at_work(page)

    sign_out(page)
    password(page, name)
    page.get_by_role("button", name="用通行密钥").click()
    page.wait_for_url(FRONT)
    at_work(page)
    page.goto("/accounts/mine/")
    everywhere(page)
    picture(page, "my-account", height=900)


def test_a_session_that_was_ended_elsewhere_leads_from_an_htmx_request_to_sign_in_and_back(opened: Opening, browser: Browser) -> None:
    page = opened("/warnings/", person="assistance")
    other = browser.new_context(base_url=opened.address, locale="zh-CN").new_page()
    other.goto("/accounts/login/?next=/accounts/mine/")
    other.fill("[name=login]", "assistance")
    other.fill("[name=password]", DEMO_PASSWORD)
    other.press("[name=password]", "Enter")
    other.get_by_role("button", name="退出其他所有登录").click()
    expect(other.get_by_role("button", name="退出其他所有登录")).to_have_count(0)
    on_desk_and_phone(other)
    page.select_option("#status", "all")
    page.wait_for_url(re.compile("/accounts/login/"))
    in_order(page)
    page.fill("[name=login]", "assistance")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("/warnings/.*status=all"))
    expect(page.locator("#list tbody tr")).not_to_have_count(0)
    other.context.close()
