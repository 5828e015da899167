"""Who a delivered row is about: from identities in memory to pseudonyms, subjects and registry people."""

import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

import polars as pl

from minsheng.domain.feeds.held_numbers import HeldNumbers
from minsheng.domain.feeds.models import IdentityDecision, IdentityEpoch
from minsheng.domain.feeds.queries.behind import DECISIONS_IN_EPOCH
from minsheng.domain.installation import Installation
from minsheng.domain.registry.queries import people_for_linkage, registry_epoch
from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.texts import as_hashes, as_texts
from minsheng.engine.intake.validating import Batch
from minsheng.engine.linkage.names import normalise_name
from minsheng.engine.linkage.resolve import PeopleIndex, Resolution
from minsheng.kernel.hashing import Hashing, Texts
from minsheng.kernel.sealing import Keys

_NOT_ASKED = {"person_key": pl.Int64, "name_pseudonym": pl.Binary, "phone_index": pl.Binary, "subject": pl.Binary}
_TYPES = {"number": pl.String, "name": pl.String, "birth_on": pl.Date, "sex": pl.String, "phone": pl.String, "division": pl.String}
_MOST_HASHING = 3


@dataclass(frozen=True)
class _Hashed:
    """A text column whose hashes are on their way; null for null."""

    present: pl.Series
    hashes: Future[bytes]

    @classmethod
    def of(cls, texts: pl.Series, ask: Callable[[Texts], Future[bytes]]) -> "_Hashed":
        return cls(texts.is_not_null(), ask(as_texts(texts.drop_nulls())))

    def column(self, name: str) -> pl.Series:
        made = as_hashes(self.hashes.result())
        if made.len() < self.present.len():
            places = (self.present.cum_sum().cast(pl.Int64) - 1).set(~self.present, None)
            made = made.gather(places) if made.len() else pl.repeat(None, self.present.len(), dtype=pl.Binary, eager=True)
        return made.alias(name)


@dataclass(frozen=True)
class Begun:
    """A batch with its rows' identities as delivered, while the pseudonyms of their numbers are on their way."""

    batch: Batch
    rows: pl.DataFrame
    numbers: _Hashed


@dataclass(frozen=True)
class Numbered:
    """A batch whose plain people are found, while what identifies the others is on its way."""

    batch: Batch
    rows: pl.DataFrame
    doubtful: pl.DataFrame
    evidence: dict[str, _Hashed]


@dataclass(frozen=True)
class Identified:
    """A batch and the identity of each of its clean rows.

    `identities`: row_number, number, name (as delivered), name_normal, birth_on, sex, division, phone, pseudonym (of the number),
    person_key (of a plain person), name_pseudonym, phone_index, subject (of the whole identity as delivered). Rows of a plain person have
    none of the last three: nobody could ever ask about them; nor about the registry's own rows. `asked`: those whom only linkage can find.
    """

    batch: Batch
    identities: pl.DataFrame
    asked: pl.DataFrame


