"""Let it be asked of a household who is listed there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_search_by_index_alone")]

    operations = [
        migrations.AddIndex("listedperson", models.Index(fields=["household_key"], name="listed_by_household")),
    ]
