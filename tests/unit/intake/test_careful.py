"""Splitting by hand: what is sound, what is not, and how far a stray quote reaches."""

import io

import pytest

from minsheng.engine.intake.careful import records, split_lines, split_record
from minsheng.engine.intake.decoding import Head, read_through
from minsheng.engine.intake.packing import Payload
from minsheng.engine.intake.rules import IntakeRules
from tests.conftest import TODAY


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a,b", ("a", "b")),
        ("a,", ("a", "")),
        ('"a",""', ("a", "")),
        ('"a",', ("a", "")),
        ('"a,b","c""d"', ("a,b", 'c"d')),
        ('a"b,c', ('a"b', "c")),
        ('""""', ('"',)),
        ("", ("",)),
        ('"a"b,c', None),
        ('a,"b', None),
        ('a,"b""', None),
    ],
)
def test_a_record_is_split_or_refused(text: str, cells: tuple[str, ...] | None) -> None:
    assert split_record(text, ",").cells == cells


def test_a_record_over_several_lines_needs_the_headers_width() -> None:
    lines = ['1,"a', 'b"', '2,"c', "3,d", '4,"e', 'f",g']
    found = [record.cells for record in records(iter(lines), ",", 2)]
    assert found == [("1", "a\nb"), None, ("3", "d"), None, ('f"', "g")]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_lines_are_the_same_however_the_text_is_cut(size: int) -> None:
    text = "a\r\nb\nc\rd\r\n\r\ne"
    chunks = (text[at : at + size] for at in range(0, len(text), size))
    assert list(split_lines(chunks)) == ["a", "b", "c", "d", "", "e"]


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ('a,"b"\n', True),
        ('"a""b",c\n', True),
        ('"a\nb",""\n', True),
        ("a,b\n", True),
        ('a,"b\n', False),
        ('a,"b"c\n', False),
        ('a,5" pipe\n', False),
        ('a;"b"\n', False),
    ],
)
def test_quotes_are_judged_by_what_stands_beside_them(text: str, sound: bool) -> None:
    payload = Payload("text", lambda: io.BytesIO(text.encode()))
    found = read_through(payload, Head("utf-8", text), ",", IntakeRules(today=TODAY))
    assert (found.quoted, found.quotes_sound) == ('"' in text, sound)
    assert found.open().read().decode().rstrip("\n") == text.rstrip("\n")
