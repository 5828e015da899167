"""How each department writes: headers, encodings, separators, dates, money, codes, numbers, names, and the kind of file.

Fifteen departments, fifteen dialects. Every header and every spelling of a code comes from the contracts, so that a new alias there is a
new way to write here.
"""

from dataclasses import dataclass
from typing import Final, Literal

from minsheng.engine.contracts.schema import Column, Contract


@dataclass(frozen=True)
class Dialect:
    """One department's habits.

    `headers` and `codes` point into the contract's lists (the last one if they are shorter; for codes 0 is the Chinese title).
    `dates` and `months` are strftime patterns. `extra` are columns that nobody asked for.
    """

    headers: int = 0
    encoding: Literal["utf-8", "utf-8-sig", "utf-16", "gb18030"] = "utf-8"
    separator: str = ","
    dates: str = "%Y-%m-%d"
    months: str = "%Y-%m"
    money: Literal["plain", "grouped", "unit", "ten-thousands"] = "plain"
    codes: int = 0
    numbers: Literal["plain", "lower", "spaced", "full-width", "legacy"] = "plain"
    names: Literal["plain", "padded", "dots"] = "plain"
    divisions: Literal["village", "township"] = "village"
    quoted: bool = False
    extra: tuple[str, ...] = ()


DIALECTS: Final[dict[str, Dialect]] = {
    "civil_affairs": Dialect(encoding="utf-8-sig"),
    "medical_insurance": Dialect(headers=9, dates="%Y-%m-%d %H:%M:%S", codes=1, extra=("经办机构", "opt_time")),
    "health": Dialect(
        headers=1, encoding="gb18030", dates="%Y/%m/%d", codes=1, numbers="lower", names="padded", extra=("责任医师", "随访状态")
    ),
    "disabled_federation": Dialect(headers=0, encoding="utf-16", separator="\t", dates="%Y.%m.%d", codes=2, extra=("监护人姓名",)),
    "human_resources": Dialect(headers=9, dates="%Y%m%d", months="%Y%m", codes=1, extra=("统筹区名称",)),
    "education": Dialect(headers=2, encoding="gb18030", dates="%Y年%m月%d日", money="unit", names="padded", extra=("班主任", "年级")),
    "police": Dialect(headers=9, encoding="gb18030", separator="\t", dates="%Y%m%d", numbers="plain", extra=("签发机关",)),
    "natural_resources": Dialect(
        headers=0, separator=";", dates="%Y年%m月%d日", codes=2, numbers="legacy", names="dots", divisions="township", extra=("共有情况",)
    ),
    "market_regulation": Dialect(
        headers=1, encoding="utf-8-sig", dates="%Y/%m/%d", money="ten-thousands", codes=3, quoted=True, extra=("经营范围",)
    ),
    "housing": Dialect(headers=1, encoding="gb18030", dates="%Y-%m-%d", money="grouped", codes=1, quoted=True),
    "emergency": Dialect(headers=1, dates="%Y/%m/%d", money="unit", codes=1, divisions="township", extra=("上报单位",)),
    "justice": Dialect(headers=2, dates="%Y.%m.%d", codes=2, names="dots"),
    "agriculture": Dialect(
        headers=1, encoding="utf-16", separator="\t", dates="%Y年%m月%d日", codes=2, numbers="spaced", extra=("帮扶责任人", "帮扶措施")
    ),
    "water_utility": Dialect(
        headers=1, encoding="gb18030", separator="|", dates="%Y/%m/%d", months="%Y%m", numbers="full-width", extra=("上期表数", "本期表数")
    ),
    "power_utility": Dialect(headers=0, dates="%Y%m%d", months="%Y年%m月", divisions="township", extra=("电价类别",)),
}
FORMS: Final[dict[str, str]] = {
    "registry_members": "csv",
    "registry_households": "csv",
    "cremations": "xlsx",
    "medical_settlements": "csv.gz",
    "disability_certificates": "txt",
    "registered_unemployment": "xlsx",
    "social_insurance_contributions": "parquet",
    "school_enrolment": "zip",
    "student_aid": "xlsx",
    "household_register": "txt",
    "vehicles": "txt",
    "dangerous_houses": "xlsx",
    "disaster_victims": "xlsx",
    "custody": "xlsx",
    "return_to_poverty_monitoring": "txt",
    "water_use": "csv.gz",
    "electricity_use": "zip",
}
"""The file ending per feed; `csv` where nothing is said."""
_UNITS: Final = {"unit": "（元）", "ten-thousands": "（万元）"}


def dialect_of(contract: Contract) -> Dialect:
    """How the department of a contract writes; a department nobody has met writes plainly."""
    return DIALECTS.get(contract.department, Dialect())


def form_of(contract: Contract) -> str:
    """The ending of the feed's files."""
    return FORMS.get(contract.feed, "csv")


def header_of(column: Column, dialect: Dialect) -> str:
    """What the department calls a column, with the unit behind money where it says so."""
    header = column.headers[min(dialect.headers, len(column.headers) - 1)]
    return header + _UNITS.get(dialect.money, "") if column.type == "money" else header


def spelling_of(column: Column, dialect: Dialect) -> dict[str, str]:
    """How the department spells each code of a column."""
    return {code: (entry.title.zh, *entry.aliases)[min(dialect.codes, len(entry.aliases))] for code, entry in column.codes.items()}
