"""A small log, and its owner who can do anything to it."""

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.audit.queries import verify_log
from tests.emptying import unguarded

NINE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def at(hours, *, minute=0):
    """So many hours after nine."""
    return NINE + timedelta(hours=hours, minutes=minute)


def filled(entries=6):
    """Record and chain some entries, each in a transaction of its own, or as if it were."""
    for number in range(1, entries + 1):
        with transaction.atomic():
            record("month.closed", by="user:wang", at=at(number), subject=f"month:{number}", detail={"n": number, "的": [1.50, None]})
            chain_now()


def chain_now():
    """Chain what this transaction has recorded as its commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def tampered(statement, *parameters):
    """Change the log as its owner, past every trigger."""
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def rows(statement, *parameters):
    """What a query finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def entry(position):
    """The number of the entry at a position."""
    return rows("SELECT entry FROM audit_link WHERE position = %s", position)[0][0]


def found():
    """What verifying finds: (entries in order, first fault's position, entry and kind or None)."""
    checked = verify_log()
    fault = checked.first_fault
    assert checked.ok == (fault is None)
    return checked.entries, fault and (fault.position, fault.entry, fault.kind)
