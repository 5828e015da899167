"""Keep what waits for somebody after each run; let verdicts given together be withdrawn; let users save filters."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Substr

A_LEVEL = 1_000_000_000_000
A_MONTH = 10 * A_LEVEL
LAST_ORDINAL = 36_000


def urgency() -> CombinedExpression:
    return Cast(F("level"), models.BigIntegerField()) * A_LEVEL + F("score")


def ordinal(month: str) -> CombinedExpression:
    year, number = (Cast(Substr(month, start, length), models.BigIntegerField()) for start, length in ((1, 4), (6, 2)))
    return year * 12 + number - 1


def sorted_by(expression: CombinedExpression) -> models.GeneratedField:
    return models.GeneratedField(db_persist=True, expression=expression, output_field=models.BigIntegerField())


STAND = """
WITH earlier AS (SELECT * FROM monitoring_deskwarning WHERE run_id = %(before)s),
unanswered AS (SELECT household_key, since FROM earlier WHERE status = 'open')
INSERT INTO monitoring_deskwarning (run_id, month, household_key, division, level, score, change, cause, indicators, since, warned_month,
  warned_run, status, verdict, touched_at, touched_by)
SELECT warning.run_id, warning.month, warning.household_key, warning.division, warning.level, warning.score, warning.change,
  warning.cause, warning.indicators, CASE WHEN warning.suppressed THEN warning.month ELSE coalesce(unanswered.since, warning.month) END,
  warning.month, warning.run_id, CASE WHEN warning.suppressed THEN 'held_back' ELSE 'open' END, '', run.finished_at, run.run_by
FROM monitoring_warning warning JOIN monitoring_run run ON run.id = warning.run_id LEFT JOIN unanswered USING (household_key)
WHERE warning.month = %(month)s AND warning.run_id = %(run)s
UNION ALL
SELECT roll.run_id, roll.month, household_key, roll.division, roll.level, roll.score, roll.change, 'standing', earlier.indicators,
  earlier.since, earlier.warned_month, earlier.warned_run, earlier.status, earlier.verdict, run.finished_at, run.run_by
FROM earlier JOIN monitoring_householdlevel roll USING (household_key) JOIN monitoring_run run ON run.id = roll.run_id
WHERE roll.month = %(month)s AND roll.run_id = %(run)s AND roll.level > 0 AND NOT EXISTS (
  SELECT 1 FROM monitoring_warning warning
  WHERE warning.month = %(month)s AND warning.run_id = %(run)s AND warning.household_key = earlier.household_key)
"""
ANSWER = """
UPDATE monitoring_deskwarning desk SET status = 'answered', verdict = given.verdict
FROM (
  SELECT DISTINCT ON (found.household_key, visited.month) found.household_key, visited.month, found.verdict
  FROM monitoring_verdict found JOIN monitoring_run visited ON visited.id = found.run_id
  WHERE visited.model_name = %(line)s AND visited.month >= %(month)s
  ORDER BY found.household_key, visited.month, found.given_on DESC, found.id DESC
) given
WHERE desk.run_id = %(run)s AND desk.household_key = given.household_key AND given.month >= desk.warned_month
"""
FIXED = """
CREATE FUNCTION monitoring_verdict_says_the_same() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (new.household_key, new.run_id, new.verdict, new.given_on, new.given_by, new.recorded_at, new.note, new.batch)
    IS DISTINCT FROM (old.household_key, old.run_id, old.verdict, old.given_on, old.given_by, old.recorded_at, old.note, old.batch)
    OR old.withdrawn_at IS NOT NULL
  THEN RAISE EXCEPTION 'what a verdict says never changes'; END IF;
  RETURN new;
END $$;
CREATE TRIGGER monitoring_verdict_fixed BEFORE UPDATE ON monitoring_verdict
  FOR EACH ROW EXECUTE FUNCTION monitoring_verdict_says_the_same();
