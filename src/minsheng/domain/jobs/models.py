"""Jobs and their log."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from minsheng.domain.jobs import states


class Job(models.Model):
    """A piece of work that somebody, or the timetable, asked for.

    `arguments` hold no personal data. Of living jobs of a kind that are the same (`same_as`, if it says anything), there is one. `attempts`
    tells which worker's word counts; `heartbeat_at` is when that worker last showed that it lives, `moved_at` when the work last moved.
    """

    kind = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    same_as = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=[(name, label.en) for name, label in states.STATES.items()])
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    queued_as = models.BigIntegerField(null=True)
    attempts = models.SmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=120, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    cancel_asked_at = models.DateTimeField(null=True)
    cancel_asked_by = models.CharField(max_length=120, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    link_route = models.CharField(max_length=80, blank=True)
    link = models.JSONField(default=dict)

    class Meta:
        """Lookups and constraints."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=("state", "asked_at"), name="jobs_by_state"),
            models.Index(fields=("kind", "id"), name="jobs_by_kind"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="job_state_is_known"),
            models.CheckConstraint(condition=~Q(state__in=states.AT_WORK) | Q(heartbeat_at__isnull=False), name="job_at_work_shows_life"),
            models.CheckConstraint(condition=Q(state__in=states.LIVING) | Q(finished_at__isnull=False), name="job_ended_at_some_time"),
            models.UniqueConstraint(
                fields=("kind", "same_as"), condition=Q(state__in=states.LIVING) & ~Q(same_as=""), name="one_living_job_of_the_same"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.state}"


class JobEntry(models.Model):
    """A line of a job's log: what happened (a state it came to, or a step it finished), with what it concerned."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    what = models.CharField(max_length=20)
    detail = models.CharField(max_length=400, blank=True)
    by = models.CharField(max_length=120, blank=True)

    class Meta:
        """Lookups."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=("job", "id"), name="entries_of_job")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.what} {self.detail}"
