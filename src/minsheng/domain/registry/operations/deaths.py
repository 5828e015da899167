"""Deaths that departments report, withdrawn with the delivery that said so."""

from datetime import datetime

import polars as pl
from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.registry.frames import change, read_frame, stage_frame
from minsheng.domain.registry.operations.applying import one_writer
from minsheng.domain.registry.operations.merging import NoSuchPerson


@transaction.atomic
def record_deaths(*, rows: pl.DataFrame, delivery: str, by: str, at: datetime) -> int:
    """Record the deaths (person_key, died_on) a delivery reports; returns how many it now says.

    They replace what this delivery said before; reported twice in it, the earlier day counts. Raises NoSuchPerson.
    """
    one_writer()
    told = rows.drop_nulls().group_by("person_key").agg(pl.col("died_on").min()).sort("person_key")
    stage_frame("told_deaths", told.select("person_key", "died_on"))
    _known_only()
    change("DELETE FROM registry_death WHERE delivery = %s", [delivery])
    copied = "INSERT INTO registry_death (person_id, died_on, delivery) SELECT person_key, died_on, %s FROM told_deaths ORDER BY person_key"
    recorded = change(copied, [delivery])
    record("deaths.recorded", by=by, at=at, subject=delivery, detail={"deaths": recorded})
    return recorded


@transaction.atomic
def withdraw_deaths(*, delivery: str, by: str, at: datetime) -> int:
    """Forget the deaths that only this delivery reported, because it is held or superseded; returns how many it had said."""
    one_writer()
    withdrawn = change("DELETE FROM registry_death WHERE delivery = %s", [delivery])
    record("deaths.withdrawn", by=by, at=at, subject=delivery, detail={"deaths": withdrawn})
    return withdrawn


def _known_only() -> None:
    strangers = read_frame(
        "SELECT person_key FROM told_deaths LEFT JOIN registry_person ON key = person_key WHERE key IS NULL ORDER BY person_key LIMIT 10",
        {"person_key": pl.Int64},
    )
    if strangers.height:
        raise NoSuchPerson(
            f"There are no persons {strangers['person_key'].to_list()}.", next_step="Resolve the delivery again before its deaths."
        )
