"""What two versions of a model say otherwise, in words: what was added, taken away, or has another number."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.figures import Figure
from minsheng.engine.explaining.words import VERDICTS, category_words, named
from minsheng.engine.indicators.grammar import Dimension, Indicator, Model
from minsheng.engine.indicators.loading import model_json
from minsheng.engine.simulation.changes import differences
from minsheng.web.office.models.describing import level_text

Write = Callable[[object], Text]
"""How a value is written."""
_BAND = re.compile(r"indicators\.(\w+)\.bands\.(\w+)\[(\d+)\]\.(from|points)")
_PARTS = {
    "window_months": Text(zh="看多久（月）", en="window (months)"),
    "measure": Text(zh="怎样计量", en="how it is measured"),
    "source": Text(zh="数据来源", en="source"),
    "dimension": Text(zh="所属方面", en="dimension"),
    "reverse": Text(zh="只作提示", en="only reported"),
    "among": Text(zh="看哪些人", en="among whom"),
    "person_cap": Text(zh="个人封顶", en="cap of one person"),
    "household_cap": Text(zh="全户封顶", en="cap of a household"),
    "band": Text(zh="从第几档起", en="from band"),
    "level": Text(zh="至少列为", en="at least"),
    "indicator": Text(zh="指标", en="indicator"),
    "categories": Text(zh="适用类别", en="for categories"),
}
_SECTIONS = {
    "indicators": Text(zh="指标", en="Indicators"),
    "dimensions": Text(zh="方面与封顶", en="Dimensions and caps"),
    "overlap": Text(zh="叠加", en="Overlap"),
    "identity": Text(zh="身份系数", en="Identity multipliers"),
    "levels": Text(zh="等级界线", en="Levels"),
    "triggers": Text(zh="直接触发", en="Triggers"),
    "hysteresis": Text(zh="防抖", en="Steadiness"),
    "suppression": Text(zh="静默期", en="Quiet period"),
}
_WORDING = Text(zh="说明文字", en="Words")
_NOT_NAMED = ("model", "version")
_MODEL = Text(zh="模型", en="the model")
_EXPLAINING = {
    "title": Text(zh="名称", en="title"),
    "note": Text(zh="说明", en="note"),
    "basis": Text(zh="依据", en="where it comes from"),
    "reason": Text(zh="说给人听的话", en="what is said"),
    "evidence": Text(zh="列出的字段", en="columns shown"),
}


@dataclass(frozen=True)
class Row:
    """One thing that differs; None stands for nothing."""

    section: Text
    what: Text
    before: Text | None
    after: Text | None

    @property
    def kind(self) -> str:
        """added, removed or changed."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


def compared(before: Model, after: Model, catalogue: Catalogue, *, words: bool = True) -> list[Row]:
    """Everything that differs, numbers first; what holds alike for several categories is told once."""
    told = _Words(before, after, catalogue)
    rows: dict[tuple[str, ...], tuple[Row, list[str]]] = {}
    for one in differences(before, after):
        band = _BAND.fullmatch(one.place)
        if band is not None:
            indicator, category, number, part = band.groups()
            key = (indicator, number, part, str(one.before), str(one.after))
            row = told.band(indicator, int(number), part, one.before, one.after)
            rows.setdefault(key, (row, []))[1].append(category)
        elif one.place not in _NOT_NAMED:
            rows[one.place,] = (told.row(one.place, one.before, one.after), [])
    found = [told.for_categories(row, categories) for row, categories in rows.values()]
    return found + (list(_wording(before, after, told)) if words else [])


