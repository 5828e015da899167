"""Two people for a role: an administrator gives it, a supervisor of the place reads about it on the front page and confirms it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.functional.conftest import Opening


@pytest.mark.parametrize(("language", "width", "newcomer"), [("zh", 1440, "newcomer-zh"), ("en", 360, "newcomer-en")])
def test_a_role_waits_until_a_second_person_confirms_it(opened: Opening, language: str, width: int, newcomer: str) -> None:
    admin = opened("/users/add/", person="county-admin", language=language, width=width)
    admin.fill("input[name=username]", newcomer)
    admin.fill("input[name=display_name]", "林新")
    admin.click("main form button[type=submit]")
    admin.wait_for_load_state("networkidle")
    admin.goto(f"/users/of/{newcomer}/give/")
    admin.select_option("select[name=role]", "township_officer")
    admin.fill("input[name=place]", "420106")
    admin.locator("input[name=division]").first.check()
    admin.click("#give button[type=submit]")
    admin.wait_for_url(f"**/users/of/{newcomer}/")
    assert ("待第二人确认" if language == "zh" else "waits for a second person") in admin.locator("main").inner_text()

    supervisor = opened("/", person="county", language=language, width=width)
    supervisor.locator("main a[href='/users/confirm/']").click()
    supervisor.wait_for_load_state("networkidle")
    assert supervisor.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(supervisor)
    assert found.violations_count == 0, found.generate_report()
    supervisor.locator("tr", has_text=newcomer).locator("button[value=confirm]").click()
    supervisor.wait_for_load_state("networkidle")
    assert newcomer not in supervisor.locator("main").inner_text()
    admin.reload()
    assert ("有效" if language == "zh" else "holds") in admin.locator("main").inner_text()
