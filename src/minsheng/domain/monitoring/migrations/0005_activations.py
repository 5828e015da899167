"""From which month an approved version counts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0004_tallies"),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelActivation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("from_month", models.CharField(max_length=7)),
                ("activated_at", models.DateTimeField()),
                ("activated_by", models.CharField(max_length=120)),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="activations", to="monitoring.publishedmodel"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("model",), name="model_activated_once")],
            },
        ),
    ]
