"""The event log."""

from django.db import models


class Event(models.Model):
    """One thing that happened; never changed, never removed (a database trigger refuses both)."""

    name = models.CharField(max_length=80)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("subject", "at")), models.Index(fields=("name", "at")))
        constraints = (models.CheckConstraint(condition=models.Q(name__regex=r"^[a-z_]+(\.[a-z_]+)+$"), name="event_name_is_dotted"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.name} {self.subject} by {self.by}"
