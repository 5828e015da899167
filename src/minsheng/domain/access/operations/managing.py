"""Who acts, and whether they may manage somebody."""

from typing import ClassVar

from django.db import connection

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import NotAllowed, Viewer, demand, viewer_of
from minsheng.kernel.errors import Refusal


class NoSuchUser(Refusal):
    """Nobody signs in under this name."""

    code: ClassVar[str] = "no-such-user"


class NotOneself(NotAllowed):
    """What another person must do."""

    code: ClassVar[str] = "not-oneself"


class BeyondOnesArea(NotAllowed):
    """The person answers for places beyond the administrator's own area."""

    code: ClassVar[str] = "beyond-ones-area"


def acting(by: str) -> Viewer | None:
    """The signed-in user behind `by`, or None for whoever owns the installation: the command line, or a job."""
    if not by.startswith("user:"):
        return None
    user = User.objects.filter(username=by.removeprefix("user:")).first()
    if user is None:
        raise NotAllowed("Nobody of that name is known here.", next_step="Sign in again.")
    return viewer_of(user)


def known(username: str) -> User:
    """The user of a sign-in name, held against changes by others until the transaction ends; raises NoSuchUser."""
    found = User.objects.select_for_update().filter(username__iexact=username.strip()).first()
    if found is None:
        raise NoSuchUser("Nobody signs in under this name.", next_step="See the list of users for the right name.")
    return found


def demand_another(viewer: Viewer | None, user: User) -> None:
    """Raise NotOneself where a user would act on their own rights."""
    if viewer is not None and viewer.user_id == user.pk:
        raise NotOneself("Nobody does this for themselves.", next_step="Ask another administrator of your area.")


def demand_managing(viewer: Viewer | None, user: User) -> None:
    """Raise unless the viewer may manage this user: another person, who answers for nothing beyond the viewer's area.

    Otherwise the administrator of a county could take over the account of a province's officer.
    """
    if viewer is None:
        return
    demand(viewer, May.MANAGE_USERS)
    demand_another(viewer, user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_manages(%s)", [user.pk])
        [manages] = cursor.fetchone()
    if not manages:
        raise BeyondOnesArea("This person also answers for places beyond your area.", next_step="Ask an administrator of the higher level.")
