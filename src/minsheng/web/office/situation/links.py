"""Where numbers of the situation lead: to the list of the very households they count, for those who see households."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from minsheng.domain.access.roles import May
from minsheng.web.office.situation.asked import Asked
from minsheng.web.requests import OfficeRequest


@dataclass(frozen=True)
class Links:
    """Addresses for one viewer, place and month; blank where the viewer may not see what lies behind."""

    wanted: Asked
    sees_households: bool
    sees_deliveries: bool

    @classmethod
    def of(cls, request: OfficeRequest, wanted: Asked) -> "Links":
        """The links of a request."""
        return cls(wanted, not wanted.protected, request.viewer.may(May.SEE_DELIVERIES))

    def households(self, count: int | None = 1, *, place: str = "", month: str = "", **words: str | int) -> str:
        """The households with a level that these words of the list's address ask for; nothing leads to none."""
        if not self.sees_households or not count:
            return ""
        where = {"place": place or self.wanted.place, "month": month or self.wanted.run.month, "model": self.wanted.run.model_name}
        return f"{reverse('office:warnings')}?{urlencode({**where, 'status': 'all', **words})}"

    def deliveries(self) -> str:
        """What departments sent in the month."""
        return f"{reverse('office:deliveries')}?{urlencode({'until': self.wanted.run.month})}" if self.sees_deliveries else ""
