"""The bureau's list of divisions as tables, without a database. Where it comes from: data/ATTRIBUTION.md."""

from pathlib import Path

import polars as pl

from minsheng.kernel.divisions import CODE_DIGITS, DivisionCode, Level

_DATA = Path(__file__).parent / "data"
_CODE = pl.col("code")


def read_divisions() -> pl.DataFrame:
    """Give every place from provinces down to townships, one row each, in order of code.

    Columns: code (12 digits), level and lowest_level (i8, see Level), name, pinyin, parent (12 digits, null for provinces),
    functional_zone, pseudo_county. A place that is its own only child has one row: its lowest_level is below its level. A
    pseudo-county is the only county of a prefecture and has the prefecture's name, such as Jiayuguan or Dongguan.
    """
    published = _published()
    places = (
        published.sort("level")
        .group_by(pl.col("code").str.pad_end(CODE_DIGITS, "0"))
        .agg(
            pl.col("level").min(),
            pl.col("level").max().alias("lowest_level"),
            pl.col("name", "pinyin").first(),
            pl.col("pseudo_county").any(),
        )
        .sort("code")
    )
    return places.with_columns(
        parent=_parent(),
        functional_zone=(pl.col("level") == Level.COUNTY) & (_CODE.str.slice(4, 1) == "7"),
    ).select("code", "level", "lowest_level", "name", "pinyin", "parent", "functional_zone", "pseudo_county")


def read_villages(prefix: str = "") -> pl.DataFrame:
    """Give the villages and communities within a place (all of China without one), in order of code.

    Columns: code, name, parent (12 digits each). A village that fills the levels above it as well is in read_divisions alone. Raises
    NotADivisionCode.
    """
    villages = _villages().filter(_CODE % 1000 != 0)
    if prefix:
        within = DivisionCode.parse(prefix).prefix
        villages = villages.filter(_CODE.is_between(int(within.ljust(CODE_DIGITS, "0")), int(within.ljust(CODE_DIGITS, "9"))))
    codes = villages.with_columns(_CODE.cast(pl.String))
    return codes.with_columns(parent=_CODE.str.head(Level.TOWNSHIP.digits) + "000").collect()


def _published() -> pl.DataFrame:
    """The list as published, codes at their own length; of the villages only those that stand for their township too."""
    upper = pl.read_parquet(_DATA / "divisions.parquet")
    own_township = _villages().filter(_CODE % 1000 == 0).with_columns(_CODE.cast(pl.String), pinyin=pl.lit("")).collect()
    listed = pl.concat([upper, own_township]).with_columns(level=_level_of_length(), pseudo_county=pl.lit(False))
    return listed.update(_pseudo_counties(listed), on="code")


def _villages() -> pl.LazyFrame:
    return pl.scan_parquet(_DATA / "villages.parquet")


def _level_of_length() -> pl.Expr:
    lengths = {level.digits: int(level) for level in Level}
    return _CODE.str.len_chars().replace_strict(lengths, return_dtype=pl.Int8).alias("level")


def _pseudo_counties(published: pl.DataFrame) -> pl.DataFrame:
    prefectures = published.filter(pl.col("level") == Level.PREFECTURE).select(prefecture="code", name="name")
    counties = published.filter(pl.col("level") == Level.COUNTY).with_columns(prefecture=_CODE.str.head(Level.PREFECTURE.digits))
    alone = counties.filter(pl.len().over("prefecture") == 1)
    return alone.join(prefectures, on=["prefecture", "name"]).select("code", pseudo_county=pl.lit(True))


def _parent() -> pl.Expr:
    digits = {int(level): Level(level - 1).digits for level in Level if level > Level.PROVINCE}
    upper = pl.col("level").replace_strict(digits, default=None, return_dtype=pl.UInt32)
    return _CODE.str.head(upper).str.pad_end(CODE_DIGITS, "0")
