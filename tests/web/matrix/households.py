"""Households and their files."""

from minsheng.domain.access.roles import May
from tests.papers import picture
from tests.web.routes import Route

ROUTES = {
    "office:households": Route(may=May.SEE_HOUSEHOLDS),
    "office:households_search": Route(may=May.SEE_HOUSEHOLDS, method="post", data=lambda _: {"q": "there-1"}, answers=(302,)),
    "office:household": Route(
        may=May.SEE_HOUSEHOLDS,
        here=lambda _: {"number": "here-1"},
        there=lambda _: {"number": "there-1"},
    ),
    "office:document_keep": Route(
        may=May.ANSWER_WARNINGS,
        method="post",
        here=lambda _: {"number": "here-1"},
        there=lambda _: {"number": "there-1"},
        data=lambda _: {"kind": "visit", "file": picture()},
        answers=(302,),
    ),
    "office:document_open": Route(
        may=May.REVEAL,
        method="post",
        here=lambda world: {"document": world.document("here-1")},
        there=lambda world: {"document": world.document("there-1")},
        data=lambda _: {"purpose": "verify"},
    ),
    "office:document_withdraw": Route(
        may=May.ANSWER_WARNINGS,
        method="post",
        here=lambda world: {"document": world.document("here-1")},
        there=lambda world: {"document": world.document("there-1")},
        data=lambda _: {"why": "another family's"},
        answers=(302,),
    ),
}
