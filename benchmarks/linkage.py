"""Linking a delivery without identity numbers to the register, beside bare Splink on the same settings.

Made-up families share surname, village and telephone. A quarter of the rows are about registered people; of the rows 75 % know the
birth date, 90 % the sex, 95 % the division, 50 % a telephone; 4 % of the names are written as they sound, 2 % with another character,
5 % of the birth dates are wrong. Bare Splink is given names and pinyin ready made, and ends with its table of pairs; the product's side
begins with names as delivered and ends with links and reviews. Each is a process of its own.
"""

import hashlib
import importlib
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from benchmarks.measuring import Stopwatch, measure
from minsheng.demo.names import draw_names, misspelt
from minsheng.engine.backends.duckdb_engine import connect
from minsheng.engine.linkage.names import normalise_name, pinyin_of
from minsheng.engine.linkage.resolve import PEOPLE, PeopleIndex

_SEED = 20261121
_FAMILY = 3
_PEOPLE_PER_VILLAGE = 300
_STRANGERS_PER_ROW = 3
_BORN, _LAST_BORN = -12_783, 20_000
_SHARE_ABOUT_PEOPLE = 0.25
_KNOWN = {"birth_on": 0.75, "sex": 0.9, "division": 0.95, "phone_index": 0.5}
_COMPARED = ("name", "pinyin", "birth_on", "sex", "division", "phone_index")


def run(rows: int, people: int, folder: Path) -> dict[str, Any]:
    """This will resolve so many rows among so many people, with the product and with bare Splink.

    `peak_gb` and `baseline_peak_gb` are each side's whole process, the frames it was given included.
    """
    given = {"folder": str(folder), "rows": rows, "people": people}
    measure("linkage:prepare", given)
    ours, bare = measure("linkage:resolve", given), measure("linkage:splink", given)
    return {
        "rows": rows,
        "people": people,
        "seconds": ours.seconds,
        "baseline_seconds": bare.seconds,
        "ratio": round(ours.seconds / bare.seconds, 3),
        "peak_gb": ours.peak_gb,
        "baseline_peak_gb": bare.peak_gb,
        "pairs": bare.value["pairs"],
        **{name: ours.value[name] for name in ("linked", "linked_wrongly", "reviews", "outside", "hash")},
    }


def prepare(folder: Path, rows: int, people: int) -> dict[str, Any]:
    """This will draw the register and the delivery and write them down, once."""
    files = _files(folder, rows, people)
    if not files["rows"].exists():
        folder.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng([_SEED, rows, people])
        register = _everybody(rng, people, people, first=0)
        strangers = _everybody(rng, max(_FAMILY, rows), people, first=people)
        numbers = pl.Series(_sixteen_bytes(np.arange(people), b"n"))
        known = register.with_columns(pl.int_range(1, people + 1).alias("person_key"), numbers.alias("pseudonym"))
        known.with_columns(pinyin_of(normalise_name(known["name"])).alias("pinyin")).select(PEOPLE.names()).write_parquet(files["people"])
        _delivery(rng, rows, register, strangers).write_parquet(files["rows"])
    return {}


def resolve(folder: Path, rows: int, people: int) -> dict[str, Any]:
    """This will do what receiving does with the rows: everything from names as delivered to links, reviews and rows outside."""
    importlib.import_module("splink")
    files = _files(folder, rows, people)
    register, delivery = pl.read_parquet(files["people"]), pl.read_parquet(files["rows"])
    nothing_decided = pl.DataFrame(schema={"subject": pl.Binary, "person_key": pl.Int64})
    with Stopwatch() as watch:
        index = PeopleIndex(register)
        found = index.resolve(delivery, nothing_decided)
        index.close()
    judged = found.links.join(delivery.select("row_number", "truth"), on="row_number")
    return {
        "linked": found.links.height,
        "linked_wrongly": judged.filter(~pl.col("person_key").eq_missing(pl.col("truth"))).height,
        "reviews": found.reviews.height,
        "outside": found.outside,
        "hash": _hash(found.links, found.reviews),
        **watch.times(),
    }


