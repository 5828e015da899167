"""Households counted once at every place and above it, for the pages."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0003_roll_by_month"),
    ]

    operations = [
        migrations.CreateModel(
            name="LevelTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("division", models.CharField(blank=True, max_length=12)),
                ("parent", models.CharField(blank=True, max_length=12)),
                ("level", models.SmallIntegerField()),
                ("households", models.IntegerField()),
                ("change", models.CharField(max_length=10)),
                ("run", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="monitoring.run")),
            ],
            options={
                "indexes": [models.Index(fields=["run", "parent"], name="level_tally_below")],
                "constraints": [models.UniqueConstraint(fields=("run", "division", "level", "change"), name="level_tally_once")],
            },
        ),
        migrations.CreateModel(
            name="TopicTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("division", models.CharField(blank=True, max_length=12)),
                ("parent", models.CharField(blank=True, max_length=12)),
                ("level", models.SmallIntegerField()),
                ("households", models.IntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("value", models.CharField(max_length=60)),
                ("run", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="monitoring.run")),
            ],
            options={
                "indexes": [models.Index(fields=["run", "parent", "kind"], name="topic_tally_below")],
                "constraints": [models.UniqueConstraint(fields=("run", "division", "kind", "value", "level"), name="topic_tally_once")],
            },
        ),
    ]
