"""Building the demo world on disk: deliveries by month, and the truth beside them."""

import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import ClassVar, Final

import pyarrow.parquet as pq

from minsheng.demo.deliveries import Delivery, make_delivery
from minsheng.demo.departments import DEPARTMENTS
from minsheng.demo.ground import read_ground
from minsheng.demo.troubles import MISSING, plan_troubles
from minsheng.demo.truth import truth_of
from minsheng.demo.world import World, make_world
from minsheng.engine.contracts.loading import load_catalogue
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import Progress

TRUTH: Final = "truth.parquet"
YEARLY_FEEDS: Final = ("medical_settlements", "social_insurance_contributions", "disease_registrations")
"""Feeds that are summed over a year: departments hand over a year of them when they connect."""
_FORMAT: Final = 1
_METADATA: Final = b"minsheng.demo"
_WORKERS: Final = 2
Recipe = dict[str, int | str]


class FolderTaken(Refusal):
    """The folder holds something that is not this world."""

    code: ClassVar[str] = "folder-taken"


class EmptyWorld(Refusal):
    """A world without households or months."""

    code: ClassVar[str] = "empty-world"


@dataclass(frozen=True)
class Delivered:
    """A file of the world: its path inside the folder, rows, day of arrival, trouble (or none), and mistakes planted by kind."""

    feed: str
    month: str
    path: str
    rows: int
    arrives_on: str
    trouble: str | None
    planted: dict[str, int]


@dataclass(frozen=True)
class WorldBuilt:
    """A finished world: where it is, what it was made from, its size, and every delivery; `fresh` is False if it was there already."""

    folder: Path
    households: int
    people: int
    months: tuple[str, ...]
    deliveries: tuple[Delivered, ...]
    missing: tuple[tuple[str, str], ...]
    fresh: bool


def build_world(
    *, households: int, months: int, seed: int, out: Path, last_month: Month, progress: Progress, area: str = "420106", history: int = 11
) -> WorldBuilt:
    """This will write a made-up world's deliveries to DIR/<yyyy-mm>/<feed>.<ext> and its truth to DIR/truth.parquet.

    `months` full months end with `last_month`; `history` months before them hold the feeds that are summed over a year. The same
    arguments give the same bytes. A build that was interrupted is begun again; a finished one is found and left. Raises
    FolderTaken, EmptyWorld, NoSuchArea.
    """
    if households < 1 or months < 1 or history < 0:
        raise EmptyWorld("A world needs at least one household and one month.", next_step="Try --households 300 --months 2.")
    recipe: Recipe = {
        "format": _FORMAT,
        "households": households,
        "months": months,
        "seed": seed,
        "last": str(last_month),
        "area": area,
        "history": history,
    }
    there = _already(out, recipe)
    if there:
        return there
    unfinished = _clean_workplace(out)
    with progress.step("people, hardships and the register") as step:
        world = make_world(seed, households, last_month, months, history, read_ground(seed, area))
        step.advance()
    delivered, missing = _deliver(world, unfinished, progress)
    return _finish(world, unfinished, out, recipe, delivered, missing)


def _deliver(world: World, folder: Path, progress: Progress) -> tuple[list[Delivered], list[tuple[str, str]]]:
    """Write every delivery that comes; tell which ones do not."""
    catalogue = load_catalogue()
    troubles = plan_troubles(world.seed, world.timeline)
    planned = list(_planned(world))
    coming = [place for place in planned if troubles.get(place) != MISSING]
    with progress.step("deliveries", total=len(coming)) as step, ThreadPoolExecutor(_WORKERS) as pool:

        def deliver(place: tuple[str, int]) -> Delivered:
            feed, position = place
            made = make_delivery(world, catalogue[feed], position, troubles.get(place))
            step.advance()
            return _written(world, folder, made, troubles.get(place))

        delivered = list(pool.map(deliver, coming))
    return delivered, [
        (feed, str(world.timeline.month(position))) for feed, position in planned if troubles.get((feed, position)) == MISSING
    ]


