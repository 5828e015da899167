"""The pages of deliveries: what a partner sees, sending a file in pieces, releasing, and giving refused rows back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import Role
from minsheng.domain.audit.models import Event
from minsheng.domain.feeds.models import Delivery, Upload
from minsheng.domain.feeds.operations import take_upload
from minsheng.domain.jobs.models import Job
from minsheng.domain.places.models import Organisation
from minsheng.kernel.progress import SILENT
from tests.conftest import NOW
from tests.staff import grant, place, user
from tests.web import conftest
from tests.web.world import BOTH, HERE_COUNTY, OfficeWorld

pytestmark = pytest.mark.django_db
FEED = "medical_settlements"
CONTENT = b"settlement_no,name,division\n1,x,999001001201\n"


@pytest.fixture
def office(world: OfficeWorld, tmp_path: Path) -> OfficeWorld:
    """The world before an installation with a place for uploads."""
    told = replace(world, installation=replace(world.installation, uploads=tmp_path / "uploads", upload_limit=9_000_000))
    conftest._PROVIDED[:] = [told]
    return told


def partner(department: str = "medical_insurance") -> User:
    """A department's partner."""
    one = user(f"partner-{department}")
    bureau = Organisation.objects.create(name=department, kind="department", division=place(HERE_COUNTY), department=department)
    grant(one, Role.DEPARTMENT_PARTNER, HERE_COUNTY, organisation=bureau)
    return one


def as_user(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def delivery(feed: str = FEED, month: str = "2026-06") -> str:
    return str(Delivery.objects.get(feed=feed, month=month).pk)


def begun(client: Client, *, feed: str = FEED, month: str = "2026-06", name: str = "a.csv", size: int = len(CONTENT)) -> str:
    answer = client.post(
        reverse("office:begin_upload", args=(feed, month)), json.dumps({"name": name, "size": size}), content_type="application/json"
    )
    assert answer.status_code == 201, answer.content
    return f"{reverse('office:begin_upload', args=(feed, month))}/{answer.json()['id']}"


def put(client: Client, address: str, content: bytes, offset: int | str) -> object:
    return client.put(address, content, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)})


def test_a_partner_sees_the_own_departments_calendar_and_deliveries_only(office: OfficeWorld) -> None:
    client = as_user(partner())
    said = client.get("/deliveries/").content.decode()
    assert "医疗费用结算明细" in said
    assert "机动车登记" not in said
    assert client.get(reverse("office:delivery", args=(delivery(),))).status_code == 200
    for route in ("delivery", "rejected_rows", "rejected_file"):
        assert client.get(reverse(f"office:{route}", args=(delivery("vehicles"),))).status_code == 404
    assert client.post(reverse("office:release", args=(delivery(),)), {"reason": "x"}).status_code == 403


def test_a_partner_without_a_department_sees_nothing(office: OfficeWorld) -> None:
    client = as_user(office.staff(Role.DEPARTMENT_PARTNER))
    assert "医疗费用结算明细" not in client.get("/deliveries/").content.decode()
    assert client.get(reverse("office:delivery", args=(delivery(),))).status_code == 404
    assert client.post(reverse("office:begin_upload", args=(FEED, "2026-06")), "{}", content_type="application/json").status_code == 403


