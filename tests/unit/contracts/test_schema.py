"""What a contract knows about headers, units, months and days."""

from datetime import date
from decimal import Decimal

from minsheng.engine.contracts.headers import code_index, header_index, plain, split_unit, unit_factor
from minsheng.engine.contracts.loading import Catalogue
from minsheng.kernel.periods import Month


def test_headers_are_compared_without_width_case_and_spaces() -> None:
    assert plain(" ＰＳＮ_Name* ") == plain("psn name") == "psnname"


def test_a_unit_behind_a_header_is_split_off_and_scales_the_values(catalogue: Catalogue) -> None:
    header = split_unit("个人自付（万元）")
    own_share = catalogue["medical_settlements"].column("own_share")
    assert header.plain == "个人自付"
    assert unit_factor(own_share, header.unit) == Decimal(10_000)
    assert unit_factor(own_share, "公斤") is None
    assert unit_factor(own_share, None) == 1


def test_every_way_to_write_a_header_leads_to_its_column(catalogue: Catalogue) -> None:
    index = header_index(catalogue["medical_settlements"])
    assert index[plain("setl_time")] == index[plain("结算时间")] == index[plain("Settled on")] == index["settledon"] == "settled_on"


def test_codes_are_found_by_national_code_and_both_titles(catalogue: Catalogue) -> None:
    index = code_index(catalogue["household_register"].column("sex"))
    assert index["1"] == index["男"] == index["male"] == index["m"] == "male"


def test_education_is_due_once_after_autumn(catalogue: Catalogue) -> None:
    school = catalogue["school_enrolment"]
    assert [month for month in range(1, 13) if school.expected_for(Month(2026, month))] == [9]
    assert school.due_on(Month(2026, 9)) == date(2026, 10, 30)


def test_a_due_day_beyond_a_short_month_is_its_last_day(catalogue: Catalogue) -> None:
    late = catalogue["cremations"].model_copy(update={"due_day": 31})
    assert late.due_on(Month(2026, 1)) == date(2026, 2, 28)


def test_an_agreement_is_in_force_until_the_evening_of_its_last_day(catalogue: Catalogue) -> None:
    agreement = catalogue["cremations"].agreement
    assert agreement.in_force(date(2028, 12, 31))
    assert not agreement.in_force(date(2029, 1, 1))


def test_usual_volume_grows_with_the_people(catalogue: Catalogue) -> None:
    assert catalogue["registry_members"].volume.usual(210_000) == 210_000
