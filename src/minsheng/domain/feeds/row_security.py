"""Who sees which deliveries and questions of identity."""

from minsheng.domain.access.row_security.declaring import Closed, RowSecurity

ROW_SECURITY = RowSecurity(
    tables=(
        Closed("feeds_delivery"),
        Closed("feeds_alarm"),
        Closed("feeds_identitycase"),
        Closed("feeds_identitydecision"),
        Closed("feeds_identityepoch"),
        Closed("feeds_closedmonth"),
    )
)
