"""What is said in each situation a household can be in, word for word."""

from datetime import date

import pytest

from minsheng.engine.explaining.arithmetic import LastMonth
from minsheng.engine.explaining.explanation import Explanation
from minsheng.engine.explaining.household import explain_household
from minsheng.engine.explaining.prospects import prospects
from minsheng.engine.explaining.reasons import RunContext
from minsheng.engine.indicators.grammar import Trigger
from tests.spec.explaining.situations import GANSU, MONTH, Found, Situation
from tests.spec.explaining.town import CATALOGUE

POINT = 1_000_000
COST = Found("own_medical_cost", 3_860_000)
JOBLESS = Found("new_unemployment")
DISEASE = Found("chronic_disease")
LATE = {"feed": "medical_settlements", "status": "stale", "months": ["2026-09"], "stale_months": 1, "carried": 12}


def both(explanation: Explanation) -> tuple[str, str]:
    return explanation.sentences.zh, explanation.sentences.en


def test_a_new_warning_says_who_what_how_much_and_what_to_do() -> None:
    said = Situation([COST, JOBLESS], change="new", cause="new").explained()
    assert both(said) == (
        "户主近12个月看病自付 38,600 元，超过低保边缘家庭 20,000 元的标准；户主近3个月登记失业。这户家庭本月新列为橙色，请尽快上门看望。",
        "In 12 months the head of household paid 38,600 yuan of medical costs, above the 20,000 yuan set for marginal families; "
        "the head of household was registered as unemployed within 3 months. This household is newly orange: please visit soon.",
    )


def test_what_holds_for_several_members_is_said_once() -> None:
    parents = [Found("chronic_disease", member=2), Found("chronic_disease", member=3)]
    said = Situation([*parents, COST], change="new", cause="new").explained()
    assert "父亲等2人近12个月新登记慢性病。" in said.sentences.zh
    assert "; the father (and 1 more) was registered with a chronic disease within 12 months." in said.sentences.en


def test_more_than_three_findings_are_counted_with_the_new_ones_first() -> None:
    found = [COST, DISEASE, JOBLESS, Found("new_student", member=1, is_new=True), Found("long_hospital_stay", 20)]
    said = Situation(found, LastMonth(70 * POINT, 3), 3, change="escalated", cause="escalated").explained()
    assert said.sentences.zh == (
        "女儿今年参加高考或考上大学，学费负担加重；户主近12个月看病自付 38,600 元，超过低保边缘家庭 20,000 元的标准；户主近3个月登记失业；"
        "另有2项情况。这户家庭由橙色升为红色，请马上上门看望。"
    )
    assert "; and 2 more. This household has gone up from orange to red: please visit now." in said.sentences.en


def test_same_level_with_something_new_says_so() -> None:
    said = Situation([COST, Found("chronic_disease", is_new=True)], LastMonth(39 * POINT, 1), 2, cause="new-indicator").explained()
    assert said.sentences.zh.startswith("户主近12个月新登记慢性病；")
    assert said.sentences.zh.endswith("这户家庭仍为黄色，但有新的情况，请持续留意，近期问一问情况。")
    assert said.sentences.en.endswith("This household is still yellow, but something is new: please keep watch and ask how they are.")


def test_a_level_that_only_a_trigger_gives_says_which_finding_gives_it() -> None:
    trigger = Trigger(indicator="new_unemployment", level="orange", basis="for the test")
    model = GANSU.model_copy(update={"triggers": (trigger,)})
    said = Situation([JOBLESS], change="new", cause="new", model=model).explained()
    assert (said.score_level, said.level) == (0, 3)
    assert said.sentences.zh.endswith("这户家庭本月新列为橙色（有“新增失业登记”这一项，至少列为橙色），请尽快上门看望。")
    assert said.sentences.en.endswith(
        'This household is newly orange, as "newly registered unemployment" alone makes it at least orange: please visit soon.'
    )
    assert prospects(said, "en")[1:] == [
        "As long as this holds, it keeps at least this level: newly registered unemployment.",
        "If this ended: newly registered unemployment (the head of household), it would be off the list next month.",
    ]


def test_a_held_level_says_that_things_are_not_yet_steady() -> None:
    said = Situation([COST], LastMonth(40 * POINT, 2), 2, last_found=[COST]).explained()
    assert said.held_by_hysteresis
    assert both(said) == (
        "户主近12个月看病自付 38,600 元，超过低保边缘家庭 20,000 元的标准。"
        "这户家庭仍为黄色（情况略有好转，但还不稳），请持续留意，近期问一问情况。",
        "In 12 months the head of household paid 38,600 yuan of medical costs, above the 20,000 yuan set for marginal families. "
        "This household is still yellow, a little better but not yet steady: please keep watch and ask how they are.",
    )
    assert prospects(said, "zh")[1] == "分数已低于标准，下月不回升就降级。"


def test_an_eased_household_says_what_has_gone() -> None:
    said = Situation([COST], LastMonth(65 * POINT, 3), 3, [COST, Found("new_unemployment", member=3)], change="eased").explained()
    assert said.sentences.zh.endswith(
        "上月母亲的新增失业登记，本月没有再出现。这户家庭由橙色降为黄色（情况略有好转，但还不稳），请持续留意，近期问一问情况。"
    )
    assert said.sentences.en.endswith(
        "Of last month's findings these have not come up again: newly registered unemployment (the mother). "
        "This household has come down from orange to yellow, a little better but not yet steady: please keep watch and ask how they are."
    )


