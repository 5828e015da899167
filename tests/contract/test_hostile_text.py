"""Text gone wrong: quotes, line breaks in cells, ragged rows, NUL bytes, mixed encodings."""

import pytest

from minsheng.engine.intake.rules import Unreadable
from tests.contract.deliveries import CHEN, HEADERS, LI, WANG, changed, csv_bytes, csv_text, read, reasons


def lines(*rows: str) -> bytes:
    return "\n".join([",".join(HEADERS), *rows, ""]).encode()


def test_line_breaks_and_separators_in_quotes_are_fine_and_count_as_one_row() -> None:
    quoted = ",".join(changed(LI, hospital='"市第三医院\r\n(东院),""新楼"""'))
    intake = read(lines(quoted, ",".join(WANG)))
    assert intake.clean["hospital"].to_list() == ['市第三医院\r\n(东院),"新楼"', "社区医院"]
    assert intake.clean["row_number"].to_list() == [2, 3]


def test_a_quote_left_open_costs_its_own_row_only() -> None:
    broken = ",".join(changed(WANG, hospital='"社区医院'))
    intake = read(lines(",".join(LI), broken, ",".join(CHEN)))
    assert reasons(intake) == [(3, "", "unbalanced-quotes")]
    assert intake.clean["row_number"].to_list() == [2, 4]


def test_a_quote_left_open_before_quoted_rows_costs_its_own_row_only() -> None:
    broken = ",".join(changed(WANG, hospital='"社区医院'))
    good = ",".join(changed(LI, hospital='"市,三院"'))
    intake = read(lines(broken, good, ",".join(CHEN)))
    assert reasons(intake) == [(2, "", "unbalanced-quotes")]
    assert intake.clean["hospital"].to_list() == ["市,三院", "市第三医院"]


def test_a_quote_inside_a_cell_is_a_character() -> None:
    intake = read(lines(",".join(changed(LI, hospital='三院24"楼')), ",".join(changed(WANG, hospital='"a""b"'))))
    assert intake.clean["hospital"].to_list() == ['三院24"楼', 'a"b']


def test_text_behind_a_closing_quote_is_refused() -> None:
    intake = read(lines(",".join(changed(LI, hospital='"市第三"医院')), ",".join(WANG)))
    assert reasons(intake) == [(2, "", "unbalanced-quotes")]


def test_line_breaks_in_quotes_survive_beside_a_broken_row() -> None:
    good = ",".join(changed(LI, hospital='"市第三\n医院"'))
    broken = ",".join(changed(WANG, hospital='"社区'))
    intake = read(lines(good, broken, ",".join(CHEN)))
    assert intake.clean["hospital"].to_list() == ["市第三\n医院", "市第三医院"]
    assert reasons(intake) == [(3, "", "unbalanced-quotes")]
    assert intake.clean["row_number"].to_list() == [2, 4]


@pytest.mark.parametrize("row", [",".join(LI[:7]), ",".join([*LI, "多余"])])
def test_a_row_with_another_number_of_cells_is_refused(row: str) -> None:
    intake = read(lines(",".join(WANG), row, ",".join(CHEN)))
    assert reasons(intake) == [(3, "", "cell-count")]
    assert intake.clean["row_number"].to_list() == [2, 4]


def test_rows_of_separators_alone_are_no_rows() -> None:
    intake = read(lines(",".join(LI), "," * 10, ",,", ",".join(WANG)))
    assert intake.read == 2
    assert intake.clean["row_number"].to_list() == [2, 5]


def test_nul_bytes_are_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        read(csv_bytes().replace("社区".encode(), b"\0\0"))
    assert caught.value.code == "nul-bytes"


def test_a_line_of_over_a_million_bytes_is_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        read(lines(",".join(LI), "x" * 1_100_000))
    assert caught.value.code == "line-too-long"


def test_bytes_that_cannot_be_decoded_cost_their_row_only() -> None:
    for encoding in ("utf-8", "gb18030"):
        intake = read(csv_text().encode(encoding).replace("社区医院".encode(encoding), b"\xff\xff"))
        assert reasons(intake) == [(3, "hospital", "undecodable")], encoding
        assert intake.clean.height == 2


def test_chinese_that_begins_after_an_english_head_is_decoded() -> None:
    english = [
        "number",
        "name",
        "division",
        "settlement_no",
        "settled_on",
        "kind",
        "hospital",
        "total_cost",
        "fund_paid",
        "own_share",
        "days",
    ]
    ascii_rows = [changed(LI, name="Li", settlement_no=f"A{at}", kind="inpatient", hospital="H") for at in range(2000)]
    content = csv_text([*ascii_rows, LI], headers=english)
    for encoding in ("utf-8", "gb18030"):
        assert read(content.encode(encoding)).clean["name"].to_list()[-1] == "李秀兰"


def test_a_file_without_any_known_header_is_refused_without_quoting_it() -> None:
    with pytest.raises(Unreadable) as caught:
        read(",".join(LI).encode())
    assert caught.value.code == "no-header"
    assert "李秀兰" not in str(caught.value)


def test_two_headers_for_one_column_are_refused() -> None:
    with pytest.raises(Unreadable, match="患者姓名") as caught:
        read(csv_bytes([[*LI, "李秀兰"]], headers=[*HEADERS, "患者姓名"]))
    assert caught.value.code == "ambiguous-header"
