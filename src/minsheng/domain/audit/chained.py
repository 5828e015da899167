"""The chain as it stands in the database, streamed in one view of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction

from minsheng.domain.audit.chain import Checked, Content, Head, Linked, Stray, check
from minsheng.kernel.progress import SILENT, Progress

_ROWS_AT_ONCE = 2_000
_CHAIN = """
SELECT link."position", link.entry, link.previous_hash, link.hash, event.id IS NOT NULL,
  trunc(extract(epoch FROM event.at) * 1000000)::text, event.name, event."by", event.subject, event.detail::text,
  event.purpose, event.origin, event.division
FROM audit_link AS link LEFT JOIN audit_event AS event ON event.id = link.entry
ORDER BY link."position"
"""
_STRAY = """
SELECT stray.id, coalesce(
  (SELECT min("position") FROM audit_link WHERE entry > stray.id), (SELECT coalesce(max("position"), 0) + 1 FROM audit_link)
)
FROM (SELECT min(id) AS id FROM audit_event WHERE NOT EXISTS (SELECT FROM audit_link WHERE entry = audit_event.id)) AS stray
WHERE stray.id IS NOT NULL
"""
_DAILY = """
SELECT day::text, last."position", last.hash
FROM (
  SELECT (event.at AT TIME ZONE %s)::date AS day, max(link."position") AS "position"
  FROM audit_link AS link JOIN audit_event AS event ON event.id = link.entry
  GROUP BY 1
) AS days JOIN audit_link AS last USING ("position")
ORDER BY last."position"
"""


def verify_log(*, heads: Sequence[Head] = (), progress: Progress = SILENT) -> Checked:
    """Check every entry of the log against its chain, and exported heads against it; names the first fault, in bounded memory."""
    with one_view():
        end = chain_head()
        with progress.step("核对审计日志 checking the log", total=end.position if end else None) as step:

            def told() -> Iterator[Linked]:
                for link in chain():
                    yield link
                    if link.position % _ROWS_AT_ONCE == 0:
                        step.advance(_ROWS_AT_ONCE)

            return check(told(), head=end, heads=heads, stray=_first_stray())


def daily_heads(*, time_zone: str) -> list[Head]:
    """For each day with entries, in the installation's time zone: the chain's last position among that day's entries, and its hash."""
    with one_view(), connection.cursor() as cursor:
        cursor.execute(_DAILY, [time_zone])
        return [Head(position, bytes(digest), day) for day, position, digest in cursor.fetchall()]


@contextmanager
def one_view() -> Iterator[None]:
    """Let everything read inside be of one moment, whatever commits meanwhile, and be found by its indexes, whatever is known of sizes."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        yield


def chain() -> Iterator[Linked]:
    """Every link with its entry, by position."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_CHAIN)
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            for position, entry, previous, digest, there, *texts in rows:
                yield Linked(position, entry, bytes(previous), bytes(digest), Content(*texts) if there else None)


def chain_head() -> Head | None:
    """Where the chain says that it ends; None if the head is gone."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT "position", hash FROM audit_head')
        row = cursor.fetchone()
    return Head(row[0], bytes(row[1])) if row else None


def _first_stray() -> Stray | None:
    with connection.cursor() as cursor:
        cursor.execute(_STRAY)
        row = cursor.fetchone()
    return Stray(*row) if row else None
