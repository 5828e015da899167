"""The list of warnings at work: filters, search, marks, verdicts and their withdrawal, saved filters, files."""

import csv
import io
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minsheng.domain.access.roles import Role
from minsheng.domain.audit.models import Event
from minsheng.domain.monitoring.models import DeskWarning, SavedFilter, Verdict, Warning
from minsheng.domain.registry.models import Household
from tests.factories import identity_number
from tests.web.world import HERE, HERE_COUNTY, OfficeWorld

NOW = "status=all"
HERE_ALL = ["here-1", "here-2", "dibao-here-3"]
"""HERE's households with a level in June, the most urgent first: orange, yellow (and visited), blue."""


@pytest.fixture
def desk(world: OfficeWorld) -> Client:
    """A monitor of HERE at work."""
    return at_work(world, Role.MONITOR)


def at_work(world: OfficeWorld, role: Role, code: str = HERE_COUNTY, language: str = "zh") -> Client:
    client = Client()
    client.force_login(world.staff(role, code, language))
    return client


def listed(client: Client, query: str = NOW) -> list[str]:
    """The household numbers on the page."""
    answer = client.get(f"{reverse('office:warnings')}?{query}")
    assert answer.status_code == 200
    return [row.number for row in answer.context["rows"]]


def test_the_list_shows_ones_own_area_masked_and_writes_down_whose_people_were_shown(world: OfficeWorld, desk: Client) -> None:
    answer = desk.get(f"{reverse('office:warnings')}?status=all")
    said = answer.content.decode()
    assert [row.number for row in answer.context["rows"]] == HERE_ALL
    assert "乙一" not in said
    assert "乙**" in said
    looked = Event.objects.filter(name="people.looked_at").latest("id")
    assert sorted(looked.detail["households"]) == sorted(world.key(number) for number in HERE_ALL)
    assert looked.detail["how"] == "warnings.list"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["here-1", "dibao-here-3"]),
        ("status=answered", ["here-2"]),
        ("status=all&level=2", ["here-2"]),
        ("status=all&level=3&level=2", ["here-1", "here-2"]),
        ("status=all&indicator=own_cost", ["here-1", "here-2"]),
        ("status=all&dimension=work", ["dibao-here-3"]),
        ("status=all&dimension=health&indicator=out_of_work", ["dibao-here-3"]),
        ("status=all&least=50", ["here-1"]),
        ("status=all&most=1", []),
        ("age=1", ["here-1", "dibao-here-3"]),
        ("age=2", []),
        ("status=all&warned=now", ["here-1", "here-2"]),
        (f"status=all&place={HERE}", HERE_ALL),
        ("status=all&place=999002", []),
        ("status=all&month=2026-05", ["here-1", "dibao-here-3"]),
        ("status=all&sort=waiting", ["here-1", "dibao-here-3", "here-2"]),
        ("status=nonsense&level=9&sort=x&age=x&least=%FF&place=xx&who=zz&model=none&month=1", ["here-1", "dibao-here-3"]),
    ],
)
def test_filters_stand_in_the_address(desk: Client, query: str, found: list[str]) -> None:
    assert listed(desk, query) == found


def test_a_place_that_is_none_is_refused_plainly(desk: Client) -> None:
    answer = desk.get(f"{reverse('office:warnings')}?after=12x")
    assert answer.status_code == 400
    assert "not-a-cursor" in answer.content.decode()


@pytest.mark.parametrize("typed", ["乙一", "yiyi", "here-1", identity_number(1)])
def test_a_search_finds_and_stands_in_no_address(desk: Client, typed: str) -> None:
    answer = desk.post(reverse("office:warnings_search"), {"q": typed, "query": NOW})
    assert answer.status_code == 302
    assert typed not in answer["Location"]
    assert listed(desk, urlsplit(answer["Location"]).query) == ["here-1"]


