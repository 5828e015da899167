"""A made-up province's office in a PostgreSQL home of its own: its register, thirteen finished months, deliveries, questions and staff.

People and ledgers are those of a made-up world, and its two runs are the engine's own, published as `minsheng monitor run` publishes. The
eleven months before repeat the last month's rows, so that courses, trends and waiting times have a year behind them; those runs are
not in the lake.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import polars as pl

from benchmarks.register import LISTED_FROM, enter_people, register_of, settle_places
from benchmarks.world import World, WorldSpec, build_world
from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.indicators.loading import EARLIER, earlier_model
from minsheng.engine.scoring.results import previous_run
from minsheng.engine.scoring.runner import run_month
from minsheng.kernel.divisions import DivisionCode, Level
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month, window
from minsheng.kernel.progress import SILENT

if TYPE_CHECKING:
    from minsheng.domain.access.roles import Role
    from minsheng.domain.feeds.models import Delivery, IdentityCase
    from minsheng.domain.installation import Installation
    from minsheng.domain.monitoring.models import Run

PROVINCE = "990000000000"
_AT = datetime(2026, 11, 21, tzinfo=UTC)
_BY = "bench"
_MODEL = ("gansu", "2026.1")
_MONTHS = 13
_QUESTIONS_EVERY = 500
_LOOKED_FOR, _WAITING = 40, 400
_OURS = ("MINSHENG_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
_TOLD = "office.json"
_SPOTS = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY, Level.COUNTY, Level.COUNTY)
"""In turns, where those who visit answer for."""


class TooFewWarnings(Refusal):
    """The made-up province has fewer open warnings than were asked for."""

    code: ClassVar[str] = "benchmark-too-few-warnings"


@dataclass(frozen=True)
class Person:
    """Somebody of the staff: sign-in name, role, and where, by the telling digits of a code."""

    username: str
    role: str
    prefix: str


@dataclass(frozen=True)
class Office:
    """What visitors know of an office: its staff, and of each place whom one may look for there."""

    staff: tuple[Person, ...]
    known: Mapping[str, Mapping[str, Any]]

    @classmethod
    def standing(cls, folder: Path) -> "Office":
        """The one that was built in a folder."""
        told = json.loads((folder / _TOLD).read_text())
        return cls(tuple(Person(**one) for one in told["staff"]), told["known"])


def enter(folder: Path) -> None:
    """Let this process be of the folder's office, whatever installation its environment named."""
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        del os.environ[name]
    os.environ |= {"MINSHENG_HOME": str(folder / "home"), "MINSHENG_SECOND_FACTOR": "0", "MINSHENG_LOG_LEVEL": "ERROR"}


def build_office(folder: Path, persons: int, warnings: int, users: int) -> dict[str, Any]:
    """Build a province of so many people in which so many warnings are open, or take the one that stands; raises TooFewWarnings."""
    if not (folder / _TOLD).exists():
        told = _built(folder, persons, warnings, users)
        (folder / _TOLD).write_text(json.dumps(told, ensure_ascii=False))
    told = json.loads((folder / _TOLD).read_text())
    return {name: told[name] for name in ("persons", "households", "open_warnings")}


def sessions(folder: Path) -> dict[str, Any]:
    """Sign everybody of the office in, without a password; returns user name → session key."""
    _open(folder)
    from django.test import Client

    from minsheng.domain.access.models import User

    found = {}
    for user in User.objects.filter(created_by=_BY):
        client = Client()
        client.force_login(user)
        found[user.username] = str(client.session.session_key)
    return found


def _built(folder: Path, persons: int, warnings: int, users: int) -> dict[str, Any]:
    world = build_world(folder, WorldSpec(persons=persons))
    enter(folder)
    _write_settings(world)
    _open(folder)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from minsheng.config.installation import installation

    people, households = register_of(world)
    places = settle_places(households)
    enter_people(people, households, installation().keys)
    _deliver(world, people, installation())
    run = _run_months(world, installation())
    opened = _leave_open(run, warnings)
    staff = list(_staff(places, users))
    _tidy()
    known = {one.prefix: _known(one.prefix, run, people) for one in staff}
    told = {"persons": len(people), "households": len(households), "open_warnings": opened}
    return {**told, "staff": [vars(one) for one in staff], "known": known}


def _write_settings(world: World) -> None:
    from minsheng.config.home import write_home_settings
    from minsheng.kernel.keyring import new_master_key

    secrets = {"MINSHENG_KEY": new_master_key(), "MINSHENG_SECRET_KEY": new_master_key()}
    write_home_settings({**secrets, "MINSHENG_LAKE": str(world.folder / "lake"), "MINSHENG_MADE_UP": "1"})


