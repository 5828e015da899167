"""Finding the registry person behind each row: once, at receipt; and again only for rows that nobody was found for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import F

from minsheng.domain.audit.operations import record
from minsheng.domain.feeds import states
from minsheng.domain.feeds.lake import clean_path
from minsheng.domain.feeds.models import Delivery, IdentityCase, IdentityDecision, IdentityEpoch
from minsheng.domain.feeds.storing import store_ledger
from minsheng.domain.feeds.who import decided_subjects, identity_epoch, people_by_pseudonym
from minsheng.domain.installation import Installation
from minsheng.engine.linkage.resolve import Resolution
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import Progress
from minsheng.kernel.sealing import Keys


@dataclass(frozen=True)
class Refreshed:
    """A ledger brought up to date."""

    delivery: str
    path: str
    digest: str
    changed: bool


def remember(resolution: Resolution, rows: pl.DataFrame, *, delivery: Delivery, keys: Keys, by: str, at: datetime) -> None:
    """Keep what linkage was sure of as decisions, and what it doubted as cases; a subject known already is left alone.

    `rows` are the identities that were resolved (`who.identities`, with their subjects).
    """
    sure = (
        resolution.links.filter(pl.col("method") == "probabilistic")
        .join(rows.select("row_number", "subject"), on="row_number")
        .unique("subject", keep="first", maintain_order=True)
    )
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
            for row in sure.iter_rows(named=True)
        ],
        ignore_conflicts=True,
    )
    asked = resolution.reviews.unique("subject", keep="first", maintain_order=True).join(
        rows.select("row_number", "name", "number", "birth_on"), on="row_number"
    )
    IdentityCase.objects.bulk_create([_case(row, delivery, keys, at) for row in asked.iter_rows(named=True)], ignore_conflicts=True)


def refresh_ledgers(
    *, deliveries: Sequence[Delivery], installation: Installation, by: str, at: datetime, progress: Progress
) -> list[Refreshed]:
    """Bring ledgers up to date with people registered and identities decided since they were made.

    Rows already resolved keep their person, unless a decision since says otherwise. Each delivery is one transaction, so
    that an interruption repeats nothing.
    """
    epoch = identity_epoch()
    behind = [delivery for delivery in deliveries if delivery.resolved_epoch != epoch and delivery.ledger_path]
    if not behind:
        return []
    people, decided = people_by_pseudonym(installation.keys), decided_subjects()
    refreshed = []
    with progress.step("身份更新 identities", total=len(behind)) as step:
        for delivery in behind:
            step.note(delivery.id)
            refreshed.append(_refresh(delivery, people, decided, epoch, installation, by, at))
            step.advance()
    return refreshed


def bump_epoch() -> None:
    """Say that decisions about identities changed."""
    IdentityEpoch.objects.get_or_create(pk=1)
    IdentityEpoch.objects.filter(pk=1).update(number=F("number") + 1)


def refreshed_links(clean: pl.DataFrame, known: pl.DataFrame, people: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """The links (row_number, person_key) of a delivery as of now.

    A decision about the row's subject comes first; then what was found before; then a person registered since whose number
    and name agree with the row's.
    """
    by_decision = clean.join(decided, on="subject", how="inner").select("row_number", "person_key")
    before = known.join(by_decision, on="row_number", how="anti").select("row_number", "person_key")
    unknown = clean.join(before, on="row_number", how="anti").join(by_decision, on="row_number", how="anti")
    found = unknown.join(people, on=["pseudonym", "name_pseudonym"], how="inner").select("row_number", "person_key")
    return pl.concat([by_decision.drop_nulls(), before, found.unique("row_number", keep="first", maintain_order=True)]).sort("row_number")


def _refresh(
    delivery: Delivery, people: pl.DataFrame, decided: pl.DataFrame, epoch: int, installation: Installation, by: str, at: datetime
) -> Refreshed:
    month = Month.parse(delivery.month)
    lake = installation.lake
    clean = _frame(lake.read_table(clean_path(delivery.feed, month, delivery.id)))
    known = _frame(lake.read_table(delivery.ledger_path).select(["row_number", "person_key"]))
    links = refreshed_links(clean, known, people, decided)
    added = links.height - known.height
    if links.equals(known.select("row_number", "person_key").sort("row_number")):
        Delivery.objects.filter(pk=delivery.pk).update(resolved_epoch=epoch)
        return Refreshed(delivery.id, delivery.ledger_path, delivery.ledger_digest, changed=False)
    path, digest = store_ledger(lake, clean, links, feed=delivery.feed, month=month, delivery=delivery.id, epoch=epoch)
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(
            ledger_path=path, ledger_digest=digest, matched=links.height, outside=F("outside") - added, resolved_epoch=epoch
        )
        record("delivery.resolved_again", by=by, at=at, subject=delivery.id, detail={"added": added})
    return Refreshed(delivery.id, path, digest, changed=True)


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
        candidates=row["candidates"],
        state=states.PENDING,
        asked_at=at,
    )


def _frame(table: object) -> pl.DataFrame:
    frame = pl.from_arrow(table)  # type: ignore[arg-type]
    assert isinstance(frame, pl.DataFrame)
    return frame
