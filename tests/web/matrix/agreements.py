"""Sharing agreements."""

from typing import Any

from minsheng.domain.access.roles import May
from minsheng.domain.feeds.models import SharingAgreement
from tests.operations.feeds.agreed import drafted, in_force
from tests.web.routes import Route
from tests.web.world import HERE_COUNTY, THERE_COUNTY, OfficeWorld


def draft(world: OfficeWorld, area: str = HERE_COUNTY) -> dict[str, Any]:
    """A draft for a place."""
    found = SharingAgreement.objects.filter(state="draft", area=area).first() or drafted(world.installation.catalogue, area=area)
    return {"agreement": found.pk}


def standing(world: OfficeWorld, area: str = HERE_COUNTY) -> dict[str, Any]:
    """One in force for a place."""
    found = SharingAgreement.objects.filter(state="in_force", area=area).first() or in_force(world.installation.catalogue, area=area)
    return {"agreement": found.pk}


def stale(_: OfficeWorld) -> dict[str, Any]:
    """A form of a version that stands no more."""
    return {"version": "77", "reason": "over"}


def elsewhere(make: Any) -> Any:
    """The same for THERE."""
    return lambda world: make(world, THERE_COUNTY)


_WRONG = (422,)
ROUTES = {
    "office:agreements": Route(May.SEE_AGREEMENTS),
    "office:agreement": Route(May.SEE_AGREEMENTS, draft),
    "office:agreement_draft": Route(May.KEEP_AGREEMENTS, lambda _: {"department": "police"}, method="post", answers=_WRONG),
    "office:agreement_edit": Route(May.KEEP_AGREEMENTS, draft, elsewhere(draft)),
    "office:agreement_in_force": Route(May.KEEP_AGREEMENTS, draft, elsewhere(draft), method="post", data=stale, answers=(409,)),
    "office:agreement_end": Route(May.KEEP_AGREEMENTS, standing, elsewhere(standing), method="post", data=stale, answers=(409,)),
    "office:agreement_renew": Route(May.KEEP_AGREEMENTS, standing, elsewhere(standing), method="post", answers=(302,)),
}
