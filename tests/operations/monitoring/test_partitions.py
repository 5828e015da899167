"""The roll by month: which partitions stand, what a query touches, and that old tables come over whole."""

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext

from minsheng.domain.monitoring.models import Run
from minsheng.domain.monitoring.operations import loading, partitions
from minsheng.domain.monitoring.queries import hits_at_verdict, levels_of, run_named, runs_in_order, warnings_by_township, warnings_of
from minsheng.kernel.periods import Month
from tests.operations.monitoring.district import household_key

pytestmark = pytest.mark.django_db

HOMES = {"ill": [1, 2], "dibao": [3, 4], "well": [5]}
JUNE, JULY = Month(2026, 6), Month(2026, 7)
BEFORE = [("monitoring", "0002_published_models_never_change")]


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def ready(district):
    """June's deliveries are in."""
    district.publish()
    district.register("2026-06", HOMES)
    district.month("2026-06", costs={1: 3000, 2: 6000, 3: 2000}, out_of_work=[4], cars=[5])
    return district


@pytest.fixture
def lived(ready):
    """June and July have been run."""
    ready.run("2026-06")
    ready.month("2026-07", costs={1: 6000, 5: 3000})
    ready.run("2026-07")
    return ready


def names(month):
    return {partitions.partition_name(model, month) for model in partitions.ROLL}


def roll_tables():
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^monitoring_.*_\d{4}_\d{2}$'")
        return {name for (name,) in cursor.fetchall()}


def tables_read(sql, parameters=None):
    """The tables that a statement's plan would read."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT json) {sql}", parameters)
        plans, found = [cursor.fetchone()[0][0]["Plan"]], set()
    while plans:
        plan = plans.pop()
        plans += plan.get("Plans", [])
        found.update({plan["Relation Name"]} if "Relation Name" in plan else ())
    return found


def rows_of(run):
    return {model.__name__: list(model.objects.filter(run_id=run).order_by("pk").values()) for model in partitions.ROLL}


def somebody_new(district, month):
    """A household that was forgotten comes to the register late."""
    for receipt in district.register(str(month), HOMES | {"new": [6]}).values():
        if receipt.status == "held":
            district.release(receipt.delivery)


def answers():
    """Everything the roll says, and what the queries make of it."""
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in partitions.ROLL}
    assert all(rows.values())
    runs = runs_in_order()
    asked = [(warnings_of(run, with_suppressed=True), levels_of(run), warnings_by_township(run)) for run in runs]
    everybody = hits_at_verdict({run.id: levels_of(run) for run in runs})
    return rows, asked, everybody


def test_a_run_begins_its_month_in_every_table(lived):
    assert roll_tables() == names(JUNE) | names(JULY)
    assert partitions.has_partition(JUNE)
    assert not partitions.has_partition(JUNE.plus(-1))


def test_a_month_joins_the_roll_without_being_read_again(ready):
    """PostgreSQL says so, where it would otherwise look at every row for one of another month."""
    told = []
    connection.ensure_connection()
    connection.connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_min_messages = debug1")
        ready.run("2026-06")
        cursor.execute("SET LOCAL client_min_messages = notice")
    believed = [f'partition constraint for table "{name}" is implied by existing constraints' for name in sorted(names(JUNE))]
    assert sorted(line for line in told if line.startswith("partition constraint")) == believed


def test_every_question_about_a_month_touches_that_month_alone(lived):
    june, july = (run_named(Run.objects.get(month=str(month)).pk) for month in (JUNE, JULY))
    with CaptureQueriesContext(connection) as asked:
        warnings_of(june)
        warnings_by_township(june)
        levels_of(june)
        hits_at_verdict({june.id: [household_key("ill")]})
    roll = [query["sql"] for query in asked if any(model._meta.db_table in query["sql"] for model in partitions.ROLL)]
    assert len(roll) == 4
    assert set.union(*map(tables_read, roll)) < names(JUNE)
    assert tables_read("SELECT * FROM monitoring_hit WHERE run_id = %s", [july.id]) > {"monitoring_hit_2026_06"}


def test_the_tables_before_the_roll_was_partitioned_come_over_whole(lived):
    fresh = answers()
    _migrate(BEFORE)
    assert not roll_tables()
    with connection.cursor() as cursor:
        cursor.execute("SELECT run_id, household_key, level FROM monitoring_householdlevel ORDER BY 1, 2")
        old = cursor.fetchall()
    assert old == sorted((row["run_id"], row["household_key"], row["level"]) for row in fresh[0]["HouseholdLevel"])
    _migrate(_newest())
    assert roll_tables() == names(JUNE) | names(JULY)
    assert answers() == fresh


def test_a_month_that_came_over_takes_further_runs(lived):
    _migrate(BEFORE)
    _migrate(_newest())
    first = Run.objects.get(month="2026-07")
    somebody_new(lived, JULY)
    second = lived.run("2026-07").run
    assert second != first.pk
    rows = [len(rows_of(run)["HouseholdLevel"]) for run in (first.pk, second)]
    assert rows == [len(HOMES), len(HOMES) + 1]


def test_a_later_run_of_a_month_gives_the_rows_it_would_have_given_alone(lived):
    """The first run of a month fills fresh tables, a later one those that stand."""
    somebody_new(lived, JUNE)
    with transaction.atomic():
        partitions.detach(JUNE)
        partitions.drop(JUNE)
        alone = rows_of(lived.run("2026-06").run)
        transaction.set_rollback(True)
    assert rows_of(lived.run("2026-06").run) == alone
    assert Run.objects.filter(month="2026-06").count() == 2


@pytest.mark.parametrize("moment", ["attach", "_copy"])
def test_a_run_killed_while_its_month_begins_leaves_nothing(ready, monkeypatch, moment):
    def killed(*_args):
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(partitions if moment == "attach" else loading, moment, killed)
        ready.run("2026-06")
    assert not roll_tables()
    assert not Run.objects.exists()
    ready.run("2026-06")
    assert roll_tables() == names(JUNE)


def _newest():
    return MigrationExecutor(connection).loader.graph.leaf_nodes("monitoring")


def _migrate(to):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate(to)
