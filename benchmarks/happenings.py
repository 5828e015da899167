"""What departments know of made-up people: the ledger rows of each feed and month, by the block.

About three rows a person and year over all feeds that the model `gansu` reads, most of them medical settlements: 34 hospital stays
per hundred people and year, half again as many as everybody has (22.1, at 9,870 yuan and 8.6 days; 2024 bulletin); the rest are
outpatients.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.people import SEXES, Block, Column, Columns, Days, Flags, Whole, coded, days_since_epoch, villages
from minsheng.kernel.periods import Month

FLOWS = ("medical_settlements", "social_insurance_contributions", "registered_unemployment", "disease_registrations", "cremations")
STOCKS = ("disability_certificates", "vehicles", "real_estate", "business_registrations", "custody")
YEARLY = "school_enrolment"
_HOSPITALS = tuple(f"第{number}人民医院" for number in range(1, 201))
_EMPLOYERS = tuple(f"企业{number}" for number in range(1, 1001))
_SCHOOLS = tuple(f"第{number}中学" for number in range(1, 301))
_INPATIENT = 0


@dataclass(frozen=True)
class Rows:
    """Rows under way: whose they are (an index into the block), and when they happened."""

    at: Whole
    day: Days
    columns: Columns


@dataclass(frozen=True)
class People:
    """A block with what decides what happens to its people."""

    block: Block
    month: Month
    rng: np.random.Generator

    @cached_property
    def frailty(self) -> npt.NDArray[np.float64]:
        """How often each person sees a doctor, 1 on average."""
        return self.rng.gamma(0.7, 1 / 0.7, self.block.persons) * np.where(self.block.age >= 60, 1.35, 0.75)

    @cached_property
    def certified(self) -> Days:
        """When each person's disability was certified."""
        return self._past(3650)

    @cached_property
    def stock(self) -> dict[str, Days]:
        """Since when each person has what each stock counts; a day to come for who has not."""
        shares = {"vehicles": 0.03, "real_estate": 0.12, "business_registrations": 0.015, "custody": 0.002}
        return {feed: self._since(self.rng.random(self.block.persons) < share, 2500) for feed, share in shares.items()}

    @cached_property
    def stages(self) -> Whole:
        """Each person's stage of schooling, as an ordinal of `_STAGES`; -1 for who is not at school."""
        limits = np.searchsorted((3, 6, 12, 15, 18, 22, 25), self.block.age, side="right")
        at_school = self.rng.random(self.block.persons) < np.array([0, 0.8, 0.99, 0.97, 0.85, 0.35, 0.03, 0])[limits]
        return np.where(at_school, limits - 1, -1)

    @cached_property
    def employed(self) -> Flags:
        """Who pays contributions."""
        working = (self.block.age >= 18) & (self.block.age < 60)
        return working & (self.rng.random(self.block.persons) < 0.11)

    @cached_property
    def wage(self) -> Whole:
        """Each person's monthly wage, in fen."""
        return np.clip(self.rng.lognormal(12.75, 0.35, self.block.persons), 150_000, None).astype(np.int64)

    def _past(self, days: int) -> Days:
        return (days_since_epoch(self.month.last_day) - self.rng.integers(0, days, self.block.persons)).astype(np.int32)

    def _since(self, has: Flags, days: int) -> Days:
        return np.where(has, self._past(days), np.iinfo(np.int32).max).astype(np.int32)


def ledger_rows(people: People, feed: str, month: Month, first_row: int) -> pa.Table:
    """The block's rows of a feed's delivery for a month, sorted by person and row number, which count from `first_row`.

    A fifth of the rows a department delivers are about registered people.
    """
    found = _MAKERS[feed](people, month)
    count = len(found.at)
    numbers = first_row + 5 * people.rng.permutation(count) + people.rng.integers(0, 5, count)
    order = np.lexsort((numbers, found.at))
    columns: Columns = {
        "person_key": pa.array(people.block.person_key[found.at]),
        "row_number": pa.array(numbers[order]),
        "event_on": pa.array(found.day, pa.date32()),
        "division": villages(people.block.division()[found.at]),
        **found.columns,
    }
    return pa.table(columns)


