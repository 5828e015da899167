from django.db import migrations, models

_AS_KNOWN = """
    UPDATE registry_membership AS line SET ethnicity = person.ethnicity
    FROM registry_person AS person WHERE person.key = line.person_id AND person.ethnicity IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.AddField("membership", "ethnicity", models.CharField(max_length=20, null=True)),
        migrations.RunSQL(_AS_KNOWN, migrations.RunSQL.noop),
    ]
