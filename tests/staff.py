"""Made-up staff: users with grants, as an administrator would have made them."""

from datetime import UTC, date, datetime

from minsheng.domain.access.models import Grant, User
from minsheng.domain.access.roles import Role
from minsheng.domain.places.models import Division, Organisation
from minsheng.kernel.divisions import DivisionCode

JOINED = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
_ONWARDS = (date(2026, 1, 1), date(2099, 1, 1))


def user(username: str = "zhang", *, password: str | None = None, language: str = "zh", **facts: object) -> User:
    """A user who may sign in and holds nothing yet."""
    made = User(username=username, display_name="张三", language=language, date_joined=JOINED, created_by="tester", **facts)
    made.set_password(password)
    made.save()
    return made


def place(code: str) -> Division:
    """A made-up division, with those it lies in."""
    wanted = DivisionCode.parse(code)
    for one in (*wanted.ancestors, wanted):
        parent = one.parent.text if one.parent else None
        level = int(one.level)
        Division.objects.get_or_create(
            code=one.text, defaults={"level": level, "lowest_level": level, "name": f"地{one.prefix}", "parent_id": parent}
        )
    return Division.objects.get(code=wanted.text)


def grant(
    holder: User,
    role: Role,
    code: str = "999001",
    *,
    starts_on: date = _ONWARDS[0],
    ends_on: date = _ONWARDS[1],
    organisation: Organisation | None = None,
    granted_by: str = "tester",
) -> Grant:
    """A role held at a place."""
    at = place(code)
    return Grant.objects.create(
        user=holder,
        role=role,
        division=at,
        prefix=DivisionCode(at.code).prefix,
        organisation=organisation,
        starts_on=starts_on,
        ends_on=ends_on,
        granted_by=granted_by,
        granted_at=JOINED,
    )


def somebody(role: Role, code: str = "999001", *, username: str | None = None, language: str = "zh") -> User:
    """A user with one role at one place."""
    made = user(username or f"{role.value}-{code}", language=language)
    grant(made, role, code)
    return made
