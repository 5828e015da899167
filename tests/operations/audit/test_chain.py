"""The database makes the chain at commit: whoever commits, in whatever order, and nobody may touch it afterwards."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from minsheng.domain.audit.operations import record
from tests.operations.audit.log import at, filled, found, rows, tampered
from tests.staff import user

committing = pytest.mark.django_db(transaction=True)
_INSERT = (
    'INSERT INTO audit_event (name, "by", at, subject, detail, purpose, origin, division) '
    "VALUES ('month.closed', 'job:x', now(), %s, '{}', '', '', '')"
)


def connected():
    """A connection of its own to the same database."""
    given = connection.get_connection_params()
    return psycopg.connect(**{name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)})


def subjects():
    """The subjects in the order of the chain."""
    return [subject for (subject,) in rows("SELECT subject FROM audit_link JOIN audit_event ON id = entry ORDER BY position")]


@committing
def test_transactions_are_chained_in_the_order_of_their_commits():
    with connected() as early, connected() as late:
        early.execute(_INSERT, ["early"])
        late.execute(_INSERT, ["late"])
        late.execute(_INSERT, ["later"])
        late.commit()
        early.execute(_INSERT, ["early too"])
        early.commit()
    assert subjects() == ["late", "later", "early", "early too"]
    assert found() == (4, None)


@committing
def test_many_connections_at_once_make_one_chain():
    def work(number):
        with connected() as one:
            for turn in range(10):
                one.execute(_INSERT, [f"{number}-{turn}"])
                one.execute(_INSERT, [f"{number}-{turn}"])
                if turn % 3:
                    one.commit()
                else:
                    one.rollback()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert found() == (6 * 6 * 2, None)


@committing
def test_what_was_rolled_back_leaves_no_gap():
    filled(2)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("month.closed", by="user:wang", at=at(1), subject="lost")
        raise ZeroDivisionError
    with transaction.atomic():
        record("month.closed", by="user:wang", at=at(1), subject="kept")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            record("month.closed", by="user:wang", at=at(1), subject="lost")
            raise ZeroDivisionError
    assert subjects() == ["month:1", "month:2", "kept"]
    assert found() == (3, None)


@committing
def test_a_transaction_of_many_entries_is_one_stretch_with_one_move_of_the_head():
    with transaction.atomic():
        for number in range(300):
            record("month.closed", by="user:wang", at=at(0), subject=str(number))
    assert found() == (300, None)
    assert rows("SELECT hash FROM audit_head WHERE position = 300")


@committing
def test_a_repeatable_read_that_saw_an_older_chain_is_refused_instead_of_forking_it():
    with connected() as older, connected() as newer:
        older.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        older.execute(_INSERT, ["older"])
        newer.execute(_INSERT, ["newer"])
        newer.commit()
        with pytest.raises((psycopg.errors.SerializationFailure, psycopg.errors.UniqueViolation)):
            older.commit()
    assert subjects() == ["newer"]
    assert found() == (1, None)


@committing
def test_the_web_may_only_append_and_is_chained_too():
    web = "SELECT set_config('minsheng.user', %s, true); SET LOCAL ROLE minsheng_web; SET LOCAL search_path = pg_temp, public"
    viewer = user("wang")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(web, [str(viewer.pk)])
        record("people.looked_at", by="user:wang", at=at(0), subject="household:1")
        record("page.refused", by="anonymous", at=at(0), subject="path:/")
    for statement in ("SELECT * FROM audit_link", "SELECT * FROM audit_head", "INSERT INTO audit_link VALUES (9, 9, '', '')"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(web, [str(viewer.pk)])
            cursor.execute(statement)
    assert subjects() == ["household:1", "path:/"]
    assert found() == (2, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET subject = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "TRUNCATE audit_event CASCADE",
        "UPDATE audit_link SET entry = entry + 1",
        "DELETE FROM audit_link",
        "TRUNCATE audit_link",
        "UPDATE audit_head SET position = 1",
        "UPDATE audit_head SET position = 3",
        "UPDATE audit_head SET hash = sha256('')",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
        "INSERT INTO audit_head VALUES (2, 0, '')",
    ],
)
def test_the_database_refuses_to_change_the_log(statement):
    filled(2)
    with (
        pytest.raises(DatabaseError, match=r"append-only|never changed|only follows|one_audit_head"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert found() == (2, None)


@pytest.mark.django_db
def test_nothing_is_recorded_over_a_head_that_is_gone():

    tampered("DELETE FROM audit_head")
    with pytest.raises(DatabaseError, match="head of the audit chain is gone"):
        filled(1)


@pytest.mark.django_db
def test_constraints_checked_early_chain_early():
    record("month.closed", by="user:wang", at=at(0), subject="one")
    assert found() == (0, (1, rows("SELECT max(id) FROM audit_event")[0][0], "inserted"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert found() == (1, None)
    record("month.closed", by="user:wang", at=at(0), subject="two")
    assert found() == (2, None)
