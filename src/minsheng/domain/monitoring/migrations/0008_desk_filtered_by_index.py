"""Let filtered counts of the desk be answered by an index alone: everything that a filter asks of a warning stands in it."""

from django.db import migrations, models

FIELDS = ["run", "status", "level", "division", "household_key"]
ASKED = ("since", "change", "cause", "score", "warned_month", "noted_at", "verdict", "indicators")


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0007_desk_counted_by_index")]

    operations = [
        migrations.RemoveIndex("deskwarning", "desk_by_level"),
        migrations.AddIndex("deskwarning", models.Index(fields=FIELDS, include=ASKED, name="desk_by_level")),
    ]
