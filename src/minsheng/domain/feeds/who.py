"""Who a delivered row is about: from identities in memory to pseudonyms, subjects and registry people."""

from collections.abc import Callable, Sequence

import polars as pl

from minsheng.domain.feeds.models import IdentityDecision, IdentityEpoch
from minsheng.domain.installation import Installation
from minsheng.domain.registry.queries import people_for_linkage, registry_epoch
from minsheng.engine.contracts.schema import Contract
from minsheng.engine.linkage.names import normalise_name
from minsheng.engine.linkage.resolve import PeopleIndex, Resolution
from minsheng.kernel.sealing import Keys

_CACHE_LIMIT = 2_000_000
_NOT_ASKED = {"name_normal": pl.String, "person_key": pl.Int64, "name_pseudonym": pl.Binary, "phone_index": pl.Binary, "subject": pl.Binary}
_TYPES = {"number": pl.String, "name": pl.String, "birth_on": pl.Date, "sex": pl.String, "phone": pl.String, "division": pl.String}


class Desk:
    """The registry's people, ready for matching, for as long as nothing about them changes.

    Loaded once and used for many deliveries; loaded again by itself after a registry delivery or a decision.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._people_epoch = self._epoch = -1
        self._index = PeopleIndex.no_people()
        self._plain = pl.DataFrame()
        self._decided = pl.DataFrame()
        self.pseudonyms = Remembered(installation.keys.pseudonyms)

    def plain_people(self, rows: pl.DataFrame) -> pl.Series:
        """The person (key) of each row whose number is one person's, with the very name and birth date; null for the others.

        Only about the others could anybody ever ask. `rows`: pseudonym, name_normal, birth_on.
        """
        self._fresh()
        found = rows.select("pseudonym", "name_normal", "birth_on").join(self._plain, on="pseudonym", how="left", maintain_order="left")
        agrees = (found["name_normal"] == found["name_held"]) & (found["birth_on"] == found["birth_held"]).fill_null(True)
        return found["person_key"].set(~agrees.fill_null(False), None)

    def resolve(self, rows: pl.DataFrame) -> Resolution:
        """Find the registry person of each row of `identities`."""
        self._fresh()
        plain = rows.drop_nulls("person_key")
        asked = self._index.resolve(rows.filter(pl.col("person_key").is_null()), self._decided)
        nothing = pl.lit(None, pl.Float64)
        links = plain.select("row_number", "person_key", method=pl.lit("number"), probability=nothing).cast(asked.links.schema)
        return Resolution(pl.concat([asked.links, links]).sort("row_number"), asked.reviews, asked.outside)

    def close(self) -> None:
        """Give back what matching holds."""
        self._index.close()

    def _fresh(self) -> None:
        epoch = identity_epoch()
        if epoch != self._epoch:
            self._decided = decided_subjects()
            self._epoch = epoch
        if (people_epoch := registry_epoch()) != self._people_epoch:
            self._load_people()
            self._people_epoch = people_epoch

    def _load_people(self) -> None:
        people = people_for_linkage(self._installation.keys)
        self._index.close()
        self._index = PeopleIndex(people, threads=self._installation.threads)
        held = people.select("pseudonym", "person_key", name_held="name", birth_held="birth_on").drop_nulls("pseudonym")
        self._plain = held.filter(held["pseudonym"].is_unique())


class Remembered:
    """Keyed hashes of texts, remembering those already made: the same people stand in delivery after delivery."""

    def __init__(self, hashes: Callable[[Sequence[str]], list[bytes | None]]) -> None:
        self._hashes = hashes
        self._known = _no_hashes()

    def __call__(self, texts: pl.Series) -> pl.Series:
        """The hash of each text, null for null."""
        asked = texts.alias("text").to_frame()
        fresh = asked.drop_nulls().unique().join(self._known, on="text", how="anti")["text"]
        if self._known.height > _CACHE_LIMIT:
            self._known, fresh = _no_hashes(), asked["text"].drop_nulls().unique()
        if fresh.len():
            made = pl.Series("hash", self._hashes(fresh.to_list()), dtype=pl.Binary)
            self._known = pl.concat([self._known, pl.DataFrame([fresh, made])])
        return asked.join(self._known, on="text", how="left", maintain_order="left")["hash"].alias(texts.name)


def _no_hashes() -> pl.DataFrame:
    return pl.DataFrame(schema={"text": pl.String, "hash": pl.Binary})


def identity_epoch() -> int:
    """A number that changes whenever the registry's people or a decision about identities change."""
    decided = IdentityEpoch.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    return registry_epoch() * 1_000_000 + decided


def identified(clean: pl.DataFrame, contract: Contract, desk: Desk, keys: Keys) -> tuple[pl.DataFrame, Resolution]:
    """The identity of each clean row, and whom it was found to be.

    Columns of identities: row_number, number, name (as delivered), name_normal, name_pseudonym, birth_on, sex, division, phone,
    phone_index, pseudonym (of the number), subject (of the whole identity as delivered).
    """
    rows = identities(clean, contract, desk, keys)
    return rows, desk.resolve(rows) if contract.registers is None else _nobody(rows)


def identities(clean: pl.DataFrame, contract: Contract, desk: Desk, keys: Keys) -> pl.DataFrame:
    """The identity of each clean row, ready for linkage and for the lake; see `identified`.

    Rows of a plain person carry its person_key, and no name_pseudonym, phone_index and subject: nobody could ever ask about them.
    Nor could anybody ask about the registry's own rows, which carry none of these.
    """
    roles = contract.person.named()
    delivered = clean.select(
        "row_number",
        *(
            (pl.col(roles[role]) if role in roles and roles[role] in clean.columns else pl.lit(None)).cast(dtype).alias(role)
            for role, dtype in _TYPES.items()
        ),
    )
    rows = delivered.with_columns(desk.pseudonyms(delivered["number"]).alias("pseudonym"))
    if contract.registers is not None:
        return rows.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in _NOT_ASKED.items())
    rows = rows.with_columns(normalise_name(rows["name"]).alias("name_normal"))
    rows = rows.with_columns(desk.plain_people(rows).alias("person_key"))
    doubtful = rows.filter(pl.col("person_key").is_null())
    evidence = doubtful.select(
        "row_number",
        desk.pseudonyms(doubtful["name_normal"]).alias("name_pseudonym"),
        pl.Series("phone_index", keys.blind_indexes(doubtful["phone"].to_list()), dtype=pl.Binary),
        subjects(doubtful, keys),
    )
    return rows.join(evidence, on="row_number", how="left", maintain_order="left")


def subjects(rows: pl.DataFrame, keys: Keys) -> pl.Series:
    """A keyed hash of each identity as delivered: the same question about the same evidence has the same subject."""
    parts = ("number", "name_normal", "birth_on", "sex", "phone")
    text = rows.select(
        pl.concat_str([pl.col(part).cast(pl.String).fill_null("") for part in parts], separator="\x1f")
        + pl.when(pl.col("number").is_null()).then("\x1f" + pl.col("division").fill_null("")).otherwise(pl.lit(""))
    ).to_series()
    return pl.Series("subject", keys.pseudonyms(text.to_list()), dtype=pl.Binary)


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


def _nobody(rows: pl.DataFrame) -> Resolution:
    """Registry snapshots make people, they are not matched to them."""
    return PeopleIndex.no_people().resolve(rows.clear(), pl.DataFrame(schema={"subject": pl.Binary, "person_key": pl.Int64}))
