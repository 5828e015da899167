"""Confirming roles on the pages: what one administrator gives waits, a supervisor reads and confirms it, and then it counts."""

from django.test import Client
from django.utils import timezone

from minsheng.domain.access.models import Grant, User
from minsheng.domain.access.policies import months_later
from minsheng.domain.access.roles import Role
from tests.staff import user
from tests.web.world import HERE_COUNTY, THERE_COUNTY, OfficeWorld


def as_role(world: OfficeWorld, role: Role, code: str = HERE_COUNTY, language: str = "zh") -> Client:
    client = Client()
    client.force_login(world.staff(role, code, language))
    return client


def given(world: OfficeWorld, role: Role = Role.TOWNSHIP_OFFICER) -> tuple[User, int, str]:
    """A role given on the page by the county's administrator; returns who gets it, the grant, and what the page said."""
    holder = user("wangli")
    ends = months_later(timezone.localdate(), 6)
    words = {"role": role.value, "division": HERE_COUNTY, "ends_on": f"{ends}", "reason": "new officer"}
    answer = as_role(world, Role.ADMINISTRATOR).post("/users/of/wangli/give/", words, follow=True)
    return holder, Grant.objects.get(user=holder).pk, answer.content.decode()


def test_a_role_that_sees_households_waits_and_says_so(world: OfficeWorld) -> None:
    holder, _, said = given(world)
    assert "确认后生效" in said and "待第二人确认" in said
    client = Client()
    client.force_login(holder)
    assert client.get("/warnings/").status_code == 403


def test_a_supervisor_is_told_reads_and_confirms_and_then_it_counts(world: OfficeWorld) -> None:
    holder, number, _ = given(world)
    supervisor = as_role(world, Role.MONITOR)
    assert "项授权待您确认" in supervisor.get("/").content.decode()
    page = supervisor.get("/users/confirm/").content.decode()
    assert "new officer" in page and f"/users/grants/{number}/confirm/" in page
    answer = supervisor.post(f"/users/grants/{number}/confirm/", {"decision": "confirm", "note": "known to me"}, follow=True)
    assert "已确认，立即生效" in answer.content.decode()
    client = Client()
    client.force_login(holder)
    assert client.get("/warnings/").status_code == 200


def test_who_gave_it_is_offered_nothing_and_refused(world: OfficeWorld) -> None:
    _, number, _ = given(world)
    admin = as_role(world, Role.ADMINISTRATOR)
    assert "由他人确认" in admin.get("/users/confirm/").content.decode()
    assert f"/users/grants/{number}/confirm/" not in admin.get("/users/confirm/").content.decode()
    refused = admin.post(f"/users/grants/{number}/confirm/", {"decision": "confirm"})
    assert refused.status_code == 403 and "第二人" in refused.content.decode()
    assert "项授权待您确认" not in admin.get("/").content.decode()


def test_elsewhere_nothing_is_known_of_it(world: OfficeWorld) -> None:
    _, number, _ = given(world)
    there = as_role(world, Role.MONITOR, THERE_COUNTY, "en")
    page = there.get("/users/confirm/").content.decode()
    assert "Nothing waits to be confirmed" in page and "wangli" not in page
    assert there.post(f"/users/grants/{number}/confirm/", {"decision": "confirm"}).status_code == 404


def test_declining_ends_it(world: OfficeWorld) -> None:
    _, number, _ = given(world)
    as_role(world, Role.MONITOR).post(f"/users/grants/{number}/confirm/", {"decision": "decline", "note": "unknown"})
    assert Grant.objects.get(pk=number).revoked_at is not None
    assert "已收回" in as_role(world, Role.ADMINISTRATOR).get("/users/of/wangli/").content.decode()


def test_a_role_that_sees_nobody_counts_at_once(world: OfficeWorld) -> None:
    _, number, said = given(world, Role.MODEL_AUTHOR)
    assert "角色已授予。" in said
    assert not Grant.objects.get(pk=number).awaiting
