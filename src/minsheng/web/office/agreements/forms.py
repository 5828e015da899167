"""The form of a draft: what was typed is kept as it was typed, whatever is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from minsheng.domain.feeds import queries
from minsheng.domain.feeds.operations import AgreementFacts
from minsheng.domain.feeds.queries import SharingAgreement
from minsheng.engine.contracts.schema import Column, Contract, Text
from minsheng.kernel.divisions import DivisionCode
from minsheng.web.words import spoken

FIELDS: Mapping[str, Text] = {
    "title": Text(zh="协议名称", en="Title"),
    "provider": Text(zh="提供单位（签署名称）", en="Provider, as it signed"),
    "document": Text(zh="已签署文件的文号", en="Number of the signed document"),
    "purpose": Text(zh="用途", en="Purpose"),
    "legal_basis": Text(zh="法律依据", en="Legal basis"),
    "area": Text(zh="覆盖区域（区划代码）", en="Area (division code)"),
    "starts_on": Text(zh="起始日", en="First day"),
    "expires_on": Text(zh="到期日（含）", en="Last day (included)"),
}
_LONG = ("purpose",)
_DAYS = ("starts_on", "expires_on")


@dataclass(frozen=True)
class Field:
    """A field as it is drawn: what was typed, what is wrong with it, and what stands in the register meanwhile, if that is another."""

    name: str
    label: Text
    value: str
    kind: str
    fault: str = ""
    stands: str = ""


@dataclass(frozen=True)
class Choice:
    """A column that may be chosen; a needed one always belongs to the dataset."""

    column: Column
    chosen: bool
    needed: bool


@dataclass(frozen=True)
class Dataset:
    """A feed that may be chosen, with its columns."""

    contract: Contract
    chosen: bool
    columns: tuple[Choice, ...]


@dataclass(frozen=True)
class Typed:
    """What was typed or, at first, what stands."""

    texts: Mapping[str, str]
    datasets: Mapping[str, Sequence[str]]

    def facts(self, department: str) -> AgreementFacts:
        """As the operation takes it; a date that is none is missing."""
        days = {name: _day(self.texts.get(name, "")) for name in _DAYS}
        words = {name: self.texts.get(name, "") for name in FIELDS if name not in _DAYS}
        return AgreementFacts(department=department, datasets=self.datasets, **words, **days)  # type: ignore[arg-type]

    def fields(self, faults: Sequence[tuple[str, Text]] = (), stands: "Typed | None" = None) -> list[Field]:
        """The fields with their faults, and with what stands meanwhile."""
        wrong = {name: spoken(said) for name, said in reversed(faults)}
        told = []
        for name, label in FIELDS.items():
            value, other = self.texts.get(name, ""), stands.texts.get(name, "") if stands else ""
            kind = "long" if name in _LONG else "date" if name in _DAYS else "text"
            told.append(Field(name, label, value, kind, wrong.get(name, ""), other if other != value else ""))
        return told

    def choices(self, contracts: Sequence[Contract]) -> list[Dataset]:
        """The datasets that may be chosen."""
        return [self._dataset(contract) for contract in contracts]

    def _dataset(self, contract: Contract) -> Dataset:
        needed = queries.needed_columns(contract)
        chosen = self.datasets.get(contract.feed)
        kept = contract.agreement.allowed if chosen is None else chosen
        columns = tuple(Choice(one, one.name in kept or one.name in needed, one.name in needed) for one in contract.allowed_columns)
        return Dataset(contract, chosen is not None, columns)


def typed(posted: QueryDict) -> Typed:
    """What was typed."""
    feeds = posted.getlist("feed")
    return Typed({name: posted.get(name, "") for name in FIELDS}, {feed: posted.getlist(f"columns-{feed}") for feed in feeds})


def standing(agreement: SharingAgreement) -> Typed:
    """What stands of an agreement."""
    texts = {name: str(getattr(agreement, name)) for name in FIELDS}
    return Typed(texts, {one.feed: list(one.columns) for one in agreement.datasets.all()})


def blank(provider: str, area: str) -> Typed:
    """Where a new draft begins."""
    code = DivisionCode.parse(area).text if area else ""
    return Typed({"provider": provider, "area": code}, {})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
