"""A database beside the tests' own: changing keys commits as it goes and binds tables, which no other test should meet."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections

from tests.factories import apply_month, household, member
from tests.operations.keys.keeping import FAMILY, NAMES, Kept, make_unnamed

_BEGIN_AGAIN = """
SET session_replication_role = replica;
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT conrelid::regclass AS bound, conname FROM pg_constraint WHERE conname LIKE 'never_sealed_with_%' LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.bound, one.conname);
  END LOOP;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^(registry|feeds)_' LOOP
    EXECUTE format('DELETE FROM %I', one.tablename);
  END LOOP;
END $$;
SET session_replication_role = origin;
"""


@pytest.fixture(scope="session")
def beside(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    name = connection.settings_dict["NAME"]
    own = f"{name}_keys"
    with django_db_blocker.unblock():
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{name}"')
    yield own
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')


@pytest.fixture
def own_database(beside: str, db: None) -> Iterator[None]:
    usual = connections["default"]
    own = connections.create_connection("default")
    own.settings_dict = {**usual.settings_dict, "NAME": beside}
    connections["default"] = own
    try:
        with own.cursor() as cursor:
            cursor.execute(_BEGIN_AGAIN)
        yield
    finally:
        own.close()
        connections["default"] = usual


@pytest.fixture
def kept(own_database: None, tmp_path: Any) -> Kept:
    """A household of three people with everything that is sealed, two originals in the lake; one number names no key."""
    home = household("H1", phone="13900000009", account="6200000000000009", address="和平里 9 号")
    family = [member("H1", serial, name=name, phone=phone) for (serial, phone), name in zip(FAMILY.items(), NAMES, strict=True)]
    apply_month("2026-07", [home, household("H2")], family)
    make_unnamed(3)
    return Kept.with_originals(str(tmp_path / "lake"), b"first file", b"second file")
