"""Identity review, decisions and merges."""

from typing import Any

from minsheng.domain.access.roles import May
from minsheng.domain.feeds.models import Delivery, IdentityCase
from minsheng.domain.registry.models import Merge
from tests.conftest import NOW
from tests.web.routes import Route
from tests.web.world import OfficeWorld


def case_of(world: OfficeWorld, serial: int) -> dict[str, Any]:
    """A question whether a delivered row is about a person."""
    key = world.district.key(serial)
    facts = {
        "delivery": Delivery.objects.filter(feed="vehicles").order_by("pk")[0],
        "row_number": 7,
        "reason": "name-disagrees",
        "delivered_name": "赵大",
        "candidates": [{"person_key": key, "probability": None}],
        "candidate_keys": [key],
        "asked_at": NOW,
    }
    case, _ = IdentityCase.objects.get_or_create(subject=serial.to_bytes(16, "big"), defaults=facts)
    IdentityCase.objects.filter(pk=case.pk).update(claimed_by="", claimed_until=None)
    return {"case": case.pk}


def here(world: OfficeWorld) -> dict[str, Any]:
    """One about somebody of HERE."""
    return case_of(world, 1)


def there(world: OfficeWorld) -> dict[str, Any]:
    """One about somebody of THERE."""
    return case_of(world, 11)


def merge(world: OfficeWorld, one: int, other: int) -> dict[str, Any]:
    """A merge of two people."""
    reason = f"{one}与{other}是同一人"
    made = Merge.objects.filter(reason=reason).first() or Merge.objects.create(
        person_from_id=world.district.key(one), person_into_id=world.district.key(other), reason=reason, merged_by="tester", merged_at=NOW
    )
    return {"merge": made.pk}


def nothing_said(_: OfficeWorld) -> dict[str, Any]:
    """A form without the reason that it needs."""
    return {}


ROUTES = {
    "office:identity": Route(May.DECIDE_IDENTITY),
    "office:identity_case": Route(May.DECIDE_IDENTITY, here, there),
    "office:identity_decide": Route(May.DECIDE_IDENTITY, here, there, method="post", data=lambda _: {"person": "5555"}, answers=(404,)),
    "office:identity_later": Route(May.DECIDE_IDENTITY, here, method="post", answers=(302,)),
    "office:identity_undo": Route(May.DECIDE_IDENTITY, method="post", answers=(409,)),
    "office:identity_reveal": Route(May.DECIDE_IDENTITY, here, method="post"),
    "office:identity_reopen": Route(May.DECIDE_IDENTITY, here, there, method="post", answers=(409,)),
    "office:identity_decisions": Route(May.DECIDE_IDENTITY),
    "office:identity_ledgers": Route(May.DECIDE_IDENTITY, method="post", answers=(302,)),
    "office:merges": Route(May.DECIDE_IDENTITY),
    "office:unmerge": Route(
        May.DECIDE_IDENTITY, lambda w: merge(w, 2, 1), lambda w: merge(w, 12, 11), method="post", data=nothing_said, answers=(400,)
    ),
}
