"""What would change a household's level: the same arithmetic on other findings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from minsheng.engine.explaining.arithmetic import Finding, LastMonth, Reckoning, fires, reckon
from minsheng.engine.indicators.grammar import Model

EXACT_UP_TO = 12
"""Findings up to which the smallest set that clears the level is sought among all sets; beyond, step by step."""


@dataclass(frozen=True)
class Situation:
    """A household as this month found it, and what it came to."""

    model: Model
    findings: tuple[Finding, ...]
    identity_percent: int
    now: Reckoning

    def with_findings(self, findings: Sequence[Finding]) -> Reckoning:
        """Next month's reckoning, if these are its findings."""
        return reckon(self.model, findings, self.identity_percent, LastMonth(self.now.score, self.now.score_level))

    def without(self, *ended: Finding) -> Reckoning:
        """Next month's reckoning, if these findings end and nothing else changes."""
        return self.with_findings([found for found in self.findings if found not in ended])


def to_next_level(situation: Situation) -> tuple[int, int] | None:
    """The next level up and the millionths still missing to it; None from the highest level."""
    level = situation.now.level + 1
    least = situation.model.thresholds.get(level)
    return None if least is None else (level, least - situation.now.score)


def to_ease(situation: Situation) -> tuple[int, int] | None:
    """By how many millionths the score must fall to leave its level: at once, or for two months running.

    The second is 0 where hysteresis holds the level already: one more month under the threshold ends it. None where the score
    gives less than the level the household has (its trigger must end instead).
    """
    now = situation.now
    if now.level == 0 or now.score_level < now.level:
        return None
    least = situation.model.thresholds[now.level]
    at_once = min(least - situation.model.hysteresis.margin_millionths, least - 1)
    if now.score < least:
        return 0, 0
    return now.score - at_once, now.score - (least - 1)


def triggers_to_end(situation: Situation) -> tuple[str, ...]:
    """The indicators whose triggers alone keep the household at its level, in the model's order."""
    model, level = situation.model, situation.now.level
    lifting = (trigger for trigger in model.triggers if trigger.level_number >= level > 0)
    fired = (trigger.indicator for trigger in lifting if any(fires(trigger, found) for found in situation.findings if found.points))
    return tuple(dict.fromkeys(fired))


def fewest_that_clear(situation: Situation) -> tuple[Finding, ...]:
    """The fewest findings whose ending leaves no level in the end (once hysteresis holds nothing any more); none if there is no level.

    Exact up to `EXACT_UP_TO` findings; beyond that each step ends the finding that lowers the level, then the score, most.
    """
    findings = tuple(found for found in situation.findings if found.points)

    def cleared(ended: Sequence[Finding]) -> bool:
        return situation.without(*ended).settled_level == 0

    few = _greedy(situation, findings, cleared)
    if len(findings) <= EXACT_UP_TO:
        for size in range(len(few)):
            for ended in combinations(findings, size):
                if cleared(ended):
                    return ended
    return few


def next_bands(situation: Situation) -> list[tuple[Finding, int, Reckoning]]:
    """Each finding's next band as it would count, with its bound, and the reckoning, where that raises the level."""
    risen = []
    for found in situation.findings:
        indicator = situation.model.indicator(found.indicator)
        bands = indicator.bands.get(found.bands, ())
        if found.band < len(bands):
            after = replace(found, band=found.band + 1, points=bands[found.band].hundredths)
            then = situation.with_findings([after if other == found else other for other in situation.findings])
            risen += [(found, bands[found.band].bound, then)] if then.level > situation.now.level else []
    return risen


def _greedy(situation: Situation, findings: tuple[Finding, ...], cleared: Callable[[Sequence[Finding]], bool]) -> tuple[Finding, ...]:
    ended: list[Finding] = []
    left = list(findings)
    while not cleared(ended) and left:
        best = min(left, key=lambda found: _height(situation.without(*ended, found)))
        left.remove(best)
        ended.append(best)
    for found in ended[:]:
        without = [other for other in ended if other != found]
        if cleared(without):
            ended = without
    return tuple(found for found in findings if found in ended)


def _height(then: Reckoning) -> tuple[int, int]:
    return then.settled_level, then.score
