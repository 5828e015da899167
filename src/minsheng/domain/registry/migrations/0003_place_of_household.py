"""Keep each household's place beside it, for row-level security; those on the register get that of their newest line."""

from django.db import migrations, models

PLACE = """
UPDATE registry_household AS household SET division = coalesce(line.division, '')
FROM (SELECT DISTINCT ON (household_id) household_id, division FROM registry_householdlisting ORDER BY household_id, listed_from DESC) AS line
WHERE line.household_id = household.key
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_lines_know_ethnicity")]

    operations = [
        migrations.AddField("household", "division", models.CharField(blank=True, db_default="", default="", max_length=12)),
        migrations.RunSQL(PLACE, migrations.RunSQL.noop),
        migrations.AddIndex("household", models.Index(fields=["division"], name="household_place")),
    ]
