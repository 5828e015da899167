"""The looks of a request: told by county, so that each county's auditor finds those at its people, and no others."""

from django.test import Client

from minsheng.domain.access.roles import Role
from minsheng.domain.audit.models import Event
from tests.web.world import BOTH, HERE_COUNTY, THERE_COUNTY, WHOLE, OfficeWorld


def as_user(world: OfficeWorld, role: Role, code: str) -> Client:
    client = Client()
    client.force_login(world.staff(role, code))
    return client


def test_a_list_over_two_counties_is_two_looks_each_with_its_households(world: OfficeWorld) -> None:
    as_user(world, Role.MONITOR, BOTH).get("/warnings/", {"status": "all"})
    looks = {one.division: one for one in Event.objects.filter(name="people.looked_at")}
    assert {division[:6] for division in looks} == {HERE_COUNTY, THERE_COUNTY}
    here = [one for division, one in looks.items() if division.startswith(HERE_COUNTY)]
    assert set(here[0].detail["households"]) <= {world.key(number) for number in ("here-1", "here-2", "dibao-here-3")}
    assert all(one.origin.startswith("127.0.0.1") and "origin" not in one.detail for one in looks.values())


def test_an_auditor_of_a_county_finds_the_looks_at_its_people_alone(world: OfficeWorld) -> None:
    as_user(world, Role.MONITOR, BOTH).get("/warnings/", {"status": "all"})
    found = {
        code: as_user(world, Role.AUDITOR, code).get("/audit/", {"event": "people.looked_at"}).content.decode()
        for code in (HERE_COUNTY, "999003", WHOLE)
    }
    who = f"user:{world.staff(Role.MONITOR, BOTH).username}"
    assert (who in found[HERE_COUNTY], who in found["999003"], who in found[WHOLE]) == (True, False, True)
    assert found[WHOLE].count(who) > found[HERE_COUNTY].count(who)


def test_what_somebody_does_is_read_by_the_auditor_of_their_place(world: OfficeWorld) -> None:
    as_user(world, Role.MONITOR, HERE_COUNTY).post("/language/", {"language": "en", "next": "/"})
    entry = Event.objects.filter(name="user.language_chosen").latest("id")
    assert entry.division == f"{HERE_COUNTY}000000"
    assert entry.origin.startswith("127.0.0.1")
