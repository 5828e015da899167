"""Published models, runs, and what people act on.

The *roll* is what a run says of every household: levels, warnings, hits and evidence, each table partitioned by month.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Substr

from minsheng.domain.access.models import User
from minsheng.domain.monitoring import states

_LEVEL = Q(level__gte=0, level__lte=4)
A_LEVEL = 1_000_000_000_000
"""More than any score in millionths of a point."""
_A_MONTH = 10 * A_LEVEL
_LAST_ORDINAL = 36_000
"""Later than any month, counted since year 0."""


def _urgency() -> CombinedExpression:
    return Cast(F("level"), models.BigIntegerField()) * A_LEVEL + F("score")


def _ordinal(month: str) -> CombinedExpression:
    year, number = (Cast(Substr(month, start, length), models.BigIntegerField()) for start, length in ((1, 4), (6, 2)))
    return year * 12 + number - 1


class StandingVerdicts(models.Manager["Verdict"]):
    """Verdicts that count: those nobody has withdrawn."""

    def get_queryset(self) -> "models.QuerySet[Verdict]":
        """Without the withdrawn ones."""
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class PublishedModel(models.Model):
    """A model as published: its document never changes (a database trigger refuses it)."""

    id = models.CharField(primary_key=True, max_length=120)
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    document = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=120)

    class Meta:
        """Lookups and constraints."""

        constraints = (models.UniqueConstraint(fields=("name", "version"), name="one_model_a_version"),)

    def __str__(self) -> str:
        return self.id


class ModelActivation(models.Model):
    """From which month an approved version counts; a version without one counts from the beginning. Never changed, only followed."""

    name = models.CharField(max_length=60)
    model = models.ForeignKey(PublishedModel, on_delete=models.PROTECT, related_name="activations")
    from_month = models.CharField(max_length=7)
    activated_at = models.DateTimeField()
    activated_by = models.CharField(max_length=120)

    class Meta:
        """Lookups and constraints."""

        constraints = (models.UniqueConstraint(fields=("model",), name="model_activated_once"),)

    def __str__(self) -> str:
        return f"{self.model_id} from {self.from_month}"


class Run(models.Model):
    """One finished monthly run; of those of a model and month, one is current."""

    id = models.CharField(primary_key=True, max_length=64)
    month = models.CharField(max_length=7)
    model = models.ForeignKey(PublishedModel, on_delete=models.PROTECT)
    model_name = models.CharField(max_length=60)
    current = models.BooleanField()
    result_hash = models.CharField(max_length=64)
    summary = models.JSONField()
    finished_at = models.DateTimeField()
    run_by = models.CharField(max_length=120)
    retired_at = models.DateTimeField(null=True)
    """Since when the run's levels and warnings stand only in the lake."""

    class Meta:
        """Lookups and constraints."""

        constraints = (models.UniqueConstraint(fields=("month", "model_name"), condition=Q(current=True), name="one_current_run"),)

    def __str__(self) -> str:
        return f"{self.model_id} {self.month}"


class OfAMonth(models.Model):
    """A row of the roll, kept in its month's partition; `month` is that of its run, which every query names beside the run.

    The database does not check `run` row by row, which would take four times as long as the rows themselves: they come with
    their run, in one transaction, and a run is never removed.
    """

    month = models.CharField(max_length=7)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    household_key = models.BigIntegerField()

    class Meta:
        """No table of its own."""

        abstract = True


class HouseholdLevel(OfAMonth):
    """A household's level in a run. `score` is in millionths of a point."""

    pk = models.CompositePrimaryKey("household_key", "run_id", "month")
    division = models.CharField(max_length=12)
    level = models.SmallIntegerField()
    previous_level = models.SmallIntegerField()
    change = models.CharField(max_length=10)
    score = models.BigIntegerField()

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("run", "division", "level"), condition=Q(level__gt=0), name="levels_by_place"),)
        constraints = (models.CheckConstraint(condition=_LEVEL, name="level_is_one_of_five"),)

    def __str__(self) -> str:
        return f"{self.household_key}: {self.level}"


