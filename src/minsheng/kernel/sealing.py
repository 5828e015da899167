"""Keeping secrets: pseudonyms, blind indexes, sealed fields and sealed streams.

Fields and streams are AES-256-GCM (NIST SP 800-38D) and name the key that sealed them, so that keys can change while old ones still
open. A stream is cut into chunks, each sealed under the same file key with a counter nonce and a last-chunk flag, so that truncation,
reordering and tampering are all noticed. What was sealed before keys had names is opened with whichever key fits.
"""

import base64
import hashlib
import io
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, BinaryIO, ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from minsheng.kernel.errors import Refusal
from minsheng.kernel.hashing import HASH_BYTES, Hashing, Texts
from minsheng.kernel.keyring import ID_BYTES, KEY_BYTES, BadKey, KeyRing, KeyTexts, SealingKey, new_master_key

__all__ = ["CHUNK_BYTES", "KEY_BYTES", "PSEUDONYM_BYTES", "BadKey", "Keys", "Unsealable", "new_master_key"]

PSEUDONYM_BYTES = HASH_BYTES
CHUNK_BYTES = 1 << 20
FIELD_MAGIC: Final = b"MSF1"
FIELD_HEAD_BYTES: Final = len(FIELD_MAGIC) + ID_BYTES
STREAM_HEAD_BYTES: Final = 7 + ID_BYTES
_UNNAMED_STREAM = b"MSEAL1\n"
_STREAM = b"MSEAL2\n"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_SALT_BYTES = 16
_SEALED_CHUNK_BYTES = CHUNK_BYTES + _TAG_BYTES

Source = Callable[[bool], KeyTexts]
"""Gives the keys as they are now; asked with True it looks at once, else it may remember for a second."""


class Unsealable(Refusal):
    """The sealed bytes are damaged, cut short, or sealed with a key that is not here."""

    code: ClassVar[str] = "unsealable"


def field_key_id(sealed: bytes) -> bytes | None:
    """The id of the key that sealed a field; None if it was sealed before keys had names."""
    return sealed[len(FIELD_MAGIC) : FIELD_HEAD_BYTES] if sealed.startswith(FIELD_MAGIC) else None


def stream_key_id(head: bytes) -> bytes | None:
    """The id of the key that sealed a stream, from its first STREAM_HEAD_BYTES; None if it was sealed before keys had names.

    Raises Unsealable if this is no sealed stream.
    """
    if head.startswith(_UNNAMED_STREAM):
        return None
    if not head.startswith(_STREAM) or len(head) < STREAM_HEAD_BYTES:
        raise Unsealable("This is not a sealed file.", next_step="Restore the lake's originals from their backup.")
    return head[len(_STREAM) : STREAM_HEAD_BYTES]