def splink(folder: Path, rows: int, people: int) -> dict[str, Any]:
    """This will link the same rows with Splink as its documentation does, given the frames in the form that it compares."""
    from splink import DuckDBAPI, Linker

    from minsheng.engine.linkage.frequencies import with_own_frequencies
    from minsheng.engine.linkage.likeness import LEAST_WEIGHT, comparable
    from minsheng.engine.linkage.probabilistic import as_splink
    from minsheng.engine.linkage.settings import ID, LinkageSettings

    files = _files(folder, rows, people)
    register, delivery = (comparable(pl.read_parquet(files[name])) for name in ("people", "rows"))
    register = register.rename({"person_key": ID}).with_columns(normalise_name(register["name"]))
    delivery = delivery.rename({"row_number": ID}).with_columns(normalise_name(delivery["name"]))
    settings = as_splink(with_own_frequencies(LinkageSettings(), register), "link_only", records=people)
    delivery = delivery.with_columns(pinyin_of(delivery["name"]).alias("pinyin"))
    left, right = (frame.select(ID, *_COMPARED).to_arrow() for frame in (delivery, register))
    with Stopwatch() as watch, connect() as connection:
        api = DuckDBAPI(connection)
        linker = Linker([api.register(left, table_name="delivery"), api.register(right, table_name="register")], settings)
        pairs = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT).as_duckdbpyrelation().to_arrow_table()
    return {"pairs": pairs.num_rows, **watch.times()}


def _files(folder: Path, rows: int, people: int) -> dict[str, Path]:
    return {name: folder / f"linkage-{rows}-{people}-{name}.parquet" for name in ("people", "rows")}


def _everybody(rng: np.random.Generator, count: int, people: int, *, first: int) -> pl.DataFrame:
    """People in families, from the villages of a register of so many people."""
    at = np.arange(count)
    home = at - at % _FAMILY
    born = rng.integers(_BORN, _LAST_BORN, count)
    male = rng.random(count) < 0.5
    village = rng.integers(0, max(1, people // _PEOPLE_PER_VILLAGE), count)[home]
    code = 999_001_001_001 + village // 400 * 1_000_000 + village // 20 % 20 * 1_000 + village % 20
    return pl.DataFrame(
        {
            "name": draw_names(rng, male, born > 8_000, home),
            "birth_on": pl.Series(born, dtype=pl.Int32).cast(pl.Date),
            "sex": pl.Series(male).replace_strict({True: "male", False: "female"}, return_dtype=pl.String),
            "division": pl.Series(code).cast(pl.String),
            "phone_index": pl.Series(_sixteen_bytes(first + home, b"p")),
        }
    )


def _delivery(rng: np.random.Generator, rows: int, register: pl.DataFrame, strangers: pl.DataFrame) -> pl.DataFrame:
    """Rows as a department without numbers sends them, and in `truth` whom each is about."""
    ours = rng.random(rows) < _SHARE_ABOUT_PEOPLE
    place = np.where(ours, rng.integers(0, register.height, rows), register.height + rng.integers(0, strangers.height, rows))
    told = pl.concat([register, strangers])[place].with_columns(
        truth=pl.when(pl.Series(ours)).then(pl.Series(place) + 1),
        row_number=pl.int_range(2, rows + 2),
        subject=pl.Series(_sixteen_bytes(np.arange(rows), b"s")),
        pseudonym=pl.lit(None, pl.Binary),
    )
    chance, slip = (pl.Series(rng.random(rows)) for _ in range(2))
    other = pl.Series(rng.permutation(told["name"].str.slice(-1).to_numpy()))
    heard = pl.when(chance < 0.04).then(misspelt(told["name"])).when(chance < 0.06).then(pl.col("name").str.head(-1) + other)
    born = pl.when(slip < 0.03).then(pl.col("birth_on").dt.offset_by("25d")).when(slip < 0.05).then(pl.col("birth_on").dt.offset_by("-10y"))
    told = told.with_columns(heard.otherwise("name").alias("name"), born.otherwise("birth_on").alias("birth_on"))
    return told.with_columns(pl.when(pl.Series(rng.random(rows) < share)).then(pl.col(name)).alias(name) for name, share in _KNOWN.items())


def _hash(*frames: pl.DataFrame) -> str:
    """One hash of every answer, so that two versions of the product can be compared."""
    texts = (frame.select(pl.exclude("subject")).sort("row_number").write_json() for frame in frames)
    return hashlib.sha256("".join(texts).encode()).hexdigest()[:16]


def _sixteen_bytes(numbers: Any, kind: bytes) -> pa.Array:
    """What stands for keyed hashes: sixteen bytes, different for different numbers and kinds."""
    words = np.empty((len(numbers), 2), dtype=np.uint64)
    words[:, 0] = np.asarray(numbers, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(kind[0])
    words[:, 1] = words[:, 0] ^ (words[:, 0] >> np.uint64(29))
    fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(words), [None, pa.py_buffer(words.tobytes())])
    return fixed.cast(pa.binary())
