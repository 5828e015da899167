"""What would change a level, in plain lines."""

from collections.abc import Iterator

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.explanation import Explanation, Spot
from minsheng.engine.explaining.figures import enough_points_text
from minsheng.engine.explaining.words import LEVELS, Language, said

SHOWN = 3
_LINES = {
    "up": Text(zh="再增加 {points} 分，就升为{level}。", en="{points} more points would make it {level}."),
    "band": Text(zh="{spot}再增加 {more}（达到 {bound}），就升为{level}。", en="{spot}: {more} more (to {bound}) would make it {level}."),
    "down": Text(
        zh="分数降低 {at_once} 分，下月就降级；连续两个月降低 {over} 分，也会降级。",
        en="{at_once} points fewer would ease it next month; {over} fewer for two months running would ease it too.",
    ),
    "held": Text(
        zh="分数已低于标准，下月不回升就降级。",
        en="The score is under the mark already; unless it rises again, the level eases next month.",
    ),
    "trigger": Text(zh="只要{titles}还在，就至少保持这个级别。", en="As long as this holds, it keeps at least this level: {titles}."),
    "ending": Text(
        zh="如果{spot}不再出现，下月{soon}，再下月{then}。",
        en="If this ended: {spot}, it would be {soon} next month and {then} the month after.",
    ),
    "ending_at_once": Text(zh="如果{spot}不再出现，下月{then}。", en="If this ended: {spot}, it would be {then} next month."),
    "clearing": Text(zh="{spots}都不再出现，就不再列入提醒。", en="If all of these ended, nothing would be left on the list: {spots}."),
}
_OFF_THE_LIST = Text(zh="不再列入提醒", en="off the list")
_ON_THE_LIST = Text(zh="为{level}", en="{level}")


def prospects(explanation: Explanation, language: Language) -> list[str]:
    """What would raise the level, ease it and clear it, one line each."""
    return [*_upward(explanation, language), *_downward(explanation, language)]


def _upward(explanation: Explanation, language: Language) -> Iterator[str]:
    turning = explanation.turning
    if turning.next_level is not None and turning.to_next_level is not None:
        points = enough_points_text(turning.to_next_level)
        yield _line("up", language, points=points, level=_level(turning.next_level, language))
    for band in turning.next_bands[:SHOWN]:
        words = {"more": said(band.more_text, language), "bound": said(band.bound_text, language), "level": _level(band.level, language)}
        yield _line("band", language, spot=_spot(band.spot, language), **words)


def _downward(explanation: Explanation, language: Language) -> Iterator[str]:
    turning = explanation.turning
    easing = turning.easing
    if easing is None:
        return
    if easing.at_once is not None and easing.over_two_months is not None:
        points = {"at_once": enough_points_text(easing.at_once), "over": enough_points_text(easing.over_two_months)}
        yield _line("down", language, **points) if easing.at_once else _line("held", language)
    if easing.triggers:
        titles = {line.indicator: said(line.title, language) for line in explanation.lines}
        yield _line("trigger", language, titles=_listed([titles[indicator] for indicator in easing.triggers], language))
    eased = [ending for ending in turning.endings if ending.level_in_the_end < explanation.level]
    for ending in eased[:SHOWN]:
        levels = {"soon": _outcome(ending.level_next_month, language), "then": _outcome(ending.level_in_the_end, language)}
        kind = "ending_at_once" if ending.level_next_month == ending.level_in_the_end else "ending"
        yield _line(kind, language, spot=_spot(ending.spot, language), **levels)
    if len(turning.clearing) > 1:
        yield _line("clearing", language, spots=_listed([_spot(spot, language) for spot in turning.clearing], language))


def _line(kind: str, language: Language, **words: str) -> str:
    return said(_LINES[kind], language).format(**words)


def _level(level: int, language: Language) -> str:
    return said(LEVELS[level], language)


def _outcome(level: int, language: Language) -> str:
    return said(_ON_THE_LIST, language).format(level=_level(level, language)) if level else said(_OFF_THE_LIST, language)


def _spot(spot: Spot, language: Language) -> str:
    who, what = said(spot.member, language), said(spot.title, language)
    return f"{who}的“{what}”" if language == "zh" else f"{what} ({who})"


def _listed(names: list[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(names)