def _happening(people: People, month: Month, monthly: npt.NDArray[np.float64]) -> tuple[Whole, Days]:
    """Whose and when, for things that happen so often a month; a few reach the department a month late."""
    rng, block = people.rng, people.block
    alive = block.died > days_since_epoch(month.first_day)
    at = np.repeat(np.arange(block.persons), rng.poisson(np.where(alive, monthly, 0)))
    day = days_since_epoch(month.first_day) + rng.integers(0, month.last_day.day, len(at))
    late = rng.random(len(at)) < 0.03
    return at, np.where(late, day - 28, day).astype(np.int32)


def _medical(people: People, month: Month) -> Rows:
    rng = people.rng
    at, day = _happening(people, month, 0.204 * people.frailty)
    kind = rng.choice(3, len(at), p=(0.14, 0.68, 0.18))
    stays = kind == _INPATIENT
    total = np.where(stays, rng.lognormal(13.4, 0.85, len(at)), rng.lognormal(10.3, 0.6, len(at))).astype(np.int64)
    own = (total * rng.uniform(0.2, 0.6, len(at))).astype(np.int64)
    first = month.ordinal * 1_000_000_000 + people.block.number * 1_000_000
    columns: Columns = {
        "settlement_no": pc.cast(pa.array(first + np.arange(len(at))), pa.string()),
        "settled_on": pa.array(day, pa.date32()),
        "kind": coded(kind, ("inpatient", "outpatient", "chronic_outpatient")),
        "hospital": coded(rng.integers(0, len(_HOSPITALS), len(at)), _HOSPITALS),
        "total_cost": pa.array(total),
        "fund_paid": pa.array(total - own),
        "own_share": pa.array(own),
        "days": pa.array(1 + rng.poisson(7.6, len(at)), mask=~stays),
    }
    return Rows(at, day, columns)


def _contributions(people: People, month: Month) -> Rows:
    block, rng = people.block, people.rng
    pays = people.employed & (rng.random(block.persons) < 0.95) & block.alive(month.first_day)
    at = np.flatnonzero(pays)
    day = (days_since_epoch(month.first_day) + rng.integers(0, month.last_day.day, len(at))).astype(np.int32)
    columns: Columns = {
        "paid_for": coded(np.zeros(len(at), np.int64), (str(month),)),
        "paid_on": pa.array(day, pa.date32()),
        "wage_base": pa.array(people.wage[at]),
        "employer": coded(block.person_key[at] % len(_EMPLOYERS), _EMPLOYERS),
    }
    return Rows(at, day, columns)


def _unemployment(people: People, month: Month) -> Rows:
    working = (people.block.age >= 16) & (people.block.age < 62)
    at, day = _happening(people, month, np.where(working, 0.007, 0))
    reasons = ("dismissed", "contract_ended", "closed", "resigned", "graduate", "other")
    columns: Columns = {
        "registered_on": pa.array(day, pa.date32()),
        "reason": coded(people.rng.integers(0, 6, len(at)), reasons),
        "benefit": pa.array(people.rng.integers(0, 2, len(at)) * 181_400),
    }
    return Rows(at, day, columns)


def _diseases(people: People, month: Month) -> Rows:
    at, day = _happening(people, month, 0.008 * people.frailty)
    kind = (people.rng.random(len(at)) < 0.3).astype(np.int64)
    columns: Columns = {
        "birth_on": pa.array(people.block.born[at], pa.date32()),
        "sex": coded(people.block.sex[at], SEXES),
        "registered_on": pa.array(day, pa.date32()),
        "kind": coded(kind, ("chronic", "major")),
        "certificate_no": pc.cast(pa.array(people.block.person_key[at] * 10_000 + month.ordinal % 10_000), pa.string()),
    }
    return Rows(at, day, columns)


def _cremations(people: People, month: Month) -> Rows:
    """Most of the month's dead, and rarely somebody whom the register has as living."""
    block = people.block
    died = (block.died >= days_since_epoch(month.first_day)) & (block.died <= days_since_epoch(month.last_day))
    died &= people.rng.random(block.persons) < 0.8
    unknown = people.rng.random(block.persons) < 0.0001
    at = np.flatnonzero(died | unknown)
    day = np.where(died[at], block.died[at], days_since_epoch(month.first_day) + 9).astype(np.int32)
    columns: Columns = {
        "died_on": pa.array(day, pa.date32()),
        "cremated_on": pa.array(day + np.int32(3), pa.date32()),
        "certificate_no": pc.cast(pa.array(block.person_key[at]), pa.string()),
    }
    return Rows(at, day, columns)


