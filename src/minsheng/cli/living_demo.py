"""The demo's story: set up, build, then month by month receive, release, run and visit; each step once, however often interrupted."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from time import perf_counter

import polars as pl
from django.conf import settings

from minsheng.cli.context import begin, now
from minsheng.cli.setting_up import set_up
from minsheng.config.installation import today
from minsheng.demo.building import build_world
from minsheng.demo.verdicts import verdicts_for
from minsheng.domain.access.operations import DemoAccount, demo_accounts
from minsheng.domain.feeds import operations as feeds
from minsheng.domain.feeds.queries import held_because
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring import operations as monitoring
from minsheng.domain.monitoring import queries
from minsheng.domain.registry.queries import household_names
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import Progress
from minsheng.web.health.checks import OK, migrations

LEADING, OTHER = "gansu", "wuchang"
WUCHANG = "420106"
_ACTOR = "demo"
_VISITED_ON_DAY = 10


@dataclass(frozen=True)
class DemoSize:
    """Which made-up district, and where its files lie."""

    households: int
    months: int
    seed: int
    last_month: Month
    folder: Path

    @property
    def world(self) -> Path:
        """The folder of this very district's deliveries."""
        return self.folder / f"{self.households}x{self.months}-{self.seed}-{self.last_month}"


@dataclass
class Lived:
    """What the demo did: its months, the seconds each kind of step took when it was first done, and who may sign in."""

    world: Path
    months: list[Month]
    history: list[Month]
    seconds: dict[str, float] = field(default_factory=dict)
    accounts: list[DemoAccount] = field(default_factory=list)


class Diary:
    """What is done and how long it took, kept beside the world so that a second start knows."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._writing = Lock()
        self._known: dict[str, float] = json.loads(file.read_text()) if file.is_file() else {}

    @contextmanager
    def once(self, name: str) -> Iterator[bool]:
        """Whether this is still to be done; written down when the block ends well."""
        if name in self._known:
            yield False
            return
        started = perf_counter()
        yield True
        with self._writing:
            self._known[name] = round(perf_counter() - started, 2)
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside = self._file.with_suffix(".new")
            beside.write_text(json.dumps(self._known))
            beside.replace(self._file)

    def seconds(self) -> dict[str, float]:
        """Kind of step → seconds, months added up."""
        kinds: dict[str, float] = {}
        for name, taken in self._known.items():
            kind = name.split(" ")[0]
            kinds[kind] = round(kinds.get(kind, 0.0) + taken, 2)
        return kinds


def live(size: DemoSize, progress: Progress) -> Lived:
    """Do whatever of the demo is not done yet."""
    diary = Diary(size.world.with_suffix(".json"))
    with ThreadPoolExecutor(1) as beside:
        built = beside.submit(_once, diary, "build", partial(_build, size, progress))
        installation, accounts = _ready(diary, progress)
        built.result()
    full = [size.last_month.plus(back) for back in range(1 - size.months, 1)]
    history = sorted(month for folder in size.world.iterdir() if folder.is_dir() and (month := Month.parse(folder.name)) < full[0])
    for month in (*history, *full):
        _once(diary, f"receive {month}", partial(_receive, size, month, installation, progress))
        if month in full:
            _once(diary, f"run {month}", partial(_run, LEADING, month, installation, progress))
            _once(diary, f"visits {month}", partial(_visits, size, month))
    _once(diary, f"run {full[-1]} {OTHER}", partial(_run, OTHER, full[-1], installation, progress))
    return Lived(size.world, full, history, diary.seconds(), accounts)


def _ready(diary: Diary, progress: Progress) -> tuple[Installation, list[DemoAccount]]:
    """Set up once, and again where a newer version finds the tables of an older one; make the accounts that are missing."""
    set_up_demo = partial(set_up, area=[WUCHANG], made_up=True, demo=True, progress=progress)
    _once(diary, "set-up", set_up_demo)
    installation = begin()
    if migrations() != OK or not settings.DEMO:
        set_up_demo()
    with progress.step("演示账号 demo accounts"):
        return installation, demo_accounts(county=WUCHANG, by=_ACTOR, at=now())


def _once(diary: Diary, name: str, do: Callable[[], object]) -> None:
    with diary.once(name) as needed:
        if needed:
            do()


def _build(size: DemoSize, progress: Progress) -> None:
    build_world(
        households=size.households,
        months=size.months,
        seed=size.seed,
        out=size.world,
        last_month=size.last_month,
        progress=progress,
        area=WUCHANG,
    )


def _receive(size: DemoSize, month: Month, installation: Installation, progress: Progress) -> None:
    """Release last month's late deliveries, as a person would after a call, and receive this month's, each on the day it came."""
    for late in held_because("late", month.plus(-1)):
        feeds.release(
            delivery=late.id,
            reason="late, but complete: confirmed by telephone",
            header_map={},
            installation=installation,
            by=_ACTOR,
            at=now(),
            progress=progress,
        )
    files = feeds.files_below([size.world / str(month)])
    items = [feeds.Item(path, arrived_on=datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()) for path in files]
    feeds.receive(items, installation=installation, by=_ACTOR, at=now(), progress=progress)


def _run(model: str, month: Month, installation: Installation, progress: Progress) -> None:
    monitoring.run(month=month, model=model, installation=installation, by=_ACTOR, at=now(), progress=progress)


def _visits(size: DemoSize, month: Month) -> None:
    """Workers visit a share of the warned households in the following month and find what the hidden truth holds."""
    truth = pl.read_parquet(size.world / "truth.parquet").filter(pl.col("month") == str(month))
    run = queries.run_of(month, LEADING)
    warned = [warning.household_key for warning in queries.warnings_of(run)]
    numbers = {name.number: key for key, name in household_names(warned).items()}
    day = min(month.last_day + timedelta(days=_VISITED_ON_DAY), today())
    found = verdicts_for(sorted(numbers), truth)
    visits = [monitoring.Visit(numbers[number], verdict, day) for number, verdict in found]
    monitoring.record_verdicts(run=run.id, visits=visits, by=_ACTOR, at=now())
