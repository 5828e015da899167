"""Which version of a model counts in a month."""

from collections.abc import Mapping

from minsheng.domain.monitoring.models import ModelActivation, PublishedModel
from minsheng.domain.monitoring.queries import model_named
from minsheng.engine.contracts.schema import Contract
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.periods import Month


def model_in_force(name: str, month: Month, *, catalogue: Mapping[str, Contract]) -> Model:
    """The version of a model that counts in a month, or the very version that `name@version` names.

    Versions that were approved here count from their month, the latest such month first; where none does yet, the newest version that was
    published without a month. Raises NoSuchModel or ModelFaults.
    """
    return model_named(name if "@" in name else version_in_force(name, month), catalogue=catalogue)


def version_in_force(name: str, month: Month) -> str:
    """`name@version` of what counts in a month; the name itself if nothing is published under it."""
    approved = ModelActivation.objects.filter(name=name, from_month__lte=str(month)).order_by("-from_month", "-activated_at").first()
    if approved is not None:
        return approved.model_id
    at_once = PublishedModel.objects.filter(name=name, activations__isnull=True).values_list("version", flat=True)
    newest = max(at_once, key=lambda version: tuple(int(part) for part in version.split(".")), default=None)
    return f"{name}@{newest}" if newest else name
