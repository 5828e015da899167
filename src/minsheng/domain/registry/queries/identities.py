"""The registry's people as linkage sees them."""

from typing import ClassVar

import polars as pl

from minsheng.domain.registry.frames import read_frame
from minsheng.domain.registry.models import HouseholdListing, PersonNumber, RegistryEpoch
from minsheng.engine.linkage.redirects import close_redirects
from minsheng.kernel.errors import Refusal
from minsheng.kernel.sealing import Keys


class OtherIndexKeys(Refusal):
    """Numbers open, but are looked up under other keys."""

    code: ClassVar[str] = "other-index-keys"


def people_for_linkage(keys: Keys) -> pl.DataFrame:
    """Everybody on record, one row per person and number (former ones too; one row with none for people without), by person_key.

    Columns: person_key, pseudonym, name (normalised), pinyin, birth_on, sex, division, phone_index. Raises Unsealable or
    OtherIndexKeys if `keys` are not those of the numbers, since nobody would be found then.
    """
    _try_keys(keys)
    return read_frame(
        "SELECT p.key, n.pseudonym, p.name_normal, p.pinyin, p.birth_on, p.sex, p.division, p.phone_index FROM registry_person p "
        "LEFT JOIN registry_personnumber n ON n.person_id = p.key",
        {
            "person_key": pl.Int64,
            "pseudonym": pl.Binary,
            "name": pl.String,
            "pinyin": pl.String,
            "birth_on": pl.Date,
            "sex": pl.String,
            "division": pl.String,
            "phone_index": pl.Binary,
        },
    ).sort("person_key", "pseudonym")


def registry_epoch() -> int:
    """A number that grows whenever persons, numbers or merges change."""
    return RegistryEpoch.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def person_of_number(number: str, *, keys: Keys) -> int | None:
    """The person whose valid, else former, identity number this is, as merged today; None if nobody's."""
    [index] = keys.blind_indexes([number])
    held = PersonNumber.objects.filter(blind_index=index).order_by("-valid_to").values_list("person_id", "valid_to")
    owners = sorted(held, key=lambda owner: owner[1] is not None)
    if not owners:
        return None
    person = owners[0][0]
    into = redirects().filter(pl.col("person_key") == person)["into_key"]
    return int(into[0]) if into.len() else int(person)


def redirects() -> pl.DataFrame:
    """Merged person (person_key) and the person they finally count as (into_key), chains closed, by person_key."""
    pairs = read_frame(
        "SELECT person_from_id, person_into_id FROM registry_merge WHERE undone_at IS NULL", {"person_key": pl.Int64, "into_key": pl.Int64}
    )
    return close_redirects(pairs)


def area_prefixes() -> tuple[str, ...]:
    """The county-level prefixes (6 digits) of the divisions where registered households live, in order."""
    divisions = (
        HouseholdListing.objects.filter(listed_until__isnull=True, division__isnull=False).values_list("division", flat=True).distinct()
    )
    return tuple(sorted({str(division)[:6] for division in divisions}))


def _try_keys(keys: Keys) -> None:
    some = PersonNumber.objects.values_list("number", "blind_index", "pseudonym").first()
    if some is None:
        return
    sealed, index, pseudonym = map(bytes, some)
    number = keys.open_text(sealed)
    if [index, pseudonym] != [*keys.blind_indexes([number]), *keys.pseudonyms([number])]:
        raise OtherIndexKeys(
            "The keys of blind indexes and pseudonyms are not those of this database: nobody would be found.",
            next_step="Set MINSHENG_INDEX_KEY and MINSHENG_PSEUDONYM_KEY as the rotation of keys wrote them.",
        )
