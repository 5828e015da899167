"""The event log and the chain that makes it tamper-evident.

What is here is only ever added to: triggers of the database refuse changes, removals and TRUNCATE, and write the chain at commit.
"""

from django.db import models
from django.db.models import Q

HASH_BYTES = 32


class Event(models.Model):
    """One thing that happened, or one look at somebody.

    `by` did it, `purpose` says why, `origin` from where (an address and a digest of the session), `division` is the twelve-digit code of
    the place it concerns, empty for the whole installation. Every column is part of what the chain hashes.
    """

    name = models.CharField(max_length=80)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    purpose = models.TextField(blank=True, default="")
    origin = models.TextField(blank=True, default="")
    division = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        """Lookups and constraints."""

        indexes = (
            models.Index(fields=("subject", "at")),
            models.Index(fields=("name", "at")),
            models.Index(fields=("by", "at", "id"), name="audit_event_by_whom"),
            models.Index(fields=("at", "id"), name="audit_event_in_time"),
            models.Index(fields=("division", "at"), name="audit_event_where", opclasses=("varchar_pattern_ops", "timestamptz_ops")),
        )
        constraints = (
            models.CheckConstraint(condition=Q(name__regex=r"^[a-z_]+(\.[a-z_]+)+$"), name="event_name_is_dotted"),
            models.CheckConstraint(condition=Q(division__regex=r"^([0-9]{12})?$"), name="event_division_is_a_code"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.name} {self.subject} by {self.by}"


class Link(models.Model):
    """One entry's place in the chain; written by the database alone, at commit."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField(unique=True)
    previous_hash = models.BinaryField(max_length=HASH_BYTES)
    hash = models.BinaryField(max_length=HASH_BYTES)

    class Meta:
        """Constraints."""

        constraints = (models.CheckConstraint(condition=Q(position__gt=0), name="link_position_is_positive"),)

    def __str__(self) -> str:
        return f"{self.position}: entry {self.entry}"


class Head(models.Model):
    """Where the chain ends, so that a cut tail shows; one row, moved by the database alone."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=HASH_BYTES)

    class Meta:
        """Constraints."""

        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_audit_head"),)

    def __str__(self) -> str:
        return str(self.position)
