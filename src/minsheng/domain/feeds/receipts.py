"""What a department gets back."""

from dataclasses import dataclass, field

from minsheng.domain.feeds.models import Delivery


@dataclass(frozen=True)
class Receipt:
    """The outcome of handing in one file.

    `read = accepted + duplicate + quarantined + out_of_area`. `status`: received, held, refused or already_received.
    """

    filename: str
    status: str
    feed: str | None = None
    month: str | None = None
    sha256: str = ""
    delivery: str | None = None
    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    out_of_area: int = 0
    matched: int = 0
    in_review: int = 0
    outside: int = 0
    dropped_columns: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    rejections: dict[str, int] = field(default_factory=dict)
    released: bool = False


def receipt_of(delivery: Delivery, *, status: str | None = None, reasons: list[str] | None = None) -> Receipt:
    """The receipt of a recorded delivery, under another status if one is given."""
    return Receipt(
        filename=delivery.filename,
        status=status or delivery.status,
        feed=delivery.feed,
        month=delivery.month,
        sha256=delivery.sha256,
        delivery=delivery.id,
        read=delivery.read,
        accepted=delivery.accepted,
        duplicate=delivery.duplicate,
        quarantined=delivery.quarantined,
        out_of_area=delivery.out_of_area,
        matched=delivery.matched,
        in_review=delivery.in_review,
        outside=delivery.outside,
        dropped_columns=list(delivery.dropped_columns),
        reasons=list(delivery.reasons) if reasons is None else reasons,
        rejections=dict(delivery.rejections),
        released=delivery.released_at is not None,
    )
