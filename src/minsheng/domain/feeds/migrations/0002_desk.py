"""Keep who sent a delivery, agreements, files on their way in, and what an identity review shows."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feeds", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreementDataset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("feed", models.CharField(max_length=60)),
                ("columns", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
            ],
        ),
        migrations.CreateModel(
            name="SharingAgreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("department", models.CharField(max_length=60)),
                ("provider", models.CharField(max_length=120)),
                ("title", models.CharField(max_length=120)),
                ("document", models.CharField(blank=True, max_length=120)),
                ("purpose", models.TextField()),
                ("legal_basis", models.CharField(max_length=400)),
                ("area", models.CharField(max_length=12)),
                ("starts_on", models.DateField()),
                ("expires_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("in_force", "in force"), ("expired", "expired"), ("ended", "ended")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("version", models.IntegerField(default=1)),
                ("drafted_at", models.DateTimeField()),
                ("drafted_by", models.CharField(max_length=120)),
                ("edited_at", models.DateTimeField()),
                ("edited_by", models.CharField(max_length=120)),
                ("in_force_at", models.DateTimeField(null=True)),
                ("in_force_by", models.CharField(blank=True, max_length=120)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                ("ended_reason", models.CharField(blank=True, max_length=400)),
                ("reminded_at_days", models.SmallIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("feed", models.CharField(max_length=60)),
                ("department", models.CharField(max_length=60)),
                ("month", models.CharField(blank=True, max_length=7)),
                ("filename", models.CharField(max_length=255)),
                ("size_bytes", models.BigIntegerField()),
                ("received_bytes", models.BigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("arriving", "arriving"),
                            ("waiting", "waiting to be received"),
                            ("taken", "dealt with"),
                            ("not_taken", "not taken"),
                            ("given_up", "given up"),
                        ],
                        default="arriving",
                        max_length=10,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("job", models.CharField(blank=True, max_length=60)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("message", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="alarm",
            name="detail",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="delivery",
            name="department",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="identitycase",
            name="candidate_keys",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name="identitycase",
            name="claimed_by",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="identitycase",
            name="claimed_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="identitycase",
            name="decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="identitycase",
            name="decided_by",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="identitycase",
            name="delivered_division",
            field=models.CharField(blank=True, default="", max_length=12),
        ),
        migrations.AddField(
            model_name="identitycase",
            name="delivered_phone_index",
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name="identitycase",
            name="delivered_sex",
            field=models.CharField(blank=True, default="", max_length=6),
        ),
        migrations.AddIndex(
            model_name="identitycase",
            index=models.Index(fields=["decided_by", "-decided_at"], name="identity_decided_by"),
        ),
        migrations.AddField(
            model_name="sharingagreement",
            name="renews",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="renewals", to="feeds.sharingagreement"
            ),
        ),
        migrations.AddField(
            model_name="agreementdataset",
            name="agreement",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="datasets", to="feeds.sharingagreement"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="agreement",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="feeds.sharingagreement"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["month"], name="delivery_month"),
        ),
        migrations.AddField(
            model_name="upload",
            name="delivery",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="uploads", to="feeds.delivery"),
        ),
        migrations.AddField(
            model_name="upload",
            name="user",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name="sharingagreement",
            index=models.Index(fields=["state", "expires_on"], name="agreement_expiry"),
        ),
        migrations.AddConstraint(
            model_name="sharingagreement",
            constraint=models.CheckConstraint(condition=models.Q(("expires_on__gte", models.F("starts_on"))), name="agreement_is_forward"),
        ),
        migrations.AddConstraint(
            model_name="sharingagreement",
            constraint=models.CheckConstraint(condition=models.Q(("area__regex", "^[1-9][0-9]{1,11}$")), name="agreement_area_is_a_place"),
        ),
        migrations.AddConstraint(
            model_name="sharingagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("in_force_by", ""), ("state", "draft")),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True),
                        models.Q(("in_force_by", ""), _negated=True),
                        models.Q(("document", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="agreement_in_force_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_force_by", ""),
                    models.Q(
                        models.Q(("in_force_by", models.F("edited_by")), _negated=True),
                        models.Q(("in_force_by", models.F("drafted_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="agreement_takes_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ended"), _negated=True),
                    models.Q(("ended_at__isnull", False), models.Q(("ended_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="agreement_ended_for_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="agreementdataset",
            index=models.Index(fields=["feed"], name="agreement_feed"),
        ),
        migrations.AddConstraint(
            model_name="agreementdataset",
            constraint=models.UniqueConstraint(fields=("agreement", "feed"), name="agreement_names_a_feed_once"),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["user", "-started_at"], name="upload_of_user"),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(condition=models.Q(("size_bytes__gt", 0)), name="upload_has_a_size"),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("received_bytes__gte", 0), ("received_bytes__lte", models.F("size_bytes"))),
                name="upload_within_its_size",
            ),
        ),
    ]
