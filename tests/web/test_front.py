"""The front page: what waits for whom, and whether each line leads to what it counts."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from minsheng.domain.access.roles import Role
from minsheng.domain.monitoring.models import DeskWarning
from tests.web.test_warnings import at_work
from tests.web.world import BOTH, HERE_COUNTY, OfficeWorld


def waiting(client: Client) -> list[object]:
    return list(client.get(reverse("office:front")).context["waiting"])


@pytest.mark.parametrize("role", list(Role))
def test_every_line_counts_something_says_so_in_both_languages_and_opens(world: OfficeWorld, role: Role) -> None:
    for code in (HERE_COUNTY, BOTH):
        desk = at_work(world, role, code)
        lines = waiting(desk)
        assert all(one.count > 0 and one.what.zh and one.what.en and one.why.zh for one in lines)  # type: ignore[attr-defined]
        assert [one.urgency for one in lines] == sorted(one.urgency for one in lines)  # type: ignore[attr-defined]
        assert {desk.get(one.url).status_code for one in lines} <= {200}  # type: ignore[attr-defined]


def test_open_warnings_of_a_level_lead_to_as_many_in_the_list(world: OfficeWorld) -> None:
    desk = at_work(world, Role.MONITOR)
    by_level = {one.level: one for one in waiting(desk) if one.level}  # type: ignore[attr-defined]
    assert by_level
    for level, one in by_level.items():
        shown = desk.get(one.url).context  # type: ignore[attr-defined]
        assert {row.warning.level for row in shown["rows"]} == {level}
        assert shown["counts"].found == one.count  # type: ignore[attr-defined]


def test_a_county_counts_its_own_warnings_and_a_prefecture_all_of_them(world: OfficeWorld) -> None:
    DeskWarning.objects.filter(run_id=world.run.id).update(level=4, status="open", verdict="")
    everybody = DeskWarning.objects.filter(run_id=world.run.id)
    counted = {
        code: sum(one.count for one in waiting(at_work(world, Role.MONITOR, code)) if one.level)  # type: ignore[attr-defined]
        for code in (HERE_COUNTY, BOTH)
    }
    assert counted == {HERE_COUNTY: everybody.filter(division__startswith=HERE_COUNTY).count(), BOTH: everybody.count()}
    assert 0 < counted[HERE_COUNTY] < counted[BOTH]


def test_files_that_are_late_lead_to_the_calendar_of_their_month(world: OfficeWorld) -> None:
    desk = at_work(world, Role.MONITOR)
    late = [one for one in waiting(desk) if reverse("office:deliveries") == urlsplit(one.url).path]  # type: ignore[attr-defined]
    assert late
    for one in late:
        [month] = parse_qs(urlsplit(one.url).query)["until"]  # type: ignore[attr-defined]
        assert str(desk.get(one.url).context["last"]) == month  # type: ignore[attr-defined]


def test_where_nothing_waits_the_page_says_so(world: OfficeWorld) -> None:
    answer = at_work(world, Role.CHARITY).get(reverse("office:front"))
    assert answer.context["waiting"] == []
    assert "今天没有等着您的事" in answer.content.decode()
