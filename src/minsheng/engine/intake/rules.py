"""What a reading is bound by, and the base of its refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from minsheng.kernel.errors import Refusal

GIB = 1 << 30


class Unreadable(Refusal):
    """The file as a whole cannot be read; nothing of it is taken in."""

    code: ClassVar[str] = "unreadable"


@dataclass(frozen=True)
class IntakeRules:
    """Everything a reading depends on beside the bytes and the contract.

    `today` is the day after which nothing can have happened; `area_prefixes` are the leading digits of the divisions inside
    the agreement's area (none: everywhere); `header_map` are headers that a person has matched to columns; `max_bytes` bounds the
    unpacked size, `max_held_bytes` that of what cannot be read in passing (workbooks, and Parquet inside archives), `max_ratio` how far
    a file may unpack.
    """

    today: date
    made_up_allowed: bool = False
    area_prefixes: tuple[str, ...] = ()
    header_map: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int = 64 * GIB
    max_held_bytes: int = 2 * GIB
    max_ratio: int = 200
    max_columns: int = 300
