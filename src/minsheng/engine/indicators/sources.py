"""What a model may look at: the columns of the feeds that reach the lake, and of a person's registry entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from minsheng.engine.contracts.schema import ColumnType, Contract
from minsheng.engine.indicators.grammar import REGISTRY

SourceKind = Literal["snapshot", "events", "registry"]
IDENTIFYING: frozenset[ColumnType] = frozenset({"identity_number", "name", "phone", "account"})
"""Column types that are never kept in the lake, and so never measured or shown."""
NUMERIC = frozenset({"money", "integer", "decimal"})


@dataclass(frozen=True)
class SourceColumn:
    """A column as conditions and measures see it; `codes` are the values a code column can take (empty: not checked)."""

    type: ColumnType | Literal["flag"]
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Source:
    """A source of rows: its kind, its columns, and the columns that exist but may not be used, each with the reason."""

    kind: SourceKind
    columns: Mapping[str, SourceColumn]
    barred: Mapping[str, str] = field(default_factory=dict)


REGISTRY_COLUMNS: Mapping[str, SourceColumn] = {
    "category": SourceColumn("code"),
    "relation": SourceColumn("code"),
    "sex": SourceColumn("code", frozenset({"male", "female"})),
    "birth_on": SourceColumn("date"),
    "age": SourceColumn("integer"),
    "household_size": SourceColumn("integer"),
    "lives_alone": SourceColumn("flag"),
    "months_since_exit": SourceColumn("integer"),
    "died_on": SourceColumn("date"),
    "listed": SourceColumn("flag"),
}
"""A person's registry entry at T. `listed`: the register still counts the person as a member (true for all the living)."""


def feed_source(contract: Contract) -> Source:
    """The usable columns of a feed: those its agreement allows and the lake keeps."""
    barred = {c.name: "it identifies a person and is never kept in the lake" for c in contract.columns if c.type in IDENTIFYING}
    barred |= {c.name: "the sharing agreement does not allow it" for c in contract.columns if c.name not in contract.agreement.allowed}
    columns = {c.name: SourceColumn(c.type, frozenset(c.codes)) for c in contract.columns if c.name not in barred}
    return Source(contract.kind, columns, barred)


def known_categories(catalogue: Mapping[str, Contract]) -> frozenset[str]:
    """The categories that the two registry contracts know, of households and of single persons."""
    columns = (column for contract in catalogue.values() if contract.registers for column in contract.columns)
    return frozenset(code for column in columns if column.name == "category" for code in column.codes)


def registry_source(catalogue: Mapping[str, Contract]) -> Source:
    """A person's registry entry, with the code lists of the registry contracts."""
    members = next((contract for contract in catalogue.values() if contract.registers == "members"), None)
    codes = {column.name: frozenset(column.codes) for column in members.columns} if members else {}
    codes["category"] = known_categories(catalogue)
    columns = {name: SourceColumn(c.type, c.codes or codes.get(name, frozenset())) for name, c in REGISTRY_COLUMNS.items()}
    return Source("registry", columns)


def all_sources(catalogue: Mapping[str, Contract]) -> dict[str, Source]:
    """Every source a model can name."""
    return {feed: feed_source(contract) for feed, contract in catalogue.items()} | {REGISTRY: registry_source(catalogue)}
