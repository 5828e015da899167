"""The feeds stage as tests look at it: receipts, ledgers, and everything that is kept, without what chance decides."""

import hashlib

import polars as pl
from django.db import connection

from minsheng.domain.audit.models import Event
from minsheng.domain.feeds.models import Alarm, ClosedMonth, Delivery, IdentityCase, IdentityDecision
from minsheng.domain.feeds.queries import in_effect
from minsheng.domain.registry.models import Death, Household, HouseholdListing, Membership, Person, PersonNumber, Snapshot
from minsheng.kernel.periods import Month


def balance(receipt):
    """read, accepted, duplicate, quarantined, out_of_area; they must balance."""
    figures = (receipt.read, receipt.accepted, receipt.duplicate, receipt.quarantined, receipt.out_of_area)
    assert figures[0] == sum(figures[1:])
    return figures


def found(receipt):
    """matched, in_review, outside; together they are the accepted rows."""
    figures = (receipt.matched, receipt.in_review, receipt.outside)
    assert sum(figures) == receipt.accepted
    return figures


def alarms(delivery):
    """The kinds of alarm of a delivery."""
    return sorted(Alarm.objects.filter(delivery_id=delivery).values_list("kind", flat=True))


def ledger(installation, delivery):
    """The ledger of a delivery now: [(person key, row number)]."""
    parts = [frame(installation, part["path"]) for part in Delivery.objects.get(pk=delivery).ledger]
    return sorted(pl.concat(parts).select("person_key", "row_number").rows())


def frame(installation, path):
    """A lake table."""
    table = pl.from_arrow(installation.lake.read_table(path))
    assert isinstance(table, pl.DataFrame)
    return table


def counting(feed, *months):
    """The ids of the deliveries in effect."""
    return [delivery.id for delivery in in_effect([feed], [Month.parse(month) for month in months])]


def events(name):
    """The subjects and details of the events of a name, oldest first."""
    return list(Event.objects.filter(name=name).order_by("id").values_list("subject", "detail"))


def registry():
    """Everything the registry holds, without sealed bytes and line ids."""
    sealed = {"id", "number", "phone", "account", "address"}
    tables = (Person, PersonNumber, Household, HouseholdListing, Membership, Death, Snapshot)
    return {table.__name__: _rows(table.objects.values(), sealed if table is not Household else sealed - {"number"}) for table in tables}


def kept(installation):
    """Everything that is kept of receiving: the database's facts and the content of the lake's files."""
    without_ids = {"id", "delivered_number"}
    return {
        "deliveries": _rows(Delivery.objects.values(), set()),
        "alarms": _rows(Alarm.objects.values(), without_ids),
        "cases": _rows(IdentityCase.objects.values(), without_ids),
        "decisions": _rows(IdentityDecision.objects.values(), without_ids),
        "closed": _rows(ClosedMonth.objects.values(), set()),
        "events": _rows(Event.objects.values(), {"id"}),
        **registry(),
        "lake": lake(installation),
    }


def lake(installation):
    """Every lake file with the SHA-256 of what it says; originals are opened."""
    return {path: _content(installation, path) for path in installation.lake.list("")}


def everything_in_postgres():
    """All rows of all tables as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY relname")
        names = [name for (name,) in cursor.fetchall()]
        texts = []
        for name in names:
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            texts += [f"{name}: {row}" for (row,) in cursor.fetchall()]
    return texts


def _content(installation, path):
    if not path.endswith(".sealed"):
        return installation.lake.digest(path)
    with installation.lake.open_reader(path) as sealed:
        return hashlib.sha256(installation.keys.open_stream(sealed).read()).hexdigest()


def _rows(values, hidden):
    return sorted(
        sorted((name, str(bytes(value) if isinstance(value, memoryview) else value)) for name, value in row.items() if name not in hidden)
        for row in values
    )
