"""Figures of the work for whoever watches over the installation: counts and ages, of nobody.

They are asked through a function of the installation's owner, since the web alone sees only what its signed-in user may.
"""

from dataclasses import dataclass
from typing import Final

from django.db import connection

_SAID: Final = {
    "jobs": ("state", "Jobs in each state."),
    "jobs_oldest_waiting_seconds": ("", "How long the oldest waiting job has waited."),
    "jobs_silent": ("", "Jobs at work whose worker shows no life."),
    "deliveries_held": ("", "Deliveries that wait to be released."),
    "identities_pending": ("", "Identities that wait for a decision."),
    "last_run_month": ("model", "The newest month that was run, as yyyymm."),
    "last_run_age_seconds": ("model", "How long ago the newest run was published."),
    "warnings_open": ("model", "Warnings of the newest month that nobody has given a verdict on."),
}

_BODY: Final = """
BEGIN
  RETURN QUERY SELECT 'jobs'::text, state::text, count(*)::float8 FROM jobs_job GROUP BY state;
  RETURN QUERY SELECT 'jobs_oldest_waiting_seconds', '', coalesce(extract(epoch FROM now() - min(asked_at)), 0)::float8
    FROM jobs_job WHERE state = 'waiting';
  RETURN QUERY SELECT 'jobs_silent', '', count(*)::float8
    FROM jobs_job WHERE state IN ('running', 'cancelling') AND heartbeat_at < now() - interval '45 seconds';
  RETURN QUERY SELECT 'deliveries_held', '', count(*)::float8 FROM feeds_delivery WHERE status = 'held';
  RETURN QUERY SELECT 'identities_pending', '', count(*)::float8 FROM feeds_identitycase AS asked WHERE asked.state = 'pending';
  FOR run IN SELECT DISTINCT ON (model_name) * FROM monitoring_run WHERE current ORDER BY model_name, month DESC LOOP
    RETURN QUERY SELECT 'last_run_month', run.model_name::text, replace(run.month, '-', '')::float8;
    RETURN QUERY SELECT 'last_run_age_seconds', run.model_name::text, extract(epoch FROM now() - run.finished_at)::float8;
    RETURN QUERY SELECT 'warnings_open', run.model_name::text, count(*)::float8 FROM monitoring_warning AS warned
      WHERE warned.month = run.month AND warned.run_id = run.id AND NOT warned.suppressed AND NOT EXISTS (
        SELECT 1 FROM monitoring_verdict AS given
        WHERE given.run_id = run.id AND given.household_key = warned.household_key AND given.withdrawn_at IS NULL);
  END LOOP;
END
"""
FUNCTION: Final = (
    "CREATE OR REPLACE FUNCTION monitoring_measures() RETURNS TABLE (name text, of_what text, value float8) LANGUAGE plpgsql STABLE "
    f"SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$ DECLARE run record; {_BODY} $body$"
)
"""The statement that makes the function; laid down with row-level security."""


@dataclass(frozen=True)
class Measure:
    """One figure: its name, what it is of (under a label, if it is of anything), and what it says."""

    name: str
    label: str
    of: str
    value: float
    said: str


def measures() -> list[Measure]:
    """Every figure, by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, of_what, value FROM monitoring_measures() ORDER BY name, of_what")
        return [Measure(name, _SAID[name][0], of, float(value), _SAID[name][1]) for name, of, value in cursor.fetchall()]
