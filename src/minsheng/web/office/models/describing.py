"""A model in words: what it looks at, how much each finding weighs, and where every number comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.figures import Figure, column_figure, points_text
from minsheng.engine.explaining.words import LEVELS, VERDICTS, category_words, feed_words, named, register_column
from minsheng.engine.indicators.grammar import DEFAULT_BANDS, REGISTRY, Condition, Indicator, Model
from minsheng.engine.indicators.grammar import LEVELS as LEVEL_NAMES
from minsheng.web.words import spoken

_REGISTER = Text(zh="民政部门（低收入人口台账）", en="Civil affairs (the low-income register)")
_COMPUTED = {
    "age": Text(zh="年龄", en="age"),
    "household_size": Text(zh="家庭人数", en="size of the household"),
    "lives_alone": Text(zh="独居", en="living alone"),
    "months_since_exit": Text(zh="退出保障的月数", en="months since leaving assistance"),
    "died_on": Text(zh="死亡日期", en="date of death"),
    "listed": Text(zh="仍在册", en="still listed"),
}
_YES_NO = {True: Text(zh="是", en="yes"), False: Text(zh="否", en="no")}
_AMONG = {
    "deceased": Text(zh="只看已去世的成员", en="only members who died"),
    "anyone": Text(zh="在世和已去世的成员都看", en="members, living or dead"),
}


@dataclass(frozen=True)
class BandLine:
    """One band: from which value it holds, its points, and how long its bar is (0 to 100)."""

    bound: Text
    points: str
    length: int


@dataclass(frozen=True)
class BandTable:
    """Bands that hold alike for some categories."""

    categories: tuple[Text, ...]
    lines: tuple[BandLine, ...]


@dataclass(frozen=True)
class IndicatorText:
    """One indicator as a person reads it."""

    id: str
    title: Text
    department: Text
    source: Text
    measured: Text
    conditions: tuple[Text, ...]
    tables: tuple[BandTable, ...]
    reason: Text
    basis: str
    reverse: bool


@dataclass(frozen=True)
class DimensionText:
    """A side of life with its indicators and the most that it counts."""

    title: Text
    person_cap: str
    household_cap: str
    basis: str
    indicators: tuple[IndicatorText, ...]


@dataclass(frozen=True)
class Threshold:
    """A level, from which score it is given, and where on the scale it begins (0 to 100)."""

    level: int
    least: str
    at: str
    until: str


def dimensions(model: Model, catalogue: Catalogue) -> list[DimensionText]:
    """What the model looks at, by dimension."""
    most = max((band.points for one in model.scoring_indicators for bands in one.bands.values() for band in bands), default=1)
    return [
        DimensionText(
            title=one.title,
            person_cap=points_text(one.person_cap_hundredths),
            household_cap=points_text(one.household_cap_hundredths),
            basis=one.basis,
            indicators=tuple(
                indicator_text(indicator, catalogue, float(most))
                for indicator in model.scoring_indicators
                if indicator.dimension == dimension
            ),
        )
        for dimension, one in model.dimensions.items()
    ]


def reported(model: Model, catalogue: Catalogue) -> list[IndicatorText]:
    """What the model only reports: what speaks against the benefit."""
    return [indicator_text(indicator, catalogue, 1.0) for indicator in model.reverse_indicators]


def indicator_text(indicator: Indicator, catalogue: Catalogue, most: float) -> IndicatorText:
    """One indicator in words; `most` is the longest bar's points."""
    source = indicator.source
    return IndicatorText(
        id=indicator.id,
        title=indicator.title,
        department=_REGISTER if source == REGISTRY else catalogue.department_of(source).title,
        source=feed_words(source, catalogue),
        measured=measured(indicator, catalogue),
        conditions=tuple(
            [condition_text(one, source, catalogue) for one in indicator.filter]
            + [condition_text(one, REGISTRY, catalogue) for one in indicator.who]
            + ([_AMONG[indicator.among]] if indicator.among != "members" else [])
        ),
        tables=tuple(_tables(indicator, catalogue, most)),
        reason=indicator.reason,
        basis=indicator.basis,
        reverse=indicator.reverse,
    )


def measured(indicator: Indicator, catalogue: Catalogue) -> Text:
    """What is measured, over which time: `近 12 个月自付金额合计`."""
    months, kind = indicator.window_months, indicator.measure.kind
    zh = f"近 {months} 个月" if months else ""
    en = f"in the last {months} months" if months and months > 1 else "in the month" if months else "at month end"
    column = _column(indicator.source, indicator.measure.column, catalogue) if indicator.measure.column else Text(zh="记录", en="records")
    said = {
        "exists": Text(zh="有无记录", en="whether there is a record"),
        "count": Text(zh="记录条数", en="number of records"),
        "sum": Text(zh=f"{column.zh}合计", en=f"total of {column.en}"),
        "max": Text(zh=f"{column.zh}最大值", en=f"largest {column.en}"),
        "latest": Text(zh=f"最近一次的{column.zh}", en=f"latest {column.en}"),
        "months_since": Text(zh="距最近一次的月数", en="months since the latest one"),
        "months_without": Text(zh="没有记录的月数", en="months without a record"),
    }[kind]
    return Text(zh=f"{zh}{said.zh}", en=f"{said.en} {en}")


