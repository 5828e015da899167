"""A feed contract as typed data."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from minsheng.kernel.periods import Month

SnakeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Sensitivity = Literal["internal", "personal", "sensitive"]
ColumnType = Literal[
    "text", "identity_number", "name", "date", "month", "money", "integer", "decimal", "code", "division", "phone", "account"
]
EVERY_MONTH = tuple(range(1, 13))


class Strict(BaseModel):
    """Immutable data that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Strict):
    """The same words in both languages."""

    zh: Words
    en: Words


class Code(Strict):
    """One value of a code list; the code itself and both titles are accepted in deliveries beside the aliases."""

    title: Text
    aliases: tuple[Words, ...] = ()


class Column(Strict):
    """One column of a feed, named as the engine knows it and as departments write it.

    `headers` begins with the name in the source system. `required` asks for a value in every row; a column
    that is `absent_ok` is often not sent at all. `minimum` and `maximum` are in the written unit (yuan, m²); numbers and
    money may not be negative unless `minimum` says so. `scale` is the number of decimal places kept of a decimal. `blanks` are
    spellings that say nothing (`9 not stated`) and are read as an empty cell. Only a date that `may_be_future` may lie after today.
    A text that `identifies` points to one person or one thing of theirs (a plate, a meter, an address): it never enters the lake.
    """

    name: SnakeName
    title: Text
    headers: Annotated[tuple[Words, ...], Field(min_length=1)]
    type: ColumnType
    unit: Words | None = None
    required: bool = False
    absent_ok: bool = False
    codes: dict[str, Code] = {}
    blanks: tuple[Words, ...] = ()
    scale: Annotated[int, Field(ge=0, le=6)] = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    may_be_future: bool = False
    sensitivity: Sensitivity = "personal"
    identifies: bool = False

    @property
    def all_headers(self) -> tuple[str, ...]:
        """Every way to write the header: source name, aliases, both titles and the canonical name."""
        return (*self.headers, self.title.zh, self.title.en, self.name)


class PersonColumns(Strict):
    """Which columns say who a row is about; at least the number or the name."""

    number: SnakeName | None = None
    name: SnakeName | None = None
    birth_on: SnakeName | None = None
    sex: SnakeName | None = None
    phone: SnakeName | None = None
    division: SnakeName | None = None

    def named(self) -> dict[str, str]:
        """Role → column, for the roles that are given."""
        return {role: column for role, column in self.model_dump().items() if column}


class Volume(Strict):
    """Rows per thousand registered people in a usual delivery, and the shares of it between which a delivery is usual."""

    per_1000_people: Annotated[float, Field(gt=0)]
    low: Annotated[float, Field(gt=0, lt=1)] = 0.5
    high: Annotated[float, Field(gt=1)] = 2.0

    def usual(self, people: int) -> float:
        """Rows to expect for so many registered people."""
        return self.per_1000_people * people / 1000


class Agreement(Strict):
    """The sharing agreement: purpose, legal basis, the columns it allows, and its term (expiry day included)."""

    purpose: Text
    legal_basis: Words
    allowed: Annotated[tuple[SnakeName, ...], Field(min_length=1)]
    signed_on: date
    expires_on: date

    def in_force(self, day: date) -> bool:
        """Whether data may be shared under it on that day."""
        return self.signed_on <= day <= self.expires_on


class Contract(Strict):
    """What one department dataset must look like.

    A `snapshot` holds everything there is at month end; `events` holds what happened in the month. Rows with the same
    `key` may not differ; a key with a blank in it is not compared. `event_on` names the date that places a row in time (none:
    the month end). `due_day` is a day of the month after the one reported; `due_months` are the calendar months reported on.
    """

    feed: SnakeName
    department: SnakeName
    title: Text
    file_names: tuple[Words, ...] = ()
    kind: Literal["snapshot", "events"]
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    person: PersonColumns
    event_on: SnakeName | None = None
    key: Annotated[tuple[SnakeName, ...], Field(min_length=1)]
    area: SnakeName | None = None
    due_day: Annotated[int, Field(ge=1, le=31)] = 5
    due_months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], Field(min_length=1)] = EVERY_MONTH
    volume: Volume
    tolerance_months: Annotated[int, Field(ge=0, le=24)]
    sensitivity: Sensitivity
    agreement: Agreement
    registers: Literal["households", "members"] | None = None

    def column(self, name: str) -> Column:
        """The column of that canonical name; KeyError if there is none."""
        return {column.name: column for column in self.columns}[name]

    @property
    def allowed_columns(self) -> tuple[Column, ...]:
        """The columns the agreement allows, in the contract's order."""
        return tuple(column for column in self.columns if column.name in self.agreement.allowed)

    def expected_for(self, month: Month) -> bool:
        """Whether a delivery is due for that month."""
        return month.number in self.due_months

    def due_on(self, month: Month) -> date:
        """The last day on which the month's delivery is in time (the due day, or the last day of a shorter month)."""
        following = month.plus(1)
        return following.first_day.replace(day=min(self.due_day, following.last_day.day))


class Department(Strict):
    """An organisation that delivers."""

    id: SnakeName
    title: Text
