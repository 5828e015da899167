"""Count the desk by an index alone, and list every status in order of urgency."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0006_desk")]

    operations = [
        migrations.AddIndex("deskwarning", models.Index(fields=["run", "-urgency", "-household_key"], name="desk_in_every_status")),
        migrations.AddIndex(
            "deskwarning", models.Index(fields=["run", "status", "level", "division", "household_key"], name="desk_by_level")
        ),
    ]
