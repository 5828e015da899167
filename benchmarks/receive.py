"""Receiving one large delivery, beside DuckDB's own CSV → sorted Parquet on the same file.

The register is received through the product's own registry feeds; a fifth of the settlements are of registered people. One row in five
hundred is wrong, one in a thousand is sent twice, and one in ten thousand a second time with another content. Every measurement runs in
a process of its own, so that its peak memory is its own. The delivery is so much larger than a first one should be that it is held: all
that receiving does is done but to let it count.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from minsheng.demo.identities import draw_numbers
from minsheng.demo.names import draw_names
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT

if TYPE_CHECKING:
    from minsheng.domain.feeds.receipts import Receipt

MONTH: Final = "2026-10"
_CHUNK: Final = 500_000
_PEOPLE_PER_ROW: Final = 0.5
_REGISTERED_PER_ROW: Final = 0.025
_SHARE_REGISTERED: Final = 0.2
_HOUSEHOLD_SIZE: Final = 3
_DIVISIONS: Final = 400
_HOSPITALS: Final = 300
_SEED: Final = 20261
_HEADERS: Final = "证件号码,人员姓名,参保地区划,结算编号,结算日期,医疗类别,定点医疗机构名称,医疗费总额,基金支付总额,个人负担总金额,住院天数"
Ints = npt.NDArray[np.int64]


def make_people(rng: np.random.Generator, count: int) -> pl.DataFrame:
    """This will make people who do not exist: number, name, sex, born, division."""
    male = rng.random(count) < 0.5
    born = rng.integers(-14_600, 20_000, size=count)
    names = draw_names(rng, male, born > 8_000, np.arange(count))
    division = 999_001_000_000 + rng.integers(0, _DIVISIONS, size=count) * 1_001
    return pl.DataFrame(
        {
            "number": draw_numbers(rng, born, male),
            "name": names,
            "sex": np.where(male, "男", "女"),
            "born": pl.Series(born, dtype=pl.Int32).cast(pl.Date),
            "division": pl.Series(division).cast(pl.String),
        }
    )


def make_delivery(folder: Path, rows: int) -> tuple[list[Path], Path]:
    """This will write the register's two files (one person for every forty rows) and a settlements file of that many rows."""
    rng = np.random.default_rng(_SEED)
    registered = max(30, int(rows * _REGISTERED_PER_ROW))
    people = make_people(rng, max(registered * 2, int(rows * _PEOPLE_PER_ROW)))
    month = folder / MONTH
    month.mkdir(parents=True, exist_ok=True)
    register = _write_register(people.head(registered), month)
    delivery = month / "medical_settlements.csv"
    with delivery.open("wb") as target:
        target.write(f"{_HEADERS}\r\n".encode())
        for start in range(0, rows, _CHUNK):
            part = _settlements(rng, people, registered, start, min(_CHUNK, rows - start))
            part.write_csv(target, include_header=False, line_terminator="\r\n")
    return register, delivery


