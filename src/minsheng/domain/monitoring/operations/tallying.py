"""Counting a run's households once, at every place and above it, so that the pages of a province need not."""

import json

from django.db import connection, transaction

from minsheng.domain.monitoring.models import LevelTally, Run, TopicTally
from minsheng.engine.indicators.grammar import Model

_PLACES = """
SELECT rpad(left(counted.division, digits), 12, '0') AS division,
       CASE above WHEN 0 THEN '' ELSE rpad(left(counted.division, above), 12, '0') END AS parent
FROM (VALUES (2, 0), (4, 2), (6, 4), (9, 6), (12, 9)) AS step (digits, above)
WHERE counted.division <> '' AND (above = 0 OR substr(counted.division, above + 1, digits - above) <> repeat('0', digits - above))
UNION ALL SELECT '', '' WHERE counted.division = ''
"""
"""The place of a count and those above it, each once: codes that end in zeros stand for the higher place already."""

_LEVELS = f"""
INSERT INTO monitoring_leveltally (run_id, division, parent, level, change, households)
SELECT %(run)s, place.division, place.parent, level, change, sum(households)
FROM (
    SELECT division, level, change, count(*) AS households FROM monitoring_householdlevel
    WHERE month = %(month)s AND run_id = %(run)s GROUP BY division, level, change
) AS counted CROSS JOIN LATERAL ({_PLACES}) AS place
GROUP BY place.division, place.parent, level, change
"""  # noqa: S608

_TOPICS = f"""
WITH placed AS (
    SELECT household_key, division, level FROM monitoring_householdlevel WHERE month = %(month)s AND run_id = %(run)s AND level > 0
), spoken AS (
    SELECT DISTINCT household_key, indicator, topic.dimension
    FROM monitoring_hit JOIN jsonb_to_recordset(%(topics)s::jsonb) AS topic (indicator text, dimension text) USING (indicator)
    WHERE month = %(month)s AND run_id = %(run)s AND points > 0
), counted AS (
    SELECT division, level, 'indicator' AS kind, indicator AS value, count(*) AS households
    FROM spoken JOIN placed USING (household_key) GROUP BY division, level, indicator
    UNION ALL
    SELECT division, level, 'dimension', dimension, count(DISTINCT household_key)
    FROM spoken JOIN placed USING (household_key) GROUP BY division, level, dimension
    UNION ALL
    SELECT division, level, 'warning', CASE WHEN suppressed THEN 'suppressed' ELSE 'out' END, count(*)
    FROM monitoring_warning WHERE month = %(month)s AND run_id = %(run)s GROUP BY division, level, suppressed
)
INSERT INTO monitoring_topictally (run_id, division, parent, kind, value, level, households)
SELECT %(run)s, place.division, place.parent, kind, value, level, sum(households)
FROM counted CROSS JOIN LATERAL ({_PLACES}) AS place
GROUP BY place.division, place.parent, kind, value, level
"""  # noqa: S608


def tally_run(run: Run) -> None:
    """Count a run's households and warnings at every place, in the caller's transaction; what was counted before gives way."""
    model = Model.model_validate_json(run.model.document)
    topics = [{"indicator": one.id, "dimension": one.dimension} for one in model.scoring_indicators]
    LevelTally.objects.filter(run=run).delete()
    TopicTally.objects.filter(run=run).delete()
    with connection.cursor() as cursor:
        cursor.execute(_LEVELS, {"run": run.pk, "month": run.month})
        cursor.execute(_TOPICS, {"run": run.pk, "month": run.month, "topics": json.dumps(topics)})


@transaction.atomic
def tally_missing() -> list[str]:
    """Count the runs that were published before there were tallies, and are not retired; returns their ids."""
    missing = Run.objects.filter(leveltally__isnull=True, retired_at__isnull=True).order_by("month", "id")
    found = [run for run in missing.select_related("model") if run.summary.get("households")]
    for run in found:
        tally_run(run)
    return [run.pk for run in found]
