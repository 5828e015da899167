"""Columns of text cells as they were delivered: made tidy where they are not, and each different cell once where those are few."""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from minsheng.engine.intake.content import Strings, text_hashes
from minsheng.kernel.hashing import HASH_BYTES, Texts

NOTHING: Final = ("", "NULL", "null", "None", "N/A", "NaN", "nan", "-", "--", "—", "——", "/", "\\N", "(null)", "（空）")
_EDGES: Final = " \t\r\n\u3000\u00a0\u200b\ufeff"
_SPACES: Final = "\x0b\x0c\x85\u1680\u2000\u2028\u205f"
_SAMPLE: Final = 1_000
_FEW_IN_SAMPLE: Final = 400
_WORTH_CODING: Final = 5_000

Flags = npt.NDArray[np.bool_]
Columns: TypeAlias = "pa.ChunkedArray[Any]"


def _flagged(codes: set[int]) -> Flags:
    flags = np.zeros(256, bool)
    flags[list(codes)] = True
    return flags


_ODD_FIRST: Final = _flagged({text.encode()[0] for text in (*_EDGES, *_SPACES, "'", *NOTHING) if text})
_ODD_LAST: Final = _flagged({text.encode()[-1] for text in _EDGES})


def tidy(cells: pl.Series) -> pl.Series:
    """Cells without spaces at their edges and without the apostrophe that marks text in spreadsheets; null where nothing is said."""
    text = cells.str.strip_chars(_EDGES).str.strip_prefix("'").str.strip_chars(_EDGES)
    return text.set(text.is_in(NOTHING), None)


def odd_cells(cells: Strings) -> Flags:
    """Which cells are blank, or begin or end in a way in which a cell could that is not tidy; the others are tidy for sure."""
    width = np.int64 if pa.types.is_large_string(cells.type) else np.int32
    _, places, content = cells.buffers()
    if places is None or content is None or not content.size or not len(cells):
        return np.ones(len(cells), bool)
    at = np.frombuffer(memoryview(places), width)[cells.offset : cells.offset + len(cells) + 1]
    letters = np.frombuffer(memoryview(content), np.uint8)
    odd: Flags = _ODD_FIRST[letters[np.minimum(at[:-1], letters.size - 1)]] | _ODD_LAST[letters[at[1:] - 1]] | (at[:-1] == at[1:])
    return odd | cells.is_null().to_numpy(zero_copy_only=False) if cells.null_count else odd


@dataclass(frozen=True)
class Cells:
    """A column's tidy texts and their hashes; with `codes`, each different text once, and which of them each row has."""

    texts: pl.Series
    hashes: pl.Series
    codes: pl.Series | None = None

    def spread(self, of_texts: pl.Series) -> pl.Series:
        """What is known of each text, row by row."""
        return of_texts if self.codes is None else of_texts.gather(self.codes)


def read_cells(column: Columns) -> Cells:
    """Make a column of cells tidy; where only few different ones stand, each of them is looked at once."""
    cells = one_piece(column)
    if len(cells) >= _WORTH_CODING and len(cells.slice(0, _SAMPLE).unique()) <= _FEW_IN_SAMPLE:
        coded = cells.dictionary_encode(null_encoding="encode")
        assert isinstance(coded, pa.DictionaryArray)
        if len(coded.dictionary) * 4 <= len(cells):
            return _tidied(coded.dictionary, pl.Series(coded.indices))
    return _tidied(cells, None)


def one_piece(column: Columns) -> Strings:
    """A column's cells as one array."""
    if column.num_chunks == 1:
        return cast("Strings", column.chunk(0))
    return cast("Strings", pa.concat_arrays([pa.array([], column.type), *column.chunks]))


def _tidied(cells: Strings, codes: pl.Series | None) -> Cells:
    texts, hashes, odd = pl.Series(cells), text_hashes(cells), odd_cells(cells)
    if odd.any():
        places = np.flatnonzero(odd)
        straight = tidy(texts.gather(places))
        hashes[places] = text_hashes(straight.fill_null("").to_arrow(compat_level=pl.CompatLevel.oldest()))
        texts = texts.scatter(pl.Series(places), straight)
    return Cells(texts, pl.Series(hashes), codes)


def as_texts(cells: pl.Series) -> Texts:
    """A text column without nulls, ready for hashing."""
    _, places, content = cells.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()
    if places is None or content is None:
        return Texts(bytes(8 * (cells.len() + 1)), b"")
    ends = np.frombuffer(memoryview(places), np.int64, cells.len() + 1)
    return Texts(ends.tobytes(), memoryview(content)[: ends[-1]].tobytes())


def as_hashes(hashes: bytes) -> pl.Series:
    """Hashes that stand one behind the other as a binary column."""
    count = len(hashes) // HASH_BYTES
    places = np.arange(count + 1, dtype=np.int64) * HASH_BYTES
    return pl.Series(
        pa.LargeBinaryArray.from_buffers(pa.large_binary(), count, [None, pa.py_buffer(places.tobytes()), pa.py_buffer(hashes)])
    )