def test_a_cleared_household_has_no_findings_and_says_what_has_gone() -> None:
    said = Situation([], LastMonth(30 * POINT, 1), 1, [JOBLESS], change="cleared").explained()
    assert both(said) == (
        "上月户主的新增失业登记，本月没有再出现。这户家庭原为蓝色，本月不再列入提醒。",
        "Of last month's findings these have not come up again: newly registered unemployment (the head of household). "
        "This household was blue and is no longer on the list this month.",
    )
    assert said.steps == ()
    assert said.turning.easing is None


def test_a_household_below_every_threshold_says_what_there_is() -> None:
    said = Situation([JOBLESS], change="none").explained()
    assert both(said) == (
        "户主近3个月登记失业。这户家庭本月没有达到提醒的标准。",
        "The head of household was registered as unemployed within 3 months. "
        "This household does not reach the mark for a warning this month.",
    )


def test_a_suppressed_warning_says_who_has_looked_into_it() -> None:
    verdict = ("TRUE_HELPED", date(2026, 9, 12))
    said = Situation([COST, JOBLESS], change="new", cause="new", verdict=verdict).explained()
    assert said.sentences.zh.endswith(
        "这户家庭本月新列为橙色；2026年9月12日已有人核实（属实，已救助），此后没有新的情况，本月不再重复提醒。"
    )
    assert said.sentences.en.endswith(
        "This household is newly orange; it was looked into on 12 September 2026 (true, helped) and nothing new has come up, "
        "so nobody is asked again this month."
    )


def test_carried_points_say_whose_data_is_missing_and_which_month_stands() -> None:
    stale = Found("own_medical_cost", 3_860_000, stale_months=1)
    said = Situation([stale, JOBLESS], change="new", cause="new", unknown={"own_medical_cost": LATE}).explained()
    assert said.sentences.zh.endswith("请尽快上门看望。医保结算9月的数据未到或待核实，沿用8月的结果。")
    assert said.sentences.en.endswith(
        "September: medical-insurance records have not come or are being checked, so the result of August still stands."
    )
    assert (said.lines[0].standing, said.lines[0].known_in, said.lines[0].missing) == ("stale", "2026-08", ("2026-09",))


def test_what_is_no_longer_known_is_said_and_is_not_taken_for_ended() -> None:
    gone = Found("own_medical_cost", 3_860_000, stale_months=3, unknown=True)
    state = LATE | {"status": "unknown", "months": ["2026-07", "2026-08", "2026-09"], "stale_months": 3}
    said = Situation(
        [gone, JOBLESS], LastMonth(65 * POINT, 3), 3, [COST, JOBLESS], change="cleared", unknown={"own_medical_cost": state}
    ).explained()
    assert both(said) == (
        "户主近3个月登记失业。这户家庭原为橙色，本月不再列入提醒。医保结算7月至9月的数据未到或待核实，这方面的情况暂不清楚。",
        "The head of household was registered as unemployed within 3 months. "
        "This household was orange and is no longer on the list this month. "
        "July to September: medical-insurance records have not come or are being checked, so this side is not known for now.",
    )
    assert said.ended == ()
    assert [line.standing for line in said.lines] == ["known", "unknown"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_that_is_read_aloud_speaks_of_scores_or_codes(language: str) -> None:
    said = Situation([COST, JOBLESS, DISEASE], change="new", cause="new").explained()
    text = said.sentences.zh if language == "zh" else said.sentences.en
    assert not any(word in text for word in ("分", "score", "point", "DIBAO", "own_medical_cost", "_"))


def test_what_would_change_the_level_is_exact() -> None:
    said = Situation([COST, JOBLESS], change="new", cause="new").explained()
    assert said.score == 5_000 * 110 * 110 == 60_500_000
    assert prospects(said, "en") == [
        "19.50 more points would make it red.",
        "3.50 points fewer would ease it next month; 0.51 fewer for two months running would ease it too.",
        "If this ended: medical cost borne by the person (the head of household), it would be off the list next month.",
        "If this ended: newly registered unemployment (the head of household), it would be yellow next month and blue the month after.",
    ]
    assert [(ending.level_next_month, ending.level_in_the_end) for ending in said.turning.endings] == [(0, 0), (2, 1)]
    assert [spot.indicator for spot in said.turning.clearing] == ["own_medical_cost"]
    assert said.turning.next_bands == ()


def test_the_next_band_that_raises_the_level_says_how_much_more_it_takes() -> None:
    said = Situation([COST], change="new", cause="new").explained()
    assert said.level == 1
    assert prospects(said, "zh")[:2] == [
        "再增加 1.50 分，就升为黄色。",
        "户主的“医疗自付费用”再增加 11,400 元（达到 50,000 元），就升为黄色。",
    ]


def test_a_person_merged_since_is_called_by_the_register_entry_they_had() -> None:
    situation = Situation([Found("own_medical_cost", 3_860_000, member=20)], LastMonth(38 * POINT, 1), 1, [COST])
    context = RunContext(GANSU, CATALOGUE, MONTH, redirects={70: 90})
    said = explain_household(situation.tables(), context, previous=situation.last_tables())
    assert said.sentences.zh.startswith("户主近12个月看病自付 38,600 元")
    assert [member.person for member in said.members] == [90, 71, 72, 73]
    assert said.ended == ()
