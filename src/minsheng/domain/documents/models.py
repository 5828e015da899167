"""What is known of a document; its bytes lie sealed in the lake."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from minsheng.domain.registry.models import Household


class Document(models.Model):
    """A file kept for a household, and who put it there; withdrawn, only this line of it stays.

    `kind` is one of `kinds.Kind`, `title` what whoever kept it called it, `media` what its bytes say it is, `size` in bytes, `sha256`
    that of the clear bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=80, blank=True)
    media = models.CharField(max_length=40)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    kept_on = models.DateField()
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=160)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=160, blank=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        """Constraints."""

        constraints = (
            models.UniqueConstraint(
                fields=("household", "sha256"), condition=Q(withdrawn_at__isnull=True), name="document_is_kept_once_for_a_household"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_has_bytes"),
        )

    def __str__(self) -> str:
        return f"document {self.id} of household {self.household_id}"
