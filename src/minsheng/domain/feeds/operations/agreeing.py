"""Writing sharing agreements down, putting them in force by a second person, renewing and ending them, and minding their last day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import AgreementDataset, SharingAgreement
from minsheng.domain.feeds.queries.agreements import REMIND_AT_DAYS, agreement_named, needed_columns
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.divisions import DivisionCode, NotADivisionCode
from minsheng.kernel.errors import Refusal
from minsheng.kernel.states import event_of


class AgreementFaults(Refusal):
    """An agreement cannot be written down like this; `faults` says of each field what is wrong with it."""

    code: ClassVar[str] = "agreement-faults"

    def __init__(self, faults: Sequence[tuple[str, Text]]) -> None:
        super().__init__(" ".join(f"{field}: {said.en}." for field, said in faults), next_step="Mend what is marked and save again.")
        self.faults = tuple(faults)


class WrongAgreementState(Refusal):
    """The agreement is not in the state that this needs."""

    code: ClassVar[str] = "agreement-state"


class TwoPeopleNeeded(Refusal):
    """Whoever wrote an agreement cannot be the one who puts it in force."""

    code: ClassVar[str] = "two-people-needed"


class ChangedMeanwhile(Refusal):
    """Somebody else changed the agreement since it was read."""

    code: ClassVar[str] = "changed-meanwhile"


class EndReasonMissing(Refusal):
    """Whoever ends an agreement says why."""

    code: ClassVar[str] = "reason-missing"


@dataclass(frozen=True)
class AgreementFacts:
    """What an agreement says: `area` is a division's code in any form, `datasets` maps a feed to the columns that may be taken."""

    department: str
    provider: str
    title: str
    document: str
    purpose: str
    legal_basis: str
    area: str
    starts_on: date | None
    expires_on: date | None
    datasets: Mapping[str, Sequence[str]]


@transaction.atomic
def draft_agreement(*, facts: AgreementFacts, catalogue: Catalogue, by: str, at: datetime) -> SharingAgreement:
    """Write an agreement down as a draft, which stops and allows nothing yet; raises AgreementFaults."""
    agreement = SharingAgreement(drafted_at=at, drafted_by=by, edited_at=at, edited_by=by)
    _fill(agreement, facts, catalogue)
    agreement.save(force_insert=True)
    _write_datasets(agreement, facts, catalogue)
    _record(agreement, None, by=by, at=at)
    return agreement


@transaction.atomic
def edit_agreement(*, agreement: int, version: int, facts: AgreementFacts, catalogue: Catalogue, by: str, at: datetime) -> SharingAgreement:
    """Change a draft; raises NoSuchAgreement, WrongAgreementState, ChangedMeanwhile or AgreementFaults."""
    found = _taken(agreement, version, states.DRAFT)
    _fill(found, facts, catalogue)
    found.edited_at, found.edited_by, found.version = at, by, version + 1
    found.save()
    found.datasets.all().delete()
    _write_datasets(found, facts, catalogue)
    _record(found, states.DRAFT, by=by, at=at)
    return found


@transaction.atomic
def put_in_force(*, agreement: int, version: int, by: str, at: datetime) -> SharingAgreement:
    """Put a draft in force, as somebody who neither wrote nor changed it: from its first day on its feeds go by it.

    Raises NoSuchAgreement, WrongAgreementState, ChangedMeanwhile, TwoPeopleNeeded, or AgreementFaults without a signed document.
    """
    found = _taken(agreement, version, states.DRAFT)
    if by in (found.drafted_by, found.edited_by):
        raise TwoPeopleNeeded(
            "Whoever wrote an agreement cannot put it in force.", next_step="Ask a colleague who keeps agreements to read it and to do so."
        )
    if not found.document.strip():
        raise AgreementFaults([("document", Text(zh="请填写已签署文件的文号", en="name the signed document"))])
    found.state, found.in_force_at, found.in_force_by, found.version = states.IN_FORCE, at, by, version + 1
    found.save()
    _record(found, states.DRAFT, by=by, at=at)
    return found


@transaction.atomic
def end_agreement(*, agreement: int, version: int, reason: str, by: str, at: datetime) -> SharingAgreement:
    """End an agreement before its time, with a reason: its feeds stop at once.

    Raises NoSuchAgreement, WrongAgreementState, ChangedMeanwhile or EndReasonMissing.
    """
    found = _taken(agreement, version, states.IN_FORCE)
    if not reason.strip():
        raise EndReasonMissing("Ending an agreement needs a reason.", next_step="Say why it ends.")
    found.state, found.ended_at, found.ended_by, found.ended_reason = states.ENDED, at, by, reason.strip()[:400]
    found.version = version + 1
    found.save()
    _record(found, states.IN_FORCE, by=by, at=at, detail={"reason": found.ended_reason})
    return found


@transaction.atomic
def renew_agreement(*, agreement: int, by: str, at: datetime) -> SharingAgreement:
    """Draft an agreement's renewal as a copy for as long a term after it, without the signed document; raises NoSuchAgreement.

    A renewal that is still a draft is given back instead of a second one.
    """
    old = agreement_named(agreement)
    if old.state == states.DRAFT:
        raise WrongAgreementState("A draft is edited, not renewed.", next_step="Edit the draft.")
    if drafted := old.renewals.filter(state=states.DRAFT).first():
        return drafted
    starts_on = old.expires_on + timedelta(days=1)
    copied = {name: getattr(old, name) for name in ("department", "provider", "title", "purpose", "legal_basis", "area")}
    renewal = SharingAgreement.objects.create(
        **copied,
        renews=old,
        starts_on=starts_on,
        expires_on=starts_on + (old.expires_on - old.starts_on),
        drafted_at=at,
        drafted_by=by,
        edited_at=at,
        edited_by=by,
    )
    for one in old.datasets.all():
        AgreementDataset.objects.create(agreement=renewal, feed=one.feed, columns=one.columns)
    _record(renewal, None, by=by, at=at)
    return renewal


