"""Who people are stays where it belongs: not in logs, not in the lake, in PostgreSQL only sealed."""

import logging

import polars as pl
import pytest

from minsheng.domain.audit.models import Event
from minsheng.domain.feeds.models import IdentityCase
from minsheng.domain.feeds.operations import decide_identity
from minsheng.domain.feeds.queries import write_rejected
from minsheng.engine.lake import Lake
from minsheng.kernel.progress import SILENT
from tests.conftest import NOW
from tests.factories import BY
from tests.operations.feeds.deliveries import (
    ELSEWHERE,
    HOMES,
    NEWCOMER,
    cremation,
    disease,
    household_rows,
    member_rows,
    name_of,
    number_of,
    phone_of,
    settlement,
    unemployed,
)
from tests.operations.feeds.reading import everything_in_postgres, frame
from tests.operations.feeds.test_receive_corrections import mended

CAST = (*HOMES, NEWCOMER)
ACCOUNT = "6217000000000001234"
NUMBERS = {number_of(serial) for serial in CAST}
NAMES = {name_of(serial) for serial in CAST} | {"赵大"}
CONTACTS = {phone_of(serial) for serial in CAST} | {ACCOUNT}
SECRETS = NUMBERS | NAMES | CONTACTS
_KINDS = {"clean.parquet", "ledger", "mended.parquet", "quarantine.parquet"}


def spoken(text):
    """Which secrets a text gives away."""
    return {secret for secret in SECRETS if secret in text}


@pytest.fixture
def a_busy_month(empty_inbox, caplog, capsys):
    """Everything that can happen at receipt, with logging at its most talkative."""
    inbox = empty_inbox
    with caplog.at_level(logging.DEBUG):
        inbox.receive(
            inbox.put("registry_households", household_rows(phone=phone_of(1), account=ACCOUNT)),
            inbox.put("registry_members", member_rows()),
        )
        rows = [
            settlement(1, hospital=f"患者{number_of(1)}转院"),
            settlement(2, name="赵大"),
            settlement(3, settled_on="2026-13-01"),
            settlement(4, division=ELSEWHERE),
            settlement(NEWCOMER),
        ]
        base = inbox.send("medical_settlements", rows)
        inbox.receive(mended(inbox, base.delivery, settled_on="2026-09-13"))
        inbox.send("registered_unemployment", [unemployed(1), unemployed(2, number=""), unemployed(3, number="", phone="")])
        inbox.send("disease_registrations", [disease(5, number="", name="赵大")])
        inbox.release(inbox.send("cremations", [cremation(5)], arrived=inbox.installation.today).delivery)
        inbox.receive(inbox.put_bytes(inbox.csv("cremations", [cremation(1)]).split(b"\r\n", 1)[1], "cremations.csv"))
        inbox.receive(inbox.put("pensions", [cremation(1)], name="无名.csv"))
        for case in IdentityCase.objects.values_list("pk", flat=True):
            decide_identity(case=case, person_key=2, reason="", installation=inbox.installation, by=BY, at=NOW, progress=SILENT)
        inbox.register("2026-10", homes={**HOMES, NEWCOMER: "H3"}, residence="rural")
        write_rejected(installation=inbox.installation, delivery=base.delivery, out=inbox.folder / "rejected.csv")
    said = capsys.readouterr()
    return inbox, caplog.text + said.out + said.err


def test_logs_and_output_hold_no_personal_data(a_busy_month):
    _, said = a_busy_month
    assert spoken(said) == set()


def test_the_lake_holds_no_name_number_or_contact_in_any_file_and_ledgers_no_pseudonym(a_busy_month):
    lake: Lake = a_busy_month[0].installation.lake
    assert len(lake.list("originals")) == 9
    assert {path.rsplit("/", 1)[1].split("-")[0] for path in lake.list("deliveries")} == _KINDS
    for path in lake.list(""):
        assert spoken(lake.read_bytes(path).decode("utf-8", "ignore")) == set(), path
    for path in lake.list("deliveries"):
        table = frame(a_busy_month[0].installation, path)
        for column in table.select(pl.col(pl.String)):
            assert spoken(" ".join(column.drop_nulls())) == set(), f"{path}: {column.name}"
        assert "ledger" not in path or not table.select(pl.col(pl.Binary)).columns


def test_postgres_holds_numbers_phones_and_accounts_only_sealed_and_events_no_names(a_busy_month):
    rows = everything_in_postgres()
    assert len(rows) > 50
    for row in rows:
        assert not [secret for secret in NUMBERS | CONTACTS if secret in row or secret.encode().hex() in row], row.split(":")[0]
    told = " ".join(f"{event.subject} {event.detail}" for event in Event.objects.all())
    assert spoken(told) == set()
