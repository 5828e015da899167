"""From text columns to the bytes of a file: the same columns always give the same bytes, whatever the clock says."""

import gzip
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

import polars as pl
from openpyxl import Workbook

from minsheng.demo.dialects import Dialect, header_of
from minsheng.engine.contracts.schema import Contract

_ZIP_TIME: Final = (2026, 1, 1, 0, 0, 0)
_MODIFIED: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_GZIP_LEVEL: Final = 1
_NUMBER: Final = re.compile(r"-?\d+\.\d{2}")


def file_bytes(rows: pl.DataFrame, contract: Contract, dialect: Dialect, form: str) -> bytes:
    """This will make the file of a delivery: `rows` are text columns by canonical name, `form` is the file's ending."""
    headed = rows.rename({column.name: header_of(column, dialect) for column in contract.columns if column.name in rows.columns})
    return _FORMS.get(form, _csv)(headed, contract.feed, dialect)


def _csv(rows: pl.DataFrame, _: str, dialect: Dialect) -> bytes:
    text = io.BytesIO()
    rows.write_csv(
        text,
        separator=dialect.separator,
        quote_style="always" if dialect.quoted else "necessary",
        line_terminator="\r\n" if dialect.encoding != "utf-8" else "\n",
        include_bom=dialect.encoding == "utf-8-sig",
    )
    written = text.getvalue()
    return written if dialect.encoding.startswith("utf-8") else written.decode().encode(dialect.encoding)


def _gzipped(rows: pl.DataFrame, feed: str, dialect: Dialect) -> bytes:
    return gzip.compress(_csv(rows, feed, dialect), _GZIP_LEVEL, mtime=0)


def _zipped(rows: pl.DataFrame, feed: str, dialect: Dialect) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=_GZIP_LEVEL) as archive:
        archive.writestr(zipfile.ZipInfo(f"{feed}.csv", _ZIP_TIME), _csv(rows, feed, dialect), zipfile.ZIP_DEFLATED, _GZIP_LEVEL)
    return packed.getvalue()


def _parquet(rows: pl.DataFrame, _: str, __: Dialect) -> bytes:
    packed = io.BytesIO()
    rows.write_parquet(packed, compression="zstd", compression_level=1)
    return packed.getvalue()


def _workbook(rows: pl.DataFrame, feed: str, dialect: Dialect) -> bytes:
    """A sheet with real date cells and numbers where the text is a date or an amount; other text stays text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(feed)
    sheet.append(list(rows.columns))
    for row in rows.iter_rows():
        sheet.append([_cell(value, dialect) for value in row])
    packed = io.BytesIO()
    book.save(packed)
    return _timeless(packed.getvalue())


def _cell(value: str | None, dialect: Dialect) -> str | float | date | None:
    if value is None:
        return None
    if _NUMBER.fullmatch(value):
        return float(value)
    try:
        return datetime.strptime(value, dialect.dates).date()  # noqa: DTZ007
    except ValueError:
        return value


def _timeless(workbook: bytes) -> bytes:
    """The workbook without the moment it was made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2026-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name, _ZIP_TIME), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


_FORMS: Final[dict[str, Callable[[pl.DataFrame, str, Dialect], bytes]]] = {
    "csv.gz": _gzipped,
    "zip": _zipped,
    "parquet": _parquet,
    "xlsx": _workbook,
}
