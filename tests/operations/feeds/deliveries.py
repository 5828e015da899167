"""Small deliveries of a handful of made-up people, and the inbox that receives them."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from minsheng.domain.feeds.operations import Item, receive, release
from minsheng.domain.installation import Installation
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT
from tests.conftest import NOW
from tests.factories import BY, DIVISION, household, identity_number, member

REGISTERED = "2026-08"
MONTH = "2026-09"
ELSEWHERE = "110105001001"
HOMES = {1: "H1", 2: "H1", 3: "H2", 4: "H2", 5: "H3"}
"""Who is registered: person serial → household."""
NEWCOMER = 6
"""Somebody whom the registry does not know at first."""

Cells = Mapping[str, object]


def number_of(serial):
    """The identity number of one of the cast."""
    return identity_number(serial)


def name_of(serial):
    """The name of one of the cast."""
    return str(member(serial=serial)["name"])


def phone_of(serial):
    """The phone of one of the cast."""
    return f"1390000000{serial}"


def household_rows(numbers=("H1", "H2", "H3"), **facts):
    """Rows of registry_households; the first member heads the household."""
    heads = {home: serial for serial, home in reversed(HOMES.items())}
    return [
        {**household(number), "category_from": "2025-03-01", "head_number": number_of(heads.get(number, NEWCOMER)), **facts}
        for number in numbers
    ]


def member_rows(homes=None):
    """Rows of registry_members."""
    return [member_row(serial, home) for serial, home in (homes or HOMES).items()]


def member_row(serial, home, **facts):
    """One row of registry_members."""
    return {**member(home, serial), "phone": phone_of(serial), "account": "", **facts}


def settlement(serial=1, **cells):
    """A row of medical_settlements."""
    return {
        "number": number_of(serial),
        "name": name_of(serial),
        "division": DIVISION,
        "settlement_no": f"S{serial}",
        "settled_on": "2026-09-12",
        "kind": "inpatient",
        "hospital": "市第三医院",
        "total_cost": "9870.00",
        "fund_paid": "6000.00",
        "own_share": "3870.00",
        "days": "9",
        **cells,
    }


def cremation(serial=1, **cells):
    """A row of cremations."""
    return {
        "number": number_of(serial),
        "name": name_of(serial),
        "died_on": "2026-09-20",
        "cremated_on": "2026-09-22",
        "certificate_no": f"C{serial}",
        "division": DIVISION,
        **cells,
    }


def unemployed(serial=1, **cells):
    """A row of registered_unemployment, which brings a phone."""
    return {
        "number": number_of(serial),
        "name": name_of(serial),
        "registered_on": "2026-09-03",
        "division": DIVISION,
        "phone": phone_of(serial),
        **cells,
    }


def disease(serial=1, **cells):
    """A row of disease_registrations, which brings birth date and sex."""
    return {
        "number": number_of(serial),
        "name": name_of(serial),
        "birth_on": "1980-05-17",
        "sex": "male",
        "division": DIVISION,
        "registered_on": "2026-09-08",
        "kind": "major",
        "disease": "尿毒症",
        "certificate_no": f"D{serial}",
        **cells,
    }


@dataclass(frozen=True)
class Inbox:
    """A folder that departments deliver into, and the installation that receives from it."""

    folder: Path
    installation: Installation

    def at(self, **changes):
        """The same inbox before an installation with some things changed."""
        return replace(self, installation=replace(self.installation, **changes))

    def put(self, feed: str, rows: Sequence[Cells], *, month=MONTH, name=None, headers=None, columns=None):
        """Write rows as the department's CSV file; `headers` renames columns, `columns` says which ones (else those of the rows)."""
        return self.put_bytes(self.csv(feed, rows, headers=headers, columns=columns), name or f"{feed}.csv", month=month)

    def put_bytes(self, content: bytes, name: str, *, month: str = MONTH):
        """Write a file as it is."""
        path = self.folder / month / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def csv(self, feed: str, rows: Sequence[Cells], *, headers=None, columns=None):
        """The bytes of a CSV file under the department's own headers."""
        contract = self.installation.catalogue[feed]
        names = list(columns or dict.fromkeys(name for row in rows or [{}] for name in row if name in {c.name for c in contract.columns}))
        written = io.StringIO()
        table = csv.writer(written)
        table.writerow([(headers or {}).get(name, contract.column(name).headers[0]) for name in names])
        table.writerows([_text(row.get(name)) for name in names] for row in rows)
        return written.getvalue().encode()

    def receive(self, *paths, feed=None, month=None, arrived=None):
        """Receive files; their receipts."""
        chosen = Month.parse(month) if month else None
        items = [Item(path=path, feed=feed, month=chosen, arrived_on=arrived) for path in paths]
        return receive(items, installation=self.installation, by=BY, at=NOW, progress=SILENT)

    def send(self, feed: str, rows: Sequence[Cells], *, arrived=None, **how):
        """Write and receive one file; its receipt."""
        return self.receive(self.put(feed, rows, **how), arrived=arrived)[0]

    def register(self, month=REGISTERED, homes=None, **facts):
        """Send both registry files of a month."""
        homes = homes or HOMES
        numbers = sorted(set(homes.values()))
        files = [
            self.put("registry_households", household_rows(numbers, **facts), month=month),
            self.put("registry_members", member_rows(homes), month=month),
        ]
        return self.receive(*files)

    def release(self, delivery: str, *, reason="已电话核实", header_map=None):
        """Release a held delivery."""
        return release(
            delivery=delivery,
            reason=reason,
            header_map=header_map or {},
            installation=self.installation,
            by=BY,
            at=NOW,
            progress=SILENT,
        )


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
