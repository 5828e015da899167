"""The words, tones and icons of deliveries."""

from typing import Final, NamedTuple

from minsheng.domain.feeds import states
from minsheng.engine.contracts.schema import Text


class Mark(NamedTuple):
    """How a state looks: its word, the badge's tone, the icon's shape."""

    word: Text
    tone: str
    icon: str


STANDINGS: Final = {
    "received": Mark(Text(zh="已收到", en="received"), "good", "circle-check"),
    "late": Mark(Text(zh="迟到", en="late"), "caution", "clock"),
    "held": Mark(Text(zh="待放行", en="held"), "caution", "hourglass"),
    "missing": Mark(Text(zh="未报送", en="missing"), "stop", "alert-circle"),
    "awaited": Mark(Text(zh="待报送", en="awaited"), "quiet", "calendar"),
    "not_due": Mark(Text(zh="本月无需", en="not due"), "quiet", "minus"),
    "before": Mark(Text(zh="尚未接入", en="not yet sharing"), "quiet", "minus"),
}
STATUSES: Final = {
    states.RECEIVED: Mark(Text(zh="已接收", en="received"), "good", "circle-check"),
    states.HELD: Mark(Text(zh="待放行", en="held"), "caution", "hourglass"),
    states.REFUSED: Mark(Text(zh="已拒收", en="refused"), "stop", "ban"),
    states.SUPERSEDED: Mark(Text(zh="已被替换", en="superseded"), "quiet", "history"),
}
UPLOADS: Final = {
    states.ARRIVING: Mark(Text(zh="上传中", en="arriving"), "accent", "upload"),
    states.WAITING: Mark(Text(zh="等待接收", en="waiting to be received"), "accent", "hourglass"),
    states.TAKEN: Mark(Text(zh="已办结", en="dealt with"), "good", "circle-check"),
    states.NOT_TAKEN: Mark(Text(zh="未接收", en="not taken"), "stop", "ban"),
    states.GIVEN_UP: Mark(Text(zh="已放弃", en="given up"), "quiet", "x"),
}
