"""Who may write and decide models: a model counts everywhere, so only those who may do so in the whole area of the installation."""

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer, demand_throughout
from minsheng.domain.installation import Installation


def can_throughout(viewer: Viewer, may: May, installation: Installation) -> bool:
    """Whether somebody may do something in the installation's whole area."""
    return viewer.throughout(may, installation.area)


def check_throughout(viewer: Viewer, may: May, installation: Installation) -> None:
    """Raise NotAllowed unless somebody may do something in the installation's whole area."""
    demand_throughout(viewer, may, installation.area)
