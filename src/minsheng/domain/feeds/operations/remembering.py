"""Keeping what linkage was sure of as decisions, and what it doubted as questions for a person."""

from datetime import datetime
from typing import Any

import polars as pl
from django.db.models import F

from minsheng.domain.audit.operations import changing_as
from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Delivery, IdentityCase, IdentityDecision, IdentityEpoch
from minsheng.kernel.sealing import Keys


def remember(sure: pl.DataFrame, questions: pl.DataFrame, *, delivery: Delivery, keys: Keys, by: str, at: datetime) -> None:
    """Keep what linkage was sure of as decisions, and what it doubted as cases; a subject known already is left alone.

    Both as in `laying.Laid`, in the order of their rows.
    """
    IdentityDecision.objects.bulk_create(
        [
            IdentityDecision(
                subject=row["subject"],
                person_key=row["person_key"],
                method="linkage",
                probability=row["probability"],
                decided_at=at,
                decided_by=by,
            )
            for row in sure.unique("subject", keep="first", maintain_order=True).iter_rows(named=True)
        ],
        ignore_conflicts=True,
    )
    changing_as(by=by, at=at)
    asked = questions.unique("subject", keep="first", maintain_order=True)
    IdentityCase.objects.bulk_create([_case(row, delivery, keys, at) for row in asked.iter_rows(named=True)], ignore_conflicts=True)


def bump_epoch() -> None:
    """Say that decisions about identities changed."""
    IdentityEpoch.objects.get_or_create(pk=1)
    IdentityEpoch.objects.filter(pk=1).update(number=F("number") + 1)


def _case(row: dict[str, Any], delivery: Delivery, keys: Keys, at: datetime) -> IdentityCase:
    number = row["number"]
    return IdentityCase(
        subject=row["subject"],
        delivery=delivery,
        row_number=row["row_number"],
        reason=row["reason"],
        delivered_name=str(row["name"] or "")[:120],
        delivered_number=keys.seal_text(str(number)) if number else None,
        delivered_birth_on=row["birth_on"],
        delivered_sex=row["sex"] or "",
        delivered_division=(row["division"] or "")[:12],
        delivered_phone_index=row["phone_index"],
        candidates=row["candidates"],
        candidate_keys=[candidate["person_key"] for candidate in row["candidates"]],
        state=states.PENDING,
        asked_at=at,
    )
