"""One change of keys at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final

from django.db import connection

from minsheng.kernel.errors import Refusal

_ONE_ROTATION: Final = 0x6D69_6E5F_6B65_7973


class RotationUnderWay(Refusal):
    """Another command changes the keys just now."""

    code: ClassVar[str] = "rotation-under-way"


@contextmanager
def only_rotation() -> Iterator[None]:
    """Be the only one who changes keys, until the block or this process ends; raises RotationUnderWay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_ROTATION])
        if not cursor.fetchone()[0]:
            raise RotationUnderWay("Another command is changing the keys.", next_step="Wait until it is through: minsheng keys status")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_ROTATION])
