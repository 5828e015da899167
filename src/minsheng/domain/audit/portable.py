"""The log and its heads as files that another machine can check without a database; `docs/audit.md` describes both."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain as joined
from itertools import islice
from pathlib import Path
from typing import ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from minsheng.domain.audit.chain import Checked, Content, Head, Linked, check
from minsheng.domain.audit.chained import chain, chain_head, daily_heads, one_view
from minsheng.kernel.errors import Refusal
from minsheng.kernel.progress import SILENT, Progress, Step

_HASH = Field(pattern=r"^[0-9a-f]{64}$")


class NotAnAuditFile(Refusal):
    """A line of the file is not what an export or a list of heads consists of."""

    code: ClassVar[str] = "not-an-audit-file"


class NoSuchFolder(Refusal):
    """The file's folder is not there."""

    code: ClassVar[str] = "no-such-folder"


class NoSuchFile(Refusal):
    """There is no such file."""

    code: ClassVar[str] = "no-such-file"


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Head(_Line):
    position: int
    hash: str = _HASH

    def read(self, date: str = "") -> Head:
        return Head(self.position, bytes.fromhex(self.hash), date)


class _DailyHead(_Head):
    date: str


class _Start(_Line):
    format: Literal["minsheng-audit-1"]
    head: _Head | None


class _Content(_Line):
    at: str
    name: str
    by: str
    subject: str
    detail: str
    purpose: str
    origin: str
    division: str


class _Link(_Line):
    position: int
    entry: int
    previous_hash: str = _HASH
    hash: str = _HASH
    content: _Content | None

    def read(self) -> Linked:
        content = Content(**vars(self.content)) if self.content else None
        return Linked(self.position, self.entry, bytes.fromhex(self.previous_hash), bytes.fromhex(self.hash), content)


_Kind = TypeVar("_Kind", bound=_Line)


def export_log(*, out: Path, progress: Progress = SILENT) -> int:
    """Write the chain's head, then every link with its entry, one JSON line each, to a file that only its owner may read.

    Returns how many entries there are. Raises NoSuchFolder.
    """
    with one_view():
        head = chain_head()
        start = _Start(format="minsheng-audit-1", head=_Head(position=head.position, hash=head.hash.hex()) if head else None)
        with progress.step("导出审计日志 exporting the log", total=head.position if head else None) as step:
            return _write(out, _advancing(joined([start], map(_written, chain())), step)) - 1


def export_heads(*, out: Path, time_zone: str) -> int:
    """Write the chain's head at the end of each day of a time zone, one JSON line each; returns how many. Raises NoSuchFolder."""
    heads = daily_heads(time_zone=time_zone)
    return _write(out, (_DailyHead(date=one.date, position=one.position, hash=one.hash.hex()) for one in heads))


def read_heads(file: Path) -> list[Head]:
    """Read the heads of a file that export_heads wrote; raises NoSuchFile or NotAnAuditFile."""
    heads = [one.read(one.date) for one in _parsed(_DailyHead, file, _lines(file))]
    if not heads:
        raise NotAnAuditFile(f"{file.name} holds no heads.", next_step="Give the file that minsheng audit heads wrote.")
    return heads


def verify_file(file: Path, *, heads: Sequence[Head] = ()) -> Checked:
    """Check an exported log, and heads against it, without a database; names the first fault, in bounded memory.

    Raises NoSuchFile or NotAnAuditFile.
    """
    lines = _lines(file)
    start = next(_parsed(_Start, file, islice(lines, 1)), None)
    if start is None:
        raise NotAnAuditFile(f"{file.name} is empty.", next_step="Give the file that minsheng audit export wrote.")
    links = (one.read() for one in _parsed(_Link, file, lines))
    return check(links, head=start.head.read() if start.head else None, heads=heads)


def _written(link: Linked) -> _Link:
    content = _Content(**asdict(link.content)) if link.content else None
    return _Link(position=link.position, entry=link.entry, previous_hash=link.previous_hash.hex(), hash=link.hash.hex(), content=content)


def _advancing(lines: Iterable[_Line], step: Step) -> Iterator[_Line]:
    for line in lines:
        yield line
        step.advance()


def _write(out: Path, lines: Iterable[_Line]) -> int:
    """Write lines to a file, whole or not at all; returns how many."""
    if not out.parent.is_dir():
        raise NoSuchFolder(f"There is no folder {out.parent}.", next_step="Make the folder first, or write somewhere else.")
    beside, count = out.with_name(f".{out.name}.unfinished"), 0
    try:
        beside.touch(mode=0o600)
        with beside.open("w", encoding="utf-8") as file:
            for count, line in enumerate(lines, start=1):  # noqa: B007
                file.write(line.model_dump_json() + "\n")
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    return count


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    if not file.is_file():
        raise NoSuchFile(f"There is no file {file}.", next_step="Check the path.")

    def numbered() -> Iterator[tuple[int, bytes]]:
        with file.open("rb") as opened:
            yield from enumerate(opened, start=1)

    return numbered()


def _parsed(kind: type[_Kind], file: Path, lines: Iterable[tuple[int, bytes]]) -> Iterator[_Kind]:
    for number, line in lines:
        try:
            yield kind.model_validate_json(line)
        except ValidationError as fault:
            raise NotAnAuditFile(
                f"Line {number} of {file.name} is not what Minsheng wrote: {fault.errors()[0]['msg']}.",
                next_step="Export again; if the file was altered on its way, keep it as evidence.",
            ) from fault