def test_the_calendar_asks_as_often_for_one_month_as_for_all(
    office: OfficeWorld, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(office.staff(Role.MONITOR))
    client.get("/deliveries/?until=2026-06")
    with CaptureQueriesContext(connection) as full:
        assert client.get("/deliveries/?until=2026-06").status_code == 200
    with django_assert_num_queries(len(full)):
        assert client.get("/deliveries/?until=2024-01").status_code == 200


def test_a_delivery_adds_up(office: OfficeWorld) -> None:
    found = Delivery.objects.get(pk=delivery())
    said = as_user(office.staff(Role.MONITOR)).get(reverse("office:delivery", args=(found.pk,))).content.decode()
    assert f"{found.accepted} + {found.duplicate} + {found.quarantined} + {found.out_of_area} = <strong>{found.read}</strong>" in said
    assert f"{found.matched} + {found.in_review} + {found.outside} = <strong>{found.accepted}</strong>" in said


def test_a_file_is_sent_in_pieces_resumed_and_received(office: OfficeWorld) -> None:
    client = as_user(partner())
    address = begun(client)
    first = put(client, address, CONTENT[:10], 0)
    assert (first.status_code, first["Upload-Offset"]) == (204, "10")  # type: ignore[attr-defined]
    again = put(client, address, CONTENT[:10], 0)
    assert (again.status_code, again["Upload-Offset"]) == (409, "10")  # type: ignore[attr-defined]
    assert as_user(User.objects.get(username="partner-medical_insurance")).head(address)["Upload-Offset"] == "10"
    assert client.post(f"{address}/finish").status_code == 400
    put(client, address, CONTENT[10:], 10)
    finished = client.post(f"{address}/finish")
    assert client.post(f"{address}/finish").json() == finished.json()
    upload = Upload.objects.get()
    assert finished.json()["location"] == reverse("office:upload", args=(upload.pk,))
    assert Job.objects.get(kind="receive").arguments["upload"] == str(upload.pk)
    assert "在排队" in client.get(finished.json()["location"]).content.decode()
    take_upload(upload=upload.pk, installation=office.installation, by="user:partner-medical_insurance", at=NOW, progress=SILENT)
    said = client.get(reverse("office:upload_progress", args=(upload.pk,))).content.decode()
    assert "已办结" in said
    assert reverse("office:delivery", args=(Upload.objects.get().delivery_id,)) in said
    assert "hx-get" not in said


@pytest.mark.parametrize("offset", ["-1", "x", "", "1e3", "99999999999999999999", "１"])
def test_nonsense_for_an_offset_is_told_where_to_go_on(office: OfficeWorld, offset: str) -> None:
    client = as_user(partner())
    answer = put(client, begun(client), b"x", offset)
    assert (answer.status_code, answer["Upload-Offset"]) == (409, "0")  # type: ignore[attr-defined]


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"name": "x"}', '{"name": "x", "size": "many"}', '{"name": "x", "size": 0}', "null"])
def test_nonsense_about_a_file_is_refused_in_words(office: OfficeWorld, body: str) -> None:
    answer = as_user(partner()).post(reverse("office:begin_upload", args=(FEED, "2026-06")), body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("文件是空的")


def test_too_large_a_file_or_piece_and_anothers_feed_are_refused(office: OfficeWorld) -> None:
    client = as_user(partner())
    large = json.dumps({"name": "x", "size": 9_000_001})
    assert (
        client.post(reverse("office:begin_upload", args=(FEED, "-")), large, content_type="application/json").json()["code"] == "too-large"
    )
    address = begun(client, size=8_000_000)
    assert put(client, address, b"x" * (4 * 1024 * 1024 + 1), 0).status_code == 400  # type: ignore[attr-defined]
    assert put(client, address, b"x" * (4 * 1024 * 1024), 0).status_code == 204  # type: ignore[attr-defined]
    other = client.post(reverse("office:begin_upload", args=("vehicles", "-")), '{"name": "x", "size": 3}', content_type="application/json")
    assert (other.status_code, other.json()["code"]) == (403, "not-allowed")


def test_anothers_upload_is_not_there(office: OfficeWorld) -> None:
    address = begun(as_user(partner()))
    other = as_user(office.staff(Role.MONITOR, BOTH))
    assert other.head(address).status_code == put(other, address, b"x", 0).status_code == 404  # type: ignore[attr-defined]
    assert other.post(f"{address}/finish").status_code == 404
    assert Upload.objects.get().received_bytes == 0


def test_the_refused_rows_are_given_back_to_who_sent_them_and_written_down(office: OfficeWorld) -> None:
    here, both = (as_user(office.staff(Role.MONITOR, code)) for code in (HERE_COUNTY, BOTH))
    address = reverse("office:rejected_file", args=(delivery(),))
    assert here.get(address).status_code == 403
    for client in (both, as_user(partner())):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "attachment" in answer["Content-Disposition"]
        assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbf")  # type: ignore[arg-type]
    assert Event.objects.filter(name="rejected_rows.taken").count() == 2


def test_a_held_delivery_is_released_in_the_background_by_who_may(office: OfficeWorld) -> None:
    Delivery.objects.filter(pk=delivery()).update(status="held")
    client = as_user(office.staff(Role.MONITOR))
    address = reverse("office:release", args=(delivery(),))
    assert client.post(address, {"reason": " "}).status_code == 400
    answer = client.post(address, {"reason": "已电话核实", "mapped": ["个人支付=own_share", "nonsense"]})
    assert answer["Location"] == reverse("office:delivery", args=(delivery(),))
    assert Job.objects.get(kind="release").arguments["mapped"] == ["个人支付=own_share"]
    assert client.post(address, {"reason": "再点一次"}).status_code == 409
    assert "正在放行" in client.get(answer["Location"]).content.decode()
    assert Job.objects.filter(kind="release").count() == 1


@pytest.mark.parametrize(
    "query", ["until=x", "until=9999-99", "until=0001-01", "department=" + "x" * 9_000, "only=%00", "until=2026-06&only=owed"]
)
def test_nonsense_in_the_address_of_the_calendar_does_no_harm(office: OfficeWorld, query: str) -> None:
    assert as_user(office.staff(Role.MONITOR)).get(f"/deliveries/?{query}").status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sending_page_names_the_columns_of_a_feed(office: OfficeWorld, language: str) -> None:
    client = as_user(office.staff(Role.MONITOR, language=language))
    said = client.get("/deliveries/send/?feed=medical_settlements&month=2026-06").content.decode()
    assert "个人负担总金额" in said
    assert reverse("office:begin_upload", args=(FEED, "2026-06")) in said
