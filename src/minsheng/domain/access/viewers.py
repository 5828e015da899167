"""Who is looking: a signed-in user with what they hold today, as pages and operations are given it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from django.utils import timezone

from minsheng.domain.access.models import Grant, User
from minsheng.domain.access.roles import ALLOWED, FOR_AN_ORGANISATION, NEEDS_SECOND_FACTOR, May, Role
from minsheng.kernel.divisions import DivisionCode, Level, common_place
from minsheng.kernel.errors import Refusal

_A_PROVINCE = Level.PROVINCE.digits


class NotAllowed(Refusal):
    """The person may not do this, or not here."""

    code: ClassVar[str] = "not-allowed"


@dataclass(frozen=True)
class Held:
    """A role held today: where (a code's telling digits), and for which organisation, if for one."""

    role: Role
    prefix: str
    ends_on: date
    organisation: str = ""
    department: str = ""


@dataclass(frozen=True)
class Viewer:
    """A user and the roles they hold today. `seen` gathers the households whose people were shown, for the record of looks."""

    user_id: int
    username: str
    display_name: str
    language: str
    held: tuple[Held, ...]
    seen: dict[int, str] = field(default_factory=dict, compare=False)

    @property
    def acts_as(self) -> str:
        """How events name this user."""
        return f"user:{self.username}"

    def may(self, may: May, division: str | None = None) -> bool:
        """Whether something is allowed somewhere, or at a place (a code in any written form)."""
        where = self.where(may)
        return bool(where) if division is None else _within(division, where)

    def where(self, may: May) -> tuple[str, ...]:
        """The places (telling digits of their codes) at which something is allowed; none lies within another."""
        prefixes = sorted({held.prefix for held in self.held if may in ALLOWED[held.role]})
        return tuple(one for one in prefixes if not any(one != other and one.startswith(other) for other in prefixes))

    def throughout(self, may: May, area: Sequence[str]) -> bool:
        """Whether something is allowed in the whole area of an installation (codes); in a whole province, if it names none."""
        where = self.where(may)
        return all(_within(place, where) for place in area) if area else any(len(prefix) <= _A_PROVINCE for prefix in where)

    @property
    def home(self) -> str:
        """The smallest place that holds every place the user answers for (twelve digits); blank for none, or for several provinces."""
        return common_place(held.prefix for held in self.held)

    def departments(self, may: May) -> frozenset[str] | None:
        """The departments for which something is allowed; None where it is allowed for all of them.

        A role that is held for an organisation never reaches beyond it, also where nobody said which.
        """
        held = [one for one in self.held if may in ALLOWED[one.role]]
        if any(one.role not in FOR_AN_ORGANISATION for one in held):
            return None
        return frozenset(one.department for one in held if one.department)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held today, anywhere."""
        return frozenset(held.role for held in self.held)

    @property
    def needs_second_factor(self) -> bool:
        """Whether a role is held that can export, publish, approve or administer."""
        return bool(self.roles & NEEDS_SECOND_FACTOR)

    def saw(self, households: Iterable[int], how: str) -> None:
        """Note that these households' people are shown to this user now; the web writes it down with the answer."""
        for key in households:
            self.seen.setdefault(key, how)


def viewer_of(user: User, *, on: date | None = None) -> Viewer:
    """The user with the grants that hold on a day (today); inactive users hold nothing."""
    day = on or timezone.localdate()
    standing = Grant.objects.filter(user=user, starts_on__lte=day, ends_on__gt=day, revoked_at__isnull=True, awaiting=False)
    rows = standing.order_by("role", "prefix").values_list("role", "prefix", "ends_on", "organisation__name", "organisation__department")
    held = tuple(Held(Role(role), prefix, ends, name or "", department or "") for role, prefix, ends, name, department in rows)
    return Viewer(user.pk, user.username, user.display_name, user.language, held if user.is_active else ())


def demand_throughout(viewer: Viewer, may: May, area: Sequence[str]) -> None:
    """Raise NotAllowed unless the viewer may do this in the whole area of an installation."""
    if not viewer.throughout(may, area):
        raise NotAllowed(
            f"This concerns the whole installation: it needs the permission {may.value} in all of {', '.join(area) or 'a province'}.",
            next_step="Ask somebody who answers for the whole area.",
        )


def demand(viewer: Viewer, may: May, division: str | None = None) -> None:
    """Raise NotAllowed unless the viewer may do this (at this place)."""
    if not viewer.may(may, division):
        raise NotAllowed(
            f"This needs the permission {may.value}{f' at {division}' if division else ''}.",
            next_step="Ask an administrator of your area for the role, or somebody who holds it to do it.",
        )


def _within(division: str, prefixes: Iterable[str]) -> bool:
    code = DivisionCode.parse(division).text
    return any(code.startswith(prefix) for prefix in prefixes)