def _planned(world: World) -> Iterator[tuple[str, int]]:
    """Feed and position of every delivery that is due, in order."""
    catalogue = load_catalogue()
    for position in world.timeline.delivered_positions:
        full = position >= world.timeline.first_full
        for feed in DEPARTMENTS if full else YEARLY_FEEDS:
            if catalogue[feed].expected_for(world.timeline.month(position)):
                yield feed, position


def _written(world: World, folder: Path, made: Delivery, trouble: str | None) -> Delivered:
    month = str(world.timeline.month(made.position))
    path = folder / month / f"{made.feed}.{made.form}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.content)
    _stamp(path, made.arrives_on)
    return Delivered(made.feed, month, f"{month}/{path.name}", made.rows, str(made.arrives_on), trouble, made.planted)


def _stamp(path: Path, day: date) -> None:
    """Set the file's time to noon of its day of arrival."""
    instant = datetime.combine(day, time(12), tzinfo=UTC).timestamp()
    os.utime(path, (instant, instant))


def _finish(
    world: World, unfinished: Path, out: Path, recipe: Recipe, delivered: list[Delivered], missing: list[tuple[str, str]]
) -> WorldBuilt:
    """Write the truth, with the recipe and the list of deliveries inside, and put the folder in its place."""
    truth = truth_of(world)
    last = world.timeline.length - 1
    people = int(world.on_register(last)[world.lives.home[-1][world.lives.home[-1] >= 0]].sum())
    told = {
        "recipe": recipe,
        "people": people,
        "months": [str(world.timeline.month(position)) for position in world.timeline.full_positions],
        "deliveries": [asdict(item) for item in delivered],
        "missing": missing,
    }
    table = truth.to_arrow().replace_schema_metadata({_METADATA: json.dumps(told, ensure_ascii=False, sort_keys=True).encode()})
    pq.write_table(table, unfinished / TRUTH, compression="zstd")
    if out.exists():
        out.rmdir()
    unfinished.rename(out)
    return _read_back(out, fresh=True)


def _already(out: Path, recipe: Recipe) -> WorldBuilt | None:
    """The world that is there, if it is this one; raises FolderTaken if something else is."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return None
    if (out / TRUTH).is_file() and _told(out).get("recipe") == recipe:
        return _read_back(out, fresh=False)
    raise FolderTaken(f"{out} already holds something else.", next_step="Choose another folder, or remove this one.")


def _clean_workplace(out: Path) -> Path:
    """An empty folder beside the wanted one; what an interrupted build left there is removed."""
    unfinished = out.with_name(out.name + ".unfinished")
    if unfinished.exists():
        foreign = [item.name for item in unfinished.iterdir() if not (item.name == TRUTH or _is_month(item.name))]
        if foreign:
            raise FolderTaken(f"{unfinished} holds {foreign[0]}, which no build made.", next_step="Move it away and try again.")
        shutil.rmtree(unfinished)
    unfinished.mkdir(parents=True)
    return unfinished


def _is_month(name: str) -> bool:
    return len(name) == 7 and name[4] == "-" and name.replace("-", "").isdigit()


def _told(folder: Path) -> dict[str, object]:
    metadata = pq.read_schema(folder / TRUTH).metadata or {}
    told: dict[str, object] = json.loads(metadata.get(_METADATA, b"{}"))
    return told


def _read_back(folder: Path, *, fresh: bool) -> WorldBuilt:
    metadata = pq.read_schema(folder / TRUTH).metadata
    told = json.loads(metadata[_METADATA])
    return WorldBuilt(
        folder=folder,
        households=told["recipe"]["households"],
        people=told["people"],
        months=tuple(told["months"]),
        deliveries=tuple(Delivered(**item) for item in told["deliveries"]),
        missing=tuple((feed, month) for feed, month in told["missing"]),
        fresh=fresh,
    )
