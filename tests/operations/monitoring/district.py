"""A district of a handful of made-up households, whose departments deliver small CSV files and whose months are run with a tiny model."""

import csv
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from django.db import connection

from minsheng.domain.feeds.operations import Item, receive, release
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring import operations
from minsheng.domain.monitoring.models import HouseholdLevel, Warning
from minsheng.domain.registry.models import Household
from minsheng.domain.registry.queries import person_of_number
from minsheng.engine.scoring.results import read_result
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT
from tests.factories import DIVISION, identity_number

BY = "tester"
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ROWS = 24
STRANGERS = range(400, 400 + ROWS)
"""People of the area whom no register knows: they keep every delivery at its usual volume."""

MODEL = """
model: tiny
version: "2026.1"
title: {zh: 小模型, en: Tiny model}
note: {zh: 测试用, en: for tests}
dimensions:
  health: {title: {zh: 健康, en: health}, person_cap: 60, household_cap: 80, basis: made up}
  work: {title: {zh: 就业, en: work}, person_cap: 20, household_cap: 20, basis: made up}
indicators:
  - id: own_cost
    title: {zh: 医疗自付, en: medical cost}
    dimension: health
    source: medical_settlements
    window_months: 1
    measure: {sum: own_share}
    bands:
      default:
        - {from: 50000, points: 5}
        - {from: 100000, points: 18}
        - {from: 200000, points: 25}
        - {from: 500000, points: 45}
        - {from: 1000000, points: 60}
    evidence: [settled_on, hospital, own_share]
    reason: {zh: "{member}自付{value}元，超过{bound}元", en: "{member} paid {value} yuan, above {bound}"}
    basis: made up
  - id: out_of_work
    title: {zh: 失业, en: unemployment}
    dimension: work
    source: registered_unemployment
    window_months: 1
    measure: exists
    bands: {default: [{from: 1, points: 20}]}
    evidence: [registered_on, reason]
    reason: {zh: "{member}登记失业", en: "{member} is out of work"}
    basis: made up
  - id: has_car
    title: {zh: 有车, en: a car}
    reverse: true
    source: vehicles
    filter: [{column: kind, in: [car]}]
    measure: exists
    bands: {default: [{from: 1}]}
    evidence: [registered_on, kind]
    reason: {zh: "{member}名下有车", en: "{member} owns a car"}
    basis: made up
overlap: {percent: {2: 10}, basis: made up}
identity: {percent: {DIBAO: 120}, basis: made up}
levels: {blue: 20, yellow: 40, orange: 60, red: 80, basis: made up}
triggers: []
hysteresis: {margin: 3, basis: made up}
suppression: {quiet_months: 3, verdicts: [TRUE_HELPED, FALSE_DATA], basis: made up}
"""
"""Paying from 500, 1,000, 2,000, 5,000 or 10,000 yuan in a month is worth 5, 18, 25, 45 or 60 points, being out of work 20."""