@pytest.mark.parametrize(("language", "said"), [("zh", "没有逐一数过"), ("en", "too many to count")])
def test_a_common_name_is_listed_without_being_counted(
    world: OfficeWorld, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setattr("minsheng.domain.registry.queries.search.COMMON", 0)
    client = Client()
    client.force_login(world.staff(Role.MONITOR, language=language))
    page = client.post(reverse("office:warnings_search"), {"q": "乙", "query": NOW}, follow=True).content.decode()
    assert said in page
    assert "here-1" in page
    assert "there-1" not in page


@pytest.mark.parametrize("typed", ["there-1", "乙二", identity_number(11), "王" * 10_000, "%", "\0"])
def test_a_search_says_nothing_of_other_areas_and_takes_anything(desk: Client, typed: str) -> None:
    answer = desk.post(reverse("office:warnings_search"), {"q": typed, "query": NOW})
    found = listed(desk, urlsplit(answer["Location"]).query)
    assert found == (HERE_ALL if typed in ("%", "\0") else [])


def test_queries_do_not_grow_with_the_rows(world: OfficeWorld, desk: Client) -> None:
    def asked(query: str) -> int:
        desk.get(f"{reverse('office:warnings')}?{query}")
        with CaptureQueriesContext(connection) as said:
            desk.get(f"{reverse('office:warnings')}?{query}")
        return len(said)

    assert asked("status=all&level=2") == asked("status=all")


def test_marking_is_undone_as_one(world: OfficeWorld, desk: Client) -> None:
    picked = {"household": [world.key("here-1"), world.key("there-1"), "99999", "x"], "query": NOW}
    answer = desk.post(reverse("office:warnings_note"), picked)
    marked = parse_qs(urlsplit(answer["Location"]).query)["marked"][0]
    assert list(DeskWarning.objects.exclude(noted_by="").values_list("household_key", flat=True)) == [world.key("here-1")]
    assert listed(desk, "status=all&noted=yes") == ["here-1"]
    desk.post(reverse("office:warnings_note_undo"), {"marked": marked, "query": NOW})
    assert listed(desk, "status=all&noted=yes") == []


def give(client: Client, *households: int, **changed: object) -> object:
    typed = {"verdict": "TRUE_HELPED", "given_on": "2026-07-09", "note": "看过", "batch": "b" * 32, "query": NOW}
    return client.post(
        reverse("office:warnings_verdict_give"), typed | {"household": households, "shown_at": timezone.now().isoformat()} | changed
    )


def test_a_verdict_for_several_is_asked_recorded_once_and_withdrawn(world: OfficeWorld, desk: Client) -> None:
    key = world.key("here-1")
    asked = desk.post(reverse("office:warnings_verdict"), {"household": key, "query": NOW})
    assert "here-1" in asked.content.decode()
    assert Verdict.objects.filter(household_key=key).count() == 0
    for _ in range(2):
        assert give(desk, key).status_code == 302  # type: ignore[attr-defined]
    assert Verdict.objects.get(household_key=key).given_by == world.staff(Role.MONITOR).acts_as
    assert listed(desk, "status=answered") == ["here-1", "here-2"]
    shown = desk.get(reverse("office:warnings"))
    assert shown.context["recent"].number == 1
    desk.post(reverse("office:warnings_verdict_withdraw"), {"batch": shown.context["recent"].batch, "query": NOW})
    assert "here-1" in listed(desk, "")


def test_what_somebody_else_answered_meanwhile_is_shown_and_nothing_typed_is_lost(world: OfficeWorld, desk: Client) -> None:
    key, before = world.key("here-1"), (timezone.now() - timedelta(minutes=1)).isoformat()
    give(at_work(world, Role.TOWNSHIP_OFFICER), key, batch="o" * 32, verdict="FALSE_DATA")
    answer = give(desk, key, shown_at=before, note="我写的")
    said = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert "我写的" in said
    assert "数据有误" in said
    assert Verdict.objects.filter(household_key=key).count() == 1
    assert give(desk, key, shown_at=before, anyway="1", given_on="2026-07-10").status_code == 302  # type: ignore[attr-defined]
    assert Verdict.objects.filter(household_key=key).count() == 2


@pytest.mark.parametrize(("name", "value"), [("verdict", "MAYBE"), ("given_on", "2099-01-01"), ("given_on", "soon"), ("note", "长" * 1001)])
def test_what_cannot_be_recorded_comes_back_with_what_was_typed(world: OfficeWorld, desk: Client, name: str, value: str) -> None:
    answer = give(desk, world.key("here-1"), **{name: value})
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert name in answer.context["faults"]  # type: ignore[attr-defined]
    assert Verdict.objects.filter(household_key=world.key("here-1")).count() == 0


def test_households_of_another_county_cannot_be_answered(world: OfficeWorld, desk: Client) -> None:
    answer = give(desk, world.key("there-1"))
    assert (answer.status_code, Verdict.objects.filter(household_key=world.key("there-1")).count()) == (400, 0)  # type: ignore[attr-defined]


def test_a_saved_filter_is_ones_own_and_asks_for_the_newest_month(world: OfficeWorld, desk: Client) -> None:
    desk.post(reverse("office:warnings_filter"), {"name": " 红色 ", "query": "level=4&month=2026-05&evil=1"})
    kept = SavedFilter.objects.get()
    assert (kept.name, kept.query) == ("红色", "level=4")
    other = at_work(world, Role.MONITOR, language="en")
    assert other.get(reverse("office:warnings")).context["kept"] == []
    other.post(reverse("office:warnings_filter_forget", args=[kept.pk]))
    assert SavedFilter.objects.count() == 1
    desk.post(reverse("office:warnings_filter_forget", args=[kept.pk]))
    assert SavedFilter.objects.count() == 0
    assert desk.post(reverse("office:warnings_filter"), {"name": " ", "query": ""}).status_code == 400


def taken(client: Client, **words: str) -> list[dict[str, str]]:
    answer = client.post(reverse("office:warnings_export"), {"format": "csv", "query": NOW} | words)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_file_holds_what_is_listed_masked_and_is_recorded(world: OfficeWorld, desk: Client) -> None:
    rows = taken(desk)
    assert [row["户编号"] for row in rows] == HERE_ALL
    assert (rows[0]["户主"], rows[0]["预警等级"], rows[1]["核查结论"]) == ("乙**", "橙色", "属实，已救助")
    event = Event.objects.filter(name="warnings.exported").latest("id")
    assert event.detail == {"warnings": 3, "format": ".csv", "filter": {"sort": "urgency"}, "full_names_for": ""}
    assert len(Event.objects.filter(name="people.looked_at").latest("id").detail["households"]) == 3


def test_names_are_written_in_full_for_a_purpose_only(desk: Client) -> None:
    assert taken(desk, purpose="visit")[0]["户主"] == "乙一"
    assert taken(desk, purpose="nonsense")[0]["户主"] == "乙**"
    assert [event.detail["full_names_for"] for event in Event.objects.filter(name="warnings.exported").order_by("id")][-2:] == ["visit", ""]


def test_a_workbook_neutralises_formulas_and_speaks_the_readers_language(world: OfficeWorld) -> None:
    Warning.objects.filter(household_key=world.key("here-1")).update(reason_en="=HYPERLINK(1)")
    client = at_work(world, Role.MONITOR, language="en")
    answer = client.post(reverse("office:warnings_export"), {"format": "xlsx", "query": "level=3"})
    heads, row = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert (heads[0], row[heads.index("Reason")], row[heads.index("Level")]) == ("Household", "'=HYPERLINK(1)", "orange")


def test_a_search_is_recorded_by_its_kind_alone(desk: Client) -> None:
    answer = desk.post(reverse("office:warnings_search"), {"q": "乙一", "query": NOW})
    assert len(taken(desk, query=urlsplit(answer["Location"]).query)) == 1
    assert Event.objects.filter(name="warnings.exported").latest("id").detail["filter"] == {"sort": "urgency", "searched_by": "name"}


def test_too_many_for_one_file_are_refused(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minsheng.domain.monitoring.operations.exporting.MOST", {".csv": 1, ".xlsx": 1})
    assert desk.post(reverse("office:warnings_export"), {"format": "csv", "query": NOW}).status_code == 400
    assert not Event.objects.filter(name="warnings.exported").exists()


def test_a_household_that_moved_away_is_not_named(world: OfficeWorld, desk: Client) -> None:
    Household.objects.filter(number="here-1").update(division="999002001201")
    said = desk.get(f"{reverse('office:warnings')}?status=all").content.decode()
    assert "已迁出您的辖区" in said
    assert "here-1" not in said
