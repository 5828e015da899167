"""What a run knew of each feed: which months were there, and which were missing or held; beside what the month before knew of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from minsheng.domain.monitoring.queries import FinishedRun
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.web.chart_parts import Table
from minsheng.web.words import spoken

_TONES = {"present": ("good", "check"), "missing": ("stop", "x"), "held": ("caution", "hourglass")}
_NOT_DUE = "not_due"
_WORDS = {
    "present": Text(zh="已到", en="arrived"),
    "missing": Text(zh="缺报", en="missing"),
    "held": Text(zh="待放行", en="held"),
    _NOT_DUE: Text(zh="本月不报", en="not due"),
    "before": Text(zh="尚未开始", en="not begun"),
}


@dataclass(frozen=True)
class FeedHealth:
    """A feed in a run's own month: its words, and whether the month can be believed; `before` is how the month before it stood."""

    title: Text
    state: str
    word: Text
    tone: str
    icon: str
    before: Text | None = None


def feed_health(run: FinishedRun, catalogue: Catalogue, before: FinishedRun | None = None) -> list[FeedHealth]:
    """Every feed that the run read, those that lack something first."""
    then = _states(before) if before else {}
    found = []
    for name, state in _states(run).items():
        tone, icon = _TONES.get(state, ("quiet", "minus"))
        title = catalogue[name].title if name in catalogue else Text(zh=name, en=name)
        earlier = _word(then[name]) if name in then else None
        found.append(FeedHealth(title, state, _word(state), tone, icon, earlier))
    order = {"missing": 0, "held": 1, "present": 2}
    return sorted(found, key=lambda one: (order.get(one.state, 3), one.title.en))


def feeds_table(feeds: list[FeedHealth]) -> Table:
    """The same as a table, for a file."""
    headings = [(spoken("数据", "Feed"), False), (spoken("本月", "This month"), False), (spoken("上月", "Last month"), False)]
    return Table(headings, [(spoken(one.title), spoken(one.word), spoken(one.before) if one.before else "–") for one in feeds])


def _states(run: FinishedRun) -> Mapping[str, str]:
    feeds = run.summary.get("inputs", {}).get("feeds", {})
    return {name: str(given["months"].get(run.month, _NOT_DUE)) for name, given in feeds.items()}


def _word(state: str) -> Text:
    return _WORDS.get(state, _WORDS[_NOT_DUE])
