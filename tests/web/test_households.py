"""Finding a household, and its file: today, as of a month, why, and whose eyes it is for."""

from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minsheng.domain.access.models import OpenedHousehold
from minsheng.domain.access.roles import Role
from minsheng.domain.audit.models import Event
from minsheng.domain.monitoring.explanations import explain_household_named
from minsheng.domain.registry.operations import merge_people
from minsheng.kernel.periods import Month
from tests.factories import AT, BY, identity_number
from tests.papers import picture
from tests.web.test_warnings import at_work
from tests.web.world import HOMES, PLACES, THERE, OfficeWorld


@pytest.fixture
def desk(world: OfficeWorld) -> Client:
    """A monitor of HERE at work."""
    return at_work(world, Role.MONITOR)


def file(client: Client, number: str, query: str = "") -> object:
    return client.get(f"{reverse('office:household', args=[number])}{query}")


def found(client: Client, typed: str) -> list[str]:
    answer = client.post(reverse("office:households_search"), {"q": typed})
    assert typed not in answer["Location"]
    shown = client.get(f"{reverse('office:households')}?{urlsplit(answer['Location']).query}")
    return [row["name"].number for row in shown.context["rows"]]


@pytest.mark.parametrize("typed", ["丙一", "bingyi", "by", "here-1", identity_number(2)])
def test_a_household_is_found_by_any_member_or_number(desk: Client, typed: str) -> None:
    assert found(desk, typed) == ["here-1"]
    assert Event.objects.filter(name="people.looked_at").latest("id").detail["how"] == "households.search"


@pytest.mark.parametrize("typed", ["there-1", "丙二", identity_number(12), "nobody-1"])
def test_what_lies_elsewhere_is_not_told_from_what_does_not_exist(desk: Client, typed: str) -> None:
    assert found(desk, typed) == []
    pages = [file(desk, number) for number in ("there-1", "nobody-1")]
    assert [page.status_code for page in pages] == [404, 404]  # type: ignore[attr-defined]
    said = [page.content.decode().replace("there-1", "N").replace("nobody-1", "N") for page in pages]  # type: ignore[attr-defined]
    shown = [text.split("<main")[1].split("</main>")[0] for text in said]
    assert shown[0] == shown[1]


def test_the_file_shows_members_masked_levels_and_what_happened(world: OfficeWorld, desk: Client) -> None:
    answer = file(desk, "here-2")
    said, shown = answer.content.decode(), answer.context["file"]  # type: ignore[attr-defined]
    assert "丁一" not in said
    assert identity_number(3) not in said
    assert [(point.month, point.level) for point in shown.course] == [("2026-05", 0), ("2026-06", 2)]
    assert [one.sentence.zh for one in shown.story] == [
        "核查结论：属实，已救助（tester）",
        "黄色预警，新增",
        "登记入册，类别为其他困难人员",
    ]
    assert (shown.warning.status, shown.category.zh, shown.per_head) == ("answered", "其他困难人员", 100_000)
    looked = Event.objects.filter(name="people.looked_at").latest("id")
    assert (looked.detail["how"], looked.detail["households"]) == ("household.file", [world.key("here-2")])


@pytest.mark.parametrize("month", ["2026-05", "2026-06"])
def test_the_explanation_is_the_one_the_command_gives(world: OfficeWorld, desk: Client, month: str) -> None:
    shown = file(desk, "here-1", f"?month={month}").context["file"]  # type: ignore[attr-defined]
    given = explain_household_named("here-1", month=Month.parse(month), model=None, installation=world.installation)
    assert shown.explanation == given
    assert [step.change for step in shown.waterfall.steps] == [step.change for step in given.steps]
    assert sum(step.change for step in shown.waterfall.steps) == given.score


def test_every_department_record_stands_under_its_finding(desk: Client) -> None:
    answer = file(desk, "here-1")
    shown, said = answer.context["file"], answer.content.decode()  # type: ignore[attr-defined]
    records = [record for finding in (*shown.findings, *shown.reverse) for record in finding.records]
    assert records
    assert all(record.delivery in said for record in records)


