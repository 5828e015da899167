"""Sharing agreements of the tests' one medical insurance bureau."""

from datetime import date
from typing import Any

from minsheng.domain.feeds.models import SharingAgreement
from minsheng.domain.feeds.operations import AgreementFacts, draft_agreement, put_in_force
from tests.conftest import NOW

FEED = "medical_settlements"
NEEDED = ("number", "name", "division", "settlement_no", "settled_on", "kind", "total_cost", "own_share")
AUTHOR, SECOND = "user:author", "user:second"


def facts(**changes: Any) -> AgreementFacts:
    """What an agreement says, with some things said otherwise."""
    said: dict[str, Any] = {
        "department": "medical_insurance",
        "provider": "某区医疗保障局",
        "title": "医疗结算数据共享协议",
        "document": "医保协议〔2026〕3号",
        "purpose": "低收入人口动态监测",
        "legal_basis": "民发〔2022〕85号",
        "area": "999001",
        "starts_on": date(2026, 1, 1),
        "expires_on": date(2026, 12, 31),
        "datasets": {FEED: NEEDED},
    }
    return AgreementFacts(**{**said, **changes})


def drafted(catalogue: Any, **changes: Any) -> SharingAgreement:
    """A draft."""
    return draft_agreement(facts=facts(**changes), catalogue=catalogue, by=AUTHOR, at=NOW)


def in_force(catalogue: Any, **changes: Any) -> SharingAgreement:
    """An agreement that a second person put in force."""
    draft = drafted(catalogue, **changes)
    return put_in_force(agreement=draft.pk, version=draft.version, by=SECOND, at=NOW)
