"""Who sees which documents: those of the households they see; who answers warnings at the household's place keeps and withdraws them."""

from minsheng.domain.access.roles import May
from minsheng.domain.access.row_security.asking import signed, within
from minsheng.domain.access.row_security.declaring import Bound, RowSecurity
from minsheng.domain.registry.row_security import of_household

_LOOKED_AFTER = (
    "EXISTS (SELECT 1 FROM registry_household seen WHERE seen.key = documents_document.household_id "
    f"AND {within('seen.division', May.ANSWER_WARNINGS)})"
)

ROW_SECURITY = RowSecurity(
    tables=(
        Bound(
            "documents_document",
            read=of_household("documents_document.household_id"),
            insert=f"{signed('kept_by')} AND {_LOOKED_AFTER}",
            update=_LOOKED_AFTER,
            worker=("SELECT",),
        ),
    )
)
