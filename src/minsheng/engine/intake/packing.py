"""From what arrived to the one file inside it: plain, gzip or zip; bounded in size and ratio."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from gzip import GzipFile
from pathlib import PurePosixPath
from typing import BinaryIO, ClassVar, Literal, cast

from typing_extensions import Buffer

from minsheng.engine.intake.rules import IntakeRules, Unreadable

Kind = Literal["text", "workbook", "parquet"]
MIB = 1 << 20
_RATIO_COUNTS_FROM = 10 * MIB
_CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN: dict[bytes, str] = {
    b"%PDF": "PDF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"{\\rtf": "RTF",
    b"<": "HTML/XML",
    b"{": "JSON",
    b"[{": "JSON",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
}
_HOW_TO_SEND = "Send CSV, XLSX or Parquet, by itself or as gzip or zip."


class EmptyFile(Unreadable):
    """There is not one byte of content."""

    code: ClassVar[str] = "empty-file"


class UnknownFormat(Unreadable):
    """The bytes are of no format we read."""

    code: ClassVar[str] = "unknown-format"


class Bomb(Unreadable):
    """Unpacking would exceed the allowed size or ratio."""

    code: ClassVar[str] = "bomb"


class Truncated(Unreadable):
    """The file ends before its own format says it should."""

    code: ClassVar[str] = "truncated"

    def __init__(self, what: str) -> None:
        super().__init__(f"The {what} is cut short or damaged.", next_step="Send it again; compare the sizes on both sides.")


class PathTraversal(Unreadable):
    """A name tries to lead out of its folder."""

    code: ClassVar[str] = "path-traversal"


class EncryptedWorkbook(Unreadable):
    """The workbook is protected by a password."""

    code: ClassVar[str] = "encrypted-workbook"


class EncryptedArchive(Unreadable):
    """The zip is protected by a password."""

    code: ClassVar[str] = "encrypted-archive"


class OldWorkbook(Unreadable):
    """The workbook is in the format of Excel 97 to 2003."""

    code: ClassVar[str] = "old-workbook"


class SeveralMembers(Unreadable):
    """An archive holds more or less than one file."""

    code: ClassVar[str] = "several-members"


@dataclass(frozen=True)
class Payload:
    """The one file that was sent: what it is, and a way to read it from the start as often as needed."""

    kind: Kind
    open: Callable[[], BinaryIO]


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn the many ways in which damaged bytes fail into one refusal."""
    try:
        yield
    except (EOFError, zlib.error, zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise Truncated(what) from error


def unpack(source: BinaryIO, *, filename: str, rules: IntakeRules) -> Payload:
    """Find the file that was sent inside what arrived; `source` must be seekable, and only the last part of `filename` counts.

    Raises EmptyFile, UnknownFormat, Bomb, Truncated, PathTraversal, EncryptedWorkbook, EncryptedArchive, OldWorkbook,
    SeveralMembers.
    """
    _refuse_traversal(filename.rsplit("/", 1)[-1])
    head = _head(source)
    if head.startswith(b"\x1f\x8b"):
        return _unpacked(lambda: _gunzip(source, rules), "gzip", rules)
    if head.startswith(b"PK") and not _is_workbook(source, rules):
        member = _only_member(source, rules)
        return _unpacked(lambda: cast(BinaryIO, zipfile.ZipFile(source).open(member)), "zip", rules)
    return Payload(_kind(head, source), lambda: _rewound(source))


def _refuse_traversal(name: str) -> None:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or any(ord(letter) < 32 for letter in name):
        raise PathTraversal("A file name tries to lead out of its folder.", next_step="Rename the file plainly, without `..`.")


def _unpacked(open_content: Callable[[], BinaryIO], what: str, rules: IntakeRules) -> Payload:
    """The payload of a container; what needs random access is unpacked into memory, bounded like everything else."""
    with reading(what):
        content = open_content()
        head = _head(content)
        if head.startswith((b"PK", b"PAR1")):
            content.seek(0)
            return _held(_read_whole(content, rules), rules)
    if head.startswith((b"\x1f\x8b", _OLE)):
        raise UnknownFormat(f"The {what} holds another archive or an old workbook.", next_step=_HOW_TO_SEND)
    return Payload(_kind(head, content), open_content)


def _read_whole(content: BinaryIO, rules: IntakeRules) -> bytes:
    held = content.read(rules.max_held_bytes + 1)
    refuse_size(len(held), len(held), rules, held=True)
    return held


def _held(content: bytes, rules: IntakeRules) -> Payload:
    source = io.BytesIO(content)
    if content.startswith(b"PK") and not _is_workbook(source, rules):
        raise UnknownFormat("The archive holds another archive.", next_step=_HOW_TO_SEND)
    return Payload(_kind(content[:4096], source), lambda: io.BytesIO(content))


def _head(source: BinaryIO) -> bytes:
    source.seek(0)
    head = source.read(4096)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise EmptyFile("The file is empty.", next_step="If there is truly nothing to report, send the header row alone.")
    return head


def _rewound(source: BinaryIO) -> BinaryIO:
    source.seek(0)
    return source


def _kind(head: bytes, source: BinaryIO) -> Kind:
    if head.startswith(b"PK"):
        return "workbook"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_OLE):
        raise _ole_refusal(source)
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    for magic, name in _FOREIGN.items():
        if start.startswith(magic):
            raise UnknownFormat(f"This is a {name} file, which we do not read.", next_step=_HOW_TO_SEND)
    return "text"


