"""Runs and jobs in the browser: starting a month once, watching it, stopping it, trying it again; and what came of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import Role
from minsheng.domain.jobs import operations
from minsheng.domain.jobs.models import Job
from minsheng.domain.jobs.operations.working import Standing
from minsheng.domain.monitoring.models import Run
from minsheng.kernel.errors import Refusal
from tests.operations.jobs.made_up import a_kind, asked, silenced
from tests.web import conftest
from tests.web.world import HERE_COUNTY, WHOLE, OfficeWorld

JUNE = {"month": "2026-06", "model": "tiny"}


@pytest.fixture
def monitor(world: OfficeWorld) -> User:
    return world.staff(Role.MONITOR, WHOLE)


@pytest.fixture
def desk(monitor: User) -> Iterator[Client]:
    """A monitor's browser."""
    client = Client()
    client.force_login(monitor)
    with a_kind(same_by=None):
        yield client


def seen(client: Client, route: str, **words: object) -> str:
    answer = client.get(reverse(route, kwargs=words))
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def test_a_month_is_started_once_however_often_the_button_is_pressed(desk: Client, monitor: User) -> None:
    answers = [desk.post(reverse("office:run_start"), JUNE) for _ in range(2)]
    [job] = Job.objects.filter(kind="run_month")
    assert [answer["Location"] for answer in answers] == [reverse("office:job", kwargs={"number": job.pk})] * 2
    assert (job.asked_by, job.arguments, job.title_zh) == (monitor.acts_as, JUNE, "运行 2026-06（tiny）")
    assert "没有再启动一次" in seen(desk, "office:job", number=job.pk)
    assert "这次运行正在进行" in desk.get(reverse("office:run_start"), JUNE).content.decode()


def test_what_a_month_lacks_is_said_before_it_is_started(desk: Client, world: OfficeWorld) -> None:
    said = desk.get(reverse("office:run_start"), JUNE).content.decode()
    assert "数据都已到位" in said
    assert reverse("office:run", kwargs={"run": world.run.id}) in said
    said = desk.get(reverse("office:run_start"), {"month": "2026-07", "model": "tiny"}).content.decode()
    assert "逾期未报" in said
    assert "仍然运行 2026-07" in said


@pytest.mark.parametrize("words", [{"month": "2026-13"}, {"month": "2027-01"}, {"month": "x" * 10_000}, {"model": "nobody"}])
def test_months_and_models_that_are_not_there_are_refused(desk: Client, words: dict[str, str]) -> None:
    assert desk.get(reverse("office:run_start"), words).status_code in (400, 404)
    assert desk.post(reverse("office:run_start"), words).status_code in (400, 404)
    assert not Job.objects.exists()


def test_a_running_job_is_watched_until_it_ends(desk: Client) -> None:
    job = asked()
    begun = operations.begin_job(job=job, at=timezone.now())
    assert begun is not None
    standing = Standing("2026-06 计算 computing", 3, 12, "medical_settlements")
    operations.report(begun=begun, standing=standing, moved_at=timezone.now(), finished_steps=(), at=timezone.now())
    address = reverse("office:job_progress", kwargs={"number": job})
    answer = desk.get(address)
    said = answer.content.decode()
    assert ("2026-06 计算 · medical_settlements" in said, f'hx-get="{address}"' in said, "HX-Refresh" in answer.headers) == (
        True,
        True,
        False,
    )
    operations.fail_job(begun=begun, fault=Refusal("Too wet.", next_step="Wait."), at=timezone.now())
    answer = desk.get(address)
    assert ("hx-get" in answer.content.decode(), answer["HX-Refresh"]) == (False, "true")


def test_a_job_is_cancelled_and_tried_again(desk: Client) -> None:
    job = asked()
    assert desk.post(reverse("office:job_cancel", kwargs={"number": job})).status_code == 302
    assert Job.objects.get(pk=job).state == "cancelled"
    assert "任务已取消" in seen(desk, "office:job", number=job)
    assert desk.post(reverse("office:job_retry", kwargs={"number": job})).status_code == 302
    assert Job.objects.get(pk=job).state == "waiting"
    assert desk.post(reverse("office:job_retry", kwargs={"number": job})).status_code == 400
    assert desk.get(reverse("office:job_cancel", kwargs={"number": job})).status_code == 405


def test_a_job_whose_worker_died_is_marked_in_the_list_and_on_its_page(desk: Client) -> None:
    job = asked()
    silenced(job)
    assert "卡住的任务" in seen(desk, "office:jobs")
    said = seen(desk, "office:job", number=job)
    assert ("执行进程没有响应" in said, 'data-opens="retry"' in said) == (True, True)
    Job.objects.filter(pk=job).update(heartbeat_at=timezone.now(), moved_at=timezone.now() - timedelta(hours=1))
    assert "很久没有进展" in seen(desk, "office:job", number=job)


def test_a_failure_is_told_in_the_readers_language(desk: Client, monitor: User) -> None:
    job = asked()
    begun = operations.begin_job(job=job, at=timezone.now())
    assert begun is not None
    operations.fail_job(begun=begun, fault=ValueError("of somebody"), at=timezone.now())
    said = seen(desk, "office:job", number=job)
    assert ("任务遇到了没有预料到的错误" in said, "of somebody" in said) == (True, False)
    User.objects.filter(pk=monitor.pk).update(language="en")
    assert "Something nobody foresaw went wrong (ValueError)" in seen(desk, "office:job", number=job)