"""
LOOSE = "DROP TRIGGER monitoring_verdict_fixed ON monitoring_verdict; DROP FUNCTION monitoring_verdict_says_the_same();"


def stand(apps: Any, schema_editor: Any) -> None:
    """Put the warnings of every current run on the desk, month by month, as publishing does from now on."""
    runs = apps.get_model("monitoring", "Run").objects.filter(current=True, retired_at__isnull=True).order_by("month")
    before: dict[str, str] = {}
    for run in runs:
        words = {"run": run.pk, "month": run.month, "line": run.model_name, "before": before.get(run.model_name, "")}
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(STAND, words)
            cursor.execute(ANSWER, words)
        before[run.model_name] = run.pk


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0005_activations"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="DeskWarning",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("run_id", "household_key", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "run",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="monitoring.run"),
                ),
                ("month", models.CharField(max_length=7)),
                ("household_key", models.BigIntegerField()),
                ("division", models.CharField(max_length=12)),
                ("level", models.SmallIntegerField()),
                ("score", models.BigIntegerField()),
                ("change", models.CharField(max_length=10)),
                ("cause", models.CharField(max_length=40)),
                ("indicators", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ("since", models.CharField(max_length=7)),
                ("warned_month", models.CharField(max_length=7)),
                ("warned_run", models.CharField(max_length=64)),
                ("status", models.CharField(max_length=10)),
                ("verdict", models.CharField(blank=True, max_length=24)),
                ("touched_at", models.DateTimeField()),
                ("touched_by", models.CharField(max_length=120)),
                ("noted_at", models.DateTimeField(null=True)),
                ("noted_by", models.CharField(blank=True, db_default="", default="", max_length=120)),
                ("urgency", sorted_by(urgency())),
                ("freshness", sorted_by(ordinal("warned_month") * A_MONTH + urgency())),
                ("patience", sorted_by((LAST_ORDINAL - ordinal("since")) * A_MONTH + urgency())),
            ],
        ),
        migrations.AddConstraint(
            "deskwarning", models.CheckConstraint(condition=Q(level__gte=0, level__lte=4), name="desk_level_is_one_of_five")
        ),
        migrations.AddConstraint(
            "deskwarning", models.CheckConstraint(condition=Q(status__in=["open", "answered", "held_back"]), name="desk_status_is_known")
        ),
        migrations.AddConstraint(
            "deskwarning",
            models.CheckConstraint(condition=Q(since__lte=F("month"), warned_month__lte=F("month")), name="desk_warned_by_then"),
        ),
        migrations.AddConstraint(
            "deskwarning",
            models.CheckConstraint(
                condition=Q(noted_at__isnull=True, noted_by="") | (Q(noted_at__isnull=False) & ~Q(noted_by="")),
                name="desk_noted_by_somebody",
            ),
        ),
        migrations.RunPython(stand, migrations.RunPython.noop),
        migrations.AddIndex("deskwarning", models.Index(fields=["run", "status", "-urgency", "-household_key"], name="desk_by_urgency")),
        migrations.AddIndex(
            "deskwarning", models.Index(fields=["run", "status", "-freshness", "-household_key"], name="desk_by_freshness")
        ),
        migrations.AddIndex("deskwarning", models.Index(fields=["run", "status", "-patience", "-household_key"], name="desk_by_patience")),
        migrations.AddIndex(
            "deskwarning", models.Index(fields=["run", "status", "division", "-urgency", "-household_key"], name="desk_by_place")
        ),
        migrations.AddIndex("deskwarning", models.Index(fields=["household_key", "month"], name="desk_of_household")),
        migrations.RemoveConstraint("verdict", "one_verdict_a_day"),
        migrations.AddField("verdict", "batch", models.CharField(blank=True, db_default="", default="", max_length=32)),
        migrations.AddField("verdict", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddField("verdict", "withdrawn_by", models.CharField(blank=True, db_default="", default="", max_length=120)),
        migrations.AddIndex("verdict", models.Index(condition=~Q(batch=""), fields=["batch"], name="verdicts_of_a_batch")),
        migrations.AddIndex(
            "verdict", models.Index(condition=~Q(batch=""), fields=["given_by", "-recorded_at"], name="verdicts_given_together")
        ),
        migrations.AddConstraint(
            "verdict",
            models.UniqueConstraint(
                condition=Q(withdrawn_at__isnull=True), fields=("household_key", "run", "given_on"), name="one_verdict_a_day"
            ),
        ),
        migrations.AddConstraint(
            "verdict",
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="verdict_withdrawn_by_somebody",
            ),
        ),
        migrations.RunSQL(FIXED, LOOSE),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("query", models.CharField(max_length=600)),
                ("saved_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
        migrations.AddConstraint("savedfilter", models.UniqueConstraint(fields=("user", "name"), name="saved_filter_has_one_name")),
        migrations.AddConstraint("savedfilter", models.CheckConstraint(condition=~Q(name=""), name="saved_filter_has_a_name")),
    ]
