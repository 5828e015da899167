"""Identities as they are reviewed: the delivered record beside each candidate, what differs, and why one is likely."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import IdentityCase
from minsheng.domain.feeds.queries.comparing import LEVELS, FieldCompared, Side, compared
from minsheng.domain.installation import Installation
from minsheng.domain.places.queries import full_names
from minsheng.domain.registry.queries import Face, faces, people_estimate
from minsheng.engine.contracts.schema import Text
from minsheng.engine.linkage.names import normalise_name, pinyin_of
from minsheng.engine.linkage.weighing import Weighed, chance_weight, weigh, weight_of
from minsheng.kernel.sealing import Keys

MOST_COUNTED: Final = 1_000
"""Who sees which is asked for each: what is counted on a page is bounded."""
REASONS: Final = {
    "name-disagrees": Text(
        zh="证件号码相同，姓名不符：是同一人写错了姓名，还是别人用了这个号码？",
        en="The number is a registered person's, the name another: a slip in the name, or somebody else's row?",
    ),
    "birth-disagrees": Text(
        zh="证件号码相同，出生日期不符：请核对是否同一人。",
        en="The number is a registered person's, the birth date another: is it the same person?",
    ),
    "shared": Text(
        zh="这个证件号码登记在不止一人名下：这一行说的是哪一位？",
        en="More than one registered person holds this number: which of them is the row about?",
    ),
    "doubtful": Text(
        zh="没有可用的证件号码，只凭其他信息无法确定是谁。",
        en="There is no usable number, and everything else does not make it certain who this is.",
    ),
}
_CHANCE = Text(zh="登记人数众多，先验", en="Anybody of so many people")
_RARITY = Text(zh="姓名少见程度等", en="How rare the name is here")


@dataclass(frozen=True)
class Weight:
    """One step of the sum behind a likelihood: from where to where it leads, in bits."""

    title: Text
    said: Text | None
    bits: float
    before: float

    @property
    def after(self) -> float:
        """What has been added up with it."""
        return self.before + self.bits


@dataclass(frozen=True)
class Candidate:
    """Somebody it may be. `steps` add up to `weight`; `likely` is the probability that linkage gave, None where the number led here."""

    place: int
    person_key: int
    household_key: int | None
    household: str
    listed: bool
    counts_as: int | None
    fields: tuple[FieldCompared, ...]
    steps: tuple[Weight, ...]
    weight: float
    likely: float | None


@dataclass(frozen=True)
class Review:
    """One identity and its candidates; `hidden` are candidates outside the reader's area."""

    case: int
    state: str
    reason: Text
    delivery: str
    feed: Text
    row_number: int
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    person_key: int | None
    in_clear: bool
    candidates: tuple[Candidate, ...]
    hidden: int

    @property
    def households(self) -> list[int]:
        """The households whose people are shown."""
        return [one.household_key for one in self.candidates if one.household_key is not None]

    @property
    def waits(self) -> bool:
        """Whether it waits for a decision."""
        return self.state == states.PENDING


@dataclass(frozen=True)
class Decided:
    """A decision of the reader's area, as the list of decisions shows it."""

    case: int
    state: str
    feed: Text
    delivery: str
    person_key: int | None
    decided_by: str
    decided_at: datetime


def waiting_cases(*, most: int = MOST_COUNTED) -> int:
    """How many identities wait where the reader decides, counted up to so many."""
    return IdentityCase.objects.filter(state=states.PENDING).values("pk")[:most].count()


def review_of(case: IdentityCase, *, installation: Installation, in_clear: bool = False) -> Review:
    """An identity with its candidates, side by side; names and numbers masked unless `in_clear`."""
    known = faces(case.candidate_keys, keys=installation.keys)
    places = full_names(_written([case.delivered_division, *(face.division for face in known.values())]))
    delivered = _delivered(case, places, installation.keys)
    sides = {key: _side(face, places) for key, face in known.items()}
    weighed = weigh(_record(delivered), [_record(side) for side in sides.values()])
    likely = {one["person_key"]: one["probability"] for one in case.candidates}
    ordered = sorted(zip(sides, weighed, strict=True), key=lambda pair: (-(likely.get(pair[0]) or 0), pair[0]))
    return Review(
        case=case.pk,
        state=case.state,
        reason=_reason(case),
        delivery=case.delivery_id,
        feed=_feed(case.delivery.feed, installation),
        row_number=case.row_number,
        asked_at=case.asked_at,
        decided_by=case.decided_by,
        decided_at=case.decided_at,
        person_key=case.person_key,
        in_clear=in_clear,
        candidates=tuple(
            _candidate(place, known[key], compared(delivered, sides[key], parts, in_clear=in_clear), parts, likely)
            for place, (key, parts) in enumerate(ordered, start=1)
        ),
        hidden=len(set(case.candidate_keys) - set(known)),
    )


