"""Questions of who a delivered row is about, and what was decided."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from minsheng.domain.audit.tracking import keeps_history
from minsheng.domain.feeds import states
from minsheng.domain.feeds.models.deliveries import Delivery


@keeps_history(without=["delivered_number", "claimed_by", "claimed_until"], from_birth=True)
class IdentityCase(models.Model):
    """A delivered identity that a person has to decide: who is it, or is it nobody we know?

    `subject` is a keyed hash of the identity as delivered, so that the same question is asked once, whatever delivery brings it.
    `candidate_keys` are the candidates' people, for row-level security; whoever has the case before them holds it until `claimed_until`.
    """

    subject = models.BinaryField(max_length=16, unique=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="cases")
    row_number = models.BigIntegerField()
    reason = models.CharField(max_length=30)
    delivered_name = models.CharField(max_length=120, blank=True)
    delivered_number = models.BinaryField(null=True)
    delivered_birth_on = models.DateField(null=True)
    delivered_sex = models.CharField(max_length=6, blank=True, default="")
    delivered_division = models.CharField(max_length=12, blank=True, default="")
    delivered_phone_index = models.BinaryField(max_length=16, null=True)
    candidate_keys = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    candidates = models.JSONField(default=list)
    state = models.CharField(
        max_length=10, choices=[(state, label.en) for state, label in states.CASE_STATES.items()], default=states.PENDING
    )
    person_key = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    claimed_by = models.CharField(max_length=120, blank=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        """Lookups and constraints."""

        indexes = (
            models.Index(fields=("state", "id")),
            models.Index(fields=("decided_by", "-decided_at"), name="identity_decided_by"),
            models.Index(fields=("claimed_by",), condition=~Q(claimed_by=""), name="identity_claimed_by"),
        )
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