def person(serial, **facts):
    """Who a department's row is about."""
    name = "甲乙丙丁戊己庚辛壬癸"[serial % 10] + "一二三四五六七八九"[serial // 10 % 9]
    return {"number": identity_number(serial), "name": name, "division": DIVISION, **facts}


def stay(serial, yuan, on, **facts):
    """A hospital stay that a person paid so much of, on a day."""
    paid = {"total_cost": yuan, "fund_paid": 0, "own_share": yuan}
    return person(serial, settlement_no=f"S{serial}-{on}", settled_on=on, kind="inpatient", hospital="某医院", **paid, **facts)


def jobless(serial, on):
    """A registration as unemployed."""
    return person(serial, registered_on=on, reason="dismissed", benefit=0)


def car(serial):
    """A registered car."""
    return person(serial, plate=f"Z{serial:05d}", kind="car", registered_on="2020-01-01")


def death(serial, on):
    """A cremation."""
    return person(serial, died_on=on, cremated_on=on, certificate_no=f"C{serial}")


@dataclass(frozen=True)
class District:
    """One installation, and the folder in which its departments' files arrive."""

    installation: Installation
    inbox: Path

    def publish(self, text=MODEL):
        """Publish a model."""
        return operations.publish_model(text=text, origin="test", installation=self.installation, by=BY, at=AT)

    def deliver(self, feed, month, rows, *, arrived_on=None):
        """Write rows as a CSV file and receive it; returns its receipt."""
        folder = self.inbox / month
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{feed}-{len(list(folder.iterdir()))}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            lines = csv.DictWriter(stream, list({name: None for row in rows for name in row}))
            lines.writeheader()
            lines.writerows(rows)
        item = Item(path=path, feed=feed, month=Month.parse(month), arrived_on=arrived_on)
        [receipt] = receive([item], installation=self.installation, by=BY, at=AT, progress=SILENT)
        return receipt

    def register(self, month, homes, *, facts=None, divisions=None, arrived_on=None):
        """Deliver both registry snapshots: household → members' serials, the head first; `facts` about members, by serial."""
        places = {number: (divisions or {}).get(number, DIVISION) for number in homes}
        households = [_household(number, members[0], places[number]) for number, members in homes.items()]
        people = [
            person(serial, household_no=number, sex="male", birth_on="1980-05-17", relation="self" if serial == members[0] else "son")
            | {"joined_on": "", "left_on": "", "division": places[number]}
            | (facts or {}).get(serial, {})
            for number, members in homes.items()
            for serial in members
        ]
        snapshots = {"registry_households": households, "registry_members": people}
        return {feed: self.deliver(feed, month, rows, arrived_on=arrived_on) for feed, rows in snapshots.items()}

    def month(self, month, *, costs=None, out_of_work=(), cars=(), without=(), late=()):
        """Deliver what three departments know of a month: yuan paid by serial, serials out of work, serials with a car."""
        day, paid = f"{month}-10", costs or {}
        feeds = {
            "medical_settlements": [stay(serial, paid.get(serial, 10), day) for serial in _among_strangers(paid)],
            "registered_unemployment": [jobless(serial, day) for serial in _among_strangers(out_of_work)],
            "vehicles": [car(serial) | {"value": month[-2:]} for serial in _among_strangers(cars)],
        }
        after = Month.parse(month).plus(1).last_day
        receipts = {
            feed: self.deliver(feed, month, rows, arrived_on=after if feed in late else None)
            for feed, rows in feeds.items()
            if feed not in without
        }
        assert {feed for feed, receipt in receipts.items() if receipt.status != "received"} == set(late)
        return receipts

    def release(self, delivery):
        """Put a held delivery into effect."""
        return release(delivery=delivery, reason="asked them", header_map={}, installation=self.installation, by=BY, at=AT, progress=SILENT)

    def run(self, month, *, model="tiny", dry_run=False, at=AT, progress=SILENT):
        """Run a month."""
        return operations.run(
            month=Month.parse(month), model=model, dry_run=dry_run, installation=self.installation, by=BY, at=at, progress=progress
        )

    def table(self, run, name):
        """A result table of a run."""
        return pl.from_arrow(read_result(self.installation.lake, run, name))

    def key(self, serial):
        """The registry's key of a person."""
        return person_of_number(identity_number(serial), keys=self.installation.keys)

    def lake_files(self):
        """Path → SHA-256 of everything in the lake."""
        lake = self.installation.lake
        return {path: lake.digest(path) for path in lake.list("")}


def levels(run):
    """Household number → (level, change) of a run."""
    numbers = household_numbers()
    rows = HouseholdLevel.objects.filter(run_id=run).values_list("household_key", "level", "change")
    return {numbers[key]: (level, change) for key, level, change in rows}


def warnings(run):
    """Household number → warning of a run."""
    numbers = household_numbers()
    return {numbers[warning.household_key]: warning for warning in Warning.objects.filter(run_id=run)}


def household_numbers():
    """Household key → number."""
    return dict(Household.objects.values_list("key", "number"))


def household_key(number):
    """A household's key."""
    return Household.objects.get(number=number).key


def database_contents():
    """Table → rows and a hash of them, for every table of the database."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        return {name: _table_content(cursor, name) for name in sorted(names)}


def _among_strangers(serials):
    strangers = STRANGERS[: ROWS - len(serials)]
    return [*strangers[:2], *serials, *strangers[2:]]


def _table_content(cursor, name):
    cursor.execute(f'SELECT t::text FROM "{name}" AS t ORDER BY 1')
    rows = [row for (row,) in cursor.fetchall()]
    return len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _household(number, head, division):
    plain = {"category_from": "2024-01-01", "residence": "urban", "monthly_income": 1000, "property_value": 0}
    category = "DIBAO" if number.startswith("dibao") else "OTHER"
    return {"household_no": number, "category": category, "division": division, "head_number": identity_number(head)} | plain
