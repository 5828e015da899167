"""What an address of the situation asks for: which run, which place, and what of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from django.urls import reverse

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import NotAllowed, Viewer
from minsheng.domain.monitoring.queries import FinishedRun, latest_run, leading_model, run_of, runs_in_order
from minsheng.domain.monitoring.situation import Situation, path_to, situation, where_it_begins
from minsheng.kernel.divisions import DivisionCode
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.web.requests import OfficeRequest


class NoPlace(Refusal):
    """The viewer answers for no place."""

    code: ClassVar[str] = "no-place"


@dataclass(frozen=True)
class Asked:
    """The run, the highest place of the viewer that the asked one lies in, and the way down to it."""

    run: FinishedRun
    top: str
    path: tuple[str, ...]
    protected: bool
    tops: tuple[str, ...]

    @property
    def place(self) -> str:
        """The place itself."""
        return self.path[-1]

    def found(self) -> Situation:
        """What there is to say of it."""
        return situation(self.run, self.path, protected=self.protected)

    def address(self, route: str = "office:situation", *parts: str, **words: str) -> str:
        """The address of this, or with other words."""
        query = {"place": self.place, "month": self.run.month, "model": self.run.model_name, **words}
        return f"{reverse(route, args=parts)}?{urlencode(query)}"


def asked(request: OfficeRequest) -> Asked:
    """Read an address; raises NoSuchRun, NotADivisionCode, NotAMonth, NotAllowed or NoPlace."""
    words = request.GET
    model = words.get("model") or None
    run = run_of(Month.parse(words["month"]), model) if words.get("month") else latest_run(model or leading_model())
    return at_place(request.viewer, run, words.get("place", ""))


def at_place(viewer: Viewer, run: FinishedRun, place: str = "") -> Asked:
    """A run at a place, or where the viewer's own places begin to differ; raises NotADivisionCode, NotAllowed or NoPlace."""
    tops = tuple(DivisionCode.parse(prefix).text for prefix in viewer.where(May.SEE_SITUATION))
    if not tops:
        raise NoPlace("You answer for no place yet.", next_step="Ask an administrator of your area for a place to answer for.")
    wanted = DivisionCode.parse(place).text if place else where_it_begins(run, tops[0])
    top = next((one for one in tops if wanted.startswith(DivisionCode(one).prefix)), None)
    if top is None:
        raise NotAllowed(f"{wanted} lies outside your area.", next_step="Choose a place of your own area.")
    return Asked(run, top, path_to(wanted, top), not viewer.may(May.SEE_HOUSEHOLDS, wanted), tops)


def months_and_models() -> tuple[Sequence[str], Sequence[str]]:
    """What can be chosen: months newest first, and models."""
    runs = runs_in_order()
    return sorted({run.month for run in runs}, reverse=True), sorted({run.model_name for run in runs})