def test_as_of_an_earlier_month_the_file_says_so_and_shows_what_was_known_then(world: OfficeWorld, desk: Client) -> None:
    receipts = world.district.register("2026-07", HOMES | {"here-1": [1, 5]}, divisions=PLACES)
    for receipt in receipts.values():
        if receipt.status == "held":
            world.district.release(receipt.delivery)
    now, then = file(desk, "here-1").context["file"], file(desk, "here-1", "?month=2026-05")  # type: ignore[attr-defined]
    assert ([len(now.members), len(now.former)], now.as_of) == ([2, 1], None)
    shown = then.context["file"]  # type: ignore[attr-defined]
    assert ([len(shown.members), len(shown.former)], str(shown.as_of)) == ([2, 0], "2026-05")
    assert "这是 2026-05 的档案" in then.content.decode()  # type: ignore[attr-defined]
    assert shown.explanation.level != now.explanation.level


def test_merges_and_their_undoing_are_part_of_the_story(world: OfficeWorld, desk: Client) -> None:
    first, second = (world.district.key(serial) for serial in (1, 2))
    merge_people(person_from=second, person_into=first, reason="同一人", by=BY, at=AT)
    story = file(desk, "here-1").context["file"].story  # type: ignore[attr-defined]
    assert [one.sentence.zh for one in story if one.more and one.more.zh == "同一人"] == ["丙**与另一条登记认定为同一人"]


def test_a_household_opened_by_breaking_the_glass_is_shown_and_answered_by_nobody_here(world: OfficeWorld, desk: Client) -> None:
    from django.utils import timezone

    at = timezone.now()
    OpenedHousehold.objects.create(
        user=world.staff(Role.MONITOR),
        household_key=world.key("there-1"),
        division=THERE,
        reason="急",
        opened_at=at - timezone.timedelta(minutes=1),
        closes_at=at + timezone.timedelta(hours=4),
    )
    answer = file(desk, "there-1")
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert answer.context["file"].may_answer is False  # type: ignore[attr-defined]


def test_queries_do_not_grow_with_members_or_months(world: OfficeWorld, desk: Client) -> None:
    def asked(number: str) -> int:
        file(desk, number)
        with CaptureQueriesContext(connection) as said:
            file(desk, number)
        return len(said)

    assert asked("here-1") == asked("here-2")


def test_an_auditor_reads_the_file_and_is_offered_nothing_to_do(world: OfficeWorld) -> None:
    answer = file(at_work(world, Role.AUDITOR), "here-1")
    said = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert "登记核查结论" not in said
    assert "hx-post" not in said.split("<main")[1]


def test_a_document_is_kept_opened_and_withdrawn(world: OfficeWorld, desk: Client) -> None:
    kept = desk.post(reverse("office:document_keep", args=["here-1"]), {"kind": "illness", "title": "票据", "file": picture()}, follow=True)
    assert "材料已存入档案" in kept.content.decode()
    [line] = kept.context["file"].documents.lines
    where = reverse("office:document_open", args=[line.id])
    assert desk.post(where).status_code == 400
    shown = desk.post(where, {"purpose": "verify"})
    assert shown.content.startswith(b"\x89PNG")
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert shown["Content-Disposition"].startswith("inline")
    assert shown["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "no-store" in shown["Cache-Control"]
    gone = desk.post(reverse("office:document_withdraw", args=[line.id]), {"why": "放错了家庭"}, follow=True)
    assert "已撤回" in gone.content.decode()
    assert desk.post(where, {"purpose": "verify"}).status_code == 404


def test_a_pdf_is_downloaded_and_a_page_is_not_taken(desk: Client) -> None:
    at = reverse("office:document_keep", args=["here-1"])
    pdf = SimpleUploadedFile("x.png", b"%PDF-1.7\n...", content_type="image/png")
    [line] = desk.post(at, {"kind": "income", "file": pdf}, follow=True).context["file"].documents.lines
    shown = desk.post(reverse("office:document_open", args=[line.id]), {"purpose": "verify"})
    assert (shown["Content-Type"], shown["Content-Disposition"].split(";")[0]) == ("application/pdf", "attachment")
    page = SimpleUploadedFile("x.png", b"<html><script>alert(1)</script>", content_type="image/png")
    refused = desk.post(at, {"kind": "income", "file": page})
    assert refused.status_code == 400
    assert "没有存入" in refused.content.decode()
    assert desk.post(at, {"kind": "income"}).status_code == 400


def test_a_file_as_of_a_month_has_the_documents_that_had_come_by_then(desk: Client) -> None:
    desk.post(reverse("office:document_keep", args=["here-1"]), {"kind": "visit", "file": picture()})
    assert len(file(desk, "here-1").context["file"].documents.lines) == 1  # type: ignore[attr-defined]
    before = file(desk, "here-1", "?month=2026-05").context["file"].documents  # type: ignore[attr-defined]
    assert (before.lines, before.may_keep) == ([], False)
