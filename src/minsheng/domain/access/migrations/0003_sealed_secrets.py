"""Keep the secrets of second factors in a column of their own, where rotating keys finds them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_signing_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="SealedSecret",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.BinaryField()),
            ],
        ),
    ]
