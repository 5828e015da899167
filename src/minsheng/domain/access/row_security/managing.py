"""What administrators ask the database about people whose grants they may not see."""

from django.conf import settings

from minsheng.domain.access.roles import May, roles_that_may


def functions() -> tuple[str, ...]:
    """The statements that make the functions."""
    today = f"(now() AT TIME ZONE '{settings.TIME_ZONE}')::date"
    ahead = f"revoked_at IS NULL AND ends_on > {today}"
    managing = ", ".join(f"'{role}'" for role in sorted(roles_that_may(May.MANAGE_USERS)))
    asker = (
        "EXISTS (SELECT 1 FROM access_grant AS held JOIN access_user AS asker ON asker.id = held.user_id AND asker.is_active "
        f"WHERE held.user_id = access_user() AND held.role IN ({managing}) AND held.starts_on <= {today} "
        f"AND NOT held.awaiting AND held.{ahead}"
    )
    return (
        _function(
            "access_manages(person bigint)",
            "boolean",
            f"SELECT {asker}) AND NOT EXISTS (SELECT 1 FROM access_grant AS theirs WHERE theirs.user_id = person "
            f"AND theirs.{ahead.replace('ends_on', 'theirs.ends_on')} AND NOT {asker} AND theirs.prefix ^@ held.prefix))",
        ),
        _function(
            "access_without_grants()",
            "bigint[]",
            f"SELECT coalesce(array_agg(id), '{{}}') FROM access_user WHERE {asker}) "
            f"AND NOT EXISTS (SELECT 1 FROM access_grant AS theirs WHERE theirs.user_id = access_user.id AND theirs.{ahead})",
        ),
    )


def _function(signature: str, returns: str, body: str) -> str:
    security = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
    return f"CREATE OR REPLACE FUNCTION {signature} RETURNS {returns} LANGUAGE sql STABLE PARALLEL SAFE {security} AS $body$ {body} $body$"
