"""Deliveries, their alarms, and the months whose levels are out."""

from django.db import models
from django.db.models import F, Q

from minsheng.domain.feeds import states


class Delivery(models.Model):
    """One file of one department for one month, and its receipt.

    The receipt balances: read = accepted + duplicate + quarantined + out_of_area. `ledger` lists the lake files (path, sha256) that
    hold its rows about registry people: the first as resolved at receipt, later ones as people and decisions came. `department` is who
    sent it, which is what row-level security goes by; `agreement` is what it was taken under, null if none was on record.
    """

    id = models.CharField(primary_key=True, max_length=120)
    feed = models.CharField(max_length=60)
    department = models.CharField(max_length=60, blank=True, default="", db_default="")
    month = models.CharField(max_length=7)
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    arrived_on = models.DateField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=120)
    status = models.CharField(max_length=12, choices=[(state, label.en) for state, label in states.DELIVERY_STATES.items()])
    reasons = models.JSONField(default=list)
    read = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    duplicate = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    out_of_area = models.BigIntegerField(default=0)
    matched = models.BigIntegerField(default=0)
    in_review = models.BigIntegerField(default=0)
    outside = models.BigIntegerField(default=0)
    columns = models.JSONField(default=list)
    dropped_columns = models.JSONField(default=list)
    header_map = models.JSONField(default=dict)
    rejections = models.JSONField(default=dict)
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    amends = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="amendments")
    agreement = models.ForeignKey("feeds.SharingAgreement", null=True, on_delete=models.PROTECT, related_name="deliveries")
    clean_digest = models.CharField(max_length=64, blank=True)
    ledger = models.JSONField(default=list)
    resolved_epoch = models.BigIntegerField(default=0)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=120, blank=True)

    class Meta:
        """Lookups and constraints."""

        indexes = (
            models.Index(fields=("feed", "month", "status")),
            models.Index(fields=("sha256",)),
            models.Index(fields=("month",), name="delivery_month"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(read=F("accepted") + F("duplicate") + F("quarantined") + F("out_of_area")), name="receipt_balances"
            ),
            models.UniqueConstraint(
                fields=("feed", "month"), condition=Q(status=states.RECEIVED, amends__isnull=True), name="one_delivery_in_effect"
            ),
        )

    def __str__(self) -> str:
        return f"{self.id} ({self.status})"


class Alarm(models.Model):
    """Something about a delivery that a person has to look at before it moves anybody's level; `detail` holds its figures."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=40)
    text_zh = models.TextField()
    text_en = models.TextField()
    detail = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=120, blank=True)

    class Meta:
        """Lookups and constraints."""

        constraints = (models.UniqueConstraint(fields=("delivery", "kind"), name="one_alarm_of_a_kind"),)

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.kind}"


class ClosedMonth(models.Model):
    """A month whose levels are out: what is delivered for it from now on is late."""

    month = models.CharField(primary_key=True, max_length=7)
    closed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.month
