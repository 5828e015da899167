"""An inbox before an installation that knows five people in three households: registered once, laid out again for every test."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from minsheng.domain.installation import Installation
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.lake import Lake
from tests.conftest import KEYS, TODAY
from tests.operations.feeds.deliveries import Inbox

_STAGES = ("audit_event", "registry_", "feeds_")


@dataclass(frozen=True)
class Registered:
    """What receiving the two registry files of August left: rows by table, and the lake's folder."""

    tables: dict[str, bytes]
    lake: Path

    def lay_out(self, lake: Path) -> None:
        shutil.copytree(self.lake, lake)
        with connection.cursor() as cursor:
            for table, rows in self.tables.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(rows)


@pytest.fixture(scope="session")
def registered(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue
) -> Iterator[Registered]:
    folder = tmp_path_factory.mktemp("registered")
    there = Installation(lake=Lake(str(folder / "lake")), keys=KEYS, catalogue=catalogue, today=TODAY, made_up_allowed=True)
    with django_db_blocker.unblock(), transaction.atomic():
        assert [receipt.status for receipt in Inbox(folder / "inbox", there).register()] == ["received", "received"]
        tables = {name: _rows(name) for name in connection.introspection.table_names() if name.startswith(_STAGES)}
        transaction.set_rollback(True)
    yield Registered(tables, folder / "lake")


@pytest.fixture
def empty_inbox(db: None, tmp_path: Path, installation: Installation) -> Inbox:
    return Inbox(tmp_path / "inbox", installation)


@pytest.fixture
def inbox(registered: Registered, empty_inbox: Inbox) -> Inbox:
    registered.lay_out(Path(empty_inbox.installation.lake.address))
    return empty_inbox


def _rows(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)
