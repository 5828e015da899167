"""Every write to places. Nothing here records audit events: places lies below audit, so the caller records what is returned."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

import polars as pl
from django.db import connection, transaction

from minsheng.domain.places.models import Division, Organisation, OrganisationKind
from minsheng.domain.places.queries import counts_by_level, division, valid_on
from minsheng.domain.places.romanising import romanise
from minsheng.domain.places.source import read_divisions, read_villages
from minsheng.kernel.divisions import DivisionCode, Level
from minsheng.kernel.errors import Refusal
from minsheng.kernel.progress import Progress

_ROWS_PER_WRITE = 50_000
_COLUMNS = ("code", "level", "lowest_level", "name", "pinyin", "functional_zone", "pseudo_county", "parent")
_COPY = (
    "COPY places_division (code, level, lowest_level, name, pinyin, functional_zone, pseudo_county, parent_id) "
    "FROM STDIN (FORMAT csv, FORCE_NOT_NULL (pinyin))"
)


class DivisionExists(Refusal):
    """A division with this code is there already, under another name or from another day."""

    code: ClassVar[str] = "division-exists"


class DivisionAlreadyClosed(Refusal):
    """The code was closed before, on another day or for another successor."""

    code: ClassVar[str] = "division-already-closed"


class DivisionStillHoldsOthers(Refusal):
    """Divisions below it are still open."""

    code: ClassVar[str] = "division-still-holds-others"


class UnfitSuccessor(Refusal):
    """The successor cannot take over: another level, closed itself, or the same code."""

    code: ClassVar[str] = "unfit-successor"


class OrganisationExists(Refusal):
    """The division has an organisation of this kind and name already."""

    code: ClassVar[str] = "organisation-exists"


class DepartmentNotNamed(Refusal):
    """A department needs the id that its feeds name; nothing else has one."""

    code: ClassVar[str] = "department-not-named"


@dataclass(frozen=True)
class DivisionsLoaded:
    """What load_divisions did: divisions added now, and open divisions there are in all, both as counts_by_level counts."""

    added: int
    total: int
    by: str
    at: datetime


@dataclass(frozen=True)
class DivisionOpened:
    """What open_division did."""

    code: str
    on: date
    by: str
    at: datetime


@dataclass(frozen=True)
class DivisionReplaced:
    """What replace_division did."""

    code: str
    successor: str
    on: date
    by: str
    at: datetime


@dataclass(frozen=True)
class OrganisationOpened:
    """What open_organisation did."""

    organisation: int
    division: str
    by: str
    at: datetime


def load_divisions(*, progress: Progress, by: str, at: datetime) -> DivisionsLoaded:
    """Put the bureau's list of 30 June 2023 into the database, in one transaction.

    Run again, it adds what is missing and touches nothing that is there, so later openings and closings stay.
    """
    places = _listed()
    with progress.step("行政区划 divisions", total=places.height) as step, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE places_division IN SHARE ROW EXCLUSIVE MODE")
        there = pl.Series("code", list(Division.objects.values_list("code", flat=True)), dtype=pl.String)
        missing = places.filter(~pl.col("code").is_in(there.implode()))
        step.advance(places.height - missing.height)
        with cursor.copy(_COPY) as copy:
            for rows in missing.iter_slices(_ROWS_PER_WRITE):
                copy.write(rows.write_csv(include_header=False).encode())
                step.advance(rows.height)
    added = missing.select(pl.col("lowest_level").cast(pl.Int64) - pl.col("level") + 1).sum().item()
    return DivisionsLoaded(added=added, total=sum(counts_by_level().values()), by=by, at=at)


@transaction.atomic
def open_division(*, code: str, name: str, on: date, by: str, at: datetime) -> DivisionOpened:
    """Add a division that the list does not have, valid from `on`; the same again changes nothing.

    Raises NotADivisionCode, UnknownDivision (nothing to lie in), DivisionExists.
    """
    new = DivisionCode.parse(code)
    if new.parent is not None:
        division(new.parent.text)
    row, created = Division.objects.get_or_create(
        code=new.text,
        defaults={
            "level": new.level,
            "lowest_level": new.level,
            "name": name,
            "pinyin": romanise(name) if new.level < Level.VILLAGE else "",
            "parent_id": new.parent.text if new.parent else None,
            "functional_zone": new.is_functional_zone,
            "valid_from": on,
        },
    )
    if not created and (row.name, row.valid_from) != (name, on):
        raise DivisionExists(f"{row.code} is {row.name} already.", next_step="A code is never given twice: check the code.")
    return DivisionOpened(code=row.code, on=on, by=by, at=at)


@transaction.atomic
def replace_division(*, code: str, successor: str, on: date, by: str, at: datetime) -> DivisionReplaced:
    """Close a code: from `on` its successor stands for it. The same again changes nothing; villages go before their township.

    Raises NotADivisionCode, UnknownDivision, DivisionAlreadyClosed, UnfitSuccessor, DivisionStillHoldsOthers.
    """
    old = _locked(code)
    new = division(successor)
    if old.valid_to is not None:
        if (old.valid_to, old.successor_id) == (on, new.code):
            return DivisionReplaced(code=old.code, successor=new.code, on=on, by=by, at=at)
        raise DivisionAlreadyClosed(f"{old} was closed on {old.valid_to}.", next_step="Closings are not rewritten: replace its successor.")
    _check_successor(old, new, on)
    still_open = valid_on(old.children.all(), on).count()
    if still_open:
        raise DivisionStillHoldsOthers(f"{still_open} divisions in {old} are open on {on}.", next_step="Replace those first.")
    old.valid_to, old.successor = on, new
    old.save(update_fields=("valid_to", "successor"))
    return DivisionReplaced(code=old.code, successor=new.code, on=on, by=by, at=at)


@transaction.atomic
def open_organisation(
    *, name: str, kind: OrganisationKind, division_code: str, department: str = "", by: str, at: datetime
) -> OrganisationOpened:
    """Add an organisation at a division; `department` is the id its feeds name, for departments alone.

    Raises NotADivisionCode, UnknownDivision, DepartmentNotNamed, OrganisationExists.
    """
    place = division(division_code)
    if (kind is OrganisationKind.DEPARTMENT) != bool(department):
        raise DepartmentNotNamed("A department has an id, and nothing else has.", next_step="Give department= with kind department only.")
    opened, created = Organisation.objects.get_or_create(name=name, kind=kind, division=place, defaults={"department": department})
    if not created:
        raise OrganisationExists(f"{place} has {name} already.", next_step="Use the one that is there, or another name.")
    return OrganisationOpened(organisation=opened.pk, division=place.code, by=by, at=at)


def _locked(code: str) -> Division:
    written = division(code).code
    return Division.objects.select_for_update().get(code=written)


def _check_successor(old: Division, new: Division, on: date) -> None:
    if new.level != old.level:
        raise UnfitSuccessor(f"{new} is of another level than {old}.", next_step="Name a successor of the same level.")
    if new.code == old.code:
        raise UnfitSuccessor(f"{old} cannot follow itself.", next_step="Name the code that stands for it now.")
    if new.valid_to is not None:
        raise UnfitSuccessor(f"{new} closes on {new.valid_to} itself.", next_step="Name the code that stands in the end.")
    if new.valid_from is not None and new.valid_from > on:
        raise UnfitSuccessor(f"{new} is valid only from {new.valid_from}.", next_step="Close the old code on that day or later.")


def _listed() -> pl.DataFrame:
    villages = read_villages().with_columns(
        level=pl.lit(int(Level.VILLAGE), dtype=pl.Int8),
        lowest_level=pl.lit(int(Level.VILLAGE), dtype=pl.Int8),
        pinyin=pl.lit(""),
        functional_zone=pl.lit(False),
        pseudo_county=pl.lit(False),
    )
    return pl.concat([read_divisions().select(_COLUMNS), villages.select(_COLUMNS)])
