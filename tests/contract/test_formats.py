"""The same table, however it is sent, gives the same rows and the same digest."""

import codecs
import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime

import polars as pl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from minsheng.engine.intake.reading import read_delivery
from tests.contract.deliveries import HEADERS, LI, MEDICAL, ROWS, RULES, csv_bytes, csv_text, parquet_bytes, read, xlsx_bytes

TEXT = csv_text()


def zipped(content: bytes, name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


FORMATS: dict[str, Callable[[], bytes]] = {
    "utf-8": TEXT.encode,
    "utf-8 with mark": lambda: TEXT.encode("utf-8-sig"),
    "utf-16 with mark": lambda: TEXT.encode("utf-16"),
    "utf-16 big-endian with mark": lambda: codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "utf-16 little-endian": lambda: TEXT.encode("utf-16-le"),
    "utf-16 big-endian": lambda: TEXT.encode("utf-16-be"),
    "gb18030": lambda: TEXT.encode("gb18030"),
    "tabs": lambda: csv_text(separator="\t").encode(),
    "semicolons": lambda: csv_text(separator=";").encode("gb18030"),
    "pipes": lambda: csv_text(separator="|").encode("gb18030"),
    "unix line ends": lambda: csv_text(end="\n").encode(),
    "old line ends": lambda: csv_text(end="\r").encode(),
    "no last line end": lambda: TEXT.rstrip().encode(),
    "blank lines": lambda: TEXT.replace("\r\n", "\r\n\r\n").encode(),
    "all quoted": lambda: "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in TEXT.splitlines()).encode(),
    "separators behind the rows": lambda: "\n".join([TEXT.splitlines()[0], *(f"{line},," for line in TEXT.splitlines()[1:])]).encode(),
    "title above the header": ("武昌区医保结算月报\r\n\r\n" + TEXT).encode,
    "workbook": xlsx_bytes,
    "parquet": parquet_bytes,
    "gzip of csv": lambda: gzip.compress(TEXT.encode()),
    "gzip of parquet": lambda: gzip.compress(parquet_bytes()),
    "zip of csv": lambda: zipped(TEXT.encode("gb18030"), "医保结算.csv"),
    "zip of workbook": lambda: zipped(xlsx_bytes(), "data/a.xlsx"),
    "zip of parquet": lambda: zipped(parquet_bytes(), "a.parquet"),
}


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS.keys())
def test_a_delivery_reads_alike_in_every_format(make: Callable[[], bytes]) -> None:
    intake = read(make())
    reference = read(csv_bytes())
    assert intake.clean.drop("row_number").equals(reference.clean.drop("row_number"))
    assert intake.content_digest == reference.content_digest
    assert intake.rejected.is_empty()


def test_clean_values_have_their_types() -> None:
    row = read(csv_bytes([LI])).clean.row(0, named=True)
    assert row == {
        "row_number": 2,
        "number": LI[0],
        "name": "李秀兰",
        "division": "420106001002",
        "settlement_no": "S1",
        "settled_on": date(2026, 10, 3),
        "kind": "inpatient",
        "hospital": "市第三医院",
        "total_cost": 987_000,
        "fund_paid": 600_000,
        "own_share": 387_000,
        "days": 9,
    }


def test_typed_cells_of_a_workbook_are_understood() -> None:
    typed = [
        LI[0],
        "李秀兰",
        420106001002,
        "S1",
        datetime(2026, 10, 3),  # noqa: DTZ001
        "住院",
        "市第三医院",
        9870,
        6000.0,
        3870.0,
        9.0,
    ]
    assert read(xlsx_bytes([typed])).clean.equals(read(csv_bytes([LI])).clean)


def test_typed_columns_of_parquet_are_understood() -> None:
    frame = pl.DataFrame([LI], schema=HEADERS, orient="row").with_columns(
        pl.col("结算日期").str.to_datetime("%Y-%m-%d"),
        pl.col("医疗费总额", "个人负担总金额").cast(pl.Float64),
        pl.col("住院天数").cast(pl.Int8),
    )
    stream = io.BytesIO()
    frame.write_parquet(stream)
    assert read(stream.getvalue()).clean.drop("row_number").equals(read(csv_bytes([LI])).clean.drop("row_number"))


def test_instants_in_parquet_are_days_in_china() -> None:
    frame = pl.DataFrame([LI], schema=HEADERS, orient="row").with_columns(
        pl.lit(datetime(2026, 10, 2, 16, 0, tzinfo=UTC)).alias("结算日期")
    )
    stream = io.BytesIO()
    frame.write_parquet(stream)
    assert read(stream.getvalue()).clean["settled_on"].to_list() == [date(2026, 10, 3)]


def test_the_same_rows_in_another_order_are_the_same_content() -> None:
    assert read(csv_bytes(ROWS[::-1])).content_digest == read(csv_bytes()).content_digest


def test_a_repeated_row_is_another_content() -> None:
    assert read(csv_bytes([*ROWS, LI])).content_digest != read(csv_bytes()).content_digest


def test_a_delivery_with_only_a_header_has_no_rows() -> None:
    intake = read(csv_bytes([]))
    assert (intake.read, intake.clean.height) == (0, 0)
    assert list(intake.clean.columns) == ["row_number", *(column.name for column in MEDICAL.allowed_columns)]


def test_a_serial_day_is_counted_from_1904_where_the_workbook_says_so() -> None:
    typed = [*LI[:4], 46298 - 1462, *LI[5:]]
    content = xlsx_bytes([typed], arrange=lambda workbook: setattr(workbook, "epoch", CALENDAR_MAC_1904))
    assert read(content).clean["settled_on"].to_list() == [date(2026, 10, 3)]


def test_a_serial_day_is_counted_from_1900_otherwise() -> None:
    assert read(xlsx_bytes([[*LI[:4], 46298, *LI[5:]]])).clean["settled_on"].to_list() == [date(2026, 10, 3)]


def test_a_large_delivery_has_true_row_numbers_across_batches_and_bad_rows() -> None:
    lines = [",".join([*LI[:3], f"S{at}", *LI[4:]]) for at in range(2, 60_002)]
    for at in range(0, 60_000, 777):
        lines[at] = "broken,row"
    content = (",".join(HEADERS) + "\n" + "\n".join(lines) + "\n").encode()
    reader = read_delivery(io.BytesIO(content), filename="a.csv", contract=MEDICAL, rules=RULES, batch_rows=7_000)
    batches = list(reader)
    assert len(batches) > 2
    for batch in batches:
        assert ("S" + batch.clean["row_number"].cast(pl.String)).equals(batch.clean["settlement_no"], check_names=False)
    assert [number for batch in batches for number in batch.rejected["row_number"]] == [at + 2 for at in range(0, 60_000, 777)]
