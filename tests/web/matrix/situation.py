"""The situation, its downloads and the wall."""

from minsheng.domain.access.roles import May
from tests.web.routes import Route

ROUTES = {
    "office:situation": Route(may=May.SEE_SITUATION),
    "office:situation_csv": Route(may=May.SEE_SITUATION, here=lambda _: {"picture": "trend"}),
    "office:wall": Route(may=May.SEE_SITUATION),
}
