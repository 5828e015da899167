"""Text files: which encoding, whether it is sound, and the same text as UTF-8."""

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from typing_extensions import Buffer

from minsheng.engine.intake.packing import MIB, Payload, reading
from minsheng.engine.intake.rules import IntakeRules, Unreadable

HEAD_BYTES = 1 << 16
_CHUNK = 4 * MIB
_KEPT = 64 * MIB
_LONGEST_LINE = MIB
_QUOTE, _LINE_FEED, _RETURN = ord('"'), ord("\n"), ord("\r")
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_UNDECODABLE = "\ufffd"


class NulBytes(Unreadable):
    """The text holds NUL characters, so it is no text."""

    code: ClassVar[str] = "nul-bytes"


class LineTooLong(Unreadable):
    """A line is longer than any record could be."""

    code: ClassVar[str] = "line-too-long"


class TooLarge(Unreadable):
    """The text is larger than the rules allow."""

    code: ClassVar[str] = "too-large"


@dataclass(frozen=True)
class Head:
    """The beginning of a text, read in one encoding."""

    encoding: str
    text: str

    @property
    def certain(self) -> bool:
        """Whether the encoding shows in the head; pure ASCII could still be either UTF-8 or GB18030."""
        return not self.text.isascii()


@dataclass(frozen=True)
class Text:
    """A text that was read through once: whether it has quotes and they are sound, and its bytes as UTF-8, from the start each time.

    Where bytes could not be decoded, the text has the replacement character.
    """

    quoted: bool
    quotes_sound: bool
    open: Callable[[], BinaryIO]


def read_heads(payload: Payload) -> list[Head]:
    """Read the beginning in every encoding that it may be in, the likeliest first."""
    with reading("file"):
        head = payload.open().read(HEAD_BYTES)
    encodings = _encodings(head)
    heads = [Head(encoding, _decoded(head, encoding)) for encoding in encodings]
    return sorted(heads, key=lambda candidate: candidate.text.count(_UNDECODABLE))


def _encodings(head: bytes) -> tuple[str, ...]:
    for mark, encoding in _BOMS.items():
        if head.startswith(mark):
            return (encoding,)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) / 10 and even < odd / 10:
        return ("utf-16-le",)
    if even > len(head) / 10 and odd < even / 10:
        return ("utf-16-be",)
    return ("utf-8",) if head.isascii() else ("utf-8", "gb18030")


def _decoded(head: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)(errors="replace").decode(head).removeprefix("\ufeff")


def read_through(payload: Payload, head: Head, separator: str, rules: IntakeRules) -> Text:
    """Read a text once from end to end: settle its encoding, judge its quotes, and refuse what is no text.

    Raises NulBytes, LineTooLong, TooLarge, Truncated, Bomb.
    """
    attempts = [(head.encoding, "strict"), (head.encoding, "replace")]
    if not head.certain and head.encoding == "utf-8":
        attempts = [("utf-8", "strict"), ("gb18030", "strict"), ("gb18030", "replace")]
    for encoding, errors in attempts[:-1]:
        try:
            return _scan(payload, encoding, errors, separator, rules)
        except UnicodeDecodeError:
            continue
    return _scan(payload, *attempts[-1], separator, rules)


def _scan(payload: Payload, encoding: str, errors: str, separator: str, rules: IntakeRules) -> Text:
    quotes, lines, letters, kept, size = _Quotes(separator), _Lines(), _Letters(), list[bytes](), 0
    with reading("file"):
        for chunk in _utf8_chunks(payload.open(), encoding, errors):
            size += len(chunk)
            _refuse_no_text(chunk, size, rules)
            lines.see(chunk)
            letters.see(chunk)
            quotes.see(chunk)
            kept.append(chunk)
            if size > _KEPT:
                kept.clear()
    quotes.see(b"\n")
    letters.see(b"", last=True)
    content = b"".join(kept)

    def reopen() -> BinaryIO:
        if size <= _KEPT:
            return io.BytesIO(content)
        return cast(BinaryIO, io.BufferedReader(_Chunked(_utf8_chunks(payload.open(), encoding, errors)), MIB))

    return Text(quotes.seen, quotes.sound, reopen)