@transaction.atomic
def mind_agreements(*, today: date, by: str, at: datetime) -> tuple[list[int], list[int]]:
    """Say of agreements whose last day has passed that they expired, and remind of those near it, once for each of 90, 30 and 7 days.

    Returns the agreements that expired and those reminded of; on the same day again there is nothing more to do.
    """
    expired, reminded = [], []
    for one in SharingAgreement.objects.select_for_update().filter(state=states.IN_FORCE).order_by("expires_on", "id"):
        left = (one.expires_on - today).days
        due = min((days for days in REMIND_AT_DAYS if left <= days), default=None)
        if left < 0:
            one.state = states.EXPIRED
            one.version += 1
            expired.append(one.pk)
            _record(one, states.IN_FORCE, by=by, at=at)
        elif due is not None and (one.reminded_at_days is None or due < one.reminded_at_days):
            one.reminded_at_days = due
            reminded.append(one.pk)
            record("agreement.expiring", by=by, at=at, subject=f"agreement:{one.pk}", detail={"days_left": left})
        one.save(update_fields=["state", "version", "reminded_at_days"])
    return expired, reminded


def _taken(agreement: int, version: int, state: str) -> SharingAgreement:
    """The agreement, held for writing, if it is as it was read and in the state needed."""
    found = SharingAgreement.objects.select_for_update().filter(pk=agreement).first() or agreement_named(agreement)
    if found.version != version:
        raise ChangedMeanwhile(
            f"The agreement was changed by {found.edited_by} meanwhile.", next_step="Read it as it is now, then do it again."
        )
    if found.state != state:
        raise WrongAgreementState(f"The agreement is {states.AGREEMENT_STATES[found.state].en}.", next_step="Look at it as it is now.")
    return found


def _fill(agreement: SharingAgreement, facts: AgreementFacts, catalogue: Catalogue) -> None:
    if faults := list(_faults(facts, catalogue)):
        raise AgreementFaults(faults)
    assert facts.starts_on and facts.expires_on
    agreement.department, agreement.starts_on, agreement.expires_on = facts.department, facts.starts_on, facts.expires_on
    agreement.area = DivisionCode.parse(facts.area).prefix
    for name in ("provider", "title", "document", "purpose", "legal_basis"):
        setattr(agreement, name, str(getattr(facts, name)).strip())


def _write_datasets(agreement: SharingAgreement, facts: AgreementFacts, catalogue: Catalogue) -> None:
    for feed, columns in sorted(facts.datasets.items()):
        order = [name for name in catalogue[feed].agreement.allowed if name in columns or name in needed_columns(catalogue[feed])]
        AgreementDataset.objects.create(agreement=agreement, feed=feed, columns=order)


def _record(agreement: SharingAgreement, before: str | None, *, by: str, at: datetime, detail: Mapping[str, object] | None = None) -> None:
    event = event_of(states.AGREEMENT_TRANSITIONS, before, agreement.state)
    told = {"feeds": sorted(one.feed for one in agreement.datasets.all()), "expires_on": str(agreement.expires_on), **(detail or {})}
    record(event, by=by, at=at, subject=f"agreement:{agreement.pk}", detail=told)


_LONGEST = {"provider": 120, "title": 120, "document": 120, "purpose": 2_000, "legal_basis": 400}
_MISSING = Text(zh="请填写", en="please fill this in")


def _faults(facts: AgreementFacts, catalogue: Catalogue) -> Iterator[tuple[str, Text]]:
    for field, longest in _LONGEST.items():
        text = str(getattr(facts, field)).strip()
        if not text and field != "document":
            yield field, _MISSING
        if len(text) > longest:
            yield field, Text(zh=f"最多 {longest} 字", en=f"at most {longest} characters")
    if facts.department not in catalogue.departments:
        yield "department", Text(zh="请选择部门", en="choose a department")
    yield from _area_faults(facts.area)
    yield from _term_faults(facts)
    yield from _dataset_faults(facts, catalogue)


def _area_faults(area: str) -> Iterator[tuple[str, Text]]:
    try:
        DivisionCode.parse(area)
    except NotADivisionCode:
        yield "area", Text(zh="请选择协议覆盖的行政区划", en="choose the division that the agreement covers")


def _term_faults(facts: AgreementFacts) -> Iterator[tuple[str, Text]]:
    for field in ("starts_on", "expires_on"):
        if getattr(facts, field) is None:
            yield field, Text(zh="请填写日期，如 2026-12-31", en="give a date, such as 2026-12-31")
    if facts.starts_on and facts.expires_on and facts.expires_on < facts.starts_on:
        yield "expires_on", Text(zh="到期日早于起始日", en="the last day is before the first")


def _dataset_faults(facts: AgreementFacts, catalogue: Catalogue) -> Iterator[tuple[str, Text]]:
    if not facts.datasets:
        yield "datasets", Text(zh="请至少选择一个数据集", en="choose at least one dataset")
    for feed, columns in facts.datasets.items():
        if feed not in catalogue or catalogue[feed].department != facts.department:
            yield "datasets", Text(zh=f"{feed} 不是该部门的数据集", en=f"{feed} is no dataset of this department")
        elif beyond := sorted(set(columns) - set(catalogue[feed].agreement.allowed)):
            named = "、".join(beyond)
            yield "datasets", Text(zh=f"数据目录不允许的列：{named}", en=f"columns that the catalogue does not allow: {named}")