class Warning(OfAMonth):
    """A household that somebody should look at, with the sentences that say why; suppressed ones are kept with their reason."""

    pk = models.CompositePrimaryKey("household_key", "run_id", "month")
    division = models.CharField(max_length=12)
    level = models.SmallIntegerField()
    change = models.CharField(max_length=10)
    cause = models.CharField(max_length=40)
    score = models.BigIntegerField()
    indicators = ArrayField(models.CharField(max_length=60))
    reason_zh = models.TextField()
    reason_en = models.TextField()
    suppressed = models.BooleanField()
    suppressed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("run", "suppressed", "division"), name="warnings_by_place"),)

    def __str__(self) -> str:
        return f"{self.household_key}: {self.level} {self.change}"


class Hit(OfAMonth):
    """One indicator that spoke for one person of a household that has, had, or lost a level."""

    pk = models.CompositePrimaryKey("household_key", "person_key", "indicator", "run_id", "month")
    person_key = models.BigIntegerField()
    indicator = models.CharField(max_length=60)
    value = models.BigIntegerField(null=True)
    band = models.SmallIntegerField()
    points = models.BigIntegerField()
    stale_months = models.SmallIntegerField()
    is_new = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.household_key}/{self.person_key}: {self.indicator}"


class Evidence(OfAMonth):
    """A department record behind a hit: delivery and row number of its original file; `position` counts a household's from 1."""

    pk = models.CompositePrimaryKey("household_key", "position", "run_id", "month")
    position = models.IntegerField()
    person_key = models.BigIntegerField()
    indicator = models.CharField(max_length=60)
    feed = models.CharField(max_length=60)
    delivery = models.CharField(max_length=120)
    row_number = models.BigIntegerField()
    event_on = models.DateField(null=True)
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.delivery}:{self.row_number}"


