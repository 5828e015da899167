"""The situation page: the numbers of one's own area, protected where households are not seen, and nothing of elsewhere."""

import re

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from minsheng.domain.access.roles import Role
from minsheng.domain.audit.models import Event
from tests.web.world import BOTH, HERE, THERE, OfficeWorld


def seen(world: OfficeWorld, role: Role = Role.MONITOR, code: str = "999001", language: str = "zh", **query: str) -> tuple[int, str]:
    client = Client()
    client.force_login(world.staff(role, code, language))
    answer = client.get("/situation/", query)
    return answer.status_code, answer.content.decode()


def figures(said: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", one).split()[0] for one in re.findall(r'class="figure">(.*?)</div>', said, flags=re.S)]


def test_a_monitor_reads_how_many_households_to_visit(world: OfficeWorld) -> None:
    status, said = seen(world)
    assert status == 200
    assert "3 户家庭中" in said
    assert len(figures(said)) == 4


def test_both_languages_say_the_same_numbers(world: OfficeWorld) -> None:
    assert figures(seen(world)[1]) == figures(seen(world, language="en")[1])
    assert "Of 3 households" in seen(world, language="en")[1]


def test_who_sees_no_households_is_told_no_small_number(world: OfficeWorld) -> None:
    _, said = seen(world, Role.CHARITY, BOTH)
    assert set(figures(said)) <= {"&lt;10", "0"}
    assert "小数字已保护" in said


def test_a_place_outside_ones_area_is_refused(world: OfficeWorld) -> None:
    assert seen(world, place=THERE)[0] == 403
    assert seen(world, place="nonsense")[0] == 400
    assert seen(world, place=HERE)[0] == 200
    assert seen(world, month="2031-01")[0] == 404


def test_one_can_go_down_to_the_village(world: OfficeWorld) -> None:
    _, said = seen(world, code=BOTH)
    assert "place=999001000000" in said
    assert "place=999002000000" in said
    _, said = seen(world, code=BOTH, place="999001000000")
    assert "place=999001001000" in said


def test_what_is_downloaded_is_what_is_shown_and_recorded(world: OfficeWorld) -> None:
    client = Client()
    client.force_login(world.staff(Role.MODEL_AUTHOR, BOTH))
    answer = client.get("/situation/trend.csv")
    assert answer["Content-Type"].startswith("text/csv")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("月份")
    assert not re.search(r",[1-9](,|$)", rows[-1])
    assert Event.objects.filter(name="situation.exported").count() == 1


def test_the_queries_do_not_grow_with_the_places(world: OfficeWorld, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = Client()
    client.force_login(world.staff(Role.MONITOR, BOTH))
    with django_assert_max_num_queries(40):
        client.get("/situation/")


def test_the_wall_refreshes_itself_and_names_nobody(world: OfficeWorld) -> None:
    client = Client()
    client.force_login(world.staff(Role.MONITOR))
    said = client.get("/wall/").content.decode()
    assert "data-refreshes" in said
    assert "here-1" not in said
