from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engine.contracts.loading import load_catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.figures import Figure, column_figure, day_column, day_text, enough_points_text, points_text, score_text
from minsheng.engine.indicators.loading import shipped_models

CATALOGUE = load_catalogue()
whole_numbers = st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=20)


@given(whole_numbers, st.sampled_from([Figure(), Figure(places=1), Figure(places=3), Figure(money=True)]))
def test_a_column_of_figures_reads_like_each_figure(values: list[int], figure: Figure) -> None:
    column = pl.DataFrame({"value": values}).select(text=figure.number_column(pl.col("value")))["text"]
    assert column.to_list() == [figure.number(value) for value in values]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_column_of_days_reads_like_each_day(day: date) -> None:
    frame = pl.DataFrame({"day": [day]})
    assert frame.select(zh=day_column(pl.col("day"), "zh"), en=day_column(pl.col("day"), "en")).row(0) == (
        day_text(day).zh,
        day_text(day).en,
    )


def test_blank_values_stay_blank() -> None:
    column = pl.DataFrame({"value": [None]}, schema={"value": pl.Int64}).select(text=Figure(money=True).number_column(pl.col("value")))
    assert column["text"].to_list() == [None]


@pytest.mark.parametrize(
    ("millionths", "text"),
    [
        (0, "0.00"),
        (4_999, "0.00"),
        (5_000, "0.01"),
        (14_999, "0.01"),
        (61_490_000, "61.49"),
        (61_495_000, "61.50"),
        (1_234_567_890_000, "1,234,567.89"),
    ],
)
def test_scores_are_rounded_half_up(millionths: int, text: str) -> None:
    assert score_text(millionths) == text


@pytest.mark.parametrize(("millionths", "text"), [(1, "0.01"), (10_000, "0.01"), (10_001, "0.02"), (8_500_000, "8.50")])
def test_distances_are_rounded_so_that_they_are_enough(millionths: int, text: str) -> None:
    assert enough_points_text(millionths) == text


@pytest.mark.parametrize(("hundredths", "text"), [(0, "0"), (3_000, "30"), (750, "7.5"), (1_005, "10.05"), (1_000_000, "10,000")])
def test_points_show_decimals_only_where_there_are_any(hundredths: int, text: str) -> None:
    assert points_text(hundredths) == text


def test_figures_take_their_unit_from_the_contract_or_the_measure() -> None:
    assert column_figure("medical_settlements", "own_share", CATALOGUE).text(3_860_050) == Text(zh="38,600.50 元", en="38,600.50 yuan")
    assert column_figure("electricity_use", "usage", CATALOGUE).text(1_250) == Text(zh="12.5 度", en="12.5 kWh")
    assert column_figure("registry", "age", CATALOGUE).text(82) == Text(zh="82 岁", en="82 years")
    gansu = shipped_models(catalogue=CATALOGUE)["gansu"]
    assert Figure.of(gansu.indicator("vehicle"), CATALOGUE).text(2) == Text(zh="2 条记录", en="2 records")
    assert Figure.of(gansu.indicator("death_on_benefit"), CATALOGUE).text(3) == Text(zh="3 个月", en="3 months")
    assert Figure.of(gansu.indicator("major_disease"), CATALOGUE).text(1) == Text(zh="有", en="yes")
