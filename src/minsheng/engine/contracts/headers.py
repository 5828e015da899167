"""How headers and codes are compared: width, case, spaces and punctuation do not matter; a unit in brackets is split off."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from minsheng.engine.contracts.schema import Code, Column, Contract

_NOISE = re.compile(r"[\s_\-·.:*'\"\u200b\ufeff]+")
_UNIT = re.compile(r"^(.*\S)\s*[(\[【]\s*(?:单位[::]?)?([^()\[\]【】]+?)\s*[)\]】]$")
_YUAN = dict.fromkeys(("元", "人民币元", "yuan", "rmb", "cny"), Decimal(1))
_AREA_OR_VOLUME = dict.fromkeys(("平方米", "平米", "m2", "立方米", "方", "吨", "t", "m3", "度", "千瓦时", "kwh"), Decimal(1))
_COUNT = dict.fromkeys(("天", "日", "人", "次", "级", "个", "月", "岁"), Decimal(1))
UNIT_FACTORS: dict[str, dict[str, Decimal]] = {
    "money": {**_YUAN, "千元": Decimal(1_000), "万元": Decimal(10_000), "角": Decimal("0.1"), "分": Decimal("0.01")},
    "decimal": {**_AREA_OR_VOLUME, "万度": Decimal(10_000)},
    "integer": _COUNT,
}


@dataclass(frozen=True)
class Header:
    """A header as compared: its plain words, and the factor its unit puts on the values."""

    plain: str
    unit: str | None = None


def plain(text: str) -> str:
    """Text without differences of width, case, spaces and light punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def split_unit(text: str) -> Header:
    """A header and the unit in brackets behind it, if there is one: `自付金额（万元）` → `自付金额`, `万元`."""
    found = _UNIT.match(unicodedata.normalize("NFKC", text).strip())
    return Header(plain(found[1]), plain(found[2])) if found else Header(plain(text))


def header_index(contract: Contract) -> dict[str, str]:
    """Every accepted plain header → canonical column name."""
    return {plain(header): column.name for column in contract.columns for header in column.all_headers}


def unit_factor(column: Column, unit: str | None) -> Decimal | None:
    """What the values under a header with this unit are multiplied by; None if the unit does not fit the column's type."""
    return Decimal(1) if unit is None else UNIT_FACTORS.get(column.type, {}).get(unit)


def code_spellings(code: str, entry: Code) -> tuple[str, ...]:
    """Every accepted spelling of a code: itself, both titles and the aliases."""
    return (code, entry.title.zh, entry.title.en, *entry.aliases)


def code_index(column: Column) -> dict[str, str]:
    """Every accepted plain spelling of a code → canonical code."""
    return {plain(spelling): code for code, entry in column.codes.items() for spelling in code_spellings(code, entry)}
