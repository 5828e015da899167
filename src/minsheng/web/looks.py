"""The looks of a request as the log keeps them: by way of looking and by county, so that a county's auditor finds those at its people."""

from collections.abc import Mapping

from minsheng.domain.access.operations import Look
from minsheng.domain.registry.queries import divisions_of
from minsheng.kernel.divisions import Level, common_place


def looks_at(seen: Mapping[int, str]) -> list[Look]:
    """Household → way of looking, as looks, each with the smallest place that holds its households; one query."""
    places = divisions_of(seen)
    grouped: dict[tuple[str, str], list[int]] = {}
    for key, how in sorted(seen.items()):
        grouped.setdefault((how, places.get(key, "")[: Level.COUNTY.digits]), []).append(key)
    return [
        Look(how, common_place(place for key in keys if (place := places.get(key, ""))), keys) for (how, _), keys in sorted(grouped.items())
    ]
