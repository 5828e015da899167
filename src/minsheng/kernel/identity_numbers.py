"""Citizen identity numbers (公民身份号码) after GB 11643: six area digits, the birth date, three sequence digits, a check digit."""

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, Literal

from minsheng.kernel.errors import Refusal

Sex = Literal["male", "female"]
Fault = Literal["ruined-by-spreadsheet", "length", "characters", "birth-date", "future-birth", "check-digit", "made-up"]

LENGTH: Final = 18
LEGACY_LENGTH: Final = 15
LEGACY_CENTURY: Final = "19"
MADE_UP_AREA: Final = "999"
"""No division has ever had a code beginning so: numbers under it belong to nobody."""
EARLIEST_BIRTH_YEAR: Final = 1800
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS: Final = "10X98765432"

IGNORED: Final = (
    "'`‘’\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    "\xad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
    "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
)
"""Spaces, invisible characters, hyphens, and the apostrophe by which spreadsheets mark text."""
REWRITTEN: Final = dict(zip("０１２３４５６７８９ＸｘxＥｅe．＋", "0123456789XXXEEE.+", strict=True))
RUINED_PATTERN: Final = r"^(?:[0-9]+(?:\.[0-9]*)?E\+?[0-9]+|[0-9]+\.[0-9]*)$"
RUINED_ENDING: Final = "000"
"""A spreadsheet keeps fifteen digits of a number and writes zeros for the rest."""

_PLAIN = str.maketrans(REWRITTEN | dict.fromkeys(IGNORED, ""))
_RUINED = re.compile(RUINED_PATTERN.strip("^$"))
_DIGITS_THEN_CHECK = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")
_MESSAGES: dict[Fault, str] = {
    "ruined-by-spreadsheet": "A spreadsheet has turned the identity number into a rounded number; its last digits are lost.",
    "length": "An identity number has 18 characters, or 15 if it was issued before 1999.",
    "characters": "An identity number has digits only, and perhaps X at the end.",
    "birth-date": "The identity number holds a birth date that is not in the calendar.",
    "future-birth": "The identity number holds a birth date that is still to come.",
    "check-digit": "The identity number does not fit its check digit: a digit is wrong or two are swapped.",
    "made-up": "The identity number begins with 999: it is made up.",
}
_NEXT_STEPS: dict[Fault, str] = {
    "ruined-by-spreadsheet": "Format the column as text in the spreadsheet, enter the numbers again from the source, and resend.",
    "made-up": "Send real data, or allow made-up people where the demo is meant.",
}


class InvalidIdentityNumber(Refusal):
    """The text is not an identity number; `reason` says why, and the message never repeats the text."""

    code: ClassVar[str] = "invalid-identity-number"

    def __init__(self, reason: Fault) -> None:
        super().__init__(_MESSAGES[reason], next_step=_NEXT_STEPS.get(reason, "Compare it with the person's card."))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A valid number of 18 characters, and what can be read from it."""

    number: str
    birth_on: date
    sex: Sex


def parse(text: str, *, today: date, made_up_allowed: bool) -> IdentityNumber:
    """Read an identity number as people write it: full-width, spaced, hyphened, small x, or 15 digits; raises InvalidIdentityNumber.

    The area digits are not looked up: the codes of divisions long abolished stay in their people's numbers for life.
    """
    number = _upgraded(plain(text))
    birth_on = _birth_date(number)
    if birth_on > today:
        raise InvalidIdentityNumber("future-birth")
    if check_digit(number[:17]) != number[17]:
        raise InvalidIdentityNumber("ruined-by-spreadsheet" if number.endswith(RUINED_ENDING) else "check-digit")
    if number.startswith(MADE_UP_AREA) and not made_up_allowed:
        raise InvalidIdentityNumber("made-up")
    return IdentityNumber(number, birth_on, "male" if int(number[16]) % 2 else "female")


def check_digit(first17: str) -> str:
    """The eighteenth character that belongs to seventeen digits (ISO 7064 MOD 11-2)."""
    return CHECK_DIGITS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True)) % 11]


def plain(text: str) -> str:
    """The text in ASCII capitals without spaces, hyphens and invisible characters."""
    return text.translate(_PLAIN)


def _upgraded(number: str) -> str:
    if _RUINED.fullmatch(number):
        raise InvalidIdentityNumber("ruined-by-spreadsheet")
    if len(number) not in (LENGTH, LEGACY_LENGTH):
        raise InvalidIdentityNumber("length")
    if not _DIGITS_THEN_CHECK.fullmatch(number):
        raise InvalidIdentityNumber("characters")
    if len(number) == LENGTH:
        return number
    first17 = number[:6] + LEGACY_CENTURY + number[6:]
    return first17 + check_digit(first17)


def _birth_date(number: str) -> date:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        birth_on = date(year, month, day)
    except ValueError as fault:
        raise InvalidIdentityNumber("birth-date") from fault
    if year < EARLIEST_BIRTH_YEAR:
        raise InvalidIdentityNumber("birth-date")
    return birth_on
