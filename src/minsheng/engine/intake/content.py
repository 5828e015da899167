"""Hashes of what cells and rows say, by the column: 64 bits, the same on every machine and in every version.

A text is taken eight bytes at a time, each mixed in by the finaliser of SplitMix64 (Steele, Lea and Flood 2014). No secret and no defence
against somebody who builds a collision: they tell a delivery's content from another's by accident once in 2^64.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Hashes = npt.NDArray[np.uint64]
Strings: TypeAlias = "pa.Array[Any]"
_WORD: Final = 8
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_KEPT: Final = np.array([(1 << (8 * size)) - 1 for size in range(_WORD + 1)], np.uint64)
"""Which bits of a word belong to a text of which so many bytes are left."""


@dataclass(frozen=True)
class Content:
    """The content of any number of rows, whatever their order: how many, and two sums of what their hashes say (modulo 2^64)."""

    rows: int = 0
    sum: int = 0
    other_sum: int = 0

    def __add__(self, other: "Content") -> "Content":
        return Content(self.rows + other.rows, (self.sum + other.sum) % (1 << 64), (self.other_sum + other.other_sum) % (1 << 64))


def text_hashes(texts: Strings) -> Hashes:
    """The hash of each text; null is an empty one."""
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    _, places, content = texts.buffers()
    if places is None or not len(texts):
        return np.zeros(len(texts), np.uint64)
    at = np.frombuffer(memoryview(places), width)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    letters = np.frombuffer(memoryview(content or b""), np.uint8)[at[0] : at[-1]]
    return _hashed(np.concatenate([letters, np.zeros(_WORD, np.uint8)]), at[:-1] - at[0], np.diff(at))


def row_content(columns: Sequence[Hashes], rows: int) -> Content:
    """The content of rows, given the hashes of their cells column by column, in an order of columns that is always the same."""
    row = np.zeros(rows, np.uint64)
    for hashes in columns:
        row = _mixed(row ^ hashes)
    return Content(rows, int(row.sum()), int(_mixed(row + _GOLDEN).sum()))


def _hashed(letters: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]) -> Hashes:
    """Hashes of texts of given places; the letters have a word of padding behind them."""
    words = np.ndarray(len(letters) - _WORD + 1, "<u8", letters.data, strides=(1,))
    hashes = sizes.astype(np.uint64) * _GOLDEN
    for done in range(0, int(sizes.max()), _WORD):
        left = sizes - done
        at = slice(None) if left.min() > 0 else np.flatnonzero(left > 0)
        word = words[starts[at] + done] & _KEPT[np.minimum(left[at], _WORD)]
        hashes[at] = _mixed(hashes[at] ^ word)
    return hashes


def _mixed(value: Hashes) -> Hashes:
    mixed = (value ^ (value >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    result: Hashes = mixed ^ (mixed >> np.uint64(31))
    return result
