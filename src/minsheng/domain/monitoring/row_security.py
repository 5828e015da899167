"""Who sees which levels and warnings: those of the households they see; published models and runs point to nobody."""

from minsheng.domain.access.roles import May
from minsheng.domain.access.row_security.asking import allowed, mine, sees, signed, within
from minsheng.domain.access.row_security.declaring import COME_AND_GO, NOTHING, Bound, Open, RowSecurity
from minsheng.domain.monitoring.measures import FUNCTION
from minsheng.domain.registry.row_security import of_household

_UNPLACED = "(division = '' AND (SELECT access_sees_the_unplaced()))"
_ANSWERED = (
    "EXISTS (SELECT 1 FROM registry_household seen WHERE seen.key = monitoring_verdict.household_key "
    f"AND {within('seen.division', May.ANSWER_WARNINGS)})"
)

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
            insert=f"{signed('given_by')} AND {_ANSWERED}",
            update=f"{signed('given_by')} AND {_ANSWERED}",
        ),
        Bound(
            "monitoring_deskwarning",
            read=sees("division", "household_key"),
            update=within("division", May.ANSWER_WARNINGS),
            worker=COME_AND_GO,
        ),
        Bound(
            "monitoring_savedfilter",
            read=mine("user_id"),
            insert=mine("user_id"),
            update=mine("user_id"),
            delete=mine("user_id"),
            worker=NOTHING,
        ),
    ),
    before=(FUNCTION,),
    partitioned=("monitoring_householdlevel", "monitoring_warning", "monitoring_hit", "monitoring_evidence"),
)
