"""What every page of the office is given: who looks, and where they may go."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from minsheng.domain.access.roles import May
from minsheng.engine.contracts.schema import Text


@dataclass(frozen=True)
class Entry:
    """A way into a page: its route, its words, a Tabler icon, and what it asks for."""

    route: str
    title: Text
    icon: str
    needs: May | None


NAVIGATION = (
    Entry("office:front", Text(zh="今日待办", en="Today"), "home", None),
    Entry("office:situation", Text(zh="态势", en="Situation"), "map", May.SEE_SITUATION),
    Entry("office:warnings", Text(zh="预警", en="Warnings"), "alert-triangle", May.SEE_HOUSEHOLDS),
    Entry("office:households", Text(zh="家庭", en="Households"), "users", May.SEE_HOUSEHOLDS),
    Entry("office:deliveries", Text(zh="数据报送", en="Deliveries"), "truck-delivery", May.SEE_DELIVERIES),
    Entry("office:identity", Text(zh="身份核对", en="Identity review"), "id", May.DECIDE_IDENTITY),
    Entry("office:models", Text(zh="监测模型", en="Models"), "adjustments", May.SEE_MODELS),
    Entry("office:agreements", Text(zh="共享协议", en="Agreements"), "file-certificate", May.SEE_AGREEMENTS),
    Entry("office:jobs", Text(zh="运行与任务", en="Runs and jobs"), "activity", May.SEE_RUNS),
    Entry("office:openings", Text(zh="临时打开", en="Opened households"), "eye", May.SUPERVISE),
    Entry("office:users", Text(zh="人员与权限", en="People and rights"), "user-shield", May.MANAGE_USERS),
    Entry("office:audit", Text(zh="审计查询", en="Audit search"), "history", May.SEARCH_AUDIT),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The viewer and the navigation open to them; entries whose page does not exist yet are left out."""
    viewer = getattr(request, "viewer", None)
    if viewer is None:
        return {"viewer": None, "navigation": [], "made_up": settings.MADE_UP_PEOPLE}
    entries = [entry for entry in NAVIGATION if entry.needs is None or viewer.may(entry.needs)]
    found = [(entry, address) for entry in entries if (address := _address(entry.route))]
    here = max((address for _, address in found if _leads(address, request.path)), key=len, default="")
    navigation = [(entry, address, address == here) for entry, address in found]
    return {"viewer": viewer, "navigation": navigation, "made_up": settings.MADE_UP_PEOPLE}


def _leads(address: str, path: str) -> bool:
    """Whether a page lies on the way that begins at an address; the front page is only itself."""
    return path == address or (address != "/" and path.startswith(address))


def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