def _utf8_chunks(stream: BinaryIO, encoding: str, errors: str) -> Iterator[bytes]:
    """The stream's text as UTF-8 in chunks, without a byte order mark, ending in a line feed; strict UTF-8 comes as it is, unchecked."""
    decoder = codecs.getincrementaldecoder(encoding)(errors=errors)
    pass_through = encoding == "utf-8" and errors == "strict"
    first = True
    while chunk := stream.read(_CHUNK):
        content = chunk if pass_through else decoder.decode(chunk).encode()
        yield content.removeprefix(codecs.BOM_UTF8) if first else content
        first = False
    yield decoder.decode(b"", final=True).encode() + b"\n"


def _refuse_no_text(chunk: bytes, size: int, rules: IntakeRules) -> None:
    if b"\0" in chunk:
        raise NulBytes("The file holds NUL bytes, so it is damaged or no text.", next_step="Export it again and send it anew.")
    if size > rules.max_bytes:
        raise TooLarge(f"The file is larger than the {rules.max_bytes:,} bytes allowed.", next_step="Send it in several deliveries.")


class _Letters:
    """Raises UnicodeDecodeError where bytes are no UTF-8."""

    def __init__(self) -> None:
        self._open = b""

    def see(self, chunk: bytes, *, last: bool = False) -> None:
        content = self._open + chunk
        end = len(content) if last else content.rfind(b"\n") + 1
        places = np.array([0, end], np.int64).tobytes()
        try:
            pa.LargeStringArray.from_buffers(1, pa.py_buffer(places), pa.py_buffer(content)).validate(full=True)
        except pa.ArrowInvalid:
            content[:end].decode()
        self._open = content[end:]


class _Lines:
    """Refuses a text with a line that is longer than any record."""

    def __init__(self) -> None:
        self._open = 0

    def see(self, chunk: bytes) -> None:
        start = -self._open
        while len(chunk) - start > _LONGEST_LINE:
            last = start + _LONGEST_LINE
            end = max(chunk.rfind(b"\n", max(start, 0), last), chunk.rfind(b"\r", max(start, 0), last))
            if end < 0:
                raise LineTooLong(
                    "A line is over a million bytes long, so the line ends are lost.", next_step="Export it again and send it anew."
                )
            start = end + 1
        end = max(chunk.rfind(b"\n", max(start, 0)), chunk.rfind(b"\r", max(start, 0)))
        self._open = len(chunk) - (start if end < 0 else end + 1)


class _Quotes:
    """Judges whether every quote opens after a separator and closes before one, so that none can swallow the rows behind it."""

    def __init__(self, separator: str) -> None:
        self.seen = False
        self._well_placed, self._inside = True, False
        self._carried = b"\n"
        self._edges = np.array([ord(separator), _LINE_FEED, _RETURN, _QUOTE], np.uint8)

    @property
    def sound(self) -> bool:
        return self._well_placed and not self._inside

    def see(self, chunk: bytes) -> None:
        window = self._carried + chunk
        self._carried = window[-2:]
        if b'"' in window[1:-1] and self._well_placed:
            self.seen = True
            self._judge(np.frombuffer(window, np.uint8))

    def _judge(self, codes: npt.NDArray[np.uint8]) -> None:
        places = np.flatnonzero(codes[1:-1] == _QUOTE) + 1
        opening = (np.arange(places.size) + self._inside) % 2 == 0
        before = np.isin(codes[places[opening] - 1], self._edges)
        after = np.isin(codes[places[~opening] + 1], self._edges)
        self._well_placed = bool(before.all() and after.all())
        self._inside = bool((places.size + self._inside) % 2)


class _Chunked(io.RawIOBase):
    """A readable stream over an iterator of chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks, self._rest = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(view), len(self._rest))
        view[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
