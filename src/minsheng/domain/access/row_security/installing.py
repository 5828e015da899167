"""Laying row-level security down: two roles, what each may touch, and a policy for every bound table. Repeating it changes nothing."""

import hashlib
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import connections

from minsheng.domain.access.row_security.asking import functions
from minsheng.domain.access.row_security.declaring import WEB, WORKER, Bound, Declared, Open, RowSecurity

_MARK = "access_user()"
"""The function whose comment says which script was laid down last."""
_LOCK = 0x726F_7773_6563


def declared() -> dict[str, Declared]:
    """Table → what its app declares."""
    return {one.table: one for security in _securities() for one in security.tables}


def install_after_migration(*, using: str, **_: Any) -> None:
    """Lay it down if it is not what stands already."""
    script = list(_script(set(connections[using].introspection.table_names())))
    digest = hashlib.sha256("\n".join(script).encode()).hexdigest()
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            cursor.execute("SELECT obj_description(to_regprocedure(%s), 'pg_proc')", [_MARK])
            if cursor.fetchone()[0] != digest:
                for statement in (*script, f"COMMENT ON FUNCTION {_MARK} IS '{digest}'"):
                    cursor.execute(statement)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _securities() -> list[RowSecurity]:
    names = [f"{app.name}.row_security" for app in apps.get_app_configs() if app.name.startswith("minsheng.")]
    own = [f"{app.name}.row_security.tables" for app in apps.get_app_configs() if app.label == "access"]
    modules = [import_module(name) for name in (*own, *names) if find_spec(name) is not None]
    return [module.ROW_SECURITY for module in modules if hasattr(module, "ROW_SECURITY")]


def _script(tables: set[str]) -> Iterator[str]:
    securities = _securities()
    yield from (_role(name) for name in (WEB, WORKER))
    yield from functions()
    yield from (statement for security in securities for statement in security.before)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {WEB}, {WORKER}"
    yield f"GRANT USAGE ON SCHEMA public TO {WEB}, {WORKER}"
    yield f"GRANT CREATE ON SCHEMA public TO {WORKER}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {WEB}, {WORKER}"
    yield f"DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO {WORKER}', current_database()); END $$"
    for security in securities:
        yield from (_given_to_the_worker(table) for table in security.partitioned if table in tables)
    for one in sorted(declared().values(), key=lambda one: one.table):
        if one.table in tables:
            yield from _table(one)


def _role(name: str) -> str:
    return (
        f"DO $$ BEGIN CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE; "
        f"EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; GRANT {name} TO CURRENT_USER"
    )


def _given_to_the_worker(table: str) -> str:
    """Make the worker the owner of a partitioned table and of the months it has, with every right that was just taken."""
    return (
        f"DO $$ DECLARE part regclass; BEGIN FOR part IN SELECT '{table}'::regclass UNION ALL "
        f"SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = '{table}'::regclass "
        f"LOOP EXECUTE format('ALTER TABLE %s OWNER TO {WORKER}', part); "
        f"EXECUTE format('GRANT ALL ON %s TO {WORKER}', part); END LOOP; END $$"
    )


def _table(one: Declared) -> Iterator[str]:
    yield from (f"GRANT {privilege} ON {one.table} TO {WORKER}" for privilege in one.worker)
    if one.worker and "INSERT" in one.worker:
        yield _statistics(one.table)
    if isinstance(one, Open) and one.verbs:
        yield f"GRANT {', '.join(one.verbs)} ON {one.table} TO {WEB}"
    if isinstance(one, Bound):
        yield from _bound(one)


def _statistics(table: str) -> str:
    """Letting the worker bring statistics up to date after it added much; before PostgreSQL 17, autovacuum must do without it."""
    grant = f"GRANT MAINTAIN ON {table} TO {WORKER}"
    return f"DO $$ BEGIN IF current_setting('server_version_num')::int >= 170000 THEN EXECUTE '{grant}'; END IF; END $$"


def _bound(one: Bound) -> Iterable[str]:
    yield f"ALTER TABLE {one.table} ENABLE ROW LEVEL SECURITY"
    yield f"DROP POLICY IF EXISTS worker ON {one.table}"
    yield f"CREATE POLICY worker ON {one.table} TO {WORKER} USING (true) WITH CHECK (true)"
    for verb in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        yield f"DROP POLICY IF EXISTS web_{verb.lower()} ON {one.table}"
    for verb, condition in one.conditions.items():
        using = "" if verb == "INSERT" else f"USING ({condition})"
        check = f"WITH CHECK ({condition})" if verb in ("INSERT", "UPDATE") else ""
        yield f"CREATE POLICY web_{verb.lower()} ON {one.table} FOR {verb} TO {WEB} {using} {check}".rstrip()
    yield f"GRANT {', '.join(one.conditions)} ON {one.table} TO {WEB}"
