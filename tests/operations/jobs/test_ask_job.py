"""Asking for a job: it waits in its queue, once, with its event; who may not start its kind is refused."""

import pytest
from django.db import transaction
from django.utils import timezone

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.access.viewers import NotAllowed, viewer_of
from minsheng.domain.jobs import queries
from minsheng.domain.jobs.kinds import NoSuchKind, WrongArguments
from minsheng.domain.jobs.models import Job
from minsheng.domain.jobs.operations import AlreadyAsked, ask_job, ask_job_as, cancel_job
from tests.operations.jobs.made_up import BY, a_kind, asked, events, queued
from tests.staff import somebody

pytestmark = pytest.mark.django_db


def test_a_job_waits_in_its_queue_under_its_title_in_both_languages() -> None:
    with a_kind(queue="months"):
        job = asked()
    shown = queries.job_numbered(job, at=timezone.now())
    assert (shown.state, shown.title.zh, shown.title.en, shown.asked_by) == ("waiting", "翻 north 地", "Dig north", BY)
    assert (queued(job), events(job)) == ([("months", "todo")], ["job.asked"])


def test_what_the_caller_rolls_back_was_never_asked() -> None:
    with a_kind(), transaction.atomic():
        job = asked()
        transaction.set_rollback(True)
    assert not Job.objects.filter(pk=job).exists()
    assert queued(job) == []


def test_the_same_job_is_not_asked_for_twice_while_it_is_to_end() -> None:
    with a_kind():
        job = asked()
        with pytest.raises(AlreadyAsked) as refused:
            asked()
        assert refused.value.job == job
        other = asked({"field": "south"})
        cancel_job(job=job, by=BY, at=timezone.now())
        assert asked() not in (job, other)


def test_jobs_that_are_never_the_same_may_wait_together() -> None:
    with a_kind(same_by=None):
        assert asked() != asked()


def test_unknown_kinds_and_arguments_are_refused() -> None:
    with pytest.raises(NoSuchKind):
        ask_job(kind="fly", arguments={}, by=BY, at=timezone.now())
    with a_kind():
        for arguments in ({}, {"field": "north", "depth": 3}):
            with pytest.raises(WrongArguments):
                ask_job(kind="dig", arguments=arguments, by=BY, at=timezone.now())


def as_web(who: User, *area: str) -> int:
    with bound_to(who.pk):
        return ask_job_as(viewer=viewer_of(who), kind="dig", arguments={"field": "north"}, at=timezone.now(), area=area)


def test_what_concerns_the_whole_installation_is_asked_for_by_who_answers_for_all_of_it() -> None:
    county, province = somebody(Role.MONITOR, "999001"), somebody(Role.MONITOR, "99")
    with a_kind(throughout=True, same_by=None):
        for who, area in ((county, ()), (county, ("999001", "999002")), (county, ("9990",)), (province, ("99", "98"))):
            with pytest.raises(NotAllowed):
                as_web(who, *area)
        assert as_web(county, "999001") and as_web(county, "999001002") and as_web(province) and as_web(province, "999001", "999002")


def test_the_web_asks_for_whom_may_start_the_kind_and_shows_it_to_whom_may_see_runs() -> None:
    monitor, author, township = somebody(Role.MONITOR), somebody(Role.MODEL_AUTHOR), somebody(Role.TOWNSHIP_OFFICER)
    with a_kind():
        job = as_web(monitor)
        for who in (author, township):
            with pytest.raises(NotAllowed):
                as_web(who)
    seen = {}
    for who in (monitor, author, township):
        with bound_to(who.pk):
            seen[who.pk] = [one.number for one in queries.jobs_page(at=timezone.now(), limit=10)]
    assert seen == {monitor.pk: [job], author.pk: [job], township.pk: []}


def test_the_web_cancels_what_is_its_users_to_cancel() -> None:
    monitor, author, county = somebody(Role.MONITOR, "99"), somebody(Role.MODEL_AUTHOR), somebody(Role.MONITOR)
    with a_kind():
        job = as_web(somebody(Role.MONITOR, "999002"))
    for other in (author, county):
        with bound_to(other.pk):
            assert not Job.objects.filter(pk=job).update(note="changed")
    with bound_to(author.pk):
        assert not Job.objects.filter(pk=job).update(note="changed")
    with bound_to(monitor.pk):
        assert cancel_job(job=job, by=viewer_of(monitor).acts_as, at=timezone.now()) == "cancelled"
    assert queued(job) == [("short", "cancelled")]
