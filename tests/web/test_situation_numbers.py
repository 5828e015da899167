"""Every number of the situation leads to the list of exactly the households it counts; the work and its verdicts add up."""

import re
from typing import Any

import pytest
from django.test import Client

from minsheng.domain.access.roles import Role
from minsheng.domain.audit.models import Event
from tests.web.world import BOTH, HERE, OfficeWorld

PICTURES = ("places", "trend", "changes", "dimensions", "indicators", "work", "verdicts", "feeds")


def signed_in(world: OfficeWorld, role: Role = Role.MONITOR, code: str = BOTH) -> Client:
    client = Client()
    client.force_login(world.staff(role, code))
    return client


def said_by(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def linked(said: str) -> list[tuple[str, int]]:
    """The addresses of lists, with the number that each stands on."""
    found = re.findall(r'<a href="(/warnings/\?[^"]*)">([\d,]+)</a>', said)
    return [(address.replace("&amp;", "&"), int(number.replace(",", ""))) for address, number in found]


@pytest.mark.parametrize("address", ["/situation/", "/situation/?place=999001000000", "/situation/?month=2026-05"])
def test_a_number_leads_to_as_many_households(world: OfficeWorld, address: str) -> None:
    client = signed_in(world)
    numbers = linked(said_by(client, address))
    assert len(numbers) > 10
    for list_address, number in numbers:
        assert f"{number} 户" in said_by(client, list_address), list_address


def test_the_work_leads_to_as_many_warnings_and_verdicts(world: OfficeWorld) -> None:
    client = signed_in(world)
    said = said_by(client, "/situation/workload/")
    numbers = linked(said)
    assert any("verdict=TRUE_HELPED" in address for address in re.findall(r'href="([^"]*)"', said))
    assert len(numbers) >= 4
    for list_address, number in numbers:
        assert f"{number} 户" in said_by(client, list_address), list_address


def test_verdicts_are_shares_of_the_warnings_that_went_out(world: OfficeWorld) -> None:
    client = signed_in(world)
    rows = client.get("/situation/verdicts.csv").content.decode("utf-8-sig").splitlines()
    heading, this_month = rows[0].split(","), rows[1].split(",")
    told = dict(zip(heading, this_month, strict=True))
    assert told["月份"] == "本月（2026-06）"
    out = int(told["预警"])
    assert told["属实，已救助"] == f"{100 / out:.1f}%"
    shares = [float(value.rstrip("%")) for name, value in told.items() if name not in ("月份", "预警")]
    assert sum(shares) == pytest.approx(100, abs=0.5)
    assert rows[2].startswith("上月（2026-05）")


def test_answered_and_open_make_up_what_went_out(world: OfficeWorld) -> None:
    rows = signed_in(world).get("/situation/work.csv").content.decode("utf-8-sig").splitlines()
    assert rows[0] == "地方,本月发出,已有结论,尚无结论,上月发出,每月可走访"
    for row in rows[1:]:
        _, out, answered, still_open, *_ = row.split(",")
        assert int(out) == int(answered) + int(still_open)


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_is_offered_as_a_file_and_its_export_recorded_with_place_and_origin(world: OfficeWorld, picture: str) -> None:
    client = signed_in(world)
    page = said_by(client, "/situation/") + said_by(client, "/situation/workload/")
    [address] = {one.replace("&amp;", "&") for one in re.findall(rf'href="(/situation/{picture}\.csv[^"]*)"', page)}
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/csv")
    assert len(answer.content.decode("utf-8-sig").splitlines()) > 1
    entry = Event.objects.filter(name="situation.exported").latest("id")
    assert (entry.detail, entry.division) == ({"picture": picture}, "999000000000")
    assert entry.origin.startswith("127.0.0.1")


def test_tables_hold_last_month_beside_this_one(world: OfficeWorld) -> None:
    client = signed_in(world)
    for picture, before in (("places", True), ("changes", True), ("dimensions", True), ("indicators", True), ("feeds", True)):
        heading = client.get(f"/situation/{picture}.csv").content.decode("utf-8-sig").splitlines()[0]
        assert ("上月" in heading) is before, picture


def test_who_sees_no_households_gets_no_lists_and_no_work(world: OfficeWorld) -> None:
    client = signed_in(world, Role.MODEL_AUTHOR)
    assert "/warnings/" not in said_by(client, "/situation/")
    assert "/situation/workload/" not in said_by(client, "/situation/")
    assert said_by(client, "/situation/workload/").strip() == ""
    assert client.get("/situation/work.csv").status_code == 404
    assert client.get("/situation/verdicts.csv").status_code == 404


def test_the_work_of_the_lowest_place_says_where_to_look(world: OfficeWorld) -> None:
    assert "没有下一级" in said_by(signed_in(world), f"/situation/workload/?place={HERE}")


def test_a_list_can_be_narrowed_to_one_verdict(world: OfficeWorld) -> None:
    client = signed_in(world)

    def numbers(**words: Any) -> str:
        return client.get("/warnings/", {"status": "all", **words}).content.decode()

    assert "here-2" in numbers(verdict="TRUE_HELPED") and "there-1" not in numbers(verdict="TRUE_HELPED")
    assert "here-2" not in numbers(verdict="FALSE_DATA")
    assert "there-1" in numbers(verdict="no such verdict")
