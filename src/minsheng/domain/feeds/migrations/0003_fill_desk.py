"""Say of what is on record already who sent it, whom it may be about, and who decided it."""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from minsheng.engine.contracts.loading import load_catalogue

CANDIDATES = """
UPDATE feeds_identitycase SET candidate_keys = ARRAY(
    SELECT (candidate ->> 'person_key')::bigint FROM jsonb_array_elements(candidates) AS candidate
)
"""
DECIDERS = """
UPDATE feeds_identitycase AS asked SET decided_at = decision.decided_at, decided_by = decision.decided_by
FROM feeds_identitydecision AS decision
WHERE decision.subject = asked.subject AND decision.replaced_at IS NULL AND asked.state <> 'pending'
"""


def name_departments(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    deliveries = apps.get_model("feeds", "Delivery").objects
    if deliveries.exists():
        for feed, contract in load_catalogue(settings.CATALOGUE_FOLDERS).items():
            deliveries.filter(feed=feed).update(department=contract.department)


class Migration(migrations.Migration):
    dependencies = [("feeds", "0002_desk")]

    operations = [
        migrations.RunPython(name_departments, migrations.RunPython.noop),
        migrations.RunSQL(CANDIDATES, migrations.RunSQL.noop),
        migrations.RunSQL(DECIDERS, migrations.RunSQL.noop),
    ]
