"""Who sees which people: a household by its place, and everything else by its household."""

from minsheng.domain.access.roles import May
from minsheng.domain.access.row_security.asking import allowed, sees, within
from minsheng.domain.access.row_security.declaring import COME_AND_GO, Bound, Open, RowSecurity


def of_household(column: str) -> str:
    """The row is of a household that is seen; the column is named with its table, lest the inner one answers."""
    return f"EXISTS (SELECT 1 FROM registry_household seen WHERE seen.key = {column})"


def of_person(column: str) -> str:
    """The row is of a person who is, or was, of a household that is seen; the column is named with its table."""
    return f"EXISTS (SELECT 1 FROM registry_membership seen WHERE seen.person_id = {column})"


def decides(column: str) -> str:
    """The place in a column is one where the user decides identities; what has no place is decided from the prefecture up."""
    unplaced = f"({column} = '' AND {allowed(May.DECIDE_IDENTITY)} AND (SELECT access_sees_the_unplaced()))"
    return f"({within(column, May.DECIDE_IDENTITY)} OR {unplaced})"


def decides_about(persons: str) -> str:
    """One of these people lives, or lived, where the user decides identities; `persons` is an array, named with its table."""
    return (
        "EXISTS (SELECT 1 FROM registry_membership lived JOIN registry_household home ON home.key = lived.household_id "
        f"WHERE lived.person_id = ANY ({persons}) AND {decides('home.division')})"
    )


_BOTH_OURS = " AND ".join(decides_about(f"ARRAY[registry_merge.person_{side}_id]") for side in ("from", "into"))
_REMEMBERS = ("SELECT", "INSERT")

_OF_NUMBER = """
    CREATE OR REPLACE FUNCTION registry_household_of_number(wanted text, OUT key bigint, OUT division text) RETURNS SETOF record
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
        SELECT found.key, found.division::text FROM registry_household AS found
        WHERE found.number = wanted AND cardinality(access_places_break_glass()) > 0
    $body$
"""
"""For breaking the glass: the household of one exact number, to those who may open one."""

ROW_SECURITY = RowSecurity(
    before=(_OF_NUMBER,),
    tables=(
        Bound("registry_household", read=sees("division", "key")),
        Bound("registry_householdlisting", read=of_household("registry_householdlisting.household_id"), worker=COME_AND_GO),
        Bound("registry_membership", read=of_household("registry_membership.household_id"), worker=COME_AND_GO),
        Bound("registry_person", read=of_person("registry_person.key")),
        Bound("registry_personnumber", read=of_person("registry_personnumber.person_id"), worker=COME_AND_GO),
        Bound("registry_listedperson", read=sees("division", "household_key"), worker=COME_AND_GO),
        Bound("registry_death", read=of_person("registry_death.person_id"), worker=COME_AND_GO),
        Bound("registry_merge", read=of_person("registry_merge.person_into_id"), update=_BOTH_OURS),
        Bound("registry_householdevent", read=of_household("registry_householdevent.pgh_obj_id"), worker=_REMEMBERS),
        Bound("registry_personevent", read=of_person("registry_personevent.pgh_obj_id"), worker=_REMEMBERS),
        Bound("registry_personnumberevent", read=of_person("registry_personnumberevent.person_id"), worker=_REMEMBERS),
        Open("registry_snapshot"),
        Open("registry_registryepoch", ("SELECT", "INSERT", "UPDATE")),
    ),
)
