import pytest

from minsheng.engine.explaining.arithmetic import LastMonth, level_with_hysteresis, reckon
from tests.unit.explaining.small_model import MODEL, finding

POINT = 1_000_000


def test_score_is_raw_by_overlap_by_identity_in_millionths() -> None:
    now = reckon(MODEL, [finding("cost", 2), finding("jobless", 1)], 120)
    assert now.raw == 4_000
    assert (now.dimensions_with_points, now.overlap_percent) == (2, 10)
    assert now.score == 4_000 * 110 * 120 == 52_800_000
    assert (now.overlap_added, now.identity_added) == (4 * POINT, 8_800_000)
    assert now.raw * 10_000 + now.overlap_added + now.identity_added == now.score
    assert now.level == 2


def test_points_beyond_the_caps_of_person_and_household_do_not_count() -> None:
    now = reckon(MODEL, [finding("cost", 3), finding("disease", 2), finding("cost", 2, person=2)], 100)
    assert [(part.person, part.before, part.points, part.cut) for part in now.persons] == [(1, 8_000, 4_000, 4_000), (2, 3_000, 3_000, 0)]
    assert [(part.before, part.points, part.cut) for part in now.dimensions] == [(7_000, 6_000, 1_000)]
    assert now.score == 60 * POINT


def test_a_household_without_findings_scores_nothing() -> None:
    now = reckon(MODEL, [], 130)
    assert (now.score, now.level, now.persons, now.dimensions) == (0, 0, (), ())


@pytest.mark.parametrize(
    ("score", "last", "level"),
    [
        (40 * POINT, LastMonth(), 2),
        (40 * POINT - 1, LastMonth(), 1),
        (40 * POINT - 1, LastMonth(40 * POINT, 2), 2),
        (37 * POINT + 1, LastMonth(40 * POINT, 2), 2),
        (37 * POINT, LastMonth(40 * POINT, 2), 1),
        (39 * POINT, LastMonth(39 * POINT, 2), 1),
        (39 * POINT, LastMonth(40 * POINT, 1), 1),
        (58 * POINT, LastMonth(95 * POINT, 4), 3),
        (95 * POINT, LastMonth(40 * POINT, 2), 4),
        (17 * POINT, LastMonth(20 * POINT, 1), 0),
    ],
)
def test_level_rises_at_once_and_falls_by_the_margin_or_in_the_second_month(score: int, last: LastMonth, level: int) -> None:
    assert level_with_hysteresis(MODEL, score, last) == level


def test_trigger_lifts_to_its_level_from_its_band_upward() -> None:
    assert reckon(MODEL, [finding("jobless", 2)], 100).level == 1
    lifted = reckon(MODEL, [finding("jobless", 3)], 100)
    assert (lifted.score_level, lifted.trigger_level, lifted.level) == (1, 3, 3)


def test_trigger_for_some_categories_leaves_the_others_alone() -> None:
    assert reckon(MODEL, [finding("student", 2, category="DIBAO")], 100).trigger is None
    trigger = reckon(MODEL, [finding("student", 2, category="TEKUN")], 100).trigger
    assert trigger is not None
    assert trigger.indicator == "student"


def test_of_several_triggers_the_highest_is_named_and_of_equals_the_first_in_the_alphabet() -> None:
    found = [finding("jobless", 3), finding("disease", 3), finding("student", 2, category="TEKUN")]
    trigger = reckon(MODEL, found, 100).trigger
    assert trigger is not None
    assert trigger.indicator == "disease"


def test_a_finding_without_points_fires_no_trigger() -> None:
    assert reckon(MODEL, [finding("jobless", 3, points=0)], 100).trigger is None


def test_settled_level_is_what_is_left_once_nothing_is_held() -> None:
    held = reckon(MODEL, [finding("cost", 3, points=3_900)], 100, LastMonth(40 * POINT, 2))
    assert (held.level, held.held, held.settled_level) == (2, True, 1)
