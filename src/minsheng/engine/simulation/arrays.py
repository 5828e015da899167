"""Arrow columns as NumPy arrays, and the few array operations that Arrow and NumPy lack."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Smalls = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Coded:
    """A text column: for every row the position of its text in `names`, -1 where it is blank."""

    codes: Codes
    names: tuple[str, ...]

    def translated(self, worth: dict[str, int], otherwise: int) -> Ints:
        """A number for every row, by its text."""
        table = np.array([*(worth.get(name, otherwise) for name in self.names), otherwise], dtype=np.int64)
        return table[self.codes]

    def among(self, texts: Sequence[str]) -> Flags:
        """Whether each row's text is one of these."""
        return self.translated(dict.fromkeys(texts, 1), 0).astype(np.bool_)

    def at(self, rows: Ints) -> "Coded":
        """The column at some rows."""
        return Coded(self.codes[rows], self.names)


def ints(table: pa.Table, column: str, blank: int = 0) -> Ints:
    """A whole-number column as int64; blanks become `blank`."""
    return np.asarray(_filled(table[column], blank), dtype=np.int64)


def flags(table: pa.Table, column: str) -> Flags:
    """A flag column; blanks become False."""
    return np.asarray(_filled(table[column], filler=False), dtype=np.bool_)


def coded(table: pa.Table, column: str) -> Coded:
    """A text column as codes; a dictionary-encoded one is taken as it is."""
    values: Any = table[column]
    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    parts = values.unify_dictionaries().chunks
    codes = [_filled(part.indices, -1).astype(np.int32) for part in parts]
    return Coded(np.concatenate([np.zeros(0, dtype=np.int32), *codes]), tuple(parts[0].dictionary.to_pylist()) if parts else ())


def _filled(values: Any, filler: int | bool) -> npt.NDArray[Any]:
    filled = pc.fill_null(values, pa.scalar(filler, values.type)) if values.null_count else values
    return np.asarray(filled.to_numpy() if isinstance(filled, pa.ChunkedArray) else filled.to_numpy(zero_copy_only=False))


def starts(*keys: npt.NDArray[np.generic]) -> Ints:
    """Where each group of equal keys begins; the rows lie in order."""
    changed = np.ones(len(keys[0]), dtype=np.bool_)
    changed[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return np.flatnonzero(changed)


def group_sums(values: Ints, first: Ints) -> Ints:
    """The sum of each group, given where the groups begin."""
    return np.add.reduceat(values, first) if len(first) else np.zeros(0, dtype=np.int64)


def positions(roll: Ints, keys: Ints) -> Ints:
    """Where each key stands in a roll of distinct keys in order; -1 if it is not there. Fast where keys come in order too."""
    if not len(roll):
        return np.full(len(keys), -1, dtype=np.int64)
    if roll[-1] - roll[0] + 1 == len(roll):
        found = keys - roll[0]
        return np.where((found >= 0) & (found < len(roll)), found, -1)
    found = np.minimum(np.searchsorted(roll, keys), len(roll) - 1)
    return np.where(roll[found] == keys, found, -1)


def paired(first: Ints, second: Ints, like: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Two lists of pairs of whole numbers as single numbers that compare as the pairs do: of these, and of `like`."""
    lowest = min((int(part.min()) for part in (second, like[1]) if len(part)), default=0)
    width = max((int(part.max()) for part in (second, like[1]) if len(part)), default=0) - lowest + 1
    base = min((int(part.min()) for part in (first, like[0]) if len(part)), default=0)
    return (first - base) * width + (second - lowest), (like[0] - base) * width + (like[1] - lowest)