def _certificates(people: People, month: Month) -> Rows:
    block = people.block
    at = np.flatnonzero((block.disability > 0) & (people.certified <= days_since_epoch(month.last_day)) & block.alive(month.last_day))
    day = people.certified[at]
    kinds = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
    columns: Columns = {
        "kind": coded(block.person_key[at] % 7, kinds),
        "level": pa.array(block.disability[at]),
        "issued_on": pa.array(day, pa.date32()),
    }
    return Rows(at, day, columns)


def _stock(people: People, feed: str, month: Month) -> tuple[Whole, Days, Column]:
    """Who has something of a stock, when the stock was taken, and since when they have it."""
    since = people.stock[feed]
    at = np.flatnonzero((since <= days_since_epoch(month.last_day)) & people.block.alive(month.last_day))
    twice = at[people.block.person_key[at] % 11 == 0]
    at = np.sort(np.concatenate([at, twice]))
    return at, np.full(len(at), days_since_epoch(month.last_day), np.int32), pa.array(since[at], pa.date32())


def _vehicles(people: People, month: Month) -> Rows:
    at, day, since = _stock(people, "vehicles", month)
    keys = people.block.person_key[at]
    kinds = coded(np.array([0, 1, 1, 1, 1, 1, 1, 2, 3, 3])[keys % 10], ("car", "motorcycle", "truck", "farm"))
    return Rows(at, day, {"kind": kinds, "registered_on": since, "value": pa.array(50_000 + keys % 97 * 60_000)})


def _real_estate(people: People, month: Month) -> Rows:
    at, day, since = _stock(people, "real_estate", month)
    keys = people.block.person_key[at]
    uses = coded(np.array([0, 0, 0, 0, 0, 0, 1, 2])[keys % 8], ("residential", "commercial", "other"))
    return Rows(at, day, {"use": uses, "area": pa.array(4_000 + keys % 91 * 100), "registered_on": since})


def _businesses(people: People, month: Month) -> Rows:
    at, day, since = _stock(people, "business_registrations", month)
    keys = people.block.person_key[at]
    columns: Columns = {
        "kind": coded(keys % 3, ("sole_trader", "cooperative", "company")),
        "capital": pa.array(keys % 50 * 1_000_000),
        "registered_on": since,
        "status": coded((keys % 4 > 0).astype(np.int64), ("active", "cancelled")),
    }
    return Rows(at, day, columns)


def _custody(people: People, month: Month) -> Rows:
    at, day, since = _stock(people, "custody", month)
    until = pa.array(people.stock["custody"][at] + np.int32(1500), pa.date32())
    kinds = coded(people.block.person_key[at] % 2, ("prison", "compulsory_rehabilitation"))
    return Rows(at, day, {"kind": kinds, "from_on": since, "until_on": until})


def _schooling(people: People, month: Month) -> Rows:
    """Everybody at school, taken in September; those of eighteen have just been admitted."""
    block = people.block
    at = np.flatnonzero((people.stages >= 0) & block.alive(month.last_day))
    years = np.where(people.stages[at] == 4, 0, block.person_key[at] % 3)
    day = (days_since_epoch(month.first_day) - 365 * years).astype(np.int32)
    stage = np.where((people.stages[at] == 4) & (block.person_key[at] % 2 == 0), 6, people.stages[at])
    names = ("kindergarten", "primary", "junior", "senior", "university", "postgraduate", "gaokao")
    columns: Columns = {
        "birth_on": pa.array(block.born[at], pa.date32()),
        "school": coded(block.person_key[at] % len(_SCHOOLS), _SCHOOLS),
        "stage": coded(stage, names),
        "enrolled_on": pa.array(day, pa.date32()),
        "fee": pa.array(stage * 100_000),
    }
    return Rows(at, day, columns)


_MAKERS: Mapping[str, Callable[[People, Month], Rows]] = {
    "medical_settlements": _medical,
    "social_insurance_contributions": _contributions,
    "registered_unemployment": _unemployment,
    "disease_registrations": _diseases,
    "cremations": _cremations,
    "disability_certificates": _certificates,
    "vehicles": _vehicles,
    "real_estate": _real_estate,
    "business_registrations": _businesses,
    "custody": _custody,
    "school_enrolment": _schooling,
}
FEEDS = tuple(_MAKERS)
