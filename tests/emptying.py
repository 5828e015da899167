"""Tests that really commit end with emptied tables; the audit log refuses that, so its owner lifts the refusal for the moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import TransactionTestCase

_KEPT = ("audit_event", "audit_link", "audit_head")
_EMPTY_HEAD = "INSERT INTO audit_head (id, position, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING"


@contextmanager
def unguarded() -> Iterator[None]:
    """The audit tables without their triggers, as only their owner can have them."""
    _all_triggers("DISABLE")
    try:
        yield
    finally:
        _all_triggers("ENABLE")


def empty_the_log_after_committing_tests() -> None:
    """Let Django empty the database after a test with `transaction=True`, and leave an empty chain."""
    empty = TransactionTestCase._fixture_teardown

    def empty_all(case: Any) -> None:
        with unguarded():
            empty(case)
            with connection.cursor() as cursor:
                cursor.execute(_EMPTY_HEAD)

    TransactionTestCase._fixture_teardown = empty_all  # type: ignore[method-assign]


def _all_triggers(change: str) -> None:
    with connection.cursor() as cursor:
        for table in _KEPT:
            cursor.execute(f"ALTER TABLE {table} {change} TRIGGER USER")
