"""Keeping the history of rows by triggers of the database: whatever changes them, in bulk or one by one, through Django or past it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
from django.db import models

_Model = TypeVar("_Model", bound=models.Model)


def keeps_history(*, without: Sequence[str], from_birth: bool = False) -> Callable[[type[_Model]], type[_Model]]:
    """Keep what a row was before each change and before its removal (and, `from_birth`, what it was when it came).

    Columns `without` history neither show in it nor make any: what is sealed (its blind index tells that it changed; old sealed bytes
    would outlive the key that opens them), what only follows from other tables, and what is only of the moment. Each kept row says who
    changed it, when and why, as given by `operations.changing_as`. A trigger refuses changes of what was kept.
    """

    def tracked(model: type[_Model]) -> type[_Model]:
        trackers = [pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent()]
        pghistory.track(
            *([pghistory.InsertEvent()] if from_birth else []),
            *trackers,
            exclude=[model._meta.pk.name, *without],
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]
            append_only=True,
            level=pghistory.Statement,
            attrs={"pgh_id": models.BigAutoField(primary_key=True)},
        )(model)
        return model

    return tracked
