"""What a division code says by itself."""

import pytest

from minsheng.kernel.divisions import DivisionCode, Level, NotADivisionCode, TownshipKind, common_place, is_within


@pytest.mark.parametrize(
    ("written", "level", "prefix"),
    [
        ("62", Level.PROVINCE, "62"),
        ("620000", Level.PROVINCE, "62"),
        ("50", Level.PROVINCE, "50"),
        ("6210", Level.PREFECTURE, "6210"),
        ("620100000000", Level.PREFECTURE, "6201"),
        ("620110", Level.COUNTY, "620110"),
        ("620102001", Level.TOWNSHIP, "620102001"),
        ("620102100000", Level.TOWNSHIP, "620102100"),
        ("620102001010", Level.VILLAGE, "620102001010"),
        ("441900003", Level.TOWNSHIP, "441900003"),
    ],
)
def test_a_code_in_any_written_form_says_its_level_and_prefix(written: str, level: Level, prefix: str) -> None:
    code = DivisionCode.parse(written)
    assert (code.level, code.prefix, len(code.text)) == (level, prefix, 12)


def test_written_forms_of_one_place_are_one_code() -> None:
    assert {DivisionCode.parse(text).text for text in ("4201", "420100", "420100000", " ４２０１００００００００ ")} == {"420100000000"}


@pytest.mark.parametrize(
    "written", ["", "6", "620", "62010", "6201020", "0620102", "06", "6201020010010", "62O102", "62-102", "六二", "²⁰ ", "620102 001001"]
)
def test_what_cannot_be_a_code_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(NotADivisionCode, match="420106"):
        DivisionCode.parse(written)


def test_ancestors_run_from_the_province_down_and_end_at_the_parent() -> None:
    code = DivisionCode.parse("620102001001")
    assert [above.prefix for above in code.ancestors] == ["62", "6201", "620102", "620102001"]
    assert code.parent == code.ancestors[-1]
    assert DivisionCode.parse("62").ancestors == ()


def test_a_place_that_fills_two_levels_is_one_ancestor() -> None:
    assert [above.prefix for above in DivisionCode.parse("441900003001").ancestors] == ["44", "4419", "441900003"]


def test_at_gives_the_place_at_a_level() -> None:
    code = DivisionCode.parse("441900003001")
    assert code.at(Level.COUNTY) == code.at(Level.PREFECTURE) == DivisionCode.parse("441900")
    assert code.at(Level.VILLAGE) == code


def test_within_counts_the_place_itself_and_nothing_beside_it() -> None:
    assert is_within("620102001001", "620102")
    assert is_within("620102", "620102000000")
    assert is_within("441900003", "441900")
    assert not is_within("620102", "620102001")
    assert not is_within("620112001", "620102")


def test_the_functional_zone_pattern_holds_at_county_level_only() -> None:
    assert DivisionCode.parse("620171").is_functional_zone
    assert not DivisionCode.parse("620102").is_functional_zone
    assert not DivisionCode.parse("620171001").is_functional_zone


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        ("001", TownshipKind.STREET),
        ("099", TownshipKind.STREET),
        ("100", TownshipKind.TOWN),
        ("199", TownshipKind.TOWN),
        ("200", TownshipKind.TOWNSHIP),
        ("399", TownshipKind.TOWNSHIP),
        ("400", TownshipKind.SPECIAL_UNIT),
        ("599", TownshipKind.SPECIAL_UNIT),
        ("600", None),
        ("000", None),
    ],
)
def test_the_township_block_says_its_kind(block: str, kind: TownshipKind | None) -> None:
    assert DivisionCode.parse(f"620102{block}").township_kind is kind
    assert DivisionCode.parse(f"620102{block}201").township_kind is kind


def test_only_codes_never_assigned_are_made_up() -> None:
    assert DivisionCode.parse("999101").is_made_up
    assert not DivisionCode.parse("990000").is_made_up


def test_codes_sort_with_a_place_before_what_lies_in_it() -> None:
    codes = [DivisionCode.parse(text) for text in ("6201", "62", "620102001", "620102", "63")]
    assert [code.prefix for code in sorted(codes)] == ["62", "6201", "620102", "620102001", "63"]


@pytest.mark.parametrize(
    ("codes", "place"),
    [
        ([], ""),
        (["999001"], "999001000000"),
        (["999001002203", "999001002"], "999001002000"),
        (["999001002203", "999001003001"], "999001000000"),
        (["9990", "999001002203"], "999000000000"),
        (["99", "999001"], "990000000000"),
        (["999001", "989001"], ""),
        (["999001002203", "999001002203"], "999001002203"),
    ],
)
def test_the_common_place_is_the_smallest_that_holds_all(codes: list[str], place: str) -> None:
    assert common_place(codes) == place
