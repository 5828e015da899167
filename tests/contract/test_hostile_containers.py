"""Files that are damaged, disguised or dangerous as a whole are refused, each with its reason and what to do."""

import gzip
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from minsheng.engine.intake.rules import Unreadable
from tests.contract.deliveries import HEADERS, LI, RULES, csv_bytes, parquet_bytes, read, xlsx_bytes

LARGE = csv_bytes([LI] * 2000)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return stream.getvalue()


def locked_archive() -> bytes:
    """A zip whose only member is flagged as encrypted, in both of its headers."""
    content = bytearray(archive({"a.csv": csv_bytes()}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "zero bytes": (lambda: b"", "empty-file"),
    "only blank lines": (lambda: b"\xef\xbb\xbf\r\n \r\n", "empty-file"),
    "zero bytes in gzip": (lambda: gzip.compress(b""), "empty-file"),
    "truncated gzip": (lambda: gzip.compress(csv_bytes())[:-20], "truncated"),
    "gzip with a wrong checksum": (lambda: gzip.compress(csv_bytes())[:-8] + bytes(8), "truncated"),
    "gzip of nonsense": (lambda: b"\x1f\x8b\x08" + bytes(40), "truncated"),
    "truncated zip": (lambda: archive({"a.csv": csv_bytes()})[:-30], "truncated"),
    "truncated workbook": (lambda: xlsx_bytes()[:-200], "truncated"),
    "workbook with a broken sheet": (lambda: archive({**_members(xlsx_bytes()), "xl/worksheets/sheet1.xml": b"<a><b"}), "truncated"),
    "truncated parquet": (lambda: parquet_bytes()[:-12], "truncated"),
    "parquet with damaged pages": (lambda: parquet_bytes()[:4] + bytes(200) + parquet_bytes()[204:], "truncated"),
    "two files in a zip": (lambda: archive({"a.csv": csv_bytes(), "b.csv": csv_bytes()}), "several-members"),
    "no file in a zip": (lambda: archive({"a/": b"", "__MACOSX/._a": b"x"}), "several-members"),
    "a zip in a zip": (lambda: archive({"a.zip": archive({"a.csv": csv_bytes()})}), "unknown-format"),
    "a gzip in a gzip": (lambda: gzip.compress(gzip.compress(csv_bytes())), "unknown-format"),
    "a zip with a password": (locked_archive, "encrypted-archive"),
    "a path out of the zip": (lambda: archive({"../../etc/passwd": csv_bytes()}), "path-traversal"),
    "a windows path out of the zip": (lambda: archive({"..\\..\\a.csv": csv_bytes()}), "path-traversal"),
    "an absolute path in the zip": (lambda: archive({"/etc/passwd": csv_bytes()}), "path-traversal"),
    "a drive in the zip": (lambda: archive({"C:/a.csv": csv_bytes()}), "path-traversal"),
    "a workbook with a password": (lambda: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600), "encrypted-workbook"),
    "an old workbook": (lambda: OLE + bytes(600) + "Workbook".encode("utf-16-le") + bytes(600), "old-workbook"),
    "another office document": (lambda: archive({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "unknown-format"),
    "a web page": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "unknown-format"),
    "a PDF": (lambda: b"%PDF-1.7 and so on", "unknown-format"),
    "a 7z": (lambda: b"7z\xbc\xaf\x27\x1c and so on", "unknown-format"),
    "JSON": (lambda: b'{"rows": []}', "unknown-format"),
    "an XML entity bomb in a workbook": (lambda: archive({**_members(xlsx_bytes()), "xl/worksheets/sheet1.xml": ENTITIES}), "truncated"),
}
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">'
    + b"".join(f'<!ENTITY {name} "{f"&{below};" * 40}">'.encode() for below, name in zip("abcdef", "bcdefg", strict=True))
    + b"]><worksheet>&g;</worksheet>"
)


def _members(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as source:
        return {name: source.read(name) for name in source.namelist()}


@pytest.mark.parametrize(("make", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_with_its_reason_and_what_to_do(make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(make())
    assert caught.value.code == code
    assert caught.value.next_step


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: archive({"a.csv": content})], ids=["gzip", "zip"])
def test_a_bomb_is_refused_by_its_ratio(pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(csv_bytes() + bytes(b"0,\n" * (8 << 20)))
    with pytest.raises(Unreadable) as caught:
        read(bomb)
    assert caught.value.code == "bomb"


@pytest.mark.parametrize(
    "make",
    [
        lambda: gzip.compress(csv_bytes([LI] * 2000)),
        lambda: archive({"a.csv": csv_bytes([LI] * 2000)}),
        xlsx_bytes,
        lambda: csv_bytes([LI] * 2000),
    ],
    ids=["gzip", "zip", "workbook", "plain"],
)
def test_a_file_over_the_size_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(Unreadable) as caught:
        read(make(), rules=replace(RULES, max_bytes=1000))
    assert caught.value.code in {"bomb", "too-large"}


def test_a_workbook_bomb_is_refused() -> None:
    members = _members(xlsx_bytes())
    bomb = archive({**members, "xl/media/image.png": bytes(64 << 20)})
    with pytest.raises(Unreadable) as caught:
        read(bomb)
    assert caught.value.code == "bomb"


def test_a_parquet_with_more_cells_than_bytes_allowed_is_refused() -> None:
    stream = io.BytesIO()
    pl.DataFrame({header: np.zeros(500_000, np.int8) for header in HEADERS}).write_parquet(stream)
    with pytest.raises(Unreadable) as caught:
        read(stream.getvalue(), rules=replace(RULES, max_bytes=1_000_000))
    assert caught.value.code == "bomb"


@pytest.mark.parametrize("name", ["..", "a\x00.csv", "..\\..\\a.csv", "a\n.csv"])
def test_a_file_name_that_leads_out_of_its_folder_is_refused(name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(csv_bytes(), filename=name)
    assert caught.value.code == "path-traversal"


def test_a_path_before_the_file_name_is_of_no_concern() -> None:
    assert read(csv_bytes(), filename="../deliveries/2026-10/medical_settlements.csv").read == 3
