"""The kinds of jobs that there are: each is declared once, at start-up, with what it is called, who may start it and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final, Literal

from minsheng.domain.access.roles import May
from minsheng.domain.installation import Installation
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.errors import Refusal
from minsheng.kernel.progress import Progress

Argument = str | int | bool | list[str] | list[int] | None
Queue = Literal["months", "deliveries", "short"]
QUEUES: Final[tuple[Queue, ...]] = ("months", "deliveries", "short")
"""What a worker may be told to look after: long computations, what departments sent, and everything that is done in seconds."""


class NoSuchKind(Refusal):
    """No kind of job has that name."""

    code: ClassVar[str] = "no-such-kind-of-job"


class WrongArguments(Refusal):
    """The arguments are not those that the kind of job takes."""

    code: ClassVar[str] = "wrong-arguments"


@dataclass(frozen=True)
class Task:
    """What the work of a job is given. `by` is the job itself; `asked_by` the person (or timetable) whose decision it carries out."""

    job: int
    arguments: Mapping[str, Argument]
    installation: Installation
    by: str
    asked_by: str
    at: datetime
    progress: Progress

    def text(self, name: str) -> str:
        """An argument that is a text; empty if it was not given."""
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def texts(self, name: str) -> list[str]:
        """An argument that is a list of texts."""
        value = self.arguments.get(name)
        return [str(one) for one in value] if isinstance(value, list) else []

    def flag(self, name: str) -> bool:
        """An argument that is yes or no."""
        return self.arguments.get(name) is True


@dataclass(frozen=True)
class Done:
    """What a job leaves: a few plain figures without personal data, and where to look (a route of the office and its arguments)."""

    result: Mapping[str, object] = field(default_factory=dict)
    link_route: str = ""
    link: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    `title` may name arguments in braces; `called` is what such jobs are called without them. `needs` and `takes` are the arguments it
    must and may be given, `same_by` those by which two living jobs are the same one (None: never). Two jobs with the same `alone` are
    never carried out at once. One that is `throughout` concerns the whole installation, and is asked for by who may do so in its whole
    area. Repeating `work` after an interruption must repeat nothing that is done.
    """

    name: str
    title: Text
    may: May
    work: Callable[[Task], Done | None]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    same_by: tuple[str, ...] | None = ()
    queue: Queue = "short"
    alone: str = ""
    called: Text | None = None
    throughout: bool = False

    @property
    def general(self) -> Text:
        """What jobs of this kind are called together."""
        return self.called or self.titled({})

    def checked(self, arguments: Mapping[str, Argument]) -> dict[str, Argument]:
        """The arguments, if they are those of this kind; raises WrongArguments."""
        unknown = sorted(set(arguments) - set(self.needs) - set(self.takes))
        missing = sorted(set(self.needs) - set(arguments))
        if unknown or missing:
            raise WrongArguments(
                f"{self.name}: {', '.join([*(f'no {name}' for name in missing), *(f'{name} is not taken' for name in unknown)])}.",
                next_step=f"It needs {', '.join(self.needs) or 'nothing'}.",
            )
        return dict(arguments)

    def same_as(self, arguments: Mapping[str, Argument]) -> str:
        """What makes two living jobs of this kind the same."""
        if self.same_by is None:
            return ""
        return "/".join([self.name, *(str(arguments.get(name, "")) for name in self.same_by)])[:200]

    def titled(self, arguments: Mapping[str, Argument]) -> Text:
        """The title with its arguments."""
        given = {name: arguments.get(name) or "" for name in (*self.needs, *self.takes)}
        return Text(zh=self.title.zh.format(**given)[:200], en=self.title.en.format(**given)[:200])


_KINDS: Final[dict[str, Kind]] = {}


def declare(kind: Kind) -> None:
    """Make a kind known; at start-up, once."""
    _KINDS[kind.name] = kind


def kind_named(name: str) -> Kind:
    """A kind by its name; raises NoSuchKind."""
    if name not in _KINDS:
        raise NoSuchKind(f"There is no kind of job {name!r}.", next_step=f"There are: {', '.join(sorted(_KINDS))}.")
    return _KINDS[name]


def kinds() -> list[Kind]:
    """Every kind, by name."""
    return [_KINDS[name] for name in sorted(_KINDS)]
