from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engine.explaining import turning_points
from minsheng.engine.explaining.arithmetic import Finding, LastMonth, level_with_hysteresis, reckon
from minsheng.engine.explaining.turning_points import Situation, fewest_that_clear, next_bands, to_ease, to_next_level, triggers_to_end
from tests.unit.explaining.small_model import MODEL, finding

POINT = 1_000_000
spots = st.tuples(st.sampled_from(["cost", "disease", "jobless", "student"]), st.integers(1, 3))
findings = st.dictionaries(spots, st.integers(1, 3), max_size=7).map(
    lambda found: tuple(finding(indicator, band, person=person) for (indicator, person), band in found.items())
)
identities = st.sampled_from([100, 110, 120])
lasts = st.integers(0, 120 * POINT).map(lambda score: LastMonth(score, min(4, score // (20 * POINT))))


def situation(found: tuple[Finding, ...], identity: int = 100, last: LastMonth = LastMonth()) -> Situation:  # noqa: B008
    return Situation(MODEL, found, identity, reckon(MODEL, found, identity, last))


@given(findings, identities, lasts)
def test_points_to_the_next_level_are_exactly_enough(found: tuple[Finding, ...], identity: int, last: LastMonth) -> None:
    here = situation(found, identity, last)
    up = to_next_level(here)
    if up is None:
        assert here.now.level == 4
        return
    level, missing = up
    assert missing > 0
    assert level_with_hysteresis(MODEL, here.now.score + missing, LastMonth()) == level
    assert level_with_hysteresis(MODEL, here.now.score + missing - 1, LastMonth()) < level


@given(findings, identities, lasts)
def test_points_to_ease_are_exactly_enough_at_once_and_over_two_months(found: tuple[Finding, ...], identity: int, last: LastMonth) -> None:
    here = situation(found, identity, last)
    fall = to_ease(here)
    if fall is None or fall[0] == 0:
        assert here.now.level == 0 or here.now.score_level < here.now.level or here.now.held
        return
    at_once, over_two = fall
    now = LastMonth(here.now.score, here.now.score_level)
    assert level_with_hysteresis(MODEL, now.score - at_once, now) < here.now.level
    assert level_with_hysteresis(MODEL, now.score - at_once + 1, now) == here.now.level
    for less, falls in ((over_two, True), (over_two - 1, False)):
        first = LastMonth(now.score - less, level_with_hysteresis(MODEL, now.score - less, now))
        assert (level_with_hysteresis(MODEL, now.score - less, first) < here.now.level) is falls


def test_a_held_level_eases_next_month_without_any_further_fall() -> None:
    here = situation((finding("cost", 3, points=3_900),), last=LastMonth(40 * POINT, 2))
    assert here.now.held
    assert to_ease(here) == (0, 0)
    assert here.without().level == 1


def test_a_level_that_only_a_trigger_gives_needs_the_trigger_to_end() -> None:
    here = situation((finding("jobless", 3),))
    assert to_ease(here) is None
    assert triggers_to_end(here) == ("jobless",)
    assert here.without(*here.findings).settled_level == 0


def test_ending_one_of_two_findings_eases_to_what_the_rest_gives() -> None:
    cost, jobless = finding("cost", 3), finding("jobless", 2)
    here = situation((cost, jobless))
    assert (here.now.score, here.now.level) == (66 * POINT, 3)
    assert (here.without(jobless).level, here.without(jobless).settled_level) == (2, 2)
    assert here.without(cost).settled_level == 1


@given(findings, identities)
def test_the_fewest_findings_that_clear_are_as_few_as_any(found: tuple[Finding, ...], identity: int) -> None:
    here = situation(found, identity)
    few = fewest_that_clear(here)
    assert here.without(*few).settled_level == 0
    for size in range(len(few)):
        assert all(here.without(*ended).settled_level > 0 for ended in combinations(found, size))


@given(findings, identities)
def test_step_by_step_clears_too_and_ends_nothing_needlessly(found: tuple[Finding, ...], identity: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turning_points, "EXACT_UP_TO", 0)
        here = situation(found, identity)
        few = fewest_that_clear(here)
    assert here.without(*few).settled_level == 0
    for kept in few:
        assert here.without(*(other for other in few if other != kept)).settled_level > 0


def test_next_bands_name_only_those_that_raise_the_level() -> None:
    here = situation((finding("cost", 1), finding("jobless", 1)))
    assert here.now.level == 1
    raised = [(found.indicator, bound, then.level) for found, bound, then in next_bands(here)]
    assert raised == [("cost", 200, 2)]


def test_the_highest_band_has_no_next() -> None:
    assert next_bands(situation((finding("cost", 3),))) == []