def _ole_refusal(source: BinaryIO) -> Unreadable:
    source.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in source.read(64 * MIB):
        return EncryptedWorkbook("The workbook is protected by a password.", next_step="Remove the password in Excel and send it again.")
    return OldWorkbook("The workbook is in the old .xls format.", next_step="Save it as .xlsx in Excel and send it again.")


def _is_workbook(source: BinaryIO, rules: IntakeRules) -> bool:
    source.seek(0)
    with reading("zip"), zipfile.ZipFile(source) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            _refuse_bomb(archive.infolist(), rules, held=True)
            return True
        if "[Content_Types].xml" in names or "mimetype" in names:
            raise UnknownFormat("This office document is not an .xlsx workbook.", next_step=_HOW_TO_SEND)
    return False


def _only_member(source: BinaryIO, rules: IntakeRules) -> zipfile.ZipInfo:
    source.seek(0)
    with reading("zip"), zipfile.ZipFile(source) as archive:
        everything = archive.infolist()
    for info in everything:
        _refuse_absolute(info.filename)
    members = [info for info in everything if not info.is_dir() and not any(part in info.filename for part in _CLUTTER)]
    if len(members) != 1:
        raise SeveralMembers(f"The zip holds {len(members)} files instead of one.", next_step="Send each file in a zip of its own.")
    if members[0].flag_bits & 0x1:
        raise EncryptedArchive("The zip is protected by a password.", next_step="Send it without a password, over the agreed channel.")
    _refuse_bomb(members, rules)
    return members[0]


def _refuse_absolute(name: str) -> None:
    _refuse_traversal(name)
    if name.startswith(("/", "\\")) or name[1:2] == ":":
        raise PathTraversal("A file in the zip has an absolute path.", next_step="Pack the file by itself, without its folders.")


def _refuse_bomb(members: list[zipfile.ZipInfo], rules: IntakeRules, *, held: bool = False) -> None:
    size, packed = sum(info.file_size for info in members), sum(info.compress_size for info in members)
    refuse_size(size, packed, rules, held=held)


def refuse_size(size: int, packed: int, rules: IntakeRules, *, held: bool = False) -> None:
    """Refuse content that is larger than allowed, or far larger than what arrived; less is allowed of what has to be held in memory."""
    most = min(rules.max_bytes, rules.max_held_bytes) if held else rules.max_bytes
    if size > most:
        raise Bomb(f"Unpacked, the file is larger than the {most:,} bytes allowed.", next_step="Send it in several deliveries.")
    if size > _RATIO_COUNTS_FROM and size > packed * rules.max_ratio:
        raise Bomb(f"The file unpacks to more than {rules.max_ratio} times its size.", next_step="Send it unpacked.")


def _gunzip(source: BinaryIO, rules: IntakeRules) -> BinaryIO:
    packed = source.seek(0, io.SEEK_END)
    source.seek(0)
    return cast(BinaryIO, io.BufferedReader(_Bounded(GzipFile(fileobj=source), packed, rules), MIB))


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more than the rules allow."""

    def __init__(self, inner: GzipFile, packed: int, rules: IntakeRules) -> None:
        super().__init__()
        self._inner, self._packed, self._rules = inner, packed, rules

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        return self._inner.tell()

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._inner.read(size if size >= 0 else self._rules.max_bytes + 1)
        refuse_size(self._inner.tell(), self._packed, self._rules)
        return chunk

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        chunk = self.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)
