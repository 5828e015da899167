"""Data-sharing agreements: what a department lets us have, why, where and until when."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from minsheng.domain.feeds import states


class SharingAgreement(models.Model):
    """What one department shares: datasets with their columns, for a purpose, for an area, from a day to a day (both included).

    `area` holds the telling digits of the division it covers. Who wrote it last and who put it in force are two people. `version` grows
    with every edit, so that a stale form is noticed; `reminded_at_days` is the last of the reminders that went out.
    """

    department = models.CharField(max_length=60)
    provider = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    document = models.CharField(max_length=120, blank=True)
    purpose = models.TextField()
    legal_basis = models.CharField(max_length=400)
    area = models.CharField(max_length=12)
    starts_on = models.DateField()
    expires_on = models.DateField()
    state = models.CharField(
        max_length=10, choices=[(state, label.en) for state, label in states.AGREEMENT_STATES.items()], default=states.DRAFT
    )
    renews = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renewals")
    version = models.IntegerField(default=1)
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=120)
    edited_at = models.DateTimeField()
    edited_by = models.CharField(max_length=120)
    in_force_at = models.DateTimeField(null=True)
    in_force_by = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)
    ended_reason = models.CharField(max_length=400, blank=True)
    reminded_at_days = models.SmallIntegerField(null=True)

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("state", "expires_on"), name="agreement_expiry"),)
        constraints = (
            models.CheckConstraint(condition=Q(expires_on__gte=F("starts_on")), name="agreement_is_forward"),
            models.CheckConstraint(condition=Q(area__regex=r"^[1-9][0-9]{1,11}$"), name="agreement_area_is_a_place"),
            models.CheckConstraint(
                condition=Q(state=states.DRAFT, in_force_by="") | (~Q(state=states.DRAFT) & ~Q(in_force_by="") & ~Q(document="")),
                name="agreement_in_force_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(in_force_by="") | (~Q(in_force_by=F("edited_by")) & ~Q(in_force_by=F("drafted_by"))), name="agreement_takes_two"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.ENDED) | (Q(ended_at__isnull=False) & ~Q(ended_reason="")), name="agreement_ended_for_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"


class AgreementDataset(models.Model):
    """One dataset of an agreement, and the columns of it that may be taken."""

    agreement = models.ForeignKey(SharingAgreement, on_delete=models.CASCADE, related_name="datasets")
    feed = models.CharField(max_length=60)
    columns = ArrayField(models.CharField(max_length=60))

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("feed",), name="agreement_feed"),)
        constraints = (models.UniqueConstraint(fields=("agreement", "feed"), name="agreement_names_a_feed_once"),)

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.feed}"
