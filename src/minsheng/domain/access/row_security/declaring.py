"""How an app says what the web and the worker may do with its tables; one that nobody declares is closed to both."""

from dataclasses import dataclass, field
from typing import Literal

Verb = Literal["SELECT", "INSERT", "UPDATE", "DELETE"]

WEB = "minsheng_web"
WORKER = "minsheng_worker"
KEPT: tuple[str, ...] = ("SELECT", "INSERT", "UPDATE")
"""What the worker may do with a table unless it is said otherwise; it deletes nothing. A privilege may name columns."""
COME_AND_GO: tuple[str, ...] = (*KEPT, "DELETE")
"""What the worker may do with a table whose rows are replaced: lines that were wrong, and what is counted again."""
NOTHING: tuple[str, ...] = ()


@dataclass(frozen=True)
class Open:
    """A table that points to nobody (or holds staff only): every row is open to these verbs."""

    table: str
    verbs: tuple[Verb, ...] = ("SELECT",)
    worker: tuple[str, ...] = KEPT


@dataclass(frozen=True)
class Bound:
    """A table that holds or points to people: SQL conditions say which rows may be read, written anew, and changed.

    A row that is written or changed must afterwards meet its own condition. A verb without a condition is refused.
    """

    table: str
    read: str
    insert: str | None = None
    update: str | None = None
    delete: str | None = None
    worker: tuple[str, ...] = KEPT

    @property
    def conditions(self) -> dict[Verb, str]:
        """Verb → the condition its rows must meet."""
        given: dict[Verb, str | None] = {"SELECT": self.read, "INSERT": self.insert, "UPDATE": self.update, "DELETE": self.delete}
        return {verb: condition for verb, condition in given.items() if condition}


@dataclass(frozen=True)
class Closed:
    """A table that the web never touches."""

    table: str
    worker: tuple[str, ...] = KEPT


Declared = Open | Bound | Closed


@dataclass(frozen=True)
class RowSecurity:
    """Everything an app declares.

    `before` are statements that make functions which its policies ask. Tables in `partitioned` belong to the worker, who begins their
    months.
    """

    tables: tuple[Declared, ...]
    before: tuple[str, ...] = ()
    partitioned: tuple[str, ...] = field(default=())
