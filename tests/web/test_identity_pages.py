"""Reviewing identities in the browser: two officers, the keyboard's buttons, taking back, showing in clear."""

import pytest
from django.test import Client
from django.urls import reverse

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import Role
from minsheng.domain.audit.models import Event
from minsheng.domain.feeds.models import Delivery, IdentityCase, IdentityDecision
from minsheng.domain.jobs.models import Job
from minsheng.domain.registry.models import Merge
from tests.conftest import KEYS, NOW
from tests.factories import identity_number
from tests.staff import somebody
from tests.web.world import HERE_COUNTY, THERE_COUNTY, OfficeWorld

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def cases(world: OfficeWorld) -> list[int]:
    """Two questions about people of HERE, one about somebody of THERE."""
    return [made(world, serial) for serial in (1, 3, 11)]


def made(world: OfficeWorld, serial: int) -> int:
    key = world.district.key(serial)
    case = IdentityCase.objects.create(
        subject=bytes([serial]) * 16,
        delivery=Delivery.objects.filter(feed="vehicles").order_by("pk")[0],
        row_number=serial,
        reason="name-disagrees",
        delivered_name="赵大宝",
        delivered_number=KEYS.seal_text(identity_number(serial)),
        candidates=[{"person_key": key, "probability": None}],
        candidate_keys=[key],
        asked_at=NOW,
    )
    return int(case.pk)


def as_user(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def shown(client: Client) -> int | None:
    """Which identity the review page shows."""
    review = client.get("/identity/").context["review"]
    return review.case if review else None


def decide(client: Client, case: int, person: int | str) -> object:
    return client.post(reverse("office:identity_decide", args=(case,)), {"person": person}, headers=HTMX)


def test_two_officers_have_different_identities_before_them_and_none_of_another_county(world: OfficeWorld, cases: list[int]) -> None:
    officers = [as_user(somebody(Role.MONITOR, HERE_COUNTY, username=name)) for name in ("one", "two", "three")]
    assert [shown(one) for one in officers] == [cases[0], cases[1], None]
    assert shown(as_user(world.staff(Role.MONITOR, THERE_COUNTY))) == cases[2]


def test_a_decision_brings_the_next_pair_at_once_and_the_second_officer_is_told(world: OfficeWorld, cases: list[int]) -> None:
    one, two = (as_user(somebody(Role.MONITOR, HERE_COUNTY, username=name)) for name in ("one", "two"))
    assert shown(one) == cases[0]
    answer = decide(one, cases[0], world.district.key(1))
    assert answer.context["review"].case == cases[1]  # type: ignore[attr-defined]
    assert "<html" not in answer.content.decode()  # type: ignore[attr-defined]
    late = decide(two, cases[0], "nobody")
    assert "已经有同事作出认定" in late.content.decode()  # type: ignore[attr-defined]
    taken = decide(two, cases[1], world.district.key(3))
    assert "同事正在核对" in taken.content.decode()  # type: ignore[attr-defined]
    assert list(IdentityDecision.objects.values_list("person_key", "decided_by")) == [(world.district.key(1), "user:one")]


def test_what_was_decided_is_taken_back_with_one_key(world: OfficeWorld, cases: list[int]) -> None:
    client = as_user(world.staff(Role.MONITOR))
    assert shown(client) == cases[0]
    decide(client, cases[0], "nobody")
    answer = client.post("/identity/undo/", headers=HTMX)
    assert answer.context["review"].case == cases[0]
    assert IdentityCase.objects.get(pk=cases[0]).state == "pending"
    assert client.post("/identity/undo/", headers=HTMX).status_code == 409


def test_later_goes_round(world: OfficeWorld, cases: list[int]) -> None:
    client = as_user(world.staff(Role.MONITOR))
    seen = [shown(client)]
    for _ in range(2):
        answer = client.post(reverse("office:identity_later", args=(seen[-1],)), headers=HTMX)
        seen.append(answer.context["review"].case)
    assert seen == [cases[0], cases[1], cases[0]]


def test_names_and_numbers_are_masked_until_they_are_asked_for_and_every_look_is_written_down(world: OfficeWorld, cases: list[int]) -> None:
    client = as_user(world.staff(Role.MONITOR))
    masked = client.get("/identity/").content.decode()
    assert "赵大宝" not in masked
    assert identity_number(1) not in masked
    look = Event.objects.filter(name="people.looked_at").latest("pk")
    assert look.detail["how"] == "identity.review"
    clear = client.post(reverse("office:identity_reveal", args=(cases[0],)), headers=HTMX)
    assert identity_number(1) in clear.content.decode()
    revealed = Event.objects.get(name="identity.revealed")
    assert (revealed.subject, revealed.purpose) == (f"identity:{cases[0]}", "verify")


def test_a_colleagues_decision_is_taken_back_with_a_reason(world: OfficeWorld, cases: list[int]) -> None:
    one, two = (as_user(somebody(Role.MONITOR, HERE_COUNTY, username=name)) for name in ("one", "two"))
    decide(one, cases[0], world.district.key(1))
    address = reverse("office:identity_reopen", args=(cases[0],))
    assert two.post(address, {"reason": ""}).status_code == 400
    assert two.post(address, {"reason": "户口簿不是他"}).status_code == 302
    assert "户口簿不是他" in str(Event.objects.get(name="identity.reopened").detail)
    assert one.get("/identity/decisions/").context["decisions"] == []


def test_the_ledgers_follow_once_for_many(world: OfficeWorld, cases: list[int]) -> None:
    client = as_user(world.staff(Role.MONITOR))
    decide(client, cases[0], "nobody")
    assert "还没有写进台账" in client.get("/identity/").content.decode()
    for _ in range(2):
        assert client.post("/identity/ledgers/").status_code == 302
    assert Job.objects.filter(kind="refresh_ledgers").count() == 1


def test_a_merge_is_undone_by_who_decides_for_both(world: OfficeWorld) -> None:
    keys = [world.district.key(serial) for serial in (1, 2, 11)]
    ours, theirs = (
        Merge.objects.create(person_from_id=keys[a], person_into_id=keys[b], reason="同一人", merged_by="tester", merged_at=NOW)
        for a, b in ((1, 0), (2, 0))
    )
    client = as_user(world.staff(Role.MONITOR))
    said = client.get("/identity/merges/").content.decode()
    assert "辖区外人员" in said
    assert client.post(reverse("office:unmerge", args=(ours.pk,)), {"reason": ""}).status_code == 400
    assert client.post(reverse("office:unmerge", args=(theirs.pk,)), {"reason": "两个人"}).status_code == 404
    assert client.post(reverse("office:unmerge", args=(ours.pk,)), {"reason": "两个人"}).status_code == 302
    assert Merge.objects.get(pk=ours.pk).undone_by == "user:monitor-999001-zh"
    assert Merge.objects.get(pk=theirs.pk).undone_at is None


@pytest.mark.parametrize("person", ["", "x", "-1", "0", "9" * 40, "1 OR 1"])
def test_nonsense_for_a_person_is_refused(world: OfficeWorld, cases: list[int], person: str) -> None:
    client = as_user(world.staff(Role.MONITOR))
    assert decide(client, cases[0], person).status_code == 404  # type: ignore[attr-defined]
    assert not IdentityDecision.objects.exists()
