"""Whether each part that the office rests on is there."""

from collections.abc import Callable
from functools import cache

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from minsheng.domain.jobs.queries import worker_lives
from minsheng.web.requests import installation

OK = "ok"


def database() -> str:
    """Whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def migrations() -> str:
    """Whether its tables are those of this version; asked until they are."""
    return OK if _migrated() else "behind: run minsheng init"


def lake() -> str:
    """Whether the lake can be read."""
    installation().lake.exists("deliveries")
    return OK


def worker() -> str:
    """Whether any worker shows life."""
    return OK if worker_lives() else "silent: start minsheng worker"


CHECKS: tuple[Callable[[], str], ...] = (database, migrations, lake, worker)


def standing() -> dict[str, str]:
    """Part → `ok`, or what is wrong with it; of a fault its type alone."""
    return {check.__name__: _looked_at(check) for check in CHECKS}


def _looked_at(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as fault:
        connection.close()
        return f"not there: {type(fault).__name__}"


@cache
def _up_to_date() -> bool:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _Behind
    return True


class _Behind(Exception):
    """Some migration is still to be applied."""


def _migrated() -> bool:
    try:
        return _up_to_date()
    except _Behind:
        return False
