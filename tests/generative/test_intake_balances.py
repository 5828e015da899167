"""Whatever is sent, the receipt balances, rows keep their numbers, and order and format do not matter."""

import csv
import io
from collections.abc import Sequence
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minsheng.engine.intake.mending import rejected_rows
from minsheng.engine.intake.reading import Intake, take_in
from minsheng.engine.intake.rules import IntakeRules, Unreadable
from tests.contract.deliveries import CHEN, HEADERS, LI, MEDICAL, RULES, WANG, xlsx_bytes

AREA = IntakeRules(today=RULES.today, made_up_allowed=True, area_prefixes=("420106001",))
ODD_CELLS = ["", "NULL", "-1", "=1+1", "2026-13-01", "2099-01-01", "46298", "420106", "1.1E+17", "'x", '"', 'a"b', "a\nb", "a,b", "，"]
CELLS = st.one_of(st.sampled_from(ODD_CELLS), st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"), max_size=8))
ROWS = st.lists(
    st.one_of(
        st.sampled_from([LI, WANG, CHEN]),
        st.tuples(st.sampled_from([LI, WANG, CHEN]), st.integers(0, len(HEADERS) - 1), CELLS).map(
            lambda change: [*change[0][: change[1]], change[2], *change[0][change[1] + 1 :]]
        ),
        st.lists(CELLS, min_size=len(HEADERS), max_size=len(HEADERS)),
    ),
    max_size=12,
)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def sent(rows: Sequence[Sequence[str]], separator: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([HEADERS, *rows])
    return text.getvalue().encode()


def taken(content: bytes, rules: IntakeRules = AREA) -> Intake:
    return take_in(io.BytesIO(content), filename="a.csv", contract=MEDICAL, rules=rules)


def balances(intake: Intake) -> bool:
    numbers = [*intake.clean["row_number"], *intake.rejected["row_number"]]
    return intake.read == len(numbers) + intake.duplicates + intake.out_of_area and len(set(numbers)) == len(numbers)


@QUICK
@given(ROWS)
def test_the_receipt_of_any_table_balances(rows: list[list[str]]) -> None:
    intake = taken(sent(rows))
    says_something = [row for row in rows if any(cell.strip() for cell in row)]
    assert balances(intake)
    assert intake.read == len(says_something)
    assert intake.faults.select("row_number").unique().height == intake.rejected.height


@QUICK
@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=200), st.sampled_from(["utf-8", "utf-16", "gb18030"]))
def test_the_receipt_of_any_text_behind_a_header_balances_or_is_refused(text: str, encoding: str) -> None:
    try:
        assert balances(taken((",".join(HEADERS) + "\n" + text).encode(encoding)))
    except Unreadable as refusal:
        assert refusal.code in {"nul-bytes", "ambiguous-header", "too-many-columns"}


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_balance(content: bytes) -> None:
    for head in (b"", b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"PAR1", ",".join(HEADERS).encode() + b"\n"):
        try:
            assert balances(taken(head + content))
        except Unreadable as refusal:
            assert refusal.code != "unreadable"


@QUICK
@given(ROWS, st.randoms(use_true_random=False), st.sampled_from([",", "\t", ";", "|"]))
def test_order_and_separator_change_neither_counts_nor_content(rows: list[list[str]], random: Random, separator: str) -> None:
    first = taken(sent(rows))
    shuffled = list(rows)
    random.shuffle(shuffled)
    second = taken(sent(shuffled, separator))
    assert second.content_digest == first.content_digest
    assert (second.read, second.clean.height, second.duplicates, second.rejected.height, second.out_of_area) == (
        first.read,
        first.clean.height,
        first.duplicates,
        first.rejected.height,
        first.out_of_area,
    )


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([LI, WANG, CHEN]), max_size=6))
def test_a_workbook_holds_the_same_content_as_the_text(rows: list[list[str]]) -> None:
    assert taken(xlsx_bytes(rows)).content_digest == taken(sent(rows)).content_digest


@QUICK
@given(ROWS)
def test_refused_rows_written_and_sent_again_unmended_are_refused_again(rows: list[list[str]]) -> None:
    content = sent(rows)
    intake = taken(content)
    cell_faults = intake.rejected.filter(intake.rejected["reason"] != "conflicting-key").height
    out = io.BytesIO()
    written = rejected_rows(
        io.BytesIO(content), filename="a.csv", faults=intake.faults, contract=MEDICAL, rules=AREA, receipt="m-1", out=out
    )
    again = taken(out.getvalue())
    assert written == intake.rejected.height
    assert again.rejected.height >= cell_faults
    assert sorted(again.original_rows["original_row"]) == sorted(intake.rejected["row_number"])


@QUICK
@given(ROWS, st.integers(0, 400))
def test_a_quote_dropped_anywhere_loses_no_row_silently(rows: list[list[str]], place: int) -> None:
    text = sent([[cell.replace("\n", "") for cell in row] for row in rows]).decode()
    quotes = [at for at, letter in enumerate(text) if letter == '"' and at > text.index("\n")]
    if not quotes:
        return
    cut = quotes[place % len(quotes)]
    intake = taken((text[:cut] + text[cut + 1 :]).encode())
    assert balances(intake)
    assert intake.read >= taken(text.encode()).read - 1
