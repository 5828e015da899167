"""Reading sharing agreements: which stands for a feed, which run out, and what each feed may be received under."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from django.utils.timezone import localdate

from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import AgreementDataset, SharingAgreement
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Contract
from minsheng.kernel.errors import Refusal

REMIND_AT_DAYS = (90, 30, 7)
"""How many days before its last day an agreement is spoken of."""


class NoSuchAgreement(Refusal):
    """There is no such agreement, or the reader may not know of it."""

    code: ClassVar[str] = "no-such-agreement"


@dataclass(frozen=True)
class Terms:
    """What a feed may be received under on a day.

    `standing`: agreements on record that are in force then, and the columns that all of them allow. `lapsed`: the newest one that no
    longer is, if none stands. Neither where none had begun.
    """

    standing: tuple[SharingAgreement, ...]
    columns: frozenset[str] | None
    lapsed: SharingAgreement | None


@dataclass(frozen=True)
class FeedTerms:
    """A feed, and how it is covered today: in force, running out, lapsed, or never on record."""

    contract: Contract
    agreement: SharingAgreement | None
    days_left: int | None
    stands: bool


def agreement_named(agreement: int) -> SharingAgreement:
    """An agreement with its datasets; raises NoSuchAgreement."""
    found = SharingAgreement.objects.filter(pk=agreement).select_related("renews").prefetch_related("datasets", "renewals").first()
    if found is None:
        raise NoSuchAgreement(f"There is no agreement {agreement}.", next_step="Choose one from the list of agreements.")
    return found


def agreements() -> list[SharingAgreement]:
    """Every agreement the reader may see, drafts first, then by the day they run out."""
    order = {state: place for place, state in enumerate((states.DRAFT, states.IN_FORCE, states.EXPIRED, states.ENDED))}
    found = SharingAgreement.objects.prefetch_related("datasets").order_by("expires_on", "id")
    return sorted(found, key=lambda one: order[one.state])


def terms_of(feed: str, day: date) -> Terms:
    """What a feed may be received under on a day; of several agreements that stand, only the columns that all allow."""
    rows = AgreementDataset.objects.filter(feed=feed).exclude(agreement__state=states.DRAFT).select_related("agreement")
    found = list(rows.order_by("-agreement__expires_on", "-agreement_id"))
    standing = [row for row in found if stands_on(row.agreement, day)]
    columns = frozenset.intersection(*(frozenset(row.columns) for row in standing)) if standing else None
    begun = [row.agreement for row in found if row.agreement.starts_on <= day]
    return Terms(tuple(row.agreement for row in standing), columns, begun[0] if begun and not standing else None)


def stands_on(agreement: SharingAgreement, day: date) -> bool:
    """Whether data may be taken under an agreement on a day; it stood until its last day, or the day before it was ended."""
    if agreement.state == states.DRAFT or (agreement.ended_at is not None and day >= localdate(agreement.ended_at)):
        return False
    return agreement.starts_on <= day <= agreement.expires_on


def running_out(today: date, *, within: int = REMIND_AT_DAYS[0]) -> list[SharingAgreement]:
    """The agreements in force whose last day is near or past and that nothing in force follows, the nearest first."""
    near = SharingAgreement.objects.filter(state__in=(states.IN_FORCE, states.EXPIRED), expires_on__lte=today + timedelta(days=within))
    followed = {
        (row.feed, row.agreement.expires_on)
        for row in AgreementDataset.objects.filter(agreement__state=states.IN_FORCE).select_related("agreement")
    }
    found = near.prefetch_related("datasets").order_by("expires_on", "id")
    return [one for one in found if any(not _followed(row.feed, one.expires_on, followed) for row in one.datasets.all())]


def coverage(catalogue: Catalogue, *, today: date, departments: frozenset[str] | None = None) -> list[FeedTerms]:
    """Every feed (of some departments) with the agreement it comes under today, those that need somebody first."""
    newest: dict[str, SharingAgreement] = {}
    rows = (
        AgreementDataset.objects.exclude(agreement__state=states.DRAFT).select_related("agreement").order_by("agreement__expires_on", "id")
    )
    for row in rows:
        known = newest.get(row.feed)
        if known is None or stands_on(row.agreement, today) or not stands_on(known, today):
            newest[row.feed] = row.agreement
    feeds = [contract for contract in catalogue.values() if departments is None or contract.department in departments]
    told = [_terms(contract, newest.get(contract.feed), today) for contract in feeds]
    return sorted(told, key=lambda one: (one.stands or one.agreement is None, one.agreement is None, one.days_left or 0, one.contract.feed))


def allowed_feeds(catalogue: Catalogue, department: str) -> list[Contract]:
    """The feeds that an agreement with a department may name."""
    return [contract for contract in catalogue.values() if contract.department == department]


def needed_columns(contract: Contract) -> frozenset[str]:
    """The columns without which a feed is of no use: its key, who a row is about, where and when, and what every row must say."""
    named = (contract.event_on, contract.area, *contract.person.named().values(), *contract.key)
    return frozenset(name for name in named if name) | {column.name for column in contract.allowed_columns if column.required}


def _followed(feed: str, expires_on: date, followed: Iterable[tuple[str, date]]) -> bool:
    return any(other == feed and later > expires_on for other, later in followed)


def _terms(contract: Contract, agreement: SharingAgreement | None, today: date) -> FeedTerms:
    days = (agreement.expires_on - today).days if agreement else None
    return FeedTerms(contract, agreement, days, agreement is not None and stands_on(agreement, today))
