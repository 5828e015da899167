"""Deliveries, their sheets, and sending files."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import May
from minsheng.domain.feeds.models import Delivery, Upload
from tests.staff import user
from tests.web.routes import Route
from tests.web.world import OfficeWorld

NOBODYS = UUID(int=7)
"""An upload that none of those who ask has sent: to each of them there is no such upload."""


def delivery(world: OfficeWorld) -> dict[str, Any]:
    """A delivery of the world's newest month."""
    return {"delivery": Delivery.objects.filter(feed="medical_settlements", month="2026-06").values_list("pk", flat=True).get()}


def anothers(world: OfficeWorld) -> dict[str, Any]:
    """An upload of somebody else."""
    sender = User.objects.filter(username="sender").first() or user("sender")
    facts = {"feed": "vehicles", "department": "police", "filename": "x.csv", "size_bytes": 9}
    times = {"started_at": timezone.now(), "changed_at": timezone.now()}
    Upload.objects.get_or_create(pk=NOBODYS, defaults={"user": sender, **facts, **times})
    return {"upload": NOBODYS}


def piece(world: OfficeWorld) -> dict[str, Any]:
    """A piece of it."""
    return {"feed": "vehicles", "month": "2026-06", **anothers(world)}


def begun(world: OfficeWorld) -> dict[str, Any]:
    """Where an upload is begun."""
    return {"feed": "vehicles", "month": "2026-06"}


def said(**words: str) -> Any:
    """What is sent with it."""
    return lambda _: words


_GONE = (404,)
ROUTES = {
    "office:deliveries": Route(May.SEE_DELIVERIES),
    "office:delivery": Route(May.SEE_DELIVERIES, delivery, answers=(200, 404)),
    "office:rejected_rows": Route(May.SEE_DELIVERIES, delivery, query=said(column="name", reason="missing-value"), answers=(200, 404)),
    "office:rejected_file": Route(May.DELIVER, delivery, answers=(200, 403, 404)),
    "office:release": Route(May.RELEASE, delivery, method="post", data=said(reason="looked at"), answers=(409,)),
    "office:send": Route(May.DELIVER),
    "office:begin_upload": Route(May.DELIVER, begun, method="post", answers=(400, 403)),
    "office:upload_piece": Route(May.DELIVER, piece, method="head", answers=_GONE),
    "office:finish_upload": Route(May.DELIVER, piece, method="post", answers=_GONE),
    "office:upload": Route(May.DELIVER, anothers, answers=_GONE),
    "office:upload_progress": Route(May.DELIVER, anothers, answers=_GONE),
    "office:upload_again": Route(May.DELIVER, anothers, method="post", answers=_GONE),
    "office:give_up_upload": Route(May.DELIVER, anothers, method="post", answers=_GONE),
}
