"""Who sees which people: a household by its place, and everything else by its household."""

from minsheng.domain.access.row_security.asking import sees
from minsheng.domain.access.row_security.declaring import COME_AND_GO, Bound, Open, RowSecurity


def of_household(column: str) -> str:
    """The row is of a household that is seen; the column is named with its table, lest the inner one answers."""
    return f"EXISTS (SELECT 1 FROM registry_household seen WHERE seen.key = {column})"


def of_person(column: str) -> str:
    """The row is of a person who is, or was, of a household that is seen; the column is named with its table."""
    return f"EXISTS (SELECT 1 FROM registry_membership seen WHERE seen.person_id = {column})"


ROW_SECURITY = RowSecurity(
    tables=(
        Bound("registry_household", read=sees("division", "key")),
        Bound("registry_householdlisting", read=of_household("registry_householdlisting.household_id"), worker=COME_AND_GO),
        Bound("registry_membership", read=of_household("registry_membership.household_id"), worker=COME_AND_GO),
        Bound("registry_person", read=of_person("registry_person.key")),
        Bound("registry_personnumber", read=of_person("registry_personnumber.person_id"), worker=COME_AND_GO),
        Bound("registry_death", read=of_person("registry_death.person_id"), worker=COME_AND_GO),
        Bound("registry_merge", read=of_person("registry_merge.person_into_id")),
        Open("registry_snapshot"),
        Open("registry_registryepoch"),
    )
)
