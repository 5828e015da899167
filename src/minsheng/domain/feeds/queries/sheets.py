"""One delivery as it is read: its receipt, what held it, what was refused and why, and what it replaces or mends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Delivery, SharingAgreement
from minsheng.domain.feeds.queries.deliveries import delivery_named
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Contract, Text
from minsheng.engine.intake.reasons import REASONS
from minsheng.kernel.periods import Month

_USUAL_MONTHS = 6
_WHOLE_ROW = "row"


@dataclass(frozen=True)
class Rejection:
    """Why some rows were refused: a column (`row`: the row as a whole), a reason, and how many rows."""

    column: str
    title: Text
    reason: str
    said: Text
    rows: int


@dataclass(frozen=True)
class Held:
    """What held a delivery; `detail` holds the figures it rests on."""

    kind: str
    text: Text
    detail: Mapping[str, object]
    settled_at: datetime | None
    settled_by: str


@dataclass(frozen=True)
class Volume:
    """How many rows an earlier month had."""

    month: str
    read: int


@dataclass(frozen=True)
class Sheet:
    """A delivery. `read` = `accepted` + `duplicate` + `quarantined` + `out_of_area`; `accepted` = `matched` + `in_review` + `outside`."""

    delivery: str
    feed: str
    title: Text
    department: str
    department_title: Text
    month: Month
    status: str
    filename: str
    size_bytes: int
    due: date
    arrived_on: date
    received_at: datetime
    received_by: str
    read: int
    accepted: int
    duplicate: int
    quarantined: int
    out_of_area: int
    matched: int
    in_review: int
    outside: int
    registers: bool
    dropped_columns: tuple[str, ...]
    missing_columns: tuple[Text, ...]
    rejections: tuple[Rejection, ...]
    held: tuple[Held, ...]
    volumes: tuple[Volume, ...]
    agreement: SharingAgreement | None
    supersedes: str
    superseded_by: str
    amends: str
    amendments: tuple[str, ...]
    released_at: datetime | None
    released_by: str

    @property
    def is_held(self) -> bool:
        """Whether it waits to be released."""
        return self.status == states.HELD

    @property
    def label(self) -> Text:
        """The state's words."""
        label = states.DELIVERY_STATES[self.status]
        return Text(zh=label.zh, en=label.en)


def sheet_of(delivery: str, *, catalogue: Catalogue) -> Sheet:
    """A delivery's sheet; raises NoSuchDelivery."""
    found = delivery_named(delivery)
    contract, month = catalogue[found.feed], Month.parse(found.month)
    newer = found.superseded_by.order_by("received_at").values_list("pk", flat=True).first()
    return Sheet(
        delivery=found.pk,
        feed=found.feed,
        title=contract.title,
        department=contract.department,
        department_title=catalogue.department_of(found.feed).title,
        month=month,
        status=found.status,
        filename=found.filename,
        size_bytes=found.size_bytes,
        due=contract.due_on(month),
        arrived_on=found.arrived_on,
        received_at=found.received_at,
        received_by=found.received_by,
        read=found.read,
        accepted=found.accepted,
        duplicate=found.duplicate,
        quarantined=found.quarantined,
        out_of_area=found.out_of_area,
        matched=found.matched,
        in_review=found.in_review,
        outside=found.outside,
        registers=contract.registers is not None,
        dropped_columns=tuple(found.dropped_columns),
        missing_columns=tuple(column.title for column in contract.allowed_columns if column.name not in found.columns),
        rejections=rejections_of(found, contract),
        held=tuple(_held(found)),
        volumes=tuple(_volumes(found)),
        agreement=found.agreement,
        supersedes=found.supersedes_id or "",
        superseded_by=newer or "",
        amends=found.amends_id or "",
        amendments=tuple(found.amendments.order_by("received_at").values_list("pk", flat=True)),
        released_at=found.released_at,
        released_by=found.released_by,
    )


def rejections_of(delivery: Delivery, contract: Contract) -> tuple[Rejection, ...]:
    """Why rows were refused, the most frequent first."""
    titles = {column.name: column.title for column in contract.columns} | {_WHOLE_ROW: Text(zh="整行", en="the whole row")}
    told = []
    for key, rows in delivery.rejections.items():
        column, _, reason = key.partition(": ")
        unknown = Text(zh=reason, en=reason)
        told.append(Rejection(column, titles.get(column, Text(zh=column, en=column)), reason, REASONS.get(reason, unknown), rows))
    return tuple(sorted(told, key=lambda one: (-one.rows, one.column, one.reason)))


def _held(delivery: Delivery) -> list[Held]:
    return [
        Held(alarm.kind, Text(zh=alarm.text_zh, en=alarm.text_en), alarm.detail, alarm.settled_at, alarm.settled_by)
        for alarm in delivery.alarms.order_by("id")
    ]


def _volumes(delivery: Delivery) -> list[Volume]:
    earlier = Delivery.objects.filter(feed=delivery.feed, month__lt=delivery.month, status=states.RECEIVED, amends__isnull=True)
    newest = list(earlier.order_by("-month").values_list("month", "read")[:_USUAL_MONTHS])
    return [Volume(month, read) for month, read in reversed(newest)]