class Desk:
    """The registry's people, ready for matching, for as long as nothing about them changes.

    Loaded once and used for many deliveries; `refresh` loads them again after a registry delivery or a decision. A batch goes through
    `begin`, `find` and `identify`; between them its hashes are made.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._people_epoch = self._epoch = -1
        self._index = PeopleIndex.no_people()
        self._held = HeldNumbers(
            pl.DataFrame(schema={"person_key": pl.Int64, "pseudonym": pl.Binary, "name": pl.String, "birth_on": pl.Date})
        )
        self._unnumbered = pl.Series([], dtype=pl.String)
        self._decided = pl.DataFrame()
        cores = installation.threads or os.cpu_count() or 1
        self.hashing = Hashing(min(cores - 1, _MOST_HASHING))

    def refresh(self) -> int:
        """Take note of what changed about people and decisions; returns the epoch of identities from now on."""
        epoch = identity_epoch()
        if epoch != self._epoch:
            self._decided = decided_subjects()
            self._epoch = epoch
        if (people_epoch := registry_epoch()) != self._people_epoch:
            self._load_people()
            self._people_epoch = people_epoch
        return epoch

    def begin(self, batch: Batch, contract: Contract) -> Begun:
        """Take the identities out of a batch's clean rows, and ask for the pseudonyms of their numbers."""
        roles, clean = contract.person.named(), batch.clean
        rows = clean.select(
            "row_number",
            *(
                (pl.col(roles[role]) if role in roles and roles[role] in clean.columns else pl.lit(None)).cast(dtype).alias(role)
                for role, dtype in _TYPES.items()
            ),
        )
        numbers = _Hashed.of(rows["number"], self._pseudonyms)
        names = pl.lit(None, pl.String) if contract.registers else normalise_name(rows["name"])
        return Begun(batch, rows.with_columns(names.alias("name_normal")), numbers)

    def find(self, begun: Begun, contract: Contract) -> Numbered:
        """Find the plain people, and ask for what identifies the others."""
        rows = begun.rows.with_columns(begun.numbers.column("pseudonym"))
        if contract.registers:
            return Numbered(begun.batch, rows, rows.clear(), {})
        rows = rows.with_columns(self._held.plain_people(rows))
        doubtful = rows.filter(pl.col("person_key").is_null())
        evidence = {
            "name_pseudonym": _Hashed.of(doubtful["name_normal"], self._pseudonyms),
            "phone_index": _Hashed.of(doubtful["phone"], self._blind_indexes),
            "subject": _Hashed.of(subject_texts(doubtful), self._pseudonyms),
        }
        return Numbered(begun.batch, rows, doubtful, evidence)

    def identify(self, numbered: Numbered) -> Identified:
        """Put everything known together, and say which rows only linkage can find the people of."""
        if not numbered.evidence:
            nothing = [pl.lit(None, dtype).alias(name) for name, dtype in _NOT_ASKED.items()]
            rows = numbered.rows.with_columns(nothing)
            return Identified(numbered.batch, rows, rows.clear())
        doubtful = numbered.doubtful.with_columns(hashed.column(name) for name, hashed in numbered.evidence.items())
        places = (numbered.rows["person_key"].is_null().cum_sum().cast(pl.Int64) - 1).set(numbered.rows["person_key"].is_not_null(), None)
        spread = [doubtful[name].gather(places) if doubtful.height else pl.lit(None, pl.Binary).alias(name) for name in numbered.evidence]
        return Identified(numbered.batch, numbered.rows.with_columns(spread), doubtful.filter(self._worth_asking(doubtful)))

    def resolve(self, asked: pl.DataFrame) -> Resolution:
        """Find the registry person of each row of `Identified.asked`, of one batch or of many."""
        return self._index.resolve(asked, self._decided)

    def close(self) -> None:
        """Give back what matching holds."""
        self._index.close()
        self.hashing.close()

    def _worth_asking(self, rows: pl.DataFrame) -> pl.Series:
        """Which rows anybody could be found for: decided ones, held numbers, no number, or a name registered without a number."""
        decided = rows["subject"].is_in(self._decided["subject"].implode())
        unnumbered = rows["name_normal"].is_in(self._unnumbered.implode()).fill_null(False)
        return decided | rows["pseudonym"].is_null() | self._held.is_held(rows["pseudonym"]) | unnumbered

    def _pseudonyms(self, texts: Texts) -> Future[bytes]:
        return self._installation.keys.pseudonyms_of(texts, self.hashing)

    def _blind_indexes(self, texts: Texts) -> Future[bytes]:
        return self._installation.keys.blind_indexes_of(texts, self.hashing)

    def _load_people(self) -> None:
        people = people_for_linkage(self._installation.keys)
        self._index.close()
        self._index = PeopleIndex(people, threads=self._installation.threads)
        self._held = HeldNumbers(people)
        self._unnumbered = normalise_name(people.filter(~pl.col("pseudonym").is_not_null().any().over("person_key"))["name"]).drop_nulls()


def identity_epoch() -> int:
    """A number that changes whenever the registry's people or a decision about identities change."""
    decided = IdentityEpoch.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    return registry_epoch() * DECISIONS_IN_EPOCH + decided


def subject_texts(rows: pl.DataFrame) -> pl.Series:
    """What the subject of each identity as delivered is made of: the same question about the same evidence has the same subject."""
    parts = ("number", "name_normal", "birth_on", "sex", "phone")
    return rows.select(
        pl.concat_str([pl.col(part).cast(pl.String).fill_null("") for part in parts], separator="\x1f")
        + pl.when(pl.col("number").is_null()).then("\x1f" + pl.col("division").fill_null("")).otherwise(pl.lit(""))
    ).to_series()


def people_by_pseudonym(keys: Keys) -> pl.DataFrame:
    """The registry's people by what the lake knows of them: person_key, pseudonym, name_pseudonym."""
    people = people_for_linkage(keys)
    named = pl.Series("name_pseudonym", keys.pseudonyms(people["name"].to_list()), dtype=pl.Binary)
    return people.with_columns(named).select("person_key", "pseudonym", "name_pseudonym").drop_nulls().unique(maintain_order=True)


def decided_subjects() -> pl.DataFrame:
    """Every decision that holds: subject, person_key (null: nobody in the registry)."""
    rows = IdentityDecision.objects.filter(replaced_at__isnull=True).values_list("subject", "person_key")
    found = [(bytes(subject), person) for subject, person in rows]
    return pl.DataFrame(found, schema={"subject": pl.Binary, "person_key": pl.Int64}, orient="row")
