"""Files on their way in through the browser."""

from django.db import models
from django.db.models import F, Q

from minsheng.domain.access.models import User
from minsheng.domain.feeds import states
from minsheng.domain.feeds.models.deliveries import Delivery


class Upload(models.Model):
    """One file that somebody sends in pieces: how much of it has arrived, and what became of it.

    The bytes lie in the staging folder under the upload's id until the file is received or given up; `received_bytes` says how many of
    them count. `month` may be blank: the file itself may say which delivery its rows mend.
    """

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    feed = models.CharField(max_length=60)
    department = models.CharField(max_length=60)
    month = models.CharField(max_length=7, blank=True)
    filename = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    received_bytes = models.BigIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=[(state, label.en) for state, label in states.UPLOAD_STATES.items()], default=states.ARRIVING
    )
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    job = models.CharField(max_length=60, blank=True)
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.PROTECT, related_name="uploads")
    code = models.CharField(max_length=60, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("user", "-started_at"), name="upload_of_user"),)
        constraints = (
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="upload_has_a_size"),
            models.CheckConstraint(condition=Q(received_bytes__gte=0, received_bytes__lte=F("size_bytes")), name="upload_within_its_size"),
        )

    def __str__(self) -> str:
        return f"{self.filename}: {self.received_bytes} of {self.size_bytes}"
