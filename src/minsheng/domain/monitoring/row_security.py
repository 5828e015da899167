"""Who sees which levels and warnings: those of the households they see; published models and runs point to nobody."""

from minsheng.domain.access.roles import May
from minsheng.domain.access.row_security.asking import allowed, sees, within
from minsheng.domain.access.row_security.declaring import COME_AND_GO, Bound, Open, RowSecurity
from minsheng.domain.registry.row_security import of_household

_UNPLACED = "(division = '' AND (SELECT access_sees_the_unplaced()))"

ROW_SECURITY = RowSecurity(
    tables=(
        Bound("monitoring_publishedmodel", read="true", insert=allowed(May.APPROVE_MODELS)),
        Bound("monitoring_modelactivation", read="true", insert=allowed(May.APPROVE_MODELS)),
        Open("monitoring_run"),
        Bound("monitoring_householdlevel", read=sees("division", "household_key")),
        Bound("monitoring_warning", read=sees("division", "household_key")),
        Bound("monitoring_hit", read=of_household("monitoring_hit.household_key")),
        Bound("monitoring_evidence", read=of_household("monitoring_evidence.household_key")),
        Bound(
            "monitoring_leveltally",
            read=f"{within('monitoring_leveltally.division', May.SEE_SITUATION)} OR {_UNPLACED}",
            worker=COME_AND_GO,
        ),
        Bound(
            "monitoring_topictally",
            read=f"{within('monitoring_topictally.division', May.SEE_SITUATION)} OR {_UNPLACED}",
            worker=COME_AND_GO,
        ),
        Bound(
            "monitoring_verdict",
            read=of_household("monitoring_verdict.household_key"),
            insert=of_household("monitoring_verdict.household_key"),
        ),
    ),
    partitioned=("monitoring_householdlevel", "monitoring_warning", "monitoring_hit", "monitoring_evidence"),
)
