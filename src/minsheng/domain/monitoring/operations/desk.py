"""The desk: what waits for somebody after each run, kept up by verdicts, and marked as noted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.monitoring import states
from minsheng.domain.monitoring.models import DeskWarning, Run

# ruff: noqa: S608 - every name in these statements is our own

_COLUMNS = (
    "run_id, month, household_key, division, level, score, change, cause, indicators, since, warned_month, warned_run, "
    "status, verdict, touched_at, touched_by, noted_at, noted_by"
)
_GIVEN = """
  SELECT found.verdict FROM monitoring_verdict found JOIN monitoring_run visited ON visited.id = found.run_id
  WHERE found.household_key = desk.household_key AND found.withdrawn_at IS NULL AND visited.model_name = %(line)s
    AND visited.month >= desk.warned_month
  ORDER BY found.given_on DESC, found.id DESC LIMIT 1
"""
"""The verdict that stands for a row of `desk`."""
_STAND = f"""
WITH earlier AS (SELECT * FROM monitoring_deskwarning WHERE run_id = %(before)s),
unanswered AS (SELECT household_key, since FROM earlier WHERE status = '{states.OPEN}'),
noted AS (SELECT household_key, noted_at, noted_by FROM monitoring_deskwarning WHERE run_id = ANY (%(replaced)s) AND noted_at IS NOT NULL),
desk AS (
  SELECT warning.run_id, warning.month, warning.household_key, warning.division, warning.level, warning.score, warning.change,
    warning.cause, warning.indicators,
    CASE WHEN warning.suppressed THEN warning.month ELSE coalesce(unanswered.since, warning.month) END AS since,
    warning.month AS warned_month, warning.run_id AS warned_run, warning.suppressed,
    noted.noted_at, coalesce(noted.noted_by, '') AS noted_by
  FROM monitoring_warning warning LEFT JOIN unanswered USING (household_key) LEFT JOIN noted USING (household_key)
  WHERE warning.month = %(month)s AND warning.run_id = %(run)s
  UNION ALL
  SELECT roll.run_id, roll.month, household_key, roll.division, roll.level, roll.score, roll.change,
    '{states.STANDING}', earlier.indicators, earlier.since, earlier.warned_month, earlier.warned_run,
    earlier.status = '{states.HELD_BACK}', earlier.noted_at, earlier.noted_by
  FROM earlier JOIN monitoring_householdlevel roll USING (household_key)
  WHERE roll.month = %(month)s AND roll.run_id = %(run)s AND roll.level > 0 AND NOT EXISTS (
    SELECT 1 FROM monitoring_warning warning
    WHERE warning.month = %(month)s AND warning.run_id = %(run)s AND warning.household_key = earlier.household_key)
)
INSERT INTO monitoring_deskwarning ({_COLUMNS})
SELECT desk.run_id, desk.month, desk.household_key, desk.division, desk.level, desk.score, desk.change, desk.cause, desk.indicators,
  desk.since, desk.warned_month, desk.warned_run,
  CASE WHEN given.verdict IS NOT NULL THEN '{states.ANSWERED}' WHEN desk.suppressed THEN '{states.HELD_BACK}' ELSE '{states.OPEN}' END,
  coalesce(given.verdict, ''), %(at)s, %(by)s, desk.noted_at, desk.noted_by
FROM desk LEFT JOIN LATERAL ({_GIVEN}) given ON true
"""
_SETTLE = f"""
WITH asked AS (
  SELECT desk.run_id, desk.household_key, coalesce(given.verdict, '') AS verdict,
    CASE WHEN given.verdict IS NOT NULL THEN '{states.ANSWERED}' WHEN warning.suppressed THEN '{states.HELD_BACK}'
      ELSE '{states.OPEN}' END AS status
  FROM monitoring_deskwarning desk
  LEFT JOIN monitoring_warning warning ON warning.month = desk.warned_month AND warning.run_id = desk.warned_run
    AND warning.household_key = desk.household_key
  LEFT JOIN LATERAL ({_GIVEN}) given ON true
  WHERE desk.run_id IN (SELECT id FROM monitoring_run WHERE model_name = %(line)s AND current)
    AND desk.household_key = ANY (%(households)s)
)
UPDATE monitoring_deskwarning desk SET status = asked.status, verdict = asked.verdict, touched_at = %(at)s, touched_by = %(by)s
FROM asked WHERE desk.run_id = asked.run_id AND desk.household_key = asked.household_key
  AND (desk.status, desk.verdict) IS DISTINCT FROM (asked.status, asked.verdict)
"""


def stand(*, run: str, by: str, at: datetime) -> None:
    """Put a published run's warnings on the desk, with the earlier ones of its line whose households still have a level, as they are.

    In the caller's transaction; a second time changes nothing. The desk of a run that this one replaces goes; its marks stay.
    """
    if DeskWarning.objects.filter(run_id=run).exists():
        return
    found = Run.objects.get(pk=run)
    same_line = Run.objects.filter(model_name=found.model_name)
    before = same_line.filter(current=True, month__lt=found.month).order_by("-month").first()
    replaced = list(same_line.filter(month=found.month).exclude(pk=run).values_list("pk", flat=True))
    words: dict[str, Any] = {"run": run, "month": found.month, "before": before.pk if before else "", "replaced": replaced}
    words |= {"line": found.model_name, "by": by, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_STAND, words)
        DeskWarning.objects.filter(run_id__in=replaced).delete()
        cursor.execute("ANALYZE monitoring_deskwarning")


def clear(*, runs: Sequence[str]) -> None:
    """Take retired runs off the desk, in the caller's transaction."""
    DeskWarning.objects.filter(run_id__in=list(runs)).delete()


def settle(*, line: str, households: Sequence[int], by: str, at: datetime) -> None:
    """Let these households' warnings of a line of models be as their standing verdicts say, in the caller's transaction."""
    words: dict[str, Any] = {"line": line, "households": list(households), "by": by, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, words)


@transaction.atomic
def mark_noted(*, run: str, households: Sequence[int], by: str, at: datetime) -> int:
    """Mark open warnings on a run's desk as noted (somebody has taken them in hand); returns how many were not yet."""
    waiting = DeskWarning.objects.filter(run_id=run, household_key__in=list(households), status=states.OPEN, noted_at__isnull=True)
    marked = sorted(waiting.values_list("household_key", flat=True))
    number = waiting.update(noted_at=at, noted_by=by, touched_at=at, touched_by=by)
    if number:
        record("warnings.noted", by=by, at=at, subject=f"run:{run}", detail={"households": marked})
    return number


@transaction.atomic
def undo_noted(*, run: str, marked_at: datetime, by: str, at: datetime) -> int:
    """Take away the marks that somebody set at one instant on a run's desk; returns how many still stood."""
    marked = DeskWarning.objects.filter(run_id=run, noted_at=marked_at, noted_by=by)
    households = sorted(marked.values_list("household_key", flat=True))
    number = marked.update(noted_at=None, noted_by="", touched_at=at, touched_by=by)
    if number:
        record("warnings.unnoted", by=by, at=at, subject=f"run:{run}", detail={"households": households})
    return number
