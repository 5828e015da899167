"""Warnings with the names of places and households, listed and written to files."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import openpyxl
import polars as pl
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from minsheng.domain.monitoring import states
from minsheng.domain.monitoring.queries import FinishedRun, WarningLine, warnings_of
from minsheng.domain.places.queries import full_names
from minsheng.domain.registry.queries import household_names
from minsheng.kernel.errors import Refusal

_FORMULA = r"^\s*[=+\-@＝＋－＠\t\r]"  # spreadsheets set to Chinese take the full-width signs too
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"  # no workbook may hold them
_ENDINGS = (".csv", ".xlsx", ".parquet")
_WIDTHS = {"reason_zh": 70, "reason_en": 70, "place": 40, "indicators": 40}


class UnknownFormat(Refusal):
    """The file's ending names no format that can be written."""

    code: ClassVar[str] = "unknown-format"


class NoSuchFolder(Refusal):
    """There is no folder to write the file into."""

    code: ClassVar[str] = "no-such-folder"


@dataclass(frozen=True)
class NamedWarning:
    """A warning as people read it; `score` is exact, in millionths of a point, `points` shown, half up."""

    household: str
    division: str
    place: str
    level: int
    level_name: str
    score: int
    points: str
    change: str
    indicators: str
    reason_zh: str
    reason_en: str
    suppressed: bool
    suppressed_by: str


def named_warnings(run: FinishedRun, *, division: str = "", with_suppressed: bool = False) -> list[NamedWarning]:
    """The warnings of a run, the most urgent first, with the household's number and the place's name."""
    found = warnings_of(run, division=division, with_suppressed=with_suppressed)
    numbers = household_names([warning.household_key for warning in found])
    places = full_names({warning.division for warning in found if warning.division})
    return [_named(warning, numbers[warning.household_key].number, places.get(warning.division, "")) for warning in found]


def export_warnings(run: FinishedRun, *, out: Path, division: str = "", with_suppressed: bool = False) -> int:
    """Write the warnings to a .csv, .xlsx or .parquet file, whole or not at all; returns their number.

    Cells that a spreadsheet would take for a formula are neutralised. Raises UnknownFormat or NoSuchFolder.
    """
    check_target(out)
    rows = named_warnings(run, division=division, with_suppressed=with_suppressed)
    return write_list(pl.DataFrame([vars(row) for row in rows], schema=_SCHEMA, orient="row"), out)


def check_target(out: Path) -> None:
    """Refuse a file that could not be written, before anything is computed for it; raises UnknownFormat or NoSuchFolder."""
    if out.suffix.lower() not in _ENDINGS:
        raise UnknownFormat(f"{out.name} is none of .csv, .xlsx, .parquet.", next_step="Give the file one of these endings.")
    if not out.parent.is_dir():
        raise NoSuchFolder(f"There is no folder {out.parent}.", next_step="Make the folder first, or write somewhere else.")


def write_list(frame: pl.DataFrame, out: Path) -> int:
    """Write a list to a .csv, .xlsx or .parquet file, whole or not at all; returns the number of rows.

    Cells that a spreadsheet would take for a formula are neutralised. Raises UnknownFormat or NoSuchFolder.
    """
    check_target(out)
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx, ".parquet": _write_parquet}
    beside = out.with_name(f".{out.stem}.unfinished{out.suffix}")
    try:
        writers[out.suffix.lower()](frame, beside)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    return frame.height


def shown_points(score: int) -> str:
    """A score in millionths of a point as points with two decimals, half up."""
    hundredths = (score + 5_000) // 10_000
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _named(warning: WarningLine, household: str, place: str) -> NamedWarning:
    return NamedWarning(
        household=household,
        division=warning.division,
        place=place,
        level=warning.level,
        level_name=states.LEVELS[warning.level].en,
        score=warning.score,
        points=shown_points(warning.score),
        change=warning.change,
        indicators=";".join(warning.indicators),
        reason_zh=warning.reason_zh,
        reason_en=warning.reason_en,
        suppressed=warning.suppressed,
        suppressed_by=warning.suppressed_by,
    )


_SCHEMA = {
    "household": pl.String,
    "division": pl.String,
    "place": pl.String,
    "level": pl.Int64,
    "level_name": pl.String,
    "score": pl.Int64,
    "points": pl.String,
    "change": pl.String,
    "indicators": pl.String,
    "reason_zh": pl.String,
    "reason_en": pl.String,
    "suppressed": pl.Boolean,
    "suppressed_by": pl.String,
}


def _neutral(frame: pl.DataFrame) -> pl.DataFrame:
    texts = {name: pl.col(name).str.replace_all(_CONTROL, "") for name, kind in frame.schema.items() if kind == pl.String}
    return frame.with_columns(
        pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).alias(name) for name, text in texts.items()
    )


def _write_csv(frame: pl.DataFrame, out: Path) -> None:
    _neutral(frame).write_csv(out, include_bom=True)


def _write_parquet(frame: pl.DataFrame, out: Path) -> None:
    frame.write_parquet(out)


def _write_xlsx(frame: pl.DataFrame, out: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("list")
    sheet.freeze_panes = "B2"
    for position, name in enumerate(frame.columns, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = _WIDTHS.get(name, 16)
    sheet.append([_heading(sheet, name) for name in frame.columns])
    for row in _neutral(frame).iter_rows():
        sheet.append(row)
    book.save(out)


def _heading(sheet: WriteOnlyWorksheet | Worksheet, name: str) -> Cell:
    cell = WriteOnlyCell(sheet, value=name)
    cell.font, cell.alignment = Font(bold=True), Alignment(vertical="top")
    return cell
