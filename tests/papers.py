"""Small files that look like what people bring: a picture, a PDF."""

import struct
import zlib
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile

_shades = count()


def png(shade: int | None = None) -> bytes:
    """A picture of one dot; each one is another, unless a shade is given."""
    value = next(_shades) if shade is None else shade
    dot = b"\0" + (value % 2**24).to_bytes(3, "big")
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(dot)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, content) for name, content in parts)


def picture(name: str = "photo.png") -> SimpleUploadedFile:
    """A picture as a browser sends it."""
    return SimpleUploadedFile(name, png(), content_type="image/png")


def _part(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
