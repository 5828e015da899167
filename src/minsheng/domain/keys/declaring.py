"""How an app says which of its columns and lake files are sealed: a module `sealed` in its package, with a name SEALED.

A test fails for any binary column that no app declares: a sealed column nobody knows of could not be opened once its key is dropped.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from psycopg import sql


@dataclass(frozen=True)
class SealedTable:
    """A model's sealed columns, and those that hold keyed hashes, which no rotation touches."""

    model: str
    sealed: tuple[str, ...] = ()
    hashed: tuple[str, ...] = ()

    @cached_property
    def table(self) -> str:
        """The table's name in the database."""
        return str(apps.get_model(self.model)._meta.db_table)

    @cached_property
    def key(self) -> str:
        """The column that orders its rows: the primary key."""
        return str(apps.get_model(self.model)._meta.pk.column)

    @property
    def identifiers(self) -> tuple[sql.Identifier, sql.Identifier, list[sql.Identifier]]:
        """Table, key and sealed columns, to be put into statements."""
        return sql.Identifier(self.table), sql.Identifier(self.key), [sql.Identifier(column) for column in self.sealed]


@dataclass(frozen=True)
class Sealed:
    """Everything an app declares: its tables, and the lake folders whose files are sealed under the SHA-256 of their clear bytes."""

    tables: tuple[SealedTable, ...] = ()
    folders: tuple[str, ...] = ()


def declared_tables() -> list[SealedTable]:
    """Every declared table, in the order of the apps."""
    return [table for declaration in _declarations() for table in declaration.tables]


def sealed_tables() -> list[SealedTable]:
    """The declared tables that have sealed columns."""
    return [table for table in declared_tables() if table.sealed]


def sealed_folders() -> list[str]:
    """The lake folders of sealed files."""
    return [folder for declaration in _declarations() for folder in declaration.folders]


def _declarations() -> Iterable[Sealed]:
    names = (f"{app.name}.sealed" for app in apps.get_app_configs() if app.name.startswith("minsheng."))
    return [import_module(name).SEALED for name in names if find_spec(name) is not None]
