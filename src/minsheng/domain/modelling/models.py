"""Drafts of models, every revision of them, and what they were found to do."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from minsheng.domain.modelling import states
from minsheng.domain.monitoring.models import PublishedModel, Run


class ModelDraft(models.Model):
    """A version in the making; it counts for nobody until another person approves it. `document`: canonical JSON of the newest revision."""

    name = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    base = models.ForeignKey(PublishedModel, on_delete=models.PROTECT, related_name="+")
    document = models.TextField()
    revision = models.IntegerField(default=1)
    state = models.CharField(max_length=12, choices=[(state, label.en) for state, label in states.STATES.items()], default=states.DRAFT)
    author = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)
    changed_at = models.DateTimeField()
    reason = models.CharField(max_length=1000, blank=True)
    from_month = models.CharField(max_length=7, blank=True)
    proposed_by = models.CharField(max_length=120, blank=True)
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=1000, blank=True)
    published = models.ForeignKey(PublishedModel, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Lookups and constraints."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=("state", "name"))]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(state__in=(states.APPROVED, states.REFUSED))
                | (~Q(decided_by="") & ~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("author"))),
                name="draft_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=states.APPROVED, published__isnull=False) | (~Q(state=states.APPROVED) & Q(published__isnull=True)),
                name="draft_approved_is_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}@{self.version} (revision {self.revision}, {self.state})"


class DraftRevision(models.Model):
    """One saved state of a draft, kept so that any can be taken up again."""

    draft = models.ForeignKey(ModelDraft, on_delete=models.CASCADE, related_name="revisions")
    number = models.IntegerField()
    document = models.TextField()
    saved_by = models.CharField(max_length=120)
    saved_at = models.DateTimeField()

    class Meta:
        """Constraints."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("draft", "number"), name="draft_revision_once")
        ]

    def __str__(self) -> str:
        return f"revision {self.number}"


class DraftStep(models.Model):
    """Something that happened to a draft: the event, by whom, of which revision, and what was said to it."""

    draft = models.ForeignKey(ModelDraft, on_delete=models.CASCADE, related_name="steps")
    event = models.CharField(max_length=40)
    revision = models.IntegerField()
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        """Lookups."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=("draft", "id"), name="steps_of_draft")]

    def __str__(self) -> str:
        return f"{self.event} by {self.by}"


class DraftSimulation(models.Model):
    """What a revision would have done to a month that was run: figures only, never a household."""

    draft = models.ForeignKey(ModelDraft, on_delete=models.CASCADE, related_name="simulations")
    revision = models.IntegerField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField()
    simulated_by = models.CharField(max_length=120)
    simulated_at = models.DateTimeField()

    class Meta:
        """Lookups."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=("draft", "revision"))]

    def __str__(self) -> str:
        return f"revision {self.revision} on {self.run_id}"


class SimulatedMove(models.Model):
    """A household that a simulation moves; seen by those who see the household."""

    simulation = models.ForeignKey(DraftSimulation, on_delete=models.CASCADE, related_name="moves", db_index=False)
    household_key = models.BigIntegerField()
    division = models.CharField(max_length=12, blank=True)
    before = models.SmallIntegerField()
    after = models.SmallIntegerField()
    score_before = models.BigIntegerField()
    score_after = models.BigIntegerField()
    indicators = models.JSONField(default=list)

    class Meta:
        """Constraints."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("simulation", "household_key"), name="simulated_move_once")
        ]

    def __str__(self) -> str:
        return f"{self.household_key}: {self.before} to {self.after}"