class Keys:
    """The keys of one installation, as they are now: sealing keys may change while this lives, indexes and pseudonyms never do."""

    def __init__(self, master: bytes) -> None:
        texts = KeyTexts(base64.b64encode(master).decode())
        self._follow(lambda _: texts)

    @classmethod
    def from_text(cls, text: str) -> "Keys":
        """Keys from a base64 master key; raises BadKey."""
        return cls.following(lambda _: KeyTexts(text))

    @classmethod
    def following(cls, source: Source) -> "Keys":
        """Keys that follow the settings: whoever seals uses the current key; raises BadKey."""
        keys = cls.__new__(cls)
        keys._follow(source)
        return keys

    def _follow(self, source: Source) -> None:
        self._source = source
        self._texts = source(True)
        self._ring = KeyRing(self._texts)
        self._pseudonym, self._index = self._ring.pseudonym, self._ring.index

    @property
    def ring(self) -> KeyRing:
        """The keys as they are now."""
        return self._ring_now(fresh=True)

    def _ring_now(self, *, fresh: bool = False) -> KeyRing:
        texts = self._source(fresh)
        if texts is not self._texts:
            self._ring = KeyRing(texts)
            self._texts = texts
        return self._ring

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
        """The text under AES-256-GCM with a fresh nonce, and in front the name of its key, which is sealed along."""
        key, nonce = self._ring_now().current, os.urandom(_NONCE_BYTES)
        head = FIELD_MAGIC + key.id
        return head + nonce + key.fields.encrypt(nonce, text.encode(), head)

    def open_text(self, sealed: bytes) -> str:
        """The text back; raises Unsealable."""
        key_id = field_key_id(sealed)
        named = None if key_id is None else self._key(key_id)
        if named is not None:
            with suppress(InvalidTag, ValueError):
                return _opened(named, sealed, FIELD_HEAD_BYTES)
        for key in self._ring_now().sealing:
            with suppress(InvalidTag, ValueError):
                return _opened(key, sealed, 0)
        raise _cannot_open("A sealed field", None if named else key_id)

    def is_current(self, sealed: bytes) -> bool:
        """Whether a field is sealed with the current key."""
        return field_key_id(sealed) == self._ring_now().current.id

    def _key(self, key_id: bytes) -> SealingKey | None:
        return self._ring.key(key_id) or self._ring_now(fresh=True).key(key_id)

    def seal_stream(self, source: BinaryIO, target: BinaryIO) -> str:
        """Copy source to target sealed, in bounded memory; returns the SHA-256 (hex) of the clear bytes.

        Raises Unsealable if the key was dropped meanwhile: what is written then must not be kept.
        """
        key, salt = self.ring.current, os.urandom(_SALT_BYTES)
        cipher = key.file_cipher(salt)
        target.write(_STREAM + key.id + salt)
        digest = hashlib.sha256()
        for number, (chunk, last) in enumerate(_chunks(source, CHUNK_BYTES)):
            digest.update(chunk)
            target.write(cipher.encrypt(_nonce(number, last), chunk, None))
        if self.ring.key(key.id) is None:
            raise Unsealable("The key was dropped while a file was sealed with it.", next_step="Do the same again.")
        return digest.hexdigest()

    def open_stream(self, source: BinaryIO) -> io.BufferedReader:
        """The clear bytes of a sealed, seekable source as a seekable reader; raises Unsealable where bytes were touched."""
        return io.BufferedReader(SealedReader(self, source), CHUNK_BYTES)

    def ciphers_of(self, source: BinaryIO) -> list[AESGCM]:
        """Read the head of a sealed stream and give the ciphers that may open it; raises Unsealable."""
        head = source.read(len(_UNNAMED_STREAM))
        named = head == _STREAM
        key_id = stream_key_id(head + (source.read(ID_BYTES) if named else b""))
        salt = source.read(_SALT_BYTES)
        if key_id is None:
            return [key.file_cipher(salt) for key in self._ring_now().sealing]
        key = self._key(key_id)
        if key is None:
            raise _cannot_open("A sealed file", key_id)
        return [key.file_cipher(salt)]


def _opened(key: SealingKey, sealed: bytes, head: int) -> str:
    body = head + _NONCE_BYTES
    return key.fields.decrypt(sealed[head:body], sealed[body:], sealed[:head] or None).decode()


def _cannot_open(what: str, key_id: bytes | None) -> Unsealable:
    if key_id is None:
        return Unsealable(
            f"{what} is damaged, cut short, or sealed with a key that is not here.",
            next_step="Check MINSHENG_KEY and MINSHENG_OLD_KEYS, and the backups.",
        )
    return Unsealable(
        f"{what} needs the key {key_id.hex()}, which is not here.", next_step="Put that key back into MINSHENG_OLD_KEYS from its backup."
    )


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
        self._ciphers = keys.ciphers_of(source)
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
            self._held = (number, self._opened(number, sealed))
        return self._held[1]

    def _opened(self, number: int, sealed: bytes) -> bytes:
        for cipher in self._ciphers:
            with suppress(InvalidTag):
                clear = cipher.decrypt(_nonce(number, number == self._chunks - 1), sealed, None)
                self._ciphers = [cipher]
                return clear
        raise _cannot_open("A sealed file", None)
