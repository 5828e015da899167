"""Which registered person holds a number, asked for a whole column at a time: made once, for many batches."""

import numpy as np
import numpy.typing as npt
import polars as pl

from minsheng.kernel.sealing import PSEUDONYM_BYTES

_Halves = npt.NDArray[np.uint64]


class HeldNumbers:
    """The numbers (by their pseudonyms) that registered people hold or once held.

    `people`: person_key, pseudonym, name (normalised), birth_on; one row per person and number.
    """

    def __init__(self, people: pl.DataFrame) -> None:
        held = people.drop_nulls("pseudonym")
        halves = _halves(held["pseudonym"])
        order = np.argsort(halves[:, 0], kind="stable")
        self._first, self._second = halves[order, 0], halves[order, 1]
        alone = held["pseudonym"].is_unique()
        facts = held.select(pl.when(alone).then("person_key").alias("person_key"), name_held="name", birth_held="birth_on")
        self._facts = facts[order]

    def is_held(self, pseudonyms: pl.Series) -> pl.Series:
        """Whether anybody may hold each number, judged by its first half; false for null."""
        return pl.Series(self._places(pseudonyms) >= 0)

    def plain_people(self, rows: pl.DataFrame) -> pl.Series:
        """The person (key) of each row whose number is one person's, with the very name and birth date; null for the others.

        Only about the others could anybody ever ask. `rows`: pseudonym, name_normal, birth_on.
        """
        places = self._places(rows["pseudonym"])
        at = np.flatnonzero(places >= 0)
        asked = _halves(rows["pseudonym"].gather(pl.Series(at)))[:, 1]
        at = at[self._second[places[at]] == asked]
        found = pl.concat([self._facts[places[at]], rows.select("name_normal", "birth_on")[at]], how="horizontal")
        agrees = (found["name_normal"] == found["name_held"]).fill_null(False)
        agrees &= (found["birth_on"] == found["birth_held"]).fill_null(True)
        nobody = pl.repeat(None, rows.height, dtype=pl.Int64, eager=True).alias("person_key")
        return nobody.scatter(pl.Series(at), found["person_key"].set(~agrees, None))

    def _places(self, pseudonyms: pl.Series) -> npt.NDArray[np.int64]:
        """Where the first half of each number stands among those held, -1 where it does not."""
        present = pseudonyms.is_not_null().to_numpy()
        places = np.full(len(pseudonyms), -1, np.int64)
        if not len(self._first) or not present.any():
            return places
        asked = _halves(pseudonyms.drop_nulls())[:, 0]
        found = np.searchsorted(self._first, asked)
        found[found == len(self._first)] = 0
        places[present] = np.where(self._first[found] == asked, found, -1)
        return places


def _halves(pseudonyms: pl.Series) -> _Halves:
    """Pseudonyms as two integers each."""
    content = pseudonyms.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2]
    whole = b"" if content is None else content.to_pybytes()
    return np.frombuffer(whole, np.uint64, len(pseudonyms) * PSEUDONYM_BYTES // 8).reshape(-1, 2)