class _Words:
    """The words of the places of two models."""

    def __init__(self, before: Model, after: Model, catalogue: Catalogue) -> None:
        self.indicators = {one.id: one for one in (*before.indicators, *after.indicators)}
        self.dimensions = {**before.dimensions, **after.dimensions}
        self.catalogue = catalogue

    def band(self, indicator: str, number: int, part: str, before: object, after: object) -> Row:
        """A bound or the points of a band."""
        one = self.indicators[indicator]
        figure = Figure.of(one, self.catalogue)
        says = Text(zh="起点", en="from") if part == "from" else Text(zh="分值", en="points")
        what = Text(zh=f"{one.title.zh} · 第 {number + 1} 档{says.zh}", en=f"{one.title.en} · band {number + 1}, {says.en}")

        def bound(value: object) -> Text:
            return figure.text(int(str(value)))

        write = bound if part == "from" else _points
        return Row(_SECTIONS["indicators"], what, _maybe(before, write), _maybe(after, write))

    def for_categories(self, row: Row, categories: Sequence[str]) -> Row:
        """The row with the categories for which it holds, if it is of bands."""
        if not categories:
            return row
        told = _listed([category_words(one, self.catalogue) for one in categories])
        return Row(row.section, Text(zh=f"{row.what.zh}（{told.zh}）", en=f"{row.what.en} ({told.en})"), row.before, row.after)

    def row(self, place: str, before: object, after: object) -> Row:
        """Anything but a band."""
        head, _, rest = place.replace("[", ".").replace("]", "").partition(".")
        section = _SECTIONS.get(head, _WORDING)
        what, write = self._told(head, rest)
        return Row(section, what, _maybe(before, write), _maybe(after, write))

    def wording(self, place: str) -> Text:
        """What explaining words belong to."""
        head, *rest = place.replace("[", ".").replace("]", "").split(".")
        part = named(_EXPLAINING, next(one for one in (head, *rest) if one in _EXPLAINING))
        titles = {f"{kind}.{name}": one.title for kind, all_of in self._owners() for name, one in all_of.items()}
        owner = titles.get(f"{head}.{rest[0]}" if rest else "") or _SECTIONS.get(head, _MODEL)
        return Text(zh=f"{owner.zh} · {part.zh}", en=f"{owner.en} · {part.en}")

    def _owners(self) -> tuple[tuple[str, Mapping[str, Indicator | Dimension]], ...]:
        return ("indicators", self.indicators), ("dimensions", self.dimensions)

    def _told(self, head: str, rest: str) -> tuple[Text, Write]:
        known = {
            "indicators": self._indicators,
            "dimensions": self._dimensions,
            "overlap": self._overlap,
            "identity": self._identity,
            "levels": self._levels,
            "triggers": self._triggers,
            "hysteresis": self._hysteresis,
            "suppression": self._suppression,
        }
        return known[head](rest) if head in known else (Text(zh=head, en=head), _plain)

    def _indicators(self, rest: str) -> tuple[Text, Write]:
        name, _, part = rest.partition(".")
        title = self.indicators[name].title if name in self.indicators else Text(zh=name, en=name)
        if not part:
            return Text(zh=f"指标“{title.zh}”", en=f"the indicator “{title.en}”"), lambda _: Text(zh="有", en="there")
        said = named(_PARTS, part)
        return Text(zh=f"{title.zh} · {said.zh}", en=f"{title.en} · {said.en}"), _plain

    def _dimensions(self, rest: str) -> tuple[Text, Write]:
        name, _, part = rest.partition(".")
        title, said = self.dimensions[name].title, named(_PARTS, part)
        return Text(zh=f"{title.zh} · {said.zh}", en=f"{title.en} · {said.en}"), _points

    def _overlap(self, rest: str) -> tuple[Text, Write]:
        count = rest.rpartition(".")[2]
        return Text(zh=f"{count} 个方面叠加，加多少", en=f"added for hardship in {count} dimensions"), _percent

    def _identity(self, rest: str) -> tuple[Text, Write]:
        return category_words(rest.rpartition(".")[2], self.catalogue), _percent

    def _levels(self, rest: str) -> tuple[Text, Write]:
        word = level_text(rest)
        return Text(zh=f"{word.zh}起点", en=f"{word.en} from"), _points

    def _triggers(self, rest: str) -> tuple[Text, Write]:
        number, _, part = rest.partition(".")
        if not number:
            return Text(zh="直接触发", en="triggers"), _plain
        said = named(_PARTS, part)
        write = self._trigger_value(part)
        return Text(zh=f"第 {int(number) + 1} 条 · {said.zh}", en=f"trigger {int(number) + 1} · {said.en}"), write

    def _trigger_value(self, part: str) -> Write:
        if part == "level":
            return lambda value: level_text(str(value))
        if part == "indicator":
            return lambda value: self.indicators[str(value)].title if str(value) in self.indicators else _plain(value)
        if part == "categories":
            return lambda value: _listed([category_words(str(one), self.catalogue) for one in _several(value)])
        return _plain

    def _hysteresis(self, _: str) -> tuple[Text, Write]:
        return Text(zh="低于界线多少分才立即降级", en="points below a threshold for a level to fall at once"), _points

    def _suppression(self, rest: str) -> tuple[Text, Write]:
        if rest == "verdicts":
            return Text(zh="哪些结论进入静默", en="verdicts that keep quiet"), lambda value: _listed(
                [named(VERDICTS, one) for one in _several(value)]
            )
        return Text(zh="静默几个月", en="quiet months"), _plain


def _wording(before: Model, after: Model, told: _Words) -> Iterator[Row]:
    """Explaining words that differ: titles, notes, reasons and bases."""
    was, now = _said(before), _said(after)
    for place in {**was, **now}:
        if was.get(place) != now.get(place):
            yield Row(_WORDING, told.wording(place), _maybe(was.get(place), _plain), _maybe(now.get(place), _plain))


def _said(model: Model) -> dict[str, str]:
    data = json.loads(model_json(model))
    data["indicators"] = {entry.pop("id"): entry for entry in data["indicators"]}
    return dict(_walk(data, "", inside=False))


def _walk(value: object, place: str, *, inside: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, entry in value.items():
            yield from _walk(entry, f"{place}.{name}" if place else name, inside=inside or name in _EXPLAINING)
    elif isinstance(value, list):
        for at, entry in enumerate(value):
            yield from _walk(entry, f"{place}[{at}]", inside=inside)
    elif inside:
        yield place, str(value)


def _maybe(value: object, write: Write) -> Text | None:
    return None if value is None else write(value)


def _points(value: object) -> Text:
    told = f"{float(str(value)):g}"
    return Text(zh=f"{told} 分", en=f"{told} points")


def _percent(value: object) -> Text:
    return Text(zh=f"{value}%", en=f"{value}%")


def _plain(value: object) -> Text:
    told = (
        ", ".join(map(str, value))
        if isinstance(value, list)
        else json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict)
        else str(value)
    )
    return Text(zh=told or "–", en=told or "–")


def _several(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _listed(texts: list[Text]) -> Text:
    return Text(zh="、".join(one.zh for one in texts) or "–", en=", ".join(one.en for one in texts) or "–")
