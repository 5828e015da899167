"""Drafts of models, their revisions, and what they would do."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("monitoring", "0005_activations"),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("version", models.CharField(max_length=40)),
                ("document", models.TextField()),
                ("revision", models.IntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("proposed", "waiting for approval"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("author", models.CharField(max_length=120)),
                ("started_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=120)),
                ("changed_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("from_month", models.CharField(blank=True, max_length=7)),
                ("proposed_by", models.CharField(blank=True, max_length=120)),
                ("proposed_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=1000)),
                ("base", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="monitoring.publishedmodel")),
                (
                    "published",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="monitoring.publishedmodel"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DraftSimulation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.IntegerField()),
                ("figures", models.JSONField()),
                ("simulated_by", models.CharField(max_length=120)),
                ("simulated_at", models.DateTimeField()),
                ("run", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="monitoring.run")),
                (
                    "draft",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="simulations", to="modelling.modeldraft"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DraftRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("document", models.TextField()),
                ("saved_by", models.CharField(max_length=120)),
                ("saved_at", models.DateTimeField()),
                (
                    "draft",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="revisions", to="modelling.modeldraft"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SimulatedMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("household_key", models.BigIntegerField()),
                ("division", models.CharField(blank=True, max_length=12)),
                ("before", models.SmallIntegerField()),
                ("after", models.SmallIntegerField()),
                ("score_before", models.BigIntegerField()),
                ("score_after", models.BigIntegerField()),
                ("indicators", models.JSONField(default=list)),
                (
                    "simulation",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="moves", to="modelling.draftsimulation"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="modeldraft",
            index=models.Index(fields=["state", "name"], name="modelling_m_state_cbf100_idx"),
        ),
        migrations.AddConstraint(
            model_name="modeldraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("approved", "refused")), _negated=True),
                    models.Q(
                        models.Q(("decided_by", ""), _negated=True),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                        models.Q(("decided_by", models.F("author")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="draft_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="modeldraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published__isnull", False), ("state", "approved")),
                    models.Q(models.Q(("state", "approved"), _negated=True), ("published__isnull", True)),
                    _connector="OR",
                ),
                name="draft_approved_is_published",
            ),
        ),
        migrations.AddIndex(
            model_name="draftsimulation",
            index=models.Index(fields=["draft", "revision"], name="modelling_d_draft_i_217556_idx"),
        ),
        migrations.AddConstraint(
            model_name="draftrevision",
            constraint=models.UniqueConstraint(fields=("draft", "number"), name="draft_revision_once"),
        ),
        migrations.AddConstraint(
            model_name="simulatedmove",
            constraint=models.UniqueConstraint(fields=("simulation", "household_key"), name="simulated_move_once"),
        ),
    ]
