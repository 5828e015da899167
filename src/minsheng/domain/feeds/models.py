"""Deliveries, their alarms, and the questions of identity they raised."""

from django.db import models
from django.db.models import F, Q

from minsheng.domain.feeds import states


class Delivery(models.Model):
    """One file of one department for one month, and its receipt.

    The receipt balances: read = accepted + duplicate + quarantined + out_of_area. `ledger` lists the lake files (path, sha256) that
    hold its rows about registry people: the first as resolved at receipt, later ones as people and decisions came.
    """

    id = models.CharField(primary_key=True, max_length=120)
    feed = models.CharField(max_length=60)
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
    clean_digest = models.CharField(max_length=64, blank=True)
    ledger = models.JSONField(default=list)
    resolved_epoch = models.BigIntegerField(default=0)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=120, blank=True)

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("feed", "month", "status")), models.Index(fields=("sha256",)))
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
    """Something about a delivery that a person has to look at before it moves anybody's level."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=40)
    text_zh = models.TextField()
    text_en = models.TextField()
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=120, blank=True)

    class Meta:
        """Lookups and constraints."""

        constraints = (models.UniqueConstraint(fields=("delivery", "kind"), name="one_alarm_of_a_kind"),)

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.kind}"


class IdentityCase(models.Model):
    """A delivered identity that a person has to decide: who is it, or is it nobody we know?

    `subject` is a keyed hash of the identity as delivered, so that the same question is asked once, whatever delivery brings it.
    """

    subject = models.BinaryField(max_length=16, unique=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="cases")
    row_number = models.BigIntegerField()
    reason = models.CharField(max_length=30)
    delivered_name = models.CharField(max_length=120, blank=True)
    delivered_number = models.BinaryField(null=True)
    delivered_birth_on = models.DateField(null=True)
    candidates = models.JSONField(default=list)
    state = models.CharField(
        max_length=10, choices=[(state, label.en) for state, label in states.CASE_STATES.items()], default=states.PENDING
    )
    person_key = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("state", "id")),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state=states.LINKED, person_key__isnull=False) | (~Q(state=states.LINKED) & Q(person_key__isnull=True)),
                name="linked_names_a_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.reason} ({self.state})"


class IdentityDecision(models.Model):
    """Every decision ever made on a delivered identity, by a person or by sure linkage; the newest holds."""

    subject = models.BinaryField(max_length=16)
    person_key = models.BigIntegerField(null=True)
    method = models.CharField(max_length=20, choices=[("person", "decided by a person"), ("linkage", "sure probabilistic link")])
    probability = models.FloatField(null=True)
    reason = models.CharField(max_length=400, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        """Lookups and constraints."""

        constraints = (models.UniqueConstraint(fields=("subject",), condition=Q(replaced_at__isnull=True), name="one_decision_holds"),)

    def __str__(self) -> str:
        return f"{self.method}: {self.person_key}"


class IdentityEpoch(models.Model):
    """Counts the changes of identity decisions, so that ledgers know when they are behind."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)

    class Meta:
        """Lookups and constraints."""

        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_epoch_row"),)

    def __str__(self) -> str:
        return str(self.number)


class ClosedMonth(models.Model):
    """A month whose levels are out: what is delivered for it from now on is late."""

    month = models.CharField(primary_key=True, max_length=7)
    closed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.month
