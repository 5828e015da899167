"""Households and their files."""

from minsheng.domain.access.roles import May
from tests.web.routes import Route

ROUTES = {
    "office:households": Route(may=May.SEE_HOUSEHOLDS),
    "office:households_search": Route(may=May.SEE_HOUSEHOLDS, method="post", data=lambda _: {"q": "there-1"}, answers=(302,)),
    "office:household": Route(
        may=May.SEE_HOUSEHOLDS,
        here=lambda _: {"number": "here-1"},
        there=lambda _: {"number": "there-1"},
    ),
}