class Verdict(models.Model):
    """What a worker found at a warned household. What it says never changes; a later one stands beside it.

    Those given together in the office share a `batch`, which may be withdrawn as a whole for some minutes; it then counts nowhere.
    """

    household_key = models.BigIntegerField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT)
    verdict = models.CharField(max_length=24)
    given_on = models.DateField()
    given_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    note = models.CharField(max_length=1000, blank=True)
    batch = models.CharField(max_length=32, blank=True, default="", db_default="")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    objects = models.Manager()
    standing = StandingVerdicts()

    class Meta:
        """Lookups and constraints."""

        indexes = (
            models.Index(fields=("household_key", "given_on")),
            models.Index(fields=("batch",), condition=~Q(batch=""), name="verdicts_of_a_batch"),
            models.Index(fields=("given_by", "-recorded_at"), condition=~Q(batch=""), name="verdicts_given_together"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("household_key", "run", "given_on"), condition=Q(withdrawn_at__isnull=True), name="one_verdict_a_day"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="verdict_withdrawn_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.household_key}: {self.verdict}"


class OfATally(models.Model):
    """Households of a run counted at a place, and at every place above it: what pages show without counting again.

    `parent` is the place directly above (blank for a province, and for households without a place, whose division is blank too).
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, db_index=False)
    division = models.CharField(max_length=12, blank=True)
    parent = models.CharField(max_length=12, blank=True)
    level = models.SmallIntegerField()
    households = models.IntegerField()

    class Meta:
        """No table of its own."""

        abstract = True


class LevelTally(OfATally):
    """Households at a level with a change."""

    change = models.CharField(max_length=10)

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("run", "parent"), name="level_tally_below"),)
        constraints = (models.UniqueConstraint(fields=("run", "division", "level", "change"), name="level_tally_once"),)

    def __str__(self) -> str:
        return f"{self.division or '-'}: {self.households} at {self.level}, {self.change}"


class TopicTally(OfATally):
    """Households with a level by what they were found by, and warnings by whether they go out.

    `kind` is `dimension` or `indicator` (`value` its id; a household counts once for each), or `warning` (`out` or `suppressed`).
    """

    kind = models.CharField(max_length=10)
    value = models.CharField(max_length=60)

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("run", "parent", "kind"), name="topic_tally_below"),)
        constraints = (models.UniqueConstraint(fields=("run", "division", "kind", "value", "level"), name="topic_tally_once"),)

    def __str__(self) -> str:
        return f"{self.division or '-'}: {self.households} at {self.level} by {self.kind} {self.value}"


class DeskWarning(models.Model):
    """A warning as it stands at a month's run: one of that run's, or an earlier one of its line whose household still has a level.

    Made when a run is published, and kept up by verdicts and marks. `since` is the month since which the household was warned of without
    an answer between; the sentences are those of `warned_run` in `warned_month`. Level, change and score are the month's own. The three
    numbers that lists are sorted by hold score beneath level, and level and score beneath a month.
    """

    pk = models.CompositePrimaryKey("run_id", "household_key")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    household_key = models.BigIntegerField()
    division = models.CharField(max_length=12)
    level = models.SmallIntegerField()
    score = models.BigIntegerField()
    change = models.CharField(max_length=10)
    cause = models.CharField(max_length=40)
    indicators = ArrayField(models.CharField(max_length=60))
    since = models.CharField(max_length=7)
    warned_month = models.CharField(max_length=7)
    warned_run = models.CharField(max_length=64)
    status = models.CharField(max_length=10)
    verdict = models.CharField(max_length=24, blank=True)
    touched_at = models.DateTimeField()
    touched_by = models.CharField(max_length=120)
    noted_at = models.DateTimeField(null=True)
    noted_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    urgency = models.GeneratedField(expression=_urgency(), output_field=models.BigIntegerField(), db_persist=True)
    freshness = models.GeneratedField(
        expression=_ordinal("warned_month") * _A_MONTH + _urgency(), output_field=models.BigIntegerField(), db_persist=True
    )
    patience = models.GeneratedField(
        expression=(_LAST_ORDINAL - _ordinal("since")) * _A_MONTH + _urgency(), output_field=models.BigIntegerField(), db_persist=True
    )

    class Meta:
        """Lookups and constraints."""

        indexes = (
            models.Index(fields=("run", "status", "-urgency", "-household_key"), name="desk_by_urgency"),
            models.Index(fields=("run", "status", "-freshness", "-household_key"), name="desk_by_freshness"),
            models.Index(fields=("run", "status", "-patience", "-household_key"), name="desk_by_patience"),
            models.Index(fields=("run", "status", "division", "-urgency", "-household_key"), name="desk_by_place"),
            models.Index(fields=("run", "-urgency", "-household_key"), name="desk_in_every_status"),
            models.Index(
                fields=("run", "status", "level", "division", "household_key"),
                include=("since", "change", "cause", "score", "warned_month", "noted_at", "verdict", "indicators"),
                name="desk_by_level",
            ),
            models.Index(fields=("household_key", "month"), name="desk_of_household"),
        )
        constraints = (
            models.CheckConstraint(condition=_LEVEL, name="desk_level_is_one_of_five"),
            models.CheckConstraint(condition=Q(status__in=list(states.DESK)), name="desk_status_is_known"),
            models.CheckConstraint(condition=Q(since__lte=F("month"), warned_month__lte=F("month")), name="desk_warned_by_then"),
            models.CheckConstraint(
                condition=Q(noted_at__isnull=True, noted_by="") | (Q(noted_at__isnull=False) & ~Q(noted_by="")),
                name="desk_noted_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.household_key} in {self.month}: {self.level} {self.status}"


class SavedFilter(models.Model):
    """A list's filter as one user named it: the part of its address that says what is shown."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=600)
    saved_at = models.DateTimeField()

    class Meta:
        """Constraints."""

        constraints = (
            models.UniqueConstraint(fields=("user", "name"), name="saved_filter_has_one_name"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_filter_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name
