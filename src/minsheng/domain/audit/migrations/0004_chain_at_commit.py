"""Chain what was recorded, by the database itself, and refuse every other write. `docs/audit.md` explains the bytes and the order."""

from django.db import migrations

HASH = """
CREATE FUNCTION audit_link_hash(previous bytea, place bigint, entry audit_event) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to('minsheng-audit-1', 'UTF8') || previous || string_agg(int4send(length(bytes)) || bytes, ''::bytea ORDER BY nth))
  FROM (
    SELECT convert_to(field, 'UTF8') AS bytes, nth
    FROM unnest(ARRAY[
      place::text, entry.id::text, trunc(extract(epoch FROM entry.at) * 1000000)::text, entry.name, entry."by", entry.subject,
      entry.detail::text, entry.purpose, entry.origin, entry.division
    ]) WITH ORDINALITY AS given (field, nth)
  ) AS encoded
$$;
"""

# Only one transaction at a time may add to the chain, and only while it commits. The first of its entries to be chained takes the later
# ones along, so that the head moves once: moved once per entry, it would leave as many dead rows to wade through as there are entries.
CHAIN = """
CREATE FUNCTION audit_append_links(since bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  newest audit_head;
  event audit_event;
BEGIN
  SELECT * INTO newest FROM audit_head WHERE id = 1 FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the head of the audit chain is gone; nothing can be recorded before it is known why';
  END IF;
  FOR event IN SELECT * FROM audit_event WHERE id >= since ORDER BY id LOOP
    CONTINUE WHEN EXISTS (SELECT FROM audit_link WHERE entry = event.id);
    INSERT INTO audit_link ("position", entry, previous_hash, hash)
    VALUES (newest."position" + 1, event.id, newest.hash, audit_link_hash(newest.hash, newest."position" + 1, event))
    RETURNING 1, "position", hash INTO newest;
  END LOOP;
  UPDATE audit_head SET "position" = newest."position", hash = newest.hash WHERE id = 1 AND "position" < newest."position";
END $$;

CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(x'61756469746c6f67'::bigint);
  IF NOT EXISTS (SELECT FROM audit_link WHERE entry = NEW.id) THEN
    PERFORM audit_append_links(NEW.id);
  END IF;
  RETURN NULL;
END $$;
"""

REFUSE = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME;
END $$;

CREATE FUNCTION audit_head_only_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF NEW."position" <= OLD."position"
    OR NOT EXISTS (SELECT FROM audit_link WHERE "position" = NEW."position" AND hash = NEW.hash) THEN
    RAISE EXCEPTION 'the head of the audit log only follows its newest link';
  END IF;
  RETURN NEW;
END $$;
"""

# What a caller's search_path says must not choose the tables that a function of the owner writes to. A plan made while the chain was
# short must not read all of it later: entries and links are always found by their indexes.
FIXED = """
DO $$
DECLARE
  named text;
BEGIN
  FOREACH named IN ARRAY ARRAY[
    'audit_link_hash(bytea, bigint, audit_event)', 'audit_append_links(bigint)', 'audit_chain()', 'audit_is_append_only()',
    'audit_head_only_follows()'
  ] LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', named, current_schema());
    EXECUTE format('ALTER FUNCTION %s SET enable_seqscan = off', named);
    EXECUTE format('ALTER FUNCTION %s SET enable_bitmapscan = off', named);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', named);
  END LOOP;
END $$;
"""

BEFORE_US = """
INSERT INTO audit_head (id, "position", hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));
SELECT audit_append_links(0);
"""

TRIGGERS = """
CREATE CONSTRAINT TRIGGER audit_event_chain AFTER INSERT ON audit_event
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_chain();
CREATE TRIGGER audit_event_keep BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_link_append_only BEFORE UPDATE OR DELETE ON audit_link FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_link_keep BEFORE TRUNCATE ON audit_link FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_head_follows BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_only_follows();
CREATE TRIGGER audit_head_append_only BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_head_keep BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
"""

BACKWARD = """
DROP TRIGGER audit_head_keep ON audit_head;
DROP TRIGGER audit_head_append_only ON audit_head;
DROP TRIGGER audit_head_follows ON audit_head;
DROP TRIGGER audit_link_keep ON audit_link;
DROP TRIGGER audit_link_append_only ON audit_link;
DROP TRIGGER audit_event_keep ON audit_event;
DROP TRIGGER audit_event_chain ON audit_event;
DROP FUNCTION audit_head_only_follows();
DROP FUNCTION audit_is_append_only();
DROP FUNCTION audit_chain();
DROP FUNCTION audit_append_links(bigint);
DROP FUNCTION audit_link_hash(bytea, bigint, audit_event);
DELETE FROM audit_link;
DELETE FROM audit_head;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_where_why_and_chain")]
    operations = [migrations.RunSQL(HASH + CHAIN + REFUSE + FIXED + BEFORE_US + TRIGGERS, BACKWARD)]
