"""Keep levels, warnings, hits and evidence in partitions by month."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# ruff: noqa: S608 - every name in these statements is our own

SHARED = ("run_id", "household_key")
MOVED = {
    "monitoring_householdlevel": ("division", "level", "previous_level", "change", "score"),
    "monitoring_warning": (
        *("division", "level", "change", "cause", "score", "indicators", "reason_zh", "reason_en"),
        *("suppressed", "suppressed_by"),
    ),
    "monitoring_hit": ("person_key", "indicator", "value", "band", "points", "stale_months", "is_new"),
    "monitoring_evidence": ("person_key", "indicator", "feed", "delivery", "row_number", "event_on", "detail"),
}
POSITION = (
    "row_number() OVER (PARTITION BY before.run_id, before.household_key "
    "ORDER BY person_key, indicator, event_on, delivery, row_number, before.id)"
)


class CreatePartitionedModel(migrations.CreateModel):
    """A table without rows of its own, partitioned by month."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.sql_create_table += ' PARTITION BY LIST ("month")'
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        del schema_editor.sql_create_table


def set_aside(_apps: Any, schema_editor: Any) -> None:
    for table in MOVED:
        schema_editor.execute(f"CREATE TABLE {table}_before AS TABLE {table}")


def put_back(_apps: Any, schema_editor: Any) -> None:
    for table, columns in MOVED.items():
        names = ", ".join((*SHARED, *columns))
        schema_editor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {table}_before")
        schema_editor.execute(f"DROP TABLE {table}_before")


def move_in(apps: Any, schema_editor: Any) -> None:
    months = apps.get_model("monitoring", "Run").objects.order_by("month").values_list("month", flat=True).distinct()
    for table, columns in MOVED.items():
        for month in months:
            part = f"{table}_{month.replace('-', '_')}"
            schema_editor.execute(f"CREATE TABLE {part} PARTITION OF {table} FOR VALUES IN ('{month}')")
        known, rest = ", ".join(SHARED), ", ".join(columns)
        given = ", ".join((*(f"before.{name}" for name in SHARED), *columns))
        number, position = (", position", f", {POSITION}") if table == "monitoring_evidence" else ("", "")
        schema_editor.execute(
            f"INSERT INTO {table} (month, {known}, {rest}{number}) SELECT run.month, {given}{position} "
            f"FROM {table}_before before JOIN monitoring_run run ON run.id = before.run_id ORDER BY before.run_id, before.household_key"
        )
        schema_editor.execute(f"DROP TABLE {table}_before")


def move_out(_apps: Any, schema_editor: Any) -> None:
    for table, columns in MOVED.items():
        order = " ORDER BY run_id, household_key, position" if table == "monitoring_evidence" else ""
        names = ", ".join((*SHARED, *columns))
        schema_editor.execute(f"CREATE TABLE {table}_before AS SELECT {names} FROM {table}{order}")


def run() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="monitoring.run")


def key(*columns: str) -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey(*columns, "run_id", "month", blank=True, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0002_published_models_never_change")]

    operations = [
        migrations.AddField("run", "retired_at", models.DateTimeField(null=True)),
        migrations.AlterField("verdict", "verdict", models.CharField(max_length=24)),
        migrations.RunPython(set_aside, put_back),
        migrations.DeleteModel("HouseholdLevel"),
        migrations.DeleteModel("Warning"),
        migrations.DeleteModel("Hit"),
        migrations.DeleteModel("Evidence"),
        CreatePartitionedModel(
            name="HouseholdLevel",
            fields=[
                ("month", models.CharField(max_length=7)),
                ("household_key", models.BigIntegerField()),
                ("pk", key("household_key")),
                ("division", models.CharField(max_length=12)),
                ("level", models.SmallIntegerField()),
                ("previous_level", models.SmallIntegerField()),
                ("change", models.CharField(max_length=10)),
                ("score", models.BigIntegerField()),
                ("run", run()),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("level__gt", 0)), fields=["run", "division", "level"], name="levels_by_place")
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("level__gte", 0), ("level__lte", 4)), name="level_is_one_of_five")
                ],
            },
        ),
        CreatePartitionedModel(
            name="Warning",
            fields=[
                ("month", models.CharField(max_length=7)),
                ("household_key", models.BigIntegerField()),
                ("pk", key("household_key")),
                ("division", models.CharField(max_length=12)),
                ("level", models.SmallIntegerField()),
                ("change", models.CharField(max_length=10)),
                ("cause", models.CharField(max_length=40)),
                ("score", models.BigIntegerField()),
                ("indicators", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ("reason_zh", models.TextField()),
                ("reason_en", models.TextField()),
                ("suppressed", models.BooleanField()),
                ("suppressed_by", models.CharField(blank=True, max_length=200)),
                ("run", run()),
            ],
            options={"indexes": [models.Index(fields=["run", "suppressed", "division"], name="warnings_by_place")]},
        ),
        CreatePartitionedModel(
            name="Hit",
            fields=[
                ("month", models.CharField(max_length=7)),
                ("household_key", models.BigIntegerField()),
                ("pk", key("household_key", "person_key", "indicator")),
                ("person_key", models.BigIntegerField()),
                ("indicator", models.CharField(max_length=60)),
                ("value", models.BigIntegerField(null=True)),
                ("band", models.SmallIntegerField()),
                ("points", models.BigIntegerField()),
                ("stale_months", models.SmallIntegerField()),
                ("is_new", models.BooleanField()),
                ("run", run()),
            ],
        ),
        CreatePartitionedModel(
            name="Evidence",
            fields=[
                ("month", models.CharField(max_length=7)),
                ("household_key", models.BigIntegerField()),
                ("pk", key("household_key", "position")),
                ("position", models.IntegerField()),
                ("person_key", models.BigIntegerField()),
                ("indicator", models.CharField(max_length=60)),
                ("feed", models.CharField(max_length=60)),
                ("delivery", models.CharField(max_length=120)),
                ("row_number", models.BigIntegerField()),
                ("event_on", models.DateField(null=True)),
                ("detail", models.JSONField(default=dict)),
                ("run", run()),
            ],
        ),
        migrations.RunPython(move_in, move_out),
    ]
