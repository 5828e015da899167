"""What a run knew of each feed: which months were there, and which were missing or held."""

from dataclasses import dataclass

from minsheng.domain.monitoring.queries import FinishedRun
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Text

_TONES = {"present": ("good", "check"), "missing": ("stop", "x"), "held": ("caution", "hourglass")}
_WORDS = {
    "present": Text(zh="已到", en="arrived"),
    "missing": Text(zh="缺报", en="missing"),
    "held": Text(zh="待放行", en="held"),
    "not_due": Text(zh="本月不报", en="not due"),
    "before": Text(zh="尚未开始", en="not begun"),
}


@dataclass(frozen=True)
class FeedHealth:
    """A feed in a run's own month: its words, and whether the month can be believed."""

    title: Text
    state: str
    word: Text
    tone: str
    icon: str


def feed_health(run: FinishedRun, catalogue: Catalogue) -> list[FeedHealth]:
    """Every feed that the run read, those that lack something first."""
    feeds = run.summary.get("inputs", {}).get("feeds", {})
    found = []
    for name, given in feeds.items():
        state = str(given["months"].get(run.month, "not_due"))
        tone, icon = _TONES.get(state, ("quiet", "minus"))
        title = catalogue[name].title if name in catalogue else Text(zh=name, en=name)
        found.append(FeedHealth(title, state, _WORDS.get(state, _WORDS["not_due"]), tone, icon))
    order = {"missing": 0, "held": 1, "present": 2}
    return sorted(found, key=lambda one: (order.get(one.state, 3), one.title.en))
