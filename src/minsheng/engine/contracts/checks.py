"""Faults of a contract that no single field shows: names that point nowhere, headers and codes that clash."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from minsheng.engine.contracts.headers import code_spellings, plain
from minsheng.engine.contracts.schema import Column, ColumnType, Contract

Place = tuple[str | int, ...]
_ROLE_TYPES: dict[str, ColumnType] = {
    "number": "identity_number",
    "name": "name",
    "birth_on": "date",
    "sex": "code",
    "phone": "phone",
    "division": "division",
}


@dataclass(frozen=True)
class Flaw:
    """What is wrong, and where in the contract's data."""

    place: Place
    message: str


def contract_flaws(contract: Contract) -> list[Flaw]:
    """Every cross-field flaw of a contract, none if it is sound."""
    return [flaw for check in _CHECKS for flaw in check(contract)]


def _names_unique(contract: Contract) -> Iterator[Flaw]:
    seen: set[str] = set()
    for at, column in enumerate(contract.columns):
        if column.name in seen:
            yield Flaw(("columns", at, "name"), f"column {column.name} is described twice")
        seen.add(column.name)


def _headers_unique(contract: Contract) -> Iterator[Flaw]:
    owner: dict[str, str] = {}
    for at, column in enumerate(contract.columns):
        for header in column.all_headers:
            first = owner.setdefault(plain(header), column.name)
            if first != column.name:
                yield Flaw(("columns", at, "headers"), f"header {header!r} already belongs to column {first}")


def _references_exist(contract: Contract) -> Iterator[Flaw]:
    names = {column.name for column in contract.columns}
    for place, name in _references(contract):
        if name not in names:
            yield Flaw(place, f"there is no column {name}")


def _references_allowed(contract: Contract) -> Iterator[Flaw]:
    for place, name in _references(contract):
        if name not in contract.agreement.allowed:
            yield Flaw(place, f"column {name} is needed to use the feed but the agreement does not allow it")


def _references(contract: Contract) -> Iterator[tuple[Place, str]]:
    yield from ((("key", at), name) for at, name in enumerate(contract.key))
    yield from ((("person", role), name) for role, name in contract.person.named().items())
    yield from (((field,), name) for field, name in (("event_on", contract.event_on), ("area", contract.area)) if name)
    yield from ((("agreement", "allowed", at), name) for at, name in enumerate(contract.agreement.allowed))


def _types_fit(contract: Contract) -> Iterator[Flaw]:
    types = {column.name: column.type for column in contract.columns}
    wanted: list[tuple[Place, str | None, ColumnType]] = [
        (("person", role), name, _ROLE_TYPES[role]) for role, name in contract.person.named().items()
    ]
    wanted += [(("event_on",), contract.event_on, "date"), (("area",), contract.area, "division")]
    for place, name, type_ in wanted:
        if name and types.get(name, type_) != type_:
            yield Flaw(place, f"column {name} is {types[name]}, but must be {type_} to serve as {place[-1]}")


def _rows_can_be_placed(contract: Contract) -> Iterator[Flaw]:
    if not (contract.person.number or contract.person.name):
        yield Flaw(("person",), "a row must name a person: give the number or the name")
    if contract.kind == "events" and not contract.event_on:
        yield Flaw(("event_on",), "events need the date on which they happened")
    required = {column.name for column in contract.columns if column.required}
    if contract.event_on and contract.event_on not in required and contract.event_on in {c.name for c in contract.columns}:
        yield Flaw(("event_on",), f"column {contract.event_on} places the row in time and must be required")


def _columns_sound(contract: Contract) -> Iterator[Flaw]:
    for at, column in enumerate(contract.columns):
        for flaw in _column_flaws(column):
            yield Flaw(("columns", at, *flaw.place), flaw.message)


def _column_flaws(column: Column) -> Iterator[Flaw]:
    if (column.type == "code") != bool(column.codes):
        yield Flaw(("codes",), "a code column needs a code list, and only a code column has one")
    if column.scale and column.type != "decimal":
        yield Flaw(("scale",), "only decimals have decimal places")
    if column.minimum is not None and column.maximum is not None and column.minimum > column.maximum:
        yield Flaw(("minimum",), "the minimum is above the maximum")
    if column.required and column.absent_ok:
        yield Flaw(("absent_ok",), "a required column cannot be absent")
    yield from _code_clashes(column)


def _code_clashes(column: Column) -> Iterator[Flaw]:
    owner: dict[str, str] = {}
    for code, entry in column.codes.items():
        for spelling in code_spellings(code, entry):
            first = owner.setdefault(plain(spelling), code)
            if first != code:
                yield Flaw(("codes", code), f"{spelling!r} already means {first}")
    for blank in column.blanks:
        if plain(blank) in owner:
            yield Flaw(("blanks",), f"{blank!r} already means {owner[plain(blank)]}")


def _agreement_term(contract: Contract) -> Iterator[Flaw]:
    if contract.agreement.expires_on <= contract.agreement.signed_on:
        yield Flaw(("agreement", "expires_on"), "the agreement ends before it begins")


_CHECKS: tuple[Callable[[Contract], Iterator[Flaw]], ...] = (
    _names_unique,
    _headers_unique,
    _references_exist,
    _references_allowed,
    _types_fit,
    _rows_can_be_placed,
    _columns_sound,
    _agreement_term,
)