def test_who_answers_for_a_part_is_offered_no_run_and_stops_nobodys_job_but_their_own(world: OfficeWorld) -> None:
    county, client = world.staff(Role.MONITOR, HERE_COUNTY), Client()
    client.force_login(county)
    with a_kind(same_by=None):
        own, other = asked(by=county.acts_as), asked()
    for page in ("office:jobs", "office:runs"):
        assert reverse("office:run_start") not in seen(client, page)
    assert client.post(reverse("office:run_start"), JUNE).status_code == 403
    assert not Job.objects.filter(kind="run_month").exists()
    assert "data-opens" not in seen(client, "office:job", number=other)
    client.post(reverse("office:job_cancel", kwargs={"number": other}))
    assert Job.objects.get(pk=other).state == "waiting"
    assert client.post(reverse("office:job_cancel", kwargs={"number": own})).status_code == 302
    assert Job.objects.get(pk=own).state == "cancelled"


def test_an_installation_of_one_county_is_started_by_its_monitor(world: OfficeWorld) -> None:
    here = replace(world, installation=replace(world.installation, area=(HERE_COUNTY,)))
    conftest._PROVIDED[:] = [here]
    client = Client()
    client.force_login(world.staff(Role.MONITOR, HERE_COUNTY))
    assert client.post(reverse("office:run_start"), JUNE).status_code == 302
    assert reverse("office:run_start") in seen(client, "office:runs")


def test_a_partner_sees_their_own_job_and_no_other(world: OfficeWorld) -> None:
    partner = world.staff(Role.DEPARTMENT_PARTNER)
    client = Client()
    client.force_login(partner)
    with a_kind(same_by=None):
        own, other = asked(by=partner.acts_as), asked()
    assert "翻 north 地" in seen(client, "office:job", number=own)
    assert client.get(reverse("office:job", kwargs={"number": other})).status_code == 404
    assert client.post(reverse("office:job_cancel", kwargs={"number": other})).status_code == 404
    assert client.post(reverse("office:job_cancel", kwargs={"number": own})).status_code == 302


def test_the_list_takes_as_many_queries_for_many_jobs_as_for_few(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    seen(desk, "office:jobs")
    for more in (2, 30):
        for _ in range(more):
            asked()
        with django_assert_max_num_queries(60) as found:
            seen(desk, "office:jobs")
        counts.append(len(found.captured_queries))
    assert counts[0] == counts[1]


def test_the_list_goes_on_by_pages_and_is_narrowed(desk: Client) -> None:
    numbers = [asked() for _ in range(53)]
    first = seen(desk, "office:jobs")
    assert f"after={numbers[3]}" in first
    rest = desk.get(reverse("office:jobs"), {"after": numbers[3]}).content.decode()
    assert [f'/jobs/{number}/"' in rest for number in numbers[:4]] == [True, True, True, False]
    assert "没有符合条件的任务" in desk.get(reverse("office:jobs"), {"state": "done"}).content.decode()
    for odd in ("x" * 10_000, "-1", "９"):
        assert desk.get(reverse("office:jobs"), {"after": odd, "kind": odd, "state": odd}).status_code == 200


def test_a_run_tells_its_result_and_what_it_was_made_of(desk: Client, world: OfficeWorld) -> None:
    said = seen(desk, "office:run", run=world.run.id)
    assert all(words in said for words in ("2026-06 运行", "tiny@", world.run.result_hash[:16], "医疗费用结算明细"))
    assert "还没有可比较的月份" in seen(desk, "office:run_moved", run=world.before.id)
    assert "变动" in seen(desk, "office:run_moved", run=world.run.id)
    assert desk.get(reverse("office:run", kwargs={"run": "nobody"})).status_code == 404


def test_two_runs_stand_side_by_side(desk: Client, world: OfficeWorld) -> None:
    address = reverse("office:runs_compare")
    said = desk.get(address, {"first": world.before.id, "second": world.run.id}).content.decode()
    assert "的级别不同" in said
    assert "完全相同" in desk.get(address, {"first": world.run.id, "second": world.run.id}).content.decode()
    for wrong in ({}, {"first": world.run.id}, {"first": world.run.id, "second": "nobody"}):
        assert desk.get(address, wrong).status_code == 404


def test_the_runs_go_on_by_pages(desk: Client, world: OfficeWorld) -> None:
    said = seen(desk, "office:runs")
    first, second = Run.objects.order_by("-finished_at", "-pk")
    assert said.index(first.pk) < said.index(second.pk)
    rest = desk.get(reverse("office:runs"), {"after": f"{first.finished_at.isoformat()}_{first.pk}"}).content.decode()
    assert (f"/of/{first.pk}" in rest, f"/of/{second.pk}" in rest) == (False, True)
    assert desk.get(reverse("office:runs"), {"after": "yesterday"}).status_code == 400


def test_small_numbers_are_not_told_to_whom_households_are_not_shown(world: OfficeWorld) -> None:
    author = world.staff(Role.MODEL_AUTHOR)
    client = Client()
    client.force_login(author)
    assert "&lt;10" in seen(client, "office:runs")
    said = client.get(reverse("office:runs_compare"), {"first": world.before.id, "second": world.run.id}).content.decode()
    assert "少于 10 户" in said
