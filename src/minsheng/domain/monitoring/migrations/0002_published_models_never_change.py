"""Refuse changes to a published model."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION monitoring_published_model_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published model never changes';
END $$;
CREATE TRIGGER monitoring_published_model_fixed BEFORE UPDATE OR DELETE ON monitoring_publishedmodel
  FOR EACH ROW EXECUTE FUNCTION monitoring_published_model_is_fixed();
"""
BACKWARD = (
    "DROP TRIGGER monitoring_published_model_fixed ON monitoring_publishedmodel; DROP FUNCTION monitoring_published_model_is_fixed();"
)


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
