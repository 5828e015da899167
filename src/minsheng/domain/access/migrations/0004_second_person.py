"""Let roles that see households, approve or administer wait for a second person."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F, Q

_BEFORE = "system:before-two-persons"


def keep_what_counts(apps: StateApps, _schema: BaseDatabaseSchemaEditor) -> None:
    """What was given on the pages before there was a second person goes on counting, and says so."""
    given = apps.get_model("access", "Grant").objects.filter(granted_by__startswith="user:")
    given.update(confirmed_by=_BEFORE, confirmed_at=F("granted_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_sealed_secrets"),
    ]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="awaiting",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="grant",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="confirmed_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.RunPython(keep_what_counts, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by="")
                | (Q(confirmed_at__isnull=False, awaiting=False) & ~Q(confirmed_by="") & ~Q(confirmed_by=F("granted_by"))),
                name="grant_confirmed_by_another",
            ),
        ),
    ]
