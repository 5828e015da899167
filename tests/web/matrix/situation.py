"""The situation, its downloads and the wall."""

from minsheng.domain.access.roles import May
from tests.web.routes import Route

ROUTES = {
    "office:situation": Route(may=May.SEE_SITUATION),
    "office:situation_csv": Route(may=May.SEE_SITUATION, here=lambda _: {"picture": "trend"}),
    "office:situation_work": Route(may=May.SEE_SITUATION),
    "office:boundaries": Route(
        may=May.SEE_SITUATION,
        here=lambda _: {"digest": "0123456789abcdef", "division": "999001000000"},
        there=lambda _: {"digest": "0123456789abcdef", "division": "999002000000"},
        answers=(404,),
    ),
    "office:wall": Route(may=May.SEE_SITUATION),
}
