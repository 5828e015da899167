"""Finding people again for rows that nobody, or nobody for sure, was found for: after registrations and decisions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.feeds import states
from minsheng.domain.feeds.held_numbers import HeldNumbers
from minsheng.domain.feeds.lake import clean_path
from minsheng.domain.feeds.models import Delivery, IdentityCase, IdentityDecision
from minsheng.domain.feeds.operations.registering import record_deaths_of
from minsheng.domain.feeds.spooling import Runs, as_arrow, write_file
from minsheng.domain.feeds.storing import ledger_rows, read_frame, read_parts, store_ledger
from minsheng.domain.feeds.who import decided_subjects, identity_epoch, people_by_pseudonym
from minsheng.domain.installation import Installation
from minsheng.engine.lake import Lake
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import Progress

_MOST_PARTS = 12


@dataclass(frozen=True)
class Refreshed:
    """A ledger that was behind, and whether anything in it changed."""

    delivery: str
    changed: bool


@dataclass(frozen=True)
class _Known:
    """What is known of people now: by pseudonyms, by decisions, which subjects wait for one, and of which one was taken back."""

    epoch: int
    people: pl.DataFrame
    held: HeldNumbers
    decided: pl.DataFrame
    pending: pl.DataFrame
    reopened: pl.DataFrame


@dataclass(frozen=True)
class _Change:
    """Links (row_number, person_key) as they were, those that no longer hold, and those that came."""

    before: pl.DataFrame
    gone: pl.DataFrame
    came: pl.DataFrame
    in_review: int

    @property
    def matched(self) -> int:
        return self.before.height - self.gone.height + self.came.height

    def now(self) -> pl.DataFrame:
        return pl.concat([self.before.join(self.gone, on="row_number", how="anti"), self.came])


def refresh_ledgers(
    *, deliveries: Sequence[Delivery], installation: Installation, by: str, at: datetime, progress: Progress
) -> list[Refreshed]:
    """Bring ledgers up to date with people registered and identities decided since they were made.

    Only rows that nobody could be sure of are looked at again; a row already resolved keeps its person unless a decision says
    otherwise. Registry snapshots make people and are matched to nobody. Each delivery is one transaction, so that an
    interruption repeats nothing.
    """
    epoch = identity_epoch()
    matched = [delivery for delivery in deliveries if installation.catalogue[delivery.feed].registers is None]
    behind = [delivery for delivery in matched if delivery.resolved_epoch != epoch and delivery.ledger]
    if not behind:
        return []
    people = people_by_pseudonym(installation.keys)
    held = HeldNumbers(people.select("person_key", "pseudonym", name="name_pseudonym", birth_on=pl.lit(None, pl.Date)))
    known = _Known(epoch, people, held, decided_subjects(), _pending_subjects(), _reopened_subjects())
    refreshed = []
    with progress.step("身份更新 identities", total=len(behind)) as step:
        for delivery in behind:
            step.note(delivery.id)
            refreshed.append(_refresh(delivery, known, installation.lake, by, at))
            step.advance()
    return refreshed


def refreshed_links(asked: pl.DataFrame, before: pl.DataFrame, people: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """The links (row_number, person_key) of questionable rows as of now.

    A decision about the row's subject comes first; then what was found before; then the one person registered since whose
    number and name agree with the row's. `asked`: row_number, subject, pseudonym, name_pseudonym.
    """
    by_decision = asked.join(decided, on="subject", how="inner").select("row_number", "person_key")
    kept = before.join(by_decision, on="row_number", how="anti").select("row_number", "person_key")
    unknown = asked.join(kept, on="row_number", how="anti").join(by_decision, on="row_number", how="anti")
    found = unknown.join(people, on=["pseudonym", "name_pseudonym"], how="inner").select("row_number", "person_key")
    sure = found.filter(found["row_number"].is_unique())
    return pl.concat([by_decision.drop_nulls(), kept, sure]).sort("row_number")


def _refresh(delivery: Delivery, known: _Known, lake: Lake, by: str, at: datetime) -> Refreshed:
    change = _change(delivery, known, lake)
    delivery.resolved_epoch = known.epoch
    delivery.matched, delivery.in_review = change.matched, change.in_review
    delivery.outside = max(0, delivery.accepted - change.matched - change.in_review)
    changed = bool(change.gone.height or change.came.height)
    if changed:
        delivery.ledger = _with_change(delivery, change, lake, known.epoch)
    with transaction.atomic():
        delivery.save(update_fields=["resolved_epoch", "matched", "in_review", "outside", "ledger"])
        if changed:
            if delivery.status == states.RECEIVED:
                record_deaths_of(delivery, lake, by=by, at=at)
            detail = {"came": change.came.height, "gone": change.gone.height}
            record("delivery.resolved_again", by=by, at=at, subject=delivery.id, detail=detail)
    return Refreshed(delivery.id, changed)


def _change(delivery: Delivery, known: _Known, lake: Lake) -> _Change:
    """What is different now, found one part of the clean rows at a time."""
    path = clean_path(delivery.feed, Month.parse(delivery.month), delivery.id)
    before = pl.concat([read_frame(lake, part["path"], ["row_number", "person_key"]) for part in delivery.ledger])
    nothing = before.clear()
    gone, came, in_review = [nothing], [nothing], 0
    for part in read_parts(lake, path, ["row_number", "subject", "pseudonym", "name_pseudonym"]):
        asked = part.drop_nulls("subject")
        questioned = before.join(asked, on="row_number", how="semi")
        stands = questioned.join(asked.join(known.reopened, on="subject", how="semi"), on="row_number", how="anti")
        links = refreshed_links(_answerable(asked, questioned, known), stands, known.people, known.decided)
        pair = ["row_number", "person_key"]
        gone.append(questioned.join(links, on=pair, how="anti"))
        came.append(links.select(pair).join(questioned, on=pair, how="anti"))
        in_review += asked.join(links, on="row_number", how="anti").join(known.pending, on="subject", how="semi").height
    return _Change(before, pl.concat(gone), pl.concat([nothing, *(part.select(nothing.columns) for part in came)]), in_review)


def _answerable(asked: pl.DataFrame, questioned: pl.DataFrame, known: _Known) -> pl.DataFrame:
    """The rows that somebody was found for, is decided on, or may be found for now."""
    found = pl.col("row_number").is_in(questioned["row_number"].implode())
    decided = pl.col("subject").is_in(known.decided["subject"].implode())
    return asked.filter(found | decided | known.held.is_held(asked["pseudonym"]))


def _with_change(delivery: Delivery, change: _Change, lake: Lake, epoch: int) -> list[dict[str, str]]:
    """The ledger's files: one more where rows only came, otherwise all of it anew."""
    month = Month.parse(delivery.month)
    grows = not change.gone.height and len(delivery.ledger) < _MOST_PARTS
    links = change.came if grows else change.now()
    with lake.scratch() as folder:
        file, runs, part = folder / "ledger.parquet", Runs(folder), pl.DataFrame()
        for rows in read_parts(lake, clean_path(delivery.feed, month, delivery.id)):
            part = ledger_rows(rows, links)
            runs.add(part)
        write_file(file, map(as_arrow, runs.sorted(pl.Series([], dtype=pl.Int64))), as_arrow(part.clear()))
        stored = store_ledger(lake, file, feed=delivery.feed, month=month, delivery=delivery.id, epoch=epoch)
    return [*delivery.ledger, stored] if grows else [stored]


def _pending_subjects() -> pl.DataFrame:
    return _subjects(IdentityCase.objects.filter(state=states.PENDING).values_list("subject", flat=True))


def _reopened_subjects() -> pl.DataFrame:
    """Those that wait again because a decision was taken back: what it linked holds no more."""
    replaced = IdentityDecision.objects.filter(replaced_at__isnull=False).values("subject")
    return _subjects(IdentityCase.objects.filter(state=states.PENDING, subject__in=replaced).values_list("subject", flat=True))


def _subjects(found: Iterable[bytes | memoryview]) -> pl.DataFrame:
    return pl.DataFrame({"subject": [bytes(subject) for subject in found]}, schema={"subject": pl.Binary})
