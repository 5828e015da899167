"""Who sees which deliveries, agreements and questions of identity.

A department's partner sees what the department sent; everybody else who may see deliveries sees all of them, since they point to nobody.
A question of identity is seen where it is decided: by whoever answers for a place where one of its candidates lives or lived, and where it
has no candidate, for the place that the delivered row names.
"""

from django.conf import settings

from minsheng.domain.access.roles import FOR_AN_ORGANISATION, May, roles_that_may
from minsheng.domain.access.row_security.asking import allowed, mine, signed, within
from minsheng.domain.access.row_security.declaring import Bound, Open, RowSecurity
from minsheng.domain.registry.row_security import decides, decides_about

_ROLES = ", ".join(f"'{role}'" for role in sorted(roles_that_may(May.SEE_DELIVERIES) - FOR_AN_ORGANISATION))
_TODAY = f"(now() AT TIME ZONE '{settings.TIME_ZONE}')::date"
SEES_EVERY_DEPARTMENT = (
    "CREATE OR REPLACE FUNCTION feeds_sees_every_department() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE "
    "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$ "
    "SELECT EXISTS (SELECT 1 FROM access_grant held JOIN access_user holder ON holder.id = held.user_id "
    f"WHERE held.user_id = access_user() AND holder.is_active AND held.role IN ({_ROLES}) "
    f"AND held.starts_on <= {_TODAY} AND held.ends_on > {_TODAY} AND held.revoked_at IS NULL AND NOT held.awaiting) "
    "$body$"
)


def of_department(column: str) -> str:
    """The row is of a department whose deliveries the user sees: everybody's, or one's own as its partner."""
    own = f"{column} = ANY ((SELECT access_departments('department_partner'))::text[])"
    return f"((SELECT feeds_sees_every_department()) OR {own})"


_DELIVERY_SEEN = "EXISTS (SELECT 1 FROM feeds_delivery seen WHERE seen.id = feeds_alarm.delivery_id)"
_CASE = (
    f"(cardinality(feeds_identitycase.candidate_keys) = 0 AND {decides('feeds_identitycase.delivered_division')}) "
    f"OR {decides_about('feeds_identitycase.candidate_keys')}"
)
_CASE_SEEN = "EXISTS (SELECT 1 FROM feeds_identitycase asked WHERE asked.id = feeds_identitycaseevent.pgh_obj_id)"
_ASKED = "EXISTS (SELECT 1 FROM feeds_identitycase asked WHERE asked.subject = feeds_identitydecision.subject)"
_OURS = f"(feeds_identitydecision.person_key IS NULL OR {decides_about('ARRAY[feeds_identitydecision.person_key]')})"
_AGREEMENT_SEEN = f"{allowed(May.SEE_AGREEMENTS)} OR department = ANY ((SELECT access_departments('department_partner'))::text[])"
_KEEPS_AGREEMENT = within("area", May.KEEP_AGREEMENTS)
_DATASET = "EXISTS (SELECT 1 FROM feeds_sharingagreement whole WHERE whole.id = feeds_agreementdataset.agreement_id{more})"
_DATASET_WRITTEN = _DATASET.format(more=f" AND whole.state = 'draft' AND {within('whole.area', May.KEEP_AGREEMENTS)}")

ROW_SECURITY = RowSecurity(
    before=(SEES_EVERY_DEPARTMENT,),
    tables=(
        Bound("feeds_delivery", read=of_department("department")),
        Bound("feeds_alarm", read=_DELIVERY_SEEN),
        Bound("feeds_identitycase", read=_CASE, update=_CASE),
        Bound("feeds_identitycaseevent", read=_CASE_SEEN, insert=_CASE_SEEN, worker=("SELECT", "INSERT")),
        Bound(
            "feeds_identitydecision",
            read=_ASKED,
            insert=f"method = 'person' AND {signed('decided_by')} AND {_ASKED} AND {_OURS}",
            update=_ASKED,
        ),
        Open("feeds_identityepoch", ("SELECT", "INSERT", "UPDATE")),
        Open("feeds_closedmonth"),
        Bound(
            "feeds_sharingagreement",
            read=_AGREEMENT_SEEN,
            insert=f"{signed('drafted_by')} AND {_KEEPS_AGREEMENT}",
            update=_KEEPS_AGREEMENT,
        ),
        Bound(
            "feeds_agreementdataset",
            read=_DATASET.format(more=""),
            insert=_DATASET_WRITTEN,
            delete=_DATASET_WRITTEN,
        ),
        Bound(
            "feeds_upload",
            read=mine("user_id"),
            insert=f"{mine('user_id')} AND {allowed(May.DELIVER)} AND {of_department('department')}",
            update=mine("user_id"),
        ),
    ),
)
