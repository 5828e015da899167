"""The audit search."""

from minsheng.domain.access.roles import May
from tests.web.routes import Route

ROUTES = {
    "office:audit": Route(may=May.SEARCH_AUDIT),
    "office:audit_check": Route(may=May.SEARCH_AUDIT, method="post", answers=(302, 409)),
}