def condition_text(condition: Condition, source: str, catalogue: Catalogue) -> Text:
    """A condition in words: `医疗类别：住院`."""
    column = _column(source, condition.column, catalogue)
    parts = [_compared(name, value, condition.column, source, catalogue) for name, value in condition.comparisons().items()]
    return Text(zh=f"{column.zh}{'，'.join(part.zh for part in parts)}", en=f"{column.en} {', '.join(part.en for part in parts)}")


def grouped_bands(indicator: Indicator) -> dict[str, list[str]]:
    """The first of the categories whose bands are alike → all of them; what holds for families in general comes last."""
    alike: dict[object, list[str]] = {}
    for name in sorted(indicator.bands, key=lambda name: name == DEFAULT_BANDS):
        alike.setdefault(indicator.bands[name], []).append(name)
    return {names[0]: names for names in alike.values()}


def scale(model: Model) -> list[Threshold]:
    """The levels on a scale from 0 to a little above the highest threshold."""
    least = [float(getattr(model.levels, name)) for name in LEVEL_NAMES[1:]]
    end = max(least[-1] * 1.25, 1.0)
    places = [f"{100 * one / end:.2f}" for one in (0.0, *least, end)]
    told = ["0", *(points_text(round(one * 100)) for one in least)]
    return [Threshold(level, told[level], places[level], places[level + 1]) for level in range(len(LEVEL_NAMES))]


def trigger_texts(model: Model, catalogue: Catalogue) -> list[tuple[Text, int, str]]:
    """What lifts a household to a level whatever the score: the finding, the level, the basis."""
    return [
        (trigger_text(model, one.indicator, one.band, one.categories, catalogue), one.level_number, one.basis) for one in model.triggers
    ]


def trigger_text(model: Model, indicator: str, band: int, categories: Sequence[str], catalogue: Catalogue) -> Text:
    """The finding that a trigger waits for."""
    title = model.indicator(indicator).title
    who = [category_words(one, catalogue) for one in categories]
    zh, en = f"“{title.zh}”达到第 {band} 档", f"“{title.en}” reaches band {band}"
    return (
        Text(zh=f"{zh}（{'、'.join(one.zh for one in who)}）", en=f"{en} ({', '.join(one.en for one in who)})")
        if who
        else Text(zh=zh, en=en)
    )


def verdict_texts(verdicts: Sequence[str]) -> list[Text]:
    """Verdicts in words."""
    return [named(VERDICTS, one) for one in verdicts]


def level_text(name: str) -> Text:
    """A level's word by the name that models use."""
    return LEVELS[LEVEL_NAMES.index(name)]


def _tables(indicator: Indicator, catalogue: Catalogue, most: float) -> list[BandTable]:
    figure = Figure.of(indicator, catalogue)
    return [
        BandTable(
            tuple(category_words(name, catalogue) for name in names),
            tuple(
                BandLine(_bound(figure, band.bound), points_text(band.hundredths), max(2, round(100 * float(band.points) / most)))
                for band in indicator.bands[first]
            ),
        )
        for first, names in grouped_bands(indicator).items()
    ]


def _bound(figure: Figure, bound: int) -> Text:
    text = figure.text(bound)
    return text if figure.yes_no else Text(zh=f"{text.zh}及以上", en=f"{text.en} or more")


def _column(source: str, column: str | None, catalogue: Catalogue) -> Text:
    if column is None:
        return Text(zh="记录", en="records")
    if source == REGISTRY:
        known = register_column(column, catalogue)
        return _COMPUTED.get(column) or (known.title if known else Text(zh=column, en=column))
    return catalogue[source].column(column).title


def _compared(name: str, value: object, column: str, source: str, catalogue: Catalogue) -> Text:
    several = value if isinstance(value, tuple) else (value,)
    told = [_value(one, column, source, catalogue) for one in several]
    zh, en = "、".join(one.zh for one in told), ", ".join(one.en for one in told)
    frames: Mapping[str, tuple[str, str]] = {
        "eq": ("：{}", "is {}"),
        "ne": ("不是{}", "is not {}"),
        "in": ("：{}", "is {}"),
        "not_in": ("不是{}", "is none of {}"),
        "gte": ("不低于 {}", "at least {}"),
        "lte": ("不高于 {}", "at most {}"),
        "is_null": ("为空", "is blank"),
        "not_null": ("不为空", "is given"),
    }
    return Text(zh=frames[name][0].format(zh), en=frames[name][1].format(en))


def _value(value: object, column: str, source: str, catalogue: Catalogue) -> Text:
    if isinstance(value, bool):
        return _YES_NO[value]
    if column == "category":
        return category_words(str(value), catalogue)
    described = register_column(column, catalogue) if source == REGISTRY else catalogue[source].column(column)
    if described is not None and str(value) in described.codes:
        return described.codes[str(value)].title
    if isinstance(value, int):
        return column_figure(source, column, catalogue).text(value)
    return Text(zh=str(value), en=str(value))


def joined(texts: Sequence[Text]) -> str:
    """Several texts in a row, in the active language."""
    return spoken("、".join(one.zh for one in texts), ", ".join(one.en for one in texts))
