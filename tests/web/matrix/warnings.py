"""The list of warnings."""

from collections.abc import Mapping
from typing import Any

from minsheng.domain.access.roles import May
from tests.web.routes import Arguments, Route
from tests.web.world import OfficeWorld


def _picked(number: str) -> Arguments:
    return lambda world: {"household": world.key(number), "query": f"month={world.run.month}&status=all"}


def _verdict(number: str) -> Arguments:
    def data(world: OfficeWorld) -> Mapping[str, Any]:
        return {"household": world.key(number), "query": "status=all", "verdict": "TRUE_HELPED", "given_on": "2026-07-09", "shown_at": "x"}

    return data


ROUTES = {
    "office:warnings": Route(may=May.SEE_HOUSEHOLDS, query=lambda _: {"status": "all", "sort": "place"}),
    "office:warnings_search": Route(may=May.SEE_HOUSEHOLDS, method="post", data=lambda _: {"q": "甲"}, answers=(302,)),
    "office:warnings_filter": Route(
        may=May.SEE_HOUSEHOLDS, method="post", data=lambda _: {"name": "a", "query": "level=4"}, answers=(302,)
    ),
    "office:warnings_filter_forget": Route(may=May.SEE_HOUSEHOLDS, here=lambda _: {"filter_id": 1}, method="post", answers=(302,)),
    "office:warnings_note": Route(may=May.ANSWER_WARNINGS, method="post", data=_picked("here-1"), answers=(302,)),
    "office:warnings_note_undo": Route(may=May.ANSWER_WARNINGS, method="post", data=lambda _: {"marked": "x"}, answers=(302,)),
    "office:warnings_verdict": Route(may=May.ANSWER_WARNINGS, method="post", data=_picked("here-1")),
    "office:warnings_verdict_give": Route(may=May.ANSWER_WARNINGS, method="post", data=_verdict("here-1"), answers=(409, 302)),
    "office:warnings_verdict_withdraw": Route(may=May.ANSWER_WARNINGS, method="post", data=lambda _: {"batch": "none"}, answers=(404,)),
    "office:warnings_export": Route(may=May.EXPORT, method="post", data=lambda _: {"format": "csv", "query": "status=all"}),
}
