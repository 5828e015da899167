"""The master keys of an installation as texts, and what is derived from each: identified, never shown.

Every use has a key of its own (HKDF-SHA256, RFC 5869). A sealing key is known by its id, four derived bytes that say nothing about it,
so that each sealed value can name the key it needs. Blind indexes and pseudonyms are pinned at the first rotation: the keys derived for
them stay while sealing keys come and go, since the lake and every lookup hang on them.
"""

import base64
import binascii
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from minsheng.kernel.errors import Refusal

KEY_BYTES = 32
ID_BYTES = 4


class BadKey(Refusal):
    """A key is not 32 bytes of base64, or a key that belongs to it is missing."""

    code: ClassVar[str] = "bad-key"


class NoSuchKey(Refusal):
    """No old key has this id."""

    code: ClassVar[str] = "no-such-key"


def new_master_key() -> str:
    """A fresh random master key as base64 text."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def derived(master: bytes, purpose: bytes) -> bytes:
    """The key of 32 bytes for one purpose."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=b"minsheng:" + purpose).derive(master)


class SealingKey:
    """What one master key seals with: fields, files, and the id that its sealed values carry."""

    def __init__(self, master: bytes) -> None:
        self.id = derived(master, b"key-id")[:ID_BYTES]
        self.fields = AESGCM(derived(master, b"fields"))
        self._files = derived(master, b"files")

    @property
    def name(self) -> str:
        """The id as people read it."""
        return self.id.hex()

    def file_cipher(self, salt: bytes) -> AESGCM:
        """The cipher of one file."""
        return AESGCM(derived(self._files, salt))


@dataclass(frozen=True, repr=False)
class KeyTexts:
    """The keys as settings hold them (base64): the one that seals, older ones that still open, and the pinned ones once there are any."""

    current: str
    old: tuple[str, ...] = ()
    index: str = ""
    pseudonym: str = ""

    def rotated(self) -> "KeyTexts":
        """The same with a new current key; the one before becomes old, and what indexes and pseudonyms hang on is pinned."""
        ring = KeyRing(self)
        known = {key.id for key in ring.sealing}
        fresh = next(text for text in iter(new_master_key, "") if SealingKey(_bytes_of(text)).id not in known)
        return KeyTexts(
            current=fresh,
            old=(self.current, *self.old),
            index=base64.b64encode(ring.index).decode(),
            pseudonym=base64.b64encode(ring.pseudonym).decode(),
        )

    def without(self, names: Iterable[str]) -> "KeyTexts":
        """The same without these old keys."""
        dropped = set(names)
        return replace(self, old=tuple(text for text in self.old if SealingKey(_bytes_of(text)).name not in dropped))


class KeyRing:
    """What the texts stand for; raises BadKey."""

    def __init__(self, texts: KeyTexts) -> None:
        if texts.old and not (texts.index and texts.pseudonym):
            raise BadKey(
                "There are old keys, but not the keys of the blind indexes and pseudonyms: nobody would be found.",
                next_step="Set MINSHENG_INDEX_KEY and MINSHENG_PSEUDONYM_KEY as the rotation wrote them.",
            )
        master = _bytes_of(texts.current)
        self.current = SealingKey(master)
        self.old = tuple(SealingKey(_bytes_of(text)) for text in texts.old)
        self.sealing = (self.current, *self.old)
        self._by_id = {key.id: key for key in self.sealing}
        self.index = _bytes_of(texts.index) if texts.index else derived(master, b"blind-index")
        self.pseudonym = _bytes_of(texts.pseudonym) if texts.pseudonym else derived(master, b"pseudonym")

    def key(self, key_id: bytes) -> SealingKey | None:
        """The key of this id, if it is here."""
        return self._by_id.get(key_id)

    def old_named(self, name: str) -> SealingKey:
        """The old key of this name; raises NoSuchKey."""
        found = next((key for key in self.old if key.name == name.strip().lower()), None)
        if found is None:
            raise NoSuchKey(f"{name!r} is no old key of this installation.", next_step="See: minsheng keys status")
        return found


def _bytes_of(text: str) -> bytes:
    try:
        master = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise BadKey("A key is not base64 text.", next_step="Make one with: minsheng init") from fault
    if len(master) != KEY_BYTES:
        raise BadKey(f"A key has {len(master)} bytes, not {KEY_BYTES}.", next_step="Make one with: minsheng init")
    return master
