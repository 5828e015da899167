"""Whatever a small file says, its receipt balances, nothing is received twice, and mending never counts a row twice."""

import csv
import io

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.queries import write_rejected
from tests.operations.feeds.deliveries import ELSEWHERE, NEWCOMER, Inbox, settlement
from tests.operations.feeds.reading import balance, found, frame, ledger

COLUMNS = tuple(settlement())
ODD_CELLS = [
    "",
    "NULL",
    "-1",
    "=1+1",
    "2026-13-01",
    "2099-01-01",
    "46298",
    "1.1E+17",
    "'x",
    '"',
    'a"b',
    "a\nb",
    "a,b",
    ELSEWHERE,
    "赵大",
    "21",
]
CELLS = st.one_of(st.sampled_from(ODD_CELLS), st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"), max_size=6))
PEOPLE = st.sampled_from([settlement(serial) for serial in (1, 2, 3, NEWCOMER)])
ROWS = st.lists(
    st.one_of(PEOPLE, st.tuples(PEOPLE, st.sampled_from(COLUMNS[1:]), CELLS).map(lambda change: {**change[0], change[1]: change[2]})),
    max_size=8,
)
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def inbox(db, tmp_path, installation):
    made = Inbox(tmp_path / "inbox", installation)
    made.register()
    return made


def undone(examine):
    """Examine in a transaction that is undone, so that every example begins with the same register."""
    with transaction.atomic():
        examine()
        transaction.set_rollback(True)


def consistent(inbox, receipt):
    """Whether receipt, quarantine and ledger of a delivery say the same."""
    read, accepted, _, quarantined, _ = balance(receipt)
    matched, _, _ = found(receipt)
    folder = f"deliveries/{receipt.feed}/{receipt.month}/{receipt.delivery}"
    refused = frame(inbox.installation, f"{folder}/quarantine.parquet")["row_number"]
    clean = frame(inbox.installation, f"{folder}/clean.parquet")["row_number"]
    rows = [row for _, row in ledger(inbox.installation, receipt.delivery)]
    return (
        (refused.n_unique(), clean.n_unique(), len(rows)) == (quarantined, accepted, matched)
        and set(rows) <= set(clean)
        and not set(clean) & set(refused)
        and read >= len(clean) + refused.n_unique()
    )


@QUICK
@given(ROWS)
def test_the_receipt_of_any_small_table_balances_and_the_same_bytes_are_received_once(inbox, rows):
    def examine():
        path = inbox.put("medical_settlements", rows, columns=COLUMNS)
        receipt, again = inbox.receive(path)[0], inbox.receive(path)[0]
        assert consistent(inbox, receipt)
        assert receipt.status == ("received" if receipt.read else "held")
        assert (again.status, again.delivery) == ("already_received", receipt.delivery)
        assert Delivery.objects.filter(feed="medical_settlements").count() == 1

    undone(examine)


@QUICK
@given(ROWS, st.randoms(use_true_random=False))
def test_the_same_rows_in_any_order_are_received_once(inbox, rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)

    def examine():
        first = inbox.send("medical_settlements", rows, columns=COLUMNS)
        again = inbox.send("medical_settlements", shuffled, columns=COLUMNS)
        assert (again.status, again.delivery) == ("already_received", first.delivery)

    undone(examine)


@QUICK
@given(ROWS, st.lists(st.booleans(), min_size=8, max_size=8))
def test_refused_rows_sent_back_again_and_again_are_accepted_once_each(inbox, rows, mended_first):
    def examine():
        base = inbox.send("medical_settlements", rows, columns=COLUMNS)
        some = _sent_back(inbox, base, mended_first)
        everything = _sent_back(inbox, base, [True] * 8)
        accepted = sum(receipt.accepted for receipt in (base, some, everything) if receipt and receipt.status == "received")
        assert accepted <= base.accepted + base.quarantined
        assert all(consistent(inbox, receipt) for receipt in (some, everything) if receipt and receipt.status == "received")

    undone(examine)


def _sent_back(inbox, base, which):
    """The receipt of the refused rows, of which some were mended; none if no row was refused."""
    out = inbox.folder / "rejected.csv"
    if not write_rejected(installation=inbox.installation, delivery=base.delivery, out=out):
        return None
    header, *rows = csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"), newline=""))
    for at, (row, mend) in enumerate(zip(rows, which, strict=False)):
        row[4:] = [str(cell) for cell in settlement(1, settlement_no=f"M{at}").values()] if mend else row[4:]
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return inbox.receive(inbox.put_bytes(text.getvalue().encode(), "mended.csv"))[0]
