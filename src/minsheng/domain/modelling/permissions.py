"""Who may write and decide models: a model counts everywhere, so only those who may do so in the whole area of the installation."""

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer, demand
from minsheng.domain.installation import Installation


def can_throughout(viewer: Viewer, may: May, installation: Installation) -> bool:
    """Whether somebody may do something in the installation's whole area; anywhere, where it names none."""
    return all(viewer.may(may, place) for place in installation.area) if installation.area else viewer.may(may)


def check_throughout(viewer: Viewer, may: May, installation: Installation) -> None:
    """Raise NotAllowed unless somebody may do something in the installation's whole area."""
    for place in installation.area or (None,):
        demand(viewer, may, place)
