"""Acting as the web: one transaction, as a role that is bound by row-level security, for one user."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from minsheng.domain.access.row_security.asking import USER_SETTING
from minsheng.domain.access.row_security.declaring import WEB


@contextmanager
def bound_to(user_id: int | None) -> Iterator[None]:
    """Carry out a block in a transaction that sees only what this user (None: nobody signed in) may see.

    Whatever role the connection signed in with, the block runs as `minsheng_web`; the role and the user are taken back at its end.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET LOCAL ROLE {WEB}; SELECT set_config(%s, %s, true)", [USER_SETTING, "" if user_id is None else str(user_id)]
            )
        try:
            yield
        finally:
            if not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("RESET ROLE; SELECT set_config(%s, '', true)", [USER_SETTING])


def name_user(user_id: int) -> None:
    """Let the rest of this transaction be this user's: somebody has just signed in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [USER_SETTING, str(user_id)])


@contextmanager
def as_user(user_id: int) -> Iterator[None]:
    """Carry out a block for this user: in the transaction that is theirs already, or else in one of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [USER_SETTING])
        theirs = cursor.fetchone()[0] == str(user_id)
    if theirs:
        yield
    else:
        with bound_to(user_id):
            yield
