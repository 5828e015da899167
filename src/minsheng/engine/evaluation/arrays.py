"""The arrays that measures work on: one entry for each household and month, all of one length."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def codes_of(values: npt.NDArray[np.generic]) -> tuple[Ints, int]:
    """The position of each value among the distinct ones in order, and how many there are."""
    distinct, codes = np.unique(values, return_inverse=True)
    return codes.astype(np.int64), len(distinct)
