"""The months of the roll as PostgreSQL partitions: begun, attached, detached, dropped; all inside the caller's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import OperationalError, connection
from psycopg import sql
from psycopg.errors import LockNotAvailable

from minsheng.domain.access.row_security.declaring import WORKER
from minsheng.domain.monitoring.models import Evidence, Hit, HouseholdLevel, Warning
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

RollTable = type[HouseholdLevel] | type[Warning] | type[Hit] | type[Evidence]
ROLL: Final[tuple[RollTable, ...]] = (HouseholdLevel, Warning, Hit, Evidence)
_ONE_WRITER: Final = 0x6D6F_6E69_746F_7269
_PATIENCE: Final = "30s"


class RollIsBusy(Refusal):
    """Somebody reads the roll for so long that its months cannot be changed."""

    code: ClassVar[str] = "roll-is-busy"


@dataclass(frozen=True)
class MonthTables:
    """The month's own table for each table of the roll.

    `fresh` ones are still apart from it, empty and without indexes, and know the month and the run of the rows they wait for.
    """

    names: dict[RollTable, str]
    fresh: bool


def only_writer() -> None:
    """Wait until no other command publishes, retires or restores; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_WRITER])


def partition_name(model: RollTable, month: Month) -> str:
    """The table that holds a month of a table of the roll."""
    return f"{model._meta.db_table}_{month.year:04d}_{month.number:02d}"


def has_partition(month: Month) -> bool:
    """Whether the month is part of the roll."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = %s::regclass AND inhrelid = to_regclass(%s)",
            [HouseholdLevel._meta.db_table, partition_name(HouseholdLevel, month)],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def month_for_loading(month: Month, run_id: str) -> Iterator[MonthTables]:
    """The tables to COPY a run's rows of a month into.

    For the month's first rows these are fresh tables, which get their indexes and join the roll when the block ends. Their CHECK
    constraint says that they hold that month alone, so that PostgreSQL need not read them to believe it.
    """
    names = {model: partition_name(model, month) for model in ROLL}
    if has_partition(month):
        yield MonthTables(names, fresh=False)
        return
    for model, name in names.items():
        _begin(model, name, month, run_id)
    yield MonthTables(names, fresh=True)
    for name in names.values():
        _run("ALTER TABLE {table} ALTER month DROP DEFAULT, ALTER run_id DROP DEFAULT", table=name)
    attach(month)
    for name in names.values():
        _run("ANALYZE {table}", table=name)


def attach(month: Month) -> None:
    """Make a month's tables part of the roll."""
    for model in ROLL:
        table = {"roll": model._meta.db_table, "table": partition_name(model, month)}
        _run("ALTER TABLE {roll} ATTACH PARTITION {table} FOR VALUES IN ({month})", month=month, **table)


def detach(month: Month) -> None:
    """Take a month's tables out of the roll and leave them beside it; raises RollIsBusy."""
    with _patiently(month):
        for model in ROLL:
            _run("ALTER TABLE {roll} DETACH PARTITION {table}", roll=model._meta.db_table, table=partition_name(model, month))


def drop(month: Month) -> None:
    """Drop what there is of a month's tables that are not part of the roll."""
    for model in ROLL:
        _run("DROP TABLE IF EXISTS {table}", table=partition_name(model, month))


def stands_beside(month: Month) -> bool:
    """Whether all of a month's detached tables are still there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(to_regclass(name)) FROM unnest(%s::text[]) AS name", [[partition_name(m, month) for m in ROLL]])
        return int(cursor.fetchone()[0]) == len(ROLL)


def bytes_of(month: Month) -> int:
    """How much room a month's tables and indexes take."""
    with connection.cursor() as cursor:
        names = [partition_name(model, month) for model in ROLL]
        cursor.execute("SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) AS name", [names])
        return int(cursor.fetchone()[0])


def _begin(model: RollTable, name: str, month: Month, run_id: str) -> None:
    _run("CREATE TABLE {table} (LIKE {roll} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)", table=name, roll=model._meta.db_table)
    _run("ALTER TABLE {table} OWNER TO {worker}", table=name, worker=WORKER)
    _run("ALTER TABLE {table} ADD CONSTRAINT {check} CHECK (month = {month})", table=name, check=f"{name}_only", month=month)
    _run("ALTER TABLE {table} ALTER month SET DEFAULT {month}, ALTER run_id SET DEFAULT {run}", table=name, month=month, run=run_id)


@contextmanager
def _patiently(month: Month) -> Iterator[None]:
    """Wait for readers of the roll, but not for ever: whoever comes later would have to wait behind us."""
    try:
        _run("SET LOCAL lock_timeout = {patience}", patience=_PATIENCE)
        yield
    except OperationalError as fault:
        if isinstance(fault.__cause__, LockNotAvailable):
            raise RollIsBusy(
                f"Somebody has been reading the roll for more than {_PATIENCE}: {month} could not be detached, and nothing was changed.",
                next_step="Run it again when no report or backup is running.",
            ) from fault
        raise


def _run(statement: str, *, month: Month | None = None, run: str = "", patience: str = "", **names: str) -> None:
    parts: dict[str, sql.Composable] = {name: sql.Identifier(value) for name, value in names.items()}
    parts |= {"month": sql.Literal(str(month)), "run": sql.Literal(run), "patience": sql.Literal(patience)}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**parts))
