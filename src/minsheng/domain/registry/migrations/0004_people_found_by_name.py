"""Keep everybody whom the register lists today in one narrow table that search reads, by triggers that see whole statements."""

from django.db import migrations, models

FORWARD = r"""
CREATE FUNCTION registry_initials(pinyin text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(pinyin, '(\S)\S*\s*', '\1', 'g')
$$;

CREATE FUNCTION registry_list_people(people bigint[]) RETURNS void LANGUAGE sql AS $$
  DELETE FROM registry_listedperson known WHERE known.person_key = ANY (people)
    AND NOT EXISTS (SELECT 1 FROM registry_membership line WHERE line.person_id = known.person_key AND line.listed_until IS NULL);
  INSERT INTO registry_listedperson AS known (person_key, household_key, division, name, pinyin, initials)
    SELECT line.person_id, line.household_id, household.division, person.name_normal, lower(replace(person.pinyin, ' ', '')),
      left(registry_initials(lower(person.pinyin)), 120)
    FROM registry_membership line
    JOIN registry_person person ON person.key = line.person_id
    JOIN registry_household household ON household.key = line.household_id
    WHERE line.listed_until IS NULL AND line.person_id = ANY (people)
    ON CONFLICT (person_key) DO UPDATE SET household_key = excluded.household_key, division = excluded.division, name = excluded.name,
      pinyin = excluded.pinyin, initials = excluded.initials
    WHERE (known.household_key, known.division, known.name, known.pinyin)
      IS DISTINCT FROM (excluded.household_key, excluded.division, excluded.name, excluded.pinyin)
$$;

CREATE FUNCTION registry_memberships_begun() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO registry_listedperson AS known (person_key, household_key, division, name, pinyin, initials)
    SELECT line.person_id, line.household_id, household.division, person.name_normal, lower(replace(person.pinyin, ' ', '')),
      left(registry_initials(lower(person.pinyin)), 120)
    FROM written line
    JOIN registry_person person ON person.key = line.person_id
    JOIN registry_household household ON household.key = line.household_id
    WHERE line.listed_until IS NULL
    ON CONFLICT (person_key) DO UPDATE SET household_key = excluded.household_key, division = excluded.division, name = excluded.name,
      pinyin = excluded.pinyin, initials = excluded.initials;
  RETURN NULL;
END $$;
CREATE FUNCTION registry_memberships_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM registry_list_people(array_agg(DISTINCT person_id)) FROM written;
  RETURN NULL;
END $$;
CREATE FUNCTION registry_people_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM registry_list_people(array_agg(written.key)) FROM written JOIN before USING (key)
    WHERE (written.name_normal, written.pinyin) IS DISTINCT FROM (before.name_normal, before.pinyin);
  RETURN NULL;
END $$;
CREATE FUNCTION registry_households_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE registry_listedperson known SET division = written.division FROM written JOIN before USING (key)
    WHERE known.person_key IN (
      SELECT line.person_id FROM registry_membership line WHERE line.household_id = written.key AND line.listed_until IS NULL)
    AND written.division <> before.division;
  RETURN NULL;
END $$;

CREATE TRIGGER listed_begun AFTER INSERT ON registry_membership
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry_memberships_begun();
CREATE TRIGGER listed_changed AFTER UPDATE ON registry_membership
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry_memberships_changed();
CREATE TRIGGER listed_removed AFTER DELETE ON registry_membership
  REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry_memberships_changed();
CREATE TRIGGER listed_renamed AFTER UPDATE ON registry_person
  REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry_people_renamed();
CREATE TRIGGER listed_moved AFTER UPDATE ON registry_household
  REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry_households_moved();

INSERT INTO registry_listedperson (person_key, household_key, division, name, pinyin, initials) SELECT line.person_id, line.household_id, household.division, person.name_normal, lower(replace(person.pinyin, ' ', '')),
      left(registry_initials(lower(person.pinyin)), 120)
    FROM registry_membership line
    JOIN registry_person person ON person.key = line.person_id
    JOIN registry_household household ON household.key = line.household_id
    WHERE line.listed_until IS NULL;
"""
BACKWARD = """
DROP TRIGGER listed_begun ON registry_membership;
DROP TRIGGER listed_changed ON registry_membership;
DROP TRIGGER listed_removed ON registry_membership;
DROP TRIGGER listed_renamed ON registry_person;
DROP TRIGGER listed_moved ON registry_household;
DROP FUNCTION registry_memberships_begun(), registry_memberships_changed(), registry_people_renamed(), registry_households_moved(),
  registry_list_people(bigint[]);
DROP FUNCTION registry_initials(text);
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_place_of_household")]

    operations = [
        migrations.CreateModel(
            name="ListedPerson",
            fields=[
                ("person_key", models.BigIntegerField(primary_key=True, serialize=False)),
                ("household_key", models.BigIntegerField()),
                ("division", models.CharField(db_collation="C", max_length=12)),
                ("name", models.CharField(db_collation="C", max_length=120)),
                ("pinyin", models.CharField(db_collation="C", max_length=400)),
                ("initials", models.CharField(db_collation="C", max_length=120)),
            ],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddIndex("listedperson", models.Index(fields=["name", "person_key"], name="listed_by_name")),
        migrations.AddIndex("listedperson", models.Index(fields=["pinyin", "person_key"], name="listed_by_pinyin")),
        migrations.AddIndex("listedperson", models.Index(fields=["initials", "person_key"], name="listed_by_initials")),
        migrations.AddIndex("listedperson", models.Index(fields=["division", "name"], name="listed_by_place")),
    ]