def _write_register(people: pl.DataFrame, month: Path) -> list[Path]:
    home = pl.Series(np.arange(people.height) // _HOUSEHOLD_SIZE)
    listed = people.with_columns(home=pl.format("H{}", home), first=pl.Series(np.arange(people.height) % _HOUSEHOLD_SIZE == 0))
    heads = listed.filter("first")
    households = heads.select(
        pl.col("home").alias("家庭编号"),
        pl.lit("DIBAO").alias("category"),
        pl.lit("2025-03-01").alias("category_from"),
        pl.col("division"),
        pl.lit("urban").alias("residence"),
        pl.col("number").alias("head_number"),
    )
    members = listed.select(
        pl.col("home").alias("家庭编号"),
        pl.col("number").alias("公民身份号码"),
        pl.col("name").alias("姓名"),
        pl.col("sex").alias("性别"),
        pl.col("born").alias("出生日期"),
        pl.when("first").then(pl.lit("self")).otherwise(pl.lit("other")).alias("relation"),
        pl.col("division"),
    )
    paths = [month / "registry_households.csv", month / "registry_members.csv"]
    households.write_csv(paths[0])
    members.write_csv(paths[1])
    return paths


def _settlements(rng: np.random.Generator, people: pl.DataFrame, registered: int, start: int, count: int) -> pl.DataFrame:
    """Settlements start, start + 1 …: a fifth of registered people, some wrong, some sent twice."""
    ours = rng.random(count) < _SHARE_REGISTERED
    who = np.where(ours, rng.integers(0, registered, count), rng.integers(registered, people.height, count))
    total = rng.integers(2_000, 3_000_000, count)
    fund = (total * rng.integers(20, 90, count)) // 100
    inpatient = rng.random(count) < 0.25
    serial = start + np.arange(count)
    table = (
        people[who]
        .select("number", "name", "division")
        .with_columns(
            settlement_no=pl.format("JS{}", pl.Series(serial + 100_000_000_000)),
            settled_on=(pl.lit("2026-10-") + pl.Series(rng.integers(1, 32, count)).cast(pl.String).str.zfill(2)),
            kind=pl.Series(np.where(inpatient, "住院", "门诊")),
            hospital=pl.format("市第{}医院", pl.Series(rng.integers(1, _HOSPITALS, count))),
            total=_yuan(total),
            fund=_yuan(fund),
            own=_yuan(total - fund),
            days=pl.Series(rng.integers(1, 30, count)).set(pl.Series(~inpatient), None),
        )
    )
    wrong = pl.Series(rng.random(count) < 0.002)
    spoilt = table.with_columns(settled_on=pl.when(wrong).then(pl.lit("2026-13-01")).otherwise(pl.col("settled_on")))
    again = rng.random(count) < 0.001
    sent = spoilt[np.where(again, rng.integers(0, count, count), np.arange(count))]
    contradicts = pl.Series(again & (rng.random(count) < 0.1))
    return sent.with_columns(hospital=pl.when(contradicts).then(pl.lit("另一医院")).otherwise(pl.col("hospital")))


def _yuan(fen: Ints) -> pl.Series:
    cents = pl.Series(fen)
    return pl.select((cents // 100).cast(pl.String) + "." + (cents % 100).cast(pl.String).str.zfill(2)).to_series()


def duckdb_reference(delivery: Path, out: Path) -> None:
    """This will read the file with DuckDB's own CSV reader, sort it by number, and write Parquet."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute(f"""COPY (SELECT * FROM read_csv('{delivery}', header = true) ORDER BY "证件号码")
        TO '{out}' (FORMAT parquet, COMPRESSION zstd)""")
    connection.close()


def run(rows: int, folder: Path) -> dict[str, object]:
    """This will receive one delivery of that many rows, and let DuckDB sort the same file, each in a process of its own.

    Returns rows, seconds, baseline_seconds, ratio, peak_gb and the like, and the receipt's figures. Leaves the made-up files in the folder,
    which must be new or empty; raises CalledProcessError where a process fails.
    """
    make_delivery(folder, rows)
    registered = _measured("register", folder)
    baseline = _measured("reference", folder)
    received = _measured("receive", folder)
    seconds, reference = float(str(received["seconds"])), float(str(baseline["seconds"]))
    return {
        "rows": rows,
        **received,
        "baseline_seconds": reference,
        "baseline_cpu_seconds": baseline["cpu_seconds"],
        "baseline_peak_gb": baseline["peak_gb"],
        "ratio": round(seconds / reference, 3),
        "register_seconds": registered["seconds"],
    }


def _measured(what: str, folder: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.receive", what, str(folder)],
        check=True,
        capture_output=True,
        text=True,
        env=_environment(folder),
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _environment(folder: Path) -> dict[str, str]:
    """An installation of its own for made-up people, whatever installation the benchmark is started from."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MINSHENG_", "DATABASE_URL", "DJANGO_"))}
    home = folder / "home"
    return {
        **inherited,
        "MINSHENG_HOME": str(home),
        "MINSHENG_MADE_UP": "1",
        "MINSHENG_AREA": "999",
        "MINSHENG_KEY": "YmVuY2htYXJrcyB1c2UgdGhpcyBvbmUga2V5IG9ubHk=",
        "DJANGO_SETTINGS_MODULE": "minsheng.config.settings",
    }


def register_once(folder: Path) -> dict[str, object]:
    """This will set up an installation of its own under the folder and receive the register's two files."""
    from django.core.management import call_command

    _start()
    call_command("migrate", verbosity=0, interactive=False)
    month = folder / MONTH
    return _timed(lambda: _received([month / "registry_households.csv", month / "registry_members.csv"]))


def receive_once(folder: Path) -> dict[str, object]:
    """This will receive the delivery: seal its original, read, check, match, write, and give the receipt."""
    _start()
    receipts: list[Receipt] = []
    measured = _timed(lambda: receipts.extend(_received([folder / MONTH / "medical_settlements.csv"])))
    figures = ("status", "read", "accepted", "duplicate", "quarantined", "matched", "in_review")
    return {**measured, **{name: getattr(receipts[0], name) for name in figures}}


def reference_once(folder: Path) -> dict[str, object]:
    """This will let DuckDB read and sort the delivery."""
    return _timed(lambda: duckdb_reference(folder / MONTH / "medical_settlements.csv", folder / "sorted.parquet"))


def _start() -> None:
    from minsheng.config.start import open_database, prepare

    prepare()
    open_database()


def _received(paths: list[Path]) -> "list[Receipt]":
    from django.utils import timezone

    from minsheng.config.installation import installation
    from minsheng.domain.feeds.operations import Item, receive

    items = [Item(path=path, month=Month.parse(MONTH)) for path in paths]
    return receive(items, installation=installation(), by="benchmark", at=timezone.now(), progress=SILENT)


def _timed(work: Callable[[], object]) -> dict[str, object]:
    started, before = time.perf_counter(), _cpu()
    work()
    return {"seconds": round(time.perf_counter() - started, 2), "cpu_seconds": round(_cpu() - before, 2), "peak_gb": _peak_gb()}


def _cpu() -> float:
    """Processor seconds of this process and its ended children."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def _peak_gb() -> float:
    """The most memory this process and its ended children ever held, in GB (10^9 bytes)."""
    kilobytes = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(kilobytes * 1024 / 1e9, 3)


if __name__ == "__main__":
    print(json.dumps({"register": register_once, "receive": receive_once, "reference": reference_once}[sys.argv[1]](Path(sys.argv[2]))))
