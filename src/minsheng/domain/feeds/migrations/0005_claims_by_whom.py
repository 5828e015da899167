"""Find at once what somebody has before them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feeds", "0004_row_history"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="identitycase",
            index=models.Index(condition=models.Q(("claimed_by", ""), _negated=True), fields=["claimed_by"], name="identity_claimed_by"),
        ),
    ]
