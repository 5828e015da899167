"""Keeping secrets: derived keys, pseudonyms, blind indexes, sealed fields and sealed streams.

One master key (32 bytes) comes from settings; every use has a key of its own (HKDF-SHA256, RFC 5869). Fields and
streams are AES-256-GCM (NIST SP 800-38D). A stream is cut into chunks, each sealed under the same file key with a counter nonce and
a last-chunk flag, so that truncation, reordering and tampering are all noticed.
"""

import base64
import binascii
import hashlib
import io
import os
import struct
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import Any, BinaryIO, ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from minsheng.kernel.errors import Refusal
from minsheng.kernel.hashing import HASH_BYTES, Hashing, Texts

KEY_BYTES = 32
PSEUDONYM_BYTES = HASH_BYTES
CHUNK_BYTES = 1 << 20
_MAGIC = b"MSEAL1\n"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_SALT_BYTES = 16
_SEALED_CHUNK_BYTES = CHUNK_BYTES + _TAG_BYTES


class BadKey(Refusal):
    """The master key is not 32 bytes of base64."""

    code: ClassVar[str] = "bad-key"


class Unsealable(Refusal):
    """The sealed bytes are damaged, cut short, or sealed with another key."""

    code: ClassVar[str] = "unsealable"


def new_master_key() -> str:
    """A fresh random master key as base64 text."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


class Keys:
    """The derived keys of one installation."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise BadKey(f"The master key has {len(master)} bytes, not {KEY_BYTES}.", next_step="Make one with: minsheng init")
        self._pseudonym = _derive(master, b"pseudonym")
        self._index = _derive(master, b"blind-index")
        self._fields = AESGCM(_derive(master, b"fields"))
        self._files = _derive(master, b"files")

    @classmethod
    def from_text(cls, text: str) -> "Keys":
        """Keys from a base64 master key; raises BadKey."""
        try:
            master = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as fault:
            raise BadKey("The master key is not base64 text.", next_step="Make one with: minsheng init") from fault
        return cls(master)

    def pseudonyms(self, texts: Iterable[str | None]) -> list[bytes | None]:
        """A keyed 16-byte pseudonym (BLAKE2b) per text, None for None: for the lake."""
        return _keyed_hashes(self._pseudonym, texts)

    def blind_indexes(self, texts: Iterable[str | None]) -> list[bytes | None]:
        """A keyed 16-byte lookup value per text, None for None: for PostgreSQL."""
        return _keyed_hashes(self._index, texts)

    def pseudonyms_of(self, texts: Texts, hashing: Hashing) -> Future[bytes]:
        """The pseudonyms of many texts one behind the other, as `pseudonyms` makes them."""
        return hashing.each(texts, self._pseudonym)

    def blind_indexes_of(self, texts: Texts, hashing: Hashing) -> Future[bytes]:
        """The lookup values of many texts one behind the other, as `blind_indexes` makes them."""
        return hashing.each(texts, self._index)

    def seal_text(self, text: str) -> bytes:
        """The text under AES-256-GCM with a fresh nonce in front."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._fields.encrypt(nonce, text.encode(), None)

    def open_text(self, sealed: bytes) -> str:
        """The text back; raises Unsealable."""
        try:
            return self._fields.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None).decode()
        except InvalidTag as fault:
            raise Unsealable(
                "A sealed field cannot be opened.", next_step="Check MINSHENG_KEY: it is not the key that sealed it."
            ) from fault

    def seal_stream(self, source: BinaryIO, target: BinaryIO) -> str:
        """Copy source to target sealed, in bounded memory; returns the SHA-256 (hex) of the clear bytes."""
        salt = os.urandom(_SALT_BYTES)
        cipher = AESGCM(_derive(self._files, salt))
        target.write(_MAGIC + salt)
        digest = hashlib.sha256()
        for number, (chunk, last) in enumerate(_chunks(source, CHUNK_BYTES)):
            digest.update(chunk)
            target.write(cipher.encrypt(_nonce(number, last), chunk, None))
        return digest.hexdigest()

    def open_stream(self, source: BinaryIO) -> io.BufferedReader:
        """The clear bytes of a sealed, seekable source as a seekable reader; raises Unsealable where bytes were touched."""
        return io.BufferedReader(SealedReader(self, source), CHUNK_BYTES)

    def cipher_of(self, source: BinaryIO) -> AESGCM:
        """Read the head of a sealed stream and give its cipher; raises Unsealable."""
        head = source.read(len(_MAGIC) + _SALT_BYTES)
        if not head.startswith(_MAGIC):
            raise Unsealable("This is not a sealed file.", next_step="Restore the lake's originals from their backup.")
        return AESGCM(_derive(self._files, head[len(_MAGIC) :]))


def _open_chunk(cipher: AESGCM, number: int, last: bool, sealed: bytes) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last), sealed, None)
    except InvalidTag as fault:
        raise Unsealable(
            "A sealed file is damaged, cut short, or sealed with another key.", next_step="Check MINSHENG_KEY and the lake's backup."
        ) from fault


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=b"minsheng:" + purpose).derive(master)


def _keyed_hashes(key: bytes, texts: Iterable[str | None]) -> list[bytes | None]:
    blake2b = hashlib.blake2b
    return [None if text is None else blake2b(text.encode(), key=key, digest_size=PSEUDONYM_BYTES).digest() for text in texts]


def _nonce(number: int, last: bool) -> bytes:
    return struct.pack(">3xQB", number, last)


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    chunk = source.read(size)
    while True:
        following = source.read(size)
        yield chunk, not following
        if not following:
            return
        chunk = following


class SealedReader(io.RawIOBase):
    """The clear bytes of a sealed stream, with random access; holds one chunk in memory.

    Raises Unsealable on the first chunk that was damaged, cut short, or sealed with another key.
    """

    def __init__(self, keys: Keys, source: BinaryIO) -> None:
        super().__init__()
        self._source = source
        size = source.seek(0, io.SEEK_END)
        source.seek(0)
        self._cipher = keys.cipher_of(source)
        self._body = source.tell()
        self._chunks = max(1, -(-(size - self._body) // _SEALED_CHUNK_BYTES))
        self._length = size - self._body - self._chunks * _TAG_BYTES
        self._position = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The position in the clear bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move in the clear bytes."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from the current chunk."""
        if self._position >= self._length:
            return 0
        number, start = divmod(self._position, CHUNK_BYTES)
        piece = self._chunk(number)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the sealed source too."""
        if not self.closed:
            self._source.close()
        super().close()

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._source.seek(self._body + number * _SEALED_CHUNK_BYTES)
            sealed = self._source.read(_SEALED_CHUNK_BYTES)
            self._held = (number, _open_chunk(self._cipher, number, number == self._chunks - 1, sealed))
        return self._held[1]
