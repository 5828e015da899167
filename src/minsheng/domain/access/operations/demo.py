"""The demo's accounts: each role one, at a fitting place of the demo's district. For demos only: everybody knows the password."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils import timezone

from minsheng.domain.access.models import Grant, User
from minsheng.domain.access.policies import DEMO, ORGANISATION_KINDS, months_later
from minsheng.domain.access.roles import TITLES, Role
from minsheng.domain.audit.operations import record
from minsheng.domain.places import queries as places
from minsheng.domain.places.models import Division, Organisation
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.divisions import DivisionCode, Level
from minsheng.kernel.errors import Refusal

DEMO_PASSWORD = "minsheng-demo"  # noqa: S105
"""Known to everybody: accounts with it exist in demos only."""
_DEMO_DEPARTMENT = "medical_insurance"


class NotACounty(Refusal):
    """The demo's district is a county."""

    code: ClassVar[str] = "not-a-county"


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demo: who it is, what for, and where."""

    username: str
    role: Role
    title: Text
    place: str


_ACCOUNTS: tuple[tuple[str, str, Role, Level], ...] = (
    ("province", "省厅 沈明", Role.MONITOR, Level.PROVINCE),
    ("author", "省厅 韩静", Role.MODEL_AUTHOR, Level.PROVINCE),
    ("approver", "省厅 罗毅", Role.MODEL_APPROVER, Level.PROVINCE),
    ("auditor", "省厅 郑严", Role.AUDITOR, Level.PROVINCE),
    ("admin", "省厅 管宁", Role.ADMINISTRATOR, Level.PROVINCE),
    ("prefecture", "市局 江平", Role.MONITOR, Level.PREFECTURE),
    ("county", "区局 王丽", Role.MONITOR, Level.COUNTY),
    ("county-admin", "区局 安澜", Role.ADMINISTRATOR, Level.COUNTY),
    ("assistance", "区局 何助", Role.ASSISTANCE_APPROVER, Level.COUNTY),
    ("fund", "区局 钱清", Role.FUND_OFFICER, Level.COUNTY),
    ("department", "医保局 孙联", Role.DEPARTMENT_PARTNER, Level.COUNTY),
    ("charity", "慈善会 白义", Role.CHARITY, Level.COUNTY),
    ("township", "街道 李进", Role.TOWNSHIP_OFFICER, Level.TOWNSHIP),
    ("social", "社工站 文心", Role.SOCIAL_WORKER, Level.TOWNSHIP),
    ("village", "社区 周到", Role.GRID_WORKER, Level.VILLAGE),
)
_LEVELS = {
    Level.PROVINCE: Text(zh="省", en="Province"),
    Level.PREFECTURE: Text(zh="市", en="Prefecture"),
    Level.COUNTY: Text(zh="县区", en="County"),
    Level.TOWNSHIP: Text(zh="乡镇街道", en="Township"),
    Level.VILLAGE: Text(zh="村社区", en="Village"),
}
DEMO_TITLES = {
    username: Text(zh=f"{_LEVELS[level].zh} · {TITLES[role].zh}", en=f"{_LEVELS[level].en} · {TITLES[role].en}")
    for username, _, role, level in _ACCOUNTS
}
"""Sign-in name → where and what the account shows."""
_ORGANISATIONS = {
    Role.DEPARTMENT_PARTNER: "医疗保障局（演示）",
    Role.CHARITY: "慈善会（演示）",
    Role.SOCIAL_WORKER: "社工站（演示）",
}


@transaction.atomic
def demo_accounts(*, county: str, by: str, at: datetime, password: str = DEMO_PASSWORD) -> list[DemoAccount]:
    """Make each role one account around a county: its province, prefecture, itself, its first township and that one's first village.

    Accounts that exist are kept, with their password and a grant for another year. Raises NotACounty, UnknownDivision.
    """
    spots = _spots(county, at)
    made = [_account(username, name, role, spots[level], password, at) for username, name, role, level in _ACCOUNTS]
    record("demo.accounts_made", by=by, at=at, subject=f"place:{spots[Level.COUNTY].code}", detail={"accounts": len(made)})
    return made


def _spots(county: str, at: datetime) -> dict[Level, Division]:
    code = DivisionCode.parse(county)
    if code.level is not Level.COUNTY:
        raise NotACounty("A demo's district is a county or a district.", next_step="Name its six digits, for example 420106.")
    spots = {one.level: places.division(one.text) for one in (*code.ancestors, code)}
    on = timezone.localdate(at)
    spots[Level.TOWNSHIP] = next(iter(places.children(code.text, on=on)), spots[Level.COUNTY])
    spots[Level.VILLAGE] = next(iter(places.children(spots[Level.TOWNSHIP].code, on=on)), spots[Level.TOWNSHIP])
    return spots


def _account(username: str, name: str, role: Role, place: Division, password: str, at: datetime) -> DemoAccount:
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User(username=username, display_name=name, date_joined=at, created_by=DEMO)
        user.set_password(password)
        user.save()
    today = timezone.localdate(at)
    Grant.objects.update_or_create(
        user=user,
        role=role.value,
        division=place,
        defaults={"ends_on": months_later(today, 12)},
        create_defaults={
            "prefix": DivisionCode(place.code).prefix,
            "organisation": _organisation(role, place),
            "starts_on": today,
            "ends_on": months_later(today, 12),
            "reason": "demo",
            "granted_by": DEMO,
            "granted_at": at,
        },
    )
    return DemoAccount(username, role, TITLES[role], _named(role, place))


def _organisation(role: Role, place: Division) -> Organisation | None:
    if role not in ORGANISATION_KINDS:
        return None
    kind = ORGANISATION_KINDS[role]
    department = _DEMO_DEPARTMENT if role is Role.DEPARTMENT_PARTNER else ""
    found, _ = Organisation.objects.get_or_create(division=place, kind=kind, name=_ORGANISATIONS[role], defaults={"department": department})
    return found


def _named(role: Role, place: Division) -> str:
    return f"{place.name} · {_ORGANISATIONS[role]}" if role in _ORGANISATIONS else place.name