def case_numbered(case: int) -> IdentityCase | None:
    """An identity that the reader may decide, waiting or not."""
    return IdentityCase.objects.select_related("delivery").filter(pk=case).first()


def decisions(*, installation: Installation, limit: int, before: datetime | None = None, by: str = "") -> list[Decided]:
    """The newest decisions where the reader decides, of one person if named; `before` is the last instant of the page before."""
    found = IdentityCase.objects.exclude(state=states.PENDING).filter(decided_at__isnull=False).select_related("delivery")
    if before is not None:
        found = found.filter(decided_at__lt=before)
    if by:
        found = found.filter(decided_by=by)
    return [
        Decided(one.pk, one.state, _feed(one.delivery.feed, installation), one.delivery_id, one.person_key, one.decided_by, one.decided_at)
        for one in found.order_by("-decided_at", "-id")[:limit]
        if one.decided_at is not None
    ]


def last_decided(by: str) -> int | None:
    """The identity that somebody decided last."""
    return IdentityCase.objects.filter(decided_by=by).order_by("-decided_at").values_list("pk", flat=True).first()


def _reason(case: IdentityCase) -> Text:
    by_number = case.delivered_number is not None and not any(one["probability"] for one in case.candidates)
    return REASONS["shared" if case.reason == "doubtful" and by_number else case.reason]


def _feed(feed: str, installation: Installation) -> Text:
    return installation.catalogue[feed].title if feed in installation.catalogue else Text(zh=feed, en=feed)


def _candidate(
    place: int, face: Face, fields: tuple[FieldCompared, ...], parts: list[Weighed], likely: Mapping[int, float | None]
) -> Candidate:
    probability = likely.get(face.person_key)
    steps = _steps(fields, parts, face.person_key, likely)
    return Candidate(
        place=place,
        person_key=face.person_key,
        household_key=face.household_key,
        household=face.household_number,
        listed=face.listed,
        counts_as=face.counts_as,
        fields=fields,
        steps=steps,
        weight=steps[-1].after if steps else 0.0,
        likely=probability,
    )


def _steps(
    fields: tuple[FieldCompared, ...], parts: list[Weighed], person_key: int, likely: Mapping[int, float | None]
) -> tuple[Weight, ...]:
    """The sum: chance, each comparison, and, where linkage gave a probability, what the rarity of a name added to reach it."""
    titles = {one.field: one.title for one in fields}
    told: list[tuple[Text, Text | None, float]] = [(_CHANCE, None, chance_weight(people_estimate()))]
    told += [(titles[one.title], LEVELS[one.level], one.bits) for one in parts if one.title in titles and one.bits]
    probability = likely.get(person_key)
    if probability is not None:
        others = [value for key, value in likely.items() if key != person_key and value is not None]
        told.append((_RARITY, None, weight_of(probability, others) - sum(bits for _, _, bits in told)))
    steps, reached = [], 0.0
    for title, said, bits in told:
        steps.append(Weight(title, said, bits, reached))
        reached += bits
    return tuple(steps)


def _delivered(case: IdentityCase, places: Mapping[str, str], keys: Keys) -> Side:
    sound = pinyin_of(normalise_name(pl.Series([case.delivered_name or None], dtype=pl.String)))[0]
    number = keys.open_text(bytes(case.delivered_number)) if case.delivered_number else ""
    index = case.delivered_phone_index
    return Side(
        name=case.delivered_name,
        pinyin=sound or "",
        number=number,
        birth_on=case.delivered_birth_on,
        sex=case.delivered_sex,
        division=case.delivered_division,
        place=places.get(case.delivered_division, case.delivered_division),
        phone_index=bytes(index) if index is not None else None,
    )


def _side(face: Face, places: Mapping[str, str]) -> Side:
    return Side(
        name=face.name,
        pinyin=face.pinyin,
        number=face.number,
        birth_on=face.birth_on,
        sex=face.sex,
        division=face.division,
        place=places.get(face.division, face.division),
        phone_index=face.phone_index,
    )


def _record(side: Side) -> dict[str, object]:
    """A side as linkage compares it."""
    [name] = normalise_name(pl.Series([side.name or None], dtype=pl.String)).to_list()
    return {
        "name": name,
        "pinyin": side.pinyin,
        "birth_on": str(side.birth_on) if side.birth_on else None,
        "sex": side.sex,
        "division": side.division,
        "phone_index": side.phone_index,
    }


def _written(codes: list[str]) -> list[str]:
    return [code for code in dict.fromkeys(codes) if code.isdigit() and len(code) in (2, 4, 6, 9, 12)]