def _open(folder: Path) -> None:
    enter(folder)
    from minsheng.config.start import open_database, prepare

    prepare()
    open_database()


def _deliver(world: World, people: pl.DataFrame, office: "Installation") -> None:
    """Write a receipt for each of the world's ledgers, and questions of identity, of which every second was decided."""
    from minsheng.domain.feeds.models import Delivery, IdentityCase

    receipts = [
        _receipt(name, file, office.catalogue[name.split("/")[0]].department)
        for name, file in world.files.items()
        if name.split("/")[0] in office.catalogue
    ]
    Delivery.objects.bulk_create(receipts)
    asked = people.sample(2 * max(2, len(people) // _QUESTIONS_EVERY), seed=world.spec.seed)
    newest = f"medical_settlements-{world.month}"
    questions = [_question(row, at, newest) for at, row in enumerate(asked.iter_rows(named=True))]
    IdentityCase.objects.bulk_create(questions, batch_size=2000)


def _receipt(name: str, file: Mapping[str, Any], department: str) -> "Delivery":
    from minsheng.domain.feeds import states
    from minsheng.domain.feeds.models import Delivery

    feed, month = name.split("/")
    return Delivery(
        id=f"{feed}-{month}",
        feed=feed,
        month=month,
        department=department,
        filename=f"{feed}.csv",
        sha256=file["sha256"],
        arrived_on=Month.parse(month).plus(1).first_day,
        received_at=_AT,
        received_by=_BY,
        status=states.RECEIVED,
        ledger=[[file["path"], file["sha256"]]],
        **dict.fromkeys(("read", "accepted", "matched"), int(file["rows"])),
    )


def _question(row: Mapping[str, Any], at: int, delivery: str) -> "IdentityCase":
    from minsheng.domain.feeds import states
    from minsheng.domain.feeds.models import IdentityCase

    person = row["person_key"]
    answer = {"state": states.LINKED, "person_key": person, "decided_at": _AT, "decided_by": _BY} if at % 2 else {}
    return IdentityCase(
        subject=sha256(str(person).encode()).digest()[:16],
        delivery_id=delivery,
        row_number=at + 2,
        reason="doubtful",
        delivered_name=row["name"],
        delivered_birth_on=row["birth_on"],
        delivered_sex=row["sex"],
        delivered_division=row["division"],
        candidate_keys=[person],
        candidates=[{"person_key": person, "probability": 0.8}],
        asked_at=_AT,
        **answer,
    )


def _run_months(world: World, office: "Installation") -> "Run":
    """Run and publish the world's two months, lay the months before beside them, and put a year's warnings on the desk."""
    from django.db import transaction

    from minsheng.domain.monitoring.models import DeskWarning, Run
    from minsheng.domain.monitoring.operations import publish_model
    from minsheng.domain.monitoring.operations.desk import stand
    from minsheng.domain.monitoring.operations.results import publish_results

    model = earlier_model(*_MODEL)
    publish_model(text=(EARLIER / f"{'-'.join(_MODEL)}.yaml").read_text(), origin=_BY, installation=office, by=_BY, at=_AT)
    earlier = world.plan(model, world.month.plus(-1))
    for month in (world.month.plus(-1), world.month):
        plan = world.plan(model, previous=previous_run(world.lake, earlier.run_id)) if month == world.month else earlier
        with DuckDB(connect()) as backend:
            result = run_month(world.lake, backend, plan, SILENT)
        publish_results(plan=plan, result=result, installation=office, by=_BY, at=_AT)
    newest = Run.objects.get(month=str(world.month))
    with transaction.atomic():
        for month in window(world.month.plus(-2), _MONTHS - 2):
            _repeat(newest, month)
        DeskWarning.objects.all().delete()
        for run in Run.objects.order_by("month"):
            stand(run=run.pk, by=_BY, at=_AT)
    return newest


def _repeat(source: "Run", month: Month) -> None:
    """Let an earlier month have had the same rows."""
    from django.db import connection

    from minsheng.domain.monitoring.models import Run
    from minsheng.domain.monitoring.operations.partitions import month_for_loading, partition_name
    from minsheng.domain.monitoring.operations.tallying import tally_run

    facts = {field.attname: getattr(source, field.attname) for field in Run._meta.concrete_fields}
    run = Run.objects.create(**{**facts, "id": sha256(f"{source.pk} {month}".encode()).hexdigest(), "month": str(month)})
    with month_for_loading(month, run.pk) as tables, connection.cursor() as cursor:
        for model, name in tables.names.items():
            columns = ", ".join(str(field.column) for field in model._meta.concrete_fields if field.column not in ("run_id", "month"))
            cursor.execute(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {partition_name(model, Month.parse(source.month))}")
    tally_run(run)


def _leave_open(run: "Run", warnings: int) -> int:
    """Answer warnings, evenly over the province, until so many are open; returns how many are."""
    from django.db import transaction

    from minsheng.domain.monitoring import states
    from minsheng.domain.monitoring.models import DeskWarning
    from minsheng.domain.monitoring.operations.desk import settle
    from minsheng.domain.registry.frames import insert_frame

    waiting = DeskWarning.objects.filter(run=run, status=states.OPEN)
    opened = list(waiting.order_by("household_key").values_list("household_key", flat=True))
    if len(opened) < warnings:
        raise TooFewWarnings(f"Of the province {len(opened):,} warnings are open, not {warnings:,}.", next_step="Ask for fewer.")
    left = set(_spread(opened, warnings))
    answered = [key for key in opened if key not in left]
    words = {"run_id": run.pk, "verdict": "TRUE_HELPED", "given_by": _BY, "recorded_at": _AT.isoformat(), "note": ""}
    verdicts = pl.DataFrame({"household_key": answered}, schema={"household_key": pl.Int64}).with_columns(
        pl.lit(_AT.date()).alias("given_on"), *(pl.lit(value).alias(name) for name, value in words.items())
    )
    with transaction.atomic():
        insert_frame("monitoring_verdict", verdicts)
        settle(line=run.model_name, households=answered, by=_BY, at=_AT)
    return int(waiting.count())


def _tidy() -> None:
    """Leave the tables as autovacuum leaves them when it has been round."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _staff(places: Mapping[Level, list[str]], users: int) -> Iterator[Person]:
    """Make an auditor and an administrator of the province, and so many monitors of it, of prefectures and of counties."""
    from minsheng.domain.access.roles import Role

    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        yield _person(f"{role.value}-1", role, PROVINCE)
    for number in range(users):
        codes = places[_SPOTS[number % len(_SPOTS)]]
        yield _person(f"monitor-{number + 1}", Role.MONITOR, codes[number % len(codes)])


def _person(username: str, role: "Role", place: str) -> Person:
    from minsheng.domain.access.models import Grant, User

    user = User(username=username, display_name=username, date_joined=_AT, created_by=_BY, password=_PASSWORD)
    user.save()
    prefix = DivisionCode(place).prefix
    held = {"starts_on": LISTED_FROM, "ends_on": date(2099, 1, 1), "granted_by": _BY, "granted_at": _AT}
    Grant.objects.create(user=user, role=role.value, division_id=place, prefix=prefix, **held)
    return Person(username, role.value, prefix)


_PASSWORD = "pbkdf2_sha256$1$bench$bench"
"""The hash of no password, which counts as having one."""


def _known(prefix: str, run: "Run", people: pl.DataFrame) -> dict[str, Any]:
    """Of a place: households that wait there and their people, and a place within it."""
    from minsheng.domain.monitoring import states
    from minsheng.domain.monitoring.models import DeskWarning, LevelTally
    from minsheng.domain.registry.models import Household

    waiting = DeskWarning.objects.filter(run=run, status=states.OPEN, division__startswith=prefix)
    keys = _spread(list(waiting.order_by("household_key").values_list("household_key", flat=True)), _WAITING)
    numbers = dict(Household.objects.filter(key__in=keys).values_list("key", "number"))
    members = people.filter(pl.col("household_key").is_in(keys[:_LOOKED_FOR]) & pl.col("died_on").is_null())
    below = LevelTally.objects.filter(run=run, parent=prefix.ljust(12, "0")).order_by("division").values_list("division", flat=True)
    return {
        "households": [numbers[key] for key in keys],
        "names": members["name"].head(_LOOKED_FOR).to_list(),
        "numbers": members["number"].head(_LOOKED_FOR).to_list(),
        "below": below[0],
    }


def _spread(keys: list[int], most: int) -> list[int]:
    """So many of the keys, evenly from the first to the last."""
    return [keys[at] for at in dict.fromkeys(np.linspace(0, len(keys) - 1, min(most, len(keys))).astype(int))]
