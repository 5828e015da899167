"""The filters that users have saved for themselves."""

from dataclasses import dataclass

from minsheng.domain.monitoring.models import SavedFilter


@dataclass(frozen=True)
class SavedFilterLine:
    """A saved filter: its name, and the query that it stands for."""

    id: int
    name: str
    query: str


def saved_filters(user_id: int) -> list[SavedFilterLine]:
    """What a user has saved, by name."""
    return [
        SavedFilterLine(*row) for row in SavedFilter.objects.filter(user_id=user_id).order_by("name").values_list("pk", "name", "query")
    ]
