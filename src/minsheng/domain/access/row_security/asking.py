"""What policies ask the database: who is looking, and where they answer. SQL conditions for the declarations of every app.

The web names only the user of a transaction (`minsheng.user`); what that user may see is read from the grants by functions that the
web cannot change. Each is asked once in a statement, not once in a row.
"""

from collections.abc import Iterable

from django.conf import settings

from minsheng.domain.access.roles import May, roles_that_may
from minsheng.kernel.divisions import DivisionCode, Level

USER_SETTING = "minsheng.user"


def within(column: str, may: May) -> str:
    """The place in a column is one where the user may do something."""
    return f"{column} ^@ ANY ((SELECT access_places_{may.value}())::text[])"


def sees(division: str, household_key: str) -> str:
    """A household at a place is seen: in the user's area, opened by breaking the glass, or without a place and seen from above."""
    here = within(division, May.SEE_HOUSEHOLDS)
    unplaced = f"({division} = '' AND (SELECT access_sees_the_unplaced()))"
    return f"({here} OR {unplaced} OR {household_key} = ANY ((SELECT access_opened_households())::bigint[]))"


def allowed(may: May) -> str:
    """The user may do something somewhere."""
    return f"(SELECT cardinality(access_places_{may.value}()) > 0)"


def throughout(may: May) -> str:
    """The user may do something in the whole area of the installation."""
    return f"(SELECT access_throughout(access_places_{may.value}()))"


def mine(column: str) -> str:
    """The row is the user's own."""
    return f"{column} = (SELECT access_user())"


def signed(column: str) -> str:
    """The row is signed with the user's own name."""
    return f"{column} = (SELECT access_signature())"


def functions() -> tuple[str, ...]:
    """The statements that make the functions."""
    today = f"(now() AT TIME ZONE '{settings.TIME_ZONE}')::date"
    standing = f"user_id = access_user() AND starts_on <= {today} AND ends_on > {today} AND revoked_at IS NULL AND NOT awaiting"
    active = "EXISTS (SELECT 1 FROM access_user WHERE id = access_user() AND is_active)"
    return (
        _function("access_user()", "bigint", f"SELECT nullif(current_setting('{USER_SETTING}', true), '')::bigint", definer=False),
        _function("access_signature()", "text", "SELECT 'user:' || username FROM access_user WHERE id = access_user()"),
        *(_places(may, standing, active) for may in May),
        _function("access_throughout(places text[])", "boolean", _throughout(settings.AREA), definer=False),
        _function(
            "access_sees_the_unplaced()",
            "boolean",
            f"SELECT EXISTS (SELECT 1 FROM access_grant WHERE {standing} AND {active} "
            f"AND role IN ({_listed(roles_that_may(May.SEE_HOUSEHOLDS))}) AND length(prefix) <= 4)",
        ),
        _function(
            "access_opened_households()",
            "bigint[]",
            "SELECT coalesce(array_agg(household_key), '{}') FROM access_openedhousehold "
            f"WHERE user_id = access_user() AND {active} AND opened_at <= now() AND closes_at > now()",
        ),
        _function("access_departments(may text)", "text[]", _departments(standing)),
    )


def _places(may: May, standing: str, active: str) -> str:
    body = (
        "SELECT coalesce(array_agg(DISTINCT prefix::text), '{}') FROM access_grant "
        f"WHERE {standing} AND {active} AND role IN ({_listed(roles_that_may(may))})"
    )
    return _function(f"access_places_{may.value}()", "text[]", body)


def _throughout(area: Iterable[str]) -> str:
    """As `Viewer.throughout` has it; the area is that of the settings when the tables were last brought up to date."""
    named = ", ".join(f"'{DivisionCode.parse(place).prefix}'" for place in area)
    if not named:
        return f"SELECT EXISTS (SELECT 1 FROM unnest(places) AS place WHERE length(place) <= {Level.PROVINCE.digits})"
    return f"SELECT NOT EXISTS (SELECT 1 FROM unnest(ARRAY[{named}]) AS area WHERE NOT area ^@ ANY (places))"


def _departments(standing: str) -> str:
    return (
        "SELECT coalesce(array_agg(DISTINCT organisation.department::text), '{}') FROM access_grant "
        "JOIN places_organisation organisation ON organisation.id = organisation_id "
        f"WHERE {standing} AND role = may AND organisation.department <> ''"
    )


def _function(signature: str, returns: str, body: str, *, definer: bool = True) -> str:
    security = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp" if definer else ""
    return f"CREATE OR REPLACE FUNCTION {signature} RETURNS {returns} LANGUAGE sql STABLE PARALLEL SAFE {security} AS $body$ {body} $body$"


def _listed(roles: Iterable[str]) -> str:
    return ", ".join(f"'{role}'" for role in sorted(roles)) or "NULL"
